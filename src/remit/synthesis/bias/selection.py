"""What would the answer be if studies were selected by their p values: selection models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.errors import InputError, SpecError
from remit.synthesis.bias.selection_answer import selection_answer
from remit.synthesis.bias.selection_fit import fit_selection, fit_threshold
from remit.synthesis.bias.selection_functions import (
    Pieces,
    SelectionFunction,
    smooth,
    step_pieces,
    threshold_pieces,
)
from remit.synthesis.bias.selection_kinds import SMOOTH
from remit.synthesis.bias.selection_plan import Plan, selection_plan
from remit.synthesis.bias.selection_result import SelectionModel
from remit.synthesis.models import FitSpec, LinearFit, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["selection_model"]

FloatArray = npt.NDArray[np.float64]


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
    return selection_answer(fit, none, plan, counts, sign, unit, level)


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
