"""Along which degrees of selection the mean falls fastest: the path of metasens."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from remit.synthesis.bias.contours import contour_lines, pretty_levels
from remit.synthesis.bias.copas_fit import CopasData, near_mean

__all__ = ["NO_SELECTION", "selection_path", "selection_ranges"]

FloatArray = npt.NDArray[np.float64]
NO_SELECTION = (10.0, 0.0)  # Copas & Shi 2001, p. 256: every study is seen
_GRID, _LEVELS = 20, 10  # as in metasens


def selection_ranges(std_error: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of gamma0 and gamma1 that metasens maps.

    At the strongest selection the study with the largest standard error is seen with probability
    0.40 and the one with the smallest with 0.85 (probits -0.25 and 1.04).
    """
    least, most = float(std_error.min()), float(std_error.max())
    gamma1 = 1.29 / (1.0 / least - 1.0 / most)
    return (-0.25 - gamma1 / most, 2.0), (0.0, gamma1)


def selection_path(data: CopasData, start: FloatArray) -> list[tuple[float, float]]:
    """Return (gamma0, gamma1) from the least selection to the most.

    Carpenter, Schwarzer, Ruecker & Kuenstler 2009 (J Clin Epidemiol 62:624): the mean is mapped
    over a grid of both, a straight line is fitted to each contour of equal mean, and the path
    leaves the corner of least selection at a right angle to their average direction. Its points
    are where it crosses these lines. Grid, levels (R's ``pretty``) and weights (vertices of a
    contour) are those of metasens.

    Parameters
    ----------
    data : CopasData
        Studies.
    start : (3,) float array
        mu, rho and tau2 from which every mean of the map is searched.
    """
    error = np.sqrt(data.v) * data.unit
    range0, range1 = selection_ranges(error)
    gamma0, gamma1 = (np.linspace(*ends, _GRID) for ends in (range0, range1))
    heights = np.array(
        [[near_mean(data, (float(a), float(b)), start) for b in gamma1] for a in gamma0]
    )
    lines = _lines(heights * data.unit)
    steep = [(slope, size) for slope, _, size, explained in lines if explained]
    total = sum(slope * size for slope, size in steep)
    if not steep or total == 0.0:
        return []
    turn = -sum(size for _, size in steep) / total
    points = []
    for slope, intercept, _, _ in lines:
        x = (1.0 - turn - intercept) / (slope - turn)
        y = 1.0 + turn * (x - 1.0)
        if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0:
            points.append((_scaled(x, range0), _scaled(y, range1)))
    most = float(error.max())
    return sorted(points, key=lambda g: -float(ndtr(g[0] + g[1] / most)))


def _scaled(share: float, ends: tuple[float, float]) -> float:
    return share * (ends[1] - ends[0]) + ends[0]


def _lines(heights: FloatArray) -> list[tuple[float, float, int, bool]]:
    """Return slope, intercept and vertices of each contour, and whether a line explains it.

    Both axes run from 0 to 1. A line explains where its adjusted R2 is above 0.
    """
    low, high = float(heights.min()), float(heights.max())
    if not high > low:
        return []
    axis = np.linspace(0.0, 1.0, _GRID)
    found = []
    for level in pretty_levels(low, high, _LEVELS):
        for vertices in contour_lines(axis, axis, heights, float(level)):
            x, y = (vertices - vertices.mean(axis=0)).T
            if vertices.shape[0] < 2 or float(x @ x) == 0.0:
                continue
            slope = float(x @ y) / float(x @ x)
            intercept = float(vertices[:, 1].mean() - slope * vertices[:, 0].mean())
            n, left = vertices.shape[0], float(np.sum((y - slope * x) ** 2))
            spread = float(y @ y)
            explained = n > 2 and spread > 0.0 and left / spread * (n - 1) / (n - 2) < 1.0
            found.append((slope, intercept, n, explained))
    return found
