"""p-curve and p-uniform against their definitions and simulated truth."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import p_curve, p_uniform
from remit.synthesis.bias.irwin_hall import irwin_hall_cdf, irwin_hall_quantile

Z = np.array([2.1, 2.9, 3.4, 2.4, 1.2, 2.0, 4.1])
ONE = np.ones(7)


def test_right_skew_is_stouffers_sum_of_conditional_p_values():
    found = p_curve(Z, ONE)
    p = 2 * ndtr(-Z)
    full, half = p[p < 0.05] / 0.05, p[p < 0.025] / 0.025
    assert (found.significant, found.below_half) == (6, 4)
    want = ndtri(full).sum() / np.sqrt(full.size)
    assert found.right_skew.z_full == pytest.approx(want, rel=1e-10)  # two quantile functions
    want = ndtri(half).sum() / np.sqrt(half.size)
    assert found.right_skew.z_half == pytest.approx(want, rel=1e-10)
    # 4 or more of 6 below 0.025, each with probability one half
    assert found.right_skew.p_binomial == pytest.approx(22 / 64, rel=1e-12)


def test_flatness_is_the_same_at_a_third_of_power():
    found = p_curve(Z, ONE)
    edge, shift = 1.959963984540054, 1.5287  # power ndtr(shift - edge) + ndtr(-shift - edge)
    assert ndtr(shift - edge) + ndtr(-shift - edge) == pytest.approx(1 / 3, abs=1e-4)
    z = Z[edge < Z]
    below = ndtr(z - shift) - ndtr(-z - shift)
    want = ndtri(3 * (below - 2 / 3)).sum() / np.sqrt(z.size)
    assert found.flatness.z_full == pytest.approx(want, abs=2e-3)  # the shift has four digits


def test_power_and_effect_are_recovered():
    rng = np.random.default_rng(8)
    z = rng.normal(2.0, 1.0, 6000)
    true_power = ndtr(2.0 - 1.96) + ndtr(-2.0 - 1.96)
    ones = np.ones(z.size)
    # about 3000 significant studies: standard errors of 0.015 and 0.04, three of each
    assert p_curve(z, ones).power.value == pytest.approx(true_power, abs=0.05)
    assert p_uniform(z, ones).effect.value == pytest.approx(2.0, abs=0.12)


def test_enormous_statistics_do_not_overflow():
    found = p_curve([50.0, 300.0, 2.5], [1.0, 1.0, 1.0])
    assert found.right_skew.p_full == pytest.approx(0.0, abs=1e-300)
    assert found.power.value == pytest.approx(0.999, rel=1e-9)  # the end of the search
    json.dumps(found.to_dict(), allow_nan=False)


def test_no_significant_study_no_curve():
    assert isinstance(p_curve([0.1, 0.2], [1.0, 1.0]).power, NotEstimable)
    assert isinstance(p_uniform([0.1, 0.2], [1.0, 1.0]).effect, NotEstimable)


def test_both_directions_are_told():
    notes = p_curve([3.0, -3.0], [1.0, 1.0]).notes
    assert any("both directions" in note.text for note in notes)


def test_p_uniform_makes_the_p_values_uniform():
    y, s = np.array([0.5, 0.9, 1.4, 0.8, 0.1]), np.array([0.2, 0.3, 0.6, 0.25, 0.2])
    found = p_uniform(y, s**2)
    assert found.significant == 4
    y, s = y[:4], s[:4]

    def total(mu):
        return float(np.sum(ndtr((mu - y) / s) / ndtr((mu - 1.959963984540054 * s) / s)))

    # roots to the last digits
    assert total(found.effect.value) == pytest.approx(2.0, rel=1e-9)
    assert irwin_hall_cdf(total(found.effect.interval.low), 4) == pytest.approx(0.025, rel=1e-8)
    assert irwin_hall_cdf(total(found.effect.interval.high), 4) == pytest.approx(0.975, rel=1e-8)
    assert found.p_value == pytest.approx(irwin_hall_cdf(total(0.0), 4), rel=1e-9)


def test_the_other_direction_is_the_mirror_image():
    y, v = [0.5, 0.9, 1.4], [0.04, 0.09, 0.3]
    up, down = p_uniform(y, v), p_uniform([-x for x in y], v, alternative="less")
    assert down.effect.value == -up.effect.value
    assert down.effect.interval.low == -up.effect.interval.high


def test_irwin_hall():
    assert irwin_hall_cdf(0.5, 2) == 0.125
    assert irwin_hall_cdf(1.5, 3) == 0.5
    assert irwin_hall_cdf(1.0, 3) == pytest.approx(1 / 6, rel=1e-14)  # the volume of a simplex
    assert irwin_hall_cdf(-1.0, 3) == 0.0
    assert irwin_hall_cdf(4.0, 3) == 1.0
    # just below and above the change to the normal distribution, which is good to 5e-4
    standard = [irwin_hall_cdf(0.5 * m + np.sqrt(m / 12.0), m) for m in (60, 61)]
    assert standard[0] == pytest.approx(standard[1], abs=5e-4)
    assert irwin_hall_quantile(0.025, 61) == pytest.approx(
        30.5 - 1.959963984540054 * np.sqrt(61 / 12.0), rel=1e-12
    )


@pytest.mark.parametrize("method", [p_curve, p_uniform])
def test_bad_input_is_refused(method):
    with pytest.raises(InputError):
        method([], [])
    with pytest.raises(InputError, match="study 2"):
        method([0.1, np.nan], [1.0, 1.0])


@pytest.mark.parametrize("choices", [{"alpha": 5}, {"alternative": "two.sided"}, {"level": 95}])
def test_choices_that_do_not_fit_are_refused(choices):
    with pytest.raises(SpecError):
        p_uniform(Z, ONE, **choices)
