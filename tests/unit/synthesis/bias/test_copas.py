"""The Copas selection model against its definition, brute force and its limits."""

from __future__ import annotations

import json
import math

import mpmath
import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import copas
from remit.synthesis.bias.copas_fit import CopasData, fit_copas, with_slope
from remit.synthesis.bias.copas_likelihood import CopasLikelihood
from remit.synthesis.models import FitSpec, fit_linear

# Made up: small studies report larger effects.
Y = np.array([0.12, 0.18, 0.05, 0.31, 0.42, 0.22, 0.55, 0.71, 0.38, 0.95, 0.64, 1.2])
S = np.array([0.08, 0.10, 0.12, 0.15, 0.18, 0.2, 0.24, 0.3, 0.33, 0.4, 0.45, 0.6])
# The same with a study that disagrees, which gives the likelihood several summits.
TORN = np.array([0.12, 0.18, 0.05, 0.31, -0.9, 0.22, 0.55, 1.9, 0.38, 0.95, -1.4, 2.6])
MILD = np.array([0.14, 0.09, 0.15, 0.18, 0.45, -0.09, 0.64, 0.26, 0.63, 0.52, 0.31, 1.0])
DATA = {"even": Y, "torn": TORN, "mild": MILD}
GAMMAS = [(1.2, 0.12), (0.3, 0.10), (-0.6, 0.15)]


def by_hand(y, s, gamma, mean, rho, tau2, slope=0.0):
    """The log-likelihood of Copas & Shi 2000, p. 250, study by study."""
    total = 0.0
    for effect, error in zip(y, s, strict=True):
        u = gamma[0] + gamma[1] / error
        chance = 0.5 * math.erfc(-u / math.sqrt(2.0))
        hazard = math.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi) / chance
        sigma2 = error**2 / (1.0 - rho**2 * hazard * (u + hazard))
        spread = sigma2 + tau2
        tilde = rho * math.sqrt(sigma2 / spread)
        residual = (effect - mean - slope * error) / math.sqrt(spread)
        v = (u + tilde * residual) / math.sqrt(1.0 - tilde**2)
        seen = 0.5 * math.erfc(-v / math.sqrt(2.0))
        if seen <= 0.0:
            return -math.inf
        total += -0.5 * (math.log(2.0 * math.pi * spread) + residual**2)
        total += math.log(seen) - math.log(chance)
    return total


def data_of(y):
    return CopasData(y=y, v=S**2, unit=1.0, bound=0.9999)


@pytest.mark.parametrize(("rho", "tau2"), [(0.7, 0.04), (-0.9, 0.3)])
def test_the_density_is_that_of_the_model_by_quadrature(rho, tau2):
    """Integrate the true effect out of p(effect, publication), and find sigma from s."""
    y, s, mean, gamma = 0.9, 0.4, 0.3, (0.2, 0.1)
    u = gamma[0] + gamma[1] / s
    with mpmath.workdps(25):
        chance = mpmath.ncdf(u)
        # variance of an error e that is seen when d > -u, corr(e, d) = rho
        first = mpmath.quad(lambda d: d * mpmath.npdf(d), [-u, 0, 9]) / chance
        second = mpmath.quad(lambda d: d**2 * mpmath.npdf(d), [-u, 0, 9]) / chance
        sigma = s / mpmath.sqrt(1 - rho**2 + rho**2 * (second - first**2))

        def joint(theta):
            e = (y - theta) / sigma
            seen = mpmath.ncdf((u + rho * e) / mpmath.sqrt(1 - rho**2))
            return mpmath.npdf(theta, mean, mpmath.sqrt(tau2)) * mpmath.npdf(e) / sigma * seen

        want = float(mpmath.log(mpmath.quad(joint, [-4, -1, 0, 0.5, 1, 2, 5]) / chance))
    one = CopasLikelihood(
        y=np.array([y]), v=np.array([s**2]), design=np.ones((1, 1)), u=np.array([u])
    )
    found, _ = one.value_and_gradient(np.array([mean, rho, tau2]))
    assert found == pytest.approx(want, rel=1e-12)  # d beyond 9 has probability 1e-19


@pytest.mark.parametrize("slope", [False, True])
def test_the_gradient_is_the_derivative(slope):
    likelihood = data_of(TORN).likelihood((0.3, 0.1), slope=slope)
    theta = np.array([0.2, *([0.4] if slope else []), -0.6, 0.05])
    value, gradient = likelihood.value_and_gradient(theta)
    beta = float(theta[1]) if slope else 0.0
    mean, rho, tau2 = float(theta[0]), float(theta[-2]), float(theta[-1])
    assert value == pytest.approx(by_hand(TORN, S, (0.3, 0.1), mean, rho, tau2, beta), rel=1e-12)
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = 1e-5
        up, down = (likelihood.value_and_gradient(theta + h)[0] for h in (step, -step))
        # the square of the step, and rounding over it
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-7)


