"""Units that stand in cells or in column names."""

from __future__ import annotations

import re

from remit.io.columns.cells import plain

__all__ = ["UNIT", "is_scale", "same_unit", "unit_in_header"]

_WORDS = (
    "kg|mg|µg|μg|ug|mcg|ng|pg|g|dl|ml|µl|μl|ul|l|mmol|µmol|μmol|umol|nmol|pmol|mol|meq|iu|ie|u|"
    "mmhg|kpa|cm|mm|m2|m|ppm|ppb|bpm|msec|ms|s|sec|secs|second|seconds|sekunden|"
    "min|mins|minute|minutes|minuten|h|hr|hrs|hour|hours|std|stunde|stunden|"
    "d|day|days|tag|tage|wk|wks|week|weeks|woche|wochen|mo|month|months|monat|monate|"
    "y|yr|yrs|year|years|jahr|jahre|°c|°f|points|point|pts|punkte"
)
_ONE = rf"(?:{_WORDS})(?:\^?-?[123])?"
#: A unit such as ``mg``, ``mg/kg/h``, ``ng mL-1`` or ``kg/m^2``, for use within longer patterns.
UNIT = rf"(?i:{_ONE}(?:(?: ?[/·] ?| per | ){_ONE}){{0,3}})"
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$")
_UNIT_ALONE = re.compile(UNIT)
_SCALE = re.compile(r"-?\d+(?:[.,]\d+)? ?(?:-|to|bis) ?\d+(?:[.,]\d+)?")
_PER = re.compile(rf"_({UNIT}_per_{UNIT})$")
#: Ends of names that are units and hardly ever anything else (``_min`` is often a minimum).
_ENDINGS = re.compile(
    r"_(mg|ug|mcg|ng|kg|ml|cm|mm|mmhg|hours|minutes|days|weeks|months|years|h|percent|pct)$",
    re.IGNORECASE,
)


def unit_in_header(name: str) -> str:
    """Return the unit, or the ends of the scale, that a column name says; empty where it has none.

    ``dose (mg)`` says mg, ``pain [0-10]`` says 0-10, ``weight_kg`` says kg, ``conc_nmol_per_mL``
    says nmol/mL.
    """
    header = plain(name)
    bracket = _IN_BRACKETS.search(header)
    if bracket:
        inside = bracket[1]
        if inside == "%" or _UNIT_ALONE.fullmatch(inside) or _SCALE.fullmatch(inside):
            return inside
        return ""
    per = _PER.search(header)
    if per:
        return per[1].replace("_per_", "/")
    ending = _ENDINGS.search(header)
    if ending is None:
        return ""
    return "%" if ending[1].lower() in {"percent", "pct"} else ending[1]


def is_scale(unit: str) -> bool:
    """Return whether a column's unit is the ends of a scale, such as ``0-10``."""
    return _SCALE.fullmatch(unit) is not None


def same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same but for blanks, capitals and the sign for micro."""
    return _folded(one) == _folded(other)


def _folded(unit: str) -> str:
    folded = unit.replace(" per ", "/").replace(" ", "").replace("^", "").casefold()
    return re.sub("^(?:μ|mc)(?=g|l|mol)|^u(?=g|l|mol)", "µ", folded.replace("µ", "μ"))
