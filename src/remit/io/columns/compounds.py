"""Several numbers in one cell, such as ``7.1 ± 2.0`` or ``12 (34%)``: named, never split."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from remit.io.columns.numbers import NUMBER, number_text
from remit.io.columns.units import UNIT

__all__ = ["FORMS", "Compound", "read_compound"]

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
class _Shape:
    """A way to take a cell apart, before a decimal sign is known."""

    form: str
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    only_point: bool = False
    more: tuple[tuple[str, float | str], ...] = ()


_N = f"({NUMBER})"
_OF = r" ?(?:/|of|von) ?"
_OPEN, _CLOSE = r" ?[(\[] ?", r" ?[)\]]"
#: Form, names of its parts, its pattern, and signs of which one must stand in the cell.
_PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (form, tuple(names.split()), re.compile(pattern), signs)
    for form, names, pattern, signs in (
        ("count-percent", "count percent", rf"{_N}{_OPEN}{_N} ?%{_CLOSE}", "%"),
        ("count-percent", "percent count", rf"{_N} ?%{_OPEN}{_N}{_CLOSE}", "%"),
        ("count-of-percent", "count of percent", rf"{_N}{_OF}{_N}{_OPEN}{_N} ?%{_CLOSE}", "%"),
        ("pair", "first second", rf"{_N}{_OF}{_N}", "/o"),
        ("plus-minus", "mean plus_minus", rf"{_N} ?(?:±|\+/-|\+-) ?{_N}", "±+"),
        ("bracket", "number bracket", rf"{_N}{_OPEN}{_N}{_CLOSE}", "(["),
    )
)
_LABEL = r"(?P<label>(?:(?P<level>\d\d(?:[.,]\d)?) ?%[ -]?)?(?:CI|KI|CrI)?[:=,]? ?)"
_RANGE = re.compile(
    rf"(?P<first>{NUMBER}) ?[,;]? ?[(\[]? ?{_LABEL}"
    rf"(?P<low>{NUMBER})(?P<between> ?(?:to|bis|[;,-]) ?)(?P<high>{NUMBER}) ?[)\]]?"
)
_BEFORE_UNIT = re.compile(rf"(.*[\d)\]]) ?({UNIT})")
_P_VALUE = re.compile(rf"[pP] ?(<=?|>=?|≤|≥|=) ?{_N}")


def read_compound(text: str, decimal: str, thousands: str = "") -> Compound | None:
    """Read a cell with several numbers under one decimal sign.

    Parameters
    ----------
    text : str
        Cell in plain signs (`cells.plain`).
    decimal, thousands : str
        As in `number_text`.

    Returns
    -------
    Compound or None
        None where the cell has none of the `FORMS` under this sign.
    """
    for shape in _shapes(text):
        if shape.only_point and decimal != ".":
            continue
        read = [number_text(token, decimal, thousands) for token in shape.tokens]
        numbers = [float(number.text) for number in read if number]
        if len(numbers) == len(read):
            named = tuple(zip(shape.names, numbers, strict=True))
            return Compound(form=shape.form, parts=(*named, *shape.more))
    return None


@functools.lru_cache(maxsize=4096)
def _shapes(text: str) -> tuple[_Shape, ...]:
    """Return the ways in which a cell may be taken apart, the likeliest first."""
    if text[:1] in "pP":
        match = _P_VALUE.fullmatch(text)
        sign = match and {"<=": "≤", ">=": "≥"}.get(match[1], match[1])
        if not (match and sign):
            return ()
        return (_Shape(form="p-value", names=("p",), tokens=(match[2],), more=(("sign", sign),)),)
    shapes = []
    for form, names, pattern, signs in _PATTERNS:
        match = pattern.fullmatch(text) if any(sign in text for sign in signs) else None
        if match:
            shapes.append(_Shape(form=form, names=names, tokens=match.groups()))
    shapes += _ranges(text)
    match = None if shapes else _BEFORE_UNIT.fullmatch(text)
    if match:
        unit = (("unit", match[2]),)
        return tuple(
            _Shape(
                form=inner.form,
                names=inner.names,
                tokens=inner.tokens,
                only_point=inner.only_point,
                more=(*inner.more, *unit),
            )
            for inner in _shapes(match[1])
        )
    return tuple(shapes)


def _ranges(text: str) -> list[_Shape]:
    """Take ``3 [1-5]``, ``-1.2 (-2.5 to 0.1)`` and ``0.8 (95% CI 0.6, 1.1)`` apart.

    A comma without a blank separates two numbers only where the point is the decimal sign.
    """
    if not any(sign in text for sign in "([I"):
        return []
    match = _RANGE.fullmatch(text)
    if match is None:
        return []
    level = match["level"]
    return [
        _Shape(
            form="interval" if match["label"].strip() else "range",
            names=("number", "low", "high"),
            tokens=(match["first"], match["low"], match["high"]),
            only_point=match["between"] == ",",
            more=(("level", float(level.replace(",", "."))),) if level else (),
        )
    ]
