"""The tables of a review folder: one a file, the header in the first row, names as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision
from remit.io.open_file import MAX_BYTES
from remit.io.separated_text import strict_table
from remit.io.text_encoding import decide_encoding
from remit.io.text_source import Seen, in_pieces, lines_of, read_bytes, text_lines

__all__ = ["decode_text", "parse_table", "read_table", "read_table_told"]

#: First bytes of an Excel workbook (a ZIP archive, or the older compound file).
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_table(path: Path) -> TextTable:
    """Read a text file of separated values that holds one table from its first row on.

    Parameters
    ----------
    path : Path
        File in any encoding and with any separator that `open_file` recognises.

    Returns
    -------
    TextTable
        Cells stripped of outer blanks; wholly empty rows are passed over, and so are columns at
        the right that have neither a name nor a cell.

    Raises
    ------
    InputError
        Missing or empty file, a workbook, a row with too many or too few cells.
    """
    return read_table_told(path)[0]


def read_table_told(path: Path) -> tuple[TextTable, tuple[Decision, ...]]:
    """Read a file as `read_table` does, and say what was decided about it."""
    lines, encoding = _lines(read_bytes(path, MAX_BYTES), path.name)
    table, decisions = strict_table(lines, path.name)
    return table, (encoding, *decisions)


def decode_text(raw: bytes, file: str) -> str:
    """Return the text of ``raw``.

    Raises
    ------
    InputError
        If the bytes are of no encoding or of two, hold a NUL, or are a workbook.
    """
    return "".join(_lines(raw, file)[0]())


def parse_table(text: str, file: str) -> TextTable:
    """Split text into a header and rows of cells.

    Raises
    ------
    InputError
        Empty text, or rows whose number of cells is not that of the header; all at once.
    """
    return strict_table(lambda: lines_of(in_pieces(text), file, Seen()), file)[0]


def _lines(raw: bytes, file: str) -> tuple[Callable[[], Iterator[str]], Decision]:
    if raw.startswith(WORKBOOK_MARKS):
        raise InputError.at(
            file,
            found="an Excel workbook",
            expected="a text file",
            hint="Open it in the spreadsheet and save the sheet as 'CSV UTF-8'.",
        )
    encoding = decide_encoding(lambda: in_pieces(raw), file)
    return lambda: text_lines(in_pieces(raw), encoding, file), encoding.decision
