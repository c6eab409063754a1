"""One row of a forest plot as numbers: its texts, its interval, and the room that it takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from remit.plots.axis import Axis
from remit.plots.forest_axis import effect_parts, write_interval
from remit.plots.forest_columns import (
    GAP,
    ForestColumns,
    row_effect,
    summary_effect,
    write_weight,
)
from remit.plots.forest_data import ForestRow, ForestSpec, ForestSummary, RowStyle
from remit.plots.marks import TextMark, stack_lines
from remit.plots.style import INK, MARGIN, MUTED
from remit.plots.text_width import ASCENT, LEADING, clean_text, text_width, wrap_label, wrap_text

__all__ = [
    "Block",
    "Interval",
    "Summary",
    "heading_block",
    "note_block",
    "row_block",
    "summary_block",
]

BIGGEST_SQUARE = 8.4
"""Side of the square with the most weight, points."""
PLAIN_SQUARE = 4.4
"""Side of a square without weight, points."""
STRIP = 13.0
"""Height of the strip for one interval in a narrow figure, points."""
MOST_LINES = 6
"""Most lines of one label; only what is longer still ends in an ellipsis."""
MIDDLE = 0.36
"""Height of the middle of a capital above the baseline, as a share of the size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A study's interval, points.

    Attributes
    ----------
    label : str
        Study.
    y : float
        Height of the line.
    x : float or None
        Place of the square; None where the effect lies off the axis.
    x_low, x_high : float
        Ends of the line, cut at the ends of the axis.
    arrow_low, arrow_high : bool
        Whether the interval goes on beyond that end.
    side : float
        Side of the square; its area is in proportion to the weight.
    style : {"observed", "assumed", "set-aside"}
        As in `ForestRow`.
    """

    label: str
    y: float
    x: float | None
    x_low: float
    x_high: float
    arrow_low: bool
    arrow_high: bool
    side: float
    style: RowStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A pooled result, points.

    Attributes
    ----------
    label : str
        Model.
    y : float
        Height of the middle of the diamond.
    x : float or None
        Place of the estimate; None off the axis.
    diamond : tuple of (x, y)
        Corners, cut at the ends of the axis.
    arrow_low, arrow_high : bool
        Whether the confidence interval goes on beyond that end.
    prediction : Interval or None
        Prediction interval, without a square.
    """

    label: str
    y: float
    x: float | None
    diamond: tuple[tuple[float, float], ...]
    arrow_low: bool
    arrow_high: bool
    prediction: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the figure over its whole width.

    Attributes
    ----------
    height : float
        Room that it takes, points.
    texts, intervals, summaries : tuple
        What it holds, with the block's top at 0 until `moved`.
    open_spans : tuple of (top, bottom)
        Heights at which the plot holds no text, so that the null line may run there.
    group : int
        Number of its group.
    """

    height: float
    texts: tuple[TextMark, ...] = ()
    intervals: tuple[Interval, ...] = ()
    summaries: tuple[Summary, ...] = ()
    open_spans: tuple[tuple[float, float], ...] = ()
    group: int = 0

    def moved(self, dy: float) -> Block:
        """Return the block further down."""
        return replace(
            self,
            texts=tuple(replace(t, y=t.y + dy) for t in self.texts),
            intervals=tuple(replace(i, y=i.y + dy) for i in self.intervals),
            summaries=tuple(_moved_summary(s, dy) for s in self.summaries),
            open_spans=tuple((a + dy, b + dy) for a, b in self.open_spans),
        )


def _moved_summary(summary: Summary, dy: float) -> Summary:
    prediction = summary.prediction
    return replace(
        summary,
        y=summary.y + dy,
        diamond=tuple((x, y + dy) for x, y in summary.diamond),
        prediction=replace(prediction, y=prediction.y + dy) if prediction else None,
    )


def heading_block(title: str, columns: ForestColumns, *, first: bool) -> Block:
    """Lay out the heading of a group."""
    size = columns.body + 0.5
    above = 3.0 if first else 11.0
    lines = wrap_text(title, columns.width - 2 * MARGIN, size, bold=True)
    texts = stack_lines(lines, x=columns.label_left, top=above, size=size, bold=True)
    return Block(height=above + len(lines) * LEADING * size + 2.0, texts=texts)


def note_block(text: str, columns: ForestColumns) -> Block:
    """Lay out the footnote of a group over the whole width."""
    lines = wrap_text(text, columns.width - 2 * MARGIN, columns.small)
    texts = stack_lines(lines, x=columns.label_left, top=3.0, size=columns.small, role=MUTED)
    return Block(height=3.0 + len(lines) * LEADING * columns.small + 2.0, texts=texts)


def row_block(
    row: ForestRow,
    spec: ForestSpec,
    columns: ForestColumns,
    axis: Axis,
    heaviest: float,
    pad: float,
) -> Block:
    """Lay out one study.

    Parameters
    ----------
    row : ForestRow
        The study.
    spec : ForestSpec
        Headings and decimals.
    columns : ForestColumns
        Places of the columns.
    axis : Axis
        Horizontal axis.
    heaviest : float
        Largest weight in the figure.
    pad : float
        Room above and below, points.
    """
    effect = row_effect(row, spec)
    role = MUTED if row.style == "set-aside" else INK
    texts = _effect_texts(effect, columns, pad, role=role) if effect else ()
    labels, y = _label_texts(row, columns, pad, _label_room(effect, columns))
    texts += labels
    if not columns.narrow:
        texts += _cell_texts(row, columns, pad)
    if not effect:
        notes, bottom = _note_texts(row.text or "not estimable", columns, pad, y)
        return Block(height=max(y, bottom) + pad, texts=texts + notes)
    if columns.narrow:
        middle, height = y + STRIP / 2, y + STRIP + 2 * pad
        spans = (_strip_span(y),)
    else:
        middle, height = pad + (ASCENT - MIDDLE) * columns.body, y + pad
        spans = ((0.0, height),)
    interval = _interval(row, axis, middle, heaviest)
    return Block(height=height, texts=texts, intervals=(interval,), open_spans=spans)


def _strip_span(top: float) -> tuple[float, float]:
    """Part of a narrow figure's strip that the null line crosses without touching text."""
    return top + 0.5, top + STRIP - 2.5


