"""Which whole counts a printed percentage fits.

Percentages are compared exactly, as fractions. Rounding half up, half down and half to even are
all accepted; cutting off instead of rounding is told apart.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Literal

from remit.core.printed import exact, half_unit

__all__ = ["Fit", "counts_cut_to", "counts_giving", "denominators_giving", "fit_of_percent"]

Fit = Literal["rounded", "cut", "no"]


def counts_giving(percent: float, n: int) -> tuple[int, ...]:
    """List the whole counts of ``n`` whose percentage rounds to ``percent``.

    Examples
    --------
    >>> counts_giving(27.3, 77), counts_giving(37, 277), counts_giving(40, 61)
    ((21,), (102, 103), ())
    """
    p, half = exact(percent), half_unit(percent)
    first = max(0, ceil((p - half) * n / 100))
    last = min(n, floor((p + half) * n / 100))
    return tuple(range(first, last + 1))


def counts_cut_to(percent: float, n: int) -> tuple[int, ...]:
    """List the whole counts of ``n`` whose percentage, cut off instead of rounded, is this."""
    p, unit = exact(percent), 2 * half_unit(percent)
    first = max(0, ceil(p * n / 100))
    last = min(n, ceil((p + unit) * n / 100) - 1)
    return tuple(range(first, last + 1))


def denominators_giving(percent: float, count: int) -> tuple[int, ...]:
    """List the denominators of which ``count`` is ``percent`` after rounding.

    Empty where the count is 0 or where the percentage is too small to bound the denominator.
    """
    p, half = exact(percent), half_unit(percent)
    if count <= 0 or p <= half:
        return ()
    first = max(count, ceil(100 * count / (p + half)))
    last = floor(100 * count / (p - half))
    return tuple(range(first, last + 1))


def fit_of_percent(count: int, n: int, percent: float) -> Fit:
    """Tell whether ``count`` of ``n``, ``rounded`` or ``cut``, is the printed percentage."""
    p, half, value = exact(percent), half_unit(percent), Fraction(100 * count, n)
    if abs(value - p) <= half:
        return "rounded"
    return "cut" if p <= value < p + 2 * half else "no"
