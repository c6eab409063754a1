"""Hazard ratios from what reports of survival print."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from remit.core.errors import InputError, Problem
from remit.core.notes import Note, NoteKind
from remit.synthesis.effects.effect_table import EffectSizes
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.printed import read_columns, table_of

__all__ = ["hazard_ratios_from_logrank", "hazard_ratios_from_p"]

_PARMAR = "Parmar 1998; Tierney 2007"


def hazard_ratios_from_logrank(
    *,
    observed_minus_expected: npt.ArrayLike,
    logrank_variance: npt.ArrayLike,
    labels: Sequence[str] | None = None,
) -> EffectSizes:
    """Return log hazard ratios (O - E)/V with variance 1/V.

    Parmar, Torri & Stewart 1998 (Stat Med 17:2815). O and E are of group 1, so that a ratio
    below 1 means fewer events there.

    Parameters
    ----------
    observed_minus_expected, logrank_variance : (k,) array-like
        Log-rank statistic of group 1 and its variance.
    labels : sequence of str or None
        Names of the studies.

    Raises
    ------
    InputError
        If a variance is below 0, by study.
    """
    names, (difference, v) = read_columns(
        labels,
        observed_minus_expected=observed_minus_expected,
        logrank_variance=logrank_variance,
    )
    _refuse(names, {"logrank_variance": (v, v < 0, "a number above 0")})
    known = np.where(v > 0, v, np.nan)
    notes = [
        Note(kind="converted", text="From O - E and V of the log-rank test.", method=_PARMAR)
        if known[i] > 0 and np.isfinite(difference[i])
        else Note(kind="set-aside", text="O - E or V is missing, or V is 0.")
        for i in range(len(names))
    ]
    return _table(difference / known, 1 / known, names, notes)


def hazard_ratios_from_p(
    *,
    p_value: npt.ArrayLike,
    favours_first: npt.ArrayLike,
    events: npt.ArrayLike | None = None,
    events_first: npt.ArrayLike | None = None,
    events_second: npt.ArrayLike | None = None,
    n_first: npt.ArrayLike | None = None,
    n_second: npt.ArrayLike | None = None,
    labels: Sequence[str] | None = None,
) -> EffectSizes:
    """Return log hazard ratios from the p value of a log-rank test and the number of events.

    z from the two-sided p, O - E = z sqrt(V) and ln HR = (O - E)/V with variance 1/V. V is, in
    this order, O1 O2/(O1 + O2) where the events of each group are known (Tierney 2007, Trials
    8:16, eq. 14), O n1 n2/(n1 + n2)^2 where the group sizes are, and O/4 else, which takes the
    groups to be of one size (Parmar 1998). That the p value is two-sided is taken as said.

    Parameters
    ----------
    p_value : (k,) array-like
        Exact two-sided p, above 0 and at most 1. A bound such as p < 0.001 must not be given.
    favours_first : (k,) bool array-like
        Whether group 1 has the lower hazard.
    events : (k,) array-like or None
        Events in both groups; not needed with the next two.
    events_first, events_second : (k,) array-like or None
        Events of each group.
    n_first, n_second : (k,) array-like or None
        Sizes of the groups.
    labels : sequence of str or None
        Names of the studies.

    Raises
    ------
    InputError
        For p values and counts that cannot be, by study.
    """
    nothing = np.nan
    names, (p, first_better, total, o1, o2, n1, n2) = read_columns(
        labels,
        p_value=p_value,
        favours_first=np.asarray(favours_first, dtype=np.float64),
        events=nothing if events is None else events,
        events_first=nothing if events_first is None else events_first,
        events_second=nothing if events_second is None else events_second,
        n_first=nothing if n_first is None else n_first,
        n_second=nothing if n_second is None else n_second,
    )
    counts = {
        "events": total,
        "events_first": o1,
        "events_second": o2,
        "n_first": n1,
        "n_second": n2,
    }
    checks = {name: (x, x < 0, "a count of 0 or more") for name, x in counts.items()}
    checks["p_value"] = (p, ~((p > 0) & (p <= 1)), "an exact two-sided p above 0, at most 1")
    _refuse(names, checks)
    with np.errstate(divide="ignore", invalid="ignore"):
        v, source = _variance(total, o1, o2, n1, n2)
        z = np.where(first_better > 0.5, 1.0, -1.0) * ndtri(0.5 * p)
        effect, variance = z / np.sqrt(v), 1 / v
    notes = []
    for i in range(len(names)):
        if not (np.isfinite(effect[i]) and np.isfinite(variance[i])):
            text = "The p value or the number of events is missing, or there are no events."
            notes.append(Note(kind="set-aside", text=text))
            continue
        kind: NoteKind = "assumed" if source[i] == 2 else "converted"
        text = f"From the log-rank p value and {_SOURCES[source[i]]}."
        notes.append(Note(kind=kind, text=text, method=_PARMAR))
    people = np.where(np.isfinite(n1 + n2), n1 + n2, np.nan)
    return _table(effect, variance, names, notes, people)


_SOURCES = (
    "the events of each group",
    "the events and the sizes of the groups",
    "the events, taking the groups to be of one size",
)


def _variance(
    total: FloatArray, o1: FloatArray, o2: FloatArray, n1: FloatArray, n2: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.int_]]:
    """Return V by the best way that each study's numbers allow, and which way that was."""
    ways = (o1 * o2 / (o1 + o2), total * n1 * n2 / (n1 + n2) ** 2, total / 4)
    v = np.full_like(total, np.nan)
    source = np.full(total.shape, 2)
    for number in (2, 1, 0):
        known = np.isfinite(ways[number]) & (ways[number] > 0)
        v, source = np.where(known, ways[number], v), np.where(known, number, source)
    return v, source


def _refuse(
    labels: tuple[str, ...],
    checks: dict[str, tuple[FloatArray, npt.NDArray[np.bool_], str]],
) -> None:
    """Refuse every value that is marked and not missing."""
    problems = [
        Problem(where=f"{labels[i]}, argument '{name}'", found=f"{x[i]:g}", expected=expected)
        for name, (x, bad, expected) in checks.items()
        for i in np.flatnonzero(bad & ~np.isnan(x))
    ]
    if problems:
        raise InputError(problems)


def _table(
    effect: FloatArray,
    variance: FloatArray,
    labels: tuple[str, ...],
    notes: list[Note],
    n: FloatArray | None = None,
) -> EffectSizes:
    """Return the table, each note with its study's name."""
    named = tuple(
        (Note(kind=note.kind, text=note.text, study=label, method=note.method),)
        for label, note in zip(labels, notes, strict=True)
    )
    return table_of("HR", effect, variance, labels, named, log=True, n=n)
