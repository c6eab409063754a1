"""Excess significance against enumeration and integration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import excess_significance
from remit.synthesis.models import FitSpec

Y = np.array([0.62, 0.35, 0.52, 0.10, 0.81, -0.12, 0.70])
V = np.array([0.04, 0.02, 0.05, 0.02, 0.09, 0.03, 0.10])


@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_the_exact_test_sums_all_outcomes(alternative):
    found = excess_significance(Y, V, test="exact", alternative=alternative)
    total = 0.0
    for outcome in product((0, 1), repeat=Y.size):
        far = sum(outcome) - found.observed
        if far >= 0 if alternative == "greater" else far <= 0:
            chance = np.where(outcome, found.power, 1 - found.power)
            total += float(np.prod(chance))
    assert found.p_value == pytest.approx(total, rel=1e-12)  # 128 products


def test_power_is_an_expectation_over_true_effects():
    found = excess_significance(Y, V, spec=FitSpec(tau2="REML"))
    assert found.tau2 > 0
    tau, edge = np.sqrt(found.tau2), 1.959963984540054

    def at(u, s):
        shift = (found.effect + tau * u) / s
        power = ndtr(shift - edge) + ndtr(-shift - edge)
        return power * np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)

    for i, v in enumerate(V):
        want = quad(at, -12, 12, args=(np.sqrt(v),), epsabs=1e-13)[0]
        assert found.power[i] == pytest.approx(want, rel=1e-10)  # quad's accuracy


@pytest.mark.parametrize("test", ["exact", "binomial", "chi2"])
def test_at_the_limit_the_p_value_is_the_level(test):
    y = np.array([0.45, 0.30, 0.46, 0.30, 0.62, 0.36, 0.64])
    found = excess_significance(y, V, test=test)
    again = excess_significance(y, V, test=test, true_effect=found.limit)
    assert again.p_value == pytest.approx(found.limit_alpha, rel=1e-9)  # a root


def test_a_limit_may_not_exist():
    found = excess_significance([0.01, 0.02, -0.01], [0.1, 0.1, 0.1])
    assert found.observed == 0
    assert isinstance(found.limit, NotEstimable)
    assert found.p_value == pytest.approx(1.0, rel=1e-12)  # all outcomes


def test_studies_of_certain_power_leave_nothing_to_chance():
    found = excess_significance([1e3, 1e3], [1.0, 1.0], test="chi2")
    assert isinstance(found.p_value, NotEstimable)


def test_one_sided_studies():
    up = excess_significance(Y, V, study_alternative="greater")
    down = excess_significance(-Y, V, study_alternative="less")
    assert up.p_value == pytest.approx(down.p_value, rel=1e-12)  # the mirror image
    assert list(up.significant) == list(down.significant)


@pytest.mark.parametrize("choices", [{"alpha": 5}, {"test": "t"}, {"alternative": "more"}])
def test_choices_that_do_not_fit_are_refused(choices):
    with pytest.raises(SpecError):
        excess_significance(Y, V, **choices)
