from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import permutation_interval, permutation_test
from remit.synthesis.moderators.permutations import all_orders, count_orders, row_classes

Y = np.array([0.2, 0.5, -0.1, 0.9, 0.4, 1.1])
V = np.array([0.04, 0.1, 0.06, 0.2, 0.03, 0.1])
X = np.column_stack((np.ones(6), [1.0, 2.0, 2.0, 4.0, 5.0, 5.0]))


def test_signs_by_brute_force():
    fit = fit_linear(Y, V)
    statistics = [
        fit_linear(np.array(signs) * Y, V).statistic[0]
        for signs in itertools.product((1, -1), repeat=6)
    ]
    found = permutation_test(fit)
    assert found.exact
    assert found.permutations == 64
    expected = np.mean(np.abs(statistics) >= abs(fit.statistic[0]) - 1e-8)
    assert found.p_value[0] == expected
    assert found.q_m_p == expected
    greater = permutation_test(fit, alternative="greater").p_value[0]
    assert greater == np.mean(np.array(statistics) >= fit.statistic[0] - 1e-8)
    less = permutation_test(fit, alternative="less").p_value[0]
    assert less == np.mean(np.array(statistics) <= fit.statistic[0] + 1e-8)


@pytest.mark.parametrize("statistic", ["test", "coef"])
def test_rows_by_brute_force(statistic):
    y, v, x = Y[:5], V[:5], X[:5]
    fit = fit_linear(y, v, x, FitSpec(tau2="DL"))
    name = "statistic" if statistic == "test" else "coef"
    # all 120 orders, in which each distinct one appears equally often
    refits = [
        fit_linear(y, v, x[list(order)], fit.spec) for order in itertools.permutations(range(5))
    ]
    values = np.array([getattr(one, name) for one in refits])
    found = permutation_test(fit, statistic=statistic)
    assert found.permutations == 60
    observed = np.abs(getattr(fit, name))
    np.testing.assert_allclose(
        found.p_value, np.mean(np.abs(values) >= observed - 1e-8, axis=0), rtol=1e-12
    )
    omnibus = np.mean([one.q_m >= fit.q_m - 1e-8 for one in refits])
    assert found.q_m_p == pytest.approx(omnibus, rel=1e-12)


@pytest.mark.parametrize("statistic", ["test", "coef"])
@pytest.mark.parametrize("tau2", ["EE", "DL", "REML"])
@pytest.mark.parametrize(("of_y", "of_x"), [(1e-8, 1.0), (1e9, 1.0), (1.0, 1e9), (1e-6, 1e-7)])
def test_the_units_of_effects_and_moderators_are_irrelevant(statistic, tau2, of_y, of_x):
    y, v = np.array([1.2, -3.4, 0.5, 2.0, 8.0]), np.array([4.0, 1.0, 0.9, 2.0, 5.0])
    x = np.column_stack((np.ones(5), [1.0, 2.0, 2.5, 1.0, 4.0]))
    one = fit_linear(y, v, x, FitSpec(tau2=tau2))
    two = fit_linear(of_y * y, of_y**2 * v, x * [1.0, of_x], one.spec)
    for alternative in ("two-sided", "less", "greater"):
        choices = {"statistic": statistic, "alternative": alternative}
        first, second = permutation_test(one, **choices), permutation_test(two, **choices)
        assert first.p_value.tolist() == second.p_value.tolist()
        assert first.q_m_p == second.q_m_p


def test_the_units_are_irrelevant_to_signs():
    for alternative in ("two-sided", "less", "greater"):
        one, two = (
            permutation_test(
                fit_linear(c * Y, c**2 * V), statistic="coef", alternative=alternative
            ).p_value
            for c in (1.0, 1e-9)
        )
        assert one.tolist() == two.tolist()


