"""The cells of one column, counted, with the row in which each text stands first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from remit.core.place import Place
from remit.evidence.tables import TextTable

__all__ = ["ColumnCells", "plain", "quoted", "trim"]

#: A longer cell is cut off in messages.
LONGEST_QUOTE = 60
#: Characters without width that programs leave in cells.
_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_SAME = str.maketrans(
    {
        **dict.fromkeys(_NO_WIDTH),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2019\u2018\u02bc\u00b4\u2032", "'"),
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)),
        "\u2044": "/",
        "\u2236": ":",
        "\uff0c": ",",
        "\uff0e": ".",
        "\u066b": ".",
    }
)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_POWER = re.compile("([^\\s⁰¹²³⁴⁵⁶⁷⁸⁹⁻])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")


def trim(text: str) -> str:
    """Return a cell without outer blanks of any kind, and without marks that have no width."""
    return text.strip().strip(_NO_WIDTH).strip() if text and not text.isascii() else text.strip()


def plain(text: str) -> str:
    """Return a cell in plain signs, for reading: the cell itself is kept as it stands.

    Every dash becomes a hyphen, every blank a space (two in a row one), every decimal digit one of
    0 to 9; a raised number such as the one of 10⁻³ stands behind ``^``.
    """
    if not text.isascii():
        text = _POWER.sub(r"\1^\2", text).translate(_SAME)
        text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    return " ".join(text.split())


def quoted(text: str) -> str:
    """Put a cell in quotes, cut off where it is long."""
    flat = " ".join(text.split())
    return f"'{flat}'" if len(flat) <= LONGEST_QUOTE else f"'{flat[:LONGEST_QUOTE]} ...'"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnCells:
    """One column, before anyone decides what it holds.

    Attributes
    ----------
    place : Place
        The column.
    raw : tuple of str
        Cells as they stand in the table.
    rows : tuple of int
        Row of each cell, as a spreadsheet counts it.
    counts : dict of str to int
        How often each text stands in the column, in order of first appearance; trimmed, and
        without the empty cells.
    first_rows : dict of str to int
        Row in which each of these texts stands first.
    """

    place: Place
    raw: tuple[str, ...]
    rows: tuple[int, ...]
    counts: dict[str, int]
    first_rows: dict[str, int]

    @classmethod
    def of(cls, table: TextTable, index: int) -> ColumnCells:
        """Take one column of a table, by its position counted from 0."""
        raw = tuple(row[index] for row in table.rows)
        counts: dict[str, int] = {}
        first_rows: dict[str, int] = {}
        for row, cell in zip(table.row_numbers, raw, strict=True):
            text = trim(cell)
            if text:
                counts[text] = counts.get(text, 0) + 1
                first_rows.setdefault(text, row)
        return cls(
            place=table.place(column=table.header[index]),
            raw=raw,
            rows=table.row_numbers,
            counts=counts,
            first_rows=first_rows,
        )

    def number_of(self, texts: Iterable[str]) -> int:
        """Return how many cells hold one of ``texts``."""
        return sum(self.counts[text] for text in texts)

    def shown(self, texts: Iterable[str]) -> str:
        """Say where ``texts`` stand: ``'03/04/2021' (row 2) and 11 more``."""
        chosen = tuple(texts)
        first = min(chosen, key=self.first_rows.__getitem__)
        more = self.number_of(chosen) - 1
        said = f"{quoted(first)} (row {self.first_rows[first]})"
        return f"{said} and {more} more" if more else said
