"""The text of a spreadsheet's number, as its format means it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

__all__ = ["CellFormat", "clock_text", "number_text", "plain_number", "read_format"]

#: Formats that a workbook names by number alone (ECMA-376 part 1, 18.8.30, numFmts).
BUILT_IN = {
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
}
MILLISECONDS = 86_400_000  # of a day
LAST_DAY = 2_958_465  # 9999-12-31 in the 1900 system
NO_SUCH_DAY = 60  # 29 February 1900, which the 1900 system counts and no calendar has
LONGEST_CODE = 1000  # characters; a spreadsheet takes 255

_INTEGER = re.compile(r"0|-?[1-9]\d{0,19}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKET = re.compile(r"\[[^\]]*\]")
_AM_PM = re.compile(r"am/pm|a/p|general", re.IGNORECASE)
_PADDED = re.compile(r'(?:"([^"]*)")?(0{2,})')

Kind = Literal["plain", "percent", "date", "time", "duration", "padded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFormat:
    """What a number format makes of a number.

    Attributes
    ----------
    kind : str
        ``plain``, ``percent``, ``date`` (with or without a time), ``time`` of day, ``duration``,
        or ``padded``: a whole number with leading zeros, which is an id.
    prefix : str
        Text in front of a padded number.
    digits : int
        Digits of a padded number.
    """

    kind: Kind
    prefix: str = ""
    digits: int = 0


def read_format(code: str) -> CellFormat:
    """Say what the code of a number format means, such as ``dd.mm.yyyy`` or ``0000``."""
    if len(code) > LONGEST_CODE:
        return CellFormat(kind="plain")
    padded = _PADDED.fullmatch(code.strip())
    if padded:
        return CellFormat(kind="padded", prefix=padded[1] or "", digits=len(padded[2]))
    bare = _QUOTED.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return CellFormat(kind="duration")
    bare = _AM_PM.sub("", _BRACKET.sub("", bare)).lower()
    if "y" in bare or "d" in bare or ("m" in bare and not ("h" in bare or "s" in bare)):
        return CellFormat(kind="date")
    if "h" in bare or "s" in bare:
        return CellFormat(kind="time")
    return CellFormat(kind="percent" if "%" in bare else "plain")


def number_text(raw: str, form: CellFormat, *, from_1904: bool) -> str | None:
    """Return the text that a stored number means under its format.

    Parameters
    ----------
    raw : str
        The number as the file holds it, such as ``0.30000000000000004``.
    form : CellFormat
        Its format.
    from_1904 : bool
        Whether days count from 1 January 1904, as old Macintosh workbooks do, or from 1900.

    Returns
    -------
    str or None
        ``0.3``; ``34%``; ``2021-04-21`` or ``2021-04-21T13:30:00``; ``13:30:00``; ``26:15:00``
        for a duration; ``0017``. None where a format of dates stands on a number that is no day.
    """
    plain = plain_number(raw)
    if form.kind == "plain" or not _is_number(plain):
        return plain
    if form.kind == "percent":
        return _decimal(Decimal(plain) * 100) + "%"
    if form.kind == "padded":
        whole = plain.isdigit()
        return form.prefix + plain.zfill(form.digits) if whole else plain
    total = round(float(raw) * MILLISECONDS)
    if form.kind == "duration":
        return clock_text(total)
    days, rest = divmod(total, MILLISECONDS)
    if form.kind == "time" and 0 <= total < (NO_SUCH_DAY + 1) * MILLISECONDS:
        return clock_text(total)
    day = _day(days, from_1904=from_1904)
    if day is None:
        return None
    return f"{day}T{clock_text(rest)}" if rest else day


def plain_number(raw: str) -> str:
    """Return a stored number with the 15 digits that a spreadsheet keeps, without an exponent.

    What a binary fraction adds beyond them is no part of what was typed: ``0.1 + 0.2`` is stored
    as 0.30000000000000004. Very large and very small numbers keep their exponent.
    """
    if _INTEGER.fullmatch(raw):
        return raw
    if not _is_number(raw):
        return raw
    short = f"{float(raw):.15g}"
    value = Decimal(short)
    return _decimal(value) if -20 <= value.adjusted() <= 20 else short


def _is_number(text: str) -> bool:
    return bool(_FLOAT.fullmatch(text)) and math.isfinite(float(text))


def _decimal(value: Decimal) -> str:
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clock_text(milliseconds: int) -> str:
    """Return hours, minutes and seconds, such as ``26:15:00``, with a fraction if there is one."""
    sign = "-" if milliseconds < 0 else ""
    seconds, rest = divmod(abs(milliseconds), 1000)
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def _day(days: int, *, from_1904: bool) -> str | None:
    """Return the date of a day number, ISO 8601; None where no calendar has such a day."""
    if from_1904:
        if not 0 <= days <= LAST_DAY - 1462:
            return None
        return (date(1904, 1, 1) + timedelta(days=days)).isoformat()
    if not 1 <= days <= LAST_DAY or days == NO_SUCH_DAY:
        return None
    start = date(1899, 12, 31) if days < NO_SUCH_DAY else date(1899, 12, 30)
    return (start + timedelta(days=days)).isoformat()
