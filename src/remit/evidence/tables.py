"""Tables of text cells, as they stand in a file before anyone decides what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from remit.core.place import Place

__all__ = ["TextTable"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextTable:
    """One table, cell by cell.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    header : tuple of str
        Column names.
    rows : tuple of tuple of str
        Cells, stripped of outer blanks; each row has as many as the header.
    row_numbers : tuple of int
        Row of each record as a spreadsheet counts it (the header is row 1).
    sheet : str
        Name of the sheet in a workbook; empty for files without sheets.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]
    sheet: str = ""

    @classmethod
    def from_records(cls, file: str, records: Sequence[Mapping[str, object]]) -> TextTable:
        """Make a table from dictionaries, for bases that are not read from files.

        Columns are those of the first record; None becomes an empty cell.
        """
        header = tuple(records[0]) if records else ()
        rows = tuple(
            tuple("" if r.get(c) is None else str(r.get(c)).strip() for c in header)
            for r in records
        )
        return cls(file=file, header=header, rows=rows, row_numbers=tuple(range(2, len(rows) + 2)))

    def records(self) -> Iterator[tuple[Place, dict[str, str]]]:
        """Yield each row's place and its cells by column name."""
        for number, row in zip(self.row_numbers, self.rows, strict=True):
            yield self.place(number), dict(zip(self.header, row, strict=True))

    def place(self, row: int = 0, column: str = "") -> Place:
        """Return the address of a row, counted as a spreadsheet does, or of a column."""
        return Place(file=self.file, sheet=self.sheet, row=row, column=column)
