"""A file becomes tables of values, by way of its map."""

from __future__ import annotations

from pathlib import Path

from remit.core.errors import InputError
from remit.io.file_map import FileMap
from remit.io.map_checks import unknown_columns
from remit.io.open_file import open_file
from remit.io.opened_file import OpenedFile
from remit.io.read_map import read_map
from remit.io.typed_table import TypedTable, draft_table
from remit.io.write_map import write_map

__all__ = ["draft_map", "draft_tables", "read_tables", "typed_tables"]


def read_tables(
    path: Path, map_path: Path | None = None
) -> tuple[OpenedFile, tuple[TypedTable, ...]]:
    """Read every table of a file.

    Parameters
    ----------
    path : Path
        Separated text in any common form, or a workbook.
    map_path : Path or None
        Map with the answers; None where the content leaves no choice.

    Returns
    -------
    opened : OpenedFile
        The file with the decisions about it.
    tables : tuple of TypedTable
        Its tables with their values. The same file with the same map always gives the same.

    Raises
    ------
    InputError
        A file or a map that cannot be read; columns of the map that the file does not have; the
        questions of all its tables, all at once.
    """
    how = read_map(map_path) if map_path else FileMap()
    opened = open_file(path, how)
    return opened, typed_tables(opened, how, map_path.name if map_path else "map.toml")


def typed_tables(
    opened: OpenedFile, how: FileMap, map_name: str = "map.toml"
) -> tuple[TypedTable, ...]:
    """Read the tables of a file that is open.

    Raises
    ------
    InputError
        Columns of the map that no table has; the questions of all tables; all at once.
    """
    tables = draft_tables(opened, how)
    problems = unknown_columns(how.columns, opened.tables, map_name)
    problems += [question.problem() for table in tables for question in table.questions]
    if problems:
        raise InputError(problems)
    return tables


def draft_map(path: Path, map_path: Path | None = None) -> str:
    """Return the map of a file, with everything that was found and with its open questions.

    Parameters
    ----------
    path : Path
        The file.
    map_path : Path or None
        Map with answers that are kept.

    Raises
    ------
    InputError
        As `read_tables`, but for questions about columns, which are written down.
    """
    how = read_map(map_path) if map_path else FileMap()
    opened = open_file(path, how)
    return write_map(opened, draft_tables(opened, how))


def draft_tables(opened: OpenedFile, how: FileMap) -> tuple[TypedTable, ...]:
    """Read the tables of a file that is open, and keep their questions instead of raising them."""
    stored = opened.kind != "text"
    return tuple(
        draft_table(
            table,
            how.columns,
            stored=stored,
            number_texts=opened.number_texts.get(table.sheet, frozenset()),
        )
        for table in opened.tables
    )
