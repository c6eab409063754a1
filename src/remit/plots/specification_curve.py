"""Specification curve: every defensible analysis in order of its answer, over its choices.

Simonsohn, Simmons & Nelson (2020, Nat Hum Behav 4:1208). Above, estimates with their intervals,
sorted; below, a mark in each row of a choice that the analysis made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.core.errors import InputError, Problem
from remit.plots.frame import Frame, make_frame, padded
from remit.plots.marks import RuleMark, TextMark
from remit.plots.plane import CurveMark, DotMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import (
    ACCENT,
    INK,
    MARGIN,
    MUTED,
    NARROW_WIDTH,
    RULE,
    SECOND,
    SMALL,
    THIN,
    WIDE_WIDTH,
)
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, text_width, wrap_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Specification",
    "SpecificationCurveLayout",
    "draw_specification_curve",
    "specification_curve_layout",
]

NAMES = 170.0
"""Most width of the names of choices, points."""
NARROW_NAMES = 112.0
"""The same on a phone."""
ROW = LEADING * SMALL + 1.0
"""Height of a row of the grid, points."""
CURVE_HEIGHT = 150.0
"""Height of the upper part, points."""
CROWDED = 240
"""Most analyses whose intervals can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One analysis.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        Pooled effect and its interval, on the scale of the analysis.
    choices : tuple of str
        What it chose on each axis, in the order of the axes.
    """

    estimate: float
    ci_low: float
    ci_high: float
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationCurveLayout(PlaneLayout):
    """A specification curve as numbers; one dot for each analysis, sorted by its estimate.

    Attributes
    ----------
    order : tuple of int
        Which analysis stands at each place.
    rows : tuple of (str, str)
        Axis and choice of each row of the grid.
    row_heights : tuple of float
        Height of the middle of each row, points.
    """

    order: tuple[int, ...]
    rows: tuple[tuple[str, str], ...]
    row_heights: tuple[float, ...]


def specification_curve_layout(
    specifications: Sequence[Specification],
    axes: Sequence[str],
    *,
    chosen: int | None = None,
    null: float | None = 0.0,
    ratio: bool = False,
    y_label: str = "Pooled effect, 95% interval",
    alternatives: Sequence[Sequence[str]] | None = None,
    narrow: bool = False,
) -> SpecificationCurveLayout:
    """Lay out a specification curve.

    Parameters
    ----------
    specifications : sequence of Specification
        Analyses, in any order.
    axes : sequence of str
        Names of the axes of choice.
    chosen : int or None
        Place in ``specifications`` of the analysis that is reported.
    null : float or None
        Effect at which a broken line is drawn, where the axis reaches it.
    ratio : bool
        Whether effects are logarithms of ratios; the axis then shows the ratios.
    y_label : str
        What the effect is.
    alternatives : sequence of sequences of str, optional
        Choices of each axis in the order of their rows; by default as they first appear.
    narrow : bool
        Whether it is laid out for a phone.

    Returns
    -------
    SpecificationCurveLayout

    Raises
    ------
    InputError
        If there is no analysis, a number is not finite or in disorder, or choices don't match
        the axes; all problems at once.
    """
    _check(specifications, axes, chosen)
    order = tuple(sorted(range(len(specifications)), key=lambda i: specifications[i].estimate))
    width, most = (NARROW_WIDTH, NARROW_NAMES) if narrow else (WIDE_WIDTH, NAMES)
    rows = _rows(specifications, axes, alternatives)
    names = [wrap_label(choice, most, SMALL, max_lines=1)[0] for _, choice in rows]
    gutter = max([text_width(name, SMALL) for name in names], default=0.0)
    key = place_key(_entries(chosen is not None, len(order)), width=width)
    ends = padded([v for s in specifications for v in (s.ci_low, s.ci_high)], 0.05)
    made = make_frame(
        (-0.5, len(order) - 0.5),
        ends,
        x_label="",
        y_label=y_label,
        top=key.bottom,
        width=width,
        height=CURVE_HEIGHT,
        room_left=gutter + 6.0,
        ratio_y=ratio,
        x_ticks=False,
    )
    frame = made.frame
    places = [frame.x.place(float(i)) for i in range(len(order))]
    heights, heads, bottom = _grid_rows(rows, names, frame)
    picks = _picks(rows, axes, [specifications[i] for i in order])
    here = -1 if chosen is None else order.index(chosen)
    dots, intervals = _estimates(frame, [specifications[i] for i in order], here)
    return SpecificationCurveLayout(
        width=width,
        height=bottom + MARGIN,
        frame=frame,
        areas=tuple(key.areas),
        rules=(*made.rules, *_marks(frame, places, picks, heights, here)),
        curves=(*intervals, *_null(frame, null), *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts, *heads),
        order=order,
        rows=rows,
        row_heights=heights,
    )


def _rows(
    specifications: Sequence[Specification],
    axes: Sequence[str],
    alternatives: Sequence[Sequence[str]] | None,
) -> tuple[tuple[str, str], ...]:
    """Axis and choice of each row; only choices that an analysis made have one."""
    rows = []
    for j, axis in enumerate(axes):
        made = dict.fromkeys(s.choices[j] for s in specifications)
        listed = made if alternatives is None else dict.fromkeys((*alternatives[j], *made))
        rows += [(axis, choice) for choice in listed if choice in made]
    return tuple(rows)


def _entries(chosen: bool, count: int) -> list[KeyEntry]:
    entries = [
        KeyEntry(label="analysis, in order of its estimate", kind="dot", role=ACCENT),
        KeyEntry(label="its interval", kind="line", role=_interval_role(count)),
    ]
    if chosen:
        entries.append(KeyEntry(label="analysis reported", kind="dot", role=SECOND))
    return entries


def _interval_role(count: int) -> str:
    """Return the colour of intervals: pale where so many stand side by side that they merge."""
    return MUTED if count <= CROWDED else RULE


def _null(frame: Frame, null: float | None) -> list[CurveMark]:
    if null is None or not frame.y.shows(null):
        return []
    ends = frame.path((frame.x.low, frame.x.high), (null, null))
    return [CurveMark(points=ends, role=INK, width=THIN, dashed=True)]


def _estimates(
    frame: Frame, listed: Sequence[Specification], here: int
) -> tuple[list[DotMark], list[CurveMark]]:
    """Dots and intervals, the thinner the more there are."""
    room = (frame.x.right - frame.x.left) / len(listed)
    radius, width = min(2.4, max(0.7, 0.45 * room)), min(THIN, max(0.2, 0.5 * room))
    plain = _interval_role(len(listed))
    dots, intervals = [], []
    for i, s in enumerate(listed):
        at, role = float(i), SECOND if i == here else ACCENT
        x, y = frame.at(at, s.estimate)
        dots.append(DotMark(x=x, y=y, radius=max(radius, 2.0) if i == here else radius, role=role))
        line = frame.path((at, at), (s.ci_low, s.ci_high))
        wide = max(width, THIN) if i == here else width
        intervals.append(CurveMark(points=line, role=SECOND if i == here else plain, width=wide))
    return dots, intervals


def _grid_rows(
    rows: Sequence[tuple[str, str]], names: Sequence[str], frame: Frame
) -> tuple[tuple[float, ...], list[TextMark], float]:
    """Heights of the rows, their names under the name of their axis, and where they end."""
    y, current, heights, texts = frame.y.right + 8.0, None, [], list[TextMark]()
    for (axis, _), name in zip(rows, names, strict=True):
        if axis != current:
            y += 3.0 if current is not None else 0.0
            (head,) = wrap_label(axis, frame.x.right - MARGIN, SMALL, bold=True, max_lines=1)
            base = y + ASCENT * SMALL
            texts.append(TextMark(x=MARGIN, y=base, text=head, size=SMALL, bold=True))
            y, current = y + ROW, axis
        base, x = y + ASCENT * SMALL, frame.x.left - 6.0
        texts.append(TextMark(x=x, y=base, text=name, size=SMALL, align="right"))
        heights.append(base - MIDDLE * SMALL)
        y += ROW
    return tuple(heights), texts, y


def _picks(
    rows: Sequence[tuple[str, str]], axes: Sequence[str], listed: Sequence[Specification]
) -> list[list[int]]:
    """Places of the analyses that made the choice of each row."""
    column = {axis: j for j, axis in enumerate(axes)}
    return [
        [i for i, s in enumerate(listed) if s.choices[column[axis]] == choice]
        for axis, choice in rows
    ]


def _marks(
    frame: Frame,
    places: Sequence[float],
    picks: Sequence[Sequence[int]],
    heights: Sequence[float],
    here: int,
) -> list[RuleMark]:
    """Pale line through each row, and an upright stroke for each analysis in it."""
    width = min(2.2, max(0.25, 0.6 * (frame.x.right - frame.x.left) / len(places)))
    rules = []
    for height, row in zip(heights, picks, strict=True):
        rules.append(RuleMark(x0=frame.x.left, y0=height, x1=frame.x.right, y1=height))
        for i in row:
            x, role = places[i], SECOND if i == here else ACCENT
            wide = max(width, 1.2) if i == here else width
            rules.append(
                RuleMark(x0=x, y0=height - 3.0, x1=x, y1=height + 3.0, role=role, width=wide)
            )
    return rules


def _check(
    specifications: Sequence[Specification], axes: Sequence[str], chosen: int | None
) -> None:
    where = "specification curve"
    problems = []
    if not specifications:
        problems.append(Problem(where=where, found="no analyses", expected="one or more"))
    if len(set(axes)) != len(axes):
        problems.append(Problem(where=where, found="an axis twice", expected="each axis once"))
    for i, s in enumerate(specifications):
        numbers = (s.ci_low, s.estimate, s.ci_high)
        if not all(map(math.isfinite, numbers)) or list(numbers) != sorted(numbers):
            found = f"{s.estimate} with interval {s.ci_low} to {s.ci_high}"
            expected = "finite numbers, the interval around the estimate"
            problems.append(Problem(where=f"{where}, {i + 1}", found=found, expected=expected))
        if len(s.choices) != len(axes):
            found = f"{len(s.choices)} choices"
            expected = f"one for each of {len(axes)} axes"
            problems.append(Problem(where=f"{where}, {i + 1}", found=found, expected=expected))
    if chosen is not None and not 0 <= chosen < len(specifications):
        expected = f"a place from 0 to {len(specifications) - 1}"
        problems.append(Problem(where=f"{where}, chosen", found=str(chosen), expected=expected))
    if problems:
        raise InputError(problems)


def draw_specification_curve(layout: SpecificationCurveLayout) -> Figure:
    """Draw a specification curve.

    Parameters
    ----------
    layout : SpecificationCurveLayout
        As `specification_curve_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
