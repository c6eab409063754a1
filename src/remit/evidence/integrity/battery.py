"""All checks, and the one call that runs them on an evidence base."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from remit.evidence.data import EvidenceBase
from remit.evidence.integrity import (
    arms,
    cohorts,
    directions,
    doses,
    grim,
    intervals,
    note_percentages,
    proportions,
    pvalues,
    scales,
    spreads,
)
from remit.evidence.integrity.finding import Finding

__all__ = ["CHECKS", "Check", "check_integrity"]

Check = Callable[[EvidenceBase], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    proportions.check_counts,
    proportions.check_percent_of_count,
    proportions.check_percent_of_n,
    proportions.check_percent_of_study,
    proportions.check_common_denominator,
    note_percentages.check_percent_in_notes,
    grim.check_grim,
    grim.check_grimmer,
    intervals.check_order,
    intervals.check_contains,
    intervals.check_centre,
    intervals.check_ratio_scale,
    intervals.check_width,
    pvalues.check_p_of_interval,
    pvalues.check_p_of_alternative,
    pvalues.check_p_of_estimate,
    pvalues.check_p_of_mean_change,
    directions.check_direction_of_interval,
    directions.check_direction_of_p,
    directions.check_direction_of_sign,
    spreads.check_spread_bound,
    spreads.check_small_spread,
    spreads.check_small_variation,
    spreads.check_quartiles,
    scales.check_scale_bounds,
    scales.check_mean_in_range,
    scales.check_difference_of_means,
    scales.check_change_of_means,
    doses.check_dose_weight,
    doses.check_length_in_range,
    arms.check_arms_sum,
    arms.check_subgroups,
    arms.check_denominator_of_arm,
    cohorts.check_shared_cohort,
    cohorts.check_counted_twice,
    cohorts.check_alternative_outcomes,
    cohorts.check_alternative_contrasts,
    cohorts.check_alternative_to_words,
    cohorts.check_registry,
)


def check_integrity(base: EvidenceBase) -> tuple[Finding, ...]:
    """Run every check on an evidence base.

    Nothing in the base is changed. The table of known conflicts is not read: each finding is made
    from the numbers alone.

    Parameters
    ----------
    base : EvidenceBase
        Validated evidence.

    Returns
    -------
    tuple of Finding
        Worst first, then by table, row and column.
    """
    findings = [finding for check in CHECKS for finding in check(base)]
    return tuple(sorted(findings, key=Finding.sort_key))
