"""All checks of study rows, and the call that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from remit.evidence.plausibility import (
    counts,
    decimals,
    duplicates,
    instrument,
    intervals,
    shared_control,
    signs,
    sizes,
    spread_values,
    spreads,
    tenfold,
)
from remit.evidence.plausibility.magnitudes import beyond_any_study, check_magnitude
from remit.evidence.plausibility.study_row import StudyRow
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["BEYOND_INTEGRITY", "ROW_CHECKS", "RowCheck", "check_study_rows"]

RowCheck = Callable[[Sequence[StudyRow]], Iterable[Suspicion]]

BEYOND_INTEGRITY: tuple[RowCheck, ...] = (
    spreads.check_spread_kind,
    tenfold.check_scale_tenfold,
    decimals.check_decimal_shift,
    decimals.check_effect_scale,
    decimals.check_opposite_counts,
    signs.check_sign_among_peers,
    signs.check_sign_of_change,
    sizes.check_sizes_swapped,
    spread_values.check_negative_spread,
    spread_values.check_zero_spread,
    duplicates.check_same_numbers,
    shared_control.check_shared_control,
)
"""What `remit.evidence.integrity` does not look for."""

ROW_CHECKS: tuple[RowCheck, ...] = (
    *BEYOND_INTEGRITY,
    counts.check_counts,
    counts.check_sizes_are_counts,
    instrument.check_instrument,
    spread_values.check_spread_possible,
    intervals.check_interval_order,
    intervals.check_interval_estimate,
    intervals.check_interval_centre,
    signs.check_direction,
    duplicates.check_label_twice,
)


def check_study_rows(
    rows: Sequence[StudyRow], checks: Sequence[RowCheck] = ROW_CHECKS
) -> tuple[Suspicion, ...]:
    """Look for typing errors in the numbers of studies. No number is changed.

    Parameters
    ----------
    rows : sequence of StudyRow
        Of one outcome or of several; rows of one outcome, definition and kind are compared.
    checks : sequence of functions
        By default all. For an `EvidenceBase`, whose printed numbers `check_integrity` compares
        already, `BEYOND_INTEGRITY`.

    Numbers of a size that no study reports (`check_magnitude`) are always looked for.

    Returns
    -------
    tuple of Suspicion
        Worst first, then by place. Where two checks suspect the same cells, the surer one stays.
    """
    usual = [row for row in rows if not beyond_any_study(row)]
    found = [*check_magnitude(rows), *(s for check in checks for s in check(usual))]
    found.sort(key=Suspicion.sort_key)
    kept: list[Suspicion] = []
    told: set[object] = set()
    for suspicion in found:
        cells = {change.place for change in suspicion.changes} or {suspicion.place}
        if cells & told and suspicion.severity != "sure":
            continue
        told |= cells | set(suspicion.other_places)
        kept.append(suspicion)
    return tuple(kept)
