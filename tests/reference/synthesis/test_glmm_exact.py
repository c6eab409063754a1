"""The mixed models of counts against a slow independent integration, and against 30 digits."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from remit.synthesis.rare import beta_binomial, glmm
from remit.synthesis.rare.cumulants import NoncentralHypergeometric

DATA = json.loads((Path(__file__).parents[1] / "values" / "rare.json").read_text(encoding="utf-8"))[
    "data"
]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(300)
# a Gauss-Legendre rule of 300 points over 12 standard deviations either way, for studies whose
# counts are small: good to about 1e-11
TOLERANCE = 1e-8


def counts(name):
    return dict(zip(DATA[name]["columns"], np.array(DATA[name]["rows"], float).T, strict=True))


def nielweise():
    """The studies with an event, as a, n1, c, n2."""
    table = np.array(DATA["nielweise2007"]["rows"], dtype=float)
    return table[(table[:, 0] + table[:, 2]) > 0]


def log_choose(n, r):
    return gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)


def binomial(r, n, eta):
    return log_choose(n, r) + r * eta - n * np.logaddexp(0.0, eta)


def integral(log_f, mean, variance):
    half = 12.0 * np.sqrt(variance)
    theta = mean + half * NODES
    log_g = log_f(theta) - 0.5 * (theta - mean) ** 2 / variance
    top = log_g.max()
    return top + np.log(
        (WEIGHTS * np.exp(log_g - top)).sum() * half / np.sqrt(2 * np.pi * variance)
    )


def hypergeometric(a, n1, n2, m, theta):
    x = np.arange(max(0, m - n2), min(n1, m) + 1)[:, None]
    terms = log_choose(n1, x) + log_choose(n2, m - x) + x * theta
    top = terms.max(axis=0)
    total = top + np.log(np.exp(terms - top).sum(axis=0))
    return log_choose(n1, a) + log_choose(n2, m - a) + a * theta - total


def conditional(beta, tau2):
    return sum(
        integral(lambda t, s=s: hypergeometric(s[0], s[1], s[3], s[0] + s[2], t), beta, tau2)
        for s in nielweise()
    )


def approximate(beta, tau2):
    return sum(
        integral(lambda t, s=s: binomial(s[0], s[0] + s[2], t + np.log(s[1] / s[3])), beta, tau2)
        for s in nielweise()
    )


def fixed_bases(beta, tau2):
    total = 0.0
    for a, n1, c, n2 in nielweise():

        def lacking(base, a=a, n1=n1, c=c, n2=n2):
            return -integral(
                lambda t: binomial(a, n1, base + t / 2) + binomial(c, n2, base - t / 2), beta, tau2
            )

        found = minimize_scalar(
            lacking, bounds=(-12.0, 4.0), method="bounded", options={"xatol": 1e-10}
        )
        total -= found.fun
    return total


LIKELIHOODS = {"CM.EL": conditional, "CM.AL": approximate, "UM.FS": fixed_bases}


@pytest.mark.parametrize("model", LIKELIHOODS)
def test_the_optimum_is_one_by_independent_quadrature(model):
    result = glmm("OR", model, **counts("nielweise2007"))
    likelihood = LIKELIHOODS[model]
    beta, tau2 = result.effect.value, result.tau2.tau2
    assert likelihood(beta, tau2) == pytest.approx(result.fit.loglik, abs=TOLERANCE)
    step = 1e-3
    ends = [likelihood(beta + s, tau2) for s in (-step, step)]
    # the central difference of a likelihood whose third derivative is of order 10
    assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(0.0, abs=2e-5)
    across = [likelihood(beta, tau2 + s) for s in (-step, step)]
    assert (across[1] - across[0]) / (2 * step) == pytest.approx(0.0, abs=2e-5)
    assert result.quadrature_error < 1e-8
    assert result.tau2.status.converged


@pytest.mark.parametrize("model", LIKELIHOODS)
def test_the_standard_error_is_that_of_the_numerical_information(model):
    result = glmm("OR", model, **counts("nielweise2007"))
    likelihood = LIKELIHOODS[model]
    beta, tau2 = result.effect.value, result.tau2.tau2
    h, top = 0.01, likelihood(beta, tau2)
    at = {(i, j): likelihood(beta + i * h, tau2 + j * h) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    information = np.zeros((2, 2))
    information[0, 0] = -(at[1, 0] - 2 * top + at[-1, 0]) / h**2
    information[1, 1] = -(at[0, 1] - 2 * top + at[0, -1]) / h**2
    cross = -(at[1, 1] - at[1, -1] - at[-1, 1] + at[-1, -1]) / (4 * h**2)
    information[0, 1] = information[1, 0] = cross
    covariance = np.linalg.inv(information)
    # second differences with a step of .01 are good to about 1e-4 of themselves
    assert result.effect.std_error == pytest.approx(np.sqrt(covariance[0, 0]), rel=5e-4)
    assert result.se_tau2 == pytest.approx(np.sqrt(covariance[1, 1]), rel=5e-4)


def random_bases(beta, base, sigma2, tau2):
    """Both integrals by Gauss-Legendre over eight standard deviations either way."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    theta = beta + 8 * np.sqrt(tau2) * nodes
    alpha = base + 8 * np.sqrt(sigma2) * nodes[:, None]
    prior = np.log(8 * weights) - 0.5 * (8 * nodes) ** 2 - 0.5 * np.log(2 * np.pi)
    total = 0.0
    for a, n1, c, n2 in np.array(DATA["nielweise2007"]["rows"], dtype=float):
        log_g = binomial(a, n1, alpha + theta / 2) + binomial(c, n2, alpha - theta / 2)
        log_g = log_g + prior + prior[:, None]
        total += log_g.max() + np.log(np.exp(log_g - log_g.max()).sum())
    return total


