"""Where a number lives: file, sheet, row and column."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Place"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """The address of a table row or of one cell of it.

    Attributes
    ----------
    file : str
        Name of the table's file, such as ``outcomes.csv``.
    sheet : str
        Name of the sheet in a workbook; empty for files without sheets.
    row : int
        Row as a spreadsheet counts it: the header is row 1. 0 means the file as a whole.
    column : str
        Column name; empty means the whole row.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        """Say the address as a message begins: ``arms.csv, row 7, column 'n'``."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet '{self.sheet}'")
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column '{self.column}'")
        return ", ".join(parts)

    def at(self, column: str) -> Place:
        """Return the cell of this row in ``column``."""
        return replace(self, column=column)
