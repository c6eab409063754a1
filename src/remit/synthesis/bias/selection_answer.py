"""From the maximum of a selection likelihood to an answer with errors, tests and notes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail, critical_value, normal_two_sided
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import symmetric_interval
from remit.synthesis.bias.selection_fit import SelectionFit
from remit.synthesis.bias.selection_kinds import SMOOTH
from remit.synthesis.bias.selection_plan import UPPER, Plan
from remit.synthesis.bias.selection_result import SelectionModel, SelectionParameter
from remit.synthesis.bias.selection_search import SearchStatus
from remit.synthesis.models import LinearFit

__all__ = ["mean_estimate", "selection_answer"]

FloatArray = npt.NDArray[np.float64]
_NO_CURVE = NotEstimable(
    reason="The log-likelihood is not curved enough at its maximum, or an order of the weights "
    "holds one back."
)
_AT_BOUND = NotEstimable(reason="The estimate is at a bound, where the curvature says nothing.")
_FIXED = NotEstimable(reason="The value was given.")
_STEP = NotEstimable(
    reason="The likelihood jumps at the threshold and has no curvature to take an error from."
)


def selection_answer(
    fit: SelectionFit,
    none: LinearFit,
    plan: Plan,
    counts: tuple[int, ...],
    sign: float,
    unit: float,
    level: float,
) -> SelectionModel:
    """Put the numbers of a fit back into the units of the data, with errors, tests and notes.

    Parameters
    ----------
    fit : SelectionFit
        The maximum, standardised.
    none : LinearFit
        The fit without selection, in the units of the data.
    plan : Plan
        Parameters.
    counts : tuple of int
        Studies per interval.
    sign, unit : float
        Direction of selection, and what effects were divided by.
    level : float
        Coverage of the intervals.
    """
    p, k = none.p, none.k
    free = np.flatnonzero(~fit.bound)
    errors = np.full(fit.theta.size, np.nan)
    if fit.cov is not None:
        errors[free] = np.sqrt(np.diag(fit.cov))
    coef = sign * unit * fit.theta[:p]
    known = fit.cov is not None
    cov = unit**2 * fit.cov[:p, :p] if fit.cov is not None else np.empty((0, 0))
    effect, p_value = mean_estimate(float(coef[0]), unit * float(errors[0]), known, level)
    loglik = fit.loglik - k * float(np.log(unit))
    lrt = max(0.0, 2.0 * (loglik - none.ml.loglik))
    df = plan.free.size + int(plan.kind == "truncest")
    parameters = _parameters(fit, plan, errors, sign * unit, level)
    status = _status(fit, plan, p, parameters)
    no_test = NotEstimable(reason="All selection parameters were given.")
    return SelectionModel(
        kind=plan.kind,
        alternative=plan.alternative,
        steps=plan.steps,
        k=k,
        counts=counts,
        effect=effect,
        p_value=p_value,
        coef=lock(coef),
        std_error=lock(unit * errors[:p] if known else np.empty(0)),
        coef_cov=lock(np.array(cov)),
        tau2=float(fit.theta[p]) * unit**2,
        tau2_std_error=_tau2_error(fit, p, errors, unit, none),
        parameters=parameters,
        loglik=loglik,
        loglik_none=none.ml.loglik,
        lrt=lrt,
        lrt_df=df,
        lrt_p=chi2_upper_tail(lrt, df) if df else no_test,
        unadjusted=mean_estimate(float(none.coef[0]), float(none.std_error[0]), True, level)[0],
        unadjusted_tau2=none.tau2_value,
        status=status,
        notes=_notes(plan, k, status),
    )


def mean_estimate(
    value: float, error: float, known: bool, level: float
) -> tuple[Estimate, float | NotEstimable]:
    """Return a mean with its normal interval and p value; endless where no error is known."""
    if not known:
        none = Interval(low=-np.inf, high=np.inf, level=level, method="no curvature")
        return Estimate(value=value, interval=none), _NO_CURVE
    half = critical_value(level) * error
    interval = symmetric_interval(value, half, level, "normal")
    return Estimate(value=value, std_error=error, interval=interval), normal_two_sided(
        value / error
    )


def _tau2_error(
    fit: SelectionFit, p: int, errors: FloatArray, unit: float, none: LinearFit
) -> float | NotEstimable:
    if none.spec.common_effect:
        return NotEstimable(reason="The common-effect model takes tau2 to be zero.")
    if fit.bound[p]:
        return _AT_BOUND
    return _NO_CURVE if fit.cov is None else float(errors[p]) * unit**2


def _parameters(
    fit: SelectionFit, plan: Plan, errors: FloatArray, unit: float, level: float
) -> tuple[SelectionParameter, ...]:
    first = fit.theta.size - plan.none.size
    items = [
        _parameter(fit, plan, i, float(errors[first + i]), level)
        for i in range(plan.none.size)
        if not (plan.kind in ("trunc", "truncest") and i == 0)
    ]
    if fit.threshold is not None:
        items.append(
            SelectionParameter(
                name="threshold of the effect",
                value=fit.threshold * unit,
                std_error=_STEP,
                interval=_STEP,
                p_value=_STEP,
                fixed=False,
                at_bound=False,
                bounds=(-np.inf, np.inf),
            )
        )
    return tuple(items)


def _parameter(
    fit: SelectionFit, plan: Plan, i: int, error: float, level: float
) -> SelectionParameter:
    at = fit.theta.size - plan.none.size + i
    value, low = float(fit.theta[at]), float(plan.low[i])
    fixed = plan.given[i] is not None
    reason = _FIXED if fixed else _AT_BOUND if fit.bound[at] else _NO_CURVE
    bounds = (low, 1.0 if plan.decreasing else UPPER)
    if fixed or fit.bound[at] or fit.cov is None:
        std_error: float | NotEstimable = reason
        interval: Interval | NotEstimable = reason
        p_value: float | NotEstimable = reason
    else:
        half = critical_value(level) * error
        floor = 0.0 if plan.kind in ("stepfun", "trunc", "truncest") else low
        std_error = error
        interval = Interval(
            low=max(floor, value - half),
            high=min(bounds[1], value + half),
            level=level,
            method="normal, cut at the bounds",
        )
        p_value = normal_two_sided((value - float(plan.none[i])) / error)
    return SelectionParameter(
        name=plan.names[i],
        value=value,
        std_error=std_error,
        interval=interval,
        p_value=p_value,
        fixed=fixed,
        at_bound=bool(fit.bound[at]) and not fixed,
        bounds=bounds,
    )


def _status(
    fit: SelectionFit, plan: Plan, p: int, parameters: tuple[SelectionParameter, ...]
) -> SearchStatus:
    names = [item.name for item in parameters if item.at_bound]
    if fit.theta[p] == 0.0 and fit.bound[p] and fit.summit.bound.size > p + plan.free.size:
        names.insert(0, "tau2")
    return SearchStatus(
        converged=fit.summit.converged,
        gradient=fit.summit.gradient,
        starts=fit.summit.starts,
        agreeing=fit.summit.agreeing,
        iterations=fit.summit.evaluations,
        at_bounds=tuple(names),
    )


def _notes(plan: Plan, k: int, status: SearchStatus) -> tuple[Note, ...]:
    text = (
        "The correction holds only if studies were selected as the model says, which the studies "
        "that were seen can hardly tell; read it as one of several what-ifs."
    )
    notes = (*few_studies(k, "The selection model"), Note(kind="caution", text=text))
    if status.at_bounds:
        where = ", ".join(status.at_bounds)
        text = f"At a bound of the search: {where}. The likelihood-ratio test is then approximate."
        notes += (Note(kind="boundary", text=text),)
    if not status.converged:
        text = "The search for the maximum did not end at a stationary point; do not use it."
        notes += (Note(kind="caution", text=text),)
    if plan.kind in SMOOTH and SMOOTH[plan.kind].p_min > 0:
        least = SMOOTH[plan.kind].p_min
        text = f"p values below {least:g} count as {least:g}, and above {1 - least:g} likewise."
        notes += (Note(kind="assumed", text=text, method="Citkowicz & Vevea 2017"),)
    return notes
