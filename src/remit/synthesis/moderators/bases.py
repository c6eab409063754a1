"""Columns that let an effect bend along a number: orthogonal polynomials and splines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline

from remit.core.errors import InputError, SpecError

__all__ = ["Polynomial", "Spline", "polynomial", "spline"]

FloatArray = npt.NDArray[np.float64]
_ORDER = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polynomial:
    """Polynomials orthogonal over the values they were made for.

    Attributes
    ----------
    center, norm : (degree,), (degree + 2,) array
        Coefficients of the three-term recursion (Kennedy & Gentle 1980, sec. 8.1, as R's poly).
    """

    center: FloatArray
    norm: FloatArray

    def columns(self, x: FloatArray) -> FloatArray:
        """Return the (n, degree) columns at values ``x``."""
        degree = self.center.size
        z = np.ones((x.size, degree + 1))
        z[:, 1] = x - self.center[0]
        for i in range(1, degree):
            ratio = self.norm[i + 1] / self.norm[i]
            z[:, i + 1] = (x - self.center[i]) * z[:, i] - ratio * z[:, i - 1]
        return np.asarray(z[:, 1:] / np.sqrt(self.norm[2:]))


def polynomial(x: FloatArray, degree: int, name: str) -> Polynomial:
    """Make orthogonal polynomials up to a degree for values ``x``.

    Raises
    ------
    SpecError
        If the degree is not below the number of different values.
    """
    if not 1 <= degree < np.unique(x).size:
        raise SpecError.at(
            f"{name} in the formula",
            found=f"degree {degree}",
            expected=f"1 to {np.unique(x).size - 1}, as there are {np.unique(x).size} values",
        )
    middle = float(np.mean(x))
    q, r = np.linalg.qr(np.vander(x - middle, degree + 1, increasing=True))
    z = q * np.diag(r)
    norm = np.sum(z * z, axis=0)
    center = np.sum(x[:, None] * z * z, axis=0) / norm
    return Polynomial(center=center[:degree], norm=np.concatenate(([1.0], norm)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spline:
    """Cubic splines with given knots.

    Attributes
    ----------
    knots : array
        All knots, the ends four times.
    natural : bool
        Whether the curve goes on as a straight line beyond the ends.
    turn : (m, df) array
        From B-splines to columns.
    name : str
        As the formula has it.
    """

    knots: FloatArray
    natural: bool
    turn: FloatArray
    name: str

    def columns(self, x: FloatArray) -> FloatArray:
        """Return the (n, df) columns at values ``x``.

        Raises
        ------
        InputError
            If a value lies beyond the ends and the spline is not natural.
        """
        low, high = float(self.knots[0]), float(self.knots[-1])
        inside = np.clip(x, low, high)
        if not self.natural and np.any(inside != x):
            beyond = float(x[inside != x][0])
            raise InputError.at(
                f"{self.name} in the formula",
                found=f"{beyond:g}",
                expected=f"values from {low:g} to {high:g}, where there are studies",
                hint="ns() goes on as a straight line.",
            )
        values = _b_splines(self.knots, inside) @ self.turn
        if np.any(inside != x):
            slope = _b_splines(self.knots, inside, 1) @ self.turn
            values = values + (x - inside)[:, None] * slope
        return np.asarray(values)


def spline(x: FloatArray, df: int, name: str, *, natural: bool) -> Spline:
    """Make a cubic spline basis without its constant, knots at quantiles, as R's ns and bs.

    Raises
    ------
    SpecError
        If ``df`` is too small, or there are fewer different values than columns.
    """
    least = 1 if natural else 3
    if not least <= df < np.unique(x).size:
        raise SpecError.at(
            f"{name} in the formula",
            found=f"df {df}",
            expected=f"{least} to {np.unique(x).size - 1}",
        )
    inner = df - least
    at = np.linspace(0.0, 1.0, inner + 2)[1:-1]
    ends = [float(x.min()), float(x.max())]
    knots = np.concatenate(([ends[0]] * _ORDER, np.quantile(x, at), [ends[1]] * _ORDER))
    size = knots.size - _ORDER
    turn = np.eye(size)[:, 1:]
    if natural:
        bend = (_b_splines(knots, np.array(ends), 2) @ turn).T
        turn = turn @ np.linalg.qr(bend, mode="complete")[0][:, 2:]
    return Spline(knots=knots, natural=natural, turn=turn, name=name)


def _b_splines(knots: FloatArray, x: FloatArray, derivative: int = 0) -> FloatArray:
    size = knots.size - _ORDER
    found = BSpline(knots, np.eye(size), _ORDER - 1)
    return np.asarray(found(x, nu=derivative) if derivative else found(x), dtype=np.float64)
