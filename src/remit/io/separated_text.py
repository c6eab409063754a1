"""Tables of a text of separated values: lines, cells, header, records."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision
from remit.io.file_map import FileMap
from remit.io.opened_file import OpenedFile, UnreadRow
from remit.io.separator_fit import MAX_CELL, SEPARATORS, rows_of
from remit.io.sheet_tables import MAX_CELLS, MAX_COLUMNS, SheetTables, make_tables
from remit.io.text_dialect import Dialect, decide_dialect, separator_line
from remit.io.text_source import HIDDEN_BLANKS, Seen

__all__ = [
    "blank_free",
    "first_lines",
    "no_header",
    "open_lines",
    "quote_problem",
    "ragged_problem",
    "strict_table",
]

SAMPLE = 1_000_000  # characters from which the separator is decided first

_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + HIDDEN_BLANKS


def open_lines(
    lines: Callable[[], Iterator[str]],
    file: str,
    how: FileMap,
    *,
    seen: Seen,
    before: tuple[Decision, ...] = (),
) -> OpenedFile:
    """Make the tables of a text from its lines.

    Parameters
    ----------
    lines : callable
        Returns the lines with their ends, from the first; may be called three times.
    file : str
        Name for messages.
    how : FileMap
        What the map says.
    seen : Seen
        Grows while lines are read.
    before : tuple of Decision
        What was decided before there were lines: the encoding.

    Raises
    ------
    InputError
        Every row with too many or too few cells, a quote that does not close, no header.
    """
    found, dialect, named = _read(lines, file, how, seen)
    decisions = [*before, dialect.decision, *found.decisions, *_character_decisions(seen, file)]
    unread = list(found.unread)
    if named:
        place = Place(file=file, row=1)
        unread.append(UnreadRow(place=place, text=f"sep={named}", reason="names the separator"))
    return OpenedFile(
        file=file,
        kind="text",
        tables=tuple(found.tables),
        decisions=tuple(decisions),
        unread=tuple(sorted(unread, key=lambda row: row.place.row)),
    )


def strict_table(
    lines: Callable[[], Iterator[str]], file: str
) -> tuple[TextTable, tuple[Decision, ...]]:
    """Make the one table of a text whose first row is the header, and say what was decided.

    Names stay as they stand.

    Raises
    ------
    InputError
        An empty first line, and what `open_lines` refuses.
    """
    first = next(lines(), "")
    if not first.strip():
        raise no_header(file, lines())
    seen = Seen()
    found, dialect, _ = _read(lines, file, FileMap(header_row=1), seen, strict=True)
    return found.tables[0], (dialect.decision, *_character_decisions(seen, file))


def _read(
    lines: Callable[[], Iterator[str]],
    file: str,
    how: FileMap,
    seen: Seen,
    *,
    strict: bool = False,
) -> tuple[SheetTables, Dialect, str]:
    """Read with the separator that the first lines show; with that of all lines if it fails."""
    sample, rest = first_lines(lines())
    named = separator_line(sample[0]) if sample and not strict else ""
    skip = 1 if named else 0
    whole = chain(sample[skip:], rest)
    try:
        dialect = decide_dialect(sample[skip:], file, asked=how.separator, named=named)
    except InputError:
        sample = [*sample[:skip], *whole]  # the rest may decide
        whole = chain(sample[skip:])
        dialect = decide_dialect(sample[skip:], file, asked=how.separator, named=named)
    rows, problems = _cells(whole, dialect, seen, file, skip)
    found = _find(rows, file, how.header_row, strict=strict)
    if (problems or found.problems or found.layout.ragged) and len(rows) > len(sample):
        again = decide_dialect(list(lines())[skip:], file, asked=how.separator, named=named)
        if again.separator != dialect.separator:
            dialect = again
            rows, problems = _cells(islice(lines(), skip, None), dialect, seen, file, skip)
            found = _find(rows, file, how.header_row, strict=strict)
    _raise_all(found, problems, dialect, file)
    if not found.tables:
        raise no_header(file, lines())
    return found, dialect, named


def first_lines(lines: Iterable[str]) -> tuple[list[str], Iterator[str]]:
    """Return the lines at the beginning, some hundred thousand characters, and the others."""
    source = iter(lines)
    sample: list[str] = []
    size = 0
    while size < SAMPLE and (more := list(islice(source, 100))):
        sample += more
        size += sum(map(len, more))
    return sample, source


def _cells(
    lines: Iterable[str], dialect: Dialect, seen: Seen, file: str, skip: int
) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """Return the stripped cells of all rows, and what is wrong with a quote."""
    rows: list[tuple[str, ...]] = [()] * skip
    strip = str.strip
    room = MAX_CELLS
    try:
        for cells in rows_of(lines, dialect.separator, quoted=dialect.quoted):
            room -= len(cells)
            if room < 0:
                raise InputError.at(
                    file,
                    found=f"more than {MAX_CELLS // 1_000_000} million cells",
                    expected="a table that fits into memory",
                    hint="Read it row by row: stream_rows.",
                )
            rows.append(tuple(map(strip, cells)))
            if seen.hidden:
                rows[-1] = blank_free(rows[-1])
    except csv.Error as error:
        return rows, [quote_problem(error, file, len(rows) + 1)]
    return rows, []


def blank_free(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return cells without outer blanks of any kind, those of no width included."""
    return tuple(cell.strip(_BLANKS) for cell in cells)


