"""One cell of text becomes one value, or a problem that says how to mend it."""

from __future__ import annotations

import difflib
import math
import re

from remit.core.errors import Problem
from remit.core.place import Place
from remit.evidence.codebook import ColumnRule

__all__ = ["Value", "parse_cell"]

#: A longer cell is cut off in messages.
LONGEST_QUOTE = 80
Value = str | int | float | tuple[str, ...] | None

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOTHING = {"na", "n/a", "nr", ".", "-", "–", "nan", "none", "null", "?", "not reported"}
_LEAVE_EMPTY = "Leave the cell empty where nothing is reported."
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


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= LONGEST_QUOTE else f"'{text[:LONGEST_QUOTE]} ...'"


def _integer(text: str, place: Place) -> int | Problem:
    if _INTEGER.fullmatch(text):
        return int(text)
    return Problem(
        where=str(place),
        found=_quoted(text),
        expected="a whole number",
        hint=_number_hint(text, place.column),
    )


def _number(text: str, place: Place) -> float | Problem:
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return Problem(
        where=str(place),
        found=_quoted(text),
        expected="a number, with a point as the decimal sign",
        hint=_number_hint(text, place.column),
    )


def _number_hint(text: str, column: str) -> str:
    """Guess what was meant by a cell that is not a number."""
    plain = text.replace("\u2212", "-").replace("\u2013", "-").replace("\u00b7", ".")
    if text.lower() in _NOTHING:
        return _LEAVE_EMPTY
    if plain != text and _NUMBER.fullmatch(plain):
        return f"Write the minus as a hyphen and the decimal sign as a point: {plain}."
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f"Is the comma a decimal sign? Then write {text.replace(',', '.')}."
    if text.endswith("%") and _NUMBER.fullmatch(text.rstrip("% ")):
        return f"Write it without the percent sign: {text.rstrip('% ')}."
    if text[0] in "<>≤≥":
        number = text.lstrip("<>≤≥= ")
        if column == "p_value":
            return f"Write {number} here and the sign in column 'p_operator'."
        return "Only a p value can be a bound; say it in 'note' and leave the cell empty."
    if re.search(r"±|\+/-|\(", text):
        return "Give one number to a cell; the spread has a column of its own."
    if re.fullmatch(r"\d+\s*(/|of)\s*\d+", text):
        return "Write the count here and the number that it is of in column 'n'."
    if re.fullmatch(r"[+-]?\d+\.0*", text):
        return f"Write {text.split('.', maxsplit=1)[0]}."
    return ""


def _category(text: str, rule: ColumnRule, place: Place) -> str | Problem:
    if text in rule.allowed:
        return text
    near = difflib.get_close_matches(text.lower(), rule.allowed, n=1, cutoff=0.6)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    if text.lower() in _NOTHING:
        hint = f"{_LEAVE_EMPTY} "
    return Problem(
        where=str(place),
        found=_quoted(text),
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
        slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        return Problem(
            where=str(place),
            found=_quoted(text),
            expected="small letters, digits and hyphens, such as smith-2024",
            hint=f"Write {slug}, here and wherever it is referred to." if slug else "",
        )
    if rule.type == "url" and not _URL.fullmatch(text):
        return Problem(
            where=str(place), found=_quoted(text), expected="an address that begins with http"
        )
    if rule.type == "grammar" and not _REGIMEN.fullmatch(text):
        return Problem(
            where=str(place),
            found=_quoted(text),
            expected="a regimen such as '0.3 mg/kg iv over 15 min' or "
            "'15 mg in every 6 min x 5', steps joined by ' then '",
            hint=rule.meaning,
        )
    return text
