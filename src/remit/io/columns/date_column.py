"""A column of dates: which number is the day, which century, and what each cell says."""

from __future__ import annotations

import re
from datetime import datetime

from remit.io.columns.cells import plain, quoted
from remit.io.columns.column import KINDS, Reading
from remit.io.columns.dates import (
    CENTURY,
    DAY_NUMBERS,
    ORDERS,
    YEAR_FIRST,
    DateCell,
    date_cell,
    is_part_of_date,
    iso,
    number_as_date,
    read_time,
)
from remit.io.columns.draft import Draft

__all__ = ["read_dates", "read_times"]

_WORDS = {
    "day-month": "the day stands before the month",
    "month-day": "the month stands before the day",
    "year-month": "the year stands first, then the month",
    DAY_NUMBERS: "the day is given as a number",
}
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d")
_BIRTH = re.compile(r"birth|dob|geb|naissance", re.IGNORECASE)


def read_dates(draft: Draft) -> tuple[str, dict[str, Reading]]:
    """Read the cells of a column of dates.

    The order of day and month is taken from all cells that have one; it is asked where no cell
    decides, and where cells contradict each other. Day numbers of Excel and seconds of SPSS are
    read where the map says that the column holds dates.

    Returns
    -------
    kind : str
        ``date``, or ``datetime`` where a cell has a time of day.
    readings : dict of str to Reading
        One for each text.
    """
    cells = {text: cell for text in draft.texts if (cell := date_cell(plain(text)))}
    order = _decide_order(draft, cells)
    century = _decide_century(draft, {t: c for t, c in cells.items() if c.short_year})
    by_number = _by_number(draft, cells)
    readings: dict[str, Reading] = {}
    for text in draft.texts:
        cell = cells.get(text)
        value = cell.read(order, century) if cell else None
        if cell is None and by_number:
            value = number_as_date(plain(text))
        readings[text] = (
            _unread(text, cell, order) if value is None else Reading(value=value, text=iso(value))
        )
    values = [reading.value for reading in readings.values()]
    kind = "datetime" if any(isinstance(value, datetime) for value in values) else "date"
    read = [text for text, reading in readings.items() if reading.value is not None]
    draft.decide("kind", kind, KINDS[kind], draft.share(read))
    if by_number and read:
        words = f"{quoted(read[0])} is the day {readings[read[0]].text}"
        draft.decide("dates", DAY_NUMBERS, words, "every cell is a number")
    return kind, readings


def _by_number(draft: Draft, cells: dict[str, DateCell]) -> bool:
    """Return whether numbers are day numbers: only where the map speaks of dates."""
    return draft.how.dates == DAY_NUMBERS or (
        draft.how.kind in {"date", "datetime"} and not draft.how.dates and not cells
    )


def _decide_order(draft: Draft, cells: dict[str, DateCell]) -> str:
    """Decide which of the numbers is the day; note a question where the cells do not."""
    open_cells = {t: c for t, c in cells.items() if not c.certain and c.orders()}
    if draft.how.dates == DAY_NUMBERS:
        return DAY_NUMBERS
    if draft.how.dates:
        if open_cells:
            draft.decide("dates", draft.how.dates, _WORDS[draft.how.dates], "")
        return draft.how.dates
    year_first = any(c.short_year and c.numbers[0] > 31 for c in open_cells.values())
    orders = [o for o in ORDERS if o != YEAR_FIRST or year_first]
    fits = {o: [t for t, c in open_cells.items() if c.read(o) is not None] for o in orders}
    differing = [
        t for t, c in open_cells.items() if len({c.read(o) for o in orders if c.read(o)}) > 1
    ]
    full = [order for order in orders if len(fits[order]) == len(open_cells)]
    if not open_cells or (len(full) > 1 and not differing):
        return orders[0]
    count = draft.cells.number_of
    if len(full) == 1:
        order = full[0]
        deciding = [t for t in open_cells if all(t not in fits[o] for o in orders if o != order)]
        deciding = deciding or list(open_cells)
        shown = draft.cells.shown(deciding)
        draft.decide("dates", order, _WORDS[order], f"{shown} can be read in no other way")
        return order
    _ask_order(draft, cells, fits, differing, full)
    return max(orders, key=lambda order: count(fits[order]))