def test_a_coefficient_of_zero_ties_with_itself():
    # the slope is 0, and by rounding about 1e-17: as many orders lie above as below
    y, x = np.array([1.1, 0.3, 0.3, 1.1]), np.column_stack((np.ones(4), [0.1, 0.2, 0.3, 0.4]))
    for scale in (1.0, 1e-12):
        fit = fit_linear(scale * y, np.full(4, scale**2), x, FitSpec(tau2="EE"))
        less, greater = (
            permutation_test(fit, statistic="coef", alternative=side).p_value[1]
            for side in ("less", "greater")
        )
        assert less == greater
        # 8 of 24 orders have the slope 0: those where the outer two, or the inner two, are equal
        assert less == pytest.approx(0.5 * (1 + 8 / 24), rel=1e-12)


def test_orders_are_distinct_and_complete():
    classes = row_classes(np.array([[1.0], [2.0], [2.0], [3.0], [1.0], [2.0]]))
    orders = np.vstack(list(all_orders(classes)))
    assert len(orders) == count_orders(classes) == 60
    assert len(np.unique(orders, axis=0)) == 60
    assert (np.sort(orders, axis=1) == np.sort(classes)).all()


def test_random_permutations_repeat_and_include_the_data():
    fit = fit_linear(Y, V, X)
    found = permutation_test(fit, exact=False, iterations=50, seed=3)
    again = permutation_test(fit, exact=False, iterations=50, seed=3)
    assert found.p_value.tolist() == again.p_value.tolist()
    assert found.p_value.min() >= 1 / 50
    assert found.seed == 3
    assert "50 permutations (random, seed 3)" in found.summary()
    signs = permutation_test(fit_linear(Y, V), exact=False, iterations=40)
    assert signs.p_value[0] >= 1 / 40


def test_random_agrees_with_exact():
    fit = fit_linear(Y, V, X, FitSpec(tau2="DL"))
    exact = permutation_test(fit, exact=True).p_value
    drawn = permutation_test(fit, exact=False, iterations=4000).p_value
    # four standard errors of a proportion
    assert np.all(np.abs(drawn - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000))


def test_interval_is_where_the_test_turns():
    fit = fit_linear(Y, V, None, FitSpec(tau2="DL"))
    found = permutation_interval(fit)
    assert found.low < fit.coef[0] < found.high

    def p_value(value, alternative):
        shifted = fit_linear(Y - value, V, None, fit.spec)
        return permutation_test(shifted, alternative=alternative).p_value[0]

    step = 1e-6
    assert p_value(found.low + step, "greater") >= 0.025 > p_value(found.low - step, "greater")
    assert p_value(found.high - step, "less") >= 0.025 > p_value(found.high + step, "less")
    assert "exact" in found.method


def test_interval_of_a_moderator():
    fit = fit_linear(Y, V, X, FitSpec(level=0.8))
    found = permutation_interval(fit, 1, iterations=200)
    assert found.low < fit.coef[1] < found.high


def test_too_few_permutations_for_an_interval():
    found = permutation_interval(fit_linear(Y[:4], V[:4]))
    assert isinstance(found, NotEstimable)
    assert "16 permutations" in found.reason


def test_wrong_choices():
    fit = fit_linear(Y, V, X)
    for choice in ({"statistic": "p"}, {"alternative": "both"}, {"exact": False, "iterations": 1}):
        with pytest.raises(SpecError):
            permutation_test(fit, **choice)
    many = fit_linear(np.arange(30.0), np.ones(30))
    with pytest.raises(SpecError, match="1073741824"):
        permutation_test(many, exact=True)
    with pytest.raises(InputError, match="coefficient"):
        permutation_interval(fit, 2)


def test_progress_and_plain_exits():
    steps = []
    found = permutation_test(
        fit_linear(Y, V, X), progress=lambda done, total: steps.append((done, total))
    )
    assert steps[-1] == (180, 180)
    assert json.loads(json.dumps(found.to_dict()))["exact"] is True
    assert found.to_rows()[1]["p_value"] == found.p_value[1]
