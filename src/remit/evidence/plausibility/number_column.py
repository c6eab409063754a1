"""A column of numbers in a table with one row per person, and what its name says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from remit.core.errors import InputError
from remit.core.place import Place

__all__ = ["NumberColumn", "baseline_of", "category_column", "name_stem", "name_time", "siblings"]

_PARTS = re.compile(r"\d+(?:\.\d+)?|[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# fmt: off
_TIMES = frozenset((
    "baseline", "base", "bl", "screening", "pre", "post", "before", "after", "week",
    "weeks", "wk", "w", "month", "months", "mo", "m", "day", "days", "d", "hour", "hours",
    "h", "hr", "min", "minutes", "year", "years", "yr", "y", "visit", "v", "t", "fu",
    "follow", "followup", "up", "end", "final", "session",
))
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberColumn:
    """One column of a table of people.

    Attributes
    ----------
    name : str
        Its header.
    values : tuple of float or None
        One per person; None is missing. Dates are numbers of days from any day.
    rows : tuple of int
        Row of each value as a spreadsheet counts it.
    kind : str
        ``number``, ``date``, or ``category``: words as numbers, see `category_column`.
    low, high : float or None
        Ends of the instrument, where they are known.
    """

    name: str
    values: tuple[float | None, ...]
    rows: tuple[int, ...]
    kind: Literal["number", "date", "category"] = "number"
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if len(self.values) != len(self.rows):
            raise InputError.at(
                f"column '{self.name}'",
                found=f"{len(self.values)} values and {len(self.rows)} row numbers",
                expected="one row number per value",
            )
        if not all(x is None or isfinite(x) for x in self.values):
            raise InputError.at(
                f"column '{self.name}'",
                found="a number that is not finite",
                expected="finite numbers, and None where nothing is known",
            )

    def place(self, index: int, file: str, sheet: str = "") -> Place:
        """Return the cell of the person with this index."""
        return Place(file=file, sheet=sheet, row=self.rows[index], column=self.name)

    @property
    def known(self) -> list[float]:
        """The values that are not missing."""
        return [x for x in self.values if x is not None]


def category_column(name: str, texts: Sequence[str | None], rows: tuple[int, ...]) -> NumberColumn:
    """Return a column of words as a column of numbers, the same number for the same word.

    It only tells people apart; an empty word is missing.
    """
    codes: dict[str, float] = {}
    values = tuple(codes.setdefault(t, float(len(codes))) if t else None for t in texts)
    return NumberColumn(name=name, values=values, rows=rows, kind="category")


def _parts(name: str) -> list[str]:
    return [part.casefold() for part in _PARTS.findall(name)]


def name_stem(name: str) -> str:
    """Return a header without numbers and words of time: ``f5`` is f, ``pain_12m`` is pain.

    Where nothing would be left, its first word (``days_3m`` is days, ``week4`` is week), or all.
    """
    words = [p for p in _parts(name) if not p[0].isdigit()]
    kept = [p for p in words if p not in _TIMES] or words[:1]
    return " ".join(kept) or name.casefold()


def name_time(name: str) -> str:
    """Return what a header says of the time: ``f5`` is 5, ``pain_12m`` is 12 m; or empty."""
    return " ".join(p for p in _parts(name) if p[0].isdigit() or p in _TIMES)


def siblings(column: NumberColumn, columns: Sequence[NumberColumn]) -> list[NumberColumn]:
    """Return the other columns of the same measure, in the order of the table."""
    stem = name_stem(column.name)
    return [c for c in columns if c is not column and name_stem(c.name) == stem]


def baseline_of(column: NumberColumn, columns: Sequence[NumberColumn]) -> NumberColumn | None:
    """Return the first column of the same measure that stands before this one, or None."""
    for other in columns:
        if other is column:
            return None
        if name_stem(other.name) == name_stem(column.name) and other.kind == column.kind:
            return other
    return None
