"""Numbers as people write them: decimal signs, thousands signs, powers of ten."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["EITHER", "NUMBER", "NumberText", "number_text", "plain_decimal"]

#: Decimal sign of a column in which some wrote a point and others a comma.
EITHER = "either"
#: What may be a number (`number_text` looks closer), for use within longer patterns.
NUMBER = (
    r"[+-]? ?(?:\d(?:[\d.,·']*\d)?(?: \d{3}(?!\d))*(?:[.,·]\d+|\.)?|[.,·]\d+)"
    r"(?:[eE][+-]?\d+| ?[x×*·] ?10\^?[+-]?\d+)?"
)
THOUSANDS = ".,' "
_WHOLE = re.compile(NUMBER)
_PARTS = re.compile(
    r"([+-]?) ?([\d.,·' ]+?)(?:[eE]([+-]?\d+)| ?[x×*·] ?10(?:\^([+-]?\d+)|([+-]\d+)))?"
)
#: Powers of ten beyond this stay powers, so that no cell becomes a page of zeros.
MOST_ZEROS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberText:
    """One number in plain digits.

    Attributes
    ----------
    text : str
        Such as ``-1234.50``: the digits that were written, with a point as the decimal sign.
    thousands : str
        Thousands sign that was taken out; empty where there was none.
    """

    text: str
    thousands: str = ""


def number_text(token: str, decimal: str, thousands: str = "") -> NumberText | None:
    """Read a number under one decimal sign.

    Parameters
    ----------
    token : str
        Such as ``-1.234,5``, in plain signs (`cells.plain`).
    decimal : str
        ``.``, ``,`` or `EITHER`. A raised point is a decimal sign under each of them.
    thousands : str
        The only thousands sign; empty allows any that stands before groups of three digits.

    Returns
    -------
    NumberText or None
        None where the token is no number under this sign: ``12.5`` under a comma, whose point
        has no three digits after it.
    """
    parts = _PARTS.fullmatch(token) if _WHOLE.fullmatch(token) else None
    if parts is None:
        return None
    sign, body, exponent = parts[1], parts[2], parts[3] or parts[4] or parts[5]
    if decimal == EITHER:
        decimal = _sign_of(body)
    whole, mark, fraction = body.replace("·", decimal).partition(decimal)
    if (mark and not (fraction or whole)) or (fraction and not fraction.isdigit()):
        return None
    used = ""
    if whole and not whole.isdigit():
        used = next(c for c in whole if not c.isdigit())
        if used == decimal or (thousands and used != thousands) or not _grouped(whole, used):
            return None
        whole = whole.replace(used, "")
    text = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    if sign == "-" and text.strip("0."):
        text = f"-{text}"
    text = _powered(text, exponent)
    return NumberText(text=text, thousands=used) if math.isfinite(float(text)) else None


def _grouped(whole: str, sign: str) -> bool:
    """Return whether groups of three digits follow each sign; ``0.123`` has no such groups."""
    return re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+", whole) is not None


def _sign_of(body: str) -> str:
    """Return the last of point and comma, the decimal sign where it stands once."""
    last = max(body.rfind("."), body.rfind(","))
    if last < 0 or body.count(body[last]) == 1:
        return body[last] if last >= 0 else "."
    return "," if body[last] == "." else "."


def _powered(text: str, exponent: str | None) -> str:
    if not exponent:
        return text
    if abs(int(exponent)) > MOST_ZEROS:
        return f"{text}e{int(exponent)}"
    return plain_decimal(Decimal(text).scaleb(int(exponent)))


def plain_decimal(value: Decimal) -> str:
    """Write a number without a power of ten."""
    return f"{value:f}"
