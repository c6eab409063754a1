"""Columns that tell the groups of a moderator apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, SpecError

__all__ = ["CODINGS", "Factor", "factor", "is_missing"]

FloatArray = npt.NDArray[np.float64]
CODINGS = ("treatment", "sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A moderator of groups.

    Attributes
    ----------
    name : str
        Column.
    levels : tuple
        Groups, the reference first (for ``sum`` it is the last that has no column).
    coding : str
        ``treatment``: each group less the reference. ``sum``: each group less the mean of all.
    """

    name: str
    levels: tuple[Any, ...]
    coding: str

    def columns(self, values: Sequence[Any], *, full: bool) -> tuple[FloatArray, list[str]]:
        """Return the columns of these values, and their names.

        Parameters
        ----------
        values : sequence
            Groups, all of them known.
        full : bool
            One column per group, as is needed where nothing else carries their mean.

        Raises
        ------
        InputError
            If there is a group that is not among the levels.
        """
        unknown = [value for value in values if value not in self.levels]
        if unknown:
            raise InputError.at(
                f"column '{self.name}'",
                found=repr(unknown[0]),
                expected="one of " + ", ".join(map(_text, self.levels)),
            )
        place = np.array([self.levels.index(value) for value in values])
        dummies = np.eye(len(self.levels))[place]
        if full:
            return dummies, [f"{self.name}[{_text(level)}]" for level in self.levels]
        if self.coding == "sum":
            columns = dummies[:, :-1] - dummies[:, -1:]
            return columns, [f"{self.name}[S.{_text(level)}]" for level in self.levels[:-1]]
        return dummies[:, 1:], [f"{self.name}[{_text(level)}]" for level in self.levels[1:]]


def _text(level: Any) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NaN or an empty text."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def factor(
    name: str, values: Sequence[Any], coding: str = "treatment", reference: Any = None
) -> Factor:
    """Make a factor; levels are sorted, the reference is the first or the one named.

    Raises
    ------
    SpecError
        If the coding is unknown, the reference is no level, or there is one level only.
    """
    found = {value for value in values if not is_missing(value)}
    try:
        levels = sorted(found)
    except TypeError:
        levels = sorted(found, key=str)
    problem = ""
    if coding not in CODINGS:
        problem, expected = f"coding {coding!r}", "one of " + ", ".join(CODINGS)
    elif len(levels) < 2:
        problem = f"only {_text(levels[0])!r} in all studies" if levels else "no value"
        expected = "at least two groups"
    elif reference is not None and reference not in levels:
        problem, expected = f"reference {reference!r}", ", ".join(map(_text, levels))
    if problem:
        raise SpecError.at(f"column '{name}'", found=problem, expected=expected)
    if reference is not None:
        levels = [reference, *(level for level in levels if level != reference)]
    return Factor(name=name, levels=tuple(levels), coding=coding)
