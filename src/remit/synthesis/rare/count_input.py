"""Counts of two arms, or of one, checked once where they come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem
from remit.synthesis.rare.tables import Counts

__all__ = ["check_whole", "one_arm", "two_arm_rates", "two_by_two"]

FloatArray = npt.NDArray[np.float64]
_LARGEST = 2.0**53  # above it floats no longer hold every whole number
_TIMES = ("t1i", "t2i", "ti")


def check_whole(counts: Counts) -> None:
    """Raise `InputError` naming the study unless all counts are whole numbers."""
    problems = [
        Problem(
            where=f"{counts.labels[i]}, '{name}'",
            found=f"{column[i]:g}",
            expected="a whole number",
            hint="Effective counts of cluster trials are for mantel_haenszel and peto.",
        )
        for name, column in counts.columns.items()
        if name not in _TIMES
        for i in np.flatnonzero(column != np.round(column))
    ]
    if problems:
        raise InputError(problems)


def _labels(labels: Sequence[str] | None, k: int) -> tuple[str, ...]:
    if labels is None:
        return tuple(f"study {i + 1}" for i in range(k))
    names = tuple(str(label) for label in labels)
    if len(names) != k:
        raise InputError.at(
            "argument 'labels'", found=f"{len(names)} names", expected=f"{k}, one per study"
        )
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _column(name: str, values: Any) -> FloatArray:
    try:
        column = np.array([np.nan if v is None else v for v in np.atleast_1d(values)], dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError.at(
            f"argument '{name}'", found=repr(values)[:80], expected="a list of numbers"
        ) from error
    if column.ndim != 1:
        raise InputError.at(
            f"argument '{name}'",
            found=f"an array of shape {column.shape}",
            expected="a one-dimensional list of numbers",
        )
    return column


def _columns(given: dict[str, Any]) -> dict[str, FloatArray]:
    """Return the columns, all of one length."""
    columns = {name: _column(name, values) for name, values in given.items()}
    first = next(iter(columns))
    problems = [
        Problem(
            where=f"argument '{name}'",
            found=f"{column.size} values",
            expected=f"{columns[first].size}, as many as '{first}' has",
        )
        for name, column in columns.items()
        if column.size != columns[first].size
    ]
    if columns[first].size == 0:
        problems.append(Problem(where="the studies", found="none", expected="at least one"))
    if problems:
        raise InputError(problems)
    return columns


def _check(columns: dict[str, FloatArray], labels: tuple[str, ...], counts: set[str]) -> None:
    """Raise for numbers that cannot be counts or person-times, naming the study."""
    problems = []
    for name, column in columns.items():
        expected = "a count" if name in counts else "a number of at least 0"
        bad = (column < 0.0) | np.isinf(column)
        if name in counts:
            bad |= column > _LARGEST
        problems += [
            Problem(where=f"{labels[i]}, '{name}'", found=f"{column[i]:g}", expected=expected)
            for i in np.flatnonzero(bad)
        ]
    if problems:
        raise InputError(problems)


def _usable(columns: dict[str, FloatArray], labels: tuple[str, ...], arms: list[str]) -> Counts:
    """Set aside studies with a missing number or an empty arm."""
    counts = Counts(columns=columns, labels=labels, positions=tuple(range(len(labels))))
    missing = np.any([np.isnan(column) for column in columns.values()], axis=0)
    counts = counts.without(missing, "a number is missing, the study is not used")
    empty = np.zeros(counts.k, dtype=bool)
    for arm in arms:
        empty |= np.sum([counts[name] for name in arm.split("+")], axis=0) == 0.0
    return counts.without(empty, "an arm has nobody in it, the study is not used")


def two_by_two(
    *,
    ai: Any,
    ci: Any,
    bi: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    labels: Sequence[str] | None = None,
) -> Counts:
    """Check the counts of two arms; events and either non-events or sizes.

    Parameters
    ----------
    ai, ci : (k,) array-like
        Number with the event in the first (treated) and second (control) arm.
    bi, di : (k,) array-like
        Number without it.
    n1i, n2i : (k,) array-like
        Sizes of the arms, where ``bi`` and ``di`` are not given.
    labels : sequence of str
        Names of the studies.

    Returns
    -------
    Counts
        With columns ai, bi, ci, di. A study with a missing number, or with nobody in an arm, is
        set aside.

    Raises
    ------
    InputError
        If columns differ in length, are missing, or hold what is not a count; the study is named.
    """
    given = {"ai": ai, "bi": bi, "ci": ci, "di": di, "n1i": n1i, "n2i": n2i}
    for a, b, n in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if given[a] is None or (given[b] is None) == (given[n] is None):
            raise InputError.at(
                f"arguments '{a}', '{b}', '{n}'",
                found=", ".join(x for x in (a, b, n) if given[x] is not None) or "none of them",
                expected=f"'{a}' and one of '{b}' and '{n}'",
            )
    columns = _columns({name: values for name, values in given.items() if values is not None})
    names = _labels(labels, next(iter(columns.values())).size)
    _check(columns, names, set(columns))
    problems = []
    for a, b, n in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if n in columns:
            problems += [
                Problem(
                    where=f"{names[i]}, '{a}'",
                    found=f"{columns[a][i]:g} of {columns[n][i]:g}",
                    expected=f"no more events than '{n}'",
                )
                for i in np.flatnonzero(columns[a] > columns[n])
            ]
            columns[b] = columns[n] - columns[a]
    if problems:
        raise InputError(problems)
    table = {name: columns[name] for name in ("ai", "bi", "ci", "di")}
    return _usable(table, names, ["ai+bi", "ci+di"])


def two_arm_rates(
    *, x1i: Any, t1i: Any, x2i: Any, t2i: Any, labels: Sequence[str] | None = None
) -> Counts:
    """Check events and person-times of two arms; as `two_by_two`."""
    given = {"x1i": x1i, "t1i": t1i, "x2i": x2i, "t2i": t2i}
    return _rates(given, labels, {"x1i", "x2i"}, ["t1i", "t2i"])


def one_arm(measure: str, *, xi: Any, of: Any, labels: Sequence[str] | None = None) -> Counts:
    """Check events and sizes (columns xi, ni; for ``PLO``) or person-times (xi, ti; ``IRLN``)."""
    name = "ti" if measure == "IRLN" else "ni"
    counts = {"xi"} if name == "ti" else {"xi", "ni"}
    table = _rates({"xi": xi, name: of}, labels, counts, [name])
    if name == "ni":
        over = np.flatnonzero(table["xi"] > table["ni"])
        if over.size:
            raise InputError(
                Problem(
                    where=f"{table.labels[i]}, 'xi'",
                    found=f"{table['xi'][i]:g} of {table['ni'][i]:g}",
                    expected="no more events than 'ni'",
                )
                for i in over
            )
    return table


def _rates(
    given: dict[str, Any], labels: Sequence[str] | None, counts: set[str], arms: list[str]
) -> Counts:
    absent = [name for name, values in given.items() if values is None]
    if absent:
        raise InputError.at(
            f"arguments {', '.join(given)}",
            found=f"no {', '.join(absent)}",
            expected="all of them for this measure",
        )
    columns = _columns(given)
    names = _labels(labels, next(iter(columns.values())).size)
    _check(columns, names, counts)
    return _usable(columns, names, arms)
