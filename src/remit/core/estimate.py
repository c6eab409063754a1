"""Estimates, their intervals, and the honest absence of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Estimate", "Interval", "NotEstimable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval with its level and the method that made it.

    Attributes
    ----------
    low, high : float
        Ends, on the scale of the estimate; may be infinite.
    level : float
        Coverage as a proportion, such as 0.95.
    method : str
        Name of the method, such as ``Hartung-Knapp, t with 4 df``.
    """

    low: float
    high: float
    level: float
    method: str

    def contains(self, value: float) -> bool:
        """Tell whether ``value`` lies in the closed interval."""
        return self.low <= value <= self.high

    def to_dict(self) -> dict[str, Any]:
        """Return the interval as a plain dictionary."""
        return {"low": self.low, "high": self.high, "level": self.level, "method": self.method}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval.

    Attributes
    ----------
    value : float
        Estimate, on the analysis scale.
    interval : Interval
        Confidence interval.
    std_error : float or None
        Standard error where the method has one.
    """

    value: float
    interval: Interval
    std_error: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as a plain dictionary."""
        return {
            "value": self.value,
            "std_error": self.std_error,
            "interval": self.interval.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEstimable:
    """Stands where a number would, and says why there is none.

    Attributes
    ----------
    reason : str
        One plain sentence.
    """

    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return the reason as a plain dictionary."""
        return {"not_estimable": self.reason}
