"""Which quantiles belong together, about a median in so many people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError

__all__ = ["SCENARIOS", "FiveNumbers", "check_five_numbers"]

FloatArray = npt.NDArray[np.float64]

#: What each scenario of Wan 2014 holds, in ascending order.
SCENARIOS = {
    "S1": ("minimum", "median", "maximum"),
    "S2": ("q1", "median", "q3"),
    "S3": ("minimum", "q1", "median", "q3", "maximum"),
}
_LEAST_N = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveNumbers:
    """Ends, quartiles or both, about a median.

    Attributes
    ----------
    scenario : str
        ``S1``: minimum, median, maximum. ``S2``: quartiles and median. ``S3``: all five.
    values : tuple of float
        The quantiles in ascending order, three or five.
    n : int
        Number of people.
    """

    scenario: str
    values: tuple[float, ...]
    n: int

    @property
    def array(self) -> FloatArray:
        """The quantiles as an array of shape (3,) or (5,)."""
        return np.array(self.values)

    @property
    def median(self) -> float:
        """The median."""
        return self.values[len(self.values) // 2]

    @property
    def ends(self) -> tuple[float, float] | None:
        """Minimum and maximum, or None."""
        return None if self.scenario == "S2" else (self.values[0], self.values[-1])

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """First and third quartile, or None."""
        if self.scenario == "S1":
            return None
        first = 0 if self.scenario == "S2" else 1
        return self.values[first], self.values[first + 2]

    @property
    def spread(self) -> float:
        """Largest less smallest quantile."""
        return self.values[-1] - self.values[0]


def check_five_numbers(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> FiveNumbers:
    """Check quantiles; a lone end or a lone quartile is left out, as no method uses it.

    Parameters
    ----------
    median : float or None
        Median.
    n : int
        Number of people, at least 5.
    minimum, q1, q3, maximum : float or None
        Ends of the range and quartiles; each pair counts only if whole.

    Raises
    ------
    InputError
        If neither pair is whole, the numbers are out of order or n is below 5.
    """
    given = {"minimum": minimum, "q1": q1, "median": median, "q3": q3, "maximum": maximum}
    held = {name: value for name, value in given.items() if value is not None}
    scenarios = [name for name, needs in SCENARIOS.items() if set(needs) <= set(held)]
    if not scenarios:
        raise InputError.at(
            "quantiles",
            found="no median" if median is None else "a median alone",
            expected="a median with both quartiles, both ends of the range, or all four",
        )
    numbers = list(held.values())
    if not all(map(math.isfinite, numbers)) or numbers != sorted(numbers):
        raise InputError.at(
            "quantiles",
            found=", ".join(f"{x:g}" for x in numbers),
            expected="finite numbers that do not fall from minimum to maximum",
        )
    if not n >= _LEAST_N:
        raise InputError.at(
            "argument 'n'",
            found=repr(n),
            expected=f"at least {_LEAST_N} people",
            hint="Below that no mean or SD is estimated from quantiles; show the median itself.",
        )
    scenario = scenarios[-1]
    return FiveNumbers(
        scenario=scenario, values=tuple(float(held[name]) for name in SCENARIOS[scenario]), n=n
    )
