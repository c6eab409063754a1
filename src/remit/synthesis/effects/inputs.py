"""Which columns a measure takes, and whether they are of one length and within their ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem, SpecError
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.measure import Measure

__all__ = ["FAMILIES", "ArmData", "read_arrays", "read_labels", "same_length"]

Column = npt.ArrayLike | Sequence[float | None]
BoolArray = npt.NDArray[np.bool_]


class ArmData(TypedDict, total=False):
    """Columns of arm data, named as in metafor. Numbers or missing; one length, or one number.

    ai, bi, ci, di: cells of a 2x2 table (events and others of group 1, then of group 2; di is
    Cohen's d where the measure is a standardized mean). n1i, n2i: group sizes. x1i, t1i, x2i,
    t2i: events and person-time. m1i, sd1i, m2i, sd2i: means and SDs of groups or occasions.
    xi, mi, ni: events, non-events (or mean, number of predictors, number of items) and size of
    one group. ti: person-time, or a t statistic. sdi: SD. ri: correlation. r2i: R squared.
    pi: two-sided p value with the sign of the effect.
    """

    ai: Column
    bi: Column
    ci: Column
    di: Column
    n1i: Column
    n2i: Column
    x1i: Column
    x2i: Column
    t1i: Column
    t2i: Column
    m1i: Column
    m2i: Column
    sd1i: Column
    sd2i: Column
    xi: Column
    mi: Column
    ni: Column
    ti: Column
    sdi: Column
    ri: Column
    r2i: Column
    pi: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of number: what is expected, and which values are impossible."""

    expected: str
    valid: Callable[[FloatArray], BoolArray]


_KINDS = {
    "number": Kind(expected="a finite number", valid=np.isfinite),
    "count": Kind(expected="a count of 0 or more", valid=lambda x: x >= 0),
    "size": Kind(expected="a group size of 0 or more", valid=lambda x: x >= 0),
    "sd": Kind(expected="an SD of 0 or more", valid=lambda x: x >= 0),
    "time": Kind(expected="a person-time of 0 or more", valid=lambda x: x >= 0),
    "correlation": Kind(expected="a correlation from -1 to 1", valid=lambda x: np.abs(x) <= 1),
    "share": Kind(expected="a number from 0 to 1", valid=lambda x: (x >= 0) & (x <= 1)),
    "alpha": Kind(expected="an alpha of at most 1", valid=lambda x: x <= 1),
    "p": Kind(
        expected="a two-sided p value, with the sign of the effect, between -1 and 1 and not 0",
        valid=lambda x: (np.abs(x) <= 1) & (x != 0),
    ),
}

_TABLE = dict.fromkeys(("ai", "bi", "ci", "di"), "count") | {"n1i": "size", "n2i": "size"}
_STATISTICS = {"di": "number", "ti": "number", "pi": "p"}
_TWO_MEANS = {"m1i": "number", "sd1i": "sd", "m2i": "number", "sd2i": "sd"}

FAMILIES: Mapping[str, Mapping[str, str]] = {
    "2x2": _TABLE,
    "paired 2x2": _TABLE | {"ri": "correlation"},
    "two rates": {"x1i": "count", "t1i": "time", "x2i": "count", "t2i": "time"},
    "rate": {"xi": "count", "ti": "time"},
    "proportion": {"xi": "count", "mi": "count", "ni": "size"},
    "two means": _TWO_MEANS | {"n1i": "size", "n2i": "size"} | _STATISTICS,
    "mean": {"mi": "number", "sdi": "sd", "ni": "size"},
    "change": _TWO_MEANS | {"ni": "size", "ri": "correlation"} | _STATISTICS,
    "correlation": {"ri": "correlation", "ni": "size", "ti": "number", "pi": "p"},
    "regression": {"ti": "number", "ni": "size", "mi": "count", "r2i": "share"},
    "superiority": {"ai": "share", "n1i": "size", "n2i": "size"},
    "reliability": {"ai": "alpha", "mi": "count", "ni": "size"},
}
"""Which arguments a family of measures takes, and the kind of number each must be."""


def read_labels(labels: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """Return one label per study; ``study 1`` and so on where none are given."""
    if labels is None:
        return tuple(f"study {i + 1}" for i in range(k))
    read = tuple(str(label) for label in labels)
    if len(read) != k:
        raise InputError.at(
            "argument 'labels'", found=f"{len(read)} labels", expected=f"{k}, one for each study"
        )
    return read


def read_arrays(
    measure: Measure, data: Mapping[str, Any], labels: Sequence[str] | None
) -> tuple[dict[str, FloatArray], tuple[str, ...]]:
    """Return the columns as float arrays of one length, and the labels.

    Parameters
    ----------
    measure : Measure
        Measure that they are for.
    data : mapping of argument name to array-like
        Columns; a missing entry is None or NaN, a single number stands for every study.
    labels : sequence of str or None
        Names of the studies for messages.

    Raises
    ------
    InputError
        Naming every column that is no column of numbers or has another length, or else every
        value that is impossible, by study.
    SpecError
        If a column is not one of the measure's family.
    """
    kinds = FAMILIES[measure.family]
    given = {name: column for name, column in data.items() if column is not None}
    unknown = [name for name in given if name not in kinds]
    if unknown:
        raise SpecError.at(
            f"measure '{measure.code}'",
            found="argument '" + "', '".join(unknown) + "'",
            expected="some of " + ", ".join(kinds),
        )
    columns, k = same_length(given)
    names = read_labels(labels, k)
    arrays = {name: np.array(np.broadcast_to(column, (k,))) for name, column in columns.items()}
    problems = [
        problem
        for name, column in arrays.items()
        for problem in _impossible(name, column, _KINDS[kinds[name]], names)
    ]
    if problems:
        raise InputError(problems)
    return arrays, names


def same_length(given: Mapping[str, Any]) -> tuple[dict[str, FloatArray], int]:
    """Return columns as float arrays, and how many rows they have; a single number has no length.

    Raises
    ------
    InputError
        Naming every column that holds no numbers or has another length.
    """
    columns: dict[str, FloatArray] = {}
    problems: list[Problem] = []
    for name, values in given.items():
        try:
            columns[name] = np.array(values, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            problems.append(_unreadable(name, repr(values)[:80], "a column of numbers"))
            continue
        if columns[name].ndim > 1:
            shape = f"an array of shape {columns[name].shape}"
            problems.append(_unreadable(name, shape, "a column of numbers"))
    lengths = {name: column.size for name, column in columns.items() if column.ndim == 1}
    k = max(lengths.values(), default=1)
    problems += [
        _unreadable(name, f"{size} values", f"{k}, as many as the longest column has")
        for name, size in lengths.items()
        if size != k
    ]
    if problems:
        raise InputError(problems)
    return columns, k


def _unreadable(name: str, found: str, expected: str) -> Problem:
    return Problem(where=f"argument '{name}'", found=found, expected=expected)


def _impossible(
    name: str, column: FloatArray, kind: Kind, labels: tuple[str, ...]
) -> list[Problem]:
    """Return a problem for each value that is there and cannot be."""
    there = np.where(np.isnan(column), 0.5, column)
    bad = ~np.isnan(column) & ~(np.isfinite(there) & kind.valid(there))
    return [
        Problem(
            where=f"{labels[i]}, argument '{name}'", found=f"{column[i]:g}", expected=kind.expected
        )
        for i in np.flatnonzero(bad)
    ]
