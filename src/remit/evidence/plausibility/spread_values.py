"""Whether spreads are above 0 and small enough for their scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import sqrt

from remit.core.printed import half_unit, say
from remit.evidence.integrity.spreads import largest_sd
from remit.evidence.plausibility.reading import about
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow, changes_between
from remit.evidence.plausibility.suspicion import Change, Suspicion

__all__ = ["check_negative_spread", "check_spread_possible", "check_zero_spread"]

_ALL_THE_WEIGHT = "An effect without error would take all the weight."
BOUND = "Bhatia & Davis 2000, Am Math Mon 107:353"


def check_negative_spread(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find standard deviations and standard errors below 0."""
    for row in rows:
        cells: list[tuple[StudyRow | ArmNumbers, str]] = [(row, "std_error")]
        cells += [(arm, name) for arm in row.arms for name in ("sd", "se")]
        for part, name in cells:
            value: float | None = getattr(part, name)
            if value is None or value >= 0:
                continue
            yield Suspicion(
                check="negative-spread",
                severity="sure",
                study=row.study,
                place=part.at(name),
                odd=f"{part.at(name).column} is {say(value)}",
                cause="a minus sign too many, or the cell of a change",
                would_be=f"it would be {say(-value)}",
                because="A standard deviation and a standard error are never below 0.",
                source="arithmetic",
                changes=(Change(place=part.at(name), was=value, becomes=-value),),
            )


def check_zero_spread(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find spreads of 0: everybody would have the same value.

    In one arm it is likely a blank typed as 0 (the study keeps a standard error from the other
    arm, so nobody notices); in every arm it is sure, and the study cannot be pooled. Where the
    mean is 0 or at an end of its scale everybody may be there, and it is worth a look only.
    """
    for row in rows:
        if row.std_error == 0:
            yield _zero(row, row, "std_error", sure=True, at_end=False)
        spreads = [arm for arm in row.arms if arm.spread is not None]
        zero = [arm for arm in spreads if arm.spread == 0]
        for arm in zero:
            name = "sd" if arm.sd is not None else "se"
            ends = (
                (0.0, *(x for x in (row.scale.low, row.scale.high) if x is not None))
                if row.scale is not None
                else (0.0,)
            )
            everywhere = len(zero) == len(spreads) and len(spreads) > 1
            yield _zero(row, arm, name, sure=everywhere, at_end=arm.mean in ends)


def _zero(
    row: StudyRow, part: StudyRow | ArmNumbers, name: str, *, sure: bool, at_end: bool
) -> Suspicion:
    return Suspicion(
        check="zero-spread",
        severity="worth a look" if at_end else "sure" if sure else "likely",
        study=row.study,
        place=part.at(name),
        odd=f"{part.at(name).column} is 0",
        cause="everybody at this end of the scale" if at_end else "a missing value typed as 0",
        would_be="" if at_end else "it would be missing",
        because=_ALL_THE_WEIGHT
        if part is row
        else "With a spread of 0 everybody has the same value."
        + (" In every arm, the study would take all the weight." if sure else ""),
        source="arithmetic",
        changes=() if at_end else (Change(place=part.at(name), was=0.0, becomes=None),),
    )


def check_spread_possible(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find SDs above the largest that values between the ends of the scale can have.

    The largest is Bhatia & Davis's, ``sqrt((high - mean)(mean - low) n/(n - 1))``. Of the causes
    (SD for SE, a variance, a spread of a scale ten times as long) those that would be possible are
    named, the first with its number.
    """
    for row in rows:
        scale = row.scale
        if scale is None or scale.low is None or scale.high is None:
            continue
        if row.kind not in {"value", "change"}:
            continue
        width = scale.high - scale.low
        low, high = (scale.low, scale.high) if row.kind == "value" else (-width, width)
        for i, arm in enumerate(row.arms):
            sd, n = arm.spread, arm.n
            if sd is None or arm.mean is None or n is None or n < 2:
                continue
            if not low <= arm.mean <= high:
                continue
            largest = largest_sd(arm.mean, low, high, int(n))
            rounding = float(half_unit(arm.sd)) if arm.sd is not None else 0.01 * sd
            if sd - rounding > largest:
                yield _impossible(row, i, sd, largest)


def _impossible(row: StudyRow, at: int, sd: float, largest: float) -> Suspicion:
    arm = row.arms[at]
    name = "sd" if arm.sd is not None else "se"
    value = arm.sd if arm.sd is not None else arm.se
    typed, n = value or 0.0, arm.n or 2.0
    ways = [
        ("a standard deviation typed as, or taken for, a standard error", typed / sqrt(n)),
        ("a variance", sqrt(typed)),
        ("a spread on a scale ten times as long", typed / 10),
    ]
    factor = sd / typed
    fitting = [(words, new) for words, new in ways if new * factor <= largest]
    cause, new = fitting[0] if fitting else ("another number, such as the mean of a sum", None)
    changed = arm
    if new is not None:
        changed = replace(arm, sd=new) if name == "sd" else replace(arm, se=new)
    arms = (*row.arms[:at], changed, *row.arms[at + 1 :])
    others = [words for words, _ in fitting[1:]]
    more = f" It may also be {' or '.join(others)}." if others else ""
    return Suspicion(
        check="spread-possible",
        severity="sure",
        study=row.study,
        place=arm.at(name),
        other_places=(arm.at("mean"), arm.at("n")),
        odd=f"the standard deviation of {arm.name} is {about(sd)}",
        cause=cause,
        would_be=f"{arm.at(name).column} would be {about(new)}" if new is not None else "",
        because=f"{say(n)} values with this mean on this scale have a standard deviation of at "
        f"most {about(largest)}.{more}",
        source=BOUND,
        changes=changes_between(row, replace(row, arms=arms)),
    )
