"""Where the tables lie among rows of cells: header, records, lines around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from remit.io.row_shape import (
    Cells,
    filled_cells,
    is_number,
    is_title,
    looks_like_header,
    trimmed,
    width_of,
)

__all__ = ["Aside", "Block", "Layout", "Ragged", "find_header", "split_tables"]

HEAD = 200  # rows at the top among which the header is looked for
MAX_RAGGED = 50  # rows with too many or too few cells that are named one by one

_PHRASE = re.compile(r"\S+\s+\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A row that belongs to no table: its index, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ragged:
    """A row whose number of cells is not that of its header."""

    index: int
    found: int
    expected: int


@dataclass(slots=True, kw_only=True, eq=False)
class Block:
    """One table: the index of its header row, and those of its records."""

    header: int
    records: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Layout:
    """The tables among some rows, and what lies around them.

    Attributes
    ----------
    blocks : list of Block
        At least one where any row holds something that can be a header.
    asides : list of Aside
        Rows above, between and below the tables.
    ragged : list of Ragged
        The first rows with too many or too few cells; ``ragged_count`` counts all.
    reasons : dict of int to str
        Why a row is a header, by its index, where it is not the first row.
    """

    blocks: list[Block] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    ragged: list[Ragged] = field(default_factory=list)
    ragged_count: int = 0
    reasons: dict[int, str] = field(default_factory=dict)


def split_tables(
    rows: Sequence[Cells], *, header: int | None, grid: bool, single: bool = False
) -> Layout:
    """Find the tables among rows.

    A row of names begins a table; a table ends where, after a blank row, another row of names
    begins a table of another shape, or where nothing but notes follows.

    Parameters
    ----------
    rows : sequence of tuple of str
        Cells stripped of outer blanks; blank rows are there too.
    header : int or None
        Index of the row of names, where the map says it: rows above are set aside.
    grid : bool
        Whether rows are those of a sheet, where a row has no number of cells of its own.
    single : bool
        Whether all rows below the header are records, whatever they look like.

    Returns
    -------
    Layout
    """
    layout = Layout()
    segments = list(_segments(rows))
    if header is not None:
        above = [i for i in range(header) if any(rows[i])]
        _set_aside(layout, above, "above the header")
        block = Block(header=header)
        layout.blocks.append(block)
        ends = (end for _, end in segments if end > header)
        end = len(rows) if single else next(ends, header + 1)
        _append(rows, range(header + 1, end), block, layout, grid=grid)
        segments = [segment for segment in segments if segment[0] >= end]
    for at, (start, end) in enumerate(segments):
        following = segments[at + 1] if at + 1 < len(segments) else None
        _place_segment(rows, start, end, following, layout, grid=grid)
    return layout


def _segments(rows: Sequence[Cells]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last index (exclusive) of each run of rows between blank ones."""
    blank = [i for i, cells in enumerate(rows) if not any(cells)]
    start = 0
    for index in (*blank, len(rows)):
        if index > start:
            yield start, index
        start = index + 1


def _place_segment(
    rows: Sequence[Cells],
    start: int,
    end: int,
    following: tuple[int, int] | None,
    layout: Layout,
    *,
    grid: bool,
) -> None:
    """Take a run of rows as a new table, as part of the last one, or as notes."""
    last = layout.blocks[-1] if layout.blocks else None
    if last is None:
        if following and _is_preamble(rows, start, end, following, grid=grid):
            _set_aside(layout, range(start, end), "above the header")
        else:
            _new_block(rows, start, end, layout, grid=grid)
        return
    begins = find_header(rows, start, end, grid=grid)
    if _begins_table(rows, begins, end, last, grid=grid):
        if not last.records and last.header not in layout.reasons:
            layout.blocks.pop()  # a line of titles, not a table without records
            _set_aside(layout, (last.header,), "above the header")
        _new_block(rows, start, end, layout, grid=grid)
    elif _is_note(rows, start, end, last, grid=grid):
        _set_aside(layout, range(start, end), "a note outside the table")
    elif rows[start] == rows[last.header]:
        _set_aside(layout, (start,), "repeats the header")
        _append(rows, range(start + 1, end), last, layout, grid=grid)
    else:
        _append(rows, range(start, end), last, layout, grid=grid)


def _set_aside(layout: Layout, indices: Sequence[int], reason: str) -> None:
    layout.asides += [Aside(index=i, reason=reason) for i in indices]


