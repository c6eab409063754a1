"""Whether means lie on their instrument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from remit.core.printed import say
from remit.evidence.data import Scale
from remit.evidence.plausibility.reading import about
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow, changes_between
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["check_instrument"]


def check_instrument(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find means outside the ends of their scale; a change may be as long as the scale.

    Causes tried, in this order: a scale that begins at 1 where this one begins at 0 (off by one
    step), a scale ten or a hundred times as long, a lost decimal point, a minus sign too many.
    """
    for row in rows:
        ends = _ends(row)
        if ends is None:
            continue
        for i, arm in enumerate(row.arms):
            if arm.mean is not None and not ends[0] <= arm.mean <= ends[1]:
                yield _outside(row, i, arm.mean, *ends)


def _ends(row: StudyRow) -> tuple[float, float] | None:
    scale = row.scale
    if scale is None or scale.low is None or scale.high is None:
        return None
    if row.kind == "value":
        return scale.low, scale.high
    width = scale.high - scale.low
    return (-width, width) if row.kind == "change" else None


def _outside(row: StudyRow, at: int, mean: float, low: float, high: float) -> Suspicion:
    arm = row.arms[at]
    cause, new = _cause(arm, mean, low, high, row.scale if row.kind == "value" else None)
    arms = (*row.arms[:at], new, *row.arms[at + 1 :])
    changes = changes_between(row, replace(row, arms=arms))
    what = "a change" if row.kind == "change" else "a value"
    return Suspicion(
        check="outside-instrument",
        severity="sure",
        study=row.study,
        place=arm.at("mean"),
        odd=f"the mean of {arm.name} is {say(mean)}",
        cause=cause,
        would_be=" and ".join(f"{c.place.column} would be {about(c.becomes)}" for c in changes),
        because=f"On this instrument {what} lies between {say(low)} and {say(high)}.",
        source="arithmetic",
        changes=changes,
    )


def _cause(
    arm: ArmNumbers, mean: float, low: float, high: float, scale: Scale | None
) -> tuple[str, ArmNumbers]:
    step = scale.step if scale is not None else None
    if step and low <= mean - step <= high:
        words = f"a scale that begins at {say(low + step)} instead of {say(low)}"
        return words, replace(arm, mean=mean - step)
    for factor in (10.0, 100.0):
        if low <= mean / factor <= high:
            spreads = {
                name: value / factor
                for name in ("sd", "se")
                if (value := getattr(arm, name)) is not None and value > (high - low) / 2
            }
            words = f"a scale {say(factor)} times as long, or a lost decimal point"
            return words, replace(arm, mean=mean / factor, **spreads)
    if low <= -mean <= high:
        return "a minus sign too many", replace(arm, mean=-mean)
    return "another instrument, or a sum instead of a mean", arm
