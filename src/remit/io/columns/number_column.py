"""A column of numbers: signs, per cent, units, codes, and what each cell says."""

from __future__ import annotations

from decimal import Decimal

from remit.io.columns.cells import plain, quoted
from remit.io.columns.codes import decide_codes
from remit.io.columns.column import KINDS, Reading, Value
from remit.io.columns.compounds import FORMS, Compound
from remit.io.columns.dates import is_part_of_date
from remit.io.columns.draft import Draft, cells_of
from remit.io.columns.kinds import SortedTexts
from remit.io.columns.measures import Bound, Measure, read_measure
from remit.io.columns.number_units import NO_UNIT, decide_percent, decide_unit, unit_fits
from remit.io.columns.numbers import plain_decimal
from remit.io.columns.signs import Neighbours, decide_decimal, reading_under

__all__ = ["read_compounds", "read_numbers"]


def read_numbers(
    draft: Draft, found: SortedTexts, near: Neighbours
) -> tuple[str, str, dict[str, Reading]]:
    """Read the cells of a column of numbers.

    Returns
    -------
    kind : str
        ``integer`` where all numbers are whole, else ``number``.
    unit : str
        Unit of the numbers; empty where none is said.
    readings : dict of str to Reading
        One for each text.
    """
    every = _read(draft, found, near)
    measures = {t: m for t, m in every.items() if isinstance(m, Measure)}
    codes = decide_codes(draft, measures)
    measures = {t: m for t, m in measures.items() if t not in codes}
    percent = decide_percent(draft, measures)
    unit = "" if percent == "shares" else decide_unit(draft, measures, percent)
    measures = {t: _share(m) if percent == "shares" else m for t, m in measures.items()}
    whole = all(_is_whole(m) for m in measures.values()) and percent != "shares"
    kind = draft.how.kind or ("integer" if whole else "number")
    readings = {}
    for text in draft.texts:
        measure = measures.get(text)
        if measure is None:
            readings[text] = _unread(text, every.get(text))
        elif not unit_fits(measure, unit):
            readings[text] = Reading(value=None, text=text, expected=_in_unit(unit))
        else:
            readings[text] = _number(text, measure, kind)
    read = [text for text, reading in readings.items() if not reading.expected]
    count = draft.cells.number_of
    draft.decide("kind", kind, KINDS[kind], draft.share(read))
    bounds = [t for t in read if isinstance(readings[t].value, Bound)]
    if bounds:
        words = f"{quoted(bounds[0])} is kept as a bound"
        draft.decide("bounds", "", words, cells_of(count(bounds), count(draft.texts)))
    return kind, "" if unit == NO_UNIT else unit, readings


def _in_unit(unit: str) -> str:
    return "a number without a unit" if unit == NO_UNIT else f"a number in {unit}"


def _read(draft: Draft, found: SortedTexts, near: Neighbours) -> dict[str, Measure | Compound]:
    """Read every text that is a number, or several, under the decimal sign of the column."""
    texts = set(draft.texts)
    known = {text: both for text, both in found.measures.items() if text in texts}
    decimal = decide_decimal(draft, known, near)
    readings = {
        text: reading_under(text, both, decimal, draft.how.thousands)
        for text, both in known.items()
    }
    return {text: reading for text, reading in readings.items() if reading is not None}


def _is_whole(measure: Measure) -> bool:
    return measure.text.lstrip("-").isdigit()


def _share(measure: Measure) -> Measure:
    """Return a percentage as a share of 1; what has no per cent sign stays."""
    if not measure.percent:
        return measure
    return Measure(text=plain_decimal(Decimal(measure.text).scaleb(-2)), bound=measure.bound)


def _number(text: str, measure: Measure, kind: str) -> Reading:
    """Return the value of one number."""
    if measure.bound:
        bound = Bound(sign=measure.bound, number=float(measure.text))
        return Reading(value=bound, text=f"{measure.bound}{measure.text}")
    if kind == "number":
        return Reading(value=float(measure.text), text=measure.text)
    whole, _, fraction = measure.text.partition(".")
    if fraction.strip("0") or not whole.lstrip("-").isdigit():
        return Reading(value=None, text=text, expected="a whole number, as the map says")
    return Reading(value=int(whole), text=whole)


def _unread(text: str, reading: Measure | Compound | None) -> Reading:
    """Say why a cell is no number."""
    signs = plain(text)
    hint = ""
    if isinstance(reading, Compound):
        hint = f"It holds a {FORMS[reading.form]}: give each number a column of its own."
    elif is_part_of_date(signs):
        hint = "Did a spreadsheet make a date of a number?"
    elif signs.startswith("#"):
        hint = "The spreadsheet could not compute this cell."
    elif any(read_measure(signs, sign) for sign in ".,"):
        hint = "Its decimal sign is not that of the column."
    elif signs.translate(_LETTERS) != signs and read_measure(signs.translate(_LETTERS), "."):
        hint = f"Is it {signs.translate(_LETTERS)}, with a letter for a digit?"
    return Reading(value=None, text=text, expected="a number, as in the other cells", hint=hint)


_LETTERS = str.maketrans("OoIl", "0011")


def read_compounds(draft: Draft, found: SortedTexts, near: Neighbours) -> dict[str, Reading]:
    """Read a column whose cells hold several numbers each; all texts stay as they stand."""
    every = _read(draft, found, near)
    readings = {text: _compound(text, every.get(text)) for text in draft.texts}
    count = draft.cells.number_of
    whole = count(draft.texts)
    read = [text for text, reading in readings.items() if not reading.expected]
    draft.decide("kind", "compound", KINDS["compound"], draft.share(read))
    forms: dict[str, list[str]] = {}
    for text in read:
        reading = every[text]
        if isinstance(reading, Compound):
            forms.setdefault(reading.form, []).append(text)
    for form, texts in forms.items():
        words = f"{quoted(texts[0])} is read as {FORMS[form]}"
        draft.decide("compound", form, words, cells_of(count(texts), whole))
    return readings


def _compound(text: str, reading: Measure | Compound | None) -> Reading:
    value: Value = None
    if isinstance(reading, Compound):
        value = reading
    elif reading is not None and not (reading.percent or reading.unit):
        number = float(reading.text)
        value = Bound(sign=reading.bound, number=number) if reading.bound else number
    expected = "numbers, as in the other cells" if value is None else ""
    return Reading(value=value, text=text, expected=expected)
