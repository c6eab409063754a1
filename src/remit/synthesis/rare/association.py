"""Tests on strata of two-by-two tables: is there an effect, and is it the same one everywhere."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.synthesis.rare.chi_square import ChiSquareTest, chi_square_test

__all__ = ["breslow_day", "mantel_haenszel_test", "person_time_test"]

FloatArray = npt.NDArray[np.float64]
_NO_EVENT = NotEstimable(reason="No study has both events and non-events.")


def _corrected(difference: float, correct: bool) -> float:
    """Return the square, after Yates' correction that never goes beyond zero."""
    return max(0.0, abs(difference) - (0.5 if correct else 0.0)) ** 2


def mantel_haenszel_test(
    table: dict[str, FloatArray], correct: bool
) -> tuple[ChiSquareTest | NotEstimable, ChiSquareTest | NotEstimable]:
    """Test that no study has an effect: Mantel & Haenszel 1959, and Cochran 1954.

    Parameters
    ----------
    table : dict
        Columns ai, bi, ci, di of (k,) counts.
    correct : bool
        Whether to take 0.5 off the difference of observed and expected events. metafor does so
        also where the difference is smaller than 0.5, which makes the statistic grow; here it is
        then 0.
    """
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    n1, n2, m = a + b, c + d, a + c
    n = n1 + n2
    difference = math.fsum(a - (n1 / n) * m)
    variance = (n1 / n) * (n2 / n) * m * (n - m)
    if not np.any(variance > 0):
        return _NO_EVENT, _NO_EVENT
    top = _corrected(difference, correct)
    ending = ", continuity corrected" if correct else ""
    return (
        chi_square_test(f"Mantel-Haenszel{ending}", top / math.fsum(variance / (n - 1)), 1),
        chi_square_test(f"Cochran{ending}", top / math.fsum(variance / n), 1),
    )


def person_time_test(table: dict[str, FloatArray], correct: bool) -> ChiSquareTest | NotEstimable:
    """Test that no study has an effect on the rate (Rothman, Greenland & Lash 2008, ch. 15)."""
    x1, t1, x2, t2 = (table[name] for name in ("x1i", "t1i", "x2i", "t2i"))
    m, t = x1 + x2, t1 + t2
    variance = math.fsum(m * (t1 / t) * (t2 / t))
    if variance == 0.0:
        return NotEstimable(reason="No study has an event.")
    top = _corrected(math.fsum(x1 - m * (t1 / t)), correct)
    ending = ", continuity corrected" if correct else ""
    return chi_square_test(f"Mantel-Haenszel, person-time{ending}", top / variance, 1)


def breslow_day(
    table: dict[str, FloatArray], log_ratio: float | NotEstimable
) -> tuple[ChiSquareTest | NotEstimable, ChiSquareTest | NotEstimable]:
    """Test that all studies share one odds ratio: Breslow & Day 1980, and Tarone 1985.

    Parameters
    ----------
    table : dict
        Columns ai, bi, ci, di of (k,) counts.
    log_ratio : float or NotEstimable
        The pooled log odds ratio.
    """
    if isinstance(log_ratio, NotEstimable):
        return log_ratio, log_ratio
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    use = (a + c > 0) & (b + d > 0)
    a, n1, n2, m = a[use], (a + b)[use], (c + d)[use], (a + c)[use]
    psi = math.exp(log_ratio)
    # the root of Breslow & Day 1980, eq. 4.30, in the form that stands psi = 1
    half = psi * (n1 + m) + (n2 - m)
    expected = 2.0 * psi * n1 * m / (half + np.sqrt(half**2 - 4.0 * psi * (psi - 1.0) * n1 * m))
    cells = (expected, n1 - expected, m - expected, n2 - m + expected)
    variance = 1.0 / np.sum([1.0 / cell for cell in cells], axis=0)
    away = a - expected
    statistic = math.fsum(away**2 / variance)
    excess = math.fsum(away) ** 2 / math.fsum(variance)
    return (
        chi_square_test("Breslow-Day", statistic, a.size - 1),
        chi_square_test("Tarone", statistic - excess, a.size - 1),
    )
