"""How results leave as plain data that every JSON reader accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from remit.core.estimate import Estimate, Interval, NotEstimable

__all__ = ["counted", "finite_or_none", "interval_text", "number_text", "p_text", "plain"]


def plain(value: Any) -> Any:
    """Return a value as dictionaries, lists, text, numbers, booleans and None only.

    An infinite end of an interval becomes None; the interval's ``text`` says what it is.
    """
    if isinstance(value, Interval):
        return {
            "low": finite_or_none(value.low),
            "high": finite_or_none(value.high),
            "level": value.level,
            "method": value.method,
            "text": f"{value.low:.6g} to {value.high:.6g}",
        }
    if isinstance(value, Estimate):
        return {
            "value": value.value,
            "std_error": value.std_error,
            "interval": plain(value.interval),
        }
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def finite_or_none(value: float) -> float | None:
    """Return a number for JSON, which has neither infinity nor NaN: those become None."""
    return float(value) if math.isfinite(value) else None


def number_text(value: float) -> str:
    """Return a number with four significant digits, without minus zero."""
    text = f"{value:.4g}"
    return "0" if text == "-0" else text


def interval_text(interval: Interval | NotEstimable) -> str:
    """Return ``95% -1.2 to 0.4 (method)``, or why there is none."""
    if isinstance(interval, NotEstimable):
        return f"not estimable: {interval.reason}"
    ends = f"{number_text(interval.low)} to {number_text(interval.high)}"
    return f"{100 * interval.level:g}% {ends} ({interval.method})"


def p_text(p_value: float | NotEstimable) -> str:
    """Return ``p = 0.012`` or ``p < 0.001``, or why there is none."""
    if isinstance(p_value, NotEstimable):
        return f"p not estimable: {p_value.reason}"
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 study``, ``3 studies``, ``2 coefficients``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
