"""Tables of text cells written as separated text or as a workbook, so that they read back."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit.core.checks import check_choice
from remit.core.errors import InputError, SpecError
from remit.evidence.tables import TextTable
from remit.io.safe_cells import safe_cell
from remit.io.separator_fit import SEPARATORS

__all__ = ["CSV", "TextForm", "table_text", "workbook_bytes", "write_text", "write_workbook"]

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "windows-1252",
)
LINE_ENDS = {"\n": "Unix", "\r\n": "Windows", "\r": "old Macintosh"}
QUOTING = ("needed", "all")
MAX_NAME = 31  # characters of a sheet's name
MAX_CELL = 32_767  # characters that a spreadsheet keeps in a cell

#: What a cell must not hold without quotes: any separator, so that a reader sees one only.
_QUOTED = re.compile('[,;\t|"\r\n]|^\\s|\\s$|  |^#')
_ESCAPED = re.compile(
    "_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)
#: Numbers that a spreadsheet keeps to the last digit.
_PLAIN_NUMBER = re.compile(r"-?(?=[\d.]{1,16}\Z)(?:0|[1-9]\d*)(?:\.\d+)?")
_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    r"""How a table is written as text.

    Attributes
    ----------
    separator : str
        Comma, semicolon, tab or pipe.
    encoding : str
        ``utf-8``, ``utf-8-sig`` (with a byte-order mark, which Excel wants), ``utf-16``,
        ``utf-16-le``, ``utf-16-be``, ``utf-32`` or ``windows-1252``.
    line_end : str
        ``\n``, ``\r\n`` or ``\r``.
    quoting : str
        ``needed`` or ``all`` cells.
    safe : bool
        Whether cells that a spreadsheet would compute are made safe, see `safe_cell`.
    """

    separator: str = ","
    encoding: str = "utf-8-sig"
    line_end: str = "\r\n"
    quoting: str = "needed"
    safe: bool = True


CSV = TextForm()


def table_text(table: TextTable, form: TextForm = CSV) -> bytes:
    """Return the bytes of a table as separated text.

    Parameters
    ----------
    table : TextTable
        Header and rows.
    form : TextForm
        Separator, encoding, line ends and quotes.

    Returns
    -------
    bytes

    Raises
    ------
    SpecError
        A separator, an encoding or the like that is none of those listed.
    InputError
        A letter that the encoding does not have, or a NUL.
    """
    check_choice("separator", form.separator, tuple(SEPARATORS))
    check_choice("encoding", form.encoding, ENCODINGS)
    check_choice("line_end", form.line_end, tuple(LINE_ENDS))
    check_choice("quoting", form.quoting, QUOTING)
    whole = form.quoting == "all" or len(table.header) == 1
    lines = []
    for cells in (table.header, *table.rows):
        texts = [safe_cell(cell) for cell in cells] if form.safe else list(cells)
        lines.append(form.separator.join(_cell(text, whole) for text in texts))
    text = form.line_end.join((*lines, ""))
    if "\0" in text:
        raise InputError.at(table.file, found="a NUL character", expected="text")
    try:
        codec = "cp1252" if form.encoding == "windows-1252" else form.encoding
        return text.encode(codec)
    except UnicodeEncodeError as error:
        raise InputError.at(
            table.file,
            found=f"'{text[error.start]}'",
            expected=f"letters that {form.encoding} has",
            hint="Write UTF-8.",
        ) from error


def _cell(text: str, whole: bool) -> str:
    if whole or _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_text(table: TextTable, path: Path, form: TextForm = CSV) -> None:
    """Write a table as separated text, see `table_text`.

    Raises
    ------
    InputError
        A place that cannot be written to, and what `table_text` refuses.
    """
    _write(path, table_text(table, form))


def write_workbook(
    tables: Sequence[TextTable], path: Path, numbers: Sequence[Collection[int]] = ()
) -> None:
    """Write tables as the sheets of an Excel workbook, see `workbook_bytes`.

    Raises
    ------
    InputError
        A place that cannot be written to, and what `workbook_bytes` refuses.
    """
    _write(path, workbook_bytes(tables, numbers))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file that you may write to",
        ) from error


def workbook_bytes(tables: Sequence[TextTable], numbers: Sequence[Collection[int]] = ()) -> bytes:
    """Return an Excel workbook with one sheet for each table; cells are text unless said otherwise.

    Text cells are never computed, so that they need no apostrophe, and ids keep their zeros.

    Parameters
    ----------
    tables : sequence of TextTable
        A sheet is named after its table's sheet, else after its file; at most 31 characters.
    numbers : sequence of collections of int
        Of each table, the columns whose plain numbers are stored as numbers; none if left out.

    Returns
    -------
    bytes

    Raises
    ------
    SpecError
        No table.
    InputError
        A cell of more characters than a spreadsheet keeps.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    if not tables:
        raise SpecError.at("argument 'tables'", found="none", expected="one table or more")
    grids = [
        [[_checked(text, table) for text in cells] for cells in (table.header, *table.rows)]
        for table in tables
    ]
    book = openpyxl.Workbook(write_only=True)
    names: list[str] = []
    columns = [*numbers, *([()] * (len(tables) - len(numbers)))]
    for table, grid, stored in zip(tables, grids, columns, strict=True):
        names.append(_sheet_name(table, names))
        sheet = book.create_sheet(names[-1])
        for texts in grid:
            row = []
            for index, text in enumerate(texts):
                number = index in stored and _PLAIN_NUMBER.fullmatch(text)
                cell = WriteOnlyCell(sheet, value=float(text) if number else text)
                if not number:
                    cell.data_type = "s"  # not a formula, whatever it begins with
                row.append(cell if text else None)
            sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _checked(text: str, table: TextTable) -> str:
    """Return a text as a workbook holds it, with what XML cannot hold written as ``_x000D_``."""
    escaped = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    if len(escaped) > MAX_CELL:
        raise InputError.at(
            table.file,
            found=f"a cell of {len(escaped):,} characters",
            expected=f"at most {MAX_CELL:,}, which a spreadsheet keeps",
            hint="Write the table as text.",
        )
    return escaped


def _sheet_name(table: TextTable, taken: Sequence[str]) -> str:
    plain = _NAME.sub(" ", table.sheet or Path(table.file).stem).strip("' ")[:MAX_NAME] or "table"
    name, number = plain, 1
    used = {other.lower() for other in taken}
    while name.lower() in used:
        number += 1
        end = f" ({number})"
        name = plain[: MAX_NAME - len(end)] + end
    return name
