"""p-uniform* against its definition, other models that it must equal, and runaway likelihoods."""

from __future__ import annotations

import json
import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import p_uniform_star, selection_model
from remit.synthesis.bias.truncated_effects import TruncatedEffects, log_limit, summit
from remit.synthesis.models import (
    FitSpec,
    fit_linear,
    heterogeneity_interval,
    profile_interval,
)

CRITICAL = 1.959963984540054
# Eleven made-up studies, seven of them significant; then with much heterogeneity; then all
# significant, where the mean has no lower limit.
MIXED = (
    np.array([0.51, 0.9, 1.4, 0.8, 0.1, 0.35, 0.2, -0.1, 0.6, 0.45, 0.7]),
    np.array([0.2, 0.3, 0.6, 0.25, 0.2, 0.15, 0.18, 0.3, 0.22, 0.4, 0.28]) ** 2,
)
SPREAD = (
    np.array([1.9, -0.4, 0.8, 2.6, 0.1, 0.5, -1.2, 1.4, 0.3, 3.1, 0.9, 1.1]),
    np.array([0.3, 0.5, 0.2, 0.7, 0.25, 0.4, 0.6, 0.3, 0.2, 0.8, 0.35, 0.15]) ** 2,
)
ALL_SIGNIFICANT = (np.array([0.5, 0.9, 1.4, 0.6]), np.array([0.04, 0.09, 0.3, 0.05]))
EQUAL = [0.62, 0.15, 0.48, 0.91, 0.33, -0.12, 0.55, 0.70, 0.27, 0.44, 1.20, 0.05, 0.58, 0.81, 0.39]
DATA = {"mixed": MIXED, "spread": SPREAD, "all significant": ALL_SIGNIFICANT}


def by_hand(y, v, mean, tau2):
    """The log-likelihood as van Aert & van Assen write it, study by study."""
    total = 0.0
    for effect, variance in zip(y, v, strict=True):
        error = math.sqrt(variance + tau2)
        edge = CRITICAL * math.sqrt(variance)
        up = 0.5 * math.erfc((edge - mean) / error / math.sqrt(2.0))
        chance = up if effect >= edge else 0.5 * math.erfc((mean - edge) / error / math.sqrt(2.0))
        if chance <= 0.0:
            return -math.inf
        density = -0.5 * ((effect - mean) / error) ** 2 - math.log(error * math.sqrt(2 * math.pi))
        total += density - math.log(chance)
    return total


def effects_of(y, v):
    edge = CRITICAL * np.sqrt(v)
    return TruncatedEffects(y=y, v=v, edge=edge, above=y >= edge)


@pytest.mark.parametrize(("mean", "tau2"), [(0.3, 0.0), (-4.0, 0.2), (9.0, 3.0), (-2e4, 1e4)])
def test_likelihood_and_gradient_have_all_digits(mean, tau2):
    y, v = MIXED
    effects = effects_of(y, v)

    def exact(m, t):
        total = mpmath.mpf(0)
        for i in range(y.size):
            error = mpmath.sqrt(mpmath.mpf(float(v[i])) + t)
            a = (m - mpmath.mpf(float(effects.edge[i]))) / error
            chance = mpmath.ncdf(a if effects.above[i] else -a)
            residual = (mpmath.mpf(float(y[i])) - m) / error
            total += mpmath.log(mpmath.npdf(residual) / error / chance)
        return total

    with mpmath.workdps(60):
        m, t = mpmath.mpf(mean), mpmath.mpf(tau2)
        want = float(exact(m, t))
        slopes = [float(mpmath.diff(exact, (m, t), (1, 0))), float(_by_tau2(exact, m, t))]
    assert effects.value(mean, tau2) == pytest.approx(want, rel=1e-12)  # rounding of eleven terms
    # hazard + a loses digits as a^2: at the last point a is -200
    assert effects.gradient(mean, tau2) == pytest.approx(slopes, rel=1e-9)


def _by_tau2(exact, m, t):
    step = mpmath.mpf(10) ** -20
    return (exact(m, t + step) - exact(m, t - step)) / (2 * step)


