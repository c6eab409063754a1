"""OpenDocument spreadsheets (.ods), cell by cell as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO

from remit.core.errors import InputError
from remit.io.cell_text import clock_text, plain_number
from remit.io.file_map import FileMap
from remit.io.opened_file import OpenedFile
from remit.io.sheet_grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, SheetGrid, column_letters
from remit.io.sheets_file import chosen_names, file_of_sheets
from remit.io.zipped_xml import Element, elements, local, reading

__all__ = ["open_document"]

MAX_SHEETS = 1_000
MAX_BLANKS = 1_000  # blanks that one element may stand for

_DURATION = re.compile(
    r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?", re.IGNORECASE
)


@dataclass(slots=True, kw_only=True, eq=False)
class _State:
    """Where the reader is."""

    file: str
    grids: list[SheetGrid] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    depth: int = 0
    number: int = 0
    column: int = 0
    style: str = ""


def open_document(body: IO[bytes], file: str, how: FileMap) -> OpenedFile:
    """Open an OpenDocument spreadsheet whose archive has been checked.

    Parameters
    ----------
    body : binary file
        The spreadsheet.
    file : str
        Name for messages.
    how : FileMap
        Answers of the map: sheet, header row.

    Raises
    ------
    InputError
        A damaged or encrypted file, no such sheet, no table in any.
    """
    with reading(file), zipfile.ZipFile(body) as archive:
        _refuse_password(archive, file)
        grids = _read_sheets(archive, file)
    wanted = chosen_names([grid.name for grid in grids], how.sheet, file)
    return file_of_sheets([grid for grid in grids if grid.name in wanted], file, "ods", how, ())


def _refuse_password(archive: zipfile.ZipFile, file: str) -> None:
    part = "META-INF/manifest.xml"
    if part in archive.namelist() and any(
        local(element.tag) == "encryption-data" for _, element in elements(archive, part)
    ):
        raise InputError.at(
            file,
            found="a spreadsheet with a password",
            expected="one without",
            hint="Open it with the password, and save a copy without one.",
        )


def _read_sheets(archive: zipfile.ZipFile, file: str) -> list[SheetGrid]:
    state = _State(file=file)
    table: Element | None = None
    for event, element in elements(archive, "content.xml", starts=True):
        tag = local(element.tag)
        if event == "start":
            if tag == "style":
                state.style = _attribute(element, "name")
            elif tag == "table":
                state.depth += 1
                if state.depth == 1:
                    table = element
                    _begin_sheet(element, state)
        elif tag == "table-properties" and _attribute(element, "display") == "false":
            state.hidden_styles.add(state.style)
        elif tag == "table":
            state.depth -= 1
            element.clear()
        elif state.depth == 1 and tag == "table-column":
            _add_columns(element, state)
        elif state.depth == 1 and tag == "table-row":
            _add_rows(element, state)
            element.clear()
            if table is not None and len(table) > 1000:
                del table[:]
    return state.grids


def _begin_sheet(element: Element, state: _State) -> None:
    if len(state.grids) >= MAX_SHEETS:
        raise InputError.at(
            state.file, found="more than 1,000 sheets", expected="at most 1,000 sheets"
        )
    hidden = _attribute(element, "style-name") in state.hidden_styles
    slots = state.grids[-1].slots if state.grids else 0
    state.grids.append(
        SheetGrid(file=state.file, name=_attribute(element, "name"), hidden=hidden, slots=slots)
    )
    state.number = state.column = 0


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if local(key) == name), "")


def _repeat(element: Element, name: str, limit: int) -> int:
    text = _attribute(element, name)
    return min(max(1, int(text)), limit) if text.isdecimal() and len(text) < 10 else 1


def _add_columns(element: Element, state: _State) -> None:
    count = _repeat(element, "number-columns-repeated", MAX_COLUMNS)
    if _attribute(element, "visibility") in ("collapse", "filter"):
        state.grids[-1].hide_columns(state.column + 1, state.column + count)
    state.column = min(state.column + count, MAX_COLUMNS)


def _add_rows(element: Element, state: _State) -> None:
    """Add a row, as often as it is repeated."""
    grid = state.grids[-1]
    count = _repeat(element, "number-rows-repeated", MAX_ROWS)
    cells = _row_cells(element, state.number + 1, grid)
    hidden = _attribute(element, "visibility") in ("collapse", "filter")
    if cells:
        for number in range(state.number + 1, state.number + count + 1):
            grid.add_row(number, list(cells))
            if hidden:
                grid.hidden_rows.append(number)
    state.number += count


def _row_cells(row: Element, number: int, grid: SheetGrid) -> list[str]:
    cells: list[str] = []
    column = 0
    for element in row:
        tag = local(element.tag)
        if tag not in ("table-cell", "covered-table-cell"):
            continue
        count = _repeat(element, "number-columns-repeated", 10 * MAX_COLUMNS)
        at = f"{column_letters(min(column + 1, MAX_COLUMNS))}{number}"
        text = _cell_text(element, at, grid)
        if text:
            if column + count > MAX_COLUMNS:
                raise InputError.at(
                    f"{grid.place}, row {number}",
                    found=f"cells up to column {column + count:,}",
                    expected=f"at most {MAX_COLUMNS:,} columns",
                )
            cells += [""] * (column - len(cells))
            cells += [text] * count
        across = _repeat(element, "number-columns-spanned", MAX_COLUMNS)
        down = _repeat(element, "number-rows-spanned", MAX_ROWS)
        if across > 1 or down > 1:
            last = f"{column_letters(min(column + across, MAX_COLUMNS))}{number + down - 1}"
            grid.merged.add(f"{at}:{last}")
        column += count
    return cells


def _cell_text(element: Element, at: str, grid: SheetGrid) -> str:
    """Return a cell's text, noting formulas, errors, dates and the like."""
    kinds = [value for key, value in element.items() if local(key) == "value-type"]
    shown = "\n".join(_paragraphs(element)).strip()
    formula = _attribute(element, "formula")
    if formula:
        grid.formulas.add(f"{at} {formula[:40]}")
        if not kinds and not shown:
            grid.unsaved.add(f"{at} {formula[:40]}")
            return ""
    if "error" in kinds:
        grid.errors.add(f"{at} {shown}")
    text = _value_text(element, kinds[0] if kinds else "string", shown, at, grid)
    if len(text) > MAX_CELL:
        raise InputError.at(
            f"{grid.place}, cell {at}",
            found=f"{len(text):,} characters",
            expected=f"at most {MAX_CELL:,} in a cell",
        )
    return text


