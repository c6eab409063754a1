"""Forest plot: studies with their intervals, and what pooling makes of them.

The layout holds numbers and strings only. Squares have an area in proportion to the weight, an
interval that leaves the axis ends in an arrow, and rows without an estimate are listed with
their words in place of the plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.plots.axis import Axis, Tick, linear_ticks, log_ticks
from remit.plots.forest_axis import forest_limits
from remit.plots.forest_blocks import Block, Interval, Summary, heading_block, note_block
from remit.plots.forest_columns import ForestColumns, forest_columns, title_lines
from remit.plots.forest_data import (
    ForestGroup,
    ForestRow,
    ForestSpec,
    ForestSummary,
    check_forest,
)
from remit.plots.forest_rows import row_block
from remit.plots.forest_summary import summary_block
from remit.plots.forest_under import axis_block, foot_notes
from remit.plots.marks import Align, RuleMark, TextMark, join_spans, stack_lines
from remit.plots.style import ACCENT, MARGIN, MUTED
from remit.plots.text_width import LEADING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "ForestGroup",
    "ForestLayout",
    "ForestRow",
    "ForestSpec",
    "ForestSummary",
    "draw_forest",
    "forest_layout",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestLayout:
    """A forest plot as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    axis : Axis
        Limits, ends and scale of the horizontal axis.
    axis_y : float
        Height of the axis line.
    ticks : tuple of Tick
        Labelled places.
    null_x : float or None
        Place of no difference.
    intervals : tuple of Interval
        One for each row with an estimate, in row order.
    summaries : tuple of Summary
        One for each pooled result.
    texts : tuple of TextMark
        All text.
    rules : tuple of RuleMark
        Null line, rules, ticks.
    """

    width: float
    height: float
    axis: Axis
    axis_y: float
    ticks: tuple[Tick, ...]
    null_x: float | None
    intervals: tuple[Interval, ...]
    summaries: tuple[Summary, ...]
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]


def forest_layout(groups: Sequence[ForestGroup], spec: ForestSpec) -> ForestLayout:
    """Lay out a forest plot.

    Parameters
    ----------
    groups : sequence of ForestGroup
        In the order in which they are shown.
    spec : ForestSpec
        Axis, headings and width.

    Returns
    -------
    ForestLayout

    Raises
    ------
    InputError, SpecError
        As `remit.plots.forest_data.check_forest` says.
    """
    check_forest(groups, spec)
    columns = forest_columns(groups, spec)
    low, high = forest_limits(groups, spec)
    axis = Axis(low=low, high=high, left=columns.plot_left, right=columns.plot_right, log=spec.log)
    empty = not any(g.summary or any(r.effect is not None for r in g.rows) for g in groups)
    shown = spec.null if spec.null is not None and axis.shows(spec.null) else None
    null_x = None if empty or shown is None else axis.place(shown)
    head_texts, head_rules, y = _header(columns, spec, empty)
    blocks, y = _stack(_blocks(groups, spec, columns, axis), y)
    axis_y = y + 3.0
    ticks = () if empty else (log_ticks if spec.log else linear_ticks)(axis, columns.small)
    under, under_rules, y = axis_block(ticks, axis, null_x, axis_y, columns, spec)
    feet, y = foot_notes(groups, y, columns, spec)
    return ForestLayout(
        width=columns.width,
        height=y + MARGIN,
        axis=axis,
        axis_y=axis_y,
        ticks=ticks,
        null_x=null_x,
        intervals=tuple(i for block in blocks for i in block.intervals),
        summaries=tuple(s for block in blocks for s in block.summaries),
        texts=(*head_texts, *(t for block in blocks for t in block.texts), *under, *feet),
        rules=(*head_rules, *_vertical_rules(blocks, null_x, axis_y), *under_rules),
    )


def _header(
    columns: ForestColumns, spec: ForestSpec, empty: bool
) -> tuple[tuple[TextMark, ...], tuple[RuleMark, ...], float]:
    """Column headings, aligned at their last line, over a rule."""
    if columns.narrow:
        return (), (), MARGIN
    heads: list[tuple[str, float, Align]] = [(spec.label_title, columns.label_left, "left")]
    heads += [
        (title, x, "right")
        for title, x in zip(spec.column_titles, columns.data_rights, strict=True)
    ]
    if columns.show_weight:
        heads.append((spec.weight_title, columns.weight_right, "right"))
    if not empty:
        heads.append((spec.effect_title, columns.effect_rights[-1], "right"))
    tallest = max(len(title_lines(title)) for title, _, _ in heads)
    texts: list[TextMark] = []
    for title, x, align in heads:
        lines = title_lines(title)
        texts += stack_lines(
            lines,
            x=x,
            top=MARGIN + (tallest - len(lines)) * LEADING * columns.body,
            size=columns.body,
            role=MUTED,
            align=align,
        )
    y = MARGIN + tallest * LEADING * columns.body + 2.0
    rule = RuleMark(x0=MARGIN, y0=y, x1=columns.width - MARGIN, y1=y)
    return tuple(texts), (rule,), y + 3.0


def _blocks(
    groups: Sequence[ForestGroup], spec: ForestSpec, columns: ForestColumns, axis: Axis
) -> list[Block]:
    """Build all rows, each with its top at 0."""
    rows = [row for group in groups for row in group.rows]
    pad = 2.9 if len(rows) <= 25 else 2.1 if len(rows) <= 40 else 1.3
    heaviest = max((row.weight or 0.0 for row in rows), default=0.0)
    blocks: list[Block] = []
    for number, group in enumerate(groups):
        parts = []
        if group.title:
            parts.append(heading_block(group.title, columns, first=number == 0))
        parts += [row_block(row, spec, columns, axis, heaviest, pad) for row in group.rows]
        if group.summary is not None:
            parts.append(summary_block(group.summary, spec, columns, axis, pad))
        if group.footnote:
            parts.append(note_block(group.footnote, columns))
        blocks += [replace(part, group=number) for part in parts]
    return blocks


def _stack(blocks: Sequence[Block], top: float) -> tuple[list[Block], float]:
    placed, y = [], top
    for block in blocks:
        placed.append(block.moved(y))
        y += block.height
    return placed, y


def _vertical_rules(
    blocks: Sequence[Block], null_x: float | None, axis_y: float
) -> tuple[RuleMark, ...]:
    """Null line and the pooled line of each group, broken where text stands in the plot."""
    rules = []
    for block in blocks:
        for summary in block.summaries:
            spans = [span for b in blocks if b.group == block.group for span in b.open_spans]
            rules += [
                RuleMark(x0=summary.x, y0=a, x1=summary.x, y1=b, role=ACCENT, dashed=True)
                for a, b in join_spans((a, min(b, summary.y)) for a, b in spans if a < summary.y)
                if summary.x is not None
            ]
    if null_x is not None:
        spans = [span for block in blocks for span in block.open_spans]
        rules += [
            RuleMark(x0=null_x, y0=a, x1=null_x, y1=b, role=MUTED, width=0.7)
            for a, b in join_spans([*spans, (axis_y - 3.0, axis_y)])
        ]
    return tuple(rules)


def draw_forest(layout: ForestLayout) -> Figure:
    """Draw a forest plot.

    Parameters
    ----------
    layout : ForestLayout
        As `forest_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    from remit.plots.canvas import Canvas
    from remit.plots.forest_drawing import draw_interval, draw_summary

    canvas = Canvas(layout.width, layout.height)
    canvas.rules(layout.rules)
    for interval in layout.intervals:
        draw_interval(canvas, interval)
    for summary in layout.summaries:
        draw_summary(canvas, summary)
    canvas.texts(layout.texts)
    return canvas.figure
