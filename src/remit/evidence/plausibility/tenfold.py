"""Whether one study's scores are on a scale ten or a hundred times as long as the others'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.evidence.plausibility.arm_readings import arm_suspicions
from remit.evidence.plausibility.study_row import StudyRow
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["check_scale_tenfold"]


def check_scale_tenfold(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find rows whose means and SDs together are off by ten or a hundred.

    That is what scores of 0 to 100 mm among scores of 0 to 10 look like. Both must fit the other
    studies (three or more) after the change; a spread that is off alone is another error.
    """
    yield from arm_suspicions(rows, "scale-tenfold")
