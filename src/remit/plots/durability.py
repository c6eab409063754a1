"""How long a response lasts: percent of those treated against days since the course.

One line for each cohort on a log time axis. A thin bar is the exact interval, a pale one runs
from the worst to the best case for patients who were not seen again. Points whose time is not
printed stand in a strip of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.plots.axis import Axis, Tick
from remit.plots.declutter import spread
from remit.plots.durability_axes import durability_axes, time_axis, time_ticks
from remit.plots.durability_data import DurabilityLine, DurabilityPoint, check_durability
from remit.plots.marks import Box, RuleMark, TextMark, stack_lines
from remit.plots.style import BAND, BODY, MARGIN, MUTED, SMALL, WIDE_WIDTH
from remit.plots.text_width import LEADING, clean_text, text_width, wrap_label, wrap_text
from remit.plots.treatments import TreatmentStyle, treatment_key, treatment_styles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from remit.plots.canvas import Canvas

__all__ = [
    "DurabilityLayout",
    "DurabilityLine",
    "DurabilityPoint",
    "PlacedLabel",
    "PlacedPoint",
    "draw_durability",
    "durability_layout",
]

DODGE = 6.5
"""Least distance of two points side by side, points."""
FARTHEST = 9.0
"""Most by which a point is moved sideways, points."""
LABELS = 138.0
"""Most width of the column of labels, points."""
LEADER = 16.0
"""Room for the thin lines from points to labels, points."""
LABEL_GAP = 4.0
"""Least room between two labels, points."""
LEAST_HEIGHT = 225.0
"""Least height of the plot, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPoint:
    """A point of a cohort, points of the canvas; None where there are no bounds."""

    line: int
    timed: bool
    x: float
    y: float
    y_low: float
    y_high: float
    y_worst: float | None
    y_best: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """The label of a cohort, and the thin line to its last point."""

    line: int
    box: Box
    leader: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DurabilityLayout:
    """A durability figure as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    axis : Axis
        Log time axis, days.
    top, bottom : float
        Heights of 100 and 0 percent.
    ticks : tuple of Tick
        Labelled times.
    strip : Box or None
        Ground of points without a time.
    styles : tuple of TreatmentStyle
        Colour and mark of each line.
    points : tuple of PlacedPoint
        Line by line, in order of time.
    labels : tuple of PlacedLabel
        One for each line; none overlaps another.
    key : tuple of TreatmentStyle
        Marks of the key, placed.
    texts, rules : tuple
        All text, and all straight lines but the leaders.
    """

    width: float
    height: float
    axis: Axis
    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    strip: Box | None
    styles: tuple[TreatmentStyle, ...]
    points: tuple[PlacedPoint, ...]
    labels: tuple[PlacedLabel, ...]
    key: tuple[TreatmentStyle, ...]
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]


