"""One study of a forest plot as numbers: its texts, its interval, the room that it takes."""

from __future__ import annotations

import math

from remit.plots.axis import Axis
from remit.plots.forest_blocks import (
    STRIP,
    Block,
    Interval,
    effect_texts,
    label_room,
    strip_span,
)
from remit.plots.forest_columns import GAP, ForestColumns, row_effect, write_weight
from remit.plots.forest_data import ForestRow, ForestSpec
from remit.plots.marks import TextMark, stack_lines
from remit.plots.style import INK, MARGIN, MUTED
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, text_width, wrap_label

__all__ = ["row_block"]

BIGGEST_SQUARE = 8.4
"""Side of the square with the most weight, points."""
PLAIN_SQUARE = 4.4
"""Side of a square without weight, points."""
MOST_LINES = 6
"""Most lines of one label; only what is longer still ends in an ellipsis."""


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
    texts = effect_texts(effect, columns, pad, role=role) if effect else ()
    labels, y = _label_texts(row, columns, pad, label_room(effect, columns))
    texts += labels
    if not columns.narrow:
        texts += _cell_texts(row, columns, pad)
    if not effect:
        notes, bottom = _note_texts(row.text or "not estimable", columns, pad, y)
        return Block(height=max(y, bottom) + pad, texts=texts + notes)
    if columns.narrow:
        middle, height = y + STRIP / 2, y + STRIP + 2 * pad
        spans = (strip_span(y),)
    else:
        middle, height = pad + (ASCENT - MIDDLE) * columns.body, y + pad
        spans = ((0.0, height),)
    interval = _interval(row, axis, middle, heaviest)
    return Block(height=height, texts=texts, intervals=(interval,), open_spans=spans)


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
