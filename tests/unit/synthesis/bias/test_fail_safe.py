"""Fail-safe N: the number overturns the result and one fewer does not."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import normal_two_sided
from remit.synthesis.bias import fail_safe_n
from remit.synthesis.models import FitSpec, fit_linear

Y = np.array([0.6, 0.3, 0.5, 0.2, 0.8, 0.4, 0.7, 0.1])
V = np.array([0.04, 0.02, 0.05, 0.02, 0.09, 0.03, 0.1, 0.02])
K = Y.size


def added(number, spread):
    pattern = np.linspace(-1.0, 1.0, number) if number > 1 else np.zeros(number)
    if number > 1:
        pattern *= np.sqrt(spread / pattern.var(ddof=1))
    return pattern


def test_rosenthal():
    number = fail_safe_n(Y, V).number
    total = np.sum(Y / np.sqrt(V))
    one_sided = [0.5 * normal_two_sided(total / np.sqrt(K + n)) for n in (number - 1, number)]
    assert one_sided[0] < 0.05 <= one_sided[1]


def test_orwin_reaches_its_target():
    found = fail_safe_n(Y, V, "Orwin", target=0.1)
    mean = np.sum(Y / V) / np.sum(1 / V)
    means = [K * mean / (K + n) for n in (found.number - 1, found.number)]
    assert means[0] > 0.1 >= means[1]
    assert fail_safe_n(-Y, V, "Orwin", target=0.1).target == -0.1


def test_rosenberg():
    number = fail_safe_n(Y, V, "Rosenberg").number
    total, weight = np.sum(Y / V), np.sum(1 / V)
    # added studies have the mean weight
    p_values = [
        normal_two_sided(total / np.sqrt(weight * (1 + n / K))) for n in (number - 1, number)
    ]
    assert p_values[0] < 0.05 <= p_values[1]


def test_general_is_the_least_number_of_refitted_models():
    found = fail_safe_n(Y, V, "General", exact=True)
    typical = K / np.sum(1 / V)
    tau2 = fit_linear(Y, V).tau2_value
    p_values = []
    for number in (found.number - 1, found.number):
        extra = added(number, tau2 + typical)
        fit = fit_linear(np.append(Y, extra), np.append(V, np.full(number, typical)))
        p_values.append(float(fit.p_value[0]))
    assert p_values[0] < 0.05 <= p_values[1]
    assert found.p_after == pytest.approx(p_values[1], rel=1e-8)  # tau2 by a root


def test_general_with_a_common_effect_is_rosenberg():
    general = fail_safe_n(Y, V, "General", tau2="EE")
    assert general.number == fail_safe_n(Y, V, "Rosenberg").number


def test_nothing_is_needed_where_nothing_is_significant():
    y = np.array([0.1, -0.1, 0.05])
    for kind in ("Rosenthal", "Rosenberg", "General"):
        assert fail_safe_n(y, np.full(3, 0.2), kind).number == 0


def test_a_mean_of_zero_has_no_half():
    assert isinstance(fail_safe_n([0.1, -0.1], [0.2, 0.2], "Orwin").number, NotEstimable)


def test_one_study():
    assert fail_safe_n([2.0], [0.1], "General").number > 0


@pytest.mark.parametrize("choices", [{"kind": "Fisher"}, {"alpha": 5}, {"target": 0.0}])
def test_choices_that_do_not_fit_are_refused(choices):
    with pytest.raises(SpecError):
        fail_safe_n(Y, V, **choices)


def test_the_spec_of_the_general_kind_is_that_of_the_fit():
    found = fail_safe_n(Y, V, "General", tau2="DL")
    assert found.effect == float(fit_linear(Y, V, None, FitSpec(tau2="DL")).coef[0])
