"""Derivatives of the integrals against differences; the error of the quadrature."""

from __future__ import annotations

import numpy as np
import pytest

from remit.synthesis.rare.arms import Arm, slopes
from remit.synthesis.rare.ascent import climb
from remit.synthesis.rare.cumulants import Binomial, NoncentralHypergeometric, Poisson
from remit.synthesis.rare.likelihoods import LineLikelihood, PlaneLikelihood

K = 4
FIRST = Binomial(count=np.array([0.0, 3, 9, 40]), n=np.array([12.0, 9, 30, 5000]))
SECOND = Binomial(count=np.array([2.0, 5, 9, 70]), n=np.array([11.0, 9, 33, 4800]))
EVENTS = Poisson(count=np.array([0.0, 3, 9, 40]))
TABLES = NoncentralHypergeometric.of_tables(
    FIRST.count, FIRST.n, SECOND.n, FIRST.count + SECOND.count
)
NONE = np.zeros(K)
ONE_COLUMN = np.column_stack((np.ones(K), [0.3, -1.0, 0.5, 1.0]))


def two_arms(share=0.5):
    return (
        Arm(family=FIRST, offset=NONE, on_effect=share, on_base=1.0),
        Arm(family=SECOND, offset=NONE, on_effect=share - 1.0, on_base=1.0),
    )


def line(arms, free=False):
    return LineLikelihood(arms=arms, centre=NONE, design=ONE_COLUMN, free_base=np.full(K, free))


LIKELIHOODS = {
    "binomial": (line((Arm(family=FIRST, offset=NONE),)), [-1.0, 0.2]),
    "poisson": (line((Arm(family=EVENTS, offset=np.log([5.0, 2, 8, 90])),)), [-0.5, 0.2]),
    "hypergeometric": (line((Arm(family=TABLES, offset=NONE),)), [-0.5, 0.2]),
    "free bases": (line(two_arms(), free=True), [-0.5, 0.2, -1.0, 0.1, -1, -4]),
    "free bases, first arm": (line(two_arms(1.0), free=True), [-0.5, 0.2, -1.0, 0.1, -1, -4]),
    "random bases": (
        PlaneLikelihood(arms=two_arms(), centre=NONE, design=ONE_COLUMN),
        [-0.5, 0.2, -1.5],
    ),
}


def cases():
    for name, (likelihood, start) in LIKELIHOODS.items():
        if likelihood.variances == 2:
            # each in turn is well and badly known beside the data
            for sigma2, tau2 in ((1.4, 0.6), (1e-4, 0.6), (1.4, 1e-4), (1e-4, 1e-4)):
                yield pytest.param(likelihood, [*start, sigma2, tau2], id=f"{name} {sigma2} {tau2}")
        else:
            for tau2 in (1e-4, 0.05, 2.5):
                yield pytest.param(likelihood, [*start, tau2], id=f"{name} {tau2}")


@pytest.mark.parametrize(("likelihood", "place"), list(cases()))
def test_derivatives_agree_with_differences(likelihood, place):
    place = np.array(place)
    local = likelihood.at(place, free_tau2=True)
    variances = likelihood.variances
    scale = np.ones(place.size)
    scale[-variances:] = place[-variances:]
    for i in range(place.size):
        step = np.zeros(place.size)
        step[i] = 1e-4 * scale[i]
        ends = [likelihood.at(place + sign * step, free_tau2=True) for sign in (-1, 1)]
        slope = (ends[1].value - ends[0].value) / (2 * step[i])
        # differences of a step of 1e-4 are good to about 1e-8 times the third derivative; what
        # rounding of the value adds is 1e-11/step
        size = 1.0 + abs(local.gradient[i]) * scale[i]
        assert (slope - local.gradient[i]) * scale[i] == pytest.approx(0.0, abs=1e-5 * size)
        row = (ends[1].gradient - ends[0].gradient) / (2 * step[i])
        away = (row - local.hessian[i]) * scale[i] * scale
        assert np.max(np.abs(away)) < 1e-4 * (
            1.0 + np.max(np.abs(local.hessian[i]) * scale * scale[i])
        )


@pytest.mark.parametrize(("likelihood", "place"), list(cases()))
def test_doubling_the_points_changes_nothing(likelihood, place):
    once, twice = (likelihood.at(np.array(place), free_tau2=True, refine=m) for m in (1.0, 2.0))
    # the geometric convergence of the trapezoidal rule has long reached rounding
    assert once.value == pytest.approx(twice.value, abs=1e-9)
    assert once.gradient == pytest.approx(twice.gradient, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("name", ["binomial", "poisson", "hypergeometric", "free bases"])
def test_no_variance_is_the_limit_of_a_small_one(name):
    likelihood, start = LIKELIHOODS[name]
    none, little = (likelihood.at(np.array([*start, tau2]), free_tau2=True) for tau2 in (0.0, 1e-9))
    # to first order the value moves by tau2 times its derivative
    assert little.value == pytest.approx(none.value + 1e-9 * none.gradient[-1], abs=1e-8)
    assert little.gradient[:-1] == pytest.approx(none.gradient[:-1], rel=1e-4, abs=1e-4)


def test_slopes_of_two_arms_add_up():
    at = slopes(two_arms(), np.array([[0.3]] * K), -1.0, 2)
    p = 1 / (1 + np.exp(-(-1.0 + 0.15)))
    q = 1 / (1 + np.exp(-(-1.0 - 0.15)))
    expected = (FIRST.count - FIRST.n * p) * 0.5 - (SECOND.count - SECOND.n * q) * 0.5
    assert at[(0, 1)][:, 0] == pytest.approx(expected, rel=1e-12)
    curve = -(FIRST.n * p * (1 - p) + SECOND.n * q * (1 - q)) / 4
    assert at[(0, 2)][:, 0] == pytest.approx(curve, rel=1e-12)


def test_a_climb_ends_where_the_gradient_is_nothing():
    likelihood, start = LIKELIHOODS["hypergeometric"]
    x, local, _, steps = climb(likelihood, np.array([*start, 0.5]), free_tau=True)
    assert steps > 0
    assert np.max(np.abs(local.gradient)) < 1e-6
    assert x[-1] >= 0