@pytest.mark.parametrize("name", DATA)
def test_no_point_of_a_wide_grid_is_higher(name):
    y, v = DATA[name]
    found = p_uniform_star(y, v)
    top = by_hand(y, v, found.effect.value, found.tau2.value)
    assert found.loglik == pytest.approx(top, rel=1e-11)  # critical value with 16 digits
    assert found.status.converged
    grid = [
        (by_hand(y, v, mean, tau2), mean, tau2)
        for mean in np.linspace(-6.0, 6.0, 61)
        for tau2 in np.concatenate(([0.0], np.geomspace(1e-4, 100.0, 40)))
    ]
    assert max(grid)[0] <= top + 1e-12
    best = max(grid)
    polished = minimize(
        lambda x: -by_hand(y, v, x[0], x[1] ** 2),
        [best[1], math.sqrt(best[2]) + 0.01],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13},
    )
    assert -polished.fun == pytest.approx(top, abs=1e-9)  # what Nelder-Mead was asked for
    assert found.effect.value == pytest.approx(polished.x[0], abs=1e-5)  # square root of that


@pytest.mark.parametrize("name", ["mixed", "spread"])
def test_interval_ends_are_where_the_likelihood_has_fallen_enough(name):
    y, v = DATA[name]
    found = p_uniform_star(y, v)
    target = found.loglik - 0.5 * CRITICAL**2
    fine = np.concatenate(([0.0], np.geomspace(1e-5, 30.0, 3000)))
    for mean in (found.effect.interval.low, found.effect.interval.high):
        # neighbours of the fine grid are 0.5 % apart, and the top is flat
        highest = max(by_hand(y, v, mean, tau2) for tau2 in fine)
        assert highest == pytest.approx(target, abs=1e-4)
    means = np.linspace(-4.0, 4.0, 8001)
    for tau2 in (found.tau2.interval.low, found.tau2.interval.high):
        if tau2 > 0:
            highest = max(by_hand(y, v, mean, tau2) for mean in means)
            assert highest == pytest.approx(target, abs=1e-4)
    zero = max(by_hand(y, v, 0.0, tau2) for tau2 in fine)
    ratio = 2.0 * (found.loglik - zero)
    # chi-squared with 1 df is a squared normal
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(ratio / 2.0)), abs=1e-4)


def test_bias_is_tested_at_the_random_effects_fit():
    y, v = SPREAD
    found = p_uniform_star(y, v)
    at = by_hand(y, v, found.unadjusted.value, found.unadjusted_tau2)
    assert found.bias_lrt == pytest.approx(2.0 * (found.loglik - at), rel=1e-9)
    assert found.bias_p == pytest.approx(math.exp(-0.5 * found.bias_lrt), rel=1e-12)  # 2 df


def test_with_equal_variances_it_is_the_three_parameter_selection_model():
    # Pustejovsky 2026, "p-uniform* is a three-parameter selection model"
    y, v = np.array([*EQUAL, 0.66]), np.full(16, 0.04)
    found, step = p_uniform_star(y, v), selection_model(y, v, "stepfun", steps=[0.025])
    assert found.effect.value == pytest.approx(step.effect.value, rel=1e-7)  # two stopping rules
    assert found.tau2.value == pytest.approx(step.tau2, rel=1e-6)
    # metafor 3.8-1: selmodel(rma(y, rep(0.04, 16), method="ML"), type="stepfun", steps=0.025,
    # control=list(optimizer="optim", optmethod="BFGS", reltol=1e-14))
    assert found.effect.value == pytest.approx(METAFOR[0], rel=1e-6)
    assert found.tau2.value == pytest.approx(METAFOR[1], rel=1e-5)


METAFOR = (0.5131182030619, 0.0618517431901)