def _find(rows: list[tuple[str, ...]], file: str, header_row: int, *, strict: bool) -> SheetTables:
    widest = max(map(len, rows), default=0)
    if widest > MAX_COLUMNS:
        row = 1 + next(i for i, cells in enumerate(rows) if len(cells) == widest)
        raise InputError.at(
            str(Place(file=file, row=row)),
            found=f"{widest:,} cells in a row",
            expected=f"at most {MAX_COLUMNS:,} columns",
        )
    numbers = range(1, len(rows) + 1)
    where = Place(file=file)
    return make_tables(rows, numbers, where, header_row=header_row, strict=strict)


def _raise_all(found: SheetTables, problems: list[Problem], dialect: Dialect, file: str) -> None:
    """Raise every problem at once, if there is any."""
    layout = found.layout
    ragged = [
        ragged_problem(file, r.index + 1, r.found, r.expected, dialect.separator)
        for r in layout.ragged
    ]
    if more := layout.ragged_count - len(ragged):
        ragged.append(
            Problem(
                where=file,
                found=f"{more:,} more such rows",
                expected="as many cells as the header has",
                hint="If the header is another row, say header_row in the map.",
            )
        )
    if found.problems or ragged or problems:
        raise InputError([*found.problems, *ragged, *problems])


def no_header(file: str, lines: Iterable[str]) -> InputError:
    """Say that a file is empty, or that its first line is."""
    blank = not any(line.strip() for line in lines)
    problem = Problem(
        where=file,
        found="an empty file" if blank else "an empty first line",
        expected="a header line with the column names",
    )
    return InputError(problem)


def quote_problem(error: csv.Error, file: str, row: int) -> Problem:
    """Say what is wrong with a quote."""
    text = str(error)
    if "field larger" in text:
        found = f"a cell of more than {MAX_CELL:,} characters"
        hint = "Was a quote opened and never closed?"
    elif "end of data" in text:
        found, hint = "a quote that opens a cell and never closes", "Was the file cut off?"
    else:
        found, hint = "a quote inside a quoted cell", ""
    return Problem(
        where=str(Place(file=file, row=row)),
        found=found,
        expected="a quote before and after the cell, and quotes inside it doubled",
        hint=hint,
    )


def ragged_problem(file: str, row: int, found: int, expected: int, separator: str) -> Problem:
    """Say that a row has too many or too few cells."""
    name = SEPARATORS.get(separator, "separator")
    if found < expected:
        hint = "Was the line cut off?"
    elif expected == 1:
        hint = "If the header is another row, say header_row in the map."
    else:
        hint = f"A {name} inside a cell needs quotes around the cell."
    return Problem(
        where=str(Place(file=file, row=row)),
        found="1 cell" if found == 1 else f"{found} cells",
        expected=f"{expected}, one for each column of the header",
        hint=hint,
    )


def _character_decisions(seen: Seen, file: str) -> Iterator[Decision]:
    place = Place(file=file)
    if seen.hidden:
        yield Decision(
            place=place,
            key="blanks",
            value="trimmed",
            words="blanks of no width around cells are dropped",
            evidence="as other blanks are",
            source="convention",
        )
    if seen.controls:
        shown = ", ".join(f"U+{ord(c):04X} in line {row}" for c, row in seen.controls.items())
        yield Decision(
            place=place,
            key="characters",
            value="kept",
            words="control characters stay as they are",
            evidence=f"first seen: {shown}",
            source="convention",
        )
