"""Quantiles with closed forms, tails, roots and means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remit.core import numerics as num
from remit.core.errors import ConvergenceError

CLOSED = 1e-13  # closed forms on both sides; scipy's special functions promise about this much


def test_normal():
    assert num.normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=CLOSED)
    assert num.normal_two_sided(-1.959963984540054) == pytest.approx(0.05, rel=CLOSED)


@pytest.mark.parametrize("p", [0.6, 0.9, 0.975, 0.9995])
def test_t_with_one_and_two_df(p):
    """Student's t with 1 df is Cauchy; with 2 df its quantile is algebraic."""
    # the inverse of scipy before 1.14 stops at about 1e-11
    assert num.t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-10)
    two = (2 * p - 1) / math.sqrt(2 * p * (1 - p))
    assert num.t_quantile(p, 2) == pytest.approx(two, rel=1e-10)
    assert num.t_two_sided(two, 2) == pytest.approx(2 * (1 - p), rel=1e-10)


@pytest.mark.parametrize("p", [1e-9, 0.025, 0.5, 0.975, 1 - 1e-9])
def test_chi2_with_two_df(p):
    """Chi-squared with 2 df is exponential."""
    # 1 - p keeps only half its digits where p is within 1e-9 of 1
    tolerance = CLOSED if p < 0.99 else 1e-8
    assert num.chi2_quantile(p, 2) == pytest.approx(-2 * math.log1p(-p), rel=tolerance)
    assert num.chi2_upper_tail(6.0, 2) == pytest.approx(math.exp(-3), rel=CLOSED)


def test_f_is_t_squared():
    assert num.f_quantile(0.95, 1, 7) == pytest.approx(num.t_quantile(0.975, 7) ** 2, rel=1e-10)
    assert num.f_upper_tail(num.t_quantile(0.975, 7) ** 2, 1, 7) == pytest.approx(0.05, rel=1e-9)


def test_critical_value():
    assert num.critical_value(0.95) == pytest.approx(1.959963984540054, rel=CLOSED)
    assert num.critical_value(0.95, 1) == pytest.approx(12.706204736174694, rel=1e-10)


def test_t_and_normal():
    # Tables of t and of the normal distribution: 2.0639 (24 df), 1.95996
    assert num.critical_value(0.95, 24) == pytest.approx(2.0639, abs=5e-5)  # digits of the table
    assert num.critical_value(0.95) == pytest.approx(1.95996, abs=5e-6)
    assert num.two_sided(1.959964, None) == pytest.approx(0.05, abs=1e-7)  # digits of the quantile
    assert num.two_sided(float("inf"), None) == 0.0


@pytest.mark.parametrize("scale", [1e-200, 1e-8, 1.0, 1e8])
def test_root_is_relative_to_its_size(scale):
    root = num.bracketed_root(
        lambda x: x**2 / scale**2 - 2.0 if scale > 1e-100 else x - scale, 0.0, 3 * scale
    )
    expected = math.sqrt(2) * scale if scale > 1e-100 else scale
    assert root.value == pytest.approx(expected, rel=1e-15, abs=0)  # four units in the last place
    assert root.iterations > 0


@pytest.mark.parametrize(("low", "high", "found"), [(0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)])
def test_root_at_an_end(low, high, found):
    assert num.bracketed_root(lambda x: x, low, high).value == found


def test_no_sign_change_is_an_error():
    with pytest.raises(ConvergenceError, match="opposite sign"):
        num.bracketed_root(lambda x: x * x + 1, -1.0, 1.0)


def test_not_a_number_is_an_error():
    with pytest.raises(ConvergenceError, match="opposite sign"):
        num.bracketed_root(lambda x: math.nan, -1.0, 1.0)


def test_weighted_mean_does_not_depend_on_the_order():
    values, weights = [1e16, 1.0, -1e16, 3.0], [1.0, 2.0, 1.0, 4.0]
    assert num.weighted_mean(values, weights) == 14.0 / 8.0
    assert num.weighted_mean(values[::-1], weights[::-1]) == 14.0 / 8.0


@pytest.mark.parametrize(("top", "want"), [(0.37, 0.37), (-1.0, 0.0), (9.0, 4.0)])
def test_the_maximum_is_refined_around_the_best_grid_point(top, want):
    place, value = num.grid_maximum(lambda x: -((x - top) ** 2), np.linspace(0.0, 4.0, 9))
    assert place == pytest.approx(want, abs=1e-8)  # the root of rounding in the value
    assert value == pytest.approx(-((want - top) ** 2), abs=1e-15)
