"""Whether the sizes of a study's arms agree between its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from remit.core.printed import say
from remit.evidence.plausibility.study_row import StudyRow, changes_between
from remit.evidence.plausibility.suspicion import Severity, Suspicion

__all__ = ["check_sizes_swapped"]

SHARE = 0.1
LEAST = 3
"""Sizes that are off by a tenth, and by three people, are more than a few missing."""
BETTER = 3
"""Exchanged, they must be off by a third of that or less."""
SLIP = 0.05
"""A size with two digits exchanged, or a digit too few or many, must come this near."""


def check_sizes_swapped(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find arms whose sizes are in each other's place, or have a digit wrong.

    A row is held against the rows of its study for other outcomes and times that name the same
    arms (the median size of each arm). Few people less are drop-outs and pass. With one other
    row it cannot be told which of the two is wrong, and both are worth a look.
    """
    for row in rows:
        sizes = [arm.n for arm in row.arms]
        others = [_others(rows, row, arm.name) for arm in row.arms]
        usual = [median(found) if found else None for found in others]
        if len(sizes) != 2 or None in sizes or None in usual:
            continue
        here = (sizes[0] or 0.0, sizes[1] or 0.0)
        there = (usual[0] or 0.0, usual[1] or 0.0)
        off = abs(here[0] - there[0]) + abs(here[1] - there[1])
        turned = abs(here[1] - there[0]) + abs(here[0] - there[1])
        if off >= max(LEAST, SHARE * sum(there)) and turned * BETTER <= off:
            if not (here[0] - here[1]) * (there[0] - there[1]) < 0:
                continue
            one, two = row.arms
            new = replace(row, arms=(replace(one, n=two.n), replace(two, n=one.n)))
            severity: Severity = "likely" if min(map(len, others)) > 1 else "worth a look"
            yield _suspicion(row, new, there, "group sizes in each other's place", severity)
        else:
            yield from _slips(row, here, there)


def _others(rows: Sequence[StudyRow], row: StudyRow, name: str) -> list[float]:
    return [
        arm.n
        for other in rows
        if other.study == row.study and (other.group, other.time) != (row.group, row.time)
        for arm in other.arms
        if arm.name == name and arm.n is not None
    ]


def _slips(
    row: StudyRow, here: tuple[float, float], there: tuple[float, float]
) -> Iterator[Suspicion]:
    for i, (n, usual) in enumerate(zip(here, there, strict=True)):
        if n <= usual * (1 + SHARE) or n < usual + LEAST:
            continue
        for other in _exchanged(n):
            if abs(other - usual) <= SLIP * usual:
                arms = list(row.arms)
                arms[i] = replace(arms[i], n=other)
                new = replace(row, arms=tuple(arms))
                yield _suspicion(row, new, there, "a group size with a digit wrong", "likely")
                break


def _exchanged(n: float) -> list[float]:
    digits = str(int(n))
    swaps = [
        digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)
    ]
    dropped = [digits[:i] + digits[i + 1 :] for i in range(len(digits)) if len(digits) > 1]
    return [float(x) for x in (*swaps, *dropped)]


def _suspicion(
    row: StudyRow, new: StudyRow, there: tuple[float, float], cause: str, severity: Severity
) -> Suspicion:
    changes = changes_between(row, new)
    one, two = row.arms
    return Suspicion(
        check="sizes-swapped" if len(changes) > 1 else "size-slip",
        severity=severity,
        study=row.study,
        place=changes[0].place,
        other_places=tuple(c.place for c in changes[1:]),
        odd=f"{say(one.n or 0)} people are in {one.name} and {say(two.n or 0)} in {two.name}",
        cause=cause,
        would_be=f"{say(new.arms[0].n or 0)} and {say(new.arms[1].n or 0)}",
        because=f"Other rows of this study have {say(there[0])} and {say(there[1])}.",
        source="arithmetic",
        changes=changes,
    )
