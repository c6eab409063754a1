"""How much do true effects differ beyond what the design explains: all estimators of tau2."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.numerics import bracketed_root, chi2_quantile
from remit.synthesis.models.design import check_design
from remit.synthesis.models.fit_spec import TAU2_CODES, WEIGHTED_CODES
from remit.synthesis.models.likelihood import likelihood_tau2
from remit.synthesis.models.quadratic_form import quadratic_form_tails
from remit.synthesis.models.standard_form import StandardForm, standard_form
from remit.synthesis.models.tau2_estimate import SolverStatus, Tau2Estimate
from remit.synthesis.models.weighted import WeightedFit, p_trace, weighted_fit
from remit.synthesis.q_statistic import check_studies

__all__ = ["NO_RESIDUAL", "design_tau2", "form_eigenvalues", "moment_weights", "solve_tau2"]

FloatArray = npt.NDArray[np.float64]
Found = tuple[float, SolverStatus]
NO_RESIDUAL = NotEstimable(
    reason="There are as many coefficients as studies: nothing is left to show how much studies "
    "differ."
)


def design_tau2(
    effect: Any,
    variance: Any,
    design: Any,
    method: str,
    weights: Any = None,
) -> Tau2Estimate | NotEstimable:
    """Estimate the between-study variance that is left after a design matrix.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    design : (k, p) array-like or None
        Design matrix with its intercept; None for the mean alone.
    method : str
        metafor's code. Moments: ``DL`` (DerSimonian & Laird 1986, eq. 8; with a design Jackson
        2014), ``DL2`` (the same again with weights 1/(v + tau2_DL), DerSimonian & Kacker 2007,
        eq. 10), ``HE`` (Hedges & Olkin 1985, unweighted), ``HS`` (Hunter & Schmidt 1990),
        ``HSk`` (HS with its small-sample correction), ``SJ`` (Sidik & Jonkman 2005), ``PM`` and
        ``EB`` (Paule & Mandel 1982; Morris 1983: Q(tau2) = k - p), ``PMM`` (Q(tau2) = median of
        chi-squared), ``GENQ`` and ``GENQM`` (generalised Q with the user's weights, DerSimonian
        & Kacker 2007, and its median-unbiased form). Likelihood: ``ML``, ``REML``, the exact
        global optimum.
    weights : (k,) array-like, optional
        For ``GENQ`` and ``GENQM``.

    Returns
    -------
    Tau2Estimate or NotEstimable
        The latter with as many coefficients as studies.

    Raises
    ------
    InputError
        If a study or the design cannot be used.
    SpecError
        If the method is unknown.
    """
    check_choice("tau2", method, TAU2_CODES + WEIGHTED_CODES)
    y, v = check_studies(effect, variance)
    x = check_design(design, y.size, None)
    if y.size <= x.shape[1]:
        return NO_RESIDUAL
    form = standard_form(x, y, v, weights)
    value, status = solve_tau2(form, method)
    return Tau2Estimate(tau2=value * form.scale, method=method, status=status)


def solve_tau2(form: StandardForm, method: str) -> Found:
    """Return tau2 in the units of the standard form, and how it was found."""
    if method in ("ML", "REML"):
        return likelihood_tau2(form.x, form.y, form.v, reml=method == "REML")
    if method in ("PM", "EB", "PMM"):
        df = float(form.y.size - form.x.shape[1])
        return _q_equation(form, chi2_quantile(0.5, df) if method == "PMM" else df)
    if method == "GENQM":
        return _median_unbiased(form)
    return _moments(form, method)


def moment_weights(form: StandardForm, method: str, tau2_dl: float | None = None) -> FloatArray:
    """Return the weights whose residual sum of squares a moment estimator uses."""
    if method in ("DL", "HS", "HSk"):
        return 1.0 / form.v
    if method == "DL2":
        first = _moments(form, "DL")[0] if tau2_dl is None else tau2_dl
        return 1.0 / (form.v + first)
    if method == "HE":
        return np.ones_like(form.y)
    if method == "SJ":
        return 1.0 / (form.v + sidik_jonkman_start(form))
    if form.a is None:
        raise InputError.at("argument 'weights'", found="none", expected="one per study")
    return form.a


def sidik_jonkman_start(form: StandardForm) -> float:
    """Return the first guess of Sidik & Jonkman 2005, the mean squared deviation of the effects."""
    return float(np.mean((form.y - np.mean(form.y)) ** 2))


def _moments(form: StandardForm, method: str) -> Found:
    """Equate a weighted residual sum of squares to its expectation tr(PV) + tau2 tr(P)."""
    k, p = form.x.shape
    a = moment_weights(form, method)
    fit = weighted_fit(form.x, form.y, a)
    if method == "HS":
        value = (fit.rss - k) / float(np.sum(a))
    elif method == "HSk":
        value = (k / (k - p) * fit.rss - k) / float(np.sum(a))
    elif method == "SJ":
        value = sidik_jonkman_start(form) * fit.rss / (k - p)
    elif method == "DL":
        value = (fit.rss - (k - p)) / p_trace(form.x, fit)
    else:
        value = (fit.rss - _expected_noise(form, fit)) / p_trace(form.x, fit)
    return max(0.0, value), SolverStatus.closed(at_boundary=value < 0)


def _expected_noise(form: StandardForm, fit: WeightedFit) -> float:
    """Return tr(PV), the expectation of the residual sum of squares without heterogeneity."""
    av = fit.weights * form.v
    return float(np.sum(av * (1.0 - np.sum(fit.basis**2, axis=1))))


def _q_equation(form: StandardForm, target: float) -> Found:
    """Solve Q(tau2) = target; Q falls strictly and is below S/tau2, S unweighted."""

    def excess(tau2: float) -> float:
        return weighted_fit(form.x, form.y, 1.0 / (form.v + tau2)).rss - target

    at_zero = excess(0.0)
    if at_zero <= 0:
        return 0.0, SolverStatus.closed(at_boundary=at_zero < 0)
    spread = weighted_fit(form.x, form.y, np.ones_like(form.y)).rss
    root = bracketed_root(excess, 0.0, 2.0 * spread / target)
    status = SolverStatus(
        converged=True,
        iterations=root.iterations,
        at_boundary=False,
        several_modes=False,
        residual=abs(excess(root.value)) / target,
    )
    return root.value, status


def form_eigenvalues(form: StandardForm, fit: WeightedFit, tau2: float) -> FloatArray:
    """Return the k - p weights of the chi-squared variables that y'Py is a sum of."""
    s = np.sqrt(fit.weights * (form.v + tau2))
    inner = np.eye(form.y.size) - fit.basis @ fit.basis.T
    values = np.linalg.eigvalsh(s[:, None] * inner * s)
    kept = values[form.x.shape[1] :]
    positive: FloatArray = kept[kept > 1e-14 * kept[-1]]
    return positive


def _median_unbiased(form: StandardForm) -> Found:
    """Return the tau2 for which the observed generalised Q is the median of its distribution."""
    fit = weighted_fit(form.x, form.y, moment_weights(form, "GENQM"))

    def excess(tau2: float) -> float:
        return quadratic_form_tails(fit.rss, form_eigenvalues(form, fit, tau2))[1] - 0.5

    if excess(0.0) >= 0:
        return 0.0, SolverStatus.closed(at_boundary=excess(0.0) > 0)
    high = float(form.v.max())
    while excess(high) < 0:
        high *= 4.0
    root = bracketed_root(excess, 0.0, high)
    status = SolverStatus(
        converged=True,
        iterations=root.iterations,
        at_boundary=False,
        several_modes=False,
        residual=2.0 * abs(excess(root.value)),
    )
    return root.value, status
