"""A sheet as it lies in a workbook: cells by row, and what the user may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from remit.core.errors import InputError, Problem
from remit.core.place import Place

__all__ = ["MAX_CELL", "MAX_COLUMNS", "MAX_ROWS", "Found", "SheetGrid", "column_letters"]

MAX_CELL = 131_072  # characters of one cell; a spreadsheet takes 32,767
MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
MAX_SLOTS = 30_000_000  # cells of a workbook, the empty ones before a row's last included

_NUMBER_TEXT = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)+")


@dataclass(slots=True, kw_only=True, eq=False)
class Found:
    """Cells of one sort: how many there are, and the first ones."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, shown: str) -> None:
        """Count one more cell."""
        self.count += 1
        if len(self.first) < 5:
            self.first.append(shown)

    def __str__(self) -> str:
        """Name the first ones, and say how many more there are."""
        more = self.count - len(self.first)
        return ", ".join(self.first) + (f" and {more:,} more" if more else "")


@dataclass(slots=True, kw_only=True, eq=False)
class SheetGrid:
    """One sheet.

    Attributes
    ----------
    file, name : str
        The workbook and the sheet.
    hidden : bool
        Whether the sheet is hidden.
    rows : list of tuple of str
        Cells from column A to the last filled one, stripped; one empty tuple for each gap.
    numbers : list of int
        Row number of each.
    formulas, unsaved, errors, dates, odd_dates, percents, padded : Found
        Formulas; those without a stored value; error cells; numbers with a format of dates or
        times; those that are no day; with a per cent format; with leading zeros.
    merged : Found
        Ranges of merged cells.
    number_texts : set of str
        Cells stored as text that look like numbers with a sign.
    hidden_rows : list of int
        By number, from 1.
    hidden_columns : bytearray
        1 at the number of each hidden column.
    last : int
        Number of the last row so far, the blank ones included.
    slots : int
        Cells so far, those of the sheets before included: a cell in a far column costs as many
        as there are columns before it.
    """

    file: str
    name: str
    hidden: bool = False
    rows: list[tuple[str, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    formulas: Found = field(default_factory=Found)
    unsaved: Found = field(default_factory=Found)
    errors: Found = field(default_factory=Found)
    dates: Found = field(default_factory=Found)
    odd_dates: Found = field(default_factory=Found)
    percents: Found = field(default_factory=Found)
    padded: Found = field(default_factory=Found)
    merged: Found = field(default_factory=Found)
    number_texts: set[str] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bytearray = field(default_factory=lambda: bytearray(MAX_COLUMNS + 1))
    last: int = 0
    slots: int = 0

    @property
    def place(self) -> Place:
        """Return the address of the sheet."""
        return Place(file=self.file, sheet=self.name)

    def add_row(self, number: int, cells: list[str]) -> None:
        """Add a row of stripped cells; rows come in ascending order.

        Raises
        ------
        InputError
            More rows, columns or cells than a spreadsheet of tables has, or rows out of order.
        """
        if not self.last < number <= MAX_ROWS or len(cells) > MAX_COLUMNS:
            raise InputError.at(
                str(self.place),
                found=f"row {number:,}, with {len(cells):,} cells, after row {self.last:,}",
                expected="rows in their order, within a sheet",
                hint="The workbook is damaged: save it again from a spreadsheet.",
            )
        self.last = number
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        self.slots += len(cells)
        if self.slots > MAX_SLOTS:
            raise InputError.at(
                str(self.place),
                found=f"more than {MAX_SLOTS // 1_000_000} million cells, most of them empty"
                if len(cells) > 1000
                else f"more than {MAX_SLOTS // 1_000_000} million cells",
                expected="a table that fits into memory",
                hint="Delete cells far away from the table, or save the sheet as CSV and read it "
                "with stream_rows.",
            )
        if number > (self.numbers[-1] if self.numbers else 0) + 1:
            self.rows.append(())
            self.numbers.append(number - 1)
        self.rows.append(tuple(cells))
        self.numbers.append(number)

    def text_cell(self, text: str) -> str:
        """Note a cell that is stored as text, and return it."""
        if _NUMBER_TEXT.fullmatch(text):
            self.number_texts.add(text)
        return text

    def hide_columns(self, first: int, last: int) -> None:
        """Note that the columns from ``first`` to ``last`` are hidden."""
        first, last = max(1, first), min(last, MAX_COLUMNS)
        if first <= last:
            self.hidden_columns[first : last + 1] = b"\1" * (last + 1 - first)

    def problems(self) -> Iterator[Problem]:
        """Yield what keeps the sheet from being believed: formulas without a stored value."""
        if self.unsaved.count:
            yield Problem(
                where=str(self.place),
                found=f"{self.unsaved.count:,} formula{'s' * (self.unsaved.count > 1)} without a "
                f"stored value ({self.unsaved})",
                expected="the value beside each formula, as a spreadsheet saves it",
                hint="Open the workbook in a spreadsheet, let it calculate, and save it.",
            )


@lru_cache(maxsize=MAX_COLUMNS)
def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: A, Z, AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
