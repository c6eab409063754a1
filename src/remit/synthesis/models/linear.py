"""How do study effects depend on a design matrix: the general linear fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr, stdtr

from remit.core.checks import lock
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_upper_tail, critical_value, f_upper_tail
from remit.synthesis.heterogeneity import h2_from_tau2, i2_from_q, i2_from_tau2
from remit.synthesis.models.design import (
    check_design,
    independent_columns,
    intercept_column,
    spans_constant,
)
from remit.synthesis.models.estimate import NO_RESIDUAL, solve_tau2
from remit.synthesis.models.fit_notes import fit_notes
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.fit_statistics import fit_statistics
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.standard_form import StandardForm, check_weights, standard_form
from remit.synthesis.models.tau2_error import tau2_std_error
from remit.synthesis.models.tau2_estimate import SolverStatus, Tau2Estimate
from remit.synthesis.models.weighted import WeightedFit, p_trace, weighted_fit
from remit.synthesis.q_statistic import check_studies

__all__ = ["fit_linear"]

FloatArray = npt.NDArray[np.float64]
Number = float | NotEstimable
_GIVEN = NotEstimable(reason="The value of tau2 was given, not estimated.")
_COMMON = NotEstimable(reason="The common-effect model takes tau2 to be zero.")


def fit_linear(
    effect: Any,
    variance: Any,
    design: Any = None,
    spec: FitSpec = FitSpec(),  # noqa: B008
    *,
    labels: tuple[str, ...] | None = None,
    names: tuple[str, ...] | None = None,
) -> LinearFit:
    """Fit study effects on a design matrix, with residual heterogeneity.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    design : (k, p) array-like, optional
        Design matrix with its intercept; by default the intercept alone.
    spec : FitSpec
        Estimator of tau2, test, level and weights.
    labels, names : tuple of str, optional
        Names of the studies and of the columns, for messages and exits.

    Returns
    -------
    LinearFit
        Weighted least squares with weights 1/(variance + tau2), or the user's weights with the
        covariance that they have under the model (Henmi & Copas 2010; metafor's ``weights``).

    Raises
    ------
    InputError
        If a study, the design or the weights cannot be used, or more is to be estimated than
        there are studies.
    """
    y, v = check_studies(effect, variance, labels)
    x = check_design(design, y.size, names)
    k, p = x.shape
    _check_size(k, p, spec)
    a = None if isinstance(spec.weights, str) else _own_weights(spec.weights, x)
    form = standard_form(x, y, v, a)
    tau2, se_tau2 = _tau2(form, spec)
    value = tau2.tau2 if isinstance(tau2, Tau2Estimate) else 0.0
    w = 1.0 / (v + value)
    intercept = intercept_column(x)
    origin = 0.0 if intercept is None else float(y[np.argmin(v)])  # see `standard_form`
    best = weighted_fit(x, y - origin, w)
    used, cov = _chosen(x, y - origin, best, spec, a)
    coef = used.coef.copy()
    if intercept is not None:
        coef[intercept] += origin / x[0, intercept]
    factor, raw_factor = _variance_factor(best, spec, k, p)
    cov = factor * cov
    df = None if spec.test == "z" or k == 1 else float(k - p)
    test = _coefficient_tests(coef, cov, df, spec.level)
    tested = [i for i in range(p) if p == 1 or i != intercept]
    q_m, q_m_p = _omnibus(coef, cov, tested, df)
    q_e, q_e_p, typical = _residual_heterogeneity(form, k - p)
    i2, h2 = _shares(value, typical, q_e, k - p, spec)
    parameters = p + int(not spec.common_effect and not spec.tau2_given)
    weighted_rss = float(np.sum(w * used.residual**2))
    ml, reml = fit_statistics(x, v + value, v, weighted_rss, best.log_det, parameters)
    return LinearFit(
        spec=spec,
        labels=labels or tuple([f"study {i}" for i in range(1, k + 1)]),
        names=names or _default_names(p, intercept),
        effect=lock(y),
        variance=lock(v),
        design=lock(x),
        k=k,
        p=p,
        intercept=intercept,
        parameters=parameters,
        coef=lock(coef),
        coef_cov=lock(cov),
        **test,
        df=df,
        variance_factor=factor,
        hartung_knapp=raw_factor,
        tau2=tau2,
        se_tau2=se_tau2,
        i2=i2,
        h2=h2,
        typical_variance=typical,
        r2=_r2(form, used, value, spec),
        q_e=q_e,
        q_e_p=q_e_p,
        q_m=q_m,
        q_m_df=len(tested),
        q_m_df2=df,
        q_m_p=q_m_p,
        hat=lock(np.sum(used.basis**2, axis=1)),
        fitted=lock(y - used.residual),
        residual=lock(used.residual),
        weights=lock(100.0 * used.weights / np.sum(used.weights)),
        ml=ml,
        reml=reml,
        notes=fit_notes(spec, tau2, raw_factor, k, p),
    )


def _check_size(k: int, p: int, spec: FitSpec) -> None:
    if k > p or (k == p == 1) or (k == p and spec.test == "z" and spec.common_effect):
        return
    raise InputError.at(
        "argument 'design'",
        found=f"{p} coefficients for {k} studies",
        expected="more studies than coefficients",
        hint="Leave a moderator out.",
    )


def _own_weights(weights: tuple[float, ...], x: FloatArray) -> FloatArray:
    a = check_weights(weights, x.shape[0])
    if len(independent_columns(x[a > 0])) < x.shape[1]:
        raise InputError.at(
            "argument 'weights'",
            found="weights of 0 that leave too few studies for the coefficients",
            expected="enough studies with a weight above 0",
        )
    return a


def _default_names(p: int, intercept: int | None) -> tuple[str, ...]:
    return tuple("intercept" if i == intercept else f"column {i + 1}" for i in range(p))


def _tau2(form: StandardForm, spec: FitSpec) -> tuple[Tau2Estimate | NotEstimable, Number]:
    if not isinstance(spec.tau2, str):
        closed = SolverStatus.closed()
        return Tau2Estimate(tau2=float(spec.tau2), method="fixed", status=closed), _GIVEN
    if spec.common_effect:
        return Tau2Estimate(tau2=0.0, method="EE", status=SolverStatus.closed()), _COMMON
    if form.y.size <= form.x.shape[1]:
        return NO_RESIDUAL, NO_RESIDUAL
    value, status = solve_tau2(form, spec.tau2)
    error = tau2_std_error(form, spec.tau2, value)
    estimate = Tau2Estimate(tau2=value * form.scale, method=spec.tau2, status=status)
    return estimate, error * form.scale


def _chosen(
    x: FloatArray, y: FloatArray, best: WeightedFit, spec: FitSpec, a: FloatArray | None
) -> tuple[WeightedFit, FloatArray]:
    """Return the fit by the weights of the spec, and the covariance of its coefficients."""
    if spec.weights == "inverse-variance":
        return best, best.inverse
    used = weighted_fit(x, y, np.ones_like(y) if a is None else a)
    bread = used.inverse @ (x * used.weights[:, None]).T
    return used, (bread / best.weights) @ bread.T


def _variance_factor(best: WeightedFit, spec: FitSpec, k: int, p: int) -> tuple[float, Number]:
    """Return the factor on the variances, and that of Knapp & Hartung 2003 before any floor."""
    if k == p:
        return 1.0, NO_RESIDUAL
    raw = best.rss / (k - p)
    if spec.test == "knha":
        return raw, raw
    return (max(1.0, raw) if spec.test == "adhoc" else 1.0), raw


def _coefficient_tests(
    coef: FloatArray, cov: FloatArray, df: float | None, level: float
) -> dict[str, FloatArray]:
    error = np.sqrt(np.diag(cov))
    statistic = np.zeros_like(coef)
    np.divide(coef, error, out=statistic, where=error > 0)
    statistic[(error == 0) & (coef != 0)] = np.inf
    lower = ndtr(-np.abs(statistic)) if df is None else stdtr(df, -np.abs(statistic))
    half = critical_value(level, df) * error
    found = {
        "std_error": error,
        "statistic": statistic,
        "p_value": 2.0 * lower,
        "ci_low": coef - half,
        "ci_high": coef + half,
    }
    return {name: lock(values) for name, values in found.items()}


def _omnibus(
    coef: FloatArray, cov: FloatArray, tested: list[int], df: float | None
) -> tuple[Number, Number]:
    part, part_cov = coef[tested], cov[np.ix_(tested, tested)]
    if np.any(np.diag(part_cov) <= 0):
        none = NotEstimable(reason="The standard errors are 0.")
        return none, none
    unit = np.sqrt(np.diag(part_cov))
    z = part / unit
    if z.size == 1:
        q = float(z[0] * z[0])
    else:
        q = float(z @ cho_solve(cho_factor(part_cov / np.outer(unit, unit)), z))
    if df is None:
        return q, chi2_upper_tail(q, len(tested))
    q /= len(tested)
    return q, f_upper_tail(q, len(tested), df)


def _residual_heterogeneity(form: StandardForm, df: int) -> tuple[Number, Number, Number]:
    """Return Q_E, its p value and the typical sampling variance."""
    if df == 0:
        return NO_RESIDUAL, NO_RESIDUAL, NO_RESIDUAL
    fit = weighted_fit(form.x, form.y, 1.0 / form.v)
    typical = form.scale * df / p_trace(form.x, fit)
    return fit.rss, chi2_upper_tail(fit.rss, df), typical


def _shares(
    tau2: float, typical: Number, q_e: Number, df: int, spec: FitSpec
) -> tuple[Number, Number]:
    if isinstance(typical, NotEstimable) or isinstance(q_e, NotEstimable):
        return NO_RESIDUAL, NO_RESIDUAL
    if spec.common_effect:
        return i2_from_q(q_e, df), q_e / df
    return i2_from_tau2(tau2, typical), h2_from_tau2(tau2, typical)


def _r2(form: StandardForm, used: WeightedFit, tau2: float, spec: FitSpec) -> Number:
    k, p = form.x.shape
    if p == 1 or k == p or not spans_constant(form.x):
        return NotEstimable(reason="There is no moderator beside the mean.")
    ones = np.ones((k, 1))
    if spec.common_effect:
        return _adjusted_r2(form, ones, spec)
    if spec.tau2_given:
        return _GIVEN
    plain = StandardForm(x=ones, y=form.y, v=form.v, a=form.a, scale=form.scale)
    without = solve_tau2(plain, str(spec.tau2))[0] * form.scale
    if without == 0:
        return 0.0
    return max(0.0, 100.0 * (without - tau2) / without)


def _adjusted_r2(form: StandardForm, ones: FloatArray, spec: FitSpec) -> float:
    k, p = form.x.shape
    weights = 1.0 / form.v if spec.weights == "inverse-variance" else np.ones(k)
    if form.a is not None:
        weights = form.a
    rest = weighted_fit(form.x, form.y, weights).rss / (k - p)
    total = weighted_fit(ones, form.y, weights).rss / (k - 1)
    return max(0.0, 100.0 * (1.0 - rest / total)) if total > 0 else 0.0