def durability_layout(
    lines: Sequence[DurabilityLine],
    *,
    y_label: str = "Still responding, percent of those treated",
    x_label: str = "Time since the end of the course",
) -> DurabilityLayout:
    """Lay out a durability figure.

    Parameters
    ----------
    lines : sequence of DurabilityLine
        Cohorts.
    y_label, x_label : str
        What the axes show.

    Returns
    -------
    DurabilityLayout

    Raises
    ------
    InputError
        If there is no point, a share lies outside 0 to 1 or its interval, or a time is not
        positive.
    """
    check_durability(lines)
    styles = treatment_styles([line.treatment for line in lines], [line.style for line in lines])
    unknown = sum(1 for line in lines for p in line.points if p.days is None)
    strip_width = max(DODGE * (unknown + 2), _strip_title_width()) if unknown else 0.0
    blocks = [_label_lines(line) for line in lines]
    labels_left = (
        WIDE_WIDTH
        - MARGIN
        - max(_block_width(b) for b in blocks)
        - (strip_width + LEADER if unknown else 0.0)
    )
    left = MARGIN + text_width("100", SMALL) + 6.0
    key_texts, key, top = treatment_key(styles, left=left, top=MARGIN + LEADING * BODY + 5.0)
    sizes = [_block_height(head, below) + LABEL_GAP for head, below in blocks]
    top += 8.0
    bottom = top + max(LEAST_HEIGHT, sum(sizes) + 2.0)
    axis = time_axis(lines, left + 4.0, labels_left - LEADER)
    strip = Box(
        left=WIDE_WIDTH - MARGIN - strip_width, top=top, right=WIDE_WIDTH - MARGIN, bottom=bottom
    )
    points = _place_points(lines, axis, strip, top, bottom)
    anchors = [_anchor(points, i) for i in range(len(lines))]
    centres = spread([a.y for a in anchors], sizes, top, bottom)
    labels, label_texts = _place_labels(blocks, anchors, centres, labels_left, strip.left, styles)
    ticks = time_ticks(axis)
    axis_texts, rules, end = durability_axes(axis, ticks, top, bottom, left, y_label, x_label)
    strip_texts = _strip_texts(strip) if unknown else ()
    return DurabilityLayout(
        width=WIDE_WIDTH,
        height=max([end, *(t.box.bottom for t in strip_texts)]) + MARGIN,
        axis=axis,
        top=top,
        bottom=bottom,
        ticks=ticks,
        strip=strip if unknown else None,
        styles=styles,
        points=points,
        labels=labels,
        key=key,
        texts=(*key_texts, *axis_texts, *label_texts, *strip_texts),
        rules=rules,
    )


def _place_points(
    lines: Sequence[DurabilityLine], axis: Axis, strip: Box, top: float, bottom: float
) -> tuple[PlacedPoint, ...]:
    """Points in order of time; those at the same time are moved apart sideways."""
    entries = [
        (i, p)
        for i, line in enumerate(lines)
        for p in sorted(line.points, key=lambda p: math.inf if p.days is None else p.days)
    ]
    timed = [axis.place(p.days) for _, p in entries if p.days is not None]
    places = iter(_dodge(timed, axis))
    unknown = sum(1 for _, p in entries if p.days is None)
    middle = (strip.left + strip.right) / 2
    waiting = iter(middle + DODGE * (j - (unknown - 1) / 2) for j in range(unknown))

    def height(share: float) -> float:
        return bottom - share * (bottom - top)

    return tuple(
        PlacedPoint(
            line=i,
            timed=p.days is not None,
            x=next(places) if p.days is not None else next(waiting),
            y=height(p.events_share),
            y_low=height(p.ci_low),
            y_high=height(p.ci_high),
            y_worst=None if p.worst is None else height(p.worst),
            y_best=None if p.best is None else height(p.best),
        )
        for i, p in entries
    )


def _dodge(places: Sequence[float], axis: Axis) -> tuple[float, ...]:
    """Move points apart sideways, by less the more there are: none moves more than 9 points."""
    for room in (DODGE, 5.0, 3.5, 2.5, 1.5, 0.8):
        moved = spread(places, [room] * len(places), axis.left, axis.right)
        if all(abs(a - b) <= FARTHEST for a, b in zip(moved, places, strict=True)):
            return moved
    return tuple(places)


def _anchor(points: Sequence[PlacedPoint], line: int) -> PlacedPoint:
    """Point that the label belongs to: the last with a time, else the first without."""
    own = [p for p in points if p.line == line]
    timed = [p for p in own if p.timed]
    return timed[-1] if timed else own[0]


