"""Which sign is the decimal sign of a column: decided from all its cells, or asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from remit.io.columns.cells import plain, quoted
from remit.io.columns.compounds import Compound
from remit.io.columns.draft import Draft
from remit.io.columns.measures import Measure, read_measure
from remit.io.columns.numbers import EITHER

__all__ = ["Neighbours", "decide_decimal", "decisive_sign", "reading_under"]

_NAMES = {".": "point", ",": "comma", " ": "blank", "'": "apostrophe"}
Readings = Mapping[str, Mapping[str, Measure | Compound]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What else speaks for a decimal sign where the cells of a column do not.

    Attributes
    ----------
    decimal : str
        The decimal sign of every other column of the table that shows one; empty where they
        differ or show none.
    stored : bool
        Whether numbers were stored as numbers, in a workbook, and therefore have a point.
    """

    decimal: str = ""
    stored: bool = False


def reading_under(
    text: str, both: Mapping[str, Measure | Compound], sign: str, thousands: str
) -> Measure | Compound | None:
    """Return what a text is under the sign of its column, from its readings under both."""
    if sign == EITHER or thousands:
        return read_measure(plain(text), sign, thousands)
    return both.get(sign)


def decisive_sign(found: Readings) -> str:
    """Return the decimal sign under which alone all cells of a column are read; empty if none."""
    fits = {sign: all(sign in both for both in found.values()) for sign in (".", ",")}
    if fits["."] == fits[","]:
        return ""
    sign = "." if fits["."] else ","
    return sign if any(_has_fraction(both.get(sign)) for both in found.values()) else ""


def _has_fraction(reading: Measure | Compound | None) -> bool:
    if isinstance(reading, Measure):
        return "." in reading.text
    return reading is not None and any(
        isinstance(value, float) and not value.is_integer() for _, value in reading.parts
    )


def decide_decimal(draft: Draft, found: Readings, near: Neighbours) -> str:
    """Decide the decimal sign of a column of numbers.

    A sign is decided where under it, and under no other, every number of the column can be read.
    Where both can be (``1,234``), the other columns of the table decide if they all have the sign
    that stands here as their decimal sign; otherwise it is asked. Where cells contradict each
    other (``1.5`` and ``1,5``), it is asked, too.

    Returns
    -------
    str
        ``.``, ``,`` or ``either``; where a question was noted, the sign that reads most cells.
    """
    marked = {text: both for text, both in found.items() if both.get(".") != both.get(",")}
    implied = {",": ".", ".": ","}.get(draft.how.thousands, "")
    said = draft.how.decimal or implied
    if said or not marked:
        if marked:
            _note(draft, said, marked, "")
        return said or "."
    fits = {sign: [t for t, both in marked.items() if sign in both] for sign in (".", ",")}
    full = [sign for sign in (".", ",") if len(fits[sign]) == len(marked)]
    if len(full) == 1:
        _note(draft, full[0], marked, _agreement(draft, marked, full[0]))
        return full[0]
    if full:
        return _from_neighbours(draft, marked, near)
    _ask_conflict(draft, marked)
    return max(fits, key=lambda sign: draft.cells.number_of(fits[sign]))


def _agreement(draft: Draft, marked: Readings, sign: str) -> str:
    """Say how many of the cells with a sign decide."""
    whole = draft.cells.number_of(marked)
    sure = draft.cells.number_of(text for text, both in marked.items() if len(both) == 1)
    if sure == whole:
        return f"{whole} of {whole} cells with a sign agree" if whole > 1 else "one cell has it"
    shown = draft.cells.shown(text for text, both in marked.items() if list(both) == [sign])
    return f"{shown} can be read in no other way"


def _from_neighbours(draft: Draft, marked: Readings, near: Neighbours) -> str:
    """Decide by what stands beside the column, or ask."""
    signs = {c for text in marked for c in plain(text) if c in ".,"}
    if near.stored and signs == {"."}:
        _note(draft, ".", marked, "the workbook stores numbers with a point")
        return "."
    if near.decimal and signs == {near.decimal}:
        _note(draft, near.decimal, marked, "as in the other columns")
        return near.decimal
    example = min(marked, key=draft.cells.first_rows.__getitem__)
    draft.ask(
        "decimal",
        f"{draft.cells.shown(marked)}; no cell decides",
        *((sign, f"{quoted(example)} is {_said(marked[example][sign])}") for sign in (",", ".")),
    )
    return "."


def _ask_conflict(draft: Draft, marked: Readings) -> None:
    """Ask for the sign of a column in which some cells have a point and others a comma."""
    readings = []
    sure = {}
    for sign in (".", ","):
        others = [text for text, both in marked.items() if sign not in both]
        readings.append((sign, f"{draft.cells.shown(others)} is reported and not read"))
        sure[sign] = draft.cells.shown(t for t, both in marked.items() if list(both) == [sign])
    if all(read_measure(plain(text), EITHER) for text in marked):
        readings.append((EITHER, "each is a decimal sign"))
    draft.ask("decimal", f"{sure['.']} beside {sure[',']}", *readings)


def _said(reading: Measure | Compound) -> str:
    if isinstance(reading, Measure):
        return reading.text
    return (
        ", ".join(f"{name} {value:g}" for name, value in reading.parts if value == value)
        if all(isinstance(value, float) for _, value in reading.parts)
        else reading.form
    )


def _note(draft: Draft, sign: str, marked: Readings, evidence: str) -> None:
    """Note the signs that are seen under the decided one."""
    read = {t: reading_under(t, both, sign, draft.how.thousands) for t, both in marked.items()}
    if sign == EITHER:
        draft.decide("decimal", EITHER, "point and comma are decimal signs", evidence)
    elif any(map(_has_fraction, read.values())) or draft.how.decimal:
        draft.decide("decimal", sign, f"{_NAMES[sign]} is the decimal sign", evidence)
    marks: dict[str, list[str]] = {}
    for text, reading in read.items():
        if isinstance(reading, Measure) and reading.thousands:
            marks.setdefault(reading.thousands, []).append(text)
    for mark, texts in marks.items():
        share = f"{draft.cells.number_of(texts)} of {draft.cells.number_of(marked)} cells"
        words = f"{_NAMES[mark]} is the thousands sign"
        draft.decide("thousands", mark, words, f"{share} with a sign")
