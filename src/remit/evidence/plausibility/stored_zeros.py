"""Whether people who dropped out have 0 where they should have nothing.

A score that is blank where another is exactly 0 can mean two things. Either the person left and an
export or a formula made a 0 of the blank, or there was nothing to ask: no headache days, so no
intensity. Three signs tell them apart:

- zeros also stand beside scores that were recorded, so that a blank is not how 0 was stored;
- who is blank at one visit is blank at the next, as those who left are and those who got well need
  not be;
- at baseline those with the zeros were as ill as the others, though those who were less ill had
  less at follow-up: people who get to 0 usually start lower.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.special import gammaln

from remit.core.printed import plural, say_p
from remit.evidence.plausibility.number_column import (
    NumberColumn,
    baseline_of,
    name_time,
    siblings,
)
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = ["check_stored_zeros", "hypergeometric_tail"]

SOURCE = "exact test of a 2 x 2 table (Fisher 1935)"
LEAST_BLANK = 5
"""Fewer people without the score show no pattern."""
NEARLY_ALL = 0.9
"""Of the blank nearly all must be 0 ..."""
FEWER = 0.5
"""... and of the others at most half as many: far fewer."""
CHANCE = 1e-4
"""Largest p of the table, times the number of pairs of columns that are tried."""
VALUES = 3
"""A column with fewer values beside 0 is a yes or no: 0 there is an answer."""
FEW_ZEROS = 0.05
LOWER = 0.25
"""At baseline the people with zeros may be lower by this many standard deviations."""
RELATED = 0.3
"""Least correlation of baseline and follow-up that lets the baseline speak."""
STAYS_BLANK = 0.8
MANY = 20
"""From this many zeros on, the sign of the baseline is enough by itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lump:
    """Zeros of one column where another is blank."""

    column: NumberColumn
    beside: NumberColumn
    zeros: tuple[int, ...]
    blank: int
    others: int
    zeros_of_others: int
    p_value: float


def check_stored_zeros(
    columns: Sequence[NumberColumn], file: str = "", sheet: str = ""
) -> Iterator[Suspicion]:
    """Find columns that are exactly 0 for the people whose score in another column is blank.

    Every column is held against every other one that has blanks; of several that fit, the one
    that accounts for most zeros is named. It is likely where two of the three signs (see the
    module) are there, or where twenty people or more were as ill at baseline as the rest; and
    worth a look otherwise.

    Parameters
    ----------
    columns : sequence of NumberColumn
        With one row per person.
    file, sheet : str
        Where they stand, for messages.
    """
    numbers = [c for c in columns if c.kind == "number"]
    tries = max(len(numbers) * (len(numbers) - 1), 1)
    for column in numbers:
        if len({x for x in column.known if x != 0}) < VALUES or 0 not in column.known:
            continue
        lumps = [_lump(column, other) for other in numbers if other is not column]
        fitting = [x for x in lumps if x is not None and x.p_value * tries <= CHANCE]
        if fitting:
            best = max(fitting, key=lambda x: (len(x.zeros), _same_time(x), -x.p_value))
            yield _suspicion(best, numbers, file, sheet)


def _same_time(lump: _Lump) -> bool:
    return name_time(lump.column.name) == name_time(lump.beside.name)


def _lump(column: NumberColumn, beside: NumberColumn) -> _Lump | None:
    pairs = list(zip(column.values, beside.values, strict=True))
    blank = [i for i, (x, y) in enumerate(pairs) if x is not None and y is None]
    zeros = tuple(i for i in blank if column.values[i] == 0)
    others = [x for x, y in pairs if x is not None and y is not None]
    both = sum(x == 0 for x in others)
    if len(blank) < LEAST_BLANK or not others or len(zeros) < NEARLY_ALL * len(blank):
        return None
    if both / len(others) > FEWER * len(zeros) / len(blank):
        return None
    return _Lump(
        column=column,
        beside=beside,
        zeros=zeros,
        blank=len(blank),
        others=len(others),
        zeros_of_others=both,
        p_value=hypergeometric_tail(
            len(zeros), len(zeros) + both, len(blank), len(blank) + len(others)
        ),
    )


