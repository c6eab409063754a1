"""A file as remit reads it: its tables with values, every decision, every open question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from remit.core.errors import InputError, Problem, RemitError, SpecError
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision, Question
from remit.io.file_map import FileMap
from remit.io.map_checks import unknown_columns
from remit.io.open_file import open_file
from remit.io.opened_file import OpenedFile
from remit.io.read_map import read_map
from remit.io.read_tables import draft_tables
from remit.io.typed_table import TypedTable

__all__ = ["DraftFile", "read_draft", "the_table"]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DraftFile:
    """A file read as far as its content and its map allow.

    Attributes
    ----------
    opened : OpenedFile
        Its tables as text.
    tables : tuple of TypedTable
        The same with values; a column with an open question stands as it stood.
    """

    opened: OpenedFile
    tables: tuple[TypedTable, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Everything that was decided: about the file, then column by column."""
        columns = (decision for table in self.tables for decision in table.decisions)
        return (*self.opened.decisions, *columns)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything that has two readings."""
        return tuple(question for table in self.tables for question in table.questions)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Cells that could not be read."""
        return tuple(problem for table in self.tables for problem in table.problems)


def read_draft(path: Path, map_path: Path | None = None) -> DraftFile:
    """Read a file by its map, without asking its open questions yet.

    Raises
    ------
    InputError
        If the file or the map cannot be read, or the map names columns that are not there.
    """
    how = read_map(map_path) if map_path else FileMap()
    opened = open_file(path, how)
    unknown = unknown_columns(how.columns, opened.tables, map_path.name if map_path else "")
    if unknown:
        raise InputError(unknown)
    return DraftFile(opened=opened, tables=draft_tables(opened, how))


def the_table(draft: DraftFile, use: Callable[[TextTable], Answer]) -> tuple[TypedTable, Answer]:
    """Return the one table of a file that can be used so, and what comes of it.

    Parameters
    ----------
    draft : DraftFile
        A file with one table or several.
    use : callable
        From a table to an answer; raises `RemitError` where it cannot be used so.

    Raises
    ------
    RemitError
        The only table's own error; `SpecError` if several tables can be used; an `InputError`
        that names every table if none can.
    """
    if not draft.tables:
        raise InputError.at(draft.opened.file, found="no table", expected="one with a header")
    fits: list[tuple[TypedTable, Answer]] = []
    errors: list[RemitError] = []
    for table in draft.tables:
        try:
            fits.append((table, use(table.canonical())))
        except RemitError as error:
            errors.append(error)
    if len(fits) == 1:
        return fits[0]
    if not fits:
        if len(errors) == 1:
            raise errors[0]
        raise InputError([problem for error in errors for problem in error.problems])
    names = ", ".join(f"'{table.source.sheet or table.source.file}'" for table, _ in fits)
    raise SpecError.at(
        draft.opened.file,
        found=f"{len(fits)} tables that could be meant: {names}",
        expected="one",
        hint="Name the sheet in a map: `remit map FILE` writes one; then give it with --map.",
    )
