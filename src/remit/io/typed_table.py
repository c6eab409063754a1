"""A table of text cells becomes a table of values: every column decided, or a question asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from remit.core.errors import InputError, Problem
from remit.evidence.tables import TextTable
from remit.io.columns.cells import ColumnCells
from remit.io.columns.column import TypedColumn, Value
from remit.io.columns.read_column import look_at, read_column
from remit.io.columns.signs import Neighbours
from remit.io.decisions import Decision, Question
from remit.io.file_map import ColumnMap
from remit.io.map_checks import check_column_map

__all__ = ["TypedTable", "draft_table", "typed_table"]

_NOTHING_SAID: Mapping[str, ColumnMap] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypedTable:
    """A table whose columns have values.

    Attributes
    ----------
    source : TextTable
        The table as it stands in the file.
    columns : tuple of TypedColumn
        In the order of the file.
    """

    source: TextTable
    columns: tuple[TypedColumn, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Everything that was decided, column by column."""
        return tuple(decision for column in self.columns for decision in column.decisions)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything that must be answered first; none in what `typed_table` returns."""
        return tuple(question for column in self.columns for question in column.questions)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Cells that could not be read, column by column."""
        return tuple(problem for column in self.columns for problem in column.problems)

    def column(self, name: str) -> TypedColumn:
        """Return the first column of a name.

        Raises
        ------
        InputError
            If the table has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError.at(
            str(self.source.place()),
            found=f"no column '{name}'",
            expected="one of " + ", ".join(self.source.header),
        )

    def canonical(self) -> TextTable:
        """Return the table as text again, in one way of writing.

        Numbers have a decimal point and nothing else beside their digits, dates are as ISO 8601
        says, cells in which nothing is known are empty. Everything else, with the cells that
        could not be read, stands as it stood.
        """
        rows = tuple(zip(*(column.texts for column in self.columns), strict=True))
        return TextTable(
            file=self.source.file,
            header=self.source.header,
            rows=rows or self.source.rows,
            row_numbers=self.source.row_numbers,
            sheet=self.source.sheet,
        )

    def summary(self) -> str:
        """Return what was decided, a line for each column, then what is asked and unread."""
        lines = []
        for column in self.columns:
            said = "; ".join(f"{d.words} ({d.evidence})" for d in column.decisions)
            lines.append(f"{column.name}: {said}")
        lines += [str(question.problem()) for question in self.questions]
        lines += [str(problem) for problem in self.problems]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Value]]:
        """Return one dictionary of values for each row."""
        names = [column.name for column in self.columns]
        cells = zip(*(column.values for column in self.columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        return {
            "version": 1,
            "file": self.source.file,
            "sheet": self.source.sheet,
            "columns": [column.to_dict() for column in self.columns],
        }


def typed_table(
    table: TextTable,
    how: Mapping[str, ColumnMap] = _NOTHING_SAID,
    *,
    stored: bool = False,
    number_texts: Collection[str] = (),
) -> TypedTable:
    """Read every column of a table, each from all its cells.

    Parameters
    ----------
    table : TextTable
        Cells as text.
    how : mapping of str to ColumnMap
        Answers, by the name of the column, or by sheet and name as in ``Visits!dose``.
    stored : bool
        Whether numbers were stored as numbers, as in a workbook, so that a point in them is
        always the decimal sign.
    number_texts : collection of str
        Of such a workbook, the cells that are stored as text nevertheless: in their columns a
        point may be any sign.

    Returns
    -------
    TypedTable
        The same table with the same answers always gives the same values.

    Raises
    ------
    InputError
        Columns with two readings that no cell decides, all at once, each with the answers that
        the map can give. Answers that are none, too.
    """
    draft = draft_table(table, how, stored=stored, number_texts=number_texts)
    if draft.questions:
        raise InputError([question.problem() for question in draft.questions])
    return draft


def draft_table(
    table: TextTable,
    how: Mapping[str, ColumnMap] = _NOTHING_SAID,
    *,
    stored: bool = False,
    number_texts: Collection[str] = (),
) -> TypedTable:
    """Read a table as `typed_table` does, and keep the questions instead of raising them.

    Columns with a question are left as they stand, with the kind ``undecided``.
    """
    faults = [p for name, one in how.items() for p in check_column_map(one, f"column '{name}'")]
    if faults:
        raise InputError(faults)
    looked = [
        look_at(ColumnCells.of(table, index), _answers(table, name, how))
        for index, name in enumerate(table.header)
    ]
    signs = [column.sign for column in looked]
    typed = {
        index
        for index in range(len(table.header))
        if number_texts and any(row[index] in number_texts for row in table.rows)
    }
    columns = tuple(
        read_column(column, _neighbours(signs, index, stored, typed=index in typed))
        for index, column in enumerate(looked)
    )
    return TypedTable(source=table, columns=columns)


def _answers(table: TextTable, name: str, how: Mapping[str, ColumnMap]) -> ColumnMap:
    return how.get(f"{table.sheet}!{name}") or how.get(name) or ColumnMap()


def _neighbours(signs: Sequence[str], index: int, stored: bool, *, typed: bool) -> Neighbours:
    """Return the decimal sign that every other column with one has.

    Numbers that a workbook stores have a point whatever was typed: they say nothing about a column
    that was typed as text.
    """
    if stored and typed:
        return Neighbours()
    others = {sign for at, sign in enumerate(signs) if sign and at != index}
    return Neighbours(decimal=others.pop() if len(others) == 1 else "", stored=stored)
