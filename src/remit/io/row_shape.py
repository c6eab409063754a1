"""What a row of cells looks like: names of columns, a title, or values."""

from __future__ import annotations

import re

__all__ = [
    "Cells",
    "filled_cells",
    "is_number",
    "is_title",
    "looks_like_header",
    "trimmed",
    "width_of",
]

Cells = tuple[str, ...]

LONGEST = 40  # characters of a number, a date or a time; what is longer is neither

_NUMBER = re.compile(r"[<>≤≥~]?\s*[-+−]?[\d.,'’ \u00a0\u202f/:-]*\d[\d.,]*\s*%?")
#: What stands in cells for a value that is not known: no column is called so.
_UNKNOWN = frozenset(("na", "n/a", "nan", "null", "missing", "unknown", "-", "--", ".", "?", "nr"))


def is_number(cell: str) -> bool:
    """Whether a cell is a number, a date or a time, in whatever form."""
    return len(cell) <= LONGEST and _NUMBER.fullmatch(cell) is not None


def looks_like_header(cells: Cells) -> bool:
    """Whether cells can be column names: two or more, side by side, different, no numbers."""
    names = trimmed(cells)
    return (
        len(names) > 1
        and all(names)
        and len(set(names)) == len(names)
        and not any(map(is_number, names))
        and _UNKNOWN.isdisjoint(map(str.lower, names))
    )


def trimmed(cells: Cells) -> Cells:
    """Return the cells without the empty ones at both ends."""
    filled = [i for i, cell in enumerate(cells) if cell]
    return cells[filled[0] : filled[-1] + 1] if filled else ()


def width_of(cells: Cells) -> int:
    """Return the number of cells up to the last filled one."""
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return width


def filled_cells(cells: Cells) -> int:
    """Return the number of cells that hold something."""
    return sum(map(bool, cells))


def is_title(cells: Cells) -> bool:
    """Whether a row can stand above a table: one cell, a comment, or a name with its value."""
    filled = [cell for cell in cells if cell]
    return (
        len(filled) <= 1
        or filled[0].startswith("#")
        or (len(filled) == 2 and filled[0].endswith(":"))
    )
