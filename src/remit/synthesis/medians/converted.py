"""What a method makes of a median: a mean, an SD and the distribution that it fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Converted", "Fitted"]

FloatArray = npt.NDArray[np.float64]


class Fitted(Protocol):
    """A distribution from which samples of people can be drawn."""

    def draw(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Return a sample of so many people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Mean and SD as one method estimates them.

    Attributes
    ----------
    mean, sd : float
        In the units of the quantiles.
    note : str
        What the method found, such as the distribution that fits best; may be empty.
    fitted : Fitted or None
        The distribution behind them, where the method fits one.
    std_error : float or None
        Standard error of the mean, where the method has a formula for it.
    """

    mean: float
    sd: float
    note: str = ""
    fitted: Fitted | None = None
    std_error: float | None = None
