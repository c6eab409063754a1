"""What stands under the rows of a forest plot: the axis, what it favours, the notes."""

from __future__ import annotations

from collections.abc import Sequence

from remit.plots.axis import Axis, Tick
from remit.plots.forest_columns import ForestColumns
from remit.plots.forest_data import ForestGroup, ForestSpec
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.style import INK, MARGIN, MUTED, THIN
from remit.plots.text_width import ASCENT, LEADING, clean_text, text_width, wrap_text

__all__ = ["axis_block", "foot_notes"]

TICK = 3.0
"""Length of a tick, points."""
APART = 7.0
"""Room between the null line and the words beside it, points."""


def axis_block(
    ticks: Sequence[Tick],
    axis: Axis,
    null_x: float | None,
    top: float,
    columns: ForestColumns,
    spec: ForestSpec,
) -> tuple[tuple[TextMark, ...], tuple[RuleMark, ...], float]:
    """Lay out the axis with its labels.

    Parameters
    ----------
    ticks : sequence of Tick
        Labelled places; none where no row has an estimate, and then nothing is drawn.
    axis : Axis
        Horizontal axis.
    null_x : float or None
        Place of no difference.
    top : float
        Height of the axis line, points.
    columns : ForestColumns
        Places of the columns.
    spec : ForestSpec
        Words.

    Returns
    -------
    texts, rules, bottom : tuple
        Marks, and the height at which they end.
    """
    if not ticks:
        return (), (), top
    size = columns.small
    rules = [RuleMark(x0=axis.left, y0=top, x1=axis.right, y1=top, role=INK, width=THIN)]
    rules += [RuleMark(x0=t.x, y0=top, x1=t.x, y1=top + TICK, role=INK, width=THIN) for t in ticks]
    y = top + TICK + 2.5
    texts = [
        TextMark(
            x=_on_canvas(t, size, columns.width),
            y=y + ASCENT * size,
            text=t.label,
            size=size,
            align="center",
        )
        for t in ticks
    ]
    y += LEADING * size + 2.0
    favours, y = _favours(axis, null_x, y, columns, spec)
    label, y = _centred_label(spec.axis_label, axis, y, columns)
    return (*texts, *favours, *label), tuple(rules), y


def _on_canvas(tick: Tick, size: float, width: float) -> float:
    """Return where a label is centred: at its tick, or so far aside that it stays on the canvas."""
    half = 0.5 * text_width(tick.label, size)
    return min(max(tick.x, half), width - half)


def _favours(
    axis: Axis, null_x: float | None, top: float, columns: ForestColumns, spec: ForestSpec
) -> tuple[tuple[TextMark, ...], float]:
    """Words on both sides of the null line, or stacked where one side is too short."""
    size = columns.small
    low = f"← {clean_text(spec.favours_low)}" if clean_text(spec.favours_low) else ""
    high = f"{clean_text(spec.favours_high)} →" if clean_text(spec.favours_high) else ""
    if not (low or high):
        return (), top
    left, right = MARGIN, columns.width - MARGIN
    middle = null_x if null_x is not None else (axis.left + axis.right) / 2
    room_low, room_high = middle - APART - left, right - middle - APART
    step = LEADING * size
    if text_width(low, size) <= room_low and text_width(high, size) <= room_high:
        texts = stack_lines((low,), x=middle - APART, top=top, size=size, align="right")
        texts += stack_lines((high,), x=middle + APART, top=top, size=size)
        return texts, top + step + 2.0
    lows = wrap_text(low, right - left, size)
    highs = wrap_text(high, right - left, size)
    texts = stack_lines(lows, x=left, top=top, size=size)
    below = top + len(lows) * step
    texts += stack_lines(highs, x=right, top=below, size=size, align="right")
    return texts, below + len(highs) * step + 2.0


def _centred_label(
    label: str, axis: Axis, top: float, columns: ForestColumns
) -> tuple[tuple[TextMark, ...], float]:
    """Axis label under the plot, moved inwards where it would leave the figure."""
    size = columns.small
    inner = columns.width - 2 * MARGIN
    middle = (axis.left + axis.right) / 2
    beside = 2 * min(middle - MARGIN, columns.width - MARGIN - middle)
    lines = wrap_text(label, inner if columns.narrow else beside, size)
    half = max((text_width(line, size) for line in lines), default=0.0) / 2
    middle = max(min(middle, columns.width - MARGIN - half), MARGIN + half)
    texts = stack_lines(lines, x=middle, top=top, size=size, role=MUTED, align="center")
    return texts, top + len(lines) * LEADING * size + 2.0


def foot_notes(
    groups: Sequence[ForestGroup], top: float, columns: ForestColumns, spec: ForestSpec
) -> tuple[tuple[TextMark, ...], float]:
    """Explain hollow and grey squares where any is drawn.

    Returns
    -------
    texts, bottom : tuple
        Marks, and the height at which they end.
    """
    styles = {row.style for g in groups for row in g.rows if row.effect is not None}
    notes = [spec.assumed_note] if "assumed" in styles else []
    notes += [spec.set_aside_note] if "set-aside" in styles else []
    lines = wrap_text(" ".join(notes), columns.width - 2 * MARGIN, columns.small)
    if not lines:
        return (), top
    top += 4.0
    texts = stack_lines(lines, x=MARGIN, top=top, size=columns.small, role=MUTED)
    return texts, top + len(lines) * LEADING * columns.small
