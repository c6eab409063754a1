"""Stacks labelled rows under the headings of their groups."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from remit.plots.marks import TextMark, join_spans, stack_lines
from remit.plots.style import BODY, INK, MARGIN, WIDE_WIDTH
from remit.plots.text_width import (
    ASCENT,
    LEADING,
    MIDDLE,
    clean_text,
    text_width,
    wrap_label,
    wrap_text,
)

__all__ = ["RowPlace", "Stack", "label_width", "stack_rows"]

MOST_LINES = 4
"""Most lines of a label; only what is longer still ends in an ellipsis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlace:
    """Where a row stands, points.

    Attributes
    ----------
    index : int
        Number of the row in the input.
    top, bottom : float
        Its upper and lower end.
    baseline : float
        Baseline of its first line.
    middle : float
        Height of its marks.
    """

    index: int
    top: float
    bottom: float
    baseline: float
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Stacked rows.

    Attributes
    ----------
    rows : tuple of RowPlace
        From top to bottom: group by group, each in the order of the input.
    texts : tuple of TextMark
        Headings and labels.
    bottom : float
        Where the stack ends.
    """

    rows: tuple[RowPlace, ...]
    texts: tuple[TextMark, ...]
    bottom: float

    def spans_without(self, skipped: Container[int]) -> tuple[tuple[float, float], ...]:
        """Return the heights of neighbouring rows together, leaving out rows that hold text."""
        return join_spans((row.top, row.bottom) for row in self.rows if row.index not in skipped)


def _row_padding(rows: int) -> float:
    """Room above and below each row, less for many rows, points."""
    return 2.6 if rows <= 30 else 1.9 if rows <= 45 else 1.3


def label_width(labels: Sequence[str], most: float) -> float:
    """Return the width of the labels on one line, ``most`` at the most."""
    natural = max((text_width(clean_text(t), BODY) for t in labels), default=0.0)
    return min(natural + 1.0, most)


def stack_rows(
    groups: Sequence[str],
    labels: Sequence[str],
    *,
    top: float,
    width: float,
    least_lines: Sequence[int] = (),
    figure_width: float = WIDE_WIDTH,
) -> Stack:
    """Stack rows under headings.

    Parameters
    ----------
    groups : (k,) sequence of str
        Heading of each row; groups follow in the order of their first row.
    labels : (k,) sequence of str
        Text of each row, which wraps.
    top : float
        Where the stack begins, points.
    width : float
        Width of the labels, points.
    least_lines : (k,) sequence of int
        Lines that other columns of each row need; may be left out.
    figure_width : float
        Points.
    """
    pad = _row_padding(len(labels))
    rows: list[RowPlace] = []
    texts: list[TextMark] = []
    y = top
    for number, group in enumerate(dict.fromkeys(groups)):
        if clean_text(group):
            y += 3.0 if number == 0 else 8.0
            lines = wrap_text(group, figure_width - 2 * MARGIN, BODY + 0.5, bold=True)
            texts += stack_lines(lines, x=MARGIN, top=y, size=BODY + 0.5, bold=True)
            y += LEADING * (BODY + 0.5) * len(lines) + 1.5
        for index in (i for i, g in enumerate(groups) if g == group):
            label = wrap_label(labels[index], width, BODY, max_lines=MOST_LINES)
            texts += stack_lines(label, x=MARGIN, top=y + pad, size=BODY, role=INK)
            end = y + pad + LEADING * BODY * len(label)
            if index < len(least_lines):
                end = max(end, y + pad + LEADING * BODY * least_lines[index])
            baseline = y + pad + ASCENT * BODY
            rows.append(
                RowPlace(
                    index=index,
                    top=y,
                    bottom=end + pad,
                    baseline=baseline,
                    middle=baseline - MIDDLE * BODY,
                )
            )
            y = end + pad
    return Stack(rows=tuple(rows), texts=tuple(texts), bottom=y)