def _label_lines(line: DurabilityLine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines of the label, and of the denominators under it."""
    ordered = sorted(line.points, key=lambda p: math.inf if p.days is None else p.days)
    texts = dict.fromkeys(clean_text(p.denominator_text) for p in ordered)
    below = wrap_text("; ".join(t for t in texts if t), LABELS, SMALL)
    return wrap_label(line.label, LABELS, BODY), below


def _block_height(head: Sequence[str], below: Sequence[str]) -> float:
    return LEADING * (len(head) * BODY + len(below) * SMALL)


def _block_width(block: tuple[Sequence[str], Sequence[str]]) -> float:
    head, below = block
    return max([text_width(t, BODY) for t in head] + [text_width(t, SMALL) for t in below])


def _place_labels(
    blocks: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    anchors: Sequence[PlacedPoint],
    centres: Sequence[float],
    left: float,
    strip_left: float,
    styles: Sequence[TreatmentStyle],
) -> tuple[tuple[PlacedLabel, ...], tuple[TextMark, ...]]:
    labels: list[PlacedLabel] = []
    texts: list[TextMark] = []
    for i, ((head, below), anchor, centre) in enumerate(zip(blocks, anchors, centres, strict=True)):
        height = _block_height(head, below)
        top = centre - height / 2
        texts += stack_lines(head, x=left, top=top, size=BODY, role=styles[i].role)
        second = top + LEADING * BODY * len(head)
        texts += stack_lines(below, x=left, top=second, size=SMALL, role=MUTED)
        right = left + _block_width((head, below))
        y = top + 0.5 * LEADING * BODY - 0.5
        if anchor.timed:
            leader = ((anchor.x + 3.5, anchor.y), (left - 8.0, y), (left - 3.0, y))
        else:
            first = left + text_width(head[0], BODY) + 3.0
            leader = ((first, y), (strip_left - 8.0, y), (anchor.x - 3.5, anchor.y))
        box = Box(left=left, top=top, right=right, bottom=top + height)
        labels.append(PlacedLabel(line=i, box=box, leader=leader))
    return tuple(labels), tuple(texts)


STRIP_TITLE = ("time not", "printed")


def _strip_title_width() -> float:
    return max(text_width(line, SMALL) for line in STRIP_TITLE) + 4.0


def _strip_texts(strip: Box) -> tuple[TextMark, ...]:
    middle = (strip.left + strip.right) / 2
    return stack_lines(
        STRIP_TITLE, x=middle, top=strip.bottom + 5.5, size=SMALL, role=MUTED, align="center"
    )


def draw_durability(layout: DurabilityLayout) -> Figure:
    """Draw a durability figure.

    Parameters
    ----------
    layout : DurabilityLayout
        As `durability_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    from remit.plots.canvas import Canvas

    canvas = Canvas(layout.width, layout.height)
    if layout.strip:
        box = layout.strip
        canvas.rectangle(box.left, box.top, box.right, box.bottom, fill=BAND)
    canvas.rules(layout.rules)
    for label in layout.labels:
        canvas.line(label.leader, role=MUTED, width=0.4)
    for point in layout.points:
        _draw_bounds(canvas, point, layout.styles[point.line])
    for i, style in enumerate(layout.styles):
        timed = [(p.x, p.y) for p in layout.points if p.line == i and p.timed]
        if len(timed) > 1:
            canvas.line(timed, role=style.role, width=1.0)
    for point in layout.points:
        style = layout.styles[point.line]
        canvas.line([(point.x, point.y_low), (point.x, point.y_high)], role=style.role, width=0.7)
        canvas.mark(style.shape, point.x, point.y, 2.4, role=style.role, hollow=style.hollow)
    for style in layout.key:
        canvas.mark(style.shape, style.x, style.y, 2.4, role=style.role, hollow=style.hollow)
    canvas.texts(layout.texts)
    return canvas.figure


def _draw_bounds(canvas: Canvas, point: PlacedPoint, style: TreatmentStyle) -> None:
    """Draw the pale bar from the worst to the best case."""
    if point.y_worst is None or point.y_best is None:
        return
    x, half = point.x, 2.6
    canvas.rectangle(x - half, point.y_best, x + half, point.y_worst, fill=style.role, alpha=0.22)
