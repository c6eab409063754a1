"""Whether one control group is counted in two rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from remit.core.printed import say
from remit.evidence.plausibility.duplicates import MANY_DIGITS, digits_agreeing
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = ["check_shared_control", "study_stem"]

SOURCE = "Cochrane Handbook 23.3.4"
TAIL = re.compile(
    r"\(.*\)|\[.*\]|(?<=\d{4})[\s-]*([a-h]|[ivx]+|\d)\b|[,;:].*|\b(arm|group|cohort)\b.*"
)
"""What tells two rows of one study apart: a letter after the year, a bracket, a second clause."""


def study_stem(label: str) -> str:
    """Return a label without what tells two rows of one study apart: ``Smith 2010a`` is 2010."""
    return " ".join(TAIL.sub("", label.casefold()).split())


def check_shared_control(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find an arm that stands with the same numbers in two rows of one outcome and time.

    That is how a study of three arms is typed as two comparisons: the control group counts twice
    and the standard error of the pooled effect is too small. It is likely where the rows have one
    label (apart from a letter or a bracket), or from seven agreeing digits on. The change halves
    the group, the simplest remedy of the Handbook; joining the arms is better.
    """
    for group in group_rows(rows):
        for one, two in _pairs(group):
            if one.time != two.time:
                continue
            shared = [(a, b) for a in one.arms for b in two.arms if _same(a, b)]
            related = bool(study_stem(one.study)) and study_stem(one.study) == study_stem(two.study)
            if len(shared) != 1 or not _enough(shared[0][0], related=related):
                continue
            yield _shared(one, two, *shared[0], related=related)


def _pairs(rows: Sequence[StudyRow]) -> list[tuple[StudyRow, StudyRow]]:
    """Return the pairs of rows of two arms that have an arm in common, each pair once."""
    by_arm: dict[tuple[float | None, ...], list[StudyRow]] = {}
    for row in rows if len(rows) > 1 else ():
        for numbers in {arm.numbers for arm in row.arms} if len(row.arms) == 2 else ():
            by_arm.setdefault(numbers, []).append(row)
    pairs = (pair for same in by_arm.values() for pair in combinations(same, 2))
    return list(dict.fromkeys(pairs))


def _same(a: ArmNumbers, b: ArmNumbers) -> bool:
    measured = a.events is not None or a.mean is not None
    return measured and a.n is not None and a.numbers == b.numbers


def _enough(arm: ArmNumbers, *, related: bool) -> bool:
    return digits_agreeing(arm.numbers) >= (2 if related else MANY_DIGITS)


def _shared(
    one: StudyRow, two: StudyRow, a: ArmNumbers, b: ArmNumbers, *, related: bool
) -> Suspicion:
    severity: Severity = "likely" if related else "worth a look"
    changes = [
        Change(place=arm.at(name), was=value, becomes=value / 2)
        for arm in (a, b)
        for name in ("n", "events")
        if (value := getattr(arm, name)) is not None
    ]
    numbers = (
        f"{say(a.events)} of {say(a.n or 0)}" if a.events is not None else f"n {say(a.n or 0)}"
    )
    return Suspicion(
        check="shared-control",
        severity=severity,
        study=two.study,
        place=b.at("n"),
        other_places=(a.at("n"),),
        odd=f"{b.name} of {two.study} has the numbers of {a.name} of {one.study} ({numbers})",
        cause="one control group typed in two comparisons",
        would_be=f"half of it in each, {say((a.n or 0) / 2)} people",
        because="Counted twice, it makes the pooled effect look surer than it is.",
        source=SOURCE,
        changes=tuple(changes),
    )
