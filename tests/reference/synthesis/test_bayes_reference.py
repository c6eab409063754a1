"""Bayesian pooling against bayesmeta 3.4, published examples and a 30-digit recomputation."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from remit.core.estimate import NotEstimable
from remit.synthesis.bayes import NormalPrior, TauPrior, bayes_pool, bayes_regress

VALUES = Path(__file__).parents[1] / "values" / "bayes.json"
SETS = json.loads(VALUES.read_text(encoding="utf-8"))
PRIORS = {
    "uniform": TauPrior.improper_uniform(),
    "jeffreys": TauPrior.jeffreys(),
    "HN0.5": TauPrior.half_normal(0.5),
    "HC0.5": TauPrior.half_cauchy(0.5),
    "shrinkage": TauPrior.shrinkage(),
}
CASES = [
    pytest.param(data, check, id=f"{data['name']}-{check['prior']}-{check['interval']}")
    for data in SETS
    for check in data["checks"]
]
# what bayesmeta integrates with R's integrate(rel.tol = 1.5e-11) and inverts with uniroot
INTEGRATED = 1e-6
# what bayesmeta sums over its grid of some 20 to 70 values of tau, of a standard deviation: the
# grid drops 1e-4 of the posterior's upper tail and moves each bin's mass to one point
GRID = 8e-3
# R's optimize() and optim() stop at the root of the machine's precision in the function
OPTIMISED = 2e-3
INTERVALS = {"shortest": OPTIMISED, "central": INTEGRATED}  # of the width: optimize, or uniroot


def fit(data, check):
    return bayes_pool(
        (data["effect"], np.square(data["std_error"])),
        PRIORS[check["prior"]],
        None if check["mu_sd"] is None else NormalPrior(sd=check["mu_sd"]),
    )


@pytest.mark.parametrize(("data", "check"), CASES)
class TestBayesmeta:
    def test_what_it_integrates(self, data, check):
        found = fit(data, check)
        for name in ("median", "mean", "sd"):
            assert getattr(found.tau, name) == pytest.approx(check["tau"][name], rel=INTEGRATED)
        assert found.tau_density([0.05, 0.2, 0.5]) == pytest.approx(
            check["tau_density"], rel=INTEGRATED
        )
        assert found.i2.value / 100 == pytest.approx(check["i2"], rel=INTEGRATED)
        if check["marginal"] is None:
            assert isinstance(found.log_marginal_likelihood, NotEstimable)
        else:
            assert np.exp(found.log_marginal_likelihood) == pytest.approx(
                check["marginal"], rel=INTEGRATED
            )
        factors = found.bayes_factors
        for factor, wanted in zip(
            (
                factors.no_heterogeneity,
                factors.least_no_heterogeneity,
                factors.no_effect,
                factors.least_no_effect,
            ),
            check["factors"],
            strict=True,
        ):
            if wanted is None:
                assert isinstance(factor, NotEstimable)
            else:
                assert factor.value == pytest.approx(wanted, rel=INTEGRATED)

    def test_what_it_optimises(self, data, check):
        found, tau = fit(data, check), check["tau"]
        assert found.tau.mode == pytest.approx(tau["mode"], abs=OPTIMISED * tau["sd"])
        interval = getattr(found.tau, check["interval"])
        tolerance = INTERVALS[check["interval"]] * (tau["high"] - tau["low"])
        assert interval.low == pytest.approx(tau["low"], abs=tolerance)
        assert interval.high == pytest.approx(tau["high"], abs=tolerance)
        assert found.joint_mode.tau == pytest.approx(
            check["joint_mode"][0], abs=OPTIMISED * tau["sd"]
        )
        assert found.joint_mode.mu == pytest.approx(
            check["joint_mode"][1], abs=OPTIMISED * check["mu"]["sd"]
        )

    @pytest.mark.parametrize("what", ["mu", "new_study"])
    def test_what_it_sums_over_its_grid(self, data, check, what):
        found, wanted = getattr(fit(data, check), what), check[what]
        for name in ("mode", "median", "mean", "sd"):
            assert getattr(found, name) == pytest.approx(wanted[name], abs=GRID * wanted["sd"])
        interval = getattr(found, check["interval"])
        assert interval.low == pytest.approx(wanted["low"], abs=GRID * wanted["sd"])
        assert interval.high == pytest.approx(wanted["high"], abs=GRID * wanted["sd"])

    def test_shrinkage(self, data, check):
        for study, mean, sd in zip(
            fit(data, check).studies, check["study_mean"], check["study_sd"], strict=True
        ):
            assert study.posterior.mean == pytest.approx(mean, abs=GRID * sd)
            assert study.posterior.sd == pytest.approx(sd, abs=GRID * sd)


ABLAT = np.array([44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33])  # degrees of latitude


def test_meta_regression():
    # bmr() of bayesmeta 3.4 on BCG, int = 1, abl = latitude - 33, tau half-normal 0.5
    data = SETS[0]
    design = np.column_stack((np.ones(13), ABLAT - 33.0))
    found = bayes_regress(
        (data["effect"], np.square(data["std_error"])),
        design,
        TauPrior.half_normal(0.5),
        names=("int", "abl"),
    )
    assert found.tau.median == pytest.approx(0.2949258677503424, rel=INTEGRATED)
    assert found.tau.mean == pytest.approx(0.3139940375954441, rel=INTEGRATED)
    assert found.tau.sd == pytest.approx(0.14350459803602084, rel=INTEGRATED)
    wanted = (
        (-0.7019872555238187, -0.7076699154949596, 0.12416458673719201),
        (-0.029055529534397134, -0.028874598839262404, 0.00836388912679016),
    )
    for summary, (median, mean, sd) in zip(found.coefficients, wanted, strict=True):
        assert summary.median == pytest.approx(median, abs=GRID * sd)
        assert summary.mean == pytest.approx(mean, abs=GRID * sd)
        assert summary.sd == pytest.approx(sd, abs=GRID * sd)


PSILOCYBIN = np.array(
    [
        (-1.421536, 0.410986),
        (-2.480657, 0.552589),
        (-0.709170, 0.164084),
        (-1.273111, 0.311014),
        (-1.729737, 0.506762),
        (-0.334651, 0.389835),
        (-0.869972, 0.216379),
        (-0.380644, 0.332013),
        (-0.141713, 0.366445),
        (-0.794045, 0.409501),
        (-0.827502, 0.371812),
        (-0.938368, 0.292662),
    ]
)


def test_psilocybin_for_depression():
    # Metapsy data of 2025-11-20 (doi 10.5281/zenodo.15714852, ODC-BY), 12 trials, Hedges g; the
    # guide's bayesmeta run, mu ~ N(0, 1), tau ~ half-normal 0.5, printed with 5 decimals
    y, se = PSILOCYBIN.T
    found = bayes_pool((y, se**2), TauPrior.half_normal(0.5), NormalPrior(sd=1))
    printed = 1e-3  # bayesmeta's grid; tau is integrated, so half a unit of its last digit
    assert found.tau.median == pytest.approx(0.29907, abs=5e-6)
    assert found.tau.mean == pytest.approx(0.31273, abs=5e-6)
    assert found.tau.sd == pytest.approx(0.18356, abs=5e-6)
    assert found.tau.shortest.high == pytest.approx(0.63736, abs=5e-5)  # an optimised interval
    assert found.mu.median == pytest.approx(-0.87147, abs=printed)
    assert found.mu.mean == pytest.approx(-0.87631, abs=printed)
    assert found.mu.sd == pytest.approx(0.14269, abs=printed)
    assert found.mu.shortest.low == pytest.approx(-1.16942, abs=printed)
    assert found.mu.shortest.high == pytest.approx(-0.59812, abs=printed)


# --- an independent recomputation: mpmath on the scale of tau itself ---

CRINS = np.array([-2.3097, -0.4595, -2.3026, -1.7579, -1.2585, -2.4179])
CRINS_V = np.array([0.3594, 0.3096, 0.7750, 0.2078, 0.4122, 2.3373])
BREAKS = [0, 1e-12, 1e-6, 1e-3, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1e4, 1e8, mp.inf]
EXACT = 1e-8  # what is promised; both sides are better


class Exact:
    """Posterior of the two-level model by mpmath's tanh-sinh quadrature, 20 digits."""

    def __init__(self, y, v, prior, mu_sd=None):
        self.y = [mp.mpf(float(x)) for x in y] + ([mp.mpf(0)] if mu_sd else [])
        self.v = [mp.mpf(float(x)) for x in v]
        self.mu_sd, self.prior = mu_sd, prior
        with mp.workdps(20):
            self.total = self._integral(lambda *_: 1)

    def given(self, t):
        total = [x + t * t for x in self.v] + ([mp.mpf(self.mu_sd) ** 2] if self.mu_sd else [])
        precision = mp.fsum(1 / x for x in total)
        mean = mp.fsum(y / x for y, x in zip(self.y, total, strict=True)) / precision
        fit = mp.fsum((y - mean) ** 2 / x for y, x in zip(self.y, total, strict=True))
        logs = mp.fsum(mp.log(x) for x in total)
        n = len(total)
        log_likelihood = -((n - 1) * mp.log(2 * mp.pi) + logs + fit + mp.log(precision)) / 2
        return mean, 1 / precision, mp.exp(log_likelihood)

    def _integral(self, function, upper=mp.inf):
        def f(t):
            mean, var, likelihood = self.given(t)
            return self.prior(t) * likelihood * function(t, mean, var)

        return mp.quad(f, [b for b in BREAKS if b < upper] + [upper])

    def expect(self, function, upper=mp.inf):
        with mp.workdps(20):
            return float(self._integral(function, upper) / self.total)


