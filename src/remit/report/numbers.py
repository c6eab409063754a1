"""How numbers are written on a page and in the terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from remit.core.estimate import Interval, NotEstimable

__all__ = [
    "count_word",
    "decimal",
    "p_value",
    "percent",
    "percent_range",
    "span",
    "typeset",
    "with_interval",
]

MINUS = "−"
_HYPHEN = re.compile(r"(?<![\w.\-])-(?=\d)")
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def typeset(text: str) -> str:
    """Set a true minus sign before numbers, and keep the per cent sign on the number's line."""
    return _HYPHEN.sub(MINUS, text).replace(" %", "\u00a0%")


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with fixed decimals, halves rounded up as in print, and a true minus sign."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = str(
        Decimal(f"{abs(value):.12g}").quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    )
    negative = value < 0 and float(text) != 0
    return f"{MINUS}{text}" if negative else text


def percent(share: float, digits: int = 0) -> str:
    """Write a proportion as a percentage: ``0.714`` becomes ``71 %``."""
    return f"{decimal(100 * share, digits)} %"


def percent_range(shares: Sequence[float], digits: int = 0) -> str:
    """Write the least and the greatest proportion: ``42 % to 74 %``; one where they are equal."""
    low, high = percent(min(shares), digits), percent(max(shares), digits)
    return low if low == high else f"{low} to {high}"


def span(low: float, high: float, digits: int = 1) -> str:
    """Write two ends: ``−1.9 to 0.6``."""
    return f"{decimal(low, digits)} to {decimal(high, digits)}"


def with_interval(value: float, interval: Interval | NotEstimable, digits: int = 1) -> str:
    """Write an estimate with its interval in brackets."""
    if isinstance(interval, NotEstimable):
        return decimal(value, digits)
    return f"{decimal(value, digits)} ({span(interval.low, interval.high, digits)})"


def p_value(value: float | NotEstimable) -> str:
    """Write a p value as journals do: ``p = 0.023``, ``p < 0.001``."""
    if isinstance(value, NotEstimable):
        return "p not estimable"
    if value < 0.001:
        return "p < 0.001"
    return f"p = {value:.3f}" if value < 0.1 else f"p = {value:.2f}"


def count_word(number: int, noun: str, plural: str = "") -> str:
    """Write a small number as a word before its noun: ``two trials``, ``14 trials``."""
    word = _WORDS[number] if number < len(_WORDS) else str(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"
