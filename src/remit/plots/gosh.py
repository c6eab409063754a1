"""GOSH plot: the pooled effect and I2 of every subset of the studies, or of a sample of them.

Olkin, Dahabreh & Trikalinos (2012, Res Synth Methods 3:214). The darker a cell, the more subsets
lie in it, and bars at the edges count them for each axis alone. Two clouds speak of two kinds
of studies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError
from remit.plots.frame import PLANE_WIDTH, Frame, make_frame, padded, read_columns
from remit.plots.plane import AreaMark, CurveMark, DotMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, MARGIN, MUTED, SECOND, THIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GoshLayout", "draw_gosh", "gosh_layout"]

COLUMNS, ROWS = 72, 48
"""Cells across and up."""
EDGE = 26.0
"""Room for the bars at the edges, points."""
SHADES = 12
"""Steps of opacity; few, so that the file stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoshLayout(PlaneLayout):
    """A GOSH plot as numbers; the first ``cells`` areas are cells, the first dot all studies.

    Attributes
    ----------
    cells : int
        Cells that hold a subset.
    subsets : int
        Subsets counted.
    """

    cells: int
    subsets: int


def gosh_layout(
    effect: npt.ArrayLike,
    i2: npt.ArrayLike,
    *,
    whole: tuple[float, float] | None = None,
    ratio: bool = False,
    x_label: str = "Pooled effect of the subset",
    y_label: str = "I² of the subset, percent",
) -> GoshLayout:
    """Lay out a GOSH plot.

    Parameters
    ----------
    effect : (m,) array-like
        Pooled effect of each subset.
    i2 : (m,) array-like
        I2 of each subset, percent.
    whole : (effect, i2) of float or None
        Of all studies together.
    ratio : bool
        Whether effects are logarithms of ratios; the axis then shows the ratios.
    x_label, y_label : str
        What the axes show.

    Returns
    -------
    GoshLayout

    Raises
    ------
    InputError
        If a number is not finite, I2 lies outside 0 to 100, or lengths differ.
    """
    read = read_columns("GOSH plot", effect=effect, i2=i2)
    xs, ys = np.asarray(read["effect"]), np.asarray(read["i2"])
    if ys.min() < 0.0 or ys.max() > 100.0:
        raise InputError.at(
            "GOSH plot, i2", found=f"{ys.min():g} to {ys.max():g}", expected="percent, 0 to 100"
        )
    entries = [KeyEntry(label="subsets: the more, the darker", kind="area", alpha=0.6, role=ACCENT)]
    if whole is not None:
        read_columns("GOSH plot", effect_of_all=whole[0], i2_of_all=whole[1])
        entries.append(KeyEntry(label="all studies", kind="dot", role=SECOND))
    key = place_key(entries)
    made = make_frame(
        padded([*read["effect"], *([whole[0]] if whole else [])], 0.03),
        (-2.0, 102.0),
        x_label=x_label,
        y_label=y_label,
        top=key.bottom,
        room_top=EDGE - 6.0,
        room_right=EDGE + 4.0,
        ratio_x=ratio,
        grid=False,
    )
    frame = made.frame
    counts, _, _ = np.histogram2d(
        xs, ys, (COLUMNS, ROWS), ((frame.x.low, frame.x.high), (frame.y.low, frame.y.high))
    )
    cells = _cells(frame, counts)
    dots = [DotMark(x=x, y=y, radius=3.2, role=SECOND) for x, y in _place(frame, whole)]
    return GoshLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=(*cells, *_edges(frame, counts), *key.areas),
        rules=made.rules,
        curves=(*_cross(frame, whole), *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts),
        cells=len(cells),
        subsets=len(xs),
    )


def _place(frame: Frame, whole: tuple[float, float] | None) -> list[tuple[float, float]]:
    return [] if whole is None else [frame.at(*whole)]


def _cross(frame: Frame, whole: tuple[float, float] | None) -> list[CurveMark]:
    """Broken lines through the point of all studies."""
    if whole is None:
        return []
    x, y = frame.at(*whole)
    lines = (
        ((x, frame.y.left), (x, frame.y.right)),
        ((frame.x.left, y), (frame.x.right, y)),
    )
    return [CurveMark(points=line, role=MUTED, width=THIN, dashed=True) for line in lines]


def _cells(frame: Frame, counts: npt.NDArray[np.float64]) -> list[AreaMark]:
    """Cells in the order of columns; opacity grows with the square root of the count."""
    across = (frame.x.right - frame.x.left) / COLUMNS
    up = (frame.y.right - frame.y.left) / ROWS
    most = float(counts.max())
    cells = []
    for i, j in zip(*np.nonzero(counts), strict=True):
        step = math.ceil(SHADES * math.sqrt(float(counts[i, j]) / most))
        left, bottom = frame.x.left + int(i) * across, frame.y.right - int(j) * up
        box = _box(left, bottom - up, left + across, bottom)
        cells.append(AreaMark(points=box, role=ACCENT, alpha=round(0.1 + 0.9 * step / SHADES, 3)))
    return cells


def _edges(frame: Frame, counts: npt.NDArray[np.float64]) -> list[AreaMark]:
    """Outlines of the counts of each axis, above the plot and at its right."""
    across, up = counts.sum(axis=1), counts.sum(axis=0)
    width = (frame.x.right - frame.x.left) / COLUMNS
    height = (frame.y.right - frame.y.left) / ROWS
    base, side = frame.y.left - 2.0, frame.x.right + 2.0
    top = _steps(across, frame.x.left, width)
    right = _steps(up[::-1], frame.y.left, height)
    above = tuple((at, base - (EDGE - 6.0) * share) for at, share in top)
    beside = tuple((side + (EDGE - 2.0) * share, at) for at, share in right)
    return [AreaMark(points=points, role=MUTED, alpha=0.45) for points in (above, beside)]


def _steps(
    counts: npt.NDArray[np.float64], start: float, width: float
) -> Sequence[tuple[float, float]]:
    """Outline of bars: place along the axis, and height as a share of the highest."""
    outline = [(start, 0.0)]
    for i, share in enumerate((counts / counts.max()).tolist()):
        outline += [(start + i * width, share), (start + (i + 1) * width, share)]
    return [*outline, (start + len(counts) * width, 0.0)]


def _box(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def draw_gosh(layout: GoshLayout) -> Figure:
    """Draw a GOSH plot.

    Parameters
    ----------
    layout : GoshLayout
        As `gosh_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
