"""What layouts are made of: placed texts and rules, in points from the top left corner."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from remit.plots.style import HAIRLINE, INK, RULE
from remit.plots.text_width import ASCENT, DESCENT, LEADING, text_width

__all__ = ["Align", "Box", "RuleMark", "TextMark", "join_spans", "stack_lines"]

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, in points; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def inside(self, width: float, height: float, *, slack: float = 0.0) -> bool:
        """Tell whether the box lies on a canvas of this size."""
        return (
            self.left >= -slack
            and self.top >= -slack
            and self.right <= width + slack
            and self.bottom <= height + slack
        )

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two boxes share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMark:
    """One line of text.

    Attributes
    ----------
    x, y : float
        Anchor on the baseline, points.
    text : str
        The line.
    size : float
        Type size, points.
    role : str
        Colour role of `remit.plots.style`.
    align : {"left", "center", "right"}
        Side of the text at which the anchor lies.
    bold : bool
        Whether the bold cut is used.
    angle : float
        Degrees, anticlockwise about the anchor.
    """

    x: float
    y: float
    text: str
    size: float
    role: str = INK
    align: Align = "left"
    bold: bool = False
    angle: float = 0.0

    @property
    def width(self) -> float:
        """Length of the line, points."""
        return text_width(self.text, self.size, bold=self.bold)

    @property
    def box(self) -> Box:
        """Rectangle around the text, which is turned with it."""
        start = {"left": 0.0, "center": -self.width / 2, "right": -self.width}[self.align]
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        corners = [
            (self.x + along * cos + down * sin, self.y - along * sin + down * cos)
            for along in (start, start + self.width)
            for down in (-ASCENT * self.size, DESCENT * self.size)
        ]
        return Box(
            left=min(x for x, _ in corners),
            top=min(y for _, y in corners),
            right=max(x for x, _ in corners),
            bottom=max(y for _, y in corners),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMark:
    """A straight line.

    Attributes
    ----------
    x0, y0, x1, y1 : float
        Ends, points.
    role : str
        Colour role.
    width : float
        Points.
    dashed : bool
        Whether the line is broken.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    role: str = RULE
    width: float = HAIRLINE
    dashed: bool = False


def join_spans(spans: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Join heights that follow each other without a gap, so that one rule runs through them.

    Parameters
    ----------
    spans : iterable of (top, bottom)
        From top to bottom, points.
    """
    joined: list[tuple[float, float]] = []
    for top, bottom in spans:
        if joined and top - joined[-1][1] < 0.01:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return tuple(joined)


def stack_lines(
    lines: Iterable[str],
    *,
    x: float,
    top: float,
    size: float,
    role: str = INK,
    align: Align = "left",
    bold: bool = False,
) -> tuple[TextMark, ...]:
    """Place lines under each other.

    Parameters
    ----------
    lines : iterable of str
        Text.
    x : float
        Anchor of all lines, points.
    top : float
        Upper end of the first line's letters, points.
    size, role, align, bold
        As in `TextMark`.

    Returns
    -------
    tuple of TextMark
        The i-th baseline is ``top + (0.78 + 1.28 i) size``.
    """
    return tuple(
        TextMark(
            x=x,
            y=top + (ASCENT + LEADING * i) * size,
            text=line,
            size=size,
            role=role,
            align=align,
            bold=bold,
        )
        for i, line in enumerate(lines)
    )
