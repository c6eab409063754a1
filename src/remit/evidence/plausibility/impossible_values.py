"""Whether single values of people lie where the others show that they can lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from remit.core.printed import say
from remit.evidence.plausibility.number_column import NumberColumn, siblings
from remit.evidence.plausibility.peers import MAD_TO_SD
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = [
    "check_begins_at_one",
    "check_far_values",
    "check_outside_scale",
    "check_zeros_far_off",
    "ends_of_scale",
]

ARITHMETIC = "arithmetic"
_ENDS = re.compile(r"(?<![\d.])(-?\d+)\s*(?:-|–|to|_)\s*(\d+)(?![\d.])")
_PAIN = re.compile(r"(?i)pain|nrs|vas|intensity|severity")
ENOUGH = 20
"""Fewer people do not show which values are usual."""
FEW_SCORES = 4
TIMES = 3.0
"""A value is far out if it is three times the largest of the others (or a third of the least)."""
FAR_MEDIANS = 5.0
FAR_SD = 4.0
"""A 0 is far off if it is this many robust standard deviations below the median."""


def ends_of_scale(column: NumberColumn) -> tuple[float, float, bool] | None:
    """Return the ends of a column's instrument, and whether they were told.

    Told are those of the column, or two numbers in its header: ``Pain (0-10)``. A header that
    speaks of pain, NRS, VAS, intensity or severity means 0 to 10 if all but two values (or a
    tenth) lie there, and 0 to 100 if they lie there and more than 10 occurs often.
    """
    if column.low is not None and column.high is not None:
        return column.low, column.high, True
    named = _ENDS.search(column.name)
    if named and float(named[1]) in (0.0, 1.0) and float(named[2]) > float(named[1]) + 1:
        return float(named[1]), float(named[2]), True
    values = column.known
    if not _PAIN.search(column.name) or len(values) < FEW_SCORES:
        return None
    few = max(2, len(values) // 10) if len(values) >= ENOUGH else 1
    for top in (10.0, 100.0):
        within = sum(0 <= x <= top for x in values)
        if len(values) - within <= few and max(x for x in values if x <= top) > top / 2:
            return 0.0, top, False
    return None


def check_outside_scale(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find scores that their instrument does not have: pain of 14 among 0 to 10.

    It is sure where the ends were told, likely where they are read off the other values. Several
    values of ``high + 1`` and no 0 are left to `check_begins_at_one`.
    """
    for column in columns:
        ends = ends_of_scale(column) if column.kind == "number" else None
        if ends is None or _begins_at_one(column, ends[0], ends[1]):
            continue
        low, high, told = ends
        for i, value in enumerate(column.values):
            if value is None or low <= value <= high:
                continue
            tenth = low <= value / 10 <= high and value > 2 * high
            place = column.place(i, file, sheet)
            where = "On this instrument" if told else "As the other cells show,"
            yield Suspicion(
                check="outside-scale",
                severity="sure" if told else "likely",
                study=column.name,
                place=place,
                odd=f"{column.name} is {say(value)}",
                cause="a lost decimal point, or a digit too many"
                if tenth
                else "a slip of the finger, or a code for missing",
                would_be=f"it would be {say(value / 10)}" if tenth else "it would be missing",
                because=f"{where} scores lie between {say(low)} and {say(high)}.",
                source=ARITHMETIC,
                changes=(Change(place=place, was=value, becomes=value / 10 if tenth else None),),
            )


def _begins_at_one(column: NumberColumn, low: float, high: float) -> bool:
    values = column.known
    whole = all(x == round(x) for x in values)
    top = sum(x == high + 1 for x in values)
    return bool(values) and whole and min(values) == low + 1 and max(values) == high + 1 and top > 1


