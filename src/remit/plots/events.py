"""Adverse events: share of patients with its exact interval, by event and study.

No events is an open triangle at 0 with a line to the one-sided upper bound, because none seen
among few patients is not a rate of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.plots.axis import Axis, Tick
from remit.plots.events_data import EventRow, check_events, write_count, write_percent
from remit.plots.grouped_rows import RowPlace, label_width, stack_rows
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.style import BODY, INK, MARGIN, MUTED, SMALL, THIN, WIDE_WIDTH
from remit.plots.text_width import (
    ASCENT,
    LEADING,
    MIDDLE,
    clean_text,
    text_width,
    wrap_label,
    wrap_text,
)
from remit.plots.treatments import TreatmentStyle, treatment_styles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from remit.plots.canvas import Canvas

__all__ = ["EventRow", "EventsLayout", "PlacedShare", "draw_events", "events_layout"]

GAP = 12.0
"""Room between columns, points."""
LABELS = 130.0
"""Most width of the labels, points."""
TREATMENTS = 84.0
"""Most width of the treatments, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedShare:
    """A share with its interval, points; ``none`` for no events."""

    row: int
    x: float
    x_low: float
    x_high: float
    y: float
    none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsLayout:
    """The figure as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    axis : Axis
        0 to 100 percent.
    ticks : tuple of Tick
        Labelled places.
    rows : tuple of RowPlace
        From top to bottom.
    shares : tuple of PlacedShare
        One for each row with a number, in the order of the input.
    styles : tuple of TreatmentStyle
        Colour and mark of each row.
    triangle : (x, y) or None
        Place of the open triangle in the key.
    texts, rules : tuple
        All text; all straight lines.
    """

    width: float
    height: float
    axis: Axis
    ticks: tuple[Tick, ...]
    rows: tuple[RowPlace, ...]
    shares: tuple[PlacedShare, ...]
    styles: tuple[TreatmentStyle, ...]
    triangle: tuple[float, float] | None
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]


def events_layout(
    rows: Sequence[EventRow],
    *,
    x_label: str = "Patients with the event, percent (exact 95% interval)",
    treatment_title: str = "Treatment",
    none_text: str = "none seen; the line ends at the one-sided 97.5% upper bound",
) -> EventsLayout:
    """Lay out adverse events.

    Parameters
    ----------
    rows : sequence of EventRow
        Grouped by event in the order of the first row of each.
    x_label : str
        What the axis shows.
    treatment_title : str
        Heading over the treatments, or over whatever stands in their column.
    none_text : str
        Words for the open triangle in the key.

    Returns
    -------
    EventsLayout

    Raises
    ------
    InputError
        If there is no row, or a share lies outside 0 to 1 or its interval.
    """
    check_events(rows)
    styles = treatment_styles([row.treatment for row in rows])
    labels = label_width([row.study for row in rows], LABELS)
    middle = label_width([*(row.treatment for row in rows), treatment_title], TREATMENTS)
    treatments = [wrap_text(row.treatment, middle, BODY) for row in rows]
    counts, percents = [write_count(row) for row in rows], [write_percent(row) for row in rows]
    widest = max(text_width(t, BODY) for t in (*counts, "n/N"))
    middle_left = MARGIN + labels + GAP
    columns = (middle_left, middle_left + middle + GAP + widest, WIDE_WIDTH - MARGIN)
    widest = max(text_width(t, BODY) for t in (*percents, "% (95% CI)"))
    axis = Axis(low=0.0, high=100.0, left=columns[1] + GAP + 2, right=columns[2] - widest - GAP - 2)
    notes = [_note_lines(row, columns[2] - axis.left) for row in rows]
    zero_texts, triangle, y = _zero_key(rows, MARGIN, none_text)
    head, y = _heads(columns, treatment_title, y)
    stack = stack_rows(
        [row.event for row in rows],
        [row.study for row in rows],
        top=y,
        width=labels,
        least_lines=[max(len(t), len(n)) for t, n in zip(treatments, notes, strict=True)],
    )
    places = {place.index: place for place in stack.rows}
    cells = [
        TextMark(x=x, y=places[i].baseline, text=text, size=BODY, align="right")
        for i in range(len(rows))
        for x, text in ((columns[1], counts[i]), (columns[2], percents[i]))
        if text
    ]
    for i, place in places.items():
        top = place.baseline - ASCENT * BODY
        cells += stack_lines(treatments[i], x=columns[0], top=top, size=BODY, role=MUTED)
        cells += stack_lines(notes[i], x=axis.left, top=top + 0.4, size=SMALL, role=MUTED)
    spans = stack.spans_without({i for i, note in enumerate(notes) if note})
    ticks, axis_texts, rules, end = _axis_marks(axis, spans, y - 2.0, stack.bottom, x_label)
    return EventsLayout(
        width=WIDE_WIDTH,
        height=end + MARGIN,
        axis=axis,
        ticks=ticks,
        rows=stack.rows,
        shares=_shares(rows, places, axis),
        styles=styles,
        triangle=triangle,
        texts=(*zero_texts, *head, *stack.texts, *cells, *axis_texts),
        rules=rules,
    )


