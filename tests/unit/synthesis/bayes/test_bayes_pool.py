"""Bayesian pooling: published worked examples, an independent integration, laws, few studies."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.integrate import quad

from remit.core.errors import SpecError
from remit.synthesis.bayes import NormalPrior, TauPrior, bayes_pool, few_studies

# Rubin 1981, the eight schools; expected values: bayesmeta's vignette (Roever 2020, J Stat Softw
# 93(6)), recomputed with bayesmeta 3.4.
SCHOOLS = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
SCHOOLS_SE = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6])
# Crins 2014 in Roever 2020, section 3: log odds ratios of six studies and of the two randomised.
CRINS = np.array([-2.3097, -0.4595, -2.3026, -1.7579, -1.2585, -2.4179])
CRINS_V = np.array([0.3594, 0.3096, 0.7750, 0.2078, 0.4122, 2.3373])


def schools(factor: float = 1.0):
    return bayes_pool(
        (SCHOOLS * factor, (SCHOOLS_SE * factor) ** 2),
        TauPrior.half_cauchy(25 * factor),
        NormalPrior(sd=50 * factor),
    )


class TestPublished:
    # bayesmeta works on a grid with errors of about 1e-3 of a value; the printed digits are kept
    def test_eight_schools(self):
        result = schools()
        assert result.tau.median == pytest.approx(4.7585, abs=2e-3)
        assert result.tau.mean == pytest.approx(5.8845, abs=2e-3)
        assert result.mu.median == pytest.approx(7.96296, abs=2e-3)
        assert result.mu.sd == pytest.approx(4.99576, abs=2e-3)
        assert result.mu.shortest.low == pytest.approx(-1.82335, abs=4e-3)
        assert result.mu.shortest.high == pytest.approx(17.82457, abs=4e-3)
        assert result.probability_beyond(0.0, of="mean") == pytest.approx(0.9487521, abs=1e-4)

    def test_six_studies(self):
        result = bayes_pool((CRINS, CRINS_V), TauPrior.half_normal(0.5), NormalPrior(sd=4))
        assert result.tau.mean == pytest.approx(0.3810562, abs=2e-4)
        assert result.tau.median == pytest.approx(0.3445, abs=2e-4)
        assert result.tau.sd == pytest.approx(0.25937, abs=2e-4)
        assert result.mu.median == pytest.approx(-1.57348, abs=5e-4)
        assert result.mu.mean == pytest.approx(-1.57644, abs=5e-4)
        assert result.mu.shortest.low == pytest.approx(-2.23113, abs=1e-3)
        assert result.mu.shortest.high == pytest.approx(-0.92631, abs=1e-3)

    def test_two_randomised_studies(self):
        result = bayes_pool(
            (CRINS[[0, 4]], CRINS_V[[0, 4]]), TauPrior.half_normal(0.5), NormalPrior(sd=4)
        )
        assert result.mu_cdf(0.0) == pytest.approx(0.99753, abs=1e-4)


class TestIndependentIntegration:
    """The same posterior by scipy's adaptive quadrature over tau, written out again."""

    @staticmethod
    def weight(tau: float) -> tuple[float, float, float]:
        """Return the marginal likelihood times prior at tau, and the mean and SD of mu there."""
        total = CRINS_V + tau**2
        precision = np.sum(1 / total) + 1 / 16
        mean = np.sum(CRINS / total) / precision
        spread = np.sum(CRINS**2 / total) - precision * mean**2
        density = np.exp(-0.5 * spread) / np.sqrt(np.prod(2 * np.pi * total) * precision * 16)
        prior = np.exp(-0.5 * (tau / 0.5) ** 2) * np.sqrt(2 / np.pi) / 0.5
        return density * prior, mean, 1 / np.sqrt(precision)

    def moment(self, function) -> float:
        return quad(lambda t: self.weight(t)[0] * function(t), 0, 8, epsabs=0, epsrel=1e-12)[0]

    def test_moments_and_marginal_likelihood(self):
        result = bayes_pool((CRINS, CRINS_V), TauPrior.half_normal(0.5), NormalPrior(sd=4))
        total = self.moment(lambda _: 1.0)
        mean_tau = self.moment(lambda t: t) / total
        mean_mu = self.moment(lambda t: self.weight(t)[1]) / total
        second = self.moment(lambda t: self.weight(t)[1] ** 2 + self.weight(t)[2] ** 2) / total
        # 1e-8: both integrations claim 1e-10 or better
        assert result.tau.mean == pytest.approx(mean_tau, rel=1e-8)
        assert result.mu.mean == pytest.approx(mean_mu, rel=1e-8)
        assert result.mu.sd == pytest.approx(np.sqrt(second - mean_mu**2), rel=1e-8)
        assert result.log_marginal_likelihood == pytest.approx(np.log(total), rel=1e-8)


class TestLaws:
    @pytest.mark.parametrize("factor", [1e-8, 1e-3, 1e8])
    def test_scale_moves_nothing_but_units(self, factor):
        base, scaled = schools(), schools(factor)
        # 1e-9: the grid over tau is laid anew in the other units
        assert scaled.tau.median / factor == pytest.approx(base.tau.median, rel=1e-9)
        assert scaled.mu.median / factor == pytest.approx(base.mu.median, rel=1e-9)

    def test_order_is_irrelevant(self):
        turned = bayes_pool(
            (SCHOOLS[::-1], SCHOOLS_SE[::-1] ** 2), TauPrior.half_cauchy(25), NormalPrior(sd=50)
        )
        assert turned.mu.mean == pytest.approx(schools().mu.mean, rel=1e-12)  # sums in other order

    def test_shrinkage_lies_between_study_and_mean(self):
        result = schools()
        for row, study in zip(SCHOOLS, result.studies, strict=True):
            low, high = sorted((row, result.mu.mean))
            assert low <= study.posterior.mean <= high

    def test_to_dict_is_json(self):
        plain = schools().to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        assert "Probability" in schools().summary()


class TestFewStudies:
    def test_one_study_with_proper_priors(self):
        result = bayes_pool(([-2.3097], [0.3594]), TauPrior.half_normal(0.5), NormalPrior(sd=4))
        assert -2.3097 < result.mu.median < 0  # shrunk towards the prior mean

    def test_an_improper_posterior_is_refused_in_words(self):
        with pytest.raises(SpecError, match="improper"):
            bayes_pool(([1.0, 2.0], [1.0, 1.0]), TauPrior.improper_uniform())

    def test_few_studies_lays_three_priors_side_by_side(self):
        few = few_studies((CRINS[[0, 4]], CRINS_V[[0, 4]]), "log-odds")
        assert few.summary().count("half-normal") >= 3
