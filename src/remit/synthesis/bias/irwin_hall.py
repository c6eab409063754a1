"""The distribution of a sum of uniform numbers."""

from __future__ import annotations

import math
from fractions import Fraction

from scipy.special import ndtr, ndtri

from remit.core.numerics import bracketed_root

__all__ = ["irwin_hall_cdf", "irwin_hall_quantile"]

_EXACT_UP_TO = 60  # beyond it the normal distribution is within 5e-4


def irwin_hall_cdf(x: float, m: int) -> float:
    """Return the probability that m uniform numbers sum to at most x.

    sum over j of (-1)^j choose(m, j) (x - j)^m / m! (Irwin 1927, Hall 1927) in exact fractions,
    as its terms cancel; the normal distribution above 60 numbers.
    """
    if x <= 0:
        return 0.0
    if x >= m:
        return 1.0
    if m > _EXACT_UP_TO:
        return float(ndtr((x - 0.5 * m) / math.sqrt(m / 12.0)))
    if 2.0 * x > m:
        return 1.0 - irwin_hall_cdf(m - x, m)
    at = Fraction(x)
    terms = ((-1) ** j * math.comb(m, j) * (at - j) ** m for j in range(math.floor(x) + 1))
    return float(sum(terms, Fraction(0)) / math.factorial(m))


def irwin_hall_quantile(probability: float, m: int) -> float:
    """Return the quantile of the sum of m uniform numbers."""
    if m > _EXACT_UP_TO:
        return float(0.5 * m + ndtri(probability) * math.sqrt(m / 12.0))
    return bracketed_root(lambda x: irwin_hall_cdf(x, m) - probability, 0.0, float(m)).value