def test_random_bases_count_the_study_without_events():
    result = glmm("OR", "UM.RS", **counts("nielweise2007"))
    assert result.k == 18
    beta, tau2, sigma2 = result.effect.value, result.tau2.tau2, result.sigma2
    found = minimize_scalar(
        lambda base: -random_bases(beta, base, sigma2, tau2), bounds=(-7, -2), method="bounded"
    )
    # the bounded search stops at 1e-5 in the base, which is 1e-9 in the likelihood at its top;
    # beyond eight standard deviations lies 1e-15 of the prior
    assert -found.fun == pytest.approx(result.fit.loglik, abs=1e-7)
    base, step = found.x, 1e-3
    for here, there in (
        ((beta - step, base, sigma2, tau2), (beta + step, base, sigma2, tau2)),
        ((beta, base, sigma2 - step, tau2), (beta, base, sigma2 + step, tau2)),
        ((beta, base, sigma2, tau2 - step), (beta, base, sigma2, tau2 + step)),
    ):
        slope = (random_bases(*there) - random_bases(*here)) / (2 * step)
        assert slope == pytest.approx(0.0, abs=1e-4)  # the base is off by up to 1e-5


@cache
def coefficients(n1, n2, m):
    """Numbers of tables with x events in the first arm, exactly."""
    support = range(max(0, m - n2), min(n1, m) + 1)
    return [(x, mpmath.mpf(math.comb(n1, x) * math.comb(n2, m - x))) for x in support]


def moments(n1, n2, m, theta):
    ratio = mpmath.exp(theta)
    terms = coefficients(n1, n2, m)
    power = ratio ** terms[0][0]
    weighted = []
    for x, number in terms:
        weighted.append((x, number * power))
        power *= ratio
    total = mpmath.fsum(w for _, w in weighted)
    mean = mpmath.fsum(x * w for x, w in weighted) / total
    square = mpmath.fsum((x - mean) ** 2 * w for x, w in weighted) / total
    return mean, square, mpmath.log(total)


