"""Normal and t probabilities, without the slow import of scipy.stats."""

from __future__ import annotations

from math import inf, isinf

from scipy.special import ndtr, ndtri, stdtr, stdtrit

__all__ = ["critical_value", "p_two_sided"]


def p_two_sided(statistic: float, df: float | None) -> float:
    """Return the two-sided p of a statistic, normal where ``df`` is None, else t."""
    if isinf(statistic):
        return 0.0
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return float(2 * tail)


def critical_value(level: float, df: float | None = None) -> float:
    """Return how many standard errors half an interval of this level is wide."""
    upper = 0.5 + level / 2
    if upper >= 1:
        return inf
    return float(ndtri(upper) if df is None else stdtrit(df, upper))
