"""What figures on two axes are made of: areas, curves and dots, placed in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from remit.plots.frame import Frame
from remit.plots.marks import RuleMark, TextMark
from remit.plots.style import ACCENT, INK, LINE, PAPER, RULE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from remit.plots.canvas import Canvas

__all__ = ["AreaMark", "CurveMark", "DotMark", "PlaneLayout", "bubble_radius", "draw_plane"]

EDGED = 1.6
"""Radius from which a filled dot has an edge of paper, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMark:
    """A filled shape: its corners, colour role and opacity from 0 to 1."""

    points: tuple[tuple[float, float], ...]
    role: str = ACCENT
    alpha: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveMark:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    role: str = INK
    width: float = LINE
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DotMark:
    """A round mark: filled, hollow with paper inside, or pale with a thin edge."""

    x: float
    y: float
    radius: float = 2.4
    role: str = ACCENT
    hollow: bool = False
    pale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneLayout:
    """A figure on two axes as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    frame : Frame
        The two axes.
    areas, rules, curves, dots : tuple
        What is drawn, in this order from the ground upwards.
    texts : tuple of TextMark
        All text; none overlaps another.
    """

    width: float
    height: float
    frame: Frame
    areas: tuple[AreaMark, ...]
    rules: tuple[RuleMark, ...]
    curves: tuple[CurveMark, ...]
    dots: tuple[DotMark, ...]
    texts: tuple[TextMark, ...]


def bubble_radius(share: float) -> float:
    """Return the radius of a dot whose area is a share of the largest one's, points."""
    return max(1.8, 11.0 * math.sqrt(share))


def draw_plane(layout: PlaneLayout) -> Figure:
    """Draw the areas, lines, dots and texts of a layout.

    Marks of one look that follow each other become one shape, so that thousands of them are drawn
    quickly and take little room in a file.
    """
    from remit.plots.canvas import Canvas

    canvas = Canvas(layout.width, layout.height)
    for area in layout.areas:
        canvas.polygon(area.points, fill=area.role, alpha=area.alpha)
    ruled = (_as_curve(rule) for rule in layout.rules)
    for _, curves in groupby((*ruled, *layout.curves), _line_look):
        _draw_lines(canvas, list(curves))
    # bubbles from the largest, so that none is hidden, then the others from the smallest
    dots = sorted(layout.dots, key=lambda d: (not d.pale, -d.radius if d.pale else d.radius))
    for _, alike in groupby(dots, _dot_look):
        _draw_dots(canvas, list(alike))
    canvas.texts(layout.texts)
    return canvas.figure


def _as_curve(rule: RuleMark) -> CurveMark:
    ends = ((rule.x0, rule.y0), (rule.x1, rule.y1))
    return CurveMark(points=ends, role=rule.role, width=rule.width, dashed=rule.dashed)


def _line_look(curve: CurveMark) -> tuple[str, float, bool]:
    return curve.role, curve.width, curve.dashed


def _dot_look(dot: DotMark) -> tuple[str, float, bool, bool]:
    return dot.role, dot.radius, dot.hollow, dot.pale


def _draw_lines(canvas: Canvas, curves: Sequence[CurveMark]) -> None:
    """Draw lines of one look; broken ones each for itself, for each begins with a dash."""
    first = curves[0]
    if len(curves) > 1 and not first.dashed:
        canvas.strokes([c.points for c in curves], role=first.role, width=first.width)
        return
    for curve in curves:
        canvas.line(curve.points, role=curve.role, width=curve.width, dashed=curve.dashed)


def _draw_dots(canvas: Canvas, dots: Sequence[DotMark]) -> None:
    """Draw dots of one look; those with an edge each for itself, for it shows where they meet."""
    first = dots[0]
    if not (first.hollow or first.pale) and first.radius < EDGED:
        canvas.specks([(dot.x, dot.y) for dot in dots], first.radius, role=first.role)
        return
    for dot in dots:
        fill, edge, width = dot.role, PAPER, 0.4
        if dot.hollow:
            fill, edge, width = PAPER, dot.role, 0.9
        elif dot.pale:
            fill, edge, width = RULE, dot.role, 0.7
        canvas.dot(dot.x, dot.y, dot.radius, fill=fill, edge=edge, width=width)
