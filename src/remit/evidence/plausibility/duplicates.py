"""Whether a study, or a row, is in the table twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.evidence.plausibility.study_row import ARM_FIELDS, ROW_FIELDS, StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = ["check_label_twice", "check_same_numbers", "digits_agreeing"]

COUNT_ONCE = "Cochrane Handbook 4.6.2"
MANY_DIGITS = 7
"""Seven digits agree by chance in less than one of a hundred tables of a hundred studies, even if
digits were worth a third of their number ..."""
SOME_DIGITS = 5
"""... five may."""
REPEATS = 0.05
SEVERAL = 0.25


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
    The arms may be in either order. Where more than a twentieth of the rows agree with rows of
    another name, numbers repeat (effects computed from small counts), and one finding says so.
    """
    for group in group_rows(rows):
        pairs = [pair for pair in _same_pairs(group) if _agree(*pair)]
        strange = [pair for pair in pairs if not _one_label(*pair)]
        if len(strange) > max(2, REPEATS * len(group)):
            yield _repeating(strange)
            pairs = [pair for pair in pairs if _one_label(*pair)]
        for one, two in pairs:
            yield _twice(one, two)


def _same_pairs(rows: Sequence[StudyRow]) -> list[tuple[StudyRow, StudyRow]]:
    """Return each row that has the numbers of an earlier one, with the first such."""
    first: dict[tuple[object, ...], StudyRow] = {}
    pairs = []
    for row in rows:
        same, turned = (row.time, *_numbers(row)), (row.time, *_numbers(row, turned=True))
        earlier = first.get(same) or (first.get(turned) if len(row.arms) == 2 else None)
        if earlier is None:
            first[same] = row
        else:
            pairs.append((earlier, row))
    return pairs


def _agree(one: StudyRow, two: StudyRow) -> bool:
    return digits_agreeing(_numbers(one)) >= SOME_DIGITS and one.place != two.place


def _one_label(one: StudyRow, two: StudyRow) -> bool:
    return _plain(one.study) == _plain(two.study)


def _repeating(pairs: Sequence[tuple[StudyRow, StudyRow]]) -> Suspicion:
    return Suspicion(
        check="same-numbers",
        severity="worth a look",
        study=pairs[0][1].study,
        place=pairs[0][1].place,
        other_places=tuple(two.place for _, two in pairs[1:]),
        odd=f"{len(pairs)} rows have the numbers of a row with another name",
        cause="effects computed from small counts, or a block of rows pasted twice",
        because="One or two such rows would be a study under two names; so many are a pattern.",
        source=COUNT_ONCE,
    )


def _twice(one: StudyRow, two: StudyRow) -> Suspicion:
    digits, label = digits_agreeing(_numbers(one)), _one_label(one, two)
    severity: Severity = "likely" if label or digits >= MANY_DIGITS else "worth a look"
    order = "" if _numbers(one) == _numbers(two) else ", with the arms in the other order"
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
    """Find labels that stand in several rows of one outcome and time with other numbers.

    Two studies of one author and year are honest, and so are two comparisons of one study, so it
    is worth a look only. Rows with other arms or an arm in common are left to the other checks.
    Where more than a quarter of the labels stand twice, studies have several effects each, and
    one finding says so for the table.
    """
    for group in group_rows(rows):
        labels: dict[tuple[str, str], list[StudyRow]] = {}
        for row in group:
            labels.setdefault((_plain(row.study), row.time), []).append(row)
        several = [same for same in labels.values() if len(same) > 1 and _other(same)]
        if len(several) > max(2, SEVERAL * len(labels)):
            yield _labels(several[0], f"{len(several)} labels stand in several rows each")
            continue
        for same in several:
            yield _labels(same, f"{same[0].study} is the label of {len(same)} rows")


def _other(rows: Sequence[StudyRow]) -> bool:
    """Tell whether rows of one label have the same arms on one scale, and no numbers in common."""
    names = {tuple(sorted(arm.name for arm in row.arms)) for row in rows}
    scales = {row.scale.scale if row.scale is not None else "" for row in rows}
    arms = [arm.numbers for row in rows for arm in row.arms]
    whole = {_numbers(row) for row in rows}
    return (
        len(names) == len(scales) == 1 and len(set(arms)) == len(arms) and len(whole) == len(rows)
    )


def _labels(rows: Sequence[StudyRow], odd: str) -> Suspicion:
    return Suspicion(
        check="label-twice",
        severity="worth a look",
        study=rows[0].study,
        place=rows[-1].place,
        other_places=tuple(row.place for row in rows[:-1]),
        odd=odd,
        cause="two reports of one study, or two studies of one author and year",
        because="If they are two studies, give them labels of their own (2010a, 2010b); effects "
        "of one study are not independent.",
        source=COUNT_ONCE,
    )


def _plain(label: str) -> str:
    return "".join(c for c in label.casefold() if c.isalnum())
