"""The key of a figure on two axes: what each shade, line and dot means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from remit.plots.frame import PLANE_WIDTH
from remit.plots.marks import TextMark
from remit.plots.plane import AreaMark, CurveMark, DotMark
from remit.plots.style import INK, MARGIN, RULE, SMALL
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, text_width, wrap_label

__all__ = ["KeyEntry", "PlacedKey", "place_key"]

SWATCH, GAP, BETWEEN = 12.0, 4.0, 12.0
"""Width of a sample, room to its name, and room to the next entry, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One entry: its ``kind`` is area, line, dashed, dot, hollow or pale."""

    label: str
    kind: str
    role: str = INK
    alpha: float = 1.0
    width: float = 1.0


@dataclass(slots=True, kw_only=True)
class PlacedKey:
    """Placed samples and names, and the height at which they end, points."""

    areas: list[AreaMark] = field(default_factory=list)
    curves: list[CurveMark] = field(default_factory=list)
    dots: list[DotMark] = field(default_factory=list)
    texts: list[TextMark] = field(default_factory=list)
    bottom: float = MARGIN


def place_key(entries: Sequence[KeyEntry], *, width: float = PLANE_WIDTH) -> PlacedKey:
    """Place the entries in rows from the upper left corner.

    Parameters
    ----------
    entries : sequence of KeyEntry
        In order.
    width : float
        Width of the figure, points.
    """
    key = PlacedKey()
    room = width - 2 * MARGIN - SWATCH - GAP
    x = y = MARGIN
    for entry in entries:
        (label,) = wrap_label(entry.label, room, SMALL, max_lines=1)
        needed = SWATCH + GAP + text_width(label, SMALL)
        if x > MARGIN and x + needed > width - MARGIN:
            x, y = MARGIN, y + LEADING * SMALL + 1.0
        base = y + ASCENT * SMALL
        _sample(key, entry, x, base - MIDDLE * SMALL)
        key.texts.append(TextMark(x=x + SWATCH + GAP, y=base, text=label, size=SMALL))
        x += needed + BETWEEN
        key.bottom = y + LEADING * SMALL + 4.0
    return key


def _sample(key: PlacedKey, entry: KeyEntry, x: float, y: float) -> None:
    right, half = x + SWATCH, 3.0
    if entry.kind == "area":
        corners = ((x, y - half), (right, y - half), (right, y + half), (x, y + half))
        key.areas.append(AreaMark(points=corners, role=entry.role, alpha=entry.alpha))
        key.curves.append(CurveMark(points=(*corners, corners[0]), role=RULE, width=0.4))
    elif entry.kind in ("dot", "hollow", "pale"):
        hollow, pale = entry.kind == "hollow", entry.kind == "pale"
        dot = DotMark(x=x + SWATCH / 2, y=y, role=entry.role, hollow=hollow, pale=pale)
        key.dots.append(dot)
    else:
        dashed = entry.kind == "dashed"
        line = CurveMark(
            points=((x, y), (right, y)), role=entry.role, width=entry.width, dashed=dashed
        )
        key.curves.append(line)
