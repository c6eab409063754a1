"""Guards that name the argument they reject."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, SpecError

__all__ = [
    "check_choice",
    "check_level",
    "check_positive",
    "check_proportion",
    "float_vector",
    "lock",
]

FloatArray = npt.NDArray[np.float64]
Locked = TypeVar("Locked", bound=npt.NDArray[Any])


def float_vector(name: str, values: Any) -> FloatArray:
    """Return ``values`` as a one-dimensional float array without missing entries.

    Parameters
    ----------
    name : str
        Argument name for the message.
    values : array-like
        Numbers.

    Returns
    -------
    (k,) float array
        A copy, so that the caller's data are never touched.

    Raises
    ------
    InputError
        If the values are not numbers, not one-dimensional, or not all finite.
    """
    try:
        vector = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError.at(
            f"argument '{name}'", found=repr(values)[:80], expected="a list of numbers"
        ) from error
    if vector.ndim != 1:
        raise InputError.at(
            f"argument '{name}'",
            found=f"an array of shape {vector.shape}",
            expected="a one-dimensional list of numbers",
        )
    bad = np.flatnonzero(~np.isfinite(vector))
    if bad.size:
        raise InputError.at(
            f"argument '{name}'",
            found=f"{vector[bad[0]]} at position {bad[0] + 1}",
            expected="finite numbers",
            hint="Leave the study out, or give its value.",
        )
    return vector


def check_level(level: float) -> float:
    """Return a confidence level that lies strictly between 0 and 1.

    Raises
    ------
    SpecError
        If it does not; 95 instead of 0.95 is named as the likely slip.
    """
    if not (isinstance(level, int | float) and 0.0 < level < 1.0):
        hint = f"Did you mean {level / 100:g}?" if isinstance(level, int | float) else ""
        raise SpecError.at(
            "argument 'level'",
            found=repr(level),
            expected="a proportion between 0 and 1, such as 0.95",
            hint=hint if isinstance(level, int | float) and 1 < level < 100 else "",
        )
    return float(level)


def check_positive(name: str, value: float) -> float:
    """Return a finite number above 0, or raise `InputError` naming the argument."""
    if not (math.isfinite(value) and value > 0):
        raise InputError.at(f"argument '{name}'", found=repr(value), expected="a number above 0")
    return float(value)


def check_proportion(name: str, value: float) -> float:
    """Return a setting that lies strictly between 0 and 1, or raise `SpecError` naming it."""
    if not 0.0 < value < 1.0:
        raise SpecError.at(
            f"argument '{name}'", found=repr(value), expected="a proportion between 0 and 1"
        )
    return float(value)


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``choices``, or raise `SpecError` listing them."""
    if value not in choices:
        raise SpecError.at(
            f"argument '{name}'", found=repr(value), expected="one of " + ", ".join(choices)
        )
    return value


def lock(array: Locked) -> Locked:
    """Make an array read-only and return it."""
    array.setflags(write=False)
    return array
