"""Q, I2, H2 and the Q-profile interval."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import chi2_quantile
from remit.synthesis import heterogeneity as het
from remit.synthesis.tau2 import estimate_tau2

Y, V = np.array([0.1, 2.0, -1.5, 3.0]), np.array([0.2, 0.4, 0.1, 0.5])


def q_at(tau2):
    w = 1 / (V + tau2)
    return float(np.sum(w * (Y - np.sum(w * Y) / np.sum(w)) ** 2))


def test_q_by_its_definition():
    found = het.q_test(Y, V)
    assert found.q == pytest.approx(q_at(0.0), rel=1e-12)  # closed form
    assert found.df == 3


def test_i2_from_tau2_and_from_q_agree_for_dl():
    q, typical = het.q_test(Y, V), het.typical_variance(V)
    tau2 = estimate_tau2(Y, V, "DL").tau2
    assert het.i2_from_tau2(tau2, typical) == pytest.approx(het.i2_from_q(q.q, q.df), rel=1e-12)
    assert het.h2_from_tau2(tau2, typical) == pytest.approx(q.q / q.df, rel=1e-12)


def test_i2_is_never_negative():
    assert het.i2_from_q(1.0, 3) == 0


def test_typical_variance_of_equal_variances_is_that_variance():
    assert het.typical_variance(np.full(5, 0.3)) == pytest.approx(0.3, rel=1e-13)


def test_q_profile_ends_solve_their_equations():
    found = het.q_profile(Y, V, 0.9)
    assert isinstance(found, Interval)
    assert found.level == 0.9
    # a root to four units in the last place
    assert q_at(found.low) == pytest.approx(chi2_quantile(0.95, 3), rel=1e-12)
    assert q_at(found.high) == pytest.approx(chi2_quantile(0.05, 3), rel=1e-12)


def test_lower_end_zero():
    found = het.q_profile([0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    assert found.low == 0
    assert found.high > 1


def test_empty_interval():
    found = het.q_profile([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
    assert isinstance(found, NotEstimable)
    assert "empty" in found.reason
    typical = het.typical_variance([1.0, 2.0, 3.0])
    assert het.i2_interval(found, typical) is found
    assert het.h2_interval(found, typical) is found


def test_one_study():
    for found in (
        het.q_test([1.0], [1.0]),
        het.q_profile([1.0], [1.0]),
        het.typical_variance([1.0]),
    ):
        assert isinstance(found, NotEstimable)
    interval = Interval(low=0.0, high=1.0, level=0.95, method="Q-profile")
    assert isinstance(het.i2_interval(interval, het.typical_variance([1.0])), NotEstimable)
    assert isinstance(het.h2_interval(interval, het.typical_variance([1.0])), NotEstimable)


def test_carried_intervals_keep_level_and_method():
    typical = het.typical_variance(V)
    tau2 = het.q_profile(Y, V)
    i2, h2 = het.i2_interval(tau2, typical), het.h2_interval(tau2, typical)
    assert 0 < i2.low < i2.high < 100
    assert 1 < h2.low < h2.high
    assert i2.method == h2.method == "Q-profile of tau2"


def test_refused():
    with pytest.raises(SpecError, match="level"):
        het.q_profile(Y, V, 95)
    with pytest.raises(InputError, match="study 1, variance"):
        het.q_profile([1.0], [0.0])
    with pytest.raises(InputError, match="no study"):
        het.typical_variance([])
