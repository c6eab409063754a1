"""Delimited text files, read as cells and nothing more."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.evidence.tables import TextTable

__all__ = ["decode_text", "parse_table", "read_table"]

MAX_BYTES = 200_000_000


def read_table(path: Path) -> TextTable:
    """Read a comma-, semicolon- or tab-separated file as text cells.

    Parameters
    ----------
    path : Path
        File in UTF-8, with or without a byte-order mark, or in UTF-16 with one.

    Returns
    -------
    TextTable
        Cells stripped of outer blanks; wholly empty rows are passed over.

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
        If the bytes are neither UTF-8 nor UTF-16 with a byte-order mark.
    """
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        near = raw[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        near = " ".join(near.split())
        raise InputError.at(
            str(Place(file=file, row=row)),
            found=f"a byte that is not UTF-8 near '{near}'",
            expected="text in UTF-8",
            hint="If that reads right, the file is in Windows-1252: save it again as "
            "'CSV UTF-8'. Nothing was read.",
        ) from error


def parse_table(text: str, file: str) -> TextTable:
    """Split text into a header and rows of cells.

    The separator is the one of comma, semicolon and tab that is commonest in the header line;
    column names never hold any of them.

    Raises
    ------
    InputError
        Empty text, or rows whose number of cells is not that of the header; all at once.
    """
    first = text.split("\n", 1)[0]
    if not first.strip():
        raise InputError.at(
            file,
            found="an empty file" if not text.strip() else "an empty first line",
            expected="a header line with the column names",
        )
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, numbers, problems = [], [], []
    header: tuple[str, ...] = ()
    try:
        for number, cells in enumerate(reader, start=1):
            row = tuple(cell.strip() for cell in cells)
            if number == 1:
                header = row
            elif any(row):
                if len(row) == len(header):
                    rows.append(row)
                    numbers.append(number)
                else:
                    problems.append(_ragged(file, number, len(row), len(header)))
    except csv.Error as error:
        problems.append(
            Problem(
                where=str(Place(file=file, row=len(numbers) + len(problems) + 2)),
                found=f"quotes that do not close or stand inside a cell ({error})",
                expected="each quoted cell closed by a second quote",
                hint="Was the file cut off?",
            )
        )
    if problems:
        raise InputError(problems)
    return TextTable(file=file, header=header, rows=tuple(rows), row_numbers=tuple(numbers))


def _ragged(file: str, row: int, found: int, expected: int) -> Problem:
    return Problem(
        where=str(Place(file=file, row=row)),
        found=f"{found} cells",
        expected=f"{expected}, one for each column of the header",
        hint="A comma inside a cell needs quotes around the cell."
        if found > expected
        else "Was the line cut off?",
    )
