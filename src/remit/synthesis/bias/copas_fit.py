"""Where the likelihood of Copas & Shi is highest for one degree of selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from remit.synthesis.bias.copas_likelihood import CopasLikelihood
from remit.synthesis.bias.selection_fit import covariance
from remit.synthesis.bias.selection_search import Summit, climb, curvature

__all__ = ["CERTAIN", "CopasData", "fit_copas", "mean_variance", "near_mean", "with_slope"]

FloatArray = npt.NDArray[np.float64]
CERTAIN = 9.0  # probit beyond which no study is missed, 1e-19
_RHO, _TAU2, _STEPS = 17, 12, 20  # of the scan that proves the highest summit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopasData:
    """Standardised studies.

    Attributes
    ----------
    y, v : (k,) float array
        Effects and squared standard errors, in units of `unit`.
    unit : float
        What effects were divided by.
    bound : float
        Largest absolute correlation, below 1.
    """

    y: FloatArray
    v: FloatArray
    unit: float
    bound: float

    def likelihood(self, gamma: tuple[float, float], *, slope: bool = False) -> CopasLikelihood:
        """Return the likelihood at (gamma0, gamma1), gamma1 in the units of the data."""
        error = np.sqrt(self.v)
        columns = (np.ones_like(error), error) if slope else (np.ones_like(error),)
        u = gamma[0] + gamma[1] / self.unit / error
        return CopasLikelihood(y=self.y, v=self.v, design=np.column_stack(columns), u=u)

    def tau2_grid(self, points: int) -> FloatArray:
        """Return ascending values of tau2, 0 first, that span every summit."""
        top = 4.0 * float(np.ptp(self.y)) ** 2 + 4.0 * float(self.v.max())
        inner = np.geomspace(0.05 * float(self.v.min()), top, points - 1)
        return np.concatenate(([0.0], inner))


def fit_copas(data: CopasData, gamma: tuple[float, float]) -> Summit:
    """Return the global maximum over mu, rho and tau2 (in this order)."""
    likelihood = data.likelihood(gamma)
    return _highest(data, likelihood, _ends(likelihood, (-data.bound, data.bound)))


def with_slope(data: CopasData, gamma: tuple[float, float], *, left: bool) -> Summit:
    """Return the maximum with a mean of mu + beta s, over mu, beta, rho and tau2.

    Copas & Shi 2000 take beta = 0 to say that selection explains all of the asymmetry. As in
    metasens, rho has the sign of the missing side: not negative where studies are missing on the
    left.
    """
    ends = (0.0, data.bound) if left else (-data.bound, 0.0)
    likelihood = data.likelihood(gamma, slope=True)
    return _highest(data, likelihood, _ends(likelihood, ends))


def _ends(likelihood: CopasLikelihood, ends: tuple[float, float]) -> tuple[float, float]:
    """Return the bounds of rho: 0 where every study is published, as nothing depends on it."""
    return (0.0, 0.0) if float(likelihood.u.min()) > CERTAIN else ends


def _highest(data: CopasData, likelihood: CopasLikelihood, ends: tuple[float, float]) -> Summit:
    """Scan the profile over rho and tau2, and climb from each of its summits."""
    p = likelihood.design.shape[1]
    rho = _rho_grid(ends, _RHO) if ends[1] > ends[0] else np.zeros(1)
    starts = _tops(likelihood, rho, data.tau2_grid(_TAU2), _STEPS)
    low = np.array([-np.inf] * p + [ends[0], 0.0])
    high = np.array([np.inf] * p + [ends[1], np.inf])
    return climb(likelihood.value_and_gradient, starts, low, high)


def near_mean(data: CopasData, gamma: tuple[float, float], start: FloatArray) -> float:
    """Return the mean at the summit that a descent from one start leads to.

    For the map that the path is drawn on: one summit followed over the whole map leaves it
    without cliffs, where the highest summit changes from place to place. The method is that of
    metasens, L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995).
    """
    likelihood = data.likelihood(gamma)

    def fall(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = likelihood.value_and_gradient(theta)
        return -value, -gradient

    bounds = [(None, None), (-data.bound, data.bound), (0.0, None)]
    options = {"ftol": 1e-13, "gtol": 0.0, "maxcor": 5}
    found = minimize(fall, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
    return float(found.x[0])


def _rho_grid(ends: tuple[float, float], points: int) -> FloatArray:
    """Return correlations that lie closer to each other towards -1 and 1."""
    grid: FloatArray = np.sin(np.linspace(np.arcsin(ends[0]), np.arcsin(ends[1]), points))
    return grid


def _tops(
    likelihood: CopasLikelihood, rho: FloatArray, tau2: FloatArray, steps: int
) -> list[FloatArray]:
    """Return the points of a grid that none of their eight neighbours exceeds."""
    pairs = np.array([(a, b) for a in rho for b in tau2])
    values, coef = likelihood.profile(pairs[:, 0], pairs[:, 1], steps)
    table = np.pad(values.reshape(rho.size, tau2.size), 1, mode="constant", constant_values=-np.inf)
    middle = table[1:-1, 1:-1]
    shifts = [(i, j) for i in (0, 1, 2) for j in (0, 1, 2) if (i, j) != (1, 1)]
    around = [table[i : i + rho.size, j : j + tau2.size] for i, j in shifts]
    tops = np.flatnonzero((middle >= np.max(around, axis=0)).ravel())
    return [np.concatenate((coef[i], pairs[i])) for i in tops]


def mean_variance(data: CopasData, gamma: tuple[float, float], top: Summit) -> float | None:
    """Return the variance of mu from the curvature, or None where there is none.

    Parameters at a bound are held there.
    """
    likelihood = data.likelihood(gamma)
    free = np.flatnonzero(~top.bound)
    low = np.array([-np.inf, -data.bound, 0.0])
    high = np.array([np.inf, data.bound, np.inf])
    cov = covariance(-curvature(likelihood.value_and_gradient, top.x, free, low, high))
    return None if cov is None else float(cov[0, 0]) * data.unit**2
