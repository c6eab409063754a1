"""Whether numbers are of a size that a study can report at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from remit.core.printed import say
from remit.evidence.plausibility.study_row import ARM_FIELDS, ROW_FIELDS, ArmNumbers, StudyRow
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["LARGEST", "SMALLEST", "beyond_any_study", "check_magnitude"]

LARGEST = 1e9
SMALLEST = 1e-9
"""No count, score or effect is larger than a thousand million, or smaller and not 0. What is was
made by cells that ran together or by an exponent; it would drown every comparison."""


def beyond_any_study(row: StudyRow) -> tuple[tuple[StudyRow | ArmNumbers, str, float], ...]:
    """Return the cells of a row that no study reports."""
    parts: list[tuple[StudyRow | ArmNumbers, tuple[str, ...]]] = [(row, ROW_FIELDS)]
    parts += [(arm, ARM_FIELDS) for arm in row.arms]
    return tuple(
        (part, name, value)
        for part, names in parts
        for name in names
        if (value := getattr(part, name)) is not None and not _usual(value)
    )


def _usual(value: float) -> bool:
    return value == 0 or (isfinite(value) and SMALLEST <= abs(value) <= LARGEST)


def check_magnitude(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find numbers above a thousand million, below a thousand-millionth, or not finite."""
    for row in rows:
        for part, name, value in beyond_any_study(row):
            yield Suspicion(
                check="magnitude",
                severity="sure",
                study=row.study,
                place=part.at(name),
                odd=f"{part.at(name).column} is {say(value)}",
                cause="cells that ran together, or an exponent",
                because="No study reports a number of this size; the row is not compared further.",
                source="arithmetic",
            )
