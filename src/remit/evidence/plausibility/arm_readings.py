"""Which typing error explains the means and spreads of a row that does not fit its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import sqrt

from remit.evidence.plausibility.arm_peers import ArmPeers, arm_peers, readable
from remit.evidence.plausibility.reading import Reading, about, best_reading, suspect
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["arm_suspicions"]

SOURCE = (
    "moderated t against the other studies, Smyth 2004; SE and SD, Cochrane Handbook 6.5.2.2; "
    "frequency of errors, Gøtzsche et al. 2007"
)

ALONE = frozenset({"decimal-shift", "sign-of-mean"})
"""What the arms of one row can show; all else needs three other studies on the same scale."""

Edit = Callable[[ArmNumbers], ArmNumbers]


def arm_suspicions(rows: Sequence[StudyRow], *checks: str) -> Iterator[Suspicion]:
    """Yield what one typing error explains, for the checks asked for.

    Each row is read with every error of `_readings`, and the likeliest of all is kept, so that one
    row is reported by one check only.

    Parameters
    ----------
    rows : sequence of StudyRow
        Of any outcomes.
    *checks : str
        Slugs: ``se-for-sd``, ``sd-for-se``, ``variance-for-sd``, ``scale-tenfold``,
        ``decimal-shift``, ``sign-of-mean``.
    """
    for group in group_rows(rows):
        for row in filter(readable, group):
            peers = arm_peers(row, group)
            readings = [r for r in _readings(row) if r.check in ALONE or peers.log_sd is not None]
            best = best_reading(row, readings, peers.terms)
            if best is not None and best[0].check in checks:
                yield suspect(row, best, because=_evidence(row, peers), source=SOURCE)


def _readings(row: StudyRow) -> Iterator[Reading]:
    yield from _spread_readings(row)
    for factor, prior in ((10.0, 0.01), (0.1, 0.01), (100.0, 0.002), (0.01, 0.002)):
        times = "ten" if factor in (10.0, 0.1) else "a hundred"
        length = "as long as its own" if factor > 1 else "shorter than its own"
        cause = f"a scale that the other studies have {times} times {length}"
        yield _all(row, "scale-tenfold", prior, cause, partial(_scaled, factor=factor))
    for i, arm in enumerate(row.arms):
        for factor in (10.0, 0.1):
            for name in ("mean", "sd", "se"):
                value = getattr(arm, name)
                if value:
                    new = {name: value * factor}
                    cause = f"a decimal point in the wrong place ({name} of {arm.name})"
                    yield _one(row, i, "decimal-shift", 0.003, cause, replace(arm, **new))
        if arm.mean:
            cause = f"a sign that was lost or added (mean of {arm.name})"
            yield _one(row, i, "sign-of-mean", 0.003, cause, replace(arm, mean=-arm.mean))
    if len(row.arms) > 1 and all(arm.mean for arm in row.arms):
        cause = "a reduction typed without its sign, or the reverse, in every arm"
        yield _all(row, "sign-of-mean", 0.005, cause, _turned)


def _spread_readings(row: StudyRow) -> Iterator[Reading]:
    every = all(arm.sd is not None for arm in row.arms)
    errors: tuple[tuple[str, str, float, Edit], ...] = (
        ("se-for-sd", "a standard error typed as a standard deviation", 0.02, _se_to_sd),
        ("sd-for-se", "a standard deviation taken for a standard error", 0.01, _sd_from_se),
        ("variance-for-sd", "a variance typed as a standard deviation", 0.004, _root),
    )
    for check, cause, prior, edit in errors:
        yield _all(row, check, prior, cause, edit)
        if len(row.arms) > 1 and every:
            for i, arm in enumerate(row.arms):
                yield _one(row, i, check, prior / 5, f"{cause} ({arm.name})", edit(arm))


def _all(row: StudyRow, check: str, prior: float, cause: str, edit: Edit) -> Reading:
    new = replace(row, arms=tuple(edit(arm) for arm in row.arms))
    return Reading(check=check, prior=prior, cause=cause, row=new)


def _one(row: StudyRow, at: int, check: str, prior: float, cause: str, arm: ArmNumbers) -> Reading:
    arms = (*row.arms[:at], arm, *row.arms[at + 1 :])
    return Reading(check=check, prior=prior, cause=cause, row=replace(row, arms=arms))


def _se_to_sd(arm: ArmNumbers) -> ArmNumbers:
    return arm if arm.sd is None else replace(arm, sd=arm.sd * sqrt(arm.n or 1.0))


def _sd_from_se(arm: ArmNumbers) -> ArmNumbers:
    root = sqrt(arm.n or 1.0)
    if arm.sd is not None:
        return replace(arm, sd=arm.sd / root)
    return arm if arm.se is None else replace(arm, se=arm.se / root)


def _root(arm: ArmNumbers) -> ArmNumbers:
    return arm if arm.sd is None else replace(arm, sd=sqrt(arm.sd))


def _turned(arm: ArmNumbers) -> ArmNumbers:
    return arm if arm.mean is None else replace(arm, mean=-arm.mean)


def _scaled(arm: ArmNumbers, factor: float) -> ArmNumbers:
    scaled = {
        name: value * factor
        for name in ("mean", "sd", "se")
        if (value := getattr(arm, name)) is not None
    }
    return replace(arm, **scaled)


def _evidence(row: StudyRow, peers: ArmPeers) -> str:
    parts = []
    if peers.log_sd is not None:
        parts.append(f"The standard deviations of {_range(peers.sds)}.")
        parts.append(f"The means of {_range(peers.means)}.")
    typed = [about(arm.spread) for arm in row.arms]
    parts.append(f"As typed, this row has standard deviations of {' and '.join(typed)}.")
    return " ".join(parts)


def _range(values: tuple[float, ...]) -> str:
    middle = values[len(values) // 2]
    return (
        f"the {len(values)} other studies are {about(values[0])} to {about(values[-1])}, "
        f"in the middle {about(middle)}"
    )
