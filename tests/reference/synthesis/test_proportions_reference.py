"""Proportions against metafor, published intervals, and two independent quadratures."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import roots_hermite

from remit.synthesis.binomial import clopper_pearson, wilson, zero_events_upper
from remit.synthesis.logit_normal import derivatives, fit_logit_normal

CASES = json.loads(
    (Path(__file__).parents[1] / "values" / "proportions.json").read_text(encoding="utf-8")
)
#: The edge.2x2 counts with 0 of 20, 10 of 10 and 5 of 5 beside others: tau2 is large.
EXTREME = ([0, 3, 0, 10, 5, 0, 12, 1], [20, 20, 25, 10, 5, 30, 40, 100])


def ids(case):
    return case["source"]["data"].split(",")[0]


def counts(case):
    return np.array(case["events"], dtype=float), np.array(case["n"], dtype=float)


def marginal(r, n, beta, tau2):
    """The marginal log-likelihood by mpmath's adaptive tanh-sinh rule, study by study."""
    sd = mp.sqrt(tau2)

    def integrand(z, events, size):
        eta = beta + sd * z
        up, down = mp.log1p(mp.exp(-eta)), mp.log1p(mp.exp(eta))
        return mp.exp(-events * up - (size - events) * down) * mp.npdf(z)

    cuts = [-12, -6, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 6, 12]
    parts = (
        mp.quad(lambda z, a=int(a), b=int(b): integrand(z, a, b), cuts)
        for a, b in zip(r, n, strict=True)
    )
    return mp.fsum(mp.log(part) for part in parts)


def hermite(r, n, beta, tau2, points):
    """The marginal log-likelihood by adaptive Gauss-Hermite quadrature (Liu & Pierce 1994)."""
    x, w = roots_hermite(points)
    total = 0.0
    for events, size in zip(r, n, strict=True):

        def minus_log(eta, a=events, b=size):
            data = a * np.logaddexp(0, -eta) + (b - a) * np.logaddexp(0, eta)
            return data + 0.5 * (eta - beta) ** 2 / tau2 + 0.5 * np.log(2 * np.pi * tau2)

        mode = minimize_scalar(minus_log, bracket=(beta - 1, beta + 1), tol=1e-10).x
        p = 1 / (1 + np.exp(-mode))
        width = np.sqrt(2 / (size * p * (1 - p) + 1 / tau2))
        total += np.log(width * np.sum(w * np.exp(x**2 - minus_log(mode + width * x))))
    return total


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_metafor_glmm(case):
    found = fit_logit_normal(*counts(case))
    # lme4 uses 7 quadrature points and stops early; the five digits it prints are what holds
    assert found.beta == pytest.approx(case["logit"], abs=2e-5)
    assert found.std_error == pytest.approx(case["std_error"], abs=2e-5)
    assert found.tau2 == pytest.approx(case["tau2"], abs=3e-5)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_gauss_hermite(case):
    r, n = counts(case)
    found = fit_logit_normal(r, n)
    # both are converged for these sets: what is left is rounding of a sum near 1e3
    assert hermite(r, n, found.beta, found.tau2, 80) == pytest.approx(
        found.log_likelihood, abs=1e-8
    )
    assert found.quadrature_error < 1e-8
    assert found.status.converged


@pytest.mark.parametrize(
    ("r", "n"), [EXTREME, ([6, 4, 5], [6, 9, 7])], ids=["all-or-none", "6 of 6"]
)
def test_exact_optimum(r, n):
    r, n = np.array(r, dtype=float), np.array(n, dtype=float)
    found = fit_logit_normal(r, n)
    beta, tau2 = mp.mpf(found.beta), mp.mpf(found.tau2)
    with mp.workdps(25):
        top = marginal(r, n, beta, tau2)
        assert float(top) == pytest.approx(found.log_likelihood, abs=1e-8)
        step = mp.mpf("1e-5")
        slopes = [(marginal(r, n, beta + step, tau2) - marginal(r, n, beta - step, tau2))]
        if found.tau2 > 0:
            slopes.append(marginal(r, n, beta, tau2 + step) - marginal(r, n, beta, tau2 - step))
        else:
            assert marginal(r, n, beta, step) < top
        # a central difference with this step errs by about its square
        assert max(abs(float(s / (2 * step))) for s in slopes) < 1e-8


def test_extreme_set_is_higher_than_metafor():
    """metafor 5.0-1 stops at logit -2.48118, tau2 30.37754, which is not the maximum."""
    r, n = (np.array(x, dtype=float) for x in EXTREME)
    found = fit_logit_normal(r, n)
    there = derivatives(r, n, -2.4811790385030275, 30.377535552724023)
    assert found.log_likelihood > there.value + 0.01  # 0.0132 by mpmath
    assert np.max(np.abs(there.gradient)) > 1e-3


@pytest.mark.parametrize("tau2", [0.0, 1e-6, 0.3, 40.0])
def test_derivatives_are_those_of_the_value(tau2):
    r, n = (np.array(x, dtype=float) for x in EXTREME)
    at = derivatives(r, n, -1.0, tau2)
    h = 1e-5
    for i, (b, t) in enumerate(((h, 0.0), (0.0, h))):
        if tau2 - t < 0:
            continue
        up, down = derivatives(r, n, -1.0 + b, tau2 + t), derivatives(r, n, -1.0 - b, tau2 - t)
        # central differences: third derivatives times h^2, and rounding over h
        slope = (up.value - down.value) / (2 * h)
        assert at.gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-6)
        curve = (up.gradient - down.gradient) / (2 * h)
        assert at.hessian[i] == pytest.approx(curve, rel=1e-4, abs=1e-4)


# Newcombe 1998, Stat Med 17:857, table I, and counts of headache series; recomputed with R
PUBLISHED = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    (55, 77, (0.6051, 0.8031), (0.6000, 0.8115)),
    (13, 17, (0.5274, 0.9044), (0.5010, 0.9319)),
    (6, 6, (0.6097, 1.0), (0.5407, 1.0)),
    (0, 61, (0.0, 0.0592), (0.0, 0.0587)),
]


@pytest.mark.parametrize(("events", "n", "score", "exact"), PUBLISHED)
def test_published_intervals(events, n, score, exact):
    a, b = wilson(events, n), clopper_pearson(events, n)
    # four printed decimals
    assert (a.low, a.high) == pytest.approx(score, abs=5.1e-5)
    assert (b.low, b.high) == pytest.approx(exact, abs=5.1e-5)


@pytest.mark.parametrize(
    ("n", "bound"), [(20, 0.1391), (30, 0.0950), (50, 0.0582), (100, 0.0295), (300, 0.0099)]
)
def test_one_sided_bound(n, bound):
    """Hanley & Lippman-Hand 1983, JAMA 249:1743; exact values beside the rule of three."""
    assert zero_events_upper(n) == pytest.approx(bound, abs=5.1e-5)  # four decimals
