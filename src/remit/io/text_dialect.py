"""Which sign separates the cells of a text file, by how well its rows agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.core.place import Place
from remit.io.decisions import Decision, Question
from remit.io.separator_fit import (
    ALIGNED,
    NUMBER,
    ONE_COLUMN,
    SEPARATORS,
    Profile,
    breaks_quotes,
    profile_of,
    rows_of,
)

__all__ = ["Dialect", "decide_dialect", "separator_line"]

CLOSE = 0.05  # two readings whose scores differ by less are asked about
CLEAN = 0.9  # and so are any two that fit, if more cells than a tenth hold the other separator

_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[;,\t|]*\s*\Z', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the lines of a text become cells.

    Attributes
    ----------
    separator : str
        One character; two blanks for aligned columns; a line break for a file of one column.
    quoted : bool
        Whether a quote at the beginning of a cell encloses it.
    decision : Decision
        Which separator, and why.
    """

    separator: str
    quoted: bool
    decision: Decision


def separator_line(line: str) -> str:
    """Return the sign that a first line ``sep=;`` names, else nothing."""
    found = _SEPARATOR_LINE.match(line)
    return found.group(1) if found else ""


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
        return _given(lines, file, _checked(lines, asked), "as the map says", "map")
    if named:
        return _given(lines, file, named, f"the first line says 'sep={named}'", "content")
    text = "".join(lines)
    literal = "\t" in text and breaks_quotes(lines, "\t")
    profiles = [
        profile_of(lines, s, quoted=not (s == "\t" and literal)) for s in SEPARATORS if s in text
    ]
    fits = sorted(
        (p for p in profiles if p.agree),
        key=lambda p: (not p.certain, not (p.orderly and p.agree > 0.9), -p.score),
    )
    if not fits or _column_of_numbers(lines, fits[0]):
        return _none_agrees(lines, profiles, file)
    best = fits[0]
    rivals = [p for p in fits[1:] if _is_rival(p, best)]
    if rivals and not best.certain:
        raise InputError(_question(file, best, rivals[0], lines).problem())
    others = "; ".join(_words(p) for p in fits[1:] if p.separator != best.separator)
    words = f"the separator is a {SEPARATORS[best.separator]}"
    if not best.quoted:
        words += ", and quotes are ordinary characters"
    return _dialect(file, best.separator, words, _words(best), others, quoted=best.quoted)


def _is_rival(other: Profile, best: Profile) -> bool:
    """Whether another separator fits so well that the file has two readings.

    What fits all rows has no rival that does not, and what explains all quotes none that does not.
    """
    nearest = best.score if best.clean < CLEAN else CLOSE
    least = 1.0 if best.agree == 1.0 else 0.9
    close = best.score - other.score <= nearest and other.agree >= least
    return close and other.orderly >= best.orderly


def _words(profile: Profile) -> str:
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
        value=separator[:1],
        words=words,
        evidence=f"{why} ({others})" if others else why,
        source="content",
    )
    return Dialect(separator=separator, quoted=quoted, decision=decision)


def _checked(lines: list[str], asked: str) -> str:
    """Return the separator that the map means; a blank stands for aligned columns, too."""
    if len(asked) > 1 or asked in ('"', "\r", "\0"):
        raise InputError.at(
            "map, key 'separator'",
            found=repr(asked),
            expected="one character, such as ';', or a line break for a file of one column",
        )
    if asked == " " and _aligned_columns(lines) > 1:
        return ALIGNED
    return asked


def _aligned_columns(lines: list[str]) -> int:
    """Return the number of columns by two blanks or more; 0 where rows differ."""
    counts = {len(cells) for cells in rows_of(lines, ALIGNED) if cells}
    return min(counts) if len(counts) == 1 else 0


def _given(lines: list[str], file: str, separator: str, why: str, source: str) -> Dialect:
    decision = Decision(
        place=Place(file=file),
        key="separator",
        value=separator[:1],
        words=f"the separator is {_named(separator)}",
        evidence=why,
        source="map" if source == "map" else "content",
    )
    quoted = not (separator == "\t" and breaks_quotes(lines, "\t"))
    return Dialect(separator=separator, quoted=quoted, decision=decision)


def _named(separator: str) -> str:
    if separator in (" ", ALIGNED):
        return "blank space"
    if separator == ONE_COLUMN:
        return "the end of the line: the file has one column"
    return f"a {SEPARATORS[separator]}" if separator in SEPARATORS else f"'{separator}'"


def _column_of_numbers(lines: list[str], best: Profile) -> bool:
    """Whether the file is one column of numbers, and the sign is their decimal comma."""
    if best.separator != "," or best.widths[0] != 1:
        return False
    filled = [line.strip() for line in lines if line.strip()]
    return all(NUMBER.fullmatch(line.strip('"')) for line in filled[1:])


def _none_agrees(lines: list[str], profiles: list[Profile], file: str) -> Dialect:
    """Decide where no separator gives rows that agree: the header's, aligned columns, or none."""
    headed = [p for p in profiles if not p.widths or p.widths[0] > 1]
    if headed:
        best = max(headed, key=lambda p: p.widths[:1])
        name = SEPARATORS[best.separator]
        why = f"the first row has {_listed(best.widths[:1])} cells so, and no sign fits all rows"
        return _dialect(file, best.separator, f"the separator is a {name}", why)
    filled = [line for line in lines if line.strip()]
    if len(filled) > 1 and (columns := _aligned_columns(filled)) > 1:
        why = f"{len(filled)} of {len(filled)} rows have {columns} cells so"
        return _dialect(file, ALIGNED, "two blanks or more separate the columns", why)
    why = "no separator gives rows with the same number of cells"
    return _dialect(file, ONE_COLUMN, "the file has one column", why)


def _question(file: str, best: Profile, rival: Profile, lines: list[str]) -> Question:
    readings = tuple((p.separator, _words(p)) for p in (best, rival))
    return Question(
        place=Place(file=file),
        key="separator",
        readings=readings,
        shown=f"rows that two separators fit, such as '{lines[0].strip()[:60]}'",
        section="[file]",
    )
