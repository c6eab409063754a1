"""Intervals, predictions, residuals and tests of a fit: closed cases and what they refuse."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_quantile, critical_value
from remit.synthesis.models import (
    FitSpec,
    KenwardRoger,
    blup,
    bootstrap_prediction,
    compare_fits,
    contrast_test,
    fit_linear,
    heterogeneity_interval,
    kenward_roger,
    predict_fit,
    profile_interval,
    ranef,
    residual_cov,
    rstandard,
    rstudent,
    tau2_profile,
    vif,
    wald_test,
)
from remit.synthesis.models.heterogeneity_interval import INTERVAL_METHODS

Y = np.array([0.1, 0.5, -0.3, 1.2, 0.8, 0.3])
V = np.array([0.1, 0.2, 0.15, 0.3, 0.05, 0.1])
X = np.column_stack([np.ones(6), [1.0, 2.0, 3.0, 4.0, 6.0, 2.0]])
EQUAL = np.full(6, 0.1)


def test_intervals_with_equal_variances_have_closed_forms():
    """Q(t) = S/(v + t), so both Q intervals are S over chi-squared quantiles, less v."""
    fit, total = fit_linear(Y, EQUAL), float(np.sum((Y - Y.mean()) ** 2))
    low = max(0.0, total / chi2_quantile(0.975, 5) - 0.1)
    high = total / chi2_quantile(0.025, 5) - 0.1
    for method in ("Q-profile", "Biggerstaff-Jackson"):
        found = heterogeneity_interval(fit, method)
        assert found.tau2.low == pytest.approx(low, rel=1e-10)  # quantiles invert to 1e-12
        assert found.tau2.high == pytest.approx(high, rel=1e-10)
        assert found.tau.high == pytest.approx(math.sqrt(high), rel=1e-10)
        assert found.i2.high == pytest.approx(100 * high / (high + 0.1), rel=1e-10)
        assert found.h2.high == pytest.approx(1 + high / 0.1, rel=1e-10)


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("design", [None, X])
def test_the_profile_interval_ends_where_the_likelihood_ratio_does(method, design):
    fit = fit_linear(Y, V, design, FitSpec(tau2=method))
    ends = heterogeneity_interval(fit, "profile-likelihood").tau2
    profile = tau2_profile(fit, [ends.low, ends.high, fit.tau2_value])
    cut = -0.5 * chi2_quantile(0.95, 1)
    assert profile.loglik[1] == pytest.approx(cut, rel=1e-10)
    assert ends.low == 0 or profile.loglik[0] == pytest.approx(cut, rel=1e-10)
    assert profile.loglik[2] == pytest.approx(0.0, abs=1e-12)
    assert profile.coef[2] == pytest.approx(fit.coef, rel=1e-12)


def test_several_peaks_give_the_ends_of_the_whole():
    y, v = [0.0, 0.0, 10.0], [0.01, 0.1, 10.0]
    found = heterogeneity_interval(fit_linear(y, v), "profile-likelihood")
    grid = np.concatenate(([0.0], np.geomspace(1e-6, 1e5, 4000)))
    inside = grid[tau2_profile(fit_linear(y, v), grid).loglik > -0.5 * chi2_quantile(0.95, 1)]
    assert found.tau2.low <= inside[0]
    assert found.tau2.high == pytest.approx(inside[-1], rel=0.01)  # step of the grid


def test_studies_that_agree_too_well_have_an_empty_interval():
    fit = fit_linear(1e-6 * Y, V)
    for method in ("Q-profile", "Biggerstaff-Jackson"):
        found = heterogeneity_interval(fit, method)
        assert isinstance(found.tau2, NotEstimable)
        assert "agree better than chance" in found.tau2.reason


@pytest.mark.parametrize("method", INTERVAL_METHODS)
def test_no_interval_without_an_estimate(method):
    for fit in (
        fit_linear([1.0], [1.0]),
        fit_linear(Y, V, spec=FitSpec(tau2="EE")),
        fit_linear(Y, V, spec=FitSpec(tau2=0.1)),
    ):
        assert isinstance(heterogeneity_interval(fit, method).tau2, NotEstimable)


def test_intervals_refuse_what_does_not_apply():
    with pytest.raises(SpecError, match="ML or REML"):
        heterogeneity_interval(fit_linear(Y, V, spec=FitSpec(tau2="DL")), "profile-likelihood")
    with pytest.raises(SpecError, match="Q-profile"):
        heterogeneity_interval(fit_linear(Y, V), "QP")
    with pytest.raises(SpecError, match=r"0\.9"):
        heterogeneity_interval(fit_linear(Y, V), level=90)
    found = heterogeneity_interval(fit_linear(Y, V, X), "Higgins-Thompson")
    assert isinstance(found.tau2, NotEstimable)


def test_profile_likelihood_of_the_mean_with_equal_variances():
    """With tau2 free the ratio is k log(1 + k (c - m)^2/S) while S_c/k > v."""
    y, v = np.array([0.0, 3.0, -2.0, 5.0, 1.0]), np.full(5, 0.01)
    found = profile_interval(fit_linear(y, v))
    spread = float(np.sum((y - y.mean()) ** 2))
    half = math.sqrt(spread / 5 * math.expm1(chi2_quantile(0.95, 1) / 5))
    assert found.estimate == pytest.approx(y.mean(), rel=1e-12)
    # the ends are maxima of a smooth function: exact to rounding though their place is not
    assert found.interval.low == pytest.approx(y.mean() - half, rel=1e-9)
    assert found.interval.high == pytest.approx(y.mean() + half, rel=1e-9)
    assert found.ratio == pytest.approx(5 * math.log1p(5 * y.mean() ** 2 / spread), rel=1e-9)


@pytest.mark.parametrize("column", [0, 1])
def test_profile_likelihood_of_a_coefficient_by_brute_force(column):
    """The likelihood at an end, maximised over tau2 with the coefficient held, is at the cut."""
    fit = fit_linear(Y, V, X, FitSpec(tau2="ML"))
    found = profile_interval(fit, column)
    other = X[:, [1 - column]]
    for end in (found.interval.low, found.interval.high):
        best = -math.inf
        for t in np.concatenate((np.linspace(0, 0.02, 2001), np.linspace(0.02, 4, 8001))):
            w = 1 / (V + t)
            rest = Y - end * X[:, column]
            slope = float((other[:, 0] * w) @ rest / ((other[:, 0] * w) @ other[:, 0]))
            rest = rest - slope * other[:, 0]
            best = max(best, 0.5 * float(np.sum(np.log(w)) - np.sum(w * rest**2)))
        top = fit.ml.loglik + 3 * math.log(2 * math.pi)
        # the grid's step leaves 1e-6 in a maximum that is flat at its top
        assert 2 * (top - best) == pytest.approx(chi2_quantile(0.95, 1), abs=1e-5)


def test_predictions():
    fit = fit_linear(Y, V, X, FitSpec(test="knha"))
    found = predict_fit(fit, [[1.0, 2.5]])
    spread = math.sqrt(fit.tau2_value + found.std_error[0] ** 2)
    for kind, df in (("as test", 4), ("k-p", 4), ("k-p-1", 3), ("z", None)):
        one = predict_fit(fit, [[1.0, 2.5]], prediction=kind)
        assert one.pi_high[0] - one.effect[0] == pytest.approx(
            critical_value(0.95, df) * spread, rel=1e-12
        )
    assert predict_fit(fit).effect == pytest.approx(fit.fitted, rel=1e-12)
    assert predict_fit(fit_linear(Y, V)).effect.shape == (1,)
    with pytest.raises(InputError, match="2 columns"):
        predict_fit(fit, [[1.0]])
    with pytest.raises(InputError, match="missing"):
        predict_fit(fit, [[1.0, math.nan]])
    with pytest.raises(SpecError, match="as test"):
        predict_fit(fit, prediction="HTS")


def test_predictions_that_do_not_exist():
    for fit, kind in (
        (fit_linear(Y, V, spec=FitSpec(tau2="EE")), "as test"),
        (fit_linear(Y[:2], V[:2]), "k-p-1"),
        (fit_linear(Y[:1], V[:1]), "as test"),
    ):
        found = predict_fit(fit, prediction=kind)
        assert isinstance(found.pi_low, NotEstimable)
        assert json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("weights", ["inverse-variance", "equal", (3, 1, 2, 1, 2, 5)])
def test_standardised_residuals_have_the_diagonal_of_their_covariance(weights):
    fit = fit_linear(Y, V, X, FitSpec(weights=weights))
    variance = np.diag(residual_cov(fit))
    assert rstandard(fit).std_error == pytest.approx(np.sqrt(variance), rel=1e-10)


def test_deleted_residuals_by_refitting():
    fit = fit_linear(Y, V, X)
    other = fit_linear(Y[1:], V[1:], X[1:])
    found = rstudent(fit)
    assert found.residual[0] == pytest.approx(Y[0] - X[0] @ other.coef, rel=1e-12)
    error = math.sqrt(V[0] + other.tau2_value + X[0] @ other.coef_cov @ X[0])
    assert found.std_error[0] == pytest.approx(error, rel=1e-12)


def test_a_study_that_the_model_needs_has_no_deleted_residual():
    alone = np.array([1.0, 0, 0, 0, 0, 0])
    fit = fit_linear(Y, V, np.column_stack([np.ones(6), alone]))
    for function in (rstandard, rstudent):
        found = function(fit)
        assert found.undefined == ("study 1",)
        assert found.z[0] == 0


def test_shrunken_effects():
    fit = fit_linear(Y, V, X)
    assert blup(fit).effect == pytest.approx(fit.fitted + ranef(fit).effect, rel=1e-12)
    everything = fit_linear(Y, V, spec=FitSpec(tau2=1e12))
    assert blup(everything).effect == pytest.approx(Y, rel=1e-9)  # v/tau2 is 1e-13
    nothing = fit_linear(Y, V, spec=FitSpec(tau2="EE"))
    assert blup(nothing).effect == pytest.approx(nothing.fitted, rel=1e-12)
    assert not ranef(nothing).effect.any()
    with pytest.raises(SpecError, match="weights"):
        blup(fit_linear(Y, V, spec=FitSpec(weights="equal")))


def test_a_contrast_of_one_coefficient_is_its_own_test():
    for test in ("z", "knha"):
        fit = fit_linear(Y, V, X, FitSpec(test=test))
        found = wald_test(fit, [1])
        assert found.statistic[0] == pytest.approx(fit.statistic[1], rel=1e-12)
        assert found.p_value[0] == pytest.approx(fit.p_value[1], rel=1e-12)
        assert found.q_m_p == pytest.approx(fit.p_value[1], rel=1e-9)  # F and t agree
    shifted = contrast_test(fit, [[0.0, 1.0]], fit.coef[1])
    assert shifted.statistic[0] == 0
    dependent = contrast_test(fit, [[0.0, 1.0], [0.0, 2.0]])
    assert isinstance(dependent.q_m, NotEstimable)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda f: wald_test(f, [5]), "0 to 1"),
        (lambda f: wald_test(f, []), "0 to 1"),
        (lambda f: contrast_test(f, [[1.0]]), "2 numbers"),
        (lambda f: contrast_test(f, [[0.0, 0.0]]), "not all 0"),
        (lambda f: vif(f, [[0]]), "among"),
        (lambda f: vif(fit_linear(Y, V)), "no moderator"),
        (lambda f: profile_interval(f, 2), "0 to 1"),
        (lambda f: tau2_profile(f, [-1.0]), "at least 0"),
    ],
)
def test_tests_refuse(call, says):
    with pytest.raises(InputError, match=says):
        call(fit_linear(Y, V, X))


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({"tau2": "DL"}, {"tau2": "DL"}, "DL"),
        ({"tau2": "ML"}, {"tau2": "REML"}, "one fit by ML and one by REML"),
        ({"tau2": "REML"}, {"tau2": "REML"}, "different designs"),
    ],
)
def test_models_that_cannot_be_compared(first, second, says):
    with pytest.raises(SpecError, match=says):
        compare_fits(
            fit_linear(Y, V, X, FitSpec(**first)), fit_linear(Y, V, spec=FitSpec(**second))
        )
    with pytest.raises(SpecError, match="same number"):
        compare_fits(*(fit_linear(Y, V, spec=FitSpec(tau2="ML")) for _ in range(2)))
    with pytest.raises(InputError, match="other effects"):
        compare_fits(fit_linear(Y, V), fit_linear(Y + 1, V))


def test_orthogonal_columns_do_not_inflate():
    x = np.column_stack([np.ones(4), [1.0, 1, -1, -1], [1.0, -1, 1, -1]])
    found = vif(fit_linear([0.0, 1.0, 3.0, 9.0], np.full(4, 0.1), x))
    assert [one.vif for one in found] == pytest.approx([1.0, 1.0], rel=1e-12)


def test_kenward_roger_with_equal_variances():
    """Then Satterthwaite's degrees of freedom are those of the variance, k - 1 times a factor.

    C = s/k with s = v + tau2, tr(PP) = (k - 1)/s^2, so that df = 2 C^2/(2/tr(PP) (1/k)^2) = k - 1.
    """
    fit = fit_linear(Y, EQUAL)
    found = kenward_roger(fit, form="Kenward-Roger")
    assert found.df == pytest.approx([5.0], rel=1e-10)
    assert found.std_error == pytest.approx(fit.std_error, rel=1e-10)  # no correction is needed
    assert isinstance(kenward_roger(fit_linear(Y, V, spec=FitSpec(tau2="ML"))), NotEstimable)
    with pytest.raises(SpecError, match="Partlett"):
        kenward_roger(fit, form="KR")


@pytest.mark.parametrize("variance", np.linspace(0.05, 3.0, 20))
@pytest.mark.parametrize("form", ["Partlett-Riley", "Kenward-Roger"])
def test_kenward_roger_of_two_equal_variances_has_one_degree_of_freedom(variance, form):
    # exactly k - 1 = 1: rounding must not decide whether there is an interval
    found = kenward_roger(fit_linear([0.4, 1.1], [variance, variance]), form=form)
    assert found.df[0] == pytest.approx(1.0, rel=1e-9)


def test_kenward_roger_without_bounds_says_what_to_do_instead():
    # in both the form of Partlett & Riley is left with less than one degree of freedom
    fit = fit_linear([-0.3, 0.4, 0.0, -0.4], [0.51, 0.13, 0.24, 0.64])
    reason = kenward_roger(fit).reason
    assert "interval='HKSJ'" in reason
    assert "form='Kenward-Roger', which leaves 1.4" in reason
    assert isinstance(kenward_roger(fit, form="Kenward-Roger"), KenwardRoger)
    both = fit_linear([0.0, 0.1], [0.01, 10.0])
    for form in ("Partlett-Riley", "Kenward-Roger"):
        reason = kenward_roger(both, form=form).reason
        assert "interval='HKSJ'" in reason
        assert "form=" not in reason


def test_bootstrap_prediction():
    one, two = (bootstrap_prediction(Y, V, seed=seed, draws=2000) for seed in (3, 3))
    assert one.to_dict() == two.to_dict()
    assert bootstrap_prediction(Y, V, seed=4, draws=2000) != one
    assert one.prediction.low < one.mean.low < one.mean.high < one.prediction.high
    assert isinstance(bootstrap_prediction([1.0], [1.0]), NotEstimable)
    with pytest.raises(SpecError, match="100"):
        bootstrap_prediction(Y, V, draws=10)


def test_bootstrap_draws_follow_the_exact_distribution():
    """The share of draws at 0 is P(Q > q) without heterogeneity, chi-squared with k - 1 df."""
    found = bootstrap_prediction(Y, V, draws=40_000)
    p = fit_linear(Y, V).q_e_p
    assert found.share_zero == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 40_000))
