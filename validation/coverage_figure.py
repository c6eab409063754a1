"""How does coverage compare: one row per interval, a panel for each number of studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from remit.plots.axis import Axis
from remit.plots.canvas import Canvas
from remit.plots.marks import RuleMark, TextMark
from remit.plots.style import (
    ACCENT,
    BAND,
    BODY,
    INK,
    MARGIN,
    MUTED,
    RULE,
    SECOND,
    SMALL,
    THIN,
    WIDE_WIDTH,
)
from remit.plots.text_width import ASCENT, MIDDLE, text_width
from validation.coverage_page import names_of

__all__ = ["draw_coverage"]

Row = dict[str, Any]
LOW, HIGH, LEVEL = 70.0, 100.0, 95.0
"""Ends of the axis and the level, per cent; what lies below stands at the end with its number."""
TICKS = (70, 80, 90, 95, 100)
STUDIES = (3, 5, 10)
MARKS = {0: ("circle", MUTED), 30: ("square", ACCENT), 75: ("diamond", SECOND)}
"""Shape and colour by heterogeneity, per cent."""
TITLES = {"mean": "Mean", "tau2": "tau²", "prediction": "Effect of a new study"}
LABELS, GAP, ROW, STEP, RADIUS = 106.0, 24.0, 14.0, 3.8, 1.8
"""Room for names and between panels, height of a row, offset of its marks, their radius, points."""
TOP = MARGIN + 24.0


def draw_coverage(rows: Sequence[Row]) -> Figure:
    """Draw the coverage of all intervals; those that know tau2, and so cover 95 %, are left out.

    Parameters
    ----------
    rows : sequence of dict
        Results as `validation.coverage` stores them.
    """
    places, bottom = _places(rows)
    canvas = Canvas(WIDE_WIDTH, bottom + 30.0)
    for y in list(places.values())[::2]:
        canvas.rectangle(MARGIN, y - ROW / 2, WIDE_WIDTH - MARGIN, y + ROW / 2, fill=BAND)
    canvas.texts(_names(places))
    _key(canvas)
    for position, k in enumerate(STUDIES):
        axis = _axis(position)
        _frame(canvas, axis, k, bottom)
        for row in rows:
            place = places.get((row["family"], row["interval"]))
            if row["k"] == k and place is not None:
                _mark(canvas, axis, place, row)
    label = "Coverage of 95 % intervals, per cent; lines: two Monte Carlo standard errors"
    left, right = _axis(0).left, _axis(2).right
    base = bottom + 23.0
    canvas.texts([TextMark(x=(left + right) / 2, y=base, text=label, size=BODY, align="center")])
    return canvas.figure


def _places(rows: Sequence[Row]) -> tuple[dict[tuple[str, str], float], float]:
    """Return the height of the middle of each interval's row, and where all end."""
    places, y = {}, TOP
    for family in TITLES:
        y += ROW
        for name in names_of(rows, family):
            if name != "known tau2":
                places[family, name] = y + ROW / 2
                y += ROW
        y += 3.0
    return places, y + 2.0


def _names(places: dict[tuple[str, str], float]) -> list[TextMark]:
    texts, seen = [], set()
    for (family, name), y in places.items():
        base = y + MIDDLE * SMALL
        if family not in seen:
            seen.add(family)
            texts.append(
                TextMark(x=MARGIN, y=base - ROW, text=TITLES[family], size=BODY, bold=True)
            )
        texts.append(TextMark(x=MARGIN + 6.0, y=base, text=name, size=SMALL))
    return texts


def _axis(position: int) -> Axis:
    width = (WIDE_WIDTH - 2 * MARGIN - LABELS - 2 * GAP - 10.0) / 3
    left = MARGIN + LABELS + position * (width + GAP)
    return Axis(low=LOW, high=HIGH, left=left, right=left + width)


def _key(canvas: Canvas) -> None:
    x, base = _axis(0).left, MARGIN + ASCENT * SMALL
    for i2, (shape, role) in MARKS.items():
        text = "I² 0 %" if i2 == 0 else f"I² {i2} %"
        canvas.mark(shape, x + 3.0, base - MIDDLE * SMALL, RADIUS + 0.6, role=role)
        canvas.texts([TextMark(x=x + 10.0, y=base, text=text, size=SMALL)])
        x += 10.0 + text_width(text, SMALL) + 16.0


def _frame(canvas: Canvas, axis: Axis, k: int, bottom: float) -> None:
    top = TOP + 2.0
    head = TextMark(x=axis.left, y=top - 5.0, text=f"{k} studies", size=BODY, bold=True)
    rules: list[RuleMark] = []
    texts = [head]
    for tick in TICKS:
        x, level = axis.place(tick), tick == LEVEL
        role, width = (INK, THIN) if level else (RULE, THIN / 2)
        rules.append(RuleMark(x0=x, y0=top, x1=x, y1=bottom, role=role, width=width))
        y = bottom + 4.0 + ASCENT * SMALL
        texts.append(TextMark(x=x, y=y, text=str(tick), size=SMALL, align="center"))
    rules.append(RuleMark(x0=axis.left, y0=bottom, x1=axis.right, y1=bottom, role=INK, width=THIN))
    canvas.rules(rules)
    canvas.texts(texts)


def _mark(canvas: Canvas, axis: Axis, place: float, row: Row) -> None:
    share, error = 100.0 * row["coverage"], 200.0 * row["error"]
    shape, role = MARKS[row["i2"]]
    y = place + STEP * (list(MARKS).index(row["i2"]) - 1)
    if share < LOW:
        x = axis.left
        tip = [(x - 2.5, y), (x + 1.5, y - 2.2), (x + 1.5, y + 2.2)]
        canvas.polygon(tip, fill=role)
        base = y + MIDDLE * SMALL
        canvas.texts([TextMark(x=x + 4.0, y=base, text=f"{share:.0f}", size=SMALL, role=role)])
        return
    ends = [(axis.place(max(LOW, share - error)), y), (axis.place(min(HIGH, share + error)), y)]
    canvas.line(ends, role=role, width=THIN)
    canvas.mark(shape, axis.place(share), y, RADIUS, role=role)
