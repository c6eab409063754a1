"""Which weights of the quantiles estimate mean and SD of normal data without bias and best."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtri

from remit.core.checks import lock
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.five import FiveNumbers

__all__ = ["blue", "order_statistics", "ranks"]

FloatArray = npt.NDArray[np.float64]


def blue(five: FiveNumbers) -> Converted:
    """Convert by the best linear unbiased estimators of Yang, Hutson & Wang 2022.

    J Appl Stat 49:3846: generalised least squares of the quantiles on the expected order
    statistics, with expectations and covariances by the series of David & Johnson 1954. The
    standard error of the mean is theirs, with the estimated SD in place of the true one.
    """
    weights, mean_variance = _weights(five.scenario, five.n)
    mean, sd = weights @ five.array
    return Converted(mean=float(mean), sd=float(sd), std_error=float(sd) * math.sqrt(mean_variance))


@lru_cache(maxsize=256)
def _weights(scenario: str, n: int) -> tuple[FloatArray, float]:
    """Return the weights (2, k) of mean and SD, and the variance of the mean of N(0, 1) data."""
    expected, covariance = order_statistics(ranks(scenario, n), n)
    design = np.column_stack([np.ones(expected.size), expected])
    solved = cho_solve(cho_factor(covariance), design)
    inverse = np.linalg.inv(design.T @ solved)
    return lock(inverse @ solved.T), float(inverse[0, 0])


def ranks(scenario: str, n: int) -> tuple[int, ...]:
    """Return which of n sorted numbers the quantiles are taken to be (Yang 2022)."""
    quarters = tuple(share * n // 4 + 1 for share in (1, 2, 3))
    return {"S1": (1, quarters[1], n), "S2": quarters, "S3": (1, *quarters, n)}[scenario]


def order_statistics(chosen: tuple[int, ...], n: int) -> tuple[FloatArray, FloatArray]:
    """Return expectations and covariances of standard normal order statistics.

    David & Johnson 1954 (Biometrika 41:228), to the order (n + 2)^-2; see David & Nagaraja 2003,
    section 4.6.

    Parameters
    ----------
    chosen : tuple of int
        Ranks in ascending order, from 1.
    n : int
        Number of people.

    Returns
    -------
    (k,) float array, (k, k) float array
    """
    p = np.array(chosen) / (n + 1.0)
    q = 1.0 - p
    x = ndtri(p)
    # derivatives of the quantile function at p, from first to fourth
    d1 = math.sqrt(2.0 * math.pi) * np.exp(0.5 * x * x)
    d2 = x * d1**2
    d3 = (1.0 + 2.0 * x * x) * d1**3
    d4 = x * (7.0 + 6.0 * x * x) * d1**4
    m = n + 2.0
    expected = x + p * q * d2 / (2.0 * m)
    expected += p * q / m**2 * ((q - p) * d3 / 3.0 + p * q * d4 / 8.0)
    r, s = np.triu_indices(p.size)  # r never above s, and p[r] never above p[s]
    first = p[r] * q[s] / m * d1[r] * d1[s]
    second = (q[r] - p[r]) * d2[r] * d1[s] + (q[s] - p[s]) * d1[r] * d2[s]
    second += 0.5 * (p[r] * q[r] * d3[r] * d1[s] + p[s] * q[s] * d1[r] * d3[s])
    second += 0.5 * p[r] * q[s] * d2[r] * d2[s]
    covariance = np.empty((p.size, p.size))
    covariance[r, s] = covariance[s, r] = first + p[r] * q[s] / m**2 * second
    return expected, covariance