EXACT_CASES = {
    "half-normal, normal": (
        6,
        TauPrior.half_normal(0.5),
        lambda t: 2 * mp.npdf(t, 0, mp.mpf("0.5")),
        4.0,
    ),
    "half-Cauchy, flat": (
        6,
        TauPrior.half_cauchy(0.5),
        lambda t: 2 / (mp.pi * mp.mpf("0.5") * (1 + 4 * t * t)),
        None,
    ),
    "half-t, k = 2": (
        2,
        TauPrior.half_t(3, 0.5),
        lambda t: 4 / (mp.pi * mp.sqrt(3) * mp.mpf("0.5") * (1 + 4 * t * t / 3) ** 2),
        None,
    ),
    "log-normal, k = 1": (
        1,
        TauPrior.log_normal(-1, 0.8),
        lambda t: mp.npdf(mp.log(t), -1, mp.mpf("0.8")) / t if t else mp.mpf(0),
        4.0,
    ),
    "improper uniform, k = 3": (3, TauPrior.improper_uniform(), lambda t: mp.mpf(1), None),
    "sqrt, k = 2": (2, TauPrior.sqrt(), lambda t: 1 / mp.sqrt(t), None),
    "Jeffreys, k = 4": (
        4,
        TauPrior.jeffreys(),
        lambda t: mp.sqrt(mp.fsum((t / (mp.mpf(float(v)) + t * t)) ** 2 for v in CRINS_V[:4])),
        None,
    ),
}


