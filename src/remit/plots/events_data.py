"""What a figure of adverse events shows, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.errors import InputError, Problem

__all__ = ["EventRow", "check_events", "write_count", "write_percent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event in one arm; shares from 0 to 1.

    Attributes
    ----------
    event : str
        Event, the heading of its rows.
    study : str
        Study and year.
    treatment : str
        Written beside the study; rows with one treatment share its colour and mark.
    events : int or None
        Patients with the event; None where only a percentage is printed.
    n : int or None
        Denominator.
    share : float or None
        Share with the event; None: ``text`` stands in place of the plot.
    ci_low, ci_high : float or None
        Exact interval; for no events 0 and the one-sided upper bound.
    text : str
        Words for what has no number, such as ``more often than with the control``.
    """

    event: str
    study: str
    treatment: str
    events: int | None = None
    n: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    text: str = ""


def check_events(rows: Sequence[EventRow]) -> None:
    """Check that the events can be drawn.

    Raises
    ------
    InputError
        If there is no row, or a share lies outside 0 to 1 or its interval; all problems at once.
    """
    problems = []
    for row in rows:
        if row.share is None:
            continue
        low = row.share if row.ci_low is None else row.ci_low
        high = row.share if row.ci_high is None else row.ci_high
        if not 0 <= low <= row.share <= high <= 1:
            problems.append(
                Problem(
                    where=f"event '{row.event}' of '{row.study}'",
                    found=f"share {row.share} with interval {row.ci_low} to {row.ci_high}",
                    expected="shares from 0 to 1, the interval around the share",
                )
            )
    if not rows:
        problems.append(Problem(where="adverse events", found="no rows", expected="one or more"))
    if problems:
        raise InputError(problems)


def write_count(row: EventRow) -> str:
    """Return events and denominator, with ``?`` for a count that is not printed."""
    if row.n is None:
        return ""
    return f"{'?' if row.events is None else row.events}/{row.n}"


def write_percent(row: EventRow) -> str:
    """Return the share with its interval in percent; empty where there is none."""
    if row.share is None:
        return ""
    share = _written(row.share)
    if row.ci_low is None or row.ci_high is None:
        return share
    if row.share == 0:
        return f"0 (up to {_written(row.ci_high)})"
    return f"{share} ({_written(row.ci_low)} to {_written(row.ci_high)})"


def _written(share: float) -> str:
    """Percent without decimals, but never 0 or 100 for what is not."""
    percent = 100 * share
    if 0 < percent < 1 or 99 < percent < 100:
        return f"{percent:.1f}"
    return f"{percent:.0f}"
