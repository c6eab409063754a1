"""How a printed number is read and said again: its decimals, and what it was rounded from.

A table keeps numbers, not digits, so ``74.0`` and ``74`` look the same. Decimals are taken from
the shortest text of the number. That can only be too few, so that every allowance for rounding is
at least as wide as it should be, and no number is ever held against digits it did not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

__all__ = ["decimals", "either", "exact", "half_unit", "plural", "say", "say_p", "span"]


MOST_DECIMALS = 6
"""A number with more decimals was computed, not printed; it is read with this many."""


def exact(value: float) -> Fraction:
    """Return the decimal number that was printed, without binary error.

    Twelve significant digits are kept, so that the 7.3999999999999995 of a spreadsheet is 7.4.
    """
    return Fraction(Decimal(f"{value:.12g}"))


def decimals(value: float) -> int:
    """Return the number of decimals of the shortest text: 27.3 has 1, 77.0 has 0."""
    number = exact(value)
    places = 0
    while places < MOST_DECIMALS and (number * 10**places).denominator != 1:
        places += 1
    return places


def half_unit(*values: float) -> Fraction:
    """Return half of the last decimal of the most precise of ``values``.

    A number printed with that many decimals was rounded from no further away than this, whether
    halves went up, down or to even.
    """
    return Fraction(1, 2 * 10 ** max(decimals(value) for value in values))


def say(value: float | Fraction, places: int | None = None) -> str:
    """Write a number without needless zeros, or with ``places`` decimals."""
    if places is None:
        return f"{float(value):.10g}"
    return f"{float(value):.{places}f}"


def say_p(value: float) -> str:
    """Write a p value with two significant digits, or as a bound where it is very small."""
    if value < 0.0001:
        return "under 0.0001"
    return f"{value:.2g}" if value < 0.995 else "about 1"


def span(numbers: Sequence[int]) -> str:
    """Write whole numbers in order: ``55``, ``102 or 103``, ``162 to 167``."""
    if len(numbers) > 2:
        return f"{numbers[0]} to {numbers[-1]}"
    return " or ".join(str(number) for number in numbers)


def either(parts: Sequence[str]) -> str:
    """Join alternatives: ``a, b or c``."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " or " + parts[-1]


def plural(parts: Sequence[str]) -> str:
    """Join parts of one list: ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]