def test_tails_keep_their_digits():
    far = CopasLikelihood(
        y=np.array([-6.0]), v=np.array([0.01]), design=np.ones((1, 1)), u=np.array([-3.0])
    )
    found, gradient = far.value_and_gradient(np.array([1.0, 0.9, 0.0]))
    with mpmath.workdps(80):
        hazard = mpmath.npdf(-3) / mpmath.ncdf(-3)
        sigma2 = mpmath.mpf(0.01) / (1 - mpmath.mpf(0.9) ** 2 * hazard * (hazard - 3))
        residual = -7 / mpmath.sqrt(sigma2)
        v = (-3 + mpmath.mpf(0.9) * residual) / mpmath.sqrt(1 - mpmath.mpf(0.9) ** 2)
        want = -0.5 * mpmath.log(2 * mpmath.pi * sigma2) - residual**2 / 2
        want = want + mpmath.log(mpmath.ncdf(v)) - mpmath.log(mpmath.ncdf(-3))
    assert found == pytest.approx(float(want), rel=1e-12)  # the hazard's rounding, times 7 / 0.1
    assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("gamma", GAMMAS)
def test_no_point_of_a_wide_grid_is_higher(name, gamma):
    y = DATA[name]
    top = fit_copas(data_of(y), gamma)
    mean, rho, tau2 = (float(x) for x in top.x)
    assert top.value == pytest.approx(by_hand(y, S, gamma, mean, rho, tau2), rel=1e-11)
    assert top.converged
    grid = (
        by_hand(y, S, gamma, m, r, t)
        for m in np.linspace(-0.6, 0.9, 26)
        for r in (-0.9999, -0.97, -0.8, -0.5, -0.2, 0.1, 0.4, 0.7, 0.9, 0.99, 0.9999)
        for t in (0.0, 0.003, 0.01, 0.04, 0.1, 0.3, 1.0)
    )
    assert max(grid) <= top.value + 1e-10
    near = [
        by_hand(y, S, gamma, mean + a, min(0.9999, max(-0.9999, rho + b)), max(0.0, tau2 + c))
        for a in (-1e-4, 0.0, 1e-4)
        for b in (-1e-4, 0.0, 1e-4)
        for c in (-1e-4, 0.0, 1e-4)
    ]
    assert max(near) <= top.value + 1e-10  # rounding of twelve terms


def test_the_slope_can_only_raise_the_likelihood_of_its_own_side():
    data, gamma = data_of(Y), (0.3, 0.1)
    found = copas(Y, S**2, gamma=[gamma], side="left").points[1]
    top = with_slope(data, gamma, left=True)
    mean, beta, rho, tau2 = (float(x) for x in top.x)
    assert top.value == pytest.approx(by_hand(Y, S, gamma, mean, rho, tau2, beta), rel=1e-11)
    assert 0.0 <= rho <= 0.9999
    assert found.residual_lrt == pytest.approx(2.0 * (top.value - found.loglik), rel=1e-8)
    # chi-squared with 1 df is a squared normal
    want = math.erfc(math.sqrt(found.residual_lrt / 2.0))
    assert found.residual_p == pytest.approx(want, rel=1e-10)


def test_standard_error_is_the_inverse_of_the_curvature():
    gamma, y = (0.3, 0.02), Y + np.tile([0.2, -0.2], 6)
    found = copas(y, S**2, gamma=[gamma]).points[1]
    assert found.status.at_bounds == ()
    at = np.array([found.effect.value, found.rho, found.tau2])
    h = 1e-4 * np.eye(3)

    def value(x):
        return by_hand(y, S, gamma, *x)

    hessian = np.array(
        [
            [
                (
                    value(at + h[i] + h[j])
                    - value(at + h[i] - h[j])
                    - value(at - h[i] + h[j])
                    + value(at - h[i] - h[j])
                )
                / 4e-8
                for j in range(3)
            ]
            for i in range(3)
        ]
    )
    want = math.sqrt(np.linalg.inv(-hessian)[0, 0])
    assert found.effect.std_error == pytest.approx(want, rel=1e-4)  # second differences


@pytest.mark.parametrize("gamma", [(10.0, 0.0), (12.0, 0.3)])
def test_without_selection_it_is_random_effects_by_maximum_likelihood(gamma):
    plain = fit_linear(TORN, S**2, None, FitSpec(tau2="ML"))
    found = copas(TORN, S**2, gamma=[gamma])
    for point in found.points:
        # a likelihood at its top is flat: its place is known to the root of the digits
        assert point.effect.value == pytest.approx(plain.coef[0], rel=1e-7)
        assert point.tau2 == pytest.approx(plain.tau2_value, rel=1e-7)
        assert point.loglik == pytest.approx(plain.ml.loglik, rel=1e-12)
        assert point.unpublished < 1e-20
        assert isinstance(point.rho, NotEstimable)
    assert found.unadjusted == found.points[0].effect


