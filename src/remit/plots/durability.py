"""How long a response lasts: percent of those treated against days since the course.

One line for each cohort on a log time axis. A thin bar is the exact interval, a pale one runs
from the worst to the best case for patients who were not seen again. Points whose time is not
printed stand in a strip of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.plots.axis import Axis, Tick
from remit.plots.declutter import spread
from remit.plots.durability_data import DurabilityLine, DurabilityPoint, check_durability
from remit.plots.marks import Box, RuleMark, TextMark, stack_lines
from remit.plots.style import BAND, BODY, INK, MARGIN, MUTED, SMALL, THIN, WIDE_WIDTH
from remit.plots.text_width import ASCENT, LEADING, clean_text, text_width, wrap_label, wrap_text
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

TIMES = (
    (1.0, "1 d", 0),
    (3.0, "3 d", 1),
    (7.0, "1 wk", 0),
    (14.0, "2 wk", 1),
    (30.4, "1 mo", 0),
    (60.9, "2 mo", 1),
    (91.3, "3 mo", 0),
    (182.6, "6 mo", 0),
    (365.25, "1 yr", 0),
    (730.5, "2 yr", 1),
    (1826.25, "5 yr", 1),
)
"""Ticks in days, and which labels give way where room is short; a month is 1/12 of 365.25 days."""

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
    axis = _time_axis(lines, left + 4.0, labels_left - LEADER)
    strip = Box(
        left=WIDE_WIDTH - MARGIN - strip_width, top=top, right=WIDE_WIDTH - MARGIN, bottom=bottom
    )
    points = _place_points(lines, axis, strip, top, bottom)
    anchors = [_anchor(points, i) for i in range(len(lines))]
    centres = spread([a.y for a in anchors], sizes, top, bottom)
    labels, label_texts = _place_labels(blocks, anchors, centres, labels_left, strip.left, styles)
    ticks = _time_ticks(axis)
    axis_texts, rules, end = _axes(axis, ticks, top, bottom, left, y_label, x_label)
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


def _time_axis(lines: Sequence[DurabilityLine], left: float, right: float) -> Axis:
    """Axis from the tick before the first time to the tick after the last one."""
    days = [p.days for line in lines for p in line.points if p.days is not None] or [7.0, 91.3]
    marks = [mark for mark, _, _ in TIMES]
    low = max((m for m in marks if m <= min(days)), default=min(days))
    high = min((m for m in marks if m >= max(days)), default=max(days))
    if low == high:
        low, high = low / 3, high * 3
    return Axis(low=low * 0.88, high=high * 1.14, left=left, right=right, log=True)


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


def _axes(
    axis: Axis,
    ticks: Sequence[Tick],
    top: float,
    bottom: float,
    left: float,
    y_label: str,
    x_label: str,
) -> tuple[tuple[TextMark, ...], tuple[RuleMark, ...], float]:
    """Gridlines, ticks and axis labels, with the height at which they end."""
    texts = list(stack_lines((clean_text(y_label),), x=MARGIN, top=MARGIN, size=BODY, role=MUTED))
    rules = []
    for percent in (0, 25, 50, 75, 100):
        y = bottom - percent / 100 * (bottom - top)
        base = percent == 0
        rules.append(
            RuleMark(x0=left, y0=y, x1=axis.right, y1=y, role=INK if base else "rule", width=THIN)
            if base
            else RuleMark(x0=left, y0=y, x1=axis.right, y1=y)
        )
        texts.append(
            TextMark(x=left - 4, y=y + 0.36 * SMALL, text=str(percent), size=SMALL, align="right")
        )
    y = bottom + 5.5
    rules += [
        RuleMark(x0=t.x, y0=bottom, x1=t.x, y1=bottom + 3, role=INK, width=THIN) for t in ticks
    ]
    texts += [
        TextMark(x=t.x, y=y + ASCENT * SMALL, text=t.label, size=SMALL, align="center")
        for t in ticks
        if t.label
    ]
    y += LEADING * SMALL + 2.0
    middle = (axis.left + axis.right) / 2
    lines = wrap_text(x_label, axis.right - axis.left, SMALL)
    texts += stack_lines(lines, x=middle, top=y, size=SMALL, role=MUTED, align="center")
    return tuple(texts), tuple(rules), y + LEADING * SMALL * len(lines)


def _time_ticks(axis: Axis) -> tuple[Tick, ...]:
    """Ticks on the axis; those whose label would touch another have an empty one."""
    shown: list[Tick] = []
    for days, text, _ in sorted(TIMES, key=lambda t: t[2]):
        if not axis.shows(days):
            continue
        tick = Tick(value=days, x=axis.place(days), label=text)
        half = text_width(text, SMALL) / 2 + 2.0
        crowded = any(
            abs(tick.x - t.x) < half + text_width(t.label, SMALL) / 2 for t in shown if t.label
        )
        shown.append(replace(tick, label="") if crowded else tick)
    return tuple(sorted(shown, key=lambda t: t.value))


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
