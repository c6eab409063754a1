"""Excel workbooks (.xlsx, .xlsm), cell by cell as text.

The cells are read from the XML of the sheets itself: a library hands over numbers and dates, and
with them decides what we must be able to show (a formula beside its stored value, a day that no
calendar has, a number with leading zeros, rows that are hidden).
"""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from typing import IO

from remit.core.errors import InputError
from remit.core.place import Place
from remit.io.cell_text import number_text, plain_number
from remit.io.decisions import Decision
from remit.io.file_map import FileMap
from remit.io.opened_file import OpenedFile
from remit.io.sheet_grid import MAX_CELL, MAX_COLUMNS, SheetGrid, column_letters
from remit.io.sheets_file import chosen_names, file_of_sheets
from remit.io.workbook_parts import (
    PLAIN,
    WorkbookParts,
    read_parts,
    rich_text,
    unescaped,
)
from remit.io.zipped_xml import Element, elements, local, reading

__all__ = ["open_workbook"]

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def open_workbook(body: IO[bytes], file: str, how: FileMap) -> OpenedFile:
    """Open an Excel workbook whose archive has been checked.

    Parameters
    ----------
    body : binary file
        The workbook.
    file : str
        Name for messages.
    how : FileMap
        Answers of the map: sheet, header row.

    Raises
    ------
    InputError
        A damaged workbook, no such sheet, no table in any, formulas without a stored value.
    """
    with reading(file), zipfile.ZipFile(body) as archive:
        parts = read_parts(archive, file)
        wanted = chosen_names([sheet.name for sheet in parts.sheets], how.sheet, file)
        grids: list[SheetGrid] = []
        for sheet in parts.sheets:
            if sheet.name in wanted:
                slots = grids[-1].slots if grids else 0
                grid = SheetGrid(file=file, name=sheet.name, hidden=sheet.hidden, slots=slots)
                _read_sheet(archive, sheet.part, grid, parts)
                grids.append(grid)
        told = tuple(_beside(archive, file))
    return file_of_sheets(grids, file, "xlsx", how, told)


def _beside(archive: zipfile.ZipFile, file: str) -> list[Decision]:
    """Say what else is in the workbook and is left alone."""
    names = archive.namelist()
    told = []
    for mark, words, why in (
        ("vbaProject.bin", "macros are neither run nor read", "the workbook holds some"),
        ("externalLinks/", "links to other workbooks are not followed", "stored values are taken"),
        ("pivotTables/", "pivot tables are read as the cells they show", "the workbook holds some"),
    ):
        if any(mark in name for name in names):
            told.append(
                Decision(
                    place=Place(file=file),
                    key="contents",
                    value="ignored",
                    words=words,
                    evidence=why,
                    source="convention",
                )
            )
    return told


def _read_sheet(archive: zipfile.ZipFile, part: str, grid: SheetGrid, parts: WorkbookParts) -> None:
    """Fill a grid with the rows of a sheet, and what is hidden or merged in it."""
    holder: Element | None = None
    number = 0
    for event, element in elements(archive, part, starts=True):
        tag = local(element.tag)
        if event == "start":
            if tag == "sheetData":
                holder = element
            continue
        if tag == "row" and holder is not None:
            number = _whole(element.get("r"), number + 1)
            if element.get("hidden") in ("1", "true"):
                grid.hidden_rows.append(number)
            grid.add_row(number, _row_cells(element, number, grid, parts))
            holder.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            grid.hide_columns(_whole(element.get("min"), 1), _whole(element.get("max"), 0))
        elif tag == "mergeCell":
            grid.merged.add(element.get("ref", ""))
            element.clear()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def _row_cells(row: Element, number: int, grid: SheetGrid, parts: WorkbookParts) -> list[str]:
    """Return the cells of a row from column A on."""
    cells: list[str] = []
    column = 0
    for element in row:
        if local(element.tag) != "c":
            continue
        before = column
        found = _REFERENCE.fullmatch(element.get("r", ""))
        column = _column(found[1]) if found else before + 1
        if not before < column <= MAX_COLUMNS:
            raise InputError.at(
                str(grid.place),
                found=f"cell {element.get('r')!r} after column {column_letters(before)}",
                expected="cells in their order, within a sheet",
                hint="The workbook is damaged: save it again from a spreadsheet.",
            )
        text = _cell_text(element, f"{column_letters(column)}{number}", grid, parts)
        if text:
            cells += [""] * (column - 1 - len(cells))
            cells.append(text)
    return cells


@lru_cache(maxsize=MAX_COLUMNS)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _cell_text(element: Element, at: str, grid: SheetGrid, parts: WorkbookParts) -> str:
    """Return a cell's text, noting formulas, errors, dates and the like."""
    value: str | None = None
    inline = ""
    formula: str | None = None
    for child in element:
        tag = local(child.tag)
        if tag == "v":
            value = child.text or ""
        elif tag == "f":
            formula = child.text or ""
        elif tag == "is":
            inline = rich_text(child)
    kind = element.get("t", "n")
    if formula is not None:
        grid.formulas.add(f"{at} ={formula[:40]}" if formula else at)
        if value is None or (not value and kind != "str"):
            grid.unsaved.add(f"{at} ={formula[:40]}" if formula else at)
            return ""
    text = (
        grid.text_cell(inline)
        if kind == "inlineStr"
        else _value_text(value or "", kind, element, at, grid, parts)
    )
    if len(text) > MAX_CELL:
        raise InputError.at(
            f"{grid.place}, cell {at}",
            found=f"{len(text):,} characters",
            expected=f"at most {MAX_CELL:,} in a cell",
        )
    return text


def _value_text(
    value: str, kind: str, element: Element, at: str, grid: SheetGrid, parts: WorkbookParts
) -> str:
    if kind == "s":
        index = _whole(value, -1)
        if not 0 <= index < len(parts.texts):
            raise InputError.at(
                f"{grid.place}, cell {at}",
                found=f"a reference to text {value[:20]!r}, which is not there",
                expected="a whole workbook",
                hint="It is damaged: open it in a spreadsheet and save it again.",
            )
        return grid.text_cell(parts.texts[index])
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value.upper())
    if kind == "e":
        grid.errors.add(f"{at} {value}")
        return value
    if kind == "d":
        return value.removesuffix("T00:00:00")
    if kind != "n":
        return grid.text_cell(unescaped(value).strip())
    return _number(value.strip(), element, at, grid, parts) if value else ""


def _number(raw: str, element: Element, at: str, grid: SheetGrid, parts: WorkbookParts) -> str:
    style = _whole(element.get("s"), 0)
    form = parts.formats[style] if style < len(parts.formats) else PLAIN
    if form.kind == "plain":
        return plain_number(raw)
    text = number_text(raw, form, from_1904=parts.from_1904)
    if text is None:
        grid.odd_dates.add(f"{at} {raw}")
        return plain_number(raw)
    if form.kind == "percent":
        grid.percents.add(at)
    elif form.kind == "padded":
        grid.padded.add(at)
    else:
        grid.dates.add(f"{at} {text}")
    return text
