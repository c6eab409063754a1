"""Radial plot: each study's effect over its error, against its precision.

Galbraith (1988, Stat Med 7:889): the slope from the origin to a dot is the study's effect, and
dots outside the band differ from the pooled effect by more than chance allows at its level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.errors import InputError
from remit.core.numerics import critical_value
from remit.plots.axis import Axis, format_number, linear_ticks, log_ticks
from remit.plots.frame import (
    FARTHEST_LOG,
    NARROWEST_LOG,
    PLANE_HEIGHT,
    PLANE_WIDTH,
    FrameMarks,
    make_frame,
    read_columns,
)
from remit.plots.marks import RuleMark, TextMark
from remit.plots.plane import AreaMark, CurveMark, DotMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, BAND, INK, MARGIN, MUTED, SMALL, THIN
from remit.plots.text_width import ASCENT, MIDDLE, text_width, wrap_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["RadialLayout", "draw_radial", "radial_layout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RadialLayout(PlaneLayout):
    """A radial plot as numbers.

    Attributes
    ----------
    studies : int
        The first ``studies`` dots are the studies.
    outside : tuple of int
        Places of the studies outside the band.
    """

    studies: int
    outside: tuple[int, ...]


def radial_layout(
    effect: npt.ArrayLike,
    std_error: npt.ArrayLike,
    *,
    centre: float,
    tau2: float = 0.0,
    level: float = 0.95,
    ratio: bool = False,
    scale_label: str = "Effect",
) -> RadialLayout:
    """Lay out a radial plot.

    Parameters
    ----------
    effect, std_error : (k,) array-like
        Effects and their standard errors, on the scale of the analysis.
    centre : float
        Pooled effect: the slope of the line.
    tau2 : float
        Variance between studies, added to each study's own.
    level : float
        Level of the band, such as 0.95.
    ratio : bool
        Whether effects are logarithms of ratios; the scale then shows the ratios.
    scale_label : str
        What the effect is.

    Returns
    -------
    RadialLayout

    Raises
    ------
    InputError
        If a number is not finite, a standard error not above 0, tau2 below 0, or lengths
        differ.
    SpecError
        If the level is not between 0 and 1.
    """
    shown = read_columns("radial plot", positive=("std_error",), effect=effect, std_error=std_error)
    read_columns("radial plot", centre=centre, tau2=tau2)
    if tau2 < 0.0:
        raise InputError.at("radial plot, tau2", found=str(tau2), expected="0 or more")
    half = critical_value(check_level(level))
    errors = [math.sqrt(se * se + tau2) for se in shown["std_error"]]
    xs = [1 / error for error in errors]
    ys = [x * y for x, y in zip(xs, shown["effect"], strict=True)]
    most = 1.06 * max(xs)
    edges = [half, -half, centre * most + half, centre * most - half]
    low, high = min([*ys, *edges]), max([*ys, *edges])
    room = 0.04 * (high - low)
    low, high = low - room, high + room
    effects = _effects(low / most, high / most, ratio)
    key = place_key(_entries(level))
    made = make_frame(
        (0.0, most),
        (low, high),
        x_label="Precision, 1/standard error" if tau2 == 0 else "Precision, 1/√(variance + τ²)",
        y_label="Effect × precision",
        top=key.bottom,
        room_right=5.0 + max([text_width(text, SMALL) for _, text in effects], default=0.0),
        grid=False,
    )
    frame = made.frame
    away = [abs(y - centre * x) > half for x, y in zip(xs, ys, strict=True)]
    dots = [
        DotMark(x=x, y=y, role=INK, hollow=a)
        for (x, y), a in zip(frame.path(xs, ys), away, strict=True)
    ]
    scale_rules, scale_texts = _scale(made, effects, scale_label, key.bottom)
    corners = (
        (0.0, -half),
        (0.0, half),
        (most, centre * most + half),
        (most, centre * most - half),
    )
    band = AreaMark(points=tuple(frame.at(x, y) for x, y in corners), role=BAND)
    line = frame.path((0.0, most), (0.0, centre * most))
    return RadialLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=(band, *key.areas),
        rules=(*made.rules, *scale_rules),
        curves=(CurveMark(points=line, role=ACCENT), *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts, *scale_texts),
        studies=len(dots),
        outside=tuple(i for i, a in enumerate(away) if a),
    )


def _entries(level: float) -> list[KeyEntry]:
    percent = format_number(100 * level)
    return [
        KeyEntry(label="study", kind="dot"),
        KeyEntry(label="study outside the band", kind="hollow"),
        KeyEntry(label="pooled effect", kind="line", role=ACCENT, width=1.3),
        KeyEntry(label=f"{percent}% band", kind="area", role=BAND),
    ]


def _scale(
    made: FrameMarks, effects: Sequence[tuple[float, str]], label: str, top: float
) -> tuple[tuple[RuleMark, ...], tuple[TextMark, ...]]:
    """Scale of effects at the right: where the ray of an effect leaves the plot."""
    frame, right = made.frame, made.frame.x.right
    top_end, bottom = frame.y.left, frame.y.right
    rules = [RuleMark(x0=right, y0=top_end, x1=right, y1=bottom, role=INK, width=THIN)]
    base = top + ASCENT * SMALL
    side = PLANE_WIDTH - MARGIN
    (line,) = wrap_label(label, 0.5 * PLANE_WIDTH, SMALL, max_lines=1)
    texts = [TextMark(x=side, y=base, text=line, size=SMALL, role=MUTED, align="right")]
    for value, text in effects:
        _, y = frame.at(frame.x.high, value * frame.x.high)
        rules.append(RuleMark(x0=right, y0=y, x1=right + 3.0, y1=y, role=INK, width=THIN))
        texts.append(TextMark(x=right + 5.0, y=y + MIDDLE * SMALL, text=text, size=SMALL))
    return tuple(rules), tuple(texts)


def _effects(low: float, high: float, ratio: bool) -> list[tuple[float, str]]:
    """Effects at which the scale has ticks, and their labels."""
    if high - low <= max(1e-280, 1e-9 * max(abs(low), abs(high))):
        return []
    if not ratio:
        ticks = linear_ticks(Axis(low=low, high=high, left=0.0, right=PLANE_HEIGHT), SMALL, most=9)
        return [(t.value, t.label) for t in ticks]
    if max(abs(low), abs(high)) > FARTHEST_LOG or high - low < NARROWEST_LOG:
        return []
    axis = Axis(low=math.exp(low), high=math.exp(high), left=0.0, right=PLANE_HEIGHT, log=True)
    return [(math.log(t.value), t.label) for t in log_ticks(axis, SMALL, most=9)]


def draw_radial(layout: RadialLayout) -> Figure:
    """Draw a radial plot.

    Parameters
    ----------
    layout : RadialLayout
        As `radial_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
