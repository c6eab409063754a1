"""Rows of a text file of any length, one after the other in bounded memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.io.column_names import distinct_names
from remit.io.decisions import Decision
from remit.io.file_kind import recognise_kind
from remit.io.file_map import FileMap
from remit.io.separated_text import (
    blank_free,
    first_lines,
    no_header,
    quote_problem,
    ragged_problem,
)
from remit.io.separator_fit import rows_of
from remit.io.sheet_tables import MAX_COLUMNS, make_tables
from remit.io.table_layout import HEAD, MAX_RAGGED
from remit.io.text_dialect import Dialect, decide_dialect, separator_line
from remit.io.text_encoding import Encoding, decide_encoding
from remit.io.text_source import Seen, file_chunks, text_lines

__all__ = ["RowStream", "stream_rows"]

_LEFT_TO_CONTENT = FileMap()
KIND_HEAD = 8192  # bytes by which a text is told from a workbook


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowStream:
    """The rows of a long text file.

    Iterating reads the file from its beginning, each time anew.

    Attributes
    ----------
    path : Path
        The file.
    header : tuple of str
        Column names, all different.
    header_row : int
        Row in which they stand.
    count : int
        Number of records.
    decisions : tuple of Decision
        Encoding, separator, header, names.
    """

    path: Path
    header: tuple[str, ...]
    header_row: int
    count: int
    decisions: tuple[Decision, ...]
    _encoding: Encoding
    _dialect: Dialect

    def __iter__(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the number of each record's row and its stripped cells, as many as the header.

        Raises
        ------
        InputError
            The file cannot be read any more.
        """
        seen = Seen()
        lines = text_lines(file_chunks(self.path), self._encoding, self.path.name, seen)
        reader = rows_of(lines, self._dialect.separator, quoted=self._dialect.quoted)
        width, strip = len(self.header), str.strip
        records = enumerate(reader, start=1)
        for number, cells in islice(records, self.header_row, None):
            row = tuple(map(strip, cells))
            if seen.hidden:
                row = blank_free(row)
            if any(row):
                yield number, row if len(row) == width else (row + ("",) * width)[:width]


def stream_rows(path: Path, how: FileMap = _LEFT_TO_CONTENT) -> RowStream:
    """Check a text file of any length, and return its rows to be read one by one.

    The file is gone through twice: now, so that nothing is believed before all of it was seen,
    and when the rows are asked for. At no time is more of it in memory than some megabytes. It
    must hold one table; lines of titles above the header are passed over.

    Parameters
    ----------
    path : Path
        A text of separated values.
    how : FileMap
        Answers of the map.

    Returns
    -------
    RowStream

    Raises
    ------
    InputError
        No text of separated values; rows with too many or too few cells, the first fifty of them
        and their number; a quote that does not close; a question that the map must answer.
    """
    file = path.name
    head = next(file_chunks(path), b"")
    with path.open("rb") as body:
        kind = recognise_kind(head[:KIND_HEAD], body, file)
    if kind != "text":
        raise InputError.at(
            file,
            found="a workbook",
            expected="a text file",
            hint="A workbook is opened whole: open_file.",
        )
    encoding = decide_encoding(lambda: file_chunks(path), file, asked=how.encoding)
    sample = first_lines(text_lines(file_chunks(path), encoding, file))[0]
    named = separator_line(sample[0]) if sample else ""
    skip = 1 if named else 0
    dialect = decide_dialect(sample[skip:], file, asked=how.separator, named=named)
    raw, header_row, told = _header(sample, dialect, file, how, skip)
    count, filled = _check(path, encoding, dialect, header_row, len(raw))
    width = _width(raw, filled)
    header, renamed = distinct_names(raw[:width], Place(file=file, row=header_row))
    return RowStream(
        path=path,
        header=header,
        header_row=header_row,
        count=count,
        decisions=(encoding.decision, dialect.decision, *told, *renamed),
        _encoding=encoding,
        _dialect=dialect,
    )


def _header(
    sample: list[str], dialect: Dialect, file: str, how: FileMap, skip: int
) -> tuple[tuple[str, ...], int, tuple[Decision, ...]]:
    """Find the header among the first rows."""
    rows: list[tuple[str, ...]] = [()] * skip
    reader = rows_of(sample[skip:], dialect.separator, quoted=dialect.quoted)
    try:
        for cells in islice(reader, max(HEAD, how.header_row)):
            rows.append(tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        if len(rows) <= 1:
            raise InputError(quote_problem(error, file, len(rows) + 1)) from error
    rows = [blank_free(row) for row in rows]
    numbers = range(1, len(rows) + 1)
    found = make_tables(rows, numbers, Place(file=file), header_row=how.header_row, strict=True)
    if found.problems:
        raise InputError(found.problems)
    if not found.tables:
        raise no_header(file, sample)
    first = found.starts[0]
    decision = Decision(
        place=Place(file=file, row=first),
        key="header_row",
        value=str(first),
        words="the column names stand here",
        evidence="as the map says" if how.header_row else "the first row that can be one",
        source="map" if how.header_row else "content",
    )
    return rows[first - 1], first, (decision,)


def _check(
    path: Path, encoding: Encoding, dialect: Dialect, header_row: int, width: int
) -> tuple[int, set[int]]:
    """Count the records, and find every row that is none; return which end columns are filled."""
    file = path.name
    if width > MAX_COLUMNS:
        raise InputError.at(
            str(Place(file=file, row=header_row)),
            found=f"{width:,} cells in a row",
            expected=f"at most {MAX_COLUMNS:,} columns",
        )
    lines = text_lines(file_chunks(path), encoding, file)
    problems: list[Problem] = []
    count = ragged = number = 0
    last: set[int] = set()
    try:
        reader = rows_of(lines, dialect.separator, quoted=dialect.quoted)
        for number, cells in enumerate(reader, start=1):
            if number <= header_row:
                continue
            if len(cells) == width and cells[-1].isascii() and cells[-1].strip():
                count += 1
                last.add(width)
                continue
            row = blank_free(tuple(cells))
            filled = len(row)
            while filled and not row[filled - 1]:
                filled -= 1
            if not filled:
                continue
            count += 1
            last.add(filled)
            if filled > width or len(cells) < width:
                ragged += 1
                if ragged <= MAX_RAGGED:
                    separator = dialect.separator
                    problems.append(ragged_problem(file, number, len(cells), width, separator))
    except csv.Error as error:
        problems.append(quote_problem(error, file, number + 1))
    if ragged > MAX_RAGGED:
        found = f"{ragged - MAX_RAGGED:,} more such rows"
        problems.append(Problem(where=file, found=found, expected=f"{width} cells in each"))
    if problems:
        raise InputError(problems)
    return count, last


def _width(raw: tuple[str, ...], filled: set[int]) -> int:
    """Return the number of columns that have a name or a cell."""
    width = max(filled, default=0)
    while width < len(raw) and any(raw[width:]):
        width += 1
    return min(width, len(raw))
