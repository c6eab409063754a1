"""Whether signs, directions in words and values before and after agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.core.printed import half_unit, say
from remit.evidence.plausibility.arm_readings import arm_suspicions
from remit.evidence.plausibility.effect_readings import effect_suspicions
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow
from remit.evidence.plausibility.suspicion import Change, Suspicion

__all__ = ["check_direction", "check_sign_among_peers", "check_sign_of_change"]

ARITHMETIC = "arithmetic"
SHARE = 0.1
"""Rows before and after may hold slightly other people: a tenth of the change is allowed."""


def check_direction(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find effects whose sign contradicts what the source says in words.

    The sign is read as first arm minus second, with the better end of the scale; of a ratio, below
    1 counts as lower. It is likely, not sure: the words may be the wrong half.
    """
    for row in rows:
        better = row.scale.better if row.scale is not None else None
        null = 1.0 if row.ratio else 0.0
        if row.effect is None or better is None or row.favours not in {"first", "second"}:
            continue
        if row.effect == null or ((row.effect < null) == (better == "lower")) == (
            row.favours == "first"
        ):
            continue
        turned = 1 / row.effect if row.ratio else -row.effect
        yield Suspicion(
            check="direction-of-effect",
            severity="likely",
            study=row.study,
            place=row.at("effect"),
            odd=f"the effect is {say(row.effect)} and the words favour the {row.favours} arm",
            cause="a sign that was lost, or arms in the other order",
            would_be=f"the effect would be {say(turned)}",
            because=f"On this scale {better} is better.",
            source=ARITHMETIC,
            changes=_turned(row, turned),
        )


def _turned(row: StudyRow, effect: float) -> tuple[Change, ...]:
    changes = [Change(place=row.at("effect"), was=row.effect, becomes=effect)]
    low, high = row.ci_low, row.ci_high
    if low is not None and high is not None and low <= (row.effect or 0.0) <= high:
        new = (1 / high, 1 / low) if row.ratio and low > 0 else (-high, -low)
        changes.append(Change(place=row.at("ci_low"), was=low, becomes=new[0]))
        changes.append(Change(place=row.at("ci_high"), was=high, becomes=new[1]))
    return tuple(changes)


def check_sign_of_change(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find changes that are minus the difference of the values before and after.

    Before, after and change of one arm must be in rows of one study, outcome and scale; the
    change must be the difference with the other sign, within rounding or a tenth.
    """
    for row in rows:
        if row.kind != "change":
            continue
        own = [r for r in rows if _same_outcome(r, row) and r.kind == "value"]
        before = [r for r in own if r.baseline]
        after = [r for r in own if not r.baseline and r.time == row.time]
        for arm in row.arms if len(before) == len(after) == 1 else ():
            first, last = _arm(before[0], arm.name), _arm(after[0], arm.name)
            if first is not None and last is not None:
                yield from _sign_of_change(row, arm, first, last)


def _same_outcome(one: StudyRow, other: StudyRow) -> bool:
    scales = tuple(r.scale.scale if r.scale is not None else "" for r in (one, other))
    return one.study == other.study and one.outcome == other.outcome and scales[0] == scales[1]


def _arm(row: StudyRow, name: str) -> ArmNumbers | None:
    found = [arm for arm in row.arms if arm.name == name and arm.mean is not None]
    return found[0] if len(found) == 1 else None


def _sign_of_change(
    row: StudyRow, arm: ArmNumbers, first: ArmNumbers, last: ArmNumbers
) -> Iterator[Suspicion]:
    change, before, after = arm.mean, first.mean, last.mean
    if change is None or before is None or after is None:
        return
    gap = after - before
    rounding = float(half_unit(before) + half_unit(after) + half_unit(change))
    if abs(gap) <= 2 * rounding or abs(gap + change) > max(rounding, SHARE * abs(gap)):
        return
    yield Suspicion(
        check="sign-of-change",
        severity="likely",
        study=row.study,
        place=arm.at("mean"),
        other_places=(first.at("mean"), last.at("mean")),
        odd=f"the change is {say(change)} and the mean went from {say(before)} to {say(after)}",
        cause="a reduction typed without its sign, or the reverse",
        would_be=f"the change would be {say(-change)}",
        because=f"{say(after)} minus {say(before)} is {say(round(gap, 10))}.",
        source=ARITHMETIC,
        changes=(Change(place=arm.at("mean"), was=change, becomes=-change),),
    )


def check_sign_among_peers(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find means and effects that fit the other studies with the other sign only.

    A positive 'reduction' among negative changes is found so. Effects of studies may honestly
    point the other way; they are found only where they lie far outside the others as typed.
    """
    yield from arm_suspicions(rows, "sign-of-mean")
    yield from effect_suspicions(rows, "sign-of-effect")
