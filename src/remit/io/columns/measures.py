"""A cell that measures something: a number, a bound, a number with its unit, or several numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from remit.io.columns.compounds import Compound, read_compound
from remit.io.columns.numbers import NUMBER, number_text
from remit.io.columns.units import UNIT

__all__ = ["Bound", "Measure", "read_measure", "readings"]

#: A longer cell is words, whatever numbers stand in it.
LONGEST = 80

#: Spellings of the signs of bounds.
_SIGNS = {"=<": "≤", "<=": "≤", "=>": "≥", ">=": "≥"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A number of which only a bound is known, such as ``<0.001``.

    Attributes
    ----------
    sign : str
        ``<``, ``>``, ``≤`` or ``≥``.
    number : float
        The bound.
    """

    sign: str
    number: float

    def to_dict(self) -> dict[str, str | float]:
        """Return sign and number."""
        return {"sign": self.sign, "number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number with what stands around it.

    Attributes
    ----------
    text : str
        The number in plain digits, with a point as the decimal sign.
    bound : str
        ``<``, ``>``, ``≤`` or ``≥``; empty for the number itself.
    percent : bool
        Whether a per cent sign follows.
    unit : str
        Unit that follows, as it is written.
    thousands : str
        Thousands sign that was taken out.
    """

    text: str
    bound: str = ""
    percent: bool = False
    unit: str = ""
    thousands: str = ""


_START = frozenset("0123456789+-.,·<>≤≥=pP")
_SINGLE = re.compile(rf"(<=?|>=?|=<|=>|≤|≥)? ?({NUMBER})(?: ?(%)| ?({UNIT}))?")
#: Plain numbers with or without a point, read without looking closer.
_SIMPLE = re.compile(r"(-?)(0|[1-9]\d{0,14})(?:\.(\d{1,15}))?")


def read_measure(text: str, decimal: str, thousands: str = "") -> Measure | Compound | None:
    """Read a cell under one decimal sign.

    Parameters
    ----------
    text : str
        Cell in plain signs (`cells.plain`).
    decimal : str
        ``.``, ``,`` or ``either``.
    thousands : str
        The only thousands sign; empty allows any.

    Returns
    -------
    Measure, Compound or None
        None where the cell is no number and no known form of several.
    """
    if len(text) > LONGEST or not _may_measure(text):
        return None
    single = _SINGLE.fullmatch(text)
    if single:
        number = number_text(single[2], decimal, thousands)
        if number:
            return Measure(
                text=number.text,
                bound=_SIGNS.get(single[1] or "", single[1] or ""),
                percent=bool(single[3]),
                unit=single[4] or "",
                thousands=number.thousands,
            )
    return read_compound(text, decimal, thousands)


def _may_measure(text: str) -> bool:
    return text != "" and text[0] in _START and any(c in "0123456789" for c in text)


def readings(text: str) -> dict[str, Measure | Compound]:
    """Return what a cell is under a decimal point and under a decimal comma, where it is any."""
    simple = _SIMPLE.fullmatch(text)
    if simple and text.strip("-0."):
        sign, whole, fraction = simple.groups()
        point = Measure(text=text)
        if fraction is None:
            return {".": point, ",": point}
        if len(fraction) == 3 and len(whole) <= 3 and whole != "0":
            return {".": point, ",": Measure(text=f"{sign}{whole}{fraction}", thousands=".")}
        return {".": point}
    both = {sign: read_measure(text, sign) for sign in (".", ",")}
    return {sign: reading for sign, reading in both.items() if reading is not None}
