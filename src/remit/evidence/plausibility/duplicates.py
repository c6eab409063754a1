"""Whether a study, or a row, is in the table twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from remit.core.printed import say
from remit.evidence.plausibility.study_row import ARM_FIELDS, ROW_FIELDS, StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = ["check_label_twice", "check_same_numbers", "digits_agreeing"]

COUNT_ONCE = "Cochrane Handbook 4.6.2"
MANY_DIGITS = 7
"""Seven digits agree by chance in less than one of a hundred tables of a hundred studies, even if
digits were worth a third of their number ..."""
SOME_DIGITS = 5
"""... five may."""


def digits_agreeing(numbers: Sequence[float | None]) -> int:
    """Count the digits that would have to agree by chance, each number once.

    Zeros before and after the digits say little and do not count: 50 has one, 0.34 two, 0 none.
    """
    text = {f"{abs(x):.10g}".replace(".", "").strip("0") for x in numbers if x is not None}
    return sum(len(t) for t in text)


def _numbers(row: StudyRow, *, turned: bool = False) -> tuple[float | None, ...]:
    arms = reversed(row.arms) if turned else row.arms
    own = tuple(getattr(row, name) for name in ROW_FIELDS)
    return own + tuple(getattr(arm, name) for arm in arms for name in ARM_FIELDS)


def check_same_numbers(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find rows of one outcome and time that hold the same numbers.

    Two names for one study, or one row pasted twice. It is likely from seven agreeing digits on,
    or where the label is the same, and worth a look from five; fewer agree by chance too often.
    The arms may be in either order.
    """
    for group in group_rows(rows):
        for one, two in combinations(group, 2):
            if one.time != two.time and one.study == two.study:
                continue
            same = _numbers(one) == _numbers(two)
            turned = len(one.arms) == 2 and _numbers(one) == _numbers(two, turned=True)
            digits = digits_agreeing(_numbers(one))
            if not (same or turned) or digits < SOME_DIGITS:
                continue
            label = _plain(one.study) == _plain(two.study)
            if label and one.place == two.place:
                continue
            yield _twice(one, two, digits, label=label, turned=turned and not same)


def _twice(one: StudyRow, two: StudyRow, digits: int, *, label: bool, turned: bool) -> Suspicion:
    severity: Severity = "likely" if label or digits >= MANY_DIGITS else "worth a look"
    order = ", with the arms in the other order" if turned else ""
    return Suspicion(
        check="same-numbers",
        severity=severity,
        study=two.study,
        place=two.place,
        other_places=(one.place,),
        odd=f"{two.study} has the numbers of {one.study} ({one.place}){order}",
        cause="one row that is in the table twice" if label else "one study under two names",
        would_be="one of the two rows would go",
        because=f"{digits} digits agree.",
        source=COUNT_ONCE,
        changes=(Change(place=two.place, was=None, becomes=None),),
    )


def check_label_twice(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find one label in two rows of one outcome and time with other numbers.

    Two studies of one author and year are honest, and so are two comparisons of one study, so it
    is worth a look only. Rows with the same arms are named; three arms in pairs are left alone.
    """
    for group in group_rows(rows):
        for one, two in combinations(group, 2):
            if _plain(one.study) != _plain(two.study) or one.time != two.time:
                continue
            names = [{arm.name for arm in row.arms} for row in (one, two)]
            scales = [row.scale.scale if row.scale is not None else "" for row in (one, two)]
            same = _numbers(one) in (_numbers(two), _numbers(two, turned=True))
            if same or names[0] != names[1] or scales[0] != scales[1]:
                continue
            size = f" of {say(two.n)} people" if two.n is not None else ""
            yield Suspicion(
                check="label-twice",
                severity="worth a look",
                study=two.study,
                place=two.place,
                other_places=(one.place,),
                odd=f"{two.study} is the label of two rows{size}",
                cause="two reports of one study, or two studies of one author and year",
                because="If they are two studies, give them labels of their own (2010a, 2010b).",
                source=COUNT_ONCE,
            )


def _plain(label: str) -> str:
    return "".join(c for c in label.casefold() if c.isalnum())