def _label_room(effect: str, columns: ForestColumns) -> float:
    if not columns.narrow or not effect:
        return columns.label_width
    parts = effect_parts(effect)
    if parts[1]:
        left = columns.effect_rights[0] - text_width(parts[0], columns.body, bold=True)
    else:
        left = columns.effect_rights[-1] - text_width(effect, columns.body, bold=True)
    return left - GAP - columns.label_left


def _label_texts(
    row: ForestRow, columns: ForestColumns, pad: float, room: float
) -> tuple[tuple[TextMark, ...], float]:
    """Label and sublabel, with the height at which they end."""
    body, small = columns.body, columns.small
    lines = wrap_label(row.label, room, body, max_lines=MOST_LINES)
    texts = stack_lines(lines, x=columns.label_left, top=pad, size=body)
    y = pad + len(lines) * LEADING * body
    weight = f"weight {write_weight(row.weight)}" if columns.narrow and row.weight else ""
    if weight:
        second = pad + LEADING * body
        texts += stack_lines(
            (weight,), x=columns.weight_right, top=second, size=small, role=MUTED, align="right"
        )
        room = columns.label_width - text_width(weight, small) - GAP
    elif columns.narrow:
        room = columns.label_width
    below = (
        wrap_label(row.sublabel, room, small, max_lines=MOST_LINES)
        if clean_text(row.sublabel)
        else ()
    )
    texts += stack_lines(below, x=columns.label_left, top=y, size=small, role=MUTED)
    beside = pad + LEADING * (body + small) if weight else 0.0
    return texts, max(y + len(below) * LEADING * small, beside)


def _cell_texts(row: ForestRow, columns: ForestColumns, pad: float) -> tuple[TextMark, ...]:
    cells = list(zip(row.columns, columns.data_rights, strict=False))
    if columns.show_weight:
        cells.append((write_weight(row.weight), columns.weight_right))
    baseline = pad + ASCENT * columns.body
    return tuple(
        TextMark(x=x, y=baseline, text=clean_text(cell), size=columns.body, align="right")
        for cell, x in cells
        if clean_text(cell)
    )


def _note_texts(
    note: str, columns: ForestColumns, pad: float, below: float
) -> tuple[tuple[TextMark, ...], float]:
    """Words in place of the plot, with the height at which they end."""
    size = columns.small
    x = columns.label_left if columns.narrow else columns.plot_left
    top = below if columns.narrow else pad + ASCENT * (columns.body - size)
    lines = wrap_label(note, columns.width - MARGIN - x, size, max_lines=3)
    texts = stack_lines(lines, x=x, top=top, size=size, role=MUTED)
    return texts, top + len(lines) * LEADING * size


def _effect_texts(
    effect: str,
    columns: ForestColumns,
    top: float,
    *,
    role: str = INK,
    bold: bool = False,
) -> tuple[TextMark, ...]:
    """Place effect, lower bound and rest, each aligned at its right edge."""
    return tuple(
        TextMark(
            x=x,
            y=top + ASCENT * columns.body,
            text=part,
            size=columns.body,
            role=role,
            align="right",
            bold=bold,
        )
        for part, x in zip(effect_parts(effect), columns.effect_rights, strict=True)
        if part
    )