def check_begins_at_one(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find items stored as 1 to 5 whose instrument, or whose fellow items, are 0 to 4.

    Against fellow items (three or more columns of one stem, twenty people or more) it is likely;
    against ends that were told it is sure.
    """
    for column in columns:
        if column.kind != "number" or not column.known:
            continue
        ends = ends_of_scale(column)
        if ends is not None and ends[2]:
            low, high = ends[0], ends[1]
            severity: Severity = "sure"
        else:
            fellows = [c for c in siblings(column, columns) if c.known]
            lows, highs = {min(c.known) for c in fellows}, {max(c.known) for c in fellows}
            if len(fellows) < 3 or len(lows) != 1 or len(highs) != 1 or len(column.known) < ENOUGH:
                continue
            low, high, severity = lows.pop(), highs.pop(), "likely"
        if low != 0 or not _begins_at_one(column, low, high):
            continue
        places = [column.place(i, file, sheet) for i in range(len(column.values))]
        cells = [(p, x) for p, x in zip(places, column.values, strict=True) if x is not None]
        yield Suspicion(
            check="begins-at-one",
            severity=severity,
            study=column.name,
            place=places[0],
            odd=f"{column.name} runs from {say(low + 1)} to {say(high + 1)}",
            cause=f"scores stored as {say(low + 1)} to {say(high + 1)}",
            would_be="each would be one less",
            because=f"The instrument, or its other items, run from {say(low)} to {say(high)}.",
            source=ARITHMETIC,
            changes=tuple(Change(place=p, was=x, becomes=x - 1) for p, x in cells),
        )


def check_far_values(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find one value that is three times the largest of the others and usual as a tenth of it.

    It must also be five times the median. A positive value under a third of the least is found
    where it lies four robust standard deviations below the median and all others above a third
    of it, as weights do: scores and amounts that begin near 0 have no least. Skewed amounts
    have long tails, but not with such a gap.
    """
    for column in columns:
        values = sorted(column.known)
        if column.kind != "number" or len(values) < ENOUGH or values[0] < 0:
            continue
        if ends_of_scale(column) is not None or len(set(values)) < 8:
            continue
        middle, centre = quantiles(values, n=20), median(values)
        far = values[-1] >= max(TIMES * values[-2], FAR_MEDIANS * centre)
        if far and middle[0] <= values[-1] / 10 <= middle[-1]:
            yield _far(column, values[-1], values[-1] / 10, values[:-1], file, sheet)
        low = 0 < values[0] <= values[1] / TIMES and values[1] > centre / TIMES
        low = low and centre - values[0] > FAR_SD * _robust_sd(values)
        if low and middle[0] <= values[0] * 10 <= middle[-1]:
            yield _far(column, values[0], values[0] * 10, values[1:], file, sheet)


def _robust_sd(values: Sequence[float]) -> float:
    centre = median(values)
    return MAD_TO_SD * median(abs(x - centre) for x in values)


def _far(
    column: NumberColumn, value: float, right: float, others: list[float], file: str, sheet: str
) -> Suspicion:
    place = column.place(column.values.index(value), file, sheet)
    return Suspicion(
        check="far-value",
        severity="likely",
        study=column.name,
        place=place,
        odd=f"{column.name} is {say(value)}",
        cause="a decimal point in the wrong place",
        would_be=f"it would be {say(right)}",
        because=f"The other {len(others)} values are {say(others[0])} to {say(others[-1])}.",
        source=ARITHMETIC,
        changes=(Change(place=place, was=value, becomes=float(f"{right:.12g}")),),
    )


def check_zeros_far_off(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find zeros in columns whose other values are all far from 0: an age or a weight of 0.

    The least other value must be above a fifth of their median, 0 more than four robust standard
    deviations below it, and zeros at most three of ten.
    """
    for column in columns:
        values = column.known
        positive = [x for x in values if x > 0]
        zeros = [i for i, x in enumerate(column.values) if x == 0]
        if column.kind != "number" or not zeros or len(positive) + len(zeros) < len(values):
            continue
        if len(positive) < ENOUGH or len(set(positive)) < 8 or len(zeros) > 0.3 * len(values):
            continue
        centre, spread = median(positive), _robust_sd(positive)
        if min(positive) <= centre / 5 or centre < FAR_SD * spread:
            continue
        places = tuple(column.place(i, file, sheet) for i in zeros)
        yield Suspicion(
            check="zeros-far-off",
            severity="likely",
            study=column.name,
            place=places[0],
            other_places=places[1:],
            odd=f"{column.name} is 0 for {len(zeros)} people",
            cause="a missing value stored as 0",
            would_be="it would be missing",
            because=f"The other {len(positive)} values are {say(min(positive))} to "
            f"{say(max(positive))}.",
            source=ARITHMETIC,
            changes=tuple(Change(place=p, was=0.0, becomes=None) for p in places),
        )
