"""Whether a spread is a standard deviation, a standard error or a variance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.evidence.plausibility.arm_readings import arm_suspicions
from remit.evidence.plausibility.study_row import StudyRow
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["check_spread_kind"]


def check_spread_kind(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find standard errors and variances typed as standard deviations, and the reverse.

    The spreads of a row are held against those of the other studies of its outcome (three or more)
    on a logarithmic scale, as typed and as ``SD * sqrt(n)``, ``SD / sqrt(n)`` and ``sqrt(SD)``;
    the standardised difference of the arms counts too, since a standard error in place of an SD
    makes it sqrt(n) times as large. See `reading` for what is likely.
    """
    yield from arm_suspicions(rows, "se-for-sd", "sd-for-se", "variance-for-sd")
