"""How well a separator fits the lines of a text: rows of cells, and what they look like."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = [
    "ALIGNED",
    "MAX_CELL",
    "NUMBER",
    "ONE_COLUMN",
    "SEPARATORS",
    "Profile",
    "breaks_quotes",
    "profile_of",
    "rows_of",
]

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
ALIGNED = "  "  # two blanks or more: columns that are set one under the other
ONE_COLUMN = "\n"  # nothing but the ends of lines separates cells
MAX_CELL = csv.field_size_limit()
NUMBER = re.compile(
    r"[<>≤≥=~]?\s*[-+−]?(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+)?(?:[.,]\d+)?\s*%?"
)

_GAP = re.compile(r"[ \u00a0]{2,}")


def rows_of(lines: Iterable[str], separator: str, *, quoted: bool = True) -> Iterator[list[str]]:
    """Yield the cells of each row, blank rows included, as they stand.

    Raises
    ------
    csv.Error
        A quote that does not close, text after a closing quote, a cell of more characters than
        the csv module takes.
    """
    if separator in (ALIGNED, " "):
        gap = _GAP if separator == ALIGNED else re.compile(r"\s+")
        return (gap.split(line.strip()) if line.strip() else [] for line in lines)
    return csv.reader(
        lines,
        delimiter="\0" if separator == ONE_COLUMN else separator,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=separator != "\t",
        strict=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How well one separator fits.

    ``agree`` is the share of rows that have two cells or more, and as many as the row before or
    after; ``clean`` the share of cells that are free of the other separators, but for decimal
    commas and for prose; ``orderly`` says that each quote begins, ends or
    is doubled in a cell, as a program writes them.
    """

    separator: str
    agree: float
    clean: float
    clean_header: bool
    rows: int
    widths: tuple[int, ...]
    orderly: bool
    quoted: bool = True

    @property
    def certain(self) -> bool:
        """Whether every row agrees, and the column names hold no other separator."""
        return self.agree == 1.0 and self.clean_header

    @property
    def score(self) -> float:
        """Return how well the separator fits, from 0 to 1."""
        return self.agree * self.clean * (1.0 if self.clean_header else 0.5)


def breaks_quotes(lines: list[str], separator: str) -> bool:
    """Whether a quote stands inside a quoted cell, so that quotes cannot enclose cells."""
    try:
        for _ in rows_of(lines, separator):
            pass
    except csv.Error as error:
        return "expected after" in str(error)
    return False


def profile_of(lines: list[str], separator: str, *, quoted: bool = True) -> Profile:
    """Measure how well ``separator`` fits the lines up to the first quote that fails."""
    others = "".join(s for s in SEPARATORS if s != separator)
    dirty = re.compile(rf"[{re.escape(others)}](?!\s)").search  # before a blank it is prose
    widths: list[int] = []
    filled = clean = 0
    clean_header = False
    try:
        for cells in rows_of(lines, separator, quoted=quoted):
            texts = [cell for cell in cells if cell and not cell.isspace()]
            if not texts:
                continue
            if not widths:
                clean_header = len(cells) > 1 and not any(map(dirty, cells))
            widths.append(len(cells))
            filled += len(texts)
            clean += sum(not dirty(c) or bool(NUMBER.fullmatch(c.strip())) for c in texts)
    except csv.Error:
        pass
    return Profile(
        separator=separator,
        agree=_agreement(widths),
        clean=clean / filled if filled else 0.0,
        clean_header=clean_header,
        rows=len(widths),
        widths=tuple(widths),
        orderly=_is_orderly(lines, separator),
        quoted=quoted,
    )


def _is_orderly(lines: list[str], separator: str) -> bool:
    """Whether each quote begins, ends or is doubled in a cell between two separators."""
    text = "".join(lines)
    if '"' not in text:
        return True
    sign = re.escape(separator)
    cell = rf' *+"(?:[^"]|"")*+" *+|[^"{sign}\r\n]*+'
    whole = re.compile(rf"(?:(?:{cell})(?:{sign}|\r\n?|\n|\Z))*+")
    found = whole.match(text)
    return found is not None and found.end() == len(text)


def _agreement(widths: list[int]) -> float:
    """Return the share of rows that have two cells or more, and as many as a neighbour."""
    if len(widths) < 2:
        return float(bool(widths) and widths[0] > 1)
    before, after = [0, *widths[:-1]], [*widths[1:], 0]
    agree = sum(
        width > 1 and width in pair
        for width, pair in zip(widths, zip(before, after, strict=True), strict=True)
    )
    return agree / len(widths)
