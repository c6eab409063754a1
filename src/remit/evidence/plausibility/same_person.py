"""Whether one person is in a table of people twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log10

import numpy as np

from remit.core.place import Place
from remit.evidence.plausibility.number_column import NumberColumn
from remit.evidence.plausibility.suspicion import Change, Suspicion

__all__ = ["check_id_twice", "check_same_person"]

SOURCE = "chance of agreement from the frequency of each value"
FEWEST_COLUMNS = 4
MARGIN = 3.0
"""The values must agree less often by chance than once in a thousand such tables ..."""
GAP = 0.75
"""... and any two other people agree in at most this share of the information: columns that go
together (zeros at every visit) agree more often than their frequencies say."""
MOST_PEOPLE = 1500
"""In larger tables the gap is not looked for, and finding is worth a look only."""


def check_id_twice(
    ids: Sequence[str | None], rows: Sequence[int], name: str, file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find an id that stands in two rows of a table with one row per person."""
    first: dict[str, int] = {}
    for row, key in zip(rows, ids, strict=True):
        if not key:
            continue
        if key in first:
            yield Suspicion(
                check="id-twice",
                severity="likely",
                study=key,
                place=Place(file=file, sheet=sheet, row=row, column=name),
                other_places=(Place(file=file, sheet=sheet, row=first[key], column=name),),
                odd=f"{name} {key} stands in rows {first[key]} and {row}",
                cause="one person entered twice, or two people with one number",
                because="In a table with one row per person each has a number of their own.",
                source="arithmetic",
            )
        first.setdefault(key, row)


def check_same_person(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find two rows that agree in every column, more than chance and the table allow.

    Columns of ids (whole numbers, all different) are left out. The chance that two people agree
    in a value is its frequency; the logarithms are added over the columns.
    """
    used = [c for c in columns if not _is_id(c)]
    if len(used) < FEWEST_COLUMNS:
        return
    people = len(used[0].values)
    frequency = [Counter(c.known) for c in used]
    weight = [{x: -log10(k / sum(f.values())) for x, k in f.items()} for f in frequency]
    rows: dict[tuple[float | None, ...], list[int]] = defaultdict(list)
    for i in range(people):
        rows[tuple(c.values[i] for c in used)].append(i)
    needed = log10(max(people * (people - 1) / 2, 1)) + MARGIN
    best_other: float | None = None
    for values, found in rows.items():
        known = sum(x is not None for x in values)
        digits = sum(w[x] for w, x in zip(weight, values, strict=True) if x is not None)
        if len(found) < 2 or known < FEWEST_COLUMNS or digits < needed:
            continue
        if people <= MOST_PEOPLE and best_other is None:
            best_other = _most_agreeing(used, weight)
        if best_other is not None and best_other > GAP * digits:
            continue
        yield from _twice(used, found, known, people, file, sheet)


def _is_id(column: NumberColumn) -> bool:
    known = column.known
    return len(set(known)) == len(known) and all(x == round(x) for x in known)


def _most_agreeing(columns: Sequence[NumberColumn], weight: list[dict[float, float]]) -> float:
    """Return the most information in which two people agree who do not agree in everything."""
    people = len(columns[0].values)
    total = np.zeros((people, people))
    every = np.ones((people, people), dtype=bool)
    for column, weights in zip(columns, weight, strict=True):
        values = np.array([np.nan if x is None else x for x in column.values])
        worth = np.array([0.0 if x is None else weights[x] for x in column.values])
        missing = np.isnan(values)
        same = (values[:, None] == values[None, :]) | (missing[:, None] & missing[None, :])
        total += np.where(same, worth[:, None], 0.0)
        every &= same
    return float(np.where(every, 0.0, total).max())


def _twice(
    columns: Sequence[NumberColumn],
    found: list[int],
    known: int,
    people: int,
    file: str,
    sheet: str,
) -> Iterator[Suspicion]:
    numbers = [columns[0].rows[i] for i in found]
    places = [Place(file=file, sheet=sheet, row=n) for n in numbers]
    for row, place in zip(numbers[1:], places[1:], strict=True):
        yield Suspicion(
            check="same-person",
            severity="likely" if people <= MOST_PEOPLE else "worth a look",
            study=f"row {row}",
            place=place,
            other_places=(places[0],),
            odd=f"row {row} has the values of row {numbers[0]} in all {known} columns",
            cause="one person entered twice",
            would_be="one of the two rows would go",
            because="No other two people agree in nearly as much."
            if people <= MOST_PEOPLE
            else "By chance that many values hardly agree.",
            source=SOURCE,
            changes=(Change(place=place, was=None, becomes=None),),
        )