def test_the_adjusted_estimate_is_at_the_smallest_selection_that_is_not_rejected():
    found = copas(MILD, S**2)
    chances = [point.publication for point in found.points]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0
    ps = [point.residual_p for point in found.points]
    assert isinstance(found.chosen, int)
    assert found.chosen > 0
    assert all(p <= 0.1 for p in ps[: found.chosen])
    assert ps[found.chosen] > 0.1
    assert found.adjusted == found.points[found.chosen].effect
    assert [row["chosen"] for row in found.to_rows()].index(True) == found.chosen
    at = found.points[found.chosen]
    chance = [0.5 * math.erfc(-(at.gamma0 + at.gamma1 / s) / math.sqrt(2.0)) for s in S]
    assert at.unpublished == pytest.approx(sum((1 - p) / p for p in chance), rel=1e-12)
    assert at.publication == pytest.approx(chance[-1], rel=1e-13)
    strict = copas(MILD, S**2, significance=0.9999)
    assert isinstance(strict.adjusted, NotEstimable)
    assert "every degree" in strict.adjusted.reason
    json.dumps(strict.to_dict(), allow_nan=False)


def test_order_and_mirror_image_change_nothing_else():
    found = copas(Y, S**2)
    turned = copas(-Y[::-1], S[::-1] ** 2)
    assert (found.side, turned.side) == ("left", "right")
    assert len(turned.points) == len(found.points)
    for one, other in zip(found.points, turned.points, strict=True):
        # the path is drawn on summits that are known to about 1e-7
        assert other.gamma0 == pytest.approx(one.gamma0, abs=1e-4)
        assert other.effect.value == pytest.approx(-one.effect.value, abs=1e-4)


@pytest.mark.parametrize("scale", [1e-6, 3.0, 1e5])
def test_units_change_nothing_but_units(scale):
    found = copas(TORN, S**2, gamma=GAMMAS)
    scaled = copas(scale * TORN, (scale * S) ** 2, gamma=[(a, b * scale) for a, b in GAMMAS])
    for one, other in zip(found.points, scaled.points, strict=True):
        assert other.effect.value == pytest.approx(scale * one.effect.value, rel=1e-6)
        assert other.tau2 == pytest.approx(scale**2 * one.tau2, rel=1e-6, abs=1e-9 * scale**2)
        assert other.residual_p == pytest.approx(one.residual_p, rel=1e-6)
        assert other.loglik + Y.size * math.log(scale) == pytest.approx(one.loglik, abs=1e-8)


def test_the_path_knows_powers_of_ten():
    found, scaled = copas(Y, S**2), copas(100.0 * Y, (100.0 * S) ** 2)
    chances = [point.publication for point in found.points]
    assert [point.publication for point in scaled.points] == pytest.approx(chances, abs=1e-4)


def test_equal_standard_errors_or_two_studies_have_no_path():
    for y, v in ((Y, np.full(12, 0.04)), (Y[:2], S[:2] ** 2), (Y[:1], S[:1] ** 2)):
        found = copas(y, v)
        assert len(found.points) == 1
        assert isinstance(found.adjusted, NotEstimable)
        assert isinstance(found.points[0].residual_p, NotEstimable)
    assert "equal" in copas(Y, np.full(12, 0.04)).adjusted.reason


def test_equal_effects_have_a_flat_map_and_need_no_adjustment():
    found = copas(np.full(12, 0.3), S**2)
    assert found.chosen == 0
    assert found.adjusted.value == pytest.approx(0.3, abs=1e-9)


def test_a_correlation_at_its_bound_is_told():
    held = copas(Y, S**2, gamma=[(-0.6, 0.15)], side="left", rho_bound=0.1)
    assert held.side_given
    assert "rho" in held.points[1].status.at_bounds
    assert any("correlation is at its bound" in note.text for note in held.notes)


def test_bad_input_is_refused_by_name():
    with pytest.raises(InputError, match="study 2"):
        copas([0.1, np.nan, 0.2], [1.0, 1.0, 1.0])
    for choices in ({"side": "up"}, {"rho_bound": 1.0}, {"significance": 10}, {"level": 95}):
        with pytest.raises(SpecError, match=next(iter(choices))):
            copas(Y, S**2, **choices)
    for gamma in ((-20.0, 0.1), (np.nan, 0.1)):
        with pytest.raises(SpecError, match="gamma"):
            copas(Y, S**2, gamma=[gamma])
