"""Delimited text files, read as cells and nothing more."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from remit.core.errors import InputError, Problem, RemitError
from remit.core.place import Place
from remit.evidence.tables import TextTable

__all__ = ["decode_text", "parse_table", "read_table"]

MAX_BYTES = 200_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: First bytes of an Excel workbook (a ZIP archive, or the older compound file).
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def read_table(path: Path) -> TextTable:
    """Read a comma-, semicolon- or tab-separated file as text cells.

    Parameters
    ----------
    path : Path
        File in UTF-8, with or without a byte-order mark, or in UTF-16 with one.

    Returns
    -------
    TextTable
        Cells stripped of outer blanks; wholly empty rows are passed over, and so are columns at
        the right that have neither a name nor a cell.

    Raises
    ------
    InputError
        Missing or empty file, another encoding, a row with too many or too few cells.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError.at(
                path.name,
                found=f"{size / 1e6:.0f} MB",
                expected=f"at most {MAX_BYTES / 1e6:.0f} MB",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise InputError.at(
            path.name,
            found=f"a file that cannot be read ({error.strerror})",
            expected="a readable file",
        ) from error
    return parse_table(decode_text(raw, path.name), path.name)


def decode_text(raw: bytes, file: str) -> str:
    """Return the text of ``raw``, or say which byte does not fit and what it may be.

    Raises
    ------
    InputError
        If the bytes are neither UTF-8 nor UTF-16 with a byte-order mark, hold a NUL, or are a
        workbook.
    """
    if raw.startswith(WORKBOOK_MARKS):
        raise InputError.at(
            file,
            found="an Excel workbook",
            expected="a text file in UTF-8",
            hint="Open it in the spreadsheet and save the sheet as 'CSV UTF-8'.",
        )
    utf16 = raw.startswith(UTF16_MARKS)
    try:
        text = raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if utf16:
            raise InputError.at(
                file,
                found="bytes that are not UTF-16, though the file begins as UTF-16 does",
                expected="text in UTF-8",
                hint="Was the file cut off? Save it again as 'CSV UTF-8'.",
            ) from error
        raise _not_utf8(raw, error.start, file) from error
    if "\0" in text:
        raise InputError.at(
            str(Place(file=file, row=text[: text.index("\0")].count("\n") + 1)),
            found="a NUL character",
            expected="text in UTF-8",
            hint="The file is damaged or in UTF-16: save it again as 'CSV UTF-8'.",
        )
    return text


def _not_utf8(raw: bytes, start: int, file: str) -> RemitError:
    row = raw[:start].count(b"\n") + 1
    near = raw[max(0, start - 12) : start + 12].decode("cp1252", "replace")
    return InputError.at(
        str(Place(file=file, row=row)),
        found=f"a byte that is not UTF-8 near '{' '.join(near.split())}'",
        expected="text in UTF-8",
        hint="If the words in quotes read right, the file is in Windows-1252: save it again as "
        "'CSV UTF-8'.",
    )


def parse_table(text: str, file: str) -> TextTable:
    """Split text into a header and rows of cells.

    The separator is the one of comma, semicolon and tab that is commonest in the header line;
    column names never hold any of them.

    Raises
    ------
    InputError
        Empty text, or rows whose number of cells is not that of the header; all at once.
    """
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if not first.strip():
        raise InputError.at(
            file,
            found="an empty file" if not text.strip() else "an empty first line",
            expected="a header line with the column names",
        )
    separator = max(SEPARATORS, key=first.count)
    problems: list[Problem] = []
    records = _records(text, separator, file, problems)
    _, header = next(records, (1, ()))
    rows, numbers = [], []
    for number, row in records:
        if len(row) == len(header):
            rows.append(row)
            numbers.append(number)
        else:
            problems.append(_ragged(file, number, len(row), len(header), separator))
    if problems:
        raise InputError(problems)
    wide = len(header)
    while wide and not header[wide - 1] and not any(row[wide - 1] for row in rows):
        wide -= 1
    return TextTable(
        file=file,
        header=header[:wide],
        rows=tuple(row[:wide] for row in rows),
        row_numbers=tuple(numbers),
    )


def _records(
    text: str, separator: str, file: str, problems: list[Problem]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the number and the cells of each row that is not empty; note where quotes fail."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            row = tuple(cell.strip() for cell in cells)
            if any(row):
                yield number, row
    except csv.Error as error:
        cut = "end of data" in str(error) or "field larger" in str(error)
        problems.append(
            Problem(
                where=str(Place(file=file, row=number + 1)),
                found="a quote that opens a cell and never closes"
                if cut
                else "a quote inside a quoted cell",
                expected="a quote before and after the cell, and quotes inside it doubled",
                hint="Was the file cut off?" if cut else "",
            )
        )


def _ragged(file: str, row: int, found: int, expected: int, separator: str) -> Problem:
    name = SEPARATORS[separator]
    return Problem(
        where=str(Place(file=file, row=row)),
        found="1 cell" if found == 1 else f"{found} cells",
        expected=f"{expected}, one for each column of the header",
        hint=f"A {name} inside a cell needs quotes around the cell."
        if found > expected
        else "Was the line cut off?",
    )
