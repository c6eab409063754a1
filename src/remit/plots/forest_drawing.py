"""Draws the intervals, squares and diamonds of a forest plot."""

from __future__ import annotations

from remit.plots.canvas import Canvas
from remit.plots.forest_blocks import Interval, Summary
from remit.plots.style import ACCENT, INK, LINE, MUTED, PAPER, THIN

__all__ = ["draw_interval", "draw_summary"]

ARROW_LENGTH, ARROW_HALF = 4.2, 2.1
"""Size of an arrow head, points."""
CAP = 2.2
"""Half length of the end strokes of a prediction interval, points."""
SEEN = 3.0
"""Side below which a square gets an upright stroke, so that it is seen, points."""


def draw_interval(canvas: Canvas, interval: Interval) -> None:
    """Draw a study's interval with its square."""
    role = MUTED if interval.style == "set-aside" else INK
    fill = MUTED if interval.style == "set-aside" else ACCENT
    y = interval.y
    canvas.line([(interval.x_low, y), (interval.x_high, y)], role=role, width=THIN)
    draw_arrows(canvas, interval, role)
    if interval.x is None:
        return
    x, half = interval.x, interval.side / 2
    if interval.side < SEEN:
        canvas.line([(x, y - SEEN / 2), (x, y + SEEN / 2)], role=fill, width=THIN)
    if interval.style == "assumed":
        canvas.rectangle(x - half, y - half, x + half, y + half, fill=PAPER, edge=ACCENT, width=1.0)
    else:
        canvas.rectangle(x - half, y - half, x + half, y + half, fill=fill)


def draw_summary(canvas: Canvas, summary: Summary) -> None:
    """Draw a diamond and, beneath it, the bar of the prediction interval."""
    if len(summary.diamond) > 2:
        canvas.polygon(summary.diamond, fill=ACCENT)
    tips = [x for x, _ in summary.diamond]
    if summary.arrow_low:
        _arrow(canvas, min(tips), summary.y, -1, ACCENT)
    if summary.arrow_high:
        _arrow(canvas, max(tips), summary.y, 1, ACCENT)
    bar = summary.prediction
    if bar is None:
        return
    canvas.line([(bar.x_low, bar.y), (bar.x_high, bar.y)], role=ACCENT, width=LINE)
    for x, gone in ((bar.x_low, bar.arrow_low), (bar.x_high, bar.arrow_high)):
        if not gone:
            canvas.line([(x, bar.y - CAP), (x, bar.y + CAP)], role=ACCENT, width=LINE)
    draw_arrows(canvas, bar, ACCENT)


def draw_arrows(canvas: Canvas, interval: Interval, role: str) -> None:
    """Draw an arrow head at each end that leaves the axis."""
    if interval.arrow_low:
        _arrow(canvas, interval.x_low, interval.y, -1, role)
    if interval.arrow_high:
        _arrow(canvas, interval.x_high, interval.y, 1, role)


def _arrow(canvas: Canvas, x: float, y: float, direction: int, role: str) -> None:
    base = x - direction * 0.5
    tip = base + direction * ARROW_LENGTH
    canvas.polygon([(base, y - ARROW_HALF), (tip, y), (base, y + ARROW_HALF)], fill=role)
