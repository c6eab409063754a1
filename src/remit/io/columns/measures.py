"""A cell that measures something: a number, a bound, a number with its unit, or several numbers."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from remit.io.columns.numbers import NUMBER, number_text
from remit.io.columns.units import UNIT

__all__ = ["FORMS", "Bound", "Compound", "Measure", "read_measure", "readings"]

#: A longer cell is words, whatever numbers stand in it.
LONGEST = 80

#: What a cell with several numbers is read as. Its parts are named, and never told apart further.
FORMS: dict[str, str] = {
    "count-percent": "count and percentage",
    "count-of-percent": "count, total and percentage",
    "pair": "two numbers with a stroke between them, such as a count and its total",
    "plus-minus": "mean and plus-minus of unnamed kind",
    "bracket": "number and a second one in brackets, of unnamed kind",
    "range": "number and a range of unnamed kind",
    "interval": "number and its confidence interval",
    "p-value": "p value",
}
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
class Compound:
    """Several numbers in one cell, such as ``7.1 ± 2.0``.

    Attributes
    ----------
    form : str
        One of `FORMS`, which has the words for it.
    parts : tuple of (str, float or str)
        Name and value of each part. What the cell does not say is not in the names:
        ``plus_minus`` may be a standard deviation, a standard error or half of an interval.
    """

    form: str
    parts: tuple[tuple[str, float | str], ...]

    def part(self, name: str) -> float | str | None:
        """Return one part; None where the cell has none of this name."""
        return dict(self.parts).get(name)

    def to_dict(self) -> dict[str, str | float]:
        """Return the form and the parts by their names."""
        return {"form": self.form, **dict(self.parts)}


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


_N = f"({NUMBER})"
_SINGLE = re.compile(rf"(<=?|>=?|=<|=>|≤|≥)? ?{_N}(?: ?(%)| ?({UNIT}))?")
_CI = r"(?:(\d\d(?:[.,]\d)?) ?%[ -]?)?(?:CI|KI|CrI)?[:=,]? ?"
_PATTERNS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("count-percent", ("count", "percent"), rf"{_N} ?[(\[] ?{_N} ?% ?[)\]]"),
    ("count-percent", ("percent", "count"), rf"{_N} ?% ?[(\[] ?{_N} ?[)\]]"),
    (
        "count-of-percent",
        ("count", "of", "percent"),
        rf"{_N} ?(?:/|of|von) ?{_N} ?[(\[] ?{_N} ?% ?[)\]]",
    ),
    ("pair", ("first", "second"), rf"{_N} ?(?:/|of|von) ?{_N}"),
    ("plus-minus", ("mean", "plus_minus"), rf"{_N} ?(?:±|\+/-|\+-) ?{_N}"),
    ("bracket", ("number", "bracket"), rf"{_N} ?[(\[] ?{_N} ?[)\]]"),
)
_SPAN = re.compile(
    rf"{_N} ?[,;]? ?[(\[]? ?(?P<label>{_CI}){_N}(?P<between> ?(?:to|bis|[;,-]) ?){_N} ?[)\]]?"
)
_COMPOUNDS = tuple((form, names, re.compile(pattern)) for form, names, pattern in _PATTERNS)
_BEFORE_UNIT = re.compile(rf"(.*[\d)\]]) ?({UNIT})")
_P_VALUE = re.compile(rf"[pP] ?(<=?|>=?|≤|≥|=) ?{_N}")


@functools.lru_cache(maxsize=4096)
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
    if len(text) > LONGEST or not any(c.isdigit() for c in text):
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
    return _compound(text, decimal, thousands)


def _compound(text: str, decimal: str, thousands: str) -> Compound | None:
    p_value = _P_VALUE.fullmatch(text)
    if p_value:
        numbers = _numbers((p_value[2],), decimal, thousands)
        sign = _SIGNS.get(p_value[1], p_value[1])
        if numbers is None:
            return None
        return Compound(form="p-value", parts=(("sign", sign), ("p", numbers[0])))
    for form, names, pattern in _COMPOUNDS:
        match = pattern.fullmatch(text)
        numbers = match and _numbers(match.groups(), decimal, thousands)
        if numbers:
            return Compound(form=form, parts=tuple(zip(names, numbers, strict=True)))
    return _span(text, decimal, thousands) or _with_unit(text, decimal, thousands)


def _with_unit(text: str, decimal: str, thousands: str) -> Compound | None:
    """Read ``7.1 ± 2.0 ng/mL``."""
    match = _BEFORE_UNIT.fullmatch(text)
    inner = match and _compound(match[1], decimal, thousands)
    if not (match and inner):
        return None
    return Compound(form=inner.form, parts=(*inner.parts, ("unit", match[2])))


def _span(text: str, decimal: str, thousands: str) -> Compound | None:
    """Read ``3 [1-5]``, ``-1.2 (-2.5 to 0.1)`` and ``0.8 (95% CI 0.6, 1.1)``."""
    match = _SPAN.fullmatch(text)
    if match is None or not re.search(r"[(\[]|CI|KI|CrI", text):
        return None
    if match["between"] == "," and decimal != ".":
        return None
    first, level, low, high = match[1], match[3], match[4], match[6]
    numbers = _numbers((first, low, high), decimal, thousands)
    if not numbers:
        return None
    parts: tuple[tuple[str, float | str], ...] = tuple(
        zip(("number", "low", "high"), numbers, strict=True)
    )
    if level:
        parts = (*parts, ("level", float(level.replace(",", "."))))
    return Compound(form="interval" if match["label"].strip() else "range", parts=parts)


def _numbers(
    tokens: tuple[str | None, ...], decimal: str, thousands: str
) -> tuple[float, ...] | None:
    """Return all numbers, or None where one is none under this sign."""
    read = [number_text(token, decimal, thousands) for token in tokens if token]
    return tuple(float(n.text) for n in read if n) if all(read) else None


def readings(text: str) -> dict[str, Measure | Compound]:
    """Return what a cell is under a decimal point and under a decimal comma, where it is any."""
    both = {sign: read_measure(text, sign) for sign in (".", ",")}
    return {sign: reading for sign, reading in both.items() if reading is not None}
