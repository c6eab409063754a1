"""Laws of the linear fit that hold for all studies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remit.synthesis.models import (
    FitSpec,
    fit_linear,
    heterogeneity_interval,
    predict_fit,
    quadratic_form_tail,
)
from remit.synthesis.models.fit_spec import TAU2_CODES, TESTS
from remit.synthesis.pool import RandomEffects, pool_arrays

effects = st.floats(-20, 20).map(lambda x: round(x, 3))
spreads = st.floats(-2, 1).map(lambda x: round(10**x, 4))  # standard errors from 0.01 to 10
moderators = st.floats(-5, 5).map(lambda x: round(x, 1))
studies = st.lists(st.tuples(effects, spreads, moderators), min_size=4, max_size=9)
specs = st.builds(FitSpec, tau2=st.sampled_from(TAU2_CODES), test=st.sampled_from(TESTS))
SMALL = 1e-7  # estimates move by rounding times the condition of the design, at most about 1e8


def arrays(rows):
    y, s, m = np.array(rows).T
    assume(np.ptp(m) > 0.5)
    return y, s**2, np.column_stack([np.ones(y.size), m])


def size(fit, y):
    return fit.std_error + np.abs(fit.coef) + float(np.ptp(y)) + 1e-3


@given(rows=studies, spec=specs)
def test_the_order_of_studies_is_irrelevant(rows, spec):
    y, v, x = arrays(rows)
    turn = np.random.default_rng(1).permutation(y.size)
    one, two = fit_linear(y, v, x, spec), fit_linear(y[turn], v[turn], x[turn], spec)
    assert two.tau2_value == one.tau2_value
    assert np.all(np.abs(two.coef - one.coef) <= SMALL * size(one, y))


@given(rows=studies, spec=specs, slope=st.sampled_from([-3.0, 0.5]))
def test_what_the_design_explains_moves_only_the_coefficients(rows, spec, slope):
    y, v, x = arrays(rows)
    assume(spec.tau2 != "SJ")  # its start is the spread of the effects, whatever explains it
    one, two = fit_linear(y, v, x, spec), fit_linear(y + 7 + slope * x[:, 1], v, x, spec)
    limit = 1e-6 * (one.tau2_value + float(v.min()) + 1e-6 * float(np.ptp(y)) ** 2)
    assert abs(two.tau2_value - one.tau2_value) <= limit
    assert np.all(np.abs(two.coef - one.coef - [7, slope]) <= 1e-5 * size(one, y))


@given(rows=studies, spec=specs)
def test_another_basis_of_the_design_is_the_same_model(rows, spec):
    y, v, x = arrays(rows)
    turn = np.array([[1.0, 2.0], [0.0, 4.0]])
    one, two = fit_linear(y, v, x, spec), fit_linear(y, v, x @ turn, spec)
    limit = 1e-6 * (one.tau2_value + float(v.min()))
    assert abs(two.tau2_value - one.tau2_value) <= limit
    assert np.all(np.abs(two.fitted - one.fitted) <= SMALL * (np.abs(y) + np.ptp(y) + 1e-3))
    assert two.hat == pytest.approx(one.hat, abs=1e-6)


@given(rows=studies, spec=specs)
def test_hat_values_sum_to_the_number_of_coefficients(rows, spec):
    y, v, x = arrays(rows)
    fit = fit_linear(y, v, x, spec)
    assert np.sum(fit.hat) == pytest.approx(2.0, rel=1e-9)
    assert np.sum(fit.weights) == pytest.approx(100.0, rel=1e-12)
    residual = x.T @ (fit.residual / fit.total_variance)
    scale = np.sum((1 + np.abs(x)) * np.max(np.abs(y)) / fit.total_variance[:, None])
    assert np.all(np.abs(residual) <= 1e-12 * scale)  # the normal equations hold to rounding


@given(rows=studies, method=st.sampled_from(TAU2_CODES))
def test_pool_and_fit_agree(rows, method):
    y, v, _ = arrays(rows)
    fit = fit_linear(y, v, spec=FitSpec(tau2=method, test="adhoc"))
    found = pool_arrays(y, v, RandomEffects(tau2=method))
    assert found.tau2.tau2 == fit.tau2_value
    assert found.effect == pytest.approx(fit.coef[0], rel=1e-9, abs=1e-9 * fit.std_error[0])
    assert found.std_error == pytest.approx(fit.std_error[0], rel=1e-9)
    new = predict_fit(fit)
    width = new.pi_high[0] - new.pi_low[0]
    assert found.prediction.low == pytest.approx(new.pi_low[0], abs=1e-9 * width)


@given(rows=studies, method=st.sampled_from(["Q-profile", "Biggerstaff-Jackson"]))
def test_a_wider_level_gives_a_wider_interval(rows, method):
    y, v, x = arrays(rows)
    fit = fit_linear(y, v, x)
    ends = [heterogeneity_interval(fit, method, level).tau2 for level in (0.5, 0.9, 0.99)]
    assume(all(hasattr(one, "low") for one in ends))
    lows, highs = [one.low for one in ends], [one.high for one in ends]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)


@given(
    weights=st.lists(st.floats(-3, 3).map(lambda x: 10**x), min_size=1, max_size=8),
    at=st.floats(0.05, 5),
    factor=st.sampled_from([1e-6, 3.0, 1e6]),
)
def test_tails_of_a_quadratic_form(weights, at, factor):
    q = at * sum(weights)
    tail = quadratic_form_tail(q, weights)
    assert 0 < tail < 1
    assert quadratic_form_tail(factor * q, [factor * w for w in weights]) == pytest.approx(
        tail, rel=1e-9
    )
    assert quadratic_form_tail(1.1 * q, weights) < tail  # Q falls below any q less often