def _note_lines(row: EventRow, room: float) -> tuple[str, ...]:
    """Words for a row without a number."""
    if row.share is not None:
        return ()
    return wrap_text(clean_text(row.text) or "no number printed", room, SMALL)


def _zero_key(
    rows: Sequence[EventRow], top: float, text: str
) -> tuple[tuple[TextMark, ...], tuple[float, float] | None, float]:
    if not any(row.share == 0 for row in rows):
        return (), None, top
    lines = wrap_label(text, WIDE_WIDTH - 2 * MARGIN - 9.0, BODY)
    texts = stack_lines(lines, x=MARGIN + 9.0, top=top, size=BODY, role=MUTED)
    place = (MARGIN + 3.0, top + (ASCENT - MIDDLE) * BODY)
    return texts, place, top + LEADING * BODY * len(lines) + 6.0


def _heads(
    columns: tuple[float, float, float], title: str, top: float
) -> tuple[tuple[TextMark, ...], float]:
    texts = [
        TextMark(x=x, y=top + ASCENT * BODY, text=text, size=BODY, role=MUTED, align="right")
        for x, text in ((columns[1], "n/N"), (columns[2], "% (95% CI)"))
    ]
    texts += stack_lines(("Study",), x=MARGIN, top=top, size=BODY, role=MUTED)
    texts += stack_lines((title,), x=columns[0], top=top, size=BODY, role=MUTED)
    return tuple(texts), top + LEADING * BODY + 4.0


def _shares(
    rows: Sequence[EventRow], places: dict[int, RowPlace], axis: Axis
) -> tuple[PlacedShare, ...]:
    return tuple(
        PlacedShare(
            row=i,
            x=axis.place(100 * row.share),
            x_low=axis.place(100 * (row.share if row.ci_low is None else row.ci_low)),
            x_high=axis.place(100 * (row.share if row.ci_high is None else row.ci_high)),
            y=places[i].middle,
            none=row.share == 0,
        )
        for i, row in enumerate(rows)
        if row.share is not None
    )


def _axis_marks(
    axis: Axis,
    spans: Sequence[tuple[float, float]],
    head: float,
    bottom: float,
    x_label: str,
) -> tuple[tuple[Tick, ...], tuple[TextMark, ...], tuple[RuleMark, ...], float]:
    ticks = tuple(
        Tick(value=float(v), x=axis.place(v), label=str(v)) for v in (0, 20, 40, 60, 80, 100)
    )
    y = bottom + 3.0
    rules = [RuleMark(x0=MARGIN, y0=head, x1=WIDE_WIDTH - MARGIN, y1=head)]
    rules += [RuleMark(x0=t.x, y0=a, x1=t.x, y1=b) for t in ticks for a, b in spans]
    rules.append(RuleMark(x0=axis.left, y0=y, x1=axis.right, y1=y, role=INK, width=THIN))
    rules += [RuleMark(x0=t.x, y0=y, x1=t.x, y1=y + 3, role=INK, width=THIN) for t in ticks]
    y += 5.5
    texts = [
        TextMark(x=t.x, y=y + ASCENT * SMALL, text=t.label, size=SMALL, align="center")
        for t in ticks
    ]
    y += LEADING * SMALL + 2.0
    middle = (axis.left + axis.right) / 2
    room = 2 * min(middle - MARGIN, WIDE_WIDTH - MARGIN - middle)
    lines = wrap_label(x_label, room, SMALL)
    texts += stack_lines(lines, x=middle, top=y, size=SMALL, role=MUTED, align="center")
    return ticks, tuple(texts), tuple(rules), y + LEADING * SMALL * len(lines)


def draw_events(layout: EventsLayout) -> Figure:
    """Draw adverse events.

    Parameters
    ----------
    layout : EventsLayout
        As `events_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    from remit.plots.canvas import Canvas

    canvas = Canvas(layout.width, layout.height)
    canvas.rules(layout.rules)
    for share in layout.shares:
        _draw_share(canvas, share, layout.styles[share.row])
    if layout.triangle:
        _open_triangle(canvas, *layout.triangle, role=MUTED)
    canvas.texts(layout.texts)
    return canvas.figure


def _draw_share(canvas: Canvas, share: PlacedShare, style: TreatmentStyle) -> None:
    y = share.y
    canvas.line([(share.x_low, y), (share.x_high, y)], role=style.role, width=THIN)
    if not share.none:
        canvas.mark(style.shape, share.x, y, 2.4, role=style.role, hollow=style.hollow)
        return
    canvas.line([(share.x_high, y - 2.2), (share.x_high, y + 2.2)], role=style.role, width=THIN)
    _open_triangle(canvas, share.x, y, role=style.role)


def _open_triangle(canvas: Canvas, x: float, y: float, *, role: str) -> None:
    points = [(x - 1.6, y - 2.8), (x + 3.2, y), (x - 1.6, y + 2.8)]
    canvas.polygon(points, fill="paper", edge=role, width=0.9)
