"""One cell of text becomes one value, or a problem that says how to mend it."""

from __future__ import annotations

import difflib
import re

from remit.core.errors import Problem
from remit.core.place import Place
from remit.evidence.codebook import ColumnRule

__all__ = ["Value", "parse_cell"]

Value = str | int | float | tuple[str, ...] | None

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_URL = re.compile(r"https?://\S+")
_AMOUNT = r"\d+(\.\d+)? (mg|mg/kg|mg/h|mg/kg/h)"
_TIME = r"\d+(\.\d+)? (min|h|d)"
_STEP = rf"{_AMOUNT} (iv|in|sc|im|po)( (over|for) {_TIME})?( every {_TIME} x \d+)?"
_REGIMEN = re.compile(rf"{_STEP}( then {_STEP})*")


def parse_cell(text: str, rule: ColumnRule, place: Place, *, may_be_empty: bool) -> Value | Problem:
    """Read one cell as its column's type says.

    Parameters
    ----------
    text : str
        Cell, stripped of outer blanks.
    rule : ColumnRule
        What the codebook says of the column.
    place : Place
        Address of the cell, for the message.
    may_be_empty : bool
        Whether an empty cell means *not reported* (None) or is a fault.

    Returns
    -------
    value or Problem
        str, int, float, tuple of str or None; a Problem where the text does not fit.
    """
    if not text:
        if rule.type in {"list", "category-list"}:
            return ()
        if may_be_empty:
            return None
        return Problem(
            where=str(place), found="an empty cell", expected=f"a value ({rule.meaning})"
        )
    if rule.type == "integer":
        return _integer(text, place)
    if rule.type == "number":
        return _number(text, place)
    if rule.type == "category":
        return _category(text, rule, place)
    if rule.type in {"list", "category-list"}:
        return _list(text, rule, place)
    return _text(text, rule, place)


def _integer(text: str, place: Place) -> int | Problem:
    if _INTEGER.fullmatch(text):
        return int(text)
    return Problem(
        where=str(place), found=f"'{text}'", expected="a whole number", hint=_number_hint(text)
    )


def _number(text: str, place: Place) -> float | Problem:
    if _NUMBER.fullmatch(text):
        return float(text)
    return Problem(
        where=str(place),
        found=f"'{text}'",
        expected="a number with a decimal point",
        hint=_number_hint(text),
    )


def _number_hint(text: str) -> str:
    """Guess what was meant by a cell that is not a number."""
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f"Is the comma a decimal sign? Then write {text.replace(',', '.')}."
    if text.rstrip("% ").replace(".", "", 1).isdigit():
        return f"Write it without the percent sign: {text.rstrip('% ')}."
    if text[0] in "<>":
        return "Put the sign in column 'p_operator' and the number here."
    if re.search(r"±|\+/-|\(", text):
        return "Give one number to a cell; the spread has a column of its own."
    if text.lower() in {"na", "n/a", "nr", ".", "-", "nan", "none", "?", "not reported"}:
        return "Leave the cell empty where nothing is reported."
    return ""


def _category(text: str, rule: ColumnRule, place: Place) -> str | Problem:
    if text in rule.allowed:
        return text
    near = difflib.get_close_matches(text.lower(), rule.allowed, n=1, cutoff=0.6)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    return Problem(
        where=str(place),
        found=f"'{text}'",
        expected="one of " + ", ".join(rule.allowed),
        hint=f"{hint}A new word must first be allowed in {rule.place.file}, row {rule.place.row}.",
    )


def _list(text: str, rule: ColumnRule, place: Place) -> tuple[str, ...] | Problem:
    words = tuple(w.strip() for w in text.split(";") if w.strip())
    if rule.type == "category-list":
        for word in words:
            checked = _category(word, rule, place)
            if isinstance(checked, Problem):
                return checked
    return words


def _text(text: str, rule: ColumnRule, place: Place) -> str | Problem:
    if rule.type == "slug" and not _SLUG.fullmatch(text):
        return Problem(
            where=str(place),
            found=f"'{text}'",
            expected="small letters, digits and hyphens, such as smith-2024",
        )
    if rule.type == "url" and not _URL.fullmatch(text):
        return Problem(
            where=str(place), found=f"'{text}'", expected="an address that begins with http"
        )
    if rule.type == "grammar" and not _REGIMEN.fullmatch(text):
        return Problem(
            where=str(place),
            found=f"'{text}'",
            expected="a regimen such as '0.3 mg/kg iv over 15 min' or "
            "'15 mg in every 6 min x 5', steps joined by ' then '",
            hint=rule.meaning,
        )
    return text
