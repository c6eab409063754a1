"""What would the answer be if studies were selected by their p values: selection models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level, lock
from remit.core.errors import InputError, SpecError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail, critical_value, normal_two_sided
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import symmetric_interval
from remit.synthesis.bias.selection_fit import SelectionFit, fit_selection, fit_threshold
from remit.synthesis.bias.selection_functions import (
    Pieces,
    SelectionFunction,
    smooth,
    step_pieces,
    threshold_pieces,
)
from remit.synthesis.bias.selection_kinds import SMOOTH
from remit.synthesis.bias.selection_plan import UPPER, Plan, selection_plan
from remit.synthesis.bias.selection_result import SelectionModel, SelectionParameter
from remit.synthesis.bias.selection_search import SearchStatus
from remit.synthesis.models import FitSpec, LinearFit, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["selection_model"]

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


def selection_model(
    effect: Any,
    variance: Any,
    kind: str = "stepfun",
    *,
    steps: Sequence[float] | float | None = None,
    alternative: str = "greater",
    fixed: Sequence[float | None] | None = None,
    decreasing: bool = False,
    precision: Any = None,
    design: Any = None,
    tau2: str = "ML",
    level: float = 0.95,
) -> SelectionModel:
    """Fit effects together with a model of which studies were seen, by maximum likelihood.

    The density of a study that is seen is w(p) phi(y; mu, v + tau2) / A, with A the probability
    of being seen (Hedges 1992, eq. 6). Kinds and their bounds are metafor's.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    kind : str
        ``stepfun``: w constant between `steps` of the p value, 1 in the first interval (Hedges
        1992; with one step the three-parameter model). ``halfnorm``, ``negexp``, ``logistic``,
        ``power``: falling with p (Preston 2004). ``negexppow`` (Begg & Mazumdar 1994). ``beta``
        (Citkowicz & Vevea 2017). ``trunc``: w changes at an effect, 0 or `steps`, and an effect
        equal to it does not pass; ``truncest``: at an effect that is estimated. For ``beta`` and
        ``power`` p values are kept within 1e-5 of 0 and 1, as Citkowicz & Vevea do.
    steps : float or sequence of float, optional
        Thresholds, see `kind`; for the smooth kinds but ``beta`` one p value up to which w = 1.
    alternative : str
        Direction that selection favours: ``greater``, ``less`` or ``two.sided``.
    fixed : sequence of float or None, optional
        Values of the selection parameters that are given; None where one is estimated. For a
        step function one per interval, the first 1 (Vevea & Woods 2005).
    decreasing : bool
        For a step function: let no weight exceed the one before.
    precision : (k,) array-like, optional
        Measure of imprecision, such as the standard errors, that multiplies the (first)
        parameter of a smooth kind (Preston 2004); only its ratios matter.
    design : (k, p) array-like, optional
        Design matrix with its intercept; by default the intercept alone.
    tau2 : str
        ``ML``, or ``EE`` for a common effect.
    level : float
        Coverage of the intervals.

    Returns
    -------
    SelectionModel
        With status, bounds that were reached, and below ten studies a note.

    Raises
    ------
    InputError
        If a study is not usable, there are no more studies than parameters, or an interval
        between the steps has no study.
    SpecError
        If the choices do not fit together.
    """
    check_level(level)
    if tau2 not in ("ML", "EE"):
        raise SpecError.at("argument 'tau2'", found=repr(tau2), expected="ML or EE")
    y, v = check_studies(effect, variance)
    plan = selection_plan(kind, steps, alternative, fixed, decreasing=decreasing)
    none = fit_linear(y, v, design, FitSpec(tau2=tau2, level=level))
    _check_count(none, plan, common=tau2 == "EE")
    sign = -1.0 if alternative == "less" else 1.0
    unit = 2.0 ** round(0.5 * float(np.log2(np.median(v))))
    data = (sign * y / unit, v / unit / unit, none.design)
    starts = _starts(none, sign, unit)
    function, counts = _function(data[0], data[1], plan, precision, sign / unit)
    if function is None:
        fit = fit_threshold(*data, plan, starts, common=tau2 == "EE")
    else:
        fit = fit_selection(*data, function, plan, starts, common=tau2 == "EE")
    return _result(fit, none, plan, counts, sign, unit, level)


def _starts(none: LinearFit, sign: float, unit: float) -> list[tuple[FloatArray, float]]:
    """Return coefficients and tau2 to start from, standardised.

    The fit without selection; half way to no effect; no effect with much heterogeneity; and the
    common effect, as selection may account for all heterogeneity.
    """
    coef, tau2 = sign * none.coef / unit, none.tau2_value / unit / unit
    common = fit_linear(none.effect, none.variance, none.design, FitSpec(tau2="EE"))
    return [
        (coef, tau2 + 0.05),
        (0.3 * coef, 0.3 * tau2),
        (0.0 * coef, 3.0 * tau2 + 0.5),
        (sign * common.coef / unit, 0.0),
    ]


def _check_count(none: LinearFit, plan: Plan, *, common: bool) -> None:
    threshold = int(plan.kind == "truncest")
    parameters = none.p + int(not common) + plan.free.size + threshold
    if none.k <= parameters:
        raise InputError.at(
            "the studies",
            found=f"{none.k} for {parameters} parameters",
            expected="more studies than parameters",
            hint="A selection model needs many studies; ten is few.",
        )
    if plan.kind == "truncest" and np.ptp(none.effect) == 0:
        raise InputError.at(
            "the studies", found="equal effects", expected="effects on both sides of a threshold"
        )


def _function(
    y: FloatArray, v: FloatArray, plan: Plan, precision: Any, unit: float
) -> tuple[SelectionFunction | None, tuple[int, ...]]:
    """Return the selection function and the studies per interval; None to search a threshold."""
    two_sided = plan.alternative == "two.sided"
    if precision is not None and not (plan.kind in SMOOTH and SMOOTH[plan.kind].takes_precision):
        raise SpecError.at(
            "argument 'precision'", found=f"values with {plan.kind}", expected="nothing"
        )
    if plan.kind == "truncest":
        return None, ()
    if plan.kind == "stepfun":
        pieces = step_pieces(y, v, np.array(plan.steps), two_sided=two_sided)
        return pieces, _counts(pieces, plan)
    if plan.kind == "trunc":
        at = plan.steps[0] * unit
        pieces = threshold_pieces(y, at, y <= at)
        return pieces, _counts(pieces, plan)
    cut = plan.steps[0] if plan.steps else None
    prec = None if precision is None else _precision(precision, y.size)
    return smooth(SMOOTH[plan.kind], y, v, two_sided=two_sided, prec=prec, cut=cut), ()


def _counts(pieces: Pieces, plan: Plan) -> tuple[int, ...]:
    counts = np.bincount(pieces.seen, minlength=len(plan.names))
    empty = [
        plan.names[i]
        for i in np.flatnonzero(counts == 0)
        if plan.given[i] is None or (i == 0 and plan.free.size)
    ]
    if empty:
        raise InputError.at(
            "argument 'steps'",
            found="no study in the interval of " + ", ".join(empty),
            expected="at least one study in each interval",
            hint="Merge intervals, or give the weight (fixed).",
        )
    return tuple(int(count) for count in counts)


def _precision(precision: Any, k: int) -> FloatArray:
    values = np.atleast_1d(np.array(precision, dtype=np.float64))
    if values.shape != (k,) or not np.all(np.isfinite(values) & (values > 0)):
        raise InputError.at(
            "argument 'precision'", found=repr(precision)[:60], expected=f"{k} numbers above 0"
        )
    scaled: FloatArray = values / values.max()
    return scaled


def _result(
    fit: SelectionFit,
    none: LinearFit,
    plan: Plan,
    counts: tuple[int, ...],
    sign: float,
    unit: float,
    level: float,
) -> SelectionModel:
    p, k = none.p, none.k
    free = np.flatnonzero(~fit.bound)
    errors = np.full(fit.theta.size, np.nan)
    if fit.cov is not None:
        errors[free] = np.sqrt(np.diag(fit.cov))
    coef = sign * unit * fit.theta[:p]
    known = fit.cov is not None
    cov = unit**2 * fit.cov[:p, :p] if fit.cov is not None else np.empty((0, 0))
    effect, p_value = _mean(float(coef[0]), unit * float(errors[0]), known, level)
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
        unadjusted=_mean(float(none.coef[0]), float(none.std_error[0]), True, level)[0],
        unadjusted_tau2=none.tau2_value,
        status=status,
        notes=_notes(plan, k, status),
    )


def _mean(
    value: float, error: float, known: bool, level: float
) -> tuple[Estimate, float | NotEstimable]:
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
