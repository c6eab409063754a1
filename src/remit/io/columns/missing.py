"""Cells that mean that nothing is known: words such as ``NA``, and numbers such as ``-99``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from remit.io.columns.cells import plain

__all__ = ["NumericCodes", "is_missing_word", "numeric_codes", "same_cell"]

#: Taken in every column.
_EVERYWHERE = frozenset(
    ("na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "nan", "null", "k.a.")
) | frozenset((".", "..", "-", "--", "---", "?", "??"))
#: Taken where the other cells are numbers or dates. ``none`` and ``nil`` are not: they may mean 0.
_AMONG_VALUES = frozenset(
    (
        "nr",
        "n.r.",
        "missing",
        "not reported",
        "not available",
        "not recorded",
        "unknown",
        "fehlt",
        "fehlend",
        "keine angabe",
        "unbekannt",
    )
)
CODES = (-9, -77, -88, -99, -888, -999, -9999, 99, 999, 9999)
#: Codes are taken without asking beside at least this many other numbers,
FEWEST_OTHERS = 5
#: and at this many times the span of the others away from them.
CLEARLY_OUTSIDE = 3.0
#: A code nearer to the others than this share of their span is a number like them.
AMONG_THEM = 0.1
_COUNTS = re.compile(r"(?:^|[^a-z])(?:n|total|events?|count|sample|size)(?:[^a-z]|$)")


def is_missing_word(text: str, *, among_values: bool) -> bool:
    """Return whether a cell is a usual word or sign for *not known*."""
    word = plain(text).casefold()
    return word in _EVERYWHERE or (among_values and word in _AMONG_VALUES)


def same_cell(one: str, other: str) -> bool:
    """Return whether two cells hold the same but for kinds of blanks and dashes."""
    return one == other or plain(one) == plain(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericCodes:
    """Numbers of a column that are, or may be, codes for *not known*.

    Attributes
    ----------
    taken : tuple of float
        Codes that stand clearly outside the other numbers.
    asked : tuple of float
        Codes that may be numbers too.
    low, high : float
        Smallest and largest of the other numbers.
    """

    taken: tuple[float, ...]
    asked: tuple[float, ...]
    low: float = 0.0
    high: float = 0.0


def numeric_codes(counts: Mapping[float, int], name: str) -> NumericCodes:
    """Find codes such as -99 and 999 among the numbers of a column.

    A code is taken where at least five other numbers stand in the column, all at a distance of at
    least three times their span, and where it is far in size, too (a code of 99 is not far from
    100). Nearer codes, and codes in columns of counts, in which 999 may be a large trial, are
    asked. A code within the range of the others, or close to it, is a number like them, unless it
    is the only kind of number below 0.

    Parameters
    ----------
    counts : mapping of float to int
        How often each number stands in the column.
    name : str
        Name of the column; ``n`` and ``events`` are counts.

    Returns
    -------
    NumericCodes
        Both lists empty where the column has no such code.
    """
    found = [value for value in counts if value in CODES]
    others = [value for value in counts if value not in CODES]
    if not found:
        return NumericCodes(taken=(), asked=())
    if not others:
        negative = tuple(value for value in found if value < -9)
        return NumericCodes(taken=(), asked=negative)
    low, high = min(others), max(others)
    many = sum(counts[value] for value in others) >= FEWEST_OTHERS
    counting = _COUNTS.search(name.lower()) is not None
    taken: list[float] = []
    asked: list[float] = []
    for code in sorted(found):
        gap = max(low - code, code - high)
        near = gap <= AMONG_THEM * (high - low) or (low == high and gap <= 1)
        if near and not code < 0 <= low:
            continue
        far = gap >= CLEARLY_OUTSIDE * (high - low) and gap >= max(abs(low), abs(high)) / 2
        (taken if far and many and not (counting and code > 0) else asked).append(code)
    return NumericCodes(taken=tuple(taken), asked=tuple(asked), low=low, high=high)