def _ask_order(
    draft: Draft,
    cells: dict[str, DateCell],
    fits: dict[str, list[str]],
    differing: list[str],
    full: list[str],
) -> None:
    """Ask for the order, with what the first cell would be under each."""
    if full:
        example = min(differing, key=draft.cells.first_rows.__getitem__)
        readings = [(o, f"{quoted(example)} is {cells[example].read(o)}") for o in full]
        draft.ask("dates", f"{draft.cells.shown(differing)}; no cell decides", *readings)
        return
    some = set().union(*fits.values())
    readings = []
    for order, texts in fits.items():
        left = draft.cells.shown(some.difference(texts))
        readings.append((order, f"{left} cannot be read then"))
    shown = " and ".join(
        draft.cells.shown(t for t in texts if all(t not in fits[o] for o in fits if o != order))
        for order, texts in fits.items()
        if any(all(t not in fits[o] for o in fits if o != order) for t in texts)
    )
    draft.ask("dates", f"{shown}, which contradict each other", *readings)


def _decide_century(draft: Draft, cells: dict[str, DateCell]) -> int:
    """Decide the century of two-digit years, as spreadsheets do; births are asked."""
    if not cells:
        return CENTURY
    if draft.how.century is not None:
        century = draft.how.century
        draft.decide(
            "century",
            str(century),
            f"two-digit years below {century} are 20xx, the others 19xx",
            "",
        )
        return century
    early = [t for t, c in cells.items() if _year(c) < CENTURY]
    if early and _BIRTH.search(draft.cells.place.column):
        year = _year(cells[early[0]])
        draft.ask(
            "century",
            draft.cells.shown(early),
            (str(CENTURY), f"{quoted(early[0])} is in 20{year:02}"),
            ("0", f"{quoted(early[0])} is in 19{year:02}"),
        )
    draft.decide(
        "century",
        str(CENTURY),
        _said_century(CENTURY),
        f"as spreadsheets read them, such as {draft.cells.shown(cells)}",
        "convention",
    )
    return CENTURY


def _said_century(century: int) -> str:
    return f"two-digit years below {century} are 20xx, the others 19xx"


def _year(cell: DateCell) -> int:
    return cell.numbers[0] if cell.certain else cell.numbers[2]


def _unread(text: str, cell: DateCell | None, order: str) -> Reading:
    """Say why a cell is no date."""
    signs = plain(text)
    hint = ""
    if cell is not None:
        expected = "a day of the calendar"
        if any(one != YEAR_FIRST for one in cell.orders()):
            expected = f"a date in which {_WORDS[order]}"
    else:
        expected = "a date, as in the other cells"
        if is_part_of_date(signs) or _YEAR_ALONE.fullmatch(signs):
            expected, hint = "a whole date", "Day, month and year are needed."
        elif number_as_date(signs) is not None and float(signs) >= 1000:
            day = number_as_date(signs)
            hint = f'Is it the day {day}? Then say dates = "{DAY_NUMBERS}" in the map.'
    return Reading(value=None, text=text, expected=expected, hint=hint)


def read_times(draft: Draft) -> dict[str, Reading]:
    """Read the cells of a column of times of day."""
    readings: dict[str, Reading] = {}
    for text in draft.texts:
        value = read_time(plain(text))
        readings[text] = (
            Reading(value=value, text=iso(value))
            if value is not None
            else Reading(value=None, text=text, expected="a time of day such as 13:05")
        )
    read = [text for text, reading in readings.items() if reading.value is not None]
    draft.decide("kind", "time", KINDS["time"], draft.share(read))
    return readings
