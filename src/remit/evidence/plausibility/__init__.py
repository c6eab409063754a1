"""Was it typed right? Typing errors and suspicious data, one module per kind."""

from remit.evidence.plausibility.battery import BEYOND_INTEGRITY, ROW_CHECKS, check_study_rows
from remit.evidence.plausibility.from_base import study_rows
from remit.evidence.plausibility.number_column import NumberColumn, category_column
from remit.evidence.plausibility.people import PEOPLE_CHECKS, check_people
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow
from remit.evidence.plausibility.suspicion import Change, Move, Suspicion

__all__ = [
    "BEYOND_INTEGRITY",
    "PEOPLE_CHECKS",
    "ROW_CHECKS",
    "ArmNumbers",
    "Change",
    "Move",
    "NumberColumn",
    "StudyRow",
    "Suspicion",
    "category_column",
    "check_people",
    "check_study_rows",
    "study_rows",
]
