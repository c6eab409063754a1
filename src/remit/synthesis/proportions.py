"""How many of how many, taken over all studies: pooled proportions."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit

from remit.core.checks import check_choice, check_level
from remit.core.errors import InputError, Problem
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.binomial import (
    all_events_lower,
    check_count,
    clopper_pearson,
    wilson,
    zero_events_upper,
)
from remit.synthesis.data import ProportionSet
from remit.synthesis.exits import counted
from remit.synthesis.logit_normal import LogitNormalFit, fit_logit_normal
from remit.synthesis.pooled_proportion import PooledProportion
from remit.synthesis.tau2 import Tau2Estimate

__all__ = [
    "PooledProportion",
    "all_events_lower",
    "clopper_pearson",
    "pool_proportions",
    "wilson",
    "zero_events_upper",
]

_METHODS = ("GLMM",)
_FEW = 5


def pool_proportions(
    counts: ProportionSet, level: float = 0.95, method: str = "GLMM"
) -> PooledProportion:
    """Pool the proportions of several studies.

    Parameters
    ----------
    counts : ProportionSet
        Counts of one outcome under one definition.
    level : float
        Coverage of the intervals as a proportion.
    method : str
        ``GLMM``: binomial counts with normally distributed logits, by maximum likelihood
        (Stijnen, Hamza & Ozdemir 2010), with normal intervals on the logit. No count is corrected.

    Returns
    -------
    PooledProportion
        The proportion in a typical (median) study. With one study, or where every study has no
        event or every study has only events, the exact interval of the summed counts. Where some
        studies have no event, the others only events and none lies between, no pooled proportion.

    Raises
    ------
    InputError
        If there is no study or a count is not possible; the study is named.
    SpecError
        If level or method is not defined.
    """
    level = check_level(level)
    check_choice("method", method, _METHODS)
    _check_counts(counts)
    events, n = counts.events, counts.n
    notes = _input_notes(counts)
    if len(events) == 1:
        return _exact(counts, level, notes, _one_study())
    if int(n.max()) == 1 or events.sum() in (0, n.sum()):
        return _exact(counts, level, notes, _summed(counts))
    if np.all((events == 0) | (events == n)):
        return _contradiction(counts, level, notes)
    fit = fit_logit_normal(events.astype(np.float64), n.astype(np.float64))
    return _mixed(counts, level, notes, fit)


def _check_counts(counts: ProportionSet) -> None:
    problems: list[Problem] = []
    for row in counts.rows:
        try:
            check_count(row.events, row.n)
        except InputError as error:
            found, expected = error.problems[0].found, error.problems[0].expected
            problems.append(Problem(where=row.label, found=found, expected=expected))
    if not counts.rows:
        problems.append(
            Problem(
                where="the studies",
                found=f"none to pool and {len(counts.set_aside)} set aside",
                expected="at least one study with a count and its denominator",
            )
        )
    if problems:
        raise InputError(problems)


def _input_notes(counts: ProportionSet) -> list[Note]:
    notes = []
    units = sorted({row.unit for row in counts.rows})
    if len(units) > 1:
        notes.append(
            Note(
                kind="caution",
                text=f"The studies count different things: {', '.join(units)}.",
            )
        )
    if counts.set_aside:
        notes.append(
            Note(
                kind="set-aside",
                text=f"{counted(len(counts.set_aside), 'row')} of the question could not "
                f"be pooled: {', '.join(row.label for row in counts.set_aside)}.",
            )
        )
    return notes


def _one_study() -> tuple[Note, str]:
    note = Note(
        kind="caution",
        text="Only one study: nothing was pooled. Its exact interval is shown, and how much the "
        "proportion varies between studies is not known.",
        method="Clopper & Pearson 1934",
    )
    return note, "One study cannot show how much studies differ."


def _summed(counts: ProportionSet) -> tuple[Note, str]:
    if int(counts.n.max()) == 1:
        which = "No study has more than one person"
        reason = "Studies of one person each cannot show how much studies differ."
    else:
        what = "no event" if counts.events.sum() == 0 else "only events"
        which = f"Every study has {what}, so that the mixed model has no finite estimate"
        reason = f"Every study has {what}: the variation between studies has no estimate."
    note = Note(
        kind="boundary",
        text=f"{which}: the exact interval of the summed counts is given, which takes the "
        "proportion to be the same in all studies.",
        method="Clopper & Pearson 1934",
    )
    return note, reason


def _exact(
    counts: ProportionSet, level: float, notes: list[Note], why: tuple[Note, str]
) -> PooledProportion:
    events, n = int(counts.events.sum()), int(counts.n.sum())
    interval = clopper_pearson(events, n, level)
    missing = NotEstimable(reason=why[1])
    return PooledProportion(
        definition=counts.definition,
        method="exact",
        level=level,
        k=len(counts.rows),
        events=events,
        n=n,
        proportion=Estimate(value=events / n, interval=interval),
        logit=missing if events in (0, n) else _plain_logit(events, n, interval),
        tau2=missing,
        prediction=missing,
        quadrature_error=None,
        rows=counts.rows,
        set_aside=counts.set_aside,
        notes=(*notes, why[0]),
    )


def _plain_logit(events: int, n: int, exact: Interval) -> Estimate:
    """Return the logit of one count with the exact interval carried over."""
    low, high = (math.log(end / (1.0 - end)) for end in (exact.low, exact.high))
    return Estimate(
        value=math.log(events / (n - events)),
        interval=Interval(low=low, high=high, level=exact.level, method=exact.method),
    )


def _contradiction(counts: ProportionSet, level: float, notes: list[Note]) -> PooledProportion:
    reason = NotEstimable(
        reason="Some studies have no event and all others only events: the likelihood rises "
        "without end as studies are taken to differ more, and no proportion describes them all."
    )
    note = Note(
        kind="caution",
        text="The studies contradict each other entirely; read them one by one.",
    )
    return PooledProportion(
        definition=counts.definition,
        method="GLMM",
        level=level,
        k=len(counts.rows),
        events=int(counts.events.sum()),
        n=int(counts.n.sum()),
        proportion=reason,
        logit=reason,
        tau2=reason,
        prediction=reason,
        quadrature_error=None,
        rows=counts.rows,
        set_aside=counts.set_aside,
        notes=(*notes, note),
    )


def _logit_interval(fit: LogitNormalFit, error: float, level: float, method: str) -> Interval:
    half = critical_value(level) * error
    return Interval(low=fit.beta - half, high=fit.beta + half, level=level, method=method)


def _back(interval: Interval) -> Interval:
    return Interval(
        low=float(expit(interval.low)),
        high=float(expit(interval.high)),
        level=interval.level,
        method=interval.method,
    )


def _mixed(
    counts: ProportionSet, level: float, notes: list[Note], fit: LogitNormalFit
) -> PooledProportion:
    interval = _logit_interval(fit, fit.std_error, level, "normal on the logit")
    spread = math.sqrt(fit.tau2 + fit.std_error**2)
    prediction = _logit_interval(fit, spread, level, "z, normal on the logit")
    return PooledProportion(
        definition=counts.definition,
        method="GLMM",
        level=level,
        k=len(counts.rows),
        events=int(counts.events.sum()),
        n=int(counts.n.sum()),
        proportion=Estimate(value=float(expit(fit.beta)), interval=_back(interval)),
        logit=Estimate(value=fit.beta, interval=interval, std_error=fit.std_error),
        tau2=Tau2Estimate(tau2=fit.tau2, method="ML", status=fit.status),
        prediction=_back(prediction),
        quadrature_error=fit.quadrature_error,
        rows=counts.rows,
        set_aside=counts.set_aside,
        notes=(*notes, *_fit_notes(fit, len(counts.rows))),
    )


def _fit_notes(fit: LogitNormalFit, k: int) -> list[Note]:
    notes = []
    if k < _FEW:
        notes.append(
            Note(
                kind="caution",
                text=f"With {k} studies the variation between them is hardly known, and the "
                "normal intervals are likely to be too narrow.",
            )
        )
    if fit.tau2 == 0:
        notes.append(
            Note(
                kind="boundary",
                text="tau2 was estimated as zero, the edge of its range. That does not show that "
                "the true proportions agree.",
                method="ML",
            )
        )
    if fit.status.several_modes:
        notes.append(
            Note(
                kind="caution",
                text="The likelihood has more than one peak; the highest was taken.",
                method="ML",
            )
        )
    if not fit.status.converged:
        notes.append(Note(kind="caution", text="The fit did not reach its accuracy.", method="ML"))
    return notes
