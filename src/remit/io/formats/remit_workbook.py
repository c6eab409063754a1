"""remit's review as one workbook: a sheet for each table, and one with ``review.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from remit.evidence.tables import TextTable
from remit.io.formats.table_columns import as_table
from remit.io.opened_file import OpenedFile
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES

__all__ = ["read_remit_workbook", "remit_workbook_tables"]

_SETTINGS_HEADER = ("line", SETTINGS_FILE)


def read_remit_workbook(opened: OpenedFile) -> tuple[dict[str, TextTable], str]:
    """Return the tables of a review by their names, and the text of ``review.toml``.

    Parameters
    ----------
    opened : OpenedFile
        The workbook. The text is empty where it has no sheet of this name.
    """
    sheets = {table.sheet.lower(): table for table in opened.tables}
    tables = {name: replace(sheets[name], sheet=name) for name in TABLE_NAMES if name in sheets}
    settings = sheets.get(SETTINGS_FILE)
    if settings is None:
        return tables, ""
    lines: dict[int, str] = {}
    for number, row in enumerate(settings.rows, start=1):
        lines[int(row[0]) if row[0].isdigit() else number] = row[-1]
    text = [lines.get(number, "") for number in range(1, max(lines, default=0) + 1)]
    return tables, "\n".join((*text, ""))


def remit_workbook_tables(tables: Mapping[str, TextTable], settings: str) -> list[TextTable]:
    """Return the sheets of a workbook that holds a review.

    Parameters
    ----------
    tables : mapping of str to TextTable
        The tables by their names.
    settings : str
        Text of ``review.toml``; its lines are numbered, so that blank ones are not lost.
    """
    lines = [(str(n), line) for n, line in enumerate(settings.splitlines(), start=1) if line]
    sheet = as_table(SETTINGS_FILE, _SETTINGS_HEADER, lines)
    named = [replace(table, sheet=name) for name, table in tables.items()]
    return [*named, replace(sheet, sheet=SETTINGS_FILE)]
