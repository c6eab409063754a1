"""Whether counts are counts: whole, not negative and not above their group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from remit.core.percentages import counts_giving
from remit.core.printed import say
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow, changes_between, group_rows
from remit.evidence.plausibility.suspicion import Change, Suspicion

__all__ = ["check_counts", "check_sizes_are_counts"]

ARITHMETIC = "arithmetic"
PERCENTAGES = "percentages typed as counts"


def check_counts(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find events that are below 0, not whole, or more than the people in their arm.

    The cause is looked for in this order: group sizes in each other's place (both arms would fit),
    events and size in each other's place (in every arm of the row), percentages (the value is a
    percentage of a whole count of this arm; or it is not whole and so no count). The
    count that a percentage means is given where there is only one.
    """
    for group in group_rows(rows):
        odd = [(r, a) for r in group for a in r.arms if _is_odd(a)]
        total = sum(a.events is not None for r in group for a in r.arms)
        for row, arm in odd:
            yield _count_suspicion(row, arm, len(odd), total)


def _is_odd(arm: ArmNumbers) -> bool:
    if arm.events is None:
        return False
    above = arm.n is not None and arm.events > arm.n
    return arm.events < 0 or arm.events != round(arm.events) or above


def _count_suspicion(row: StudyRow, arm: ArmNumbers, odd: int, total: int) -> Suspicion:
    cause, changes = _cause(row, arm)
    because = f"{odd} of {total} counts of this outcome cannot be counts." if odd > 1 else ""
    if cause.startswith("percentages, means") and arm.n is not None:
        because = f"No whole count of {say(arm.n)} is {say(arm.events or 0)} %. {because}".strip()
    of = f" of {say(arm.n)}" if arm.n is not None else ""
    return Suspicion(
        check="counts",
        severity="sure",
        study=row.study,
        place=arm.at("events"),
        other_places=(arm.at("n"),) if arm.n is not None else (),
        odd=f"{say(arm.events or 0)}{of} have the event in {arm.name}",
        cause=cause,
        would_be=" and ".join(
            f"{c.place.column} would be {say(c.becomes)}" for c in changes if c.becomes is not None
        ),
        because=because or "A count is a whole number from 0 to the size of its arm.",
        source=ARITHMETIC,
        changes=changes,
    )


def _cause(row: StudyRow, arm: ArmNumbers) -> tuple[str, tuple[Change, ...]]:
    events, n = arm.events or 0.0, arm.n
    whole = events == round(events)
    if events < 0:
        new = replace(arm, events=-events)
        cause = "a minus sign too many" if whole and (n is None or -events <= n) else "a difference"
        return cause, _swap(row, {arm.name: new}) if cause.startswith("a minus") else ()
    if whole and n is not None:
        swapped = _sizes_swapped(row)
        if swapped is not None:
            return "group sizes in each other's place", changes_between(row, swapped)
        turned = [replace(a, events=a.n, n=a.events) for a in row.arms]
        if all(a.events is not None and a.n is not None and a.events <= a.n for a in turned):
            new_row = replace(row, arms=tuple(turned))
            return "events and group size in each other's place", changes_between(row, new_row)
    counts = counts_giving(events, int(n)) if n is not None and events <= 100 else ()
    if counts:
        change = Change(place=arm.at("events"), was=events, becomes=float(counts[0]))
        return PERCENTAGES, (change,) if len(counts) == 1 else ()
    if not whole:
        return "percentages, means or scores typed as counts", ()
    return "a digit too many, or a group size of other people", ()


def _sizes_swapped(row: StudyRow) -> StudyRow | None:
    if len(row.arms) != 2:
        return None
    one, two = row.arms
    arms = (replace(one, n=two.n), replace(two, n=one.n))
    return None if any(_is_odd(a) for a in arms) else replace(row, arms=arms)


def _swap(row: StudyRow, new: dict[str, ArmNumbers]) -> tuple[Change, ...]:
    arms = tuple(new.get(arm.name, arm) for arm in row.arms)
    return changes_between(row, replace(row, arms=arms))


def check_sizes_are_counts(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find group sizes that are not whole numbers of 1 or more."""
    for row in rows:
        for arm in row.arms:
            if arm.n is None or (arm.n >= 1 and arm.n == round(arm.n)):
                continue
            empty = arm.n == 0
            yield Suspicion(
                check="group-size",
                severity="worth a look" if empty else "sure",
                study=row.study,
                place=arm.at("n"),
                odd=f"{say(arm.n)} people are in {arm.name}",
                cause="nobody was measured, or the size is missing"
                if empty
                else "another column, such as a mean or a percentage",
                because="A group size is a whole number of people.",
                source=ARITHMETIC,
            )
