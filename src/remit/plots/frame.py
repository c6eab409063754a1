"""Two axes with their ticks, gridlines and labels, as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem
from remit.plots.axis import Axis, Tick, linear_ticks, log_ticks
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.style import BODY, INK, MARGIN, MUTED, SMALL, THIN
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, text_width, wrap_text

__all__ = [
    "FARTHEST_LOG",
    "NARROWEST_LOG",
    "PLANE_HEIGHT",
    "PLANE_WIDTH",
    "Frame",
    "FrameMarks",
    "make_frame",
    "padded",
    "read_columns",
]

PLANE_WIDTH = 360.0
"""Width of a figure on two axes: 5 inches, 127 mm, in points."""
PLANE_HEIGHT = 232.0
"""Height of its plot, points."""
FARTHEST_LOG = 700.0
"""Logarithm beyond which a ratio has no double: such an axis has no ticks."""
NARROWEST_LOG = 1e-6
"""Least length of an axis of logarithms: below it the ticks' ratios would read the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A horizontal and a vertical axis.

    Attributes
    ----------
    x : Axis
        Horizontal axis.
    y : Axis
        Vertical axis; its ``left`` and ``right`` are the top and the bottom of the plot.
    downwards : bool
        Whether values of the vertical axis grow downwards.
    """

    x: Axis
    y: Axis
    downwards: bool = False

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a pair of values, points; one off an axis is put at its end."""
        height = self.y.place(y)
        return self.x.place(x), height if self.downwards else self.y.left + self.y.right - height

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> tuple[tuple[float, float], ...]:
        """Return the places of pairs of values."""
        return tuple(self.at(x, y) for x, y in zip(xs, ys, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameMarks:
    """A frame with its texts and rules, and the height at which they end, points."""

    frame: Frame
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]
    bottom: float


def make_frame(
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
    *,
    x_label: str,
    y_label: str,
    top: float = MARGIN,
    width: float = PLANE_WIDTH,
    height: float = PLANE_HEIGHT,
    room_right: float = 4.0,
    room_left: float = 0.0,
    room_top: float = 0.0,
    ratio_x: bool = False,
    ratio_y: bool = False,
    downwards: bool = False,
    grid: bool = True,
    x_ticks: bool = True,
) -> FrameMarks:
    """Lay out two axes.

    Parameters
    ----------
    x_ends, y_ends : (low, high) of float
        Values at the ends of the axes.
    x_label, y_label : str
        What the axes show.
    top : float
        Where the label of the vertical axis begins, points.
    width, height : float
        Width of the figure and height of the plot, points.
    room_right : float
        Room kept free at the right of the plot, points.
    room_left, room_top : float
        Least room at the left of the vertical axis, and room kept free above the plot, points.
    ratio_x, ratio_y : bool
        Whether the values are logarithms of ratios: the ticks then show the ratios.
    downwards : bool
        Whether values of the vertical axis grow downwards.
    grid : bool
        Whether pale lines run at the ticks of the vertical axis.
    x_ticks : bool
        Whether the horizontal axis has ticks.

    Returns
    -------
    FrameMarks
    """
    head = wrap_text(y_label, width - 2 * MARGIN, SMALL)
    plot_top = top + LEADING * SMALL * len(head) + 6.0 + room_top
    bottom = plot_top + height
    (y_low, y_high), (x_low, x_high) = _wide(y_ends, ratio_y), _wide(x_ends, ratio_x)
    y_axis = Axis(low=y_low, high=y_high, left=plot_top, right=bottom)
    y_ticks = _ticks(y_axis, ratio_y)
    gutter = max([text_width(t.label, SMALL) for t in y_ticks], default=0.0)
    left = MARGIN + max(gutter + 5.0, 12.0, room_left)
    right = width - MARGIN - max(room_right, 8.0)
    x_axis = Axis(low=x_low, high=x_high, left=left, right=right)
    frame = Frame(x=x_axis, y=y_axis, downwards=downwards)
    texts = list(stack_lines(head, x=MARGIN, top=top, size=SMALL, role=MUTED))
    rules = [RuleMark(x0=left, y0=plot_top, x1=left, y1=bottom, role=INK, width=THIN)]
    for tick in y_ticks:
        y = tick.x if downwards else plot_top + bottom - tick.x
        if grid:
            rules.insert(0, RuleMark(x0=left, y0=y, x1=right, y1=y))
        rules.append(RuleMark(x0=left - 3.0, y0=y, x1=left, y1=y, role=INK, width=THIN))
        x, base = left - 5.0, y + MIDDLE * SMALL
        texts.append(TextMark(x=x, y=base, text=tick.label, size=SMALL, align="right"))
    x_marks = _ticks(x_axis, ratio_x) if x_ticks else ()
    more, lines, end = _bottom_axis(x_axis, x_marks, bottom, x_label, width)
    return FrameMarks(frame=frame, texts=(*texts, *more), rules=(*rules, *lines), bottom=end)


def _bottom_axis(
    axis: Axis, ticks: Sequence[Tick], bottom: float, label: str, width: float
) -> tuple[tuple[TextMark, ...], tuple[RuleMark, ...], float]:
    rules = [RuleMark(x0=axis.left, y0=bottom, x1=axis.right, y1=bottom, role=INK, width=THIN)]
    texts: list[TextMark] = []
    base = bottom + 5.5 + ASCENT * SMALL
    for t in ticks:
        rules.append(RuleMark(x0=t.x, y0=bottom, x1=t.x, y1=bottom + 3.0, role=INK, width=THIN))
        half = text_width(t.label, SMALL) / 2
        if half <= t.x <= width - half:
            texts.append(TextMark(x=t.x, y=base, text=t.label, size=SMALL, align="center"))
    top = bottom + 5.5 + LEADING * SMALL + 2.0
    lines = wrap_text(label, axis.right - axis.left, BODY)
    middle = (axis.left + axis.right) / 2
    texts += stack_lines(lines, x=middle, top=top, size=BODY, align="center")
    return tuple(texts), tuple(rules), top + LEADING * BODY * len(lines)


def _ticks(axis: Axis, ratio: bool) -> tuple[Tick, ...]:
    """Ticks at round values, or at round ratios where the values are their logarithms."""
    if not ratio:
        return linear_ticks(axis, SMALL, most=7)
    if max(abs(axis.low), abs(axis.high)) > FARTHEST_LOG:
        return ()
    low, high = math.exp(axis.low), math.exp(axis.high)
    return log_ticks(Axis(low=low, high=high, left=axis.left, right=axis.right, log=True), SMALL)


def _wide(ends: tuple[float, float], ratio: bool) -> tuple[float, float]:
    """Widen the ends of an axis that is too narrow for doubles, or for ticks of ratios."""
    low, high = ends
    least = max(1e-280, 1e-9 * max(abs(low), abs(high)), NARROWEST_LOG if ratio else 0.0)
    return ends if high - low >= least else (low - least, high + least)


def padded(values: Sequence[float], share: float = 0.05) -> tuple[float, float]:
    """Return the range of values, a share of it wider at each end; never empty."""
    low, high = min(values), max(values)
    room = share * (high - low)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = 0.5 * max(abs(low), abs(high)) or 1.0
    return low - room, high + room


def read_columns(
    where: str, *, positive: Sequence[str] = (), least: int = 1, **columns: npt.ArrayLike
) -> dict[str, tuple[float, ...]]:
    """Read columns of numbers of one length.

    Parameters
    ----------
    where : str
        Name of the figure, for messages.
    positive : sequence of str
        Columns whose values must be above 0.
    least : int
        Fewest values.
    **columns : (k,) array-like
        Columns by name.

    Raises
    ------
    InputError
        If lengths differ or a value is not finite or not positive; all problems at once.
    """
    read = {name: np.asarray(column, dtype=float).ravel() for name, column in columns.items()}
    sizes = {name: column.size for name, column in read.items()}
    problems = []
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{n} {name}" for name, n in sizes.items())
        problems.append(Problem(where=where, found=found, expected="as many of each"))
    if min(sizes.values()) < least:
        expected = f"{least} or more"
        found = f"{min(sizes.values())} values"
        problems.append(Problem(where=where, found=found, expected=expected))
    for name, column in read.items():
        bad = ~np.isfinite(column)
        kind = "a finite number"
        if name in positive:
            bad, kind = bad | ~(column > 0), "a number above 0"
        problems += [
            Problem(where=f"{where}, {clean_text(name)} {i + 1}", found=str(v), expected=kind)
            for i, v in zip(np.flatnonzero(bad).tolist(), column[bad].tolist(), strict=True)
        ]
    if problems:
        raise InputError(problems)
    return {name: tuple(column.tolist()) for name, column in read.items()}
