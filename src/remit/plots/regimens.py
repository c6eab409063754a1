"""Every regimen on one figure: dose, infusion rate and total on three log axes that share rows.

A dot is a fixed figure and a bar a range; both are open where a body weight was assumed to get
at mg/kg. A quantity that is not printed is a dash.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.plots.axis import Axis, Tick, log_ticks
from remit.plots.grouped_rows import RowPlace, label_width, stack_rows
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.regimens_data import QUANTITIES, RegimenRow, check_regimens, regimen_value
from remit.plots.style import ACCENT, BODY, INK, MARGIN, MUTED, PAPER, SMALL, THIN, WIDE_WIDTH
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, text_width, wrap_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from remit.plots.canvas import Canvas

__all__ = [
    "PlacedRange",
    "RegimenPanel",
    "RegimenRow",
    "RegimensLayout",
    "draw_regimens",
    "regimens_layout",
]

GAP = 14.0
"""Room between columns, points."""
INSET = 5.0
"""Room between the frame of a panel and the ends of its axis, points."""
RADIUS = 2.5
"""Radius of a dot, and half the height of a bar, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRange:
    """A quantity of a regimen: its ends in points, equal for a fixed figure."""

    row: int
    quantity: str
    x_low: float
    x_high: float
    y: float
    hollow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimenPanel:
    """One of the three panels; ``axis`` is None where no regimen has the quantity."""

    quantity: str
    left: float
    right: float
    axis: Axis | None
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimensLayout:
    """The figure as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    panels : tuple of RegimenPanel
        Dose, rate, total.
    rows : tuple of RowPlace
        From top to bottom.
    ranges : tuple of PlacedRange
        What is drawn.
    key : tuple of PlacedRange
        Marks of the key.
    texts, rules : tuple
        All text, dashes included; all straight lines.
    """

    width: float
    height: float
    panels: tuple[RegimenPanel, ...]
    rows: tuple[RowPlace, ...]
    ranges: tuple[PlacedRange, ...]
    key: tuple[PlacedRange, ...]
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]


def regimens_layout(
    rows: Sequence[RegimenRow], *, assumed_text: str = "from an assumed body weight"
) -> RegimensLayout:
    """Lay out the regimens.

    Parameters
    ----------
    rows : sequence of RegimenRow
        In the order in which they are shown within each route.
    assumed_text : str
        Words for open marks in the key.

    Returns
    -------
    RegimensLayout

    Raises
    ------
    InputError
        If there is no row, or a quantity is not positive or upside down.
    """
    check_regimens(rows)
    badges = [_badge(row) for row in rows]
    badge_width = max(text_width(badge, SMALL) for badge in badges)
    labels = label_width([row.label for row in rows], 150.0)
    badge_left = MARGIN + labels + 7.0
    left = badge_left + badge_width + (GAP if badge_width else 0.0)
    panels = _panels(rows, left)
    head, y = _heads(panels)
    stack = stack_rows(
        [row.group for row in rows], [row.label for row in rows], top=y, width=labels
    )
    places = {place.index: place for place in stack.rows}
    badge_texts = tuple(
        TextMark(x=badge_left, y=places[i].baseline, text=badge, size=SMALL, role=MUTED)
        for i, badge in enumerate(badges)
        if badge
    )
    ranges = _ranges(rows, panels, places)
    dashes = _dashes(rows, panels, places)
    bottom = stack.bottom + 3.0
    tick_texts, rules = _axes(panels, stack.spans_without(()), y - 2.0, bottom)
    key_texts, key, end = _key(bottom + LEADING * SMALL + 14.0, ranges, assumed_text)
    return RegimensLayout(
        width=WIDE_WIDTH,
        height=end + MARGIN,
        panels=panels,
        rows=stack.rows,
        ranges=ranges,
        key=key,
        texts=(*head, *stack.texts, *badge_texts, *dashes, *tick_texts, *key_texts),
        rules=rules,
    )


def _badge(row: RegimenRow) -> str:
    dosing = clean_text(row.dosing).replace("-", " ")
    return "" if dosing in {"fixed", "unknown"} else dosing


def _panels(rows: Sequence[RegimenRow], left: float) -> tuple[RegimenPanel, ...]:
    """Three panels of equal width, each with the axis that its values need."""
    width = (WIDE_WIDTH - MARGIN - left - 2 * GAP) / 3
    panels = []
    for j, (quantity, _, _) in enumerate(QUANTITIES):
        x = left + j * (width + GAP)
        values = [v for row in rows if (pair := regimen_value(row, quantity)) for v in pair]
        axis = None
        if values:
            low, high = min(values) / 1.25, max(values) * 1.25
            if high / low < 12:
                middle = math.sqrt(low * high)
                low, high = middle / math.sqrt(12), middle * math.sqrt(12)
            axis = Axis(low=low, high=high, left=x + INSET, right=x + width - INSET, log=True)
        ticks = log_ticks(axis, SMALL, most=6) if axis else ()
        panels.append(
            RegimenPanel(quantity=quantity, left=x, right=x + width, axis=axis, ticks=ticks)
        )
    return tuple(panels)


