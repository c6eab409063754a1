"""Whether dates of one person are in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from remit.evidence.plausibility.number_column import NumberColumn
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["check_date_order"]

LEAST = 5
USUAL = 0.9
"""Two dates have an order if nine of ten people have them so."""
YEAR = (330.0, 400.0)
"""Days by which a date in the wrong year is off."""


def check_date_order(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find people whose dates are in the other order than nearly everybody's.

    Which date comes first is read off the people, not off the headers. Where the later date would
    fit the usual distance with a year more, the year is the likeliest cause.
    """
    dates = [c for c in columns if c.kind == "date"]
    for one, two in combinations(dates, 2):
        gaps = {
            i: b - a
            for i, (a, b) in enumerate(zip(one.values, two.values, strict=True))
            if a is not None and b is not None
        }
        after = sum(gap > 0 for gap in gaps.values())
        before = sum(gap < 0 for gap in gaps.values())
        sign = 1 if after >= before else -1
        right = max(after, before)
        if right < LEAST or right < USUAL * len(gaps):
            continue
        first, last = (one, two) if sign == 1 else (two, one)
        for i, gap in gaps.items():
            if sign * gap < 0:
                yield _suspicion(first, last, i, sign * gap, right, file, sheet)


def _suspicion(
    first: NumberColumn,
    last: NumberColumn,
    at: int,
    gap: float,
    right: int,
    file: str,
    sheet: str,
) -> Suspicion:
    year = YEAR[0] <= -gap <= YEAR[1]
    return Suspicion(
        check="date-order",
        severity="likely",
        study=f"row {first.rows[at]}",
        place=last.place(at, file, sheet),
        other_places=(first.place(at, file, sheet),),
        odd=f"{last.name} lies {-gap:g} days before {first.name}",
        cause="a wrong year" if year else "dates in each other's place, or day and month exchanged",
        because=f"For {right} other people it lies after it.",
        source="arithmetic",
    )
