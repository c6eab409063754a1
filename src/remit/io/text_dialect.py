"""Which sign separates the cells of a text file, by how well its rows agree."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.core.place import Place
from remit.io.decisions import Decision, Question

__all__ = ["SEPARATORS", "Dialect", "decide_dialect", "rows_of", "separator_line"]

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
ALIGNED = "  "  # two blanks or more: columns that are set one under the other
ONE_COLUMN = ""
MAX_CELL = csv.field_size_limit()
CLOSE = 0.05  # two readings whose scores differ by less are asked about
CLEAN = 0.9  # and so are any two that fit, if more cells than a tenth hold the other separator

_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[;,\t|]*\s*\Z', re.IGNORECASE)
_NUMBER = re.compile(
    r"[<>≤≥=~]?\s*[-+−]?(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+)?(?:[.,]\d+)?\s*%?"
)
_GAP = re.compile(r"[ \u00a0]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the lines of a text become cells.

    Attributes
    ----------
    separator : str
        One character; two blanks for aligned columns; empty for a file of one column.
    quoted : bool
        Whether a quote at the beginning of a cell encloses it.
    decision : Decision
        Which separator, and why.
    """

    separator: str
    quoted: bool
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """How well one separator fits.

    ``agree`` is the share of rows that have two cells or more, and as many as the row before or
    after; ``clean`` the share of cells that are free of the other separators, but for decimal
    commas and for prose.
    """

    separator: str
    agree: float
    clean: float
    clean_header: bool
    rows: int
    widths: tuple[int, ...]
    quoted: bool = True

    @property
    def certain(self) -> bool:
        """Whether every row agrees, and the column names hold no other separator."""
        return self.agree == 1.0 and self.clean_header

    @property
    def score(self) -> float:
        return self.agree * self.clean * (1.0 if self.clean_header else 0.5)


def separator_line(line: str) -> str:
    """Return the sign that a first line ``sep=;`` names, else nothing."""
    found = _SEPARATOR_LINE.match(line)
    return found.group(1) if found else ""


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
        delimiter=separator or "\0",
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=separator != "\t",
        strict=True,
    )


def decide_dialect(lines: list[str], file: str, *, asked: str = "", named: str = "") -> Dialect:
    """Decide the separator from all ``lines``.

    Parameters
    ----------
    lines : list of str
        Lines with their ends.
    file : str
        Name for messages.
    asked : str
        Separator of the map.
    named : str
        Separator of a first line ``sep=;``, which Excel takes as its own.

    Raises
    ------
    InputError
        Two separators fit about equally well: a question.
    """
    if asked:
        return _given(lines, file, _checked(asked), "as the map says", "map")
    if named:
        return _given(lines, file, named, f"the first line says 'sep={named}'", "content")
    text = "".join(lines)
    literal = "\t" in text and _breaks(lines, "\t")
    profiles = [
        _profile(lines, s, quoted=not (s == "\t" and literal)) for s in SEPARATORS if s in text
    ]
    fits = sorted((p for p in profiles if p.agree), key=lambda p: (not p.certain, -p.score))
    if not fits or _column_of_numbers(lines, fits[0]):
        return _none_agrees(lines, profiles, file)
    best = fits[0]
    least = 1.0 if best.agree == 1.0 else 0.9  # what fits all rows has no rival that does not
    nearest = best.score if best.clean < CLEAN else CLOSE
    rivals = [p for p in fits[1:] if best.score - p.score <= nearest and p.agree >= least]
    if rivals and not best.certain:
        raise InputError(_question(file, best, rivals[0], lines).problem())
    others = "; ".join(_words(p) for p in fits[1:] if p.separator != best.separator)
    words = f"the separator is a {SEPARATORS[best.separator]}"
    if not best.quoted:
        words += ", and quotes are ordinary characters"
    return _dialect(file, best.separator, words, _words(best), others, quoted=best.quoted)


def _words(profile: _Profile) -> str:
    name = SEPARATORS[profile.separator]
    low, high = min(profile.widths), max(profile.widths)
    if low == high:
        return f"{profile.rows} of {profile.rows} rows have {low} cells by {name}"
    if profile.agree == 1.0:
        return f"rows have {_listed(profile.widths)} cells by {name}, in blocks that agree"
    return f"rows have {low} to {high} cells by {name}"