def hypergeometric_tail(hits: int, marked: int, drawn: int, total: int) -> float:
    """Return the chance of ``hits`` or more marked among ``drawn`` of ``total``."""
    x = np.arange(hits, min(marked, drawn) + 1, dtype=np.float64)

    def choose(n: float, k: np.ndarray[tuple[int], np.dtype[np.float64]] | float) -> float:
        found: float = gammaln(n + 1) - gammaln(np.add(k, 1.0)) - gammaln(n - np.asarray(k) + 1)
        return found

    terms = choose(marked, x) + choose(total - marked, drawn - x) - choose(total, float(drawn))
    return float(np.exp(terms).sum()) if x.size else exp(-np.inf)


def _suspicion(lump: _Lump, columns: Sequence[NumberColumn], file: str, sheet: str) -> Suspicion:
    signs = [
        text
        for text in (_recorded(lump), _stays_blank(lump, columns), _as_ill(lump, columns))
        if text
    ]
    baseline = _as_ill(lump, columns)
    enough = len(signs) >= 2 or (baseline and len(lump.zeros) >= MANY)
    severity: Severity = "likely" if enough else "worth a look"
    places = tuple(lump.column.place(i, file, sheet) for i in lump.zeros)
    name, beside = lump.column.name, lump.beside.name
    doubt = "" if enough else f" It may also be that {beside} was not asked where {name} is 0."
    return Suspicion(
        check="stored-zeros",
        severity=severity,
        study=name,
        place=places[0],
        other_places=places[1:],
        odd=f"{name} is 0 for {len(lump.zeros)} of the {lump.blank} people whose {beside} is "
        f"blank, and for {lump.zeros_of_others} of the {lump.others} others",
        cause="drop-outs stored as 0",
        would_be=f"{name} would be missing for these {len(lump.zeros)} people",
        because=" ".join(signs)
        + (" " if signs else "")
        + f"By chance the zeros would fall so with p {say_p(lump.p_value)}.{doubt}",
        source=SOURCE,
        changes=tuple(Change(place=place, was=0.0, becomes=None) for place in places),
    )


def _recorded(lump: _Lump) -> str:
    if not lump.zeros_of_others:
        return ""
    return (
        f"Where {lump.column.name} is 0 and {lump.beside.name} is not blank, a 0 was recorded as "
        "such, so that a blank is not how no complaints are stored."
    )


def _stays_blank(lump: _Lump, columns: Sequence[NumberColumn]) -> str:
    """Say whether the blanks of one visit are those of another."""
    for other in siblings(lump.beside, columns):
        empty = [i for i, x in enumerate(other.values) if x is None]
        both = sum(lump.beside.values[i] is None for i in empty)
        share = lump.blank / len(lump.beside.values)
        fewer = min(len(empty), lump.blank)
        if len(empty) >= LEAST_BLANK and share < 0.5 and both >= STAYS_BLANK * fewer:
            return (
                f"{both} people have neither {lump.beside.name} nor {other.name}, of "
                f"{lump.blank} and {len(empty)} without, as people who left."
            )
    return ""


def _as_ill(lump: _Lump, columns: Sequence[NumberColumn]) -> str:
    """Say whether those with the zeros were as ill at baseline as the others."""
    baseline = baseline_of(lump.column, columns)
    if baseline is None:
        return ""
    zero = set(lump.zeros)
    pairs = [
        (b, x, i in zero)
        for i, (b, x) in enumerate(zip(baseline.values, lump.column.values, strict=True))
        if b is not None and x is not None
    ]
    first = np.array([b for b, _, _ in pairs])
    last = np.array([x for _, x, _ in pairs])
    gone = np.array([g for _, _, g in pairs])
    if gone.sum() < LEAST_BLANK or (~gone).sum() < LEAST_BLANK or first.std() == 0:
        return ""
    kept = ~gone
    if (first == 0).mean() > FEW_ZEROS or first[kept].std() == 0 or last[kept].std() == 0:
        return ""
    r = float(np.corrcoef(first[kept], last[kept])[0, 1])
    gap = float((first[gone].mean() - first[kept].mean()) / first.std(ddof=1))
    if r < RELATED or gap < -LOWER:
        return ""
    means = plural([f"{first[gone].mean():.3g}", f"{first[kept].mean():.3g}"])
    return (
        f"At baseline ({baseline.name}) they were as ill as the others (means {means}; the "
        f"correlation with {lump.column.name} is {r:.2f})."
    )
