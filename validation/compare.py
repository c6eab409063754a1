"""Compare what remit gives with what the R package gave, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from validation.contract import Frame, Matrix

__all__ = ["Finding", "Tolerance", "compare", "is_absent", "plain"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two numbers that agree may be apart.

    Two numbers agree when ``|ours - theirs| <= absolute + relative * |theirs|``.
    """

    relative: float = 1e-6
    absolute: float = 1e-12


@dataclass(frozen=True, slots=True)
class Finding:
    """The comparison of one key.

    Attributes
    ----------
    key : str
        Path in the results, such as ``fit.beta``.
    error : float
        Largest relative difference; 0 where all agree exactly, infinite where one side has no
        number or the shapes differ.
    agrees : bool
        Whether every number is within the tolerance.
    ours, theirs : str
        The first pair that differs most, in words.
    gap : float
        Absolute difference of that pair; infinite where ``error`` may be.
    """

    key: str
    error: float
    agrees: bool
    ours: str = ""
    theirs: str = ""
    gap: float = math.inf


def plain(value: Any) -> Any:
    """Return a value as JSON would hold it: dicts, lists, numbers, strings, None."""
    if isinstance(value, Frame):
        return {name: plain(column) for name, column in value.items()}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, Matrix):
        return {"rows": value.rows, "cols": value.cols, "values": plain(value.values)}
    if isinstance(value, np.ndarray):
        return [plain(part) for part in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "reason"):  # NotEstimable, and kin
        return None
    values = getattr(value, "values", None)
    if isinstance(values, dict):
        return plain(values)
    return getattr(value, "value", repr(value))


def is_absent(value: Any) -> bool:
    """Tell whether a plain value stands for no number."""
    return value is None or value == "NaN" or (isinstance(value, float) and math.isnan(value))


def _is_matrix(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"rows", "cols", "values"}


def _leaves(value: Any) -> list[Any]:
    """Return the single values of a vector, a matrix or a named vector, row by row."""
    if _is_matrix(value):
        value = value["values"]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return {"Inf": math.inf, "-Inf": -math.inf}.get(value, value)
    return value


def _error(ours: Any, theirs: Any) -> float:
    """Return the relative difference of two leaves; infinite where they are of different kinds."""
    if is_absent(ours) or is_absent(theirs):
        return 0.0 if is_absent(ours) and is_absent(theirs) else math.inf
    ours, theirs = _number(ours), _number(theirs)
    if isinstance(ours, str) or isinstance(theirs, str) or ours == theirs:
        return 0.0 if ours == theirs else math.inf
    return abs(ours - theirs) / abs(theirs) if theirs else math.inf


def _within(ours: Any, theirs: Any, error: float, tolerance: Tolerance) -> bool:
    if error <= tolerance.relative:
        return True
    ours, theirs = _number(ours), _number(theirs)
    if not all(isinstance(side, (int, float)) and math.isfinite(side) for side in (ours, theirs)):
        return False
    return bool(abs(ours - theirs) <= tolerance.absolute + tolerance.relative * abs(theirs))


def _compare_leaves(key: str, ours: list[Any], theirs: list[Any], tolerance: Tolerance) -> Finding:
    if all(map(is_absent, ours)) and all(map(is_absent, theirs)):
        return Finding(key, 0.0, True)
    if len(ours) != len(theirs):
        return Finding(key, math.inf, False, f"{len(ours)} values", f"{len(theirs)} values")
    worst = Finding(key, 0.0, True)
    for left, right in zip(ours, theirs, strict=True):
        error = _error(left, right)
        agrees = _within(left, right, error, tolerance)
        if (not agrees, error) > (not worst.agrees, worst.error):
            worst = Finding(key, error, agrees, _said(left), _said(right), _gap(left, right))
    return worst


def _gap(ours: Any, theirs: Any) -> float:
    ours, theirs = _number(ours), _number(theirs)
    if not all(isinstance(side, (int, float)) and math.isfinite(side) for side in (ours, theirs)):
        return math.inf
    return float(abs(ours - theirs))


def _said(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def compare(
    ours: Any,
    theirs: Any,
    tolerance_of: Callable[[str], Tolerance],
    key: str = "",
) -> Iterator[Finding | str]:
    """Yield a finding for each key that remit gives, and the name of each key without a reference.

    Parameters
    ----------
    ours, theirs : plain values
        From `plain`, and from the case.
    tolerance_of : callable
        ``tolerance_of(key)`` gives the `Tolerance`.
    key : str
        Path so far.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict) and not _is_matrix(theirs):
        for name, part in ours.items():
            path = f"{key}.{name}" if key else name
            if name in theirs:
                yield from compare(part, theirs[name], tolerance_of, path)
            elif not is_absent(part):
                yield path
        return
    if (
        isinstance(theirs, list)
        and isinstance(ours, list)
        and any(isinstance(part, dict) for part in theirs)
    ):
        for place, (left, right) in enumerate(zip(ours, theirs, strict=False)):
            yield from compare(left, right, tolerance_of, f"{key}[{place + 1}]")
        if len(ours) != len(theirs):
            yield Finding(key, math.inf, False, f"{len(ours)} parts", f"{len(theirs)} parts")
        return
    yield _compare_leaves(key, _leaves(ours), _leaves(theirs), tolerance_of(key))