def _value_text(element: Element, kind: str, shown: str, at: str, grid: SheetGrid) -> str:
    value = _attribute(element, "value")
    if kind in ("float", "currency") and value:
        plain = plain_number(value)
        if re.fullmatch(r"0\d+", shown) and shown.lstrip("0") == plain.lstrip("0"):
            grid.padded.add(at)
            return shown
        return plain
    if kind == "percentage" and value:
        grid.percents.add(at)
        try:
            share = 100 * Decimal(plain_number(value))
        except InvalidOperation:
            return shown
        return plain_number(str(share)) + "%"
    if kind == "date":
        text = _attribute(element, "date-value").removesuffix("T00:00:00")
        grid.dates.add(f"{at} {text}")
        return text or shown
    if kind == "time":
        text = _clock(_attribute(element, "time-value")) or shown
        grid.dates.add(f"{at} {text}")
        return text
    if kind == "boolean":
        return {"true": "TRUE", "false": "FALSE"}.get(_attribute(element, "boolean-value"), shown)
    return grid.text_cell(_attribute(element, "string-value").strip() or shown)


def _clock(text: str) -> str:
    """Return a duration such as ``PT26H15M00S`` as ``26:15:00``; nothing where it is none."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()[1:]):
        return ""
    sign, days, hours, minutes, seconds = found.groups()
    if any(len(part or "") > 9 for part in (days, hours, minutes)):
        return ""
    whole = 86_400 * int(days or 0) + 3600 * int(hours or 0) + 60 * int(minutes or 0)
    total = round(1000 * (whole + Decimal((seconds or "0").replace(",", "."))))
    return clock_text(-total if sign else total)


def _paragraphs(cell: Element) -> Iterator[str]:
    """Yield the text of each paragraph of a cell, without comments."""
    for child in cell:
        if local(child.tag) == "p":
            yield "".join(_runs(child))


def _runs(element: Element) -> Iterator[str]:
    """Yield the pieces of text of a paragraph, depth first, without recursion."""
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        tag = local(item.tag)
        if tag == "s":
            yield " " * _repeat(item, "c", MAX_BLANKS)
        elif tag in ("tab", "line-break"):
            yield "\t" if tag == "tab" else "\n"
        elif tag != "annotation":
            following: list[Element | str] = [item.text or ""]
            for child in item:
                following += [child, child.tail or ""]
            stack += reversed(following)
