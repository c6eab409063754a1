"""Dates and times as people write them. A date has no time zone, and none is ever shifted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

__all__ = [
    "CENTURY",
    "DAY_NUMBERS",
    "ORDERS",
    "DateCell",
    "date_cell",
    "day_number",
    "is_part_of_date",
    "iso",
    "number_as_date",
    "read_time",
]

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-month", "month-day", "year-month"
#: Numbers in place of dates: ``20210421``, the days of a spreadsheet, the seconds of SPSS.
DAY_NUMBERS = "day-numbers"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
#: Two-digit years below this are 2000 and later, the others 1900 and later, as in spreadsheets.
CENTURY = 30

_MONTHS = (
    "jan januar january jän jänner",
    "feb februar february",
    "mar mär mrz march märz",
    "apr april",
    "may mai",
    "jun june juni",
    "jul july juli",
    "aug august",
    "sep sept september",
    "oct okt october oktober",
    "nov november",
    "dec dez december dezember",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = r"([A-Za-zäÄ]{3,9})\.?"
_CLOCK = (
    r"(?:[T ,]+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[aApP]\.?[mM]\.?)?)"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}|\d{{2}}){_CLOCK}")
_DAY_NAME = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]+{_NAME}[-/., ]+(\d{{4}}|'?\d{{2}}){_CLOCK}"
)
_NAME_DAY = re.compile(rf"{_NAME}[- ]+(\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_CLOCK}")
_PARTS = re.compile(
    rf"{_NAME}[-/ ,.]*'?(\d{{4}}|\d{{2}})|(\d{{1,2}})[-. ]+{_NAME}"
    r"|\d{4}-\d{1,2}|\d{1,2}[./]\d{4}"
)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_BASIC = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ?([aApP])\.?[mM]\.?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCell:
    """A date, taken apart.

    Attributes
    ----------
    numbers : tuple of int
        Its three numbers as they stand, or year, month and day where they are certain.
    certain : bool
        Whether the cell itself says which is which: ``2021-04-03``, ``7-Mar-15``.
    short_year : bool
        Whether the year has two digits.
    clock : time or None
        Time of day.
    """

    numbers: tuple[int, int, int]
    certain: bool
    short_year: bool
    clock: time | None = None

    def read(self, order: str, century: int = CENTURY) -> date | datetime | None:
        """Return the date under an order of its numbers; None where the calendar has no such day.

        With a time of day it is a `datetime` of the clock on the wall: a time zone that stands
        there is kept, and nothing is converted.
        """
        if order == DAY_NUMBERS and not self.certain:
            return None
        one, two, three = self.numbers
        if self.certain or order == YEAR_FIRST:
            year, month, day = one, two, three
        elif order == MONTH_FIRST:
            year, month, day = three, one, two
        else:
            year, month, day = three, two, one
        if self.short_year:
            if year > 99:
                return None
            year += 2000 if year < century else 1900
        elif not self.certain and order == YEAR_FIRST:
            return None
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        return found if self.clock is None else datetime.combine(found, self.clock)

    def orders(self) -> tuple[str, ...]:
        """Return the orders under which the calendar has this day."""
        return tuple(order for order in ORDERS if self.read(order) is not None)


def date_cell(text: str) -> DateCell | None:
    """Take a date apart; None where a cell in plain signs has not the form of a whole date."""
    if len(text) > 40 or not any(c.isdigit() for c in text):
        return None
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _made(match, (match[1], match[3], match[4]), certain=True, year=match[1])
    match = _NUMERIC.fullmatch(text)
    if match:
        return _made(match, (match[1], match[3], match[4]), certain=False, year=match[4])
    for pattern, day, name in ((_DAY_NAME, 1, 2), (_NAME_DAY, 2, 1)):
        match = pattern.fullmatch(text)
        month = match and _MONTH.get(match[name].casefold())
        if match and month:
            year = match[3].lstrip("'")
            return _made(match, (year, str(month), match[day]), certain=True, year=year)
    return None


def _made(
    match: re.Match[str], numbers: tuple[str, str, str], *, certain: bool, year: str
) -> DateCell | None:
    clock = None
    if match["clock"]:
        clock = read_time(match["clock"])
        if clock is None:
            return None
        clock = clock.replace(tzinfo=_zone(match["zone"]))
    return DateCell(
        numbers=(int(numbers[0]), int(numbers[1]), int(numbers[2])),
        certain=certain,
        short_year=len(year) == 2,
        clock=clock,
    )


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def read_time(text: str) -> time | None:
    """Read a time of day such as ``13:12``, ``2:05:30`` or ``1:12 PM``."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[5] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second, int((match[4] or ".")[1:7].ljust(6, "0")))


def is_part_of_date(text: str) -> bool:
    """Return whether a cell in plain signs is a date with a part missing, such as ``Mar 2024``."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return False
    name = match[1] or match[4]
    return name is None or name.casefold() in _MONTH


def iso(found: date | time) -> str:
    """Write a date or a time as ISO 8601 does; seconds only where there are any."""
    if isinstance(found, datetime | time) and not (found.second or found.microsecond):
        return found.isoformat(timespec="minutes")
    return found.isoformat()


def number_as_date(text: str) -> date | datetime | None:
    """Return the date of ``20210421``, or of a number that `day_number` reads."""
    if not _NUMBER.fullmatch(text):
        return None
    basic = _BASIC.fullmatch(text)
    if basic:
        try:
            return date(int(basic[1]), int(basic[2]), int(basic[3]))
        except ValueError:
            return None
    return day_number(float(text))


def day_number(number: float) -> date | datetime | None:
    """Return the date of a day number of Excel, or of SPSS's seconds.

    Excel counts days, 1 being 1 January 1900, and has a 29 February 1900 (day 60) that never was;
    it ends with the year 9999 (2958465). SPSS counts seconds since 14 October 1582. Numbers of
    a hundred million and more are such seconds.
    """
    if number >= 1e8:
        days, second = divmod(round(number), 86_400)
        first = date(1582, 10, 14)
        if days > 3_074_323:
            return None
    else:
        days, second = divmod(round(number * 86_400), 86_400)
        first = date(1899, 12, 30) if days > 60 else date(1899, 12, 31)
        if not 1 <= days <= 2_958_465 or days == 60:
            return None
    found = first + timedelta(days=days)
    if not second:
        return found
    return datetime.combine(found, time()) + timedelta(seconds=second)
