"""How the results of this package leave as plain data and as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.exits import finite_or_none, interval_text, number_text, p_text, plain

__all__ = [
    "estimate_text",
    "note_lines",
    "number_or_reason",
    "plain_result",
    "symmetric_interval",
    "test_text",
]


def plain_result(result: Any, kind: str) -> dict[str, Any]:
    """Return a frozen result as plain data that survives JSON; infinity becomes None."""
    body = {field.name: plain(getattr(result, field.name)) for field in fields(result)}
    finite: dict[str, Any] = _finite(body)
    return {"kind": f"remit.{kind}", "version": 1} | finite


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return finite_or_none(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value


def note_lines(notes: Iterable[Note]) -> list[str]:
    """Return one line of text per note."""
    return [f"Note ({note.kind}): {note.text}" for note in notes]


def number_or_reason(value: float | NotEstimable) -> str:
    """Return a number with four significant digits, or why there is none."""
    if isinstance(value, NotEstimable):
        return f"not estimable: {value.reason}"
    return number_text(value)


def estimate_text(estimate: Estimate | NotEstimable) -> str:
    """Return an estimate with its interval, or why there is none."""
    if isinstance(estimate, NotEstimable):
        return f"not estimable: {estimate.reason}"
    return f"{number_text(estimate.value)}, {interval_text(estimate.interval)}"


def test_text(
    statistic: float | NotEstimable, df: float | None, p_value: float | NotEstimable
) -> str:
    """Return ``t = 2.1 with 11 df, p = 0.060``, or why there is no test."""
    if isinstance(statistic, NotEstimable):
        return f"not estimable: {statistic.reason}"
    name = "z" if df is None else "t"
    degrees = "" if df is None else f" with {number_text(df)} df"
    return f"{name} = {number_text(statistic)}{degrees}, {p_text(p_value)}"


def symmetric_interval(value: float, half: float, level: float, method: str) -> Interval:
    """Return value plus and minus half a width."""
    return Interval(low=value - half, high=value + half, level=level, method=method)