def _heads(panels: Sequence[RegimenPanel]) -> tuple[tuple[TextMark, ...], float]:
    """Name and unit of each panel, aligned at the last line."""
    texts: list[TextMark] = []
    blocks = [wrap_text(name, p.right - p.left, BODY) for p, (_, name, _) in _named(panels)]
    tallest = max(len(block) for block in blocks)
    y = MARGIN + tallest * LEADING * BODY
    for (panel, (_, _, unit)), block in zip(_named(panels), blocks, strict=True):
        top = y - len(block) * LEADING * BODY
        middle = (panel.left + panel.right) / 2
        texts += stack_lines(block, x=middle, top=top, size=BODY, align="center")
        texts += stack_lines((unit,), x=middle, top=y, size=SMALL, role=MUTED, align="center")
    baseline = y + ASCENT * SMALL
    texts.append(TextMark(x=MARGIN, y=baseline, text="Study", size=BODY, role=MUTED))
    return tuple(texts), y + LEADING * SMALL + 5.0


def _named(
    panels: Sequence[RegimenPanel],
) -> list[tuple[RegimenPanel, tuple[str, str, str]]]:
    return list(zip(panels, QUANTITIES, strict=True))


def _ranges(
    rows: Sequence[RegimenRow], panels: Sequence[RegimenPanel], places: dict[int, RowPlace]
) -> tuple[PlacedRange, ...]:
    placed = []
    for i, row in enumerate(rows):
        for panel in panels:
            value = regimen_value(row, panel.quantity)
            if value is not None and panel.axis is not None:
                placed.append(
                    PlacedRange(
                        row=i,
                        quantity=panel.quantity,
                        x_low=panel.axis.place(value[0]),
                        x_high=panel.axis.place(value[1]),
                        y=places[i].middle,
                        hollow=panel.quantity in row.assumed,
                    )
                )
    return tuple(placed)


def _dashes(
    rows: Sequence[RegimenRow], panels: Sequence[RegimenPanel], places: dict[int, RowPlace]
) -> tuple[TextMark, ...]:
    """Return a muted dash in the middle of a panel for what is not printed."""
    return tuple(
        TextMark(
            x=(panel.left + panel.right) / 2,
            y=places[i].baseline,
            text="–",
            size=SMALL,
            role=MUTED,
            align="center",
        )
        for i, row in enumerate(rows)
        for panel in panels
        if regimen_value(row, panel.quantity) is None
    )


def _axes(
    panels: Sequence[RegimenPanel],
    spans: Sequence[tuple[float, float]],
    top: float,
    bottom: float,
) -> tuple[tuple[TextMark, ...], tuple[RuleMark, ...]]:
    """Gridlines through the rows, axis lines, and tick labels."""
    texts, rules = [], [RuleMark(x0=MARGIN, y0=top, x1=WIDE_WIDTH - MARGIN, y1=top)]
    for panel in panels:
        if panel.axis is None:
            continue
        rules.append(
            RuleMark(x0=panel.left, y0=bottom, x1=panel.right, y1=bottom, role=INK, width=THIN)
        )
        for tick in panel.ticks:
            rules += [RuleMark(x0=tick.x, y0=a, x1=tick.x, y1=b) for a, b in spans]
            rules.append(
                RuleMark(x0=tick.x, y0=bottom, x1=tick.x, y1=bottom + 3, role=INK, width=THIN)
            )
            y = bottom + 5.5 + ASCENT * SMALL
            texts.append(TextMark(x=tick.x, y=y, text=tick.label, size=SMALL, align="center"))
    return tuple(texts), tuple(rules)


def _key(
    top: float, ranges: Sequence[PlacedRange], assumed_text: str
) -> tuple[tuple[TextMark, ...], tuple[PlacedRange, ...], float]:
    """Explain the marks that occur."""
    entries = []
    if any(r.x_low == r.x_high for r in ranges):
        entries.append(("fixed", False, 0.0))
    if any(r.x_low < r.x_high for r in ranges):
        entries.append(("range", False, 11.0))
    if any(r.hollow for r in ranges):
        entries.append((assumed_text, True, 0.0))
    entries.append(("not printed or not applicable", False, -1.0))
    texts, marks, x, y = [], [], MARGIN, top
    for text, hollow, length in entries:
        baseline = y + ASCENT * SMALL
        start = x + 3.0
        if length >= 0:
            middle = baseline - MIDDLE * SMALL
            marks.append(
                PlacedRange(
                    row=-1, quantity="", x_low=start, x_high=start + length, y=middle, hollow=hollow
                )
            )
        else:
            texts.append(TextMark(x=x, y=baseline, text="–", size=SMALL, role=MUTED))
        x = start + max(length, 0.0) + 6.0
        texts.append(TextMark(x=x, y=baseline, text=clean_text(text), size=SMALL, role=MUTED))
        x += text_width(clean_text(text), SMALL) + GAP
    return tuple(texts), tuple(marks), y + LEADING * SMALL


def draw_regimens(layout: RegimensLayout) -> Figure:
    """Draw the regimens.

    Parameters
    ----------
    layout : RegimensLayout
        As `regimens_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    from remit.plots.canvas import Canvas

    canvas = Canvas(layout.width, layout.height)
    canvas.rules(layout.rules)
    for placed in (*layout.ranges, *layout.key):
        _draw_range(canvas, placed)
    canvas.texts(layout.texts)
    return canvas.figure


def _draw_range(canvas: Canvas, placed: PlacedRange) -> None:
    fill = PAPER if placed.hollow else ACCENT
    low, high, y = placed.x_low, placed.x_high, placed.y
    if low == high:
        canvas.dot(low, y, RADIUS, fill=fill, edge=ACCENT, width=1.0)
        return
    half = 0.75 * RADIUS
    canvas.rectangle(low, y - half, high, y + half, fill=fill, edge=ACCENT, width=1.0)
