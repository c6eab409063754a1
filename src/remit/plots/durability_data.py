"""What a durability figure shows: each cohort's response at each time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.errors import InputError, Problem

__all__ = ["DurabilityLine", "DurabilityPoint", "check_durability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DurabilityPoint:
    """A cohort's response at one time; shares from 0 to 1.

    Attributes
    ----------
    days : float or None
        Days since the end of the course; None where the time is not printed.
    events_share : float
        Responders, as a share of the denominator.
    ci_low, ci_high : float
        Exact interval.
    worst, best : float or None
        Share if all patients not seen again had lost, or kept, the response.
    denominator_text : str
        Such as ``16 of 61 treated``.
    """

    days: float | None
    events_share: float
    ci_low: float
    ci_high: float
    worst: float | None = None
    best: float | None = None
    denominator_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DurabilityLine:
    """One cohort.

    Attributes
    ----------
    label : str
        Study and year.
    treatment : str
        Name in the key; cohorts with one treatment share its colour and mark.
    points : tuple of DurabilityPoint
        In any order.
    style : {"observed", "set-aside"}
        Coloured, or grey for what is shown but not counted.
    """

    label: str
    treatment: str
    points: tuple[DurabilityPoint, ...]
    style: str = "observed"


def check_durability(lines: Sequence[DurabilityLine]) -> None:
    """Check that the lines can be drawn.

    Raises
    ------
    InputError
        If there is no point, a share lies outside 0 to 1 or its interval, or a time is not
        positive; all problems at once.
    """
    problems = []
    for line in lines:
        where = f"durability line '{line.label}'"
        if not line.points:
            problems.append(Problem(where=where, found="no points", expected="one or more"))
        for p in line.points:
            if not 0 <= p.ci_low <= p.events_share <= p.ci_high <= 1:
                found = f"share {p.events_share} with interval {p.ci_low} to {p.ci_high}"
                expected = "shares from 0 to 1, the interval around the share"
                problems.append(Problem(where=where, found=found, expected=expected))
            if p.days is not None and not (math.isfinite(p.days) and p.days > 0):
                found = f"{p.days} days"
                problems.append(Problem(where=where, found=found, expected="days above 0, or None"))
    if not lines:
        problems.append(Problem(where="durability figure", found="no lines", expected="a cohort"))
    if problems:
        raise InputError(problems)
