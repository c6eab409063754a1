r"""Read ``map.toml``: how a file is to be read where its content leaves a choice.

Under ``[file]``:

============== ================================================================================
encoding       Such as ``"utf-8"`` or ``"windows-1252"``.
separator      One character between the cells; ``"\t"`` is the tab.
sheet          Name of the one sheet of a workbook that is read.
header_row     Row of the column names, counted from 1, without quotes.
============== ================================================================================

Under ``[columns.NAME]``, one table for each column; the name in quotes where it has blanks or
points (``[columns."pain 0-10"]``), and with its sheet before it where sheets differ
(``[columns."Visits!dose"]``):

============== ================================================================================
kind           ``"number"``, ``"integer"``, ``"date"``, ``"datetime"``, ``"time"``, ``"text"``,
               ``"id"``, ``"yes-no"``, or ``"compound"`` for several numbers in a cell.
decimal        Decimal sign: ``"."``, ``","``, or ``"either"`` where some wrote a point and
               others a comma.
thousands      Thousands sign: ``","``, ``"."``, ``" "`` or ``"'"``.
dates          ``"day-month"``, ``"month-day"`` or ``"year-month"``; ``"day-numbers"`` for the
               numbers that spreadsheets, or SPSS, keep in place of dates.
century        Two-digit years below this number, without quotes, are 20xx, the others 19xx.
percent        ``"percent"`` (34% is 34) or ``"shares"`` (34% is 0.34).
missing        List of the cells that mean that nothing is known, beside the empty ones:
               ``["NA", "-99"]``; ``[]`` for none.
unit           Unit of the numbers, such as ``"mg"``; ``"none"`` where cells that name one are
               wrong.
============== ================================================================================

What is left out is decided from the content of the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from remit.core.errors import InputError, Problem
from remit.io.file_map import ColumnMap, FileMap
from remit.io.map_checks import check_column_map
from remit.io.toml_section import TomlSection

__all__ = ["parse_map", "read_map"]


def read_map(path: Path) -> FileMap:
    """Read a map from a file.

    Raises
    ------
    InputError
        A file that cannot be read or is no TOML; keys and values that mean nothing here, all at
        once.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError.at(
            path.name,
            found=f"a file that cannot be read ({error.strerror})",
            expected="a map in TOML",
            hint="'remit map FILE' writes one.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError.at(
            path.name, found="bytes that are not UTF-8", expected="a map in UTF-8"
        ) from error
    return parse_map(text, path.name)


def parse_map(text: str, name: str = "map.toml") -> FileMap:
    """Read a map from its text; ``name`` stands in the messages.

    Raises
    ------
    InputError
        As `read_map`.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError.at(
            name,
            found=f"text that is no TOML: {error}",
            expected='lines such as decimal = ",", under a table such as [columns.dose]',
            hint="Texts stand in quotes; a column name with blanks or points does, too.",
        ) from error
    problems: list[Problem] = []
    whole = TomlSection(values, name, problems)
    file = whole.section("file", required=False)
    header_row = file.number("header_row", 0)
    if header_row < 0 or not header_row.is_integer():
        file.reject("header_row", "a row, counted from 1")
    separator = file.text("separator", "")
    if len(separator) > 1:
        file.reject("separator", "one character", 'The tab is "\\t".')
    columns = whole.section("columns", required=False)
    named = columns.keys()
    how = FileMap(
        encoding=file.text("encoding", ""),
        separator=separator,
        sheet=file.text("sheet", ""),
        header_row=int(header_row),
        columns={key: _column(columns.section(key), problems) for key in named},
    )
    file.finish()
    whole.finish()
    if problems:
        raise InputError(problems)
    return how


def _column(section: TomlSection, problems: list[Problem]) -> ColumnMap:
    """Read the answers for one column."""
    century = section.number("century", -1)
    if not century.is_integer():
        section.reject("century", "a whole number")
    missing: tuple[str, ...] | None = None
    if "missing" in section.values:
        missing = _texts(section, "missing")
    how = ColumnMap(
        kind=section.text("kind", ""),
        decimal=section.text("decimal", ""),
        thousands=section.text("thousands", ""),
        dates=section.text("dates", ""),
        century=int(century) if "century" in section.values else None,
        percent=section.text("percent", ""),
        missing=missing,
        unit=section.text("unit", ""),
    )
    problems += check_column_map(how, section.path)
    section.finish()
    return how


def _texts(section: TomlSection, key: str) -> tuple[str, ...]:
    """Return a list of texts; one text alone is a list of one."""
    value = section.values[key]
    return (section.text(key),) if isinstance(value, str) else section.texts(key)
