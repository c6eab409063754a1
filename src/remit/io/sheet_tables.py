"""Rows of cells made into tables, with what was decided and what was set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from remit.core.errors import Problem
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.column_names import distinct_names
from remit.io.decisions import Decision
from remit.io.opened_file import UnreadRow
from remit.io.table_layout import Block, Layout, split_tables

__all__ = ["MAX_CELLS", "MAX_COLUMNS", "SheetTables", "make_tables", "shown_row"]

MAX_COLUMNS = 16_384  # as many as a spreadsheet has
MAX_CELLS = 60_000_000  # cells of one table; eight bytes each before any text
SHOWN = 200  # characters of an unread row

_NUMBER = re.compile(r"[-+−]?\d+(?:[.,]\d+)*%?")


@dataclass(slots=True, kw_only=True, eq=False)
class SheetTables:
    """What became of the rows of a text file, or of one sheet.

    ``starts`` holds the row of each table's header.
    """

    tables: list[TextTable] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)


def make_tables(
    rows: Sequence[tuple[str, ...]],
    numbers: Sequence[int],
    where: Place,
    *,
    header_row: int = 0,
    grid: bool = False,
    strict: bool = False,
) -> SheetTables:
    """Find the tables among rows and make them.

    Parameters
    ----------
    rows : sequence of tuple of str
        Cells stripped of outer blanks, blank rows included.
    numbers : sequence of int
        Row number of each, ascending.
    where : Place
        The file, or the sheet.
    header_row : int
        Row of the names, as the map says; 0 where it is to be found.
    grid : bool
        Whether the rows are those of a sheet.
    strict : bool
        Whether all rows below the header are records, and names stay as they are; else rows may
        be notes or other tables, and columns get names that differ.

    Returns
    -------
    SheetTables
        Rows with too many or too few cells are not among its ``problems``: the caller knows
        what separates the cells.
    """
    found = SheetTables()
    header = _asked_header(rows, numbers, where, header_row, found)
    if found.problems:
        return found
    found.layout = split_tables(rows, header=header, grid=grid, single=strict)
    for block in found.layout.blocks:
        _make_table(rows, numbers, where, block, found, asked=header is not None, strict=strict)
    found.unread += [
        UnreadRow(
            place=Place(file=where.file, sheet=where.sheet, row=numbers[aside.index]),
            text=shown_row(rows[aside.index]),
            reason=aside.reason,
        )
        for aside in found.layout.asides
    ]
    if len(found.tables) > 1:
        found.decisions.insert(0, _several(found, where))
    return found


def _asked_header(
    rows: Sequence[tuple[str, ...]],
    numbers: Sequence[int],
    where: Place,
    header_row: int,
    found: SheetTables,
) -> int | None:
    if not header_row:
        return None
    index = next((i for i, number in enumerate(numbers) if number == header_row), None)
    if index is None or not any(rows[index]):
        found.problems.append(
            Problem(
                where=str(where),
                found=f"nothing in row {header_row}",
                expected="the column names, since the map says header_row = " + str(header_row),
            )
        )
    return index


def _make_table(
    rows: Sequence[tuple[str, ...]],
    numbers: Sequence[int],
    where: Place,
    block: Block,
    found: SheetTables,
    *,
    asked: bool,
    strict: bool,
) -> None:
    place = Place(file=where.file, sheet=where.sheet, row=numbers[block.header])
    raw = rows[block.header]
    if not asked and raw and all(not c or _NUMBER.fullmatch(c) for c in raw):
        found.problems.append(
            Problem(
                where=str(place),
                found=f"numbers where column names should stand ({shown_row(raw)[:60]})",
                expected="a row of column names",
                hint=f"Put names above them. If they are the names, say header_row = {place.row} "
                "in the map.",
            )
        )
        return
    records = [rows[i] for i in block.records]
    first, wide = _extent(raw, records)
    if not _fits(len(records), wide - first, place, found):
        return
    header = _cut(raw, first, wide)
    cut = wide - first
    if first or any(len(cells) != cut for cells in records):
        records = [_cut(cells, first, wide) for cells in records]
    if not strict:
        header, told = distinct_names(header, place)
        found.decisions.append(_header_decision(place, header, found.layout, block, asked))
        found.decisions += told
    found.starts.append(place.row)
    found.tables.append(
        TextTable(
            file=where.file,
            sheet=where.sheet,
            header=header,
            rows=tuple(records),
            row_numbers=tuple(numbers[i] for i in block.records),
        )
    )


def _cut(cells: tuple[str, ...], first: int, wide: int) -> tuple[str, ...]:
    """Return exactly the cells between two places, empty ones where the row ends before."""
    return cells[first:wide] + ("",) * (wide - max(first, len(cells)))


def _extent(raw: tuple[str, ...], records: Sequence[tuple[str, ...]]) -> tuple[int, int]:
    """Return where the columns that have a name or a cell begin and end."""
    rows = (raw, *records)
    wide = max(map(len, rows), default=0)
    while wide and not _holds(rows, wide - 1):
        wide -= 1
    first = 0
    while first < wide and not _holds(rows, first):
        first += 1
    return first, wide


def _holds(rows: Sequence[tuple[str, ...]], column: int) -> bool:
    """Whether a column has a name or a cell."""
    try:
        return any(map(itemgetter(column), rows))
    except IndexError:  # rows of a sheet end with their last cell
        return any(len(cells) > column and cells[column] for cells in rows)


def _fits(records: int, columns: int, place: Place, found: SheetTables) -> bool:
    if columns <= MAX_COLUMNS and records * columns <= MAX_CELLS:
        return True
    found.problems.append(
        Problem(
            where=str(place),
            found=f"a table of {records:,} rows and {columns:,} columns",
            expected=f"at most {MAX_COLUMNS:,} columns and {MAX_CELLS // 1_000_000} million cells",
            hint="Read a long text file with stream_rows. If a sheet looks smaller, a single "
            "cell far away makes it so large: delete it.",
        )
    )
    return False


def _header_decision(
    place: Place, header: tuple[str, ...], layout: Layout, block: Block, asked: bool
) -> Decision:
    why = layout.reasons.get(block.header, "the first row that is not empty")
    return Decision(
        place=place,
        key="header_row",
        value=str(place.row),
        words=f"the names of {len(header)} column{'s' * (len(header) != 1)} stand here",
        evidence="as the map says" if asked else why,
        source="map" if asked else "content",
    )


def _several(found: SheetTables, where: Place) -> Decision:
    shapes = [
        f"{len(table.header)} columns from row {start} on"
        for table, start in zip(found.tables, found.starts, strict=True)
    ]
    return Decision(
        place=where,
        key="tables",
        value=str(len(shapes)),
        words=f"there are {len(shapes)} tables, one under the other",
        evidence="; ".join(shapes[:10]) + ("; and more" if len(shapes) > 10 else ""),
        source="content",
    )


def shown_row(cells: tuple[str, ...]) -> str:
    """Return the filled cells of a row in one line, cut after some characters."""
    text = " | ".join(" ".join(cell.split()) for cell in cells if cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
