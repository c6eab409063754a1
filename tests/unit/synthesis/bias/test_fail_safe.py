"""Fail-safe N: the number overturns the result and one fewer does not."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import normal_quantile, normal_two_sided
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


SEVEN = (
    [0.19, 1.07, 0.2, -0.07, 0.36, 0.29, 0.62],
    [0.145, 0.16, 0.162, 0.071, 0.161, 0.053, 0.079],
)


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e7])
def test_orwin_halves_the_mean_with_as_many_studies_again(scale):
    # N = k (m - m/2)/(m/2) = k, whatever the mean
    y, v = scale * np.array(SEVEN[0]), scale**2 * np.array(SEVEN[1])
    assert fail_safe_n(y, v, "Orwin").number == 7


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e7])
def test_orwin_is_not_one_too_many_through_rounding(scale):
    # the mean of these is 3/6, so that N = 6 (0.5 - 0.1)/0.1 = 24
    y = scale * np.array([0.36, 0.25, 0.52, 0.13, 0.49, 1.25])
    found = fail_safe_n(y, np.full(6, 0.04 * scale**2), "Orwin", target=0.1 * scale)
    assert found.number == 24


@pytest.mark.parametrize("k", range(2, 40))
def test_rosenthal_and_rosenberg_are_not_one_too_many_through_rounding(k):
    # k z with z = z_alpha sqrt(1.5 k)/k needs exactly k/2 more studies by both methods
    for kind, alpha in (("Rosenthal", 0.05), ("Rosenberg", 0.1)):
        y = np.full(k, normal_quantile(0.05) * np.sqrt(1.5 / k) * np.sqrt(0.3))
        assert fail_safe_n(y, np.full(k, 0.3), kind, alpha=alpha).number == (k + 1) // 2


@pytest.mark.parametrize("k", range(2, 20))
def test_general_is_not_one_too_many_through_rounding(k):
    # under a common effect of equal variances, N studies leave k/(k + N) of the mean
    y = np.full(k, 0.3)
    choices = {"kind": "General", "tau2": "EE"}
    assert fail_safe_n(y, np.full(k, 0.07), target=0.1, **choices).number == 2 * k
    z = normal_quantile(0.025) * np.sqrt(3.0 / k) * np.sqrt(0.07)
    assert fail_safe_n(np.full(k, z), np.full(k, 0.07), **choices).number == 2 * k