@pytest.mark.parametrize("name", EXACT_CASES)
def test_against_an_independent_integration(name):
    k, prior, density, mu_sd = EXACT_CASES[name]
    y, v = CRINS[:k], CRINS_V[:k]
    found = bayes_pool((y, v), prior, None if mu_sd is None else NormalPrior(sd=mu_sd))
    exact = Exact(y, v, density, mu_sd)
    assert found.posterior.panels.log_integral == pytest.approx(
        float(mp.log(exact.total)), rel=EXACT, abs=EXACT
    )
    for x in (-3.0, 0.0):
        below = exact.expect(lambda t, m, s, x=x: mp.ncdf((x - m) / mp.sqrt(s)))
        assert found.mu_cdf(x) == pytest.approx(below, rel=EXACT)
        above = exact.expect(lambda t, m, s, x=x: mp.ncdf((m - x) / mp.sqrt(s + t * t)))
        assert found.probability_beyond(x, of="new-study") == pytest.approx(above, rel=EXACT)
    assert found.mu_density(-1.0)[0] == pytest.approx(
        exact.expect(lambda t, m, s: mp.npdf(-1, m, mp.sqrt(s))), rel=EXACT
    )
    for p in (0.025, 0.9):
        reached = exact.expect(lambda *_: 1, mp.mpf(found.tau_quantile(p)))
        assert reached == pytest.approx(p, rel=EXACT)
    if not isinstance(found.tau.sd, NotEstimable):
        mean = exact.expect(lambda t, m, s: t)
        second = exact.expect(lambda t, m, s: t * t)
        assert found.tau.mean == pytest.approx(mean, rel=EXACT)
        assert found.tau.sd == pytest.approx((second - mean**2) ** 0.5, rel=EXACT)
    if not isinstance(found.mu.mean, NotEstimable):
        assert found.mu.mean == pytest.approx(exact.expect(lambda t, m, s: m), rel=EXACT)
    weight = exact.expect(lambda t, m, s: s / (mp.mpf(float(v[0])) + t * t))
    assert found.weights[0] / 100 == pytest.approx(weight, rel=EXACT)