def test_a_threshold_that_nothing_reaches_leaves_maximum_likelihood():
    y, v = MIXED
    found = p_uniform_star(y, v, alpha=1e-300)
    plain = fit_linear(y, v, None, FitSpec(tau2="ML"))
    assert found.significant == 0
    assert found.effect.value == pytest.approx(plain.coef[0], rel=1e-8)  # roots of two searches
    assert found.tau2.value == pytest.approx(plain.tau2_value, rel=1e-8)
    assert found.loglik == pytest.approx(plain.ml.loglik, rel=1e-12)
    mean = profile_interval(plain, 0)
    assert found.effect.interval.low == pytest.approx(mean.interval.low, rel=1e-7)
    assert found.effect.interval.high == pytest.approx(mean.interval.high, rel=1e-7)
    assert found.p_value == pytest.approx(mean.p_value, rel=1e-6)
    spread = heterogeneity_interval(plain, "profile-likelihood").tau2
    assert found.tau2.interval.low == pytest.approx(spread.low, rel=1e-6)
    assert found.tau2.interval.high == pytest.approx(spread.high, rel=1e-6)


def test_significant_studies_alone_may_leave_the_mean_without_a_lower_limit():
    found = p_uniform_star(*ALL_SIGNIFICANT)
    assert found.effect.interval.low == -np.inf
    assert found.tau2.interval.high == np.inf
    assert any("no end" in note.text for note in found.notes)
    y, v = ALL_SIGNIFICANT
    # far away the likelihood is that of an exponential excess
    effects = effects_of(y, v)
    rate = 1.0 / effects.excess.mean()
    far = effects.value(-1e9 * rate, 1e9)
    assert far == pytest.approx(log_limit(effects), abs=1e-6)  # of order v / tau2


def test_a_likelihood_that_rises_without_end_has_no_estimate():
    y, v = np.array([0.40, 0.41, 0.42, 3.0]), np.full(4, 0.04)
    found = p_uniform_star(y, v)
    assert isinstance(found.effect, NotEstimable)
    assert "falls away" in found.effect.reason
    effects = effects_of(y, v)
    heights = [effects.profile(tau2) for tau2 in (0.0, 1.0, 100.0, 1e6)]
    assert heights == sorted(heights)
    assert heights[-1] < log_limit(effects)
    mirrored = p_uniform_star(2.0 * CRITICAL * 0.2 - y, v)
    assert mirrored.significant == 0
    assert "rises away" in mirrored.effect.reason
    json.dumps(found.to_dict(), allow_nan=False)


def test_all_effects_at_the_edge_and_one_study_have_no_estimate():
    edge = 1.0
    effects = TruncatedEffects(
        y=np.full(3, edge), v=np.ones(3), edge=np.full(3, edge), above=np.ones(3, dtype=bool)
    )
    assert summit(effects) is None
    assert isinstance(p_uniform_star([0.5], [0.01]).effect, NotEstimable)


def test_equal_effects_far_beyond_the_edge_are_taken_as_they_are():
    found = p_uniform_star([2.2] * 4, [0.04, 0.09, 0.06, 0.001])
    # the least precise study lies 5.4 standard errors beyond its edge
    assert found.effect.value == pytest.approx(2.2, abs=1e-6)
    assert found.tau2.value == 0.0
    assert found.status.at_bounds == ("tau2",)
    assert any(note.kind == "boundary" for note in found.notes)


def test_the_other_direction_order_and_units_change_nothing_else():
    y, v = SPREAD
    found = p_uniform_star(y, v)
    turned = p_uniform_star(-y[::-1], v[::-1], alternative="less")
    assert turned.effect.value == -found.effect.value
    assert turned.effect.interval.low == -found.effect.interval.high
    assert (turned.tau2, turned.p_value, turned.bias_p) == (
        found.tau2,
        found.p_value,
        found.bias_p,
    )
    scaled = p_uniform_star(3e5 * y, 9e10 * v)
    assert scaled.effect.value == pytest.approx(3e5 * found.effect.value, rel=1e-9)
    assert scaled.tau2.interval.high == pytest.approx(9e10 * found.tau2.interval.high, rel=1e-9)
    assert scaled.p_value == pytest.approx(found.p_value, rel=1e-8)


def test_bad_input_is_refused_by_name():
    with pytest.raises(InputError, match="study 2"):
        p_uniform_star([0.1, np.nan], [1.0, 1.0])
    with pytest.raises(SpecError, match="alpha"):
        p_uniform_star([0.1, 0.2], [1.0, 1.0], alpha=5)
    with pytest.raises(SpecError, match="alternative"):
        p_uniform_star([0.1, 0.2], [1.0, 1.0], alternative="right")
