"""The linear fit: what it refuses, its edges, its notes and exits."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.models import FitSpec, design_tau2, fit_linear, independent_columns
from remit.synthesis.models.fit_spec import TAU2_CODES

Y = np.array([0.1, 0.5, -0.3, 1.2, 0.8, 0.3])
V = np.array([0.1, 0.2, 0.15, 0.3, 0.05, 0.1])
X = np.column_stack([np.ones(6), [1.0, 2.0, 3.0, 4.0, 6.0, 2.0]])


def texts(fit):
    return " ".join(note.text for note in fit.notes)


def test_by_hand():
    """Effects 0 and 2, variances 1: mean 1, Q = 2, tau2 = 2 - 1, standard error 1."""
    fit = fit_linear([0.0, 2.0], [1.0, 1.0])
    assert fit.coef == pytest.approx([1.0], rel=1e-12)  # closed forms
    assert fit.std_error == pytest.approx([1.0], rel=1e-12)
    assert fit.tau2_value == pytest.approx(1.0, rel=1e-12)
    assert (fit.q_e, fit.i2, fit.h2) == pytest.approx((2.0, 50.0, 2.0), rel=1e-12)
    assert fit.q_m == pytest.approx(1.0, rel=1e-12)
    assert fit.se_tau2 == pytest.approx(math.sqrt(8.0), rel=1e-12)  # tr(PP) = 1/4
    assert fit.hat == pytest.approx([0.5, 0.5], rel=1e-12)
    assert fit.weights == pytest.approx([50.0, 50.0], rel=1e-12)
    assert fit.names == ("intercept",)


@pytest.mark.parametrize("method", [*TAU2_CODES, "EE", 0.3])
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_one_study_is_itself(method, test):
    fit = fit_linear([1.5], [0.25], spec=FitSpec(tau2=method, test=test))
    total = 0.25 + (0.3 if method == 0.3 else 0.0)
    assert fit.coef[0] == 1.5
    assert fit.std_error[0] == pytest.approx(math.sqrt(total), rel=1e-12)
    assert fit.df is None
    for part in (fit.i2, fit.q_e, fit.typical_variance, fit.reml, fit.hartung_knapp):
        assert isinstance(part, NotEstimable)
    assert "Only one study" in texts(fit)


def test_two_and_three_studies():
    for k in (2, 3):
        fit = fit_linear(Y[:k], V[:k], spec=FitSpec(test="knha"))
        assert fit.df == k - 1
        assert np.isfinite(fit.ci_high[0])


@pytest.mark.parametrize("method", [m for m in TAU2_CODES if m != "SJ"])
def test_identical_effects(method):
    fit = fit_linear([1.0, 1.0, 1.0], [0.1, 0.2, 0.3], spec=FitSpec(tau2=method))
    assert fit.tau2_value == 0
    assert fit.tau2.status.at_boundary
    assert fit.coef[0] == 1.0
    assert "edge of its range" in texts(fit)


def test_identical_effects_with_hartung_knapp_say_nothing():
    fit = fit_linear([1.0, 1.0, 1.0], [0.1, 0.2, 0.3], spec=FitSpec(test="knha"))
    assert fit.std_error[0] == 0
    assert "say nothing" in texts(fit)
    assert isinstance(fit.q_m, NotEstimable)
    floor = fit_linear([1.0, 1.0, 1.0], [0.1, 0.2, 0.3], spec=FitSpec(test="adhoc"))
    assert floor.std_error[0] > 0
    assert "floor" in texts(floor)


def test_one_study_with_all_the_weight():
    fit = fit_linear([0.0, 3.0, -3.0], [1e-16, 1.0, 1.0], spec=FitSpec(tau2="EE"))
    assert fit.coef[0] == pytest.approx(0.0, abs=1e-15)
    assert fit.q_e == pytest.approx(18.0, rel=1e-12)
    assert fit.hat[0] == pytest.approx(1.0, rel=1e-12)
    # sum w - sum w^2/sum w is 2 (1e16 + 1e16 + 1)/(1e16 + 2), 4 to the last digit
    assert fit.typical_variance == pytest.approx(2 / 4, rel=1e-12)


@pytest.mark.parametrize(
    ("effect", "variance", "says"),
    [
        ([], [], "no study"),
        ([1.0, 2.0], [1.0], "one per effect"),
        ([1.0, math.nan], [1.0, 1.0], "Beta, effect"),
        ([1.0, 2.0], [0.0, 1.0], "Alpha, variance"),
        ([1.0, 2.0], [1.0, -1.0], "Beta, variance"),
        ([1.0, 2.0], [1.0, math.inf], "Beta, variance"),
    ],
)
def test_bad_studies_are_named(effect, variance, says):
    with pytest.raises(InputError, match=says):
        fit_linear(effect, variance, labels=("Alpha", "Beta"))


def test_collinear_columns_are_named():
    x = np.column_stack([X, 2 * X[:, 1] + 1, X[:, 1] ** 2])
    with pytest.raises(InputError, match="double collinear"):
        fit_linear(Y, V, x, names=("intercept", "dose", "double", "square"))
    assert independent_columns(x) == (0, 1, 3)


@pytest.mark.parametrize(
    ("design", "says"),
    [
        (np.ones((5, 1)), "shape"),
        (np.column_stack([X, np.full(6, np.nan)]), "column 3"),
        (np.eye(6), "more studies than coefficients"),
        (np.ones((6, 7)), "7 coefficients for 6 studies"),
        (np.zeros((6, 1)), "collinear"),
    ],
)
def test_bad_designs(design, says):
    with pytest.raises(InputError, match=says):
        fit_linear(Y, V, design)


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"tau2": "FOO"}, "REML"),
        ({"tau2": -0.1}, "at least 0"),
        ({"tau2": math.nan}, "at least 0"),
        ({"test": "F"}, "knha"),
        ({"level": 95}, "0.95"),
        ({"weights": "none"}, "equal"),
        ({"tau2": "GENQ"}, "one weight per study"),
    ],
)
def test_bad_choices(choices, says):
    with pytest.raises(SpecError, match=says):
        FitSpec(**choices)


@pytest.mark.parametrize(
    ("weights", "says"),
    [((1.0,), "one per study"), ((1, 1, 1, 1, 1, -1), "study 6"), ((0,) * 6, "zeros only")],
)
def test_bad_weights(weights, says):
    with pytest.raises(InputError, match=says):
        fit_linear(Y, V, spec=FitSpec(weights=weights))


def test_weights_of_zero_must_leave_enough_studies():
    with pytest.raises(InputError, match="too few studies"):
        fit_linear(Y, V, X, FitSpec(weights=(1, 0, 0, 0, 0, 0)))


def test_a_weight_of_zero_leaves_the_study_out_of_the_mean_only():
    weights = (1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    fit = fit_linear(Y, V, spec=FitSpec(weights=weights))
    assert fit.coef[0] == pytest.approx(Y[:5].mean(), rel=1e-12)
    assert fit.tau2_value == fit_linear(Y, V).tau2_value


def test_a_given_tau2():
    fit = fit_linear(Y, V, X, FitSpec(tau2=0.25))
    assert fit.tau2.method == "fixed"
    assert fit.parameters == 2
    assert isinstance(fit.se_tau2, NotEstimable)
    assert isinstance(fit.r2, NotEstimable)


def test_no_residual_degrees_of_freedom():
    assert isinstance(design_tau2(Y[:2], V[:2], X[:2], "REML"), NotEstimable)
    fit = fit_linear(Y[:2], V[:2], X[:2], FitSpec(tau2="EE"))  # a line through two points
    assert fit.residual == pytest.approx([0.0, 0.0], abs=1e-15)
    assert isinstance(fit.q_e, NotEstimable)


@pytest.mark.parametrize("design", [None, X])
def test_results_cannot_be_changed(design):
    fit = fit_linear(Y, V, design)
    with pytest.raises(ValueError, match="read-only"):
        fit.coef[0] = 0.0
    with pytest.raises(AttributeError):
        fit.k = 3


@pytest.mark.parametrize("method", [*TAU2_CODES, "EE", 0.3])
def test_exits(method):
    fit = fit_linear(Y, V, X, FitSpec(tau2=method, test="t"), names=("intercept", "dose"))
    plain = fit.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert [row["name"] for row in fit.to_rows()] == ["intercept", "dose"]
    assert (
        fit.summary()
        == fit_linear(
            Y, V, X, FitSpec(tau2=method, test="t"), names=("intercept", "dose")
        ).summary()
    )
    assert "dose" in fit.summary()


def test_the_caller_s_data_are_left_alone():
    y, x = Y.copy(), X.copy()
    fit_linear(y, V, x)
    y[0] = x[0, 0] = 2.0  # still writeable
    assert Y[0] == 0.1


def test_the_intercept_need_not_come_first():
    one, two = fit_linear(Y, V, X), fit_linear(Y, V, X[:, ::-1])
    assert two.intercept == 1
    assert two.coef[::-1] == pytest.approx(one.coef, rel=1e-12)
    assert two.q_m == pytest.approx(one.q_m, rel=1e-12)


def test_group_means_have_an_r2_as_the_intercept_has():
    """Columns for two groups span the constant, so that the model without them is nested."""
    group = np.array([1.0, 0, 1, 0, 1, 0])
    means = fit_linear(Y, V, np.column_stack([group, 1 - group]))
    difference = fit_linear(Y, V, np.column_stack([np.ones(6), group]))
    assert means.intercept is None
    assert means.r2 == pytest.approx(difference.r2, rel=1e-9, abs=1e-9)
    assert means.q_m_df == 2
