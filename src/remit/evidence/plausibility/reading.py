"""Which of several readings of a row is the likeliest: as typed, or with one typing error.

Each reading has a prior probability and a surprise (see `peers`); their difference to those of the
row as typed is the logarithm of the odds that the error was made. Errors in extracted numbers are
frequent: Gøtzsche et al. (2007, JAMA 298:430) found one in at least one of two trials in 17 of 27
meta-analyses. The priors (a hundredth or two for the commonest errors, thousandths for slips of
single cells) are below that, because most errors leave no trace beside other studies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log

from remit.core.place import Place
from remit.core.printed import either
from remit.evidence.plausibility.study_row import StudyRow, changes_between
from remit.evidence.plausibility.suspicion import Change, Severity, Suspicion

__all__ = ["Reading", "Terms", "about", "best_reading", "suspect", "then"]

LIKELY = log(10.0)
"""Odds of 20 to 1 for the error are likely ..."""
LOOK = log(3.0)
"""... and 3 to 1 worth a look."""
FITS = 3.5
"""A reading explains a row only if every part of it lies within this many standard errors."""
CLOSE = log(5.0)
"""A second reading whose odds are within this factor is named too."""

Terms = Callable[[StudyRow], list[tuple[float, float]]]
"""Returns the t and the surprise of each part of a row; a reading that cannot be raises nothing
and returns an infinite surprise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """A row as it would be without one typing error.

    Attributes
    ----------
    check : str
        Slug of the check that reports the error.
    prior : float
        Probability of the error in one row.
    cause : str
        The error, as a clause.
    row : StudyRow
        The row without it.
    """

    check: str
    prior: float
    cause: str
    row: StudyRow


def best_reading(
    row: StudyRow, readings: Iterable[Reading], terms: Terms
) -> tuple[Reading, float, tuple[Reading, ...]] | None:
    """Return the likeliest error, the log odds for it, and others that are nearly as likely.

    None where the row as typed is at least a third as likely, or where no reading fits.
    """
    typed = sum(cost for _, cost in terms(row))
    found: list[tuple[float, Reading]] = []
    for reading in readings:
        parts = terms(reading.row)
        if all(abs(t) <= FITS for t, _ in parts):
            found.append((typed - sum(c for _, c in parts) + log(reading.prior), reading))
    found.sort(key=lambda pair: -pair[0])
    if not found or found[0][0] < LOOK:
        return None
    odds, best = found[0]
    close = tuple(r for o, r in found[1:3] if odds - o < CLOSE and o > 0)
    return best, odds, close


def suspect(
    row: StudyRow,
    chosen: tuple[Reading, float, tuple[Reading, ...]],
    *,
    because: str,
    source: str,
) -> Suspicion:
    """Make the suspicion of a reading: cells, cause, numbers, and how sure it is."""
    reading, odds, close = chosen
    changes = changes_between(row, reading.row)
    severity: Severity = "likely" if odds >= LIKELY else "worth a look"
    more = f" It may also be {either([r.cause for r in close])}." if close else ""
    return Suspicion(
        check=reading.check,
        severity=severity,
        study=row.study,
        place=changes[0].place,
        other_places=tuple(c.place for c in changes[1:]),
        odd=typed(changes),
        cause=reading.cause,
        would_be=then(changes),
        because=f"{because}{more}",
        source=source,
        changes=changes,
    )


def typed(changes: Sequence[Change]) -> str:
    """Say what stands in the cells of these changes: ``sd is 0.34 and sd2 is 0.35``."""
    return " and ".join(f"{_column(c.place)} is {about(c.was)}" for c in changes)


def then(changes: Sequence[Change]) -> str:
    """Say what would stand there: ``sd would be 2.4``."""
    return " and ".join(f"{_column(c.place)} would be {about(c.becomes)}" for c in changes)


def _column(place: Place) -> str:
    return place.column or f"row {place.row}"


def about(value: float | None) -> str:
    """Write a number with four significant digits."""
    return "missing" if value is None else f"{value:.4g}"
