"""The axes of a durability figure: log time in days, percent upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from remit.plots.axis import Axis, Tick
from remit.plots.durability_data import DurabilityLine
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.style import BODY, INK, MARGIN, MUTED, SMALL, THIN
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, text_width, wrap_text

__all__ = ["durability_axes", "time_axis", "time_ticks"]

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


def time_axis(lines: Sequence[DurabilityLine], left: float, right: float) -> Axis:
    """Axis from the tick before the first time to the tick after the last one."""
    days = [p.days for line in lines for p in line.points if p.days is not None] or [7.0, 91.3]
    marks = [mark for mark, _, _ in TIMES]
    low = max((m for m in marks if m <= min(days)), default=min(days))
    high = min((m for m in marks if m >= max(days)), default=max(days))
    if low == high:
        low, high = low / 3, high * 3
    return Axis(low=low * 0.88, high=high * 1.14, left=left, right=right, log=True)


def durability_axes(
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
            TextMark(x=left - 4, y=y + MIDDLE * SMALL, text=str(percent), size=SMALL, align="right")
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


def time_ticks(axis: Axis) -> tuple[Tick, ...]:
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
