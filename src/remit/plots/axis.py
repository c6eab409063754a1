"""Axes as numbers: where a value lies, and which ticks can be labelled without crowding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from remit.plots.text_width import text_width

__all__ = ["Axis", "Tick", "format_number", "linear_ticks", "log_ticks"]

MINUS = "\u2212"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled place on an axis: its value, its place in points, its text."""

    value: float
    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A horizontal axis.

    Attributes
    ----------
    low, high : float
        Values at the ends; above 0 where ``log``.
    left, right : float
        Places of the ends, points.
    log : bool
        Whether equal ratios take equal room.
    """

    low: float
    high: float
    left: float
    right: float
    log: bool = False

    def place(self, value: float) -> float:
        """Return the place of a value, points; a value off the axis is put at its end."""
        return min(max(self.project(value), self.left), self.right)

    def project(self, value: float) -> float:
        """Return the place of a value, points, also where that lies off the axis."""
        low, high, v = self.low, self.high, value
        if self.log:
            v = math.log(v) if v > 0 else -math.inf
            low, high = math.log(low), math.log(high)
        return self.left + (self.right - self.left) * (v - low) / (high - low)

    def shows(self, value: float) -> bool:
        """Tell whether a value lies on the axis."""
        return self.low <= value <= self.high


def format_number(value: float, decimals: int | None = None) -> str:
    """Write a number with a true minus sign; shortest form where ``decimals`` is None."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if decimals is not None:
        text = f"{value:.{decimals}f}"
        if float(text) == 0.0:
            text = text.lstrip("-")
    else:
        text = f"{value:.6g}"
        if "e" in text and 1e-9 < abs(value) < 1e9:
            text = f"{value:.10f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def linear_ticks(axis: Axis, size: float, *, most: int = 7) -> tuple[Tick, ...]:
    """Return ticks at round numbers, as many as can be labelled.

    Parameters
    ----------
    axis : Axis
        Linear axis.
    size : float
        Type size of the labels, points.
    most : int
        Most ticks.
    """
    span = axis.high - axis.low
    exponent = math.floor(math.log10(span)) - 1
    for power in range(exponent, exponent + 4):
        for factor in (1.0, 2.0, 2.5, 5.0):
            step = factor * 10.0**power
            first, last = math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9)
            if last - first + 1 > most:
                continue
            values = [round(i * step, 12) for i in range(first, last + 1)]
            ticks = _ticks(axis, values)
            if _labels_fit(ticks, size):
                return ticks
    return ()


def log_ticks(axis: Axis, size: float, *, most: int = 7) -> tuple[Tick, ...]:
    """Return ticks of a log axis: decades with 1, 2, 5 between, or finer where the axis is short.

    Parameters
    ----------
    axis : Axis
        Log axis.
    size : float
        Type size of the labels, points.
    most : int
        Most ticks.
    """
    if axis.high / axis.low < 3.0:
        linear = linear_ticks(axis, size, most=min(most, 5))
        if len(linear) >= 2:
            return linear
    decades = range(math.floor(math.log10(axis.low)) - 1, math.ceil(math.log10(axis.high)) + 1)
    for inside in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        values = [round(f * 10.0**d, 12 - min(d, 0)) for d in decades for f in inside]
        ticks = _ticks(axis, [v for v in values if axis.shows(v)])
        if 2 <= len(ticks) <= most and _labels_fit(ticks, size):
            return ticks
    for stride in range(2, 12):
        ticks = _ticks(axis, [10.0**d for d in decades if d % stride == 0 and axis.shows(10.0**d)])
        if len(ticks) <= most and _labels_fit(ticks, size):
            return ticks
    return ()


def _ticks(axis: Axis, values: Sequence[float]) -> tuple[Tick, ...]:
    return tuple(Tick(value=v, x=axis.place(v), label=format_number(v)) for v in values)


def _labels_fit(ticks: Sequence[Tick], size: float) -> bool:
    widths = [text_width(tick.label, size) for tick in ticks]
    return all(
        b.x - a.x >= (wa + wb) / 2 + 0.6 * size
        for a, b, wa, wb in zip(ticks, ticks[1:], widths, widths[1:], strict=False)
    )
