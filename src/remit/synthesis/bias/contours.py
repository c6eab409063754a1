"""Where a surface on a grid has a given height: contour lines, as R draws them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["contour_lines", "pretty_levels"]

FloatArray = npt.NDArray[np.float64]
Edge = tuple[int, int, int]
_LINED_UP = 1e-3  # share of the range by which a height equal to the level is moved, as in R


def pretty_levels(low: float, high: float, count: int) -> FloatArray:
    """Return about `count` + 1 round and equally spaced values that cover a range.

    The rule of R's ``pretty`` with its default biases (Becker, Chambers & Wilks 1988): steps are
    1, 2 or 5 times a power of ten.
    """
    cell = (high - low) / count
    base = 10.0 ** np.floor(np.log10(cell))
    unit = base
    for factor, bias in ((2.0, 1.5), (5.0, 2.75), (10.0, 1.5)):
        if factor * base - cell >= bias * (cell - unit):
            break
        unit = factor * base
    first, last = np.floor(low / unit + 1e-10), np.ceil(high / unit - 1e-10)
    levels: FloatArray = np.arange(first, last + 1.0) * unit
    return levels


def contour_lines(x: FloatArray, y: FloatArray, z: FloatArray, level: float) -> list[FloatArray]:
    """Return the vertices of each contour line, in no order.

    Heights are interpolated along the sides of the cells; of four crossings in a cell the two on
    its left are joined, and the two on its right.

    Parameters
    ----------
    x, y : (m,), (n,) float array
        Ascending places.
    z : (m, n) float array
        Heights.
    level : float
        Height of the lines.

    Returns
    -------
    list of (v, 2) float array
        Vertices of the lines that do not touch each other.
    """
    z = np.where(z == level, z + _LINED_UP * float(np.ptp(z)), z)
    place = _crossings(x, y, z, level)
    parent: dict[Edge, Edge] = {edge: edge for edge in place}

    def root(edge: Edge) -> Edge:
        while parent[edge] != edge:
            edge = parent[edge]
        return edge

    for i in range(x.size - 1):
        for j in range(y.size - 1):
            sides = [(0, i, j), (0, i, j + 1), (1, i, j), (1, i + 1, j)]
            met = sorted((place[edge], edge) for edge in sides if edge in place)
            for (_, one), (_, other) in zip(met[::2], met[1::2], strict=True):
                parent[root(one)] = root(other)
    lines: dict[Edge, list[tuple[float, float]]] = {}
    for edge, where in place.items():
        lines.setdefault(root(edge), []).append(where)
    return [np.array(vertices) for vertices in lines.values()]


def _crossings(
    x: FloatArray, y: FloatArray, z: FloatArray, level: float
) -> dict[Edge, tuple[float, float]]:
    """Return where the sides of the cells cross the level: (0, i, j) runs along x, 1 along y."""
    found: dict[Edge, tuple[float, float]] = {}
    above = z > level
    for i, j in np.argwhere(above[1:] != above[:-1]):
        share = (level - z[i, j]) / (z[i + 1, j] - z[i, j])
        found[(0, int(i), int(j))] = (float(x[i] + share * (x[i + 1] - x[i])), float(y[j]))
    for i, j in np.argwhere(above[:, 1:] != above[:, :-1]):
        share = (level - z[i, j]) / (z[i, j + 1] - z[i, j])
        found[(1, int(i), int(j))] = (float(x[i]), float(y[j] + share * (y[j + 1] - y[j])))
    return found
