"""Draws marks with matplotlib, one point of the layout for one point on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text

from remit.plots.marks import RuleMark, TextMark
from remit.plots.style import COLOURS, FONT_FAMILY, HAIRLINE, INK

__all__ = ["Canvas"]

SPECK = 0.001
"""Length of a line that is drawn as a dot, points: seen by the renderer and by nobody else."""


class Canvas:
    """A sheet of paper whose coordinates are points from the top left corner.

    Later marks lie over earlier ones. No global setting of matplotlib is read or changed.

    Parameters
    ----------
    width, height : float
        Size, points.
    """

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width / 72, height / 72))
        FigureCanvasAgg(self.figure)
        self.figure.patch.set_facecolor(COLOURS["paper"])
        self._axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()
        self._count = 0

    def _order(self) -> int:
        self._count += 1
        return self._count

    def texts(self, marks: Iterable[TextMark]) -> None:
        """Write texts."""
        for mark in marks:
            if not mark.text:
                continue
            text = Text(
                mark.x,
                mark.y,
                mark.text,
                color=COLOURS[mark.role],
                fontproperties=FontProperties(
                    family=FONT_FAMILY, size=mark.size, weight="bold" if mark.bold else "normal"
                ),
                horizontalalignment=mark.align,
                verticalalignment="baseline",
                rotation=mark.angle,
                rotation_mode="anchor",
                parse_math=False,
                clip_on=False,
                zorder=self._order(),
            )
            self._axes.add_artist(text)

    def rules(self, marks: Iterable[RuleMark]) -> None:
        """Draw straight lines."""
        for m in marks:
            self.line([(m.x0, m.y0), (m.x1, m.y1)], role=m.role, width=m.width, dashed=m.dashed)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        role: str = INK,
        width: float = HAIRLINE,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points."""
        line = Line2D(
            [x for x, _ in points],
            [y for _, y in points],
            color=COLOURS[role],
            linewidth=width,
            linestyle=(0, (2.5, 2.5)) if dashed else "solid",
            solid_capstyle="butt",
            dash_capstyle="butt",
            antialiased=True,
            marker="None",
            clip_on=False,
            zorder=self._order(),
        )
        self._axes.add_line(line)

    def strokes(
        self, lines: Sequence[Sequence[tuple[float, float]]], *, role: str, width: float
    ) -> None:
        """Draw many unbroken lines of one look as one shape, which is quick and small."""
        self._trace(lines, role=role, width=width, cap="butt")

    def specks(
        self, places: Sequence[tuple[float, float]], radius: float, *, role: str = INK
    ) -> None:
        """Draw many filled dots of one look as one shape: lines of no length with round ends."""
        lines = [((x, y), (x + SPECK, y)) for x, y in places]
        self._trace(lines, role=role, width=2.0 * radius, cap="round", snap=False)

    def _trace(
        self,
        lines: Sequence[Sequence[tuple[float, float]]],
        *,
        role: str,
        width: float,
        cap: Literal["butt", "round"],
        snap: bool | None = None,
    ) -> None:
        path = Path(
            [point for line in lines for point in line],
            [code for line in lines for code in (Path.MOVETO, *[Path.LINETO] * (len(line) - 1))],
        )
        path.should_simplify = False
        patch = PathPatch(
            path,
            facecolor="none",
            edgecolor=COLOURS[role],
            linewidth=width,
            capstyle=cap,
            joinstyle="round",
            snap=snap,
            clip_on=False,
            zorder=self._order(),
        )
        self._axes.add_artist(patch)  # unlike add_patch it does not measure every line

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str | None = INK,
        edge: str | None = None,
        width: float = HAIRLINE,
        alpha: float = 1.0,
    ) -> None:
        """Draw a closed shape."""
        patch = Polygon(
            points,
            closed=True,
            facecolor=COLOURS[fill] if fill else "none",
            edgecolor=COLOURS[edge] if edge else "none",
            linewidth=width if edge else 0.0,
            alpha=None if alpha == 1.0 else alpha,
            joinstyle="miter",
            clip_on=False,
            zorder=self._order(),
        )
        self._axes.add_patch(patch)

    def rectangle(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str | None = INK,
        edge: str | None = None,
        width: float = HAIRLINE,
        alpha: float = 1.0,
    ) -> None:
        """Draw a rectangle."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.polygon(corners, fill=fill, edge=edge, width=width, alpha=alpha)

    def dot(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None = INK,
        edge: str | None = None,
        width: float = HAIRLINE,
    ) -> None:
        """Draw a round mark."""
        patch = Circle(
            (x, y),
            radius,
            facecolor=COLOURS[fill] if fill else "none",
            edgecolor=COLOURS[edge] if edge else "none",
            linewidth=width if edge else 0.0,
            clip_on=False,
            zorder=self._order(),
        )
        self._axes.add_patch(patch)

    def mark(
        self, shape: str, x: float, y: float, radius: float, *, role: str, hollow: bool = False
    ) -> None:
        """Draw the mark of a treatment: ``circle``, ``square``, ``triangle`` or ``diamond``."""
        fill, edge = ("paper" if hollow else role), role
        if shape == "circle":
            self.dot(x, y, radius, fill=fill, edge=edge, width=0.9)
            return
        r = radius
        corners = {
            "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            "triangle": [(-1.05, 0.85), (1.05, 0.85), (0.0, -1.1)],
            "diamond": [(-1.2, 0.0), (0.0, -1.2), (1.2, 0.0), (0.0, 1.2)],
        }[shape]
        points = [(x + a * r, y + b * r) for a, b in corners]
        self.polygon(points, fill=fill, edge=edge, width=0.9)
