"""Quantiles, tail probabilities, bracketed roots and weighted means that the rooms share.

Distribution functions come from `scipy.special`; `scipy.stats` takes over a second to import.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize_scalar
from scipy.special import (
    chdtrc,
    fdtrc,
    fdtri,
    gammainccinv,
    gammaincinv,
    ndtr,
    ndtri,
    stdtr,
    stdtrit,
)

from remit.core.errors import ConvergenceError

__all__ = [
    "Root",
    "bracketed_root",
    "chi2_quantile",
    "chi2_upper_tail",
    "critical_value",
    "distribution_name",
    "f_quantile",
    "f_upper_tail",
    "grid_maximum",
    "normal_quantile",
    "normal_two_sided",
    "t_quantile",
    "t_two_sided",
    "two_sided",
    "weighted_mean",
]

FloatArray = npt.NDArray[np.float64]
_MAX_ITERATIONS = 500
_RELATIVE_TOLERANCE = 4 * float(np.finfo(np.float64).eps)  # the least that brentq accepts


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile of a lower-tail probability."""
    return float(ndtri(probability))


def normal_two_sided(z: float) -> float:
    """Return the two-sided p value of a standard normal statistic."""
    return float(2.0 * ndtr(-abs(z)))


def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t with ``df`` degrees of freedom."""
    return float(stdtrit(df, probability))


def t_two_sided(t: float, df: float) -> float:
    """Return the two-sided p value of a t statistic with ``df`` degrees of freedom."""
    return float(2.0 * stdtr(df, -abs(t)))


def two_sided(statistic: float, df: float | None = None) -> float:
    """Return the two-sided p value of a statistic: normal, or t where ``df`` is given."""
    return normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)


def chi2_quantile(probability: float, df: float) -> float:
    """Return the chi-squared quantile of a lower-tail probability.

    The tail that is the smaller one is inverted, so that neither loses digits.
    """
    half = 0.5 * df
    if probability <= 0.5:
        return float(2.0 * gammaincinv(half, probability))
    return float(2.0 * gammainccinv(half, 1.0 - probability))


def chi2_upper_tail(x: float, df: float) -> float:
    """Return the probability that chi-squared with ``df`` degrees of freedom exceeds ``x``."""
    return float(chdtrc(df, x))


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Return the quantile of the F distribution."""
    return float(fdtri(df1, df2, probability))


def f_upper_tail(x: float, df1: float, df2: float) -> float:
    """Return the probability that F exceeds ``x``."""
    return float(fdtrc(df1, df2, x))


def critical_value(level: float, df: float | None = None) -> float:
    """Return the factor of a two-sided interval: normal, or t where ``df`` is given.

    Parameters
    ----------
    level : float
        Coverage as a proportion.
    df : float or None
        Degrees of freedom; None means the normal distribution.
    """
    lower = 0.5 * (1.0 - level)
    return -normal_quantile(lower) if df is None else -t_quantile(lower, df)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """Where a continuous function changes its sign.

    Attributes
    ----------
    value : float
        The root.
    iterations : int
        Steps that the search took.
    """

    value: float
    iterations: int


def distribution_name(df: float | None) -> str:
    """Return ``normal``, or ``t with 4 df``: the distribution that `critical_value` takes."""
    return "normal" if df is None else f"t with {df:g} df"


def bracketed_root(function: Callable[[float], float], low: float, high: float) -> Root:
    """Find the root of a continuous function between two points of opposite sign.

    Brent's method (Brent 1973, ch. 4), run until the bracket is as narrow as floats allow
    relative to the root, whatever its size.

    Raises
    ------
    ConvergenceError
        If the ends have the same sign or the search does not end.
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0.0:
        return Root(value=low, iterations=0)
    if at_high == 0.0:
        return Root(value=high, iterations=0)
    if math.copysign(1.0, at_low) == math.copysign(1.0, at_high) or math.isnan(at_low + at_high):
        raise ConvergenceError.at(
            f"root between {low!r} and {high!r}",
            found=f"{at_low!r} and {at_high!r} at the ends",
            expected="values of opposite sign",
        )
    ends = {low: at_low, high: at_high}  # brentq asks for them again

    def known(x: float) -> float:
        return ends[x] if x in ends else function(x)

    value, report = brentq(
        known,
        low,
        high,
        xtol=float(np.finfo(np.float64).tiny),
        rtol=_RELATIVE_TOLERANCE,
        maxiter=_MAX_ITERATIONS,
        full_output=True,
        disp=False,
    )
    if not report.converged:
        raise ConvergenceError.at(
            f"root between {low!r} and {high!r}",
            found=f"no root after {report.iterations} steps",
            expected="convergence",
        )
    return Root(value=float(value), iterations=int(report.iterations))


def grid_maximum(function: Callable[[float], float], grid: FloatArray) -> tuple[float, float]:
    """Return where a function is largest and its value, refined around the best grid point.

    Parameters
    ----------
    function : callable
        Continuous, with one summit between two neighbours of a grid point.
    grid : (m,) float array
        Ascending places that span the search.
    """
    values = [function(float(x)) for x in grid]
    i = int(np.argmax(values))
    low, high = float(grid[max(i - 1, 0)]), float(grid[min(i + 1, grid.size - 1)])
    found = minimize_scalar(
        lambda x: -function(x),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10 * max(abs(low), abs(high))},
    )
    if -float(found.fun) > values[i]:
        return float(found.x), -float(found.fun)
    return float(grid[i]), values[i]


def weighted_mean(values: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Return the weighted mean, the same to the last digit in whatever order the terms come.

    The sums are correctly rounded (Shewchuk 1997, `math.fsum`).
    """
    w = np.asarray(weights, dtype=np.float64)
    terms = w * np.asarray(values, dtype=np.float64)
    return math.fsum(terms.tolist()) / math.fsum(w.tolist())
