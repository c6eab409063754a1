"""The sheets of a workbook made into tables, with everything a user may not know of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision
from remit.io.file_map import FileMap
from remit.io.opened_file import OpenedFile, UnreadRow
from remit.io.sheet_grid import SheetGrid, column_letters
from remit.io.sheet_tables import make_tables, shown_row

__all__ = ["chosen_names", "file_of_sheets"]

Source = Literal["content", "map", "convention"]


def chosen_names(names: Sequence[str], wanted: str, file: str) -> tuple[str, ...]:
    """Return the names of the sheets to read: all, or the one of the map.

    Raises
    ------
    InputError
        The map names a sheet that is not there.
    """
    if wanted and wanted not in names:
        raise InputError.at(
            f"{file}, sheet '{wanted}'",
            found="no such sheet",
            expected="one of " + ", ".join(f"'{name}'" for name in list(names)[:20]),
        )
    return (wanted,) if wanted else tuple(names)


def file_of_sheets(
    grids: Sequence[SheetGrid],
    file: str,
    kind: Literal["xlsx", "ods"],
    how: FileMap,
    told: Sequence[Decision],
) -> OpenedFile:
    """Make the tables of a workbook.

    Parameters
    ----------
    grids : sequence of SheetGrid
        Sheets as they lie.
    file : str
        Name of the workbook.
    kind : str
        ``xlsx`` or ``ods``.
    how : FileMap
        Answers of the map.
    told : sequence of Decision
        What was decided about the workbook as a whole.

    Raises
    ------
    InputError
        Formulas without a stored value; no table in any sheet.
    """
    problems = [problem for grid in grids for problem in grid.problems()]
    tables: list[TextTable] = []
    decisions = list(told)
    if how.sheet:
        decisions.append(
            _decision(
                grids[0],
                "sheet",
                how.sheet,
                "this sheet is read, and no other",
                "as the map says",
                "map",
            )
        )
    unread: list[UnreadRow] = []
    headless: list[Problem] = []
    for grid in grids:
        found = make_tables(
            grid.rows, grid.numbers, grid.place, header_row=how.header_row, grid=True
        )
        decisions += _sheet_decisions(grid)
        decisions += found.decisions
        tables += found.tables
        unread += found.unread
        headless += found.problems
        if found.problems:
            unread += _all_rows(grid, "the sheet has no row of column names")
    if problems or not tables:
        raise InputError([*problems, *headless] or [_nothing(file)])
    return OpenedFile(
        file=file,
        kind=kind,
        tables=tuple(tables),
        decisions=tuple(decisions),
        unread=tuple(unread),
        number_texts={grid.name: frozenset(grid.number_texts) for grid in grids},
    )


def _nothing(file: str) -> Problem:
    return Problem(where=file, found="no filled cell", expected="a sheet with a table")


def _all_rows(grid: SheetGrid, reason: str) -> Iterator[UnreadRow]:
    for number, cells in zip(grid.numbers, grid.rows, strict=True):
        if cells:
            place = Place(file=grid.file, sheet=grid.name, row=number)
            yield UnreadRow(place=place, text=shown_row(cells), reason=reason)


def _decision(
    grid: SheetGrid, key: str, value: str, words: str, evidence: str, source: Source = "content"
) -> Decision:
    return Decision(
        place=grid.place, key=key, value=value, words=words, evidence=evidence, source=source
    )


def _sheet_decisions(grid: SheetGrid) -> Iterator[Decision]:
    """Say what the sheet holds that its user may not see, or that has another reading."""
    if not grid.rows:
        yield _decision(grid, "contents", "empty", "the sheet is empty", "it has no filled cell")
        return
    if grid.hidden:
        yield _decision(grid, "hidden", "read", "the sheet is read", "although it is hidden")
    rows = sorted(set(grid.hidden_rows) & set(grid.numbers))
    if rows:
        many = f"{len(rows):,} rows are" if len(rows) > 1 else f"row {rows[0]} is"
        shown = _spans([str(r) for r in rows], rows)
        yield _decision(grid, "hidden", "read", f"{many} read although hidden", f"rows {shown}")
    wide = max(map(len, grid.rows))
    columns = [c for c in range(1, wide + 1) if grid.hidden_columns[c] and _holds(grid, c)]
    if columns:
        shown = _spans([column_letters(c) for c in columns], columns)
        yield _decision(grid, "hidden", "read", "hidden columns are read too", f"columns {shown}")
    for found, key, value, words in (
        (
            grid.merged,
            "merged",
            "first cell",
            "merged cells have their value in the first one only",
        ),
        (grid.formulas, "formulas", "stored", "the stored values of formulas are taken"),
        (grid.errors, "errors", "text", "error cells stay as text"),
        (grid.dates, "dates", "iso", "cells with a format of dates or times are written as ISO"),
        (grid.odd_dates, "dates", "number", "numbers that are no day stay numbers"),
        (grid.percents, "percent", "percent", "cells with a per cent format keep their sign"),
        (grid.padded, "zeros", "kept", "leading zeros of the number format are kept"),
    ):
        if found.count:
            cells = "range" if key == "merged" else "cell"
            count = f"{found.count:,} {cells}{'s' * (found.count > 1)}"
            yield _decision(grid, key, value, words, f"{count}: {found}")


def _holds(grid: SheetGrid, column: int) -> bool:
    return any(len(cells) >= column and cells[column - 1] for cells in grid.rows)


def _spans(names: Sequence[str], numbers: Sequence[int]) -> str:
    """Write ascending numbers as spans, such as ``3-7, 9``, the first ten of them."""
    spans: list[list[int]] = []
    for at, number in enumerate(numbers):
        if spans and numbers[spans[-1][1]] == number - 1:
            spans[-1][1] = at
        else:
            spans.append([at, at])
    shown = [names[a] if a == b else f"{names[a]}-{names[b]}" for a, b in spans[:10]]
    return ", ".join(shown) + (" and more" if len(spans) > 10 else "")