def _new_block(rows: Sequence[Cells], start: int, end: int, layout: Layout, *, grid: bool) -> None:
    header = find_header(rows, start, end, grid=grid)
    _set_aside(layout, range(start, header), "above the header")
    if header > start or layout.blocks:
        layout.reasons[header] = (
            "names stand there, and a line of titles above them"
            if header > start
            else "after a blank row, names of other columns begin a table"
        )
    block = Block(header=header)
    layout.blocks.append(block)
    _append(rows, range(header + 1, end), block, layout, grid=grid)


def _append(
    rows: Sequence[Cells], indices: range, block: Block, layout: Layout, *, grid: bool
) -> None:
    """Add rows to a table, noting those with too many or too few cells."""
    width = len(rows[block.header])
    if grid:
        block.records += [i for i in indices if any(rows[i])]
        return
    for i in indices:
        cells = rows[i]
        if not any(cells):
            continue
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            layout.ragged_count += 1
            if len(layout.ragged) < MAX_RAGGED:
                layout.ragged.append(Ragged(index=i, found=len(cells), expected=width))
        block.records.append(i)


# --- what a row looks like ----------------------------------------------------------------------


def find_header(rows: Sequence[Cells], start: int, end: int, *, grid: bool) -> int:
    """Return the index of the row of names: the first one, unless it is a line of titles.

    Titles are rows of one filled cell, comments, and names with a colon and their value, if a row
    of names follows them. Where they may be a header as well, having fewer cells than that row or
    more than one that is filled, a column of numbers under a name must confirm it.
    """
    index = start
    while index + 1 < min(end, start + HEAD) and is_title(rows[index]):
        index += 1
    if index == start:
        return start
    padded = grid or len(rows[start]) == len(rows[index])
    sure = padded and all(filled_cells(rows[i]) == 1 for i in range(start, index))
    if looks_like_header(rows[index]) and (sure or _has_contrast(rows, index, end)):
        return index
    return start


def _has_contrast(rows: Sequence[Cells], header: int, end: int) -> bool:
    """Whether a column has a name above and nothing but numbers below."""
    below = [rows[i] for i in range(header + 1, min(end, header + HEAD))]
    for at, name in enumerate(rows[header]):
        column = [cells[at] for cells in below if at < len(cells) and cells[at]]
        if name and column and all(map(is_number, column)):
            return True
    return False


def _is_preamble(
    rows: Sequence[Cells], start: int, end: int, following: tuple[int, int], *, grid: bool
) -> bool:
    """Whether the first rows are titles, and the table begins after the blank row."""
    if not all(is_title(rows[i]) for i in range(start, end)):
        return False
    header = find_header(rows, *following, grid=grid)
    sure = all(filled_cells(rows[i]) == 1 for i in range(start, end))
    return looks_like_header(rows[header]) and (sure or _has_contrast(rows, header, following[1]))


def _begins_table(rows: Sequence[Cells], begins: int, end: int, last: Block, *, grid: bool) -> bool:
    """Whether names of other columns than the last table's stand there, with records below."""
    cells = rows[begins]
    if end - begins < 2 or not looks_like_header(cells):
        return False
    if not grid and len(cells) != len(rows[last.header]):
        return len(rows[begins + 1]) == len(cells)
    if not _has_contrast(rows, begins, end):
        return False
    if trimmed(cells) == trimmed(rows[last.header]):
        return False
    return width_of(cells) != width_of(rows[last.header]) or _clashes(rows, begins, last)


def _clashes(rows: Sequence[Cells], begins: int, last: Block) -> bool:
    """Whether names stand where the last table has nothing but numbers."""
    records = [rows[i] for i in last.records[:HEAD]]
    for at, name in enumerate(rows[begins]):
        column = [cells[at] for cells in records if at < len(cells) and cells[at]]
        if name and column and all(map(is_number, column)):
            return True
    return False


def _is_note(rows: Sequence[Cells], start: int, end: int, last: Block, *, grid: bool) -> bool:
    """Whether rows hold one phrase each, which is no record of the table above."""
    width = len(rows[last.header])
    for i in range(start, end):
        filled = [cell for cell in rows[i] if cell]
        same = grid or len(rows[i]) == width
        if len(filled) != 1 or not _PHRASE.match(filled[0]) or (same and width < 3):
            return False
    return True
