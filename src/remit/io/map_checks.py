"""Answers of a map that are none: kinds, signs and orders that do not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from remit.core.errors import Problem
from remit.evidence.tables import TextTable
from remit.io.file_map import ColumnMap

__all__ = ["COLUMN_CHOICES", "check_column_map", "unknown_columns"]

#: What each key of a column may say; a key that is not here takes any text.
COLUMN_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": (
        "number",
        "integer",
        "date",
        "datetime",
        "time",
        "yes-no",
        "id",
        "text",
        "compound",
    ),
    "decimal": (".", ",", "either"),
    "thousands": (".", ",", " ", "'"),
    "dates": ("day-month", "month-day", "year-month", "day-numbers"),
    "percent": ("percent", "shares"),
}


def check_column_map(how: ColumnMap, where: str) -> list[Problem]:
    """Return what is wrong with the answers for one column."""
    problems = []
    for item in fields(how):
        value = getattr(how, item.name)
        choices = COLUMN_CHOICES.get(item.name)
        if choices and value and value not in choices:
            near = difflib.get_close_matches(str(value), choices, n=1)
            problems.append(
                Problem(
                    where=f"{where}, key '{item.name}'",
                    found=f"'{value}'",
                    expected="one of " + ", ".join(f"'{choice}'" for choice in choices),
                    hint=f"Did you mean '{near[0]}'?" if near else "",
                )
            )
    if how.decimal and how.decimal == how.thousands:
        problems.append(
            Problem(
                where=f"{where}, key 'thousands'",
                found=f"'{how.thousands}', which is the decimal sign, too",
                expected="another sign",
            )
        )
    if how.century is not None and not 0 <= how.century <= 100:
        problems.append(
            Problem(
                where=f"{where}, key 'century'",
                found=str(how.century),
                expected="a number from 0 to 100",
            )
        )
    return problems


def unknown_columns(
    how: Mapping[str, ColumnMap], tables: Sequence[TextTable], where: str
) -> list[Problem]:
    """Return the columns of a map that no table has, with the nearest name that one has."""
    names = dict.fromkeys(_names(tables))
    problems = []
    for name in how:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            problems.append(
                Problem(
                    where=where,
                    found=f"a column '{name}' that the file does not have",
                    expected="one of " + ", ".join(n for n in names if "!" not in n),
                    hint=f"Did you mean '{near[0]}'?" if near else "",
                )
            )
    return problems


def _names(tables: Iterable[TextTable]) -> Iterable[str]:
    for table in tables:
        yield from table.header
        if table.sheet:
            yield from (f"{table.sheet}!{name}" for name in table.header)
