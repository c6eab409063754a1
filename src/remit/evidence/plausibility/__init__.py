"""Was it typed right? Typing errors and suspicious data, one module per kind."""

from remit.evidence.plausibility.battery import BEYOND_INTEGRITY, ROW_CHECKS, check_study_rows
from remit.evidence.plausibility.from_base import study_rows
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow
from remit.evidence.plausibility.suspicion import Change, Move, Suspicion

__all__ = [
    "BEYOND_INTEGRITY",
    "ROW_CHECKS",
    "ArmNumbers",
    "Change",
    "Move",
    "StudyRow",
    "Suspicion",
    "check_study_rows",
    "study_rows",
]
