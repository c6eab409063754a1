"""What the rows of a forest plot are made of, and what all of them share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from remit.plots.forest_axis import effect_parts
from remit.plots.forest_columns import GAP, ForestColumns
from remit.plots.forest_data import RowStyle
from remit.plots.marks import TextMark, stack_lines
from remit.plots.style import INK, MARGIN, MUTED
from remit.plots.text_width import ASCENT, LEADING, text_width, wrap_text

__all__ = [
    "STRIP",
    "Block",
    "Interval",
    "Summary",
    "effect_texts",
    "heading_block",
    "label_room",
    "note_block",
    "strip_span",
]

STRIP = 13.0
"""Height of the strip for one interval in a narrow figure, points."""


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


def strip_span(top: float) -> tuple[float, float]:
    """Part of a narrow figure's strip that the null line crosses without touching text."""
    return top + 0.5, top + STRIP - 2.5


def label_room(effect: str, columns: ForestColumns) -> float:
    """Return the room of a label, which in a narrow figure ends before the effect."""
    if not columns.narrow or not effect:
        return columns.label_width
    parts = effect_parts(effect)
    if parts[1]:
        left = columns.effect_rights[0] - text_width(parts[0], columns.body, bold=True)
    else:
        left = columns.effect_rights[-1] - text_width(effect, columns.body, bold=True)
    return left - GAP - columns.label_left


def effect_texts(
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
