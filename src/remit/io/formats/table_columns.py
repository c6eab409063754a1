"""The columns of a text table, found by their plain names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.column_guess import plain_name
from remit.io.formats.imported import Cell

__all__ = ["MISSING", "TableColumns", "as_table"]

#: Cells, in small letters, that stand for nothing in the files of other programs.
MISSING = frozenset({"", "na", "nan", ".", "n/a"})


class TableColumns:
    """A table whose columns are found by `plain_name`.

    Parameters
    ----------
    table : TextTable
        The table.
    """

    def __init__(self, table: TextTable) -> None:
        self.table = table
        self.names: Mapping[str, str] = {plain_name(n): n for n in reversed(table.header)}
        self._at = {plain: table.header.index(name) for plain, name in self.names.items()}

    def __contains__(self, plain: str) -> bool:
        return plain in self._at

    def first(self, *plain: str) -> str:
        """Return the first of these plain names that the table has; empty where it has none."""
        return next((name for name in plain if name in self._at), "")

    def rows(self) -> Iterator[tuple[Place, tuple[str, ...]]]:
        """Yield the place and the cells of each row."""
        for number, row in zip(self.table.row_numbers, self.table.rows, strict=True):
            yield self.table.place(number), row

    def text(self, row: tuple[str, ...], plain: str) -> str:
        """Return a cell; empty where there is no such column."""
        at = self._at.get(plain)
        return "" if at is None else row[at]

    def cell(self, place: Place, row: tuple[str, ...], plain: str) -> Cell:
        """Return a cell with its place; what stands for nothing becomes empty."""
        text = self.text(row, plain)
        kept = "" if text.lower() in MISSING else text
        return Cell(text=kept, place=place.at(self.names.get(plain, plain)))

    def cells(
        self, place: Place, row: tuple[str, ...], columns: Mapping[str, str]
    ) -> dict[str, Cell]:
        """Return the cells of these columns (role to plain name), as far as the table has them."""
        return {
            role: self.cell(place, row, plain) for role, plain in columns.items() if plain in self
        }

    def others(self, used: Iterable[str]) -> list[str]:
        """Return the plain names of the columns that are not among ``used``, in their order."""
        known = set(used)
        return [
            plain
            for name in self.table.header
            if (plain := plain_name(name)) not in known and self.names[plain] == name
        ]


def as_table(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> TextTable:
    """Return a table of these cells, its rows counted from 2."""
    return TextTable(
        file=file,
        header=tuple(header),
        rows=tuple(tuple(row) for row in rows),
        row_numbers=tuple(range(2, len(rows) + 2)),
    )