def _interval(row: ForestRow, axis: Axis, y: float, heaviest: float) -> Interval:
    effect, low, high = row.effect, row.ci_low, row.ci_high
    if effect is None or low is None or high is None:
        raise AssertionError("only rows with an estimate have an interval")
    side = PLAIN_SQUARE
    if row.weight is not None:
        side = BIGGEST_SQUARE * math.sqrt(row.weight / heaviest) if heaviest else 0.0
    return Interval(
        label=clean_text(row.label),
        y=y,
        x=axis.place(effect) if axis.shows(effect) else None,
        x_low=axis.place(low),
        x_high=axis.place(high),
        arrow_low=low < axis.low,
        arrow_high=high > axis.high,
        side=side,
        style=row.style,
    )


def summary_block(
    summary: ForestSummary, spec: ForestSpec, columns: ForestColumns, axis: Axis, pad: float
) -> Block:
    """Lay out a pooled result, its prediction interval and its heterogeneity.

    Parameters
    ----------
    summary : ForestSummary
        Pooled result.
    spec, columns, axis, pad
        As in `row_block`.
    """
    body, small, narrow = columns.body, columns.small, columns.narrow
    effect = summary_effect(summary, spec)
    top = pad + 2.0
    texts = _effect_texts(effect, columns, top, bold=True)
    room = _label_room(effect, columns) if narrow else columns.left_width
    lines = wrap_text(summary.label, room, body, bold=True)
    texts += stack_lines(lines, x=columns.label_left, top=top, size=body, bold=True)
    y = top + len(lines) * LEADING * body
    middle = y + STRIP / 2 if narrow else top + (ASCENT - MIDDLE) * body
    spans = [_strip_span(y)] if narrow else []
    y += STRIP if narrow else 2 * pad
    prediction = None
    if summary.pi_low is not None and summary.pi_high is not None:
        more, prediction, y = _prediction(summary, spec, columns, axis, y)
        texts += more
        if narrow:
            spans.append(_strip_span(y - STRIP))
    if clean_text(summary.heterogeneity):
        lines = wrap_text(summary.heterogeneity, columns.left_width, small)
        texts += stack_lines(lines, x=columns.label_left, top=y, size=small, role=MUTED)
        y += len(lines) * LEADING * small
    shape = _summary(summary, axis, middle, 0.56 * body, prediction)
    spans = spans if narrow else [(0.0, y + pad)]
    return Block(height=y + pad, texts=texts, summaries=(shape,), open_spans=tuple(spans))


def _prediction(
    summary: ForestSummary, spec: ForestSpec, columns: ForestColumns, axis: Axis, top: float
) -> tuple[tuple[TextMark, ...], Interval, float]:
    low, high = summary.pi_low, summary.pi_high
    if low is None or high is None:
        raise AssertionError("called only with a prediction interval")
    text = "Prediction interval"
    texts = stack_lines((text,), x=columns.label_left, top=top, size=columns.body, role=MUTED)
    texts += _effect_texts(write_interval(low, high, spec.decimals), columns, top, role=MUTED)
    y = top + LEADING * columns.body
    middle = y + STRIP / 2 if columns.narrow else top + (ASCENT - MIDDLE) * columns.body
    bar = Interval(
        label=text,
        y=middle,
        x=None,
        x_low=axis.place(low),
        x_high=axis.place(high),
        arrow_low=low < axis.low,
        arrow_high=high > axis.high,
        side=0.0,
        style="observed",
    )
    return texts, bar, y + (STRIP if columns.narrow else 2.0)


def _summary(
    summary: ForestSummary, axis: Axis, y: float, half: float, prediction: Interval | None
) -> Summary:
    return Summary(
        label=clean_text(summary.label),
        y=y,
        x=axis.place(summary.effect) if axis.shows(summary.effect) else None,
        diamond=_diamond(summary, axis, y, half),
        arrow_low=summary.ci_low < axis.low,
        arrow_high=summary.ci_high > axis.high,
        prediction=prediction,
    )


def _diamond(
    summary: ForestSummary, axis: Axis, y: float, half: float
) -> tuple[tuple[float, float], ...]:
    """Corners of the diamond, cut where it leaves the axis."""
    tip_low, tip_high = axis.project(summary.ci_low), axis.project(summary.ci_high)
    middle = axis.project(summary.effect)
    clipped = sorted({min(max(x, axis.left), axis.right) for x in (tip_low, middle, tip_high)})

    def reach(x: float) -> float:
        tip = tip_low if x < middle else tip_high
        if x == middle or math.isinf(tip):
            return half
        return half * max(0.0, 1 - abs(x - middle) / abs(tip - middle))

    upper = [(x, y - reach(x)) for x in clipped]
    lower = [(x, y + reach(x)) for x in reversed(clipped)]
    return tuple(_without_repeats([*upper, *lower]))


def _without_repeats(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for point in points:
        if point not in kept:
            kept.append(point)
    return kept