def test_common_effect_and_wald_test_of_the_conditional_model_with_thirty_digits():
    tables = [[int(x) for x in row] for row in DATA["bcg"]["rows"]]
    with mpmath.workdps(30):
        theta = mpmath.mpf("-0.47")
        for _ in range(6):
            pairs = [moments(a + b, c + d, a + c, theta)[:2] for a, b, c, d in tables]
            score = mpmath.fsum(t[0] - p[0] for t, p in zip(tables, pairs, strict=True))
            theta += score / mpmath.fsum(p[1] for p in pairs)
        error = 1 / mpmath.sqrt(mpmath.fsum(p[1] for p in pairs))
        own = []
        for a, b, c, d in tables:
            t = mpmath.log(mpmath.mpf(a * d) / (b * c))
            for _ in range(6):
                mean, square, _ = moments(a + b, c + d, a + c, t)
                t += (a - mean) / square
            own.append((t, square))
        centre = mpmath.fsum(t * w for t, w in own) / mpmath.fsum(w for _, w in own)
        wald = mpmath.fsum(w * (t - centre) ** 2 for t, w in own)
    result = glmm("OR", "CM.EL", method="EE", **counts("bcg"))
    # our own high-precision recomputation
    assert result.effect.value == pytest.approx(float(theta), abs=1e-12)
    assert result.effect.std_error == pytest.approx(float(error), rel=1e-10)
    assert result.wald_q.statistic == pytest.approx(float(wald), rel=1e-9)


@pytest.mark.parametrize("theta", [-6.0, -0.3, 0.0, 2.5])
def test_hypergeometric_cumulants_with_thirty_digits(theta):
    a, n1, n2, m = 150, 20000, 15000, 260
    family = NoncentralHypergeometric.of_tables(*(np.array([float(x)]) for x in (a, n1, n2, m)))
    k, mean, square = family.derivatives(np.array([[theta]]), 2)
    with mpmath.workdps(30):
        expected_mean, expected_square, log_total = moments(n1, n2, m, mpmath.mpf(theta))
        here = mpmath.log(math.comb(n1, a) * math.comb(n2, m - a))
        expected_k = log_total - here - a * mpmath.mpf(theta)
    assert k[0, 0] == pytest.approx(float(expected_k), rel=1e-11)
    assert mean[0, 0] + a == pytest.approx(float(expected_mean), rel=1e-12)
    assert square[0, 0] == pytest.approx(float(expected_square), rel=1e-11)


def test_beta_binomial_against_beta_functions():
    table = np.array(DATA["nielweise2007"]["rows"], dtype=float)
    result = beta_binomial("OR", **counts("nielweise2007"))

    def likelihood(p1, p2, rho):
        total = mpmath.mpf(0)
        for a, n1, c, n2 in table:
            for p, y, n in ((p1, a, n1), (p2, c, n2)):
                alpha, beta = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
                total += (
                    mpmath.log(mpmath.binomial(n, y))
                    + mpmath.loggamma(alpha + y)
                    + mpmath.loggamma(beta + n - y)
                    - mpmath.loggamma(alpha + beta + n)
                    + mpmath.loggamma(alpha + beta)
                    - mpmath.loggamma(alpha)
                    - mpmath.loggamma(beta)
                )
        return total

    place = [*(float(p) for p in result.proportions), result.rho]
    with mpmath.workdps(30):
        top = likelihood(*(mpmath.mpf(x) for x in place))
        assert result.fit.loglik == pytest.approx(float(top), abs=1e-9)
        information = np.zeros((3, 3))
        h = mpmath.mpf("1e-6")

        def moved(**steps):
            return likelihood(
                *(mpmath.mpf(x) + steps.get(f"s{i}", 0) * h for i, x in enumerate(place))
            )

        for i in range(3):
            ends = moved(**{f"s{i}": 1}), moved(**{f"s{i}": -1})
            slope = float((ends[0] - ends[1]) / (2 * h))
            information[i, i] = -float((ends[0] - 2 * top + ends[1]) / h**2)
            # the Newton step that is left, in standard errors
            assert abs(slope) / np.sqrt(information[i, i]) < 1e-6
            for j in range(i):
                four = [moved(**{f"s{i}": a, f"s{j}": b}) * a * b for a in (-1, 1) for b in (-1, 1)]
                information[i, j] = information[j, i] = -float(sum(four) / (4 * h**2))
    covariance = np.linalg.inv(information)
    # second differences of step 1e-6 in 30 digits
    assert result.covariance == pytest.approx(covariance, rel=1e-5)
    p1, p2 = place[0], place[1]
    slope = np.array([1 / (p1 * (1 - p1)), -1 / (p2 * (1 - p2))])
    variance = slope @ covariance[:2, :2] @ slope
    assert result.effect.std_error == pytest.approx(np.sqrt(variance), rel=1e-5)
