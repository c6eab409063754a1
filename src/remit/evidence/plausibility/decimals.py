"""Whether a shifted decimal point, a digit too many or a lost logarithm explains an outlier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.evidence.plausibility.arm_readings import arm_suspicions
from remit.evidence.plausibility.count_readings import count_suspicions
from remit.evidence.plausibility.effect_readings import effect_suspicions
from remit.evidence.plausibility.study_row import StudyRow
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["check_decimal_shift", "check_effect_scale", "check_opposite_counts"]


def check_decimal_shift(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find single cells that fit the row and the other studies ten times larger or smaller.

    Means, spreads, counts, group sizes, effects, standard errors and ends of intervals are tried
    one at a time. An outlier that no shift explains is not reported: studies do differ.
    """
    yield from arm_suspicions(rows, "decimal-shift")
    yield from count_suspicions(rows, "decimal-shift")
    yield from effect_suspicions(rows, "decimal-shift")


def check_effect_scale(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find logarithms among ratios, ratios among logarithms, and SDs or variances as SEs."""
    yield from effect_suspicions(rows, "log-of-ratio", "sd-for-se", "variance-for-se")


def check_opposite_counts(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find counts of people without the event among counts of people with it."""
    yield from count_suspicions(rows, "events-counted-as-others")
