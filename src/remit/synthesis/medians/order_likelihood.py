"""How likely are quantiles, taken for ordered normal numbers among n."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from remit.core.errors import ConvergenceError
from remit.synthesis.medians.blue import ranks

__all__ = ["OrderLikelihood", "normal_maximum"]

FloatArray = npt.NDArray[np.float64]
_LOG_ROOT_2PI = 0.5 * math.log(2.0 * math.pi)
_STEPS = 100
_NEAR = 1e-8  # gains below this drown in the rounding of the likelihood: whole steps from here
_THERE = 1e-16  # a step of about 1e-8, after which the error is its square


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLikelihood:
    """The log-likelihood of quantiles that are order statistics, up to a constant.

    Each quantile has its density; between neighbours, below the first and above the last lie the
    other people, each with the probability of lying there.

    Attributes
    ----------
    gaps : tuple of int
        Number of people below the first quantile, between neighbours, above the last.
    """

    gaps: tuple[int, ...]

    @classmethod
    def of(cls, scenario: str, n: int) -> OrderLikelihood:
        """Return the likelihood for a scenario and a number of people."""
        places = (0, *ranks(scenario, n), n + 1)
        return cls(gaps=tuple(b - a - 1 for a, b in pairwise(places)))

    def value(self, u: FloatArray, scale: FloatArray | float) -> FloatArray:
        """Return the log-likelihood of standardised quantiles.

        Parameters
        ----------
        u : (..., k) float array
            (quantile - mean)/SD, ascending.
        scale : (...) float array
            The SD.
        """
        k = u.shape[-1]
        total = -k * np.log(scale) - k * _LOG_ROOT_2PI - 0.5 * (u * u).sum(-1)
        for i, count in enumerate(self.gaps):
            if count:
                total = total + count * _log_between(*_edges(u, i))
        return np.asarray(total)

    def slopes(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return gradient (k,) and Hessian (k, k) of the likelihood by the quantiles u (k,)."""
        gradient, hessian = -u, -np.eye(u.size)
        for i, count in enumerate(self.gaps):
            if not count:
                continue
            low, high = _edges(u, i)
            log_p = _log_between(low, high)
            # densities at the two edges over the probability between them
            r_low, r_high = (
                0.0 if not math.isfinite(x) else math.exp(-0.5 * x * x - _LOG_ROOT_2PI - log_p)
                for x in (low, high)
            )
            if i < u.size:
                gradient[i] += count * r_high
                hessian[i, i] -= count * (high * r_high + r_high**2)
            if i > 0:
                gradient[i - 1] -= count * r_low
                hessian[i - 1, i - 1] += count * (low * r_low - r_low**2)
            if 0 < i < u.size:
                hessian[i - 1, i] += count * r_low * r_high
                hessian[i, i - 1] = hessian[i - 1, i]
        return gradient, hessian


def _edges(u: FloatArray, gap: int) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper edge of a gap; infinite outside the quantiles."""
    below, above = np.full(u.shape[:-1], -math.inf), np.full(u.shape[:-1], math.inf)
    return (
        u[..., gap - 1] if gap > 0 else below,
        u[..., gap] if gap < u.shape[-1] else above,
    )


def _log_between(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the log of the normal probability between two numbers, from the nearer tail."""
    turn = low > 0.0
    a, b = np.where(turn, -high, low), np.where(turn, -low, high)
    near, far = log_ndtr(b), log_ndtr(a)
    with np.errstate(divide="ignore"):  # no room between them: probability 0
        return np.asarray(near + np.log(-np.expm1(far - near)))


def normal_maximum(
    likelihood: OrderLikelihood, t: FloatArray, mean: float, sd: float
) -> tuple[float, float]:
    """Return the mean and SD that make quantiles of normal data most likely.

    In 1/SD and mean/SD the log-likelihood is concave (Pratt 1981, J Am Stat Assoc 76:103), so
    that Newton's method with halved steps ends at the one summit.

    Parameters
    ----------
    likelihood : OrderLikelihood
        Of the scenario.
    t : (k,) float array
        Quantiles, ascending.
    mean, sd : float
        Where the search starts.

    Raises
    ------
    ConvergenceError
        If it does not end.
    """
    centre, unit = mean, sd  # in these units the summit is near mean 0 and SD 1
    t = (t - centre) / unit
    design = np.column_stack([t, -np.ones(t.size)])
    x = np.array([1.0, 0.0])  # 1/SD, mean/SD

    def height(at: FloatArray) -> float:
        return float(likelihood.value(design @ at, 1.0 / at[0])) if at[0] > 0 else -math.inf

    value = height(x)
    for _ in range(_STEPS):
        by_u, by_uu = likelihood.slopes(design @ x)
        gradient = design.T @ by_u + np.array([t.size / x[0], 0.0])
        hessian = design.T @ by_uu @ design - np.diag([t.size / x[0] ** 2, 0.0])
        step = -np.linalg.solve(hessian, gradient)
        gain = float(gradient @ step)
        share = 1.0
        while gain > _NEAR and height(x + share * step) < value + 1e-4 * share * gain:
            share /= 2.0
        x = x + share * step
        value = height(x)
        if gain < _THERE:
            return centre + unit * float(x[1] / x[0]), unit / float(x[0])
    raise ConvergenceError.at(
        "mean and SD of ordered normal numbers",
        found=f"no summit after {_STEPS} steps",
        expected="convergence",
    )
