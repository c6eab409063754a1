"""Numbers that may be something else: dates, ids, lists of codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from remit.io.columns.cells import plain, quoted
from remit.io.columns.dates import number_as_date
from remit.io.columns.draft import Draft
from remit.io.columns.measures import Measure, read_measure

__all__ = ["ask_what_numbers_are", "spaced_name"]

#: Numbers in place of dates are of these years.
_FIRST, _LAST = 1954, 2064
_DATE_NAME = re.compile(r"(?:^|[^a-z])(?:date|datum|dob|day of birth)(?:[^a-z]|$)")
_POWER = re.compile(r"\d+[eE]\d+")
_LIST = re.compile(r"\d+(?:[,;] ?\d+){2,}")
_PAIR = re.compile(r"\d+,\d+")


def ask_what_numbers_are(draft: Draft, numbers: Sequence[str], others: Sequence[str]) -> bool:
    """Ask what a column is whose cells can be read as numbers but may be something else.

    Numbers under the name of a date may be its day numbers; ``12E3`` may be the name of a well,
    which a spreadsheet would make 12000; ``1,2`` beside ``1,2,3`` may be a list.

    Parameters
    ----------
    draft : Draft
        Takes the question.
    numbers, others : sequence of str
        Texts that can be read as numbers, and words beside them.

    Returns
    -------
    bool
        Whether a question was noted.
    """
    days = [number_as_date(plain(text)) for text in numbers]
    if _DATE_NAME.search(spaced_name(draft.cells.place.column)) and all(
        day is not None and _FIRST <= day.year <= _LAST for day in days
    ):
        first = quoted(numbers[0])
        draft.ask(
            "kind",
            draft.cells.shown(numbers),
            ("date", f"{first} is the day {days[0]}"),
            ("integer", f"{first} is a number"),
        )
        return True
    powers = [text for text in numbers if _POWER.fullmatch(text)]
    if powers:
        value = read_measure(powers[0], ".")
        said = value.text if isinstance(value, Measure) else "a number"
        draft.ask(
            "kind",
            draft.cells.shown(powers),
            ("number", f"{quoted(powers[0])} is {said}"),
            ("id", f"{quoted(powers[0])} is a name"),
        )
        return True
    lists = [text for text in others if _LIST.fullmatch(plain(text))]
    pairs = [text for text in numbers if _PAIR.fullmatch(text)]
    if lists and pairs:
        draft.ask(
            "kind",
            f"{draft.cells.shown(pairs)} beside {draft.cells.shown(lists)}",
            ("text", f"{quoted(pairs[0])} is a list"),
            ("number", f"{quoted(pairs[0])} is a number"),
        )
        return True
    return False


def spaced_name(name: str) -> str:
    """Return a column name in small letters, ``recordId`` as ``record id``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