def _listed(widths: Iterable[int]) -> str:
    return " or ".join(str(w) for w in sorted(set(widths)))


def _dialect(
    file: str, separator: str, words: str, why: str, others: str = "", *, quoted: bool = True
) -> Dialect:
    decision = Decision(
        place=Place(file=file),
        key="separator",
        value=separator,
        words=words,
        evidence=f"{why} ({others})" if others else why,
        source="content",
    )
    return Dialect(separator=separator, quoted=quoted, decision=decision)


def _checked(asked: str) -> str:
    names = {name: sign for sign, name in SEPARATORS.items()} | {"none": ONE_COLUMN, "\\t": "\t"}
    sign = names.get(asked, asked)
    if (len(sign) > 1 and sign != ALIGNED) or sign in ('"', "\r", "\n", "\0"):
        raise InputError.at(
            "map, key 'separator'",
            found=f"'{asked}'",
            expected="one character, such as ';', or 'none' for a file of one column",
        )
    return sign


def _given(lines: list[str], file: str, separator: str, why: str, source: str) -> Dialect:
    quoted = not (separator == "\t" and _breaks(lines, "\t"))
    decision = Decision(
        place=Place(file=file),
        key="separator",
        value=separator,
        words=f"the separator is {_named(separator)}",
        evidence=why,
        source="map" if source == "map" else "content",
    )
    return Dialect(separator=separator, quoted=quoted, decision=decision)


def _named(separator: str) -> str:
    if separator in (" ", ALIGNED):
        return "blank space"
    if separator == ONE_COLUMN:
        return "none: the file has one column"
    return f"a {SEPARATORS[separator]}" if separator in SEPARATORS else f"'{separator}'"


def _breaks(lines: list[str], separator: str) -> bool:
    """Whether a quote stands inside a quoted cell, so that quotes cannot enclose cells."""
    try:
        for _ in rows_of(lines, separator):
            pass
    except csv.Error as error:
        return "expected after" in str(error)
    return False


def _profile(lines: list[str], separator: str, *, quoted: bool = True) -> _Profile:
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
            clean += sum(not dirty(c) or bool(_NUMBER.fullmatch(c.strip())) for c in texts)
    except csv.Error:
        pass
    return _Profile(
        separator=separator,
        agree=_agreement(widths),
        clean=clean / filled if filled else 0.0,
        clean_header=clean_header,
        rows=len(widths),
        widths=tuple(widths),
        quoted=quoted,
    )


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


def _column_of_numbers(lines: list[str], best: _Profile) -> bool:
    """Whether the file is one column of numbers, and the sign is their decimal comma."""
    if best.separator != "," or best.widths[0] != 1:
        return False
    filled = [line.strip() for line in lines if line.strip()]
    return all(_NUMBER.fullmatch(line.strip('"')) for line in filled[1:])


def _none_agrees(lines: list[str], profiles: list[_Profile], file: str) -> Dialect:
    """Decide where no separator gives rows that agree: the header's, aligned columns, or none."""
    headed = [p for p in profiles if not p.widths or p.widths[0] > 1]
    if headed:
        best = max(headed, key=lambda p: p.widths[:1])
        name = SEPARATORS[best.separator]
        why = f"the first row has {_listed(best.widths[:1])} cells so, and no sign fits all rows"
        return _dialect(file, best.separator, f"the separator is a {name}", why)
    filled = [line for line in lines if line.strip()]
    counts = {len(cells) for cells in rows_of(filled, ALIGNED)}
    if len(filled) > 1 and len(counts) == 1 and min(counts) > 1:
        why = f"{len(filled)} of {len(filled)} rows have {min(counts)} cells so"
        return _dialect(file, ALIGNED, "two blanks or more separate the columns", why)
    why = "no separator gives rows with the same number of cells"
    return _dialect(file, ONE_COLUMN, "the file has one column", why)


def _question(file: str, best: _Profile, rival: _Profile, lines: list[str]) -> Question:
    readings = tuple((p.separator, _words(p)) for p in (best, rival))
    return Question(
        place=Place(file=file),
        key="separator",
        readings=readings,
        shown=f"rows that two separators fit, such as '{lines[0].strip()[:60]}'",
        section="the file",
    )
