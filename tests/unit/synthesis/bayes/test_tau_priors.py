"""Priors of tau: densities integrate to one, slopes are derivatives, distributions invert."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from remit.core.errors import InputError, SpecError
from remit.synthesis.bayes import NormalPrior, TauPrior, empirical_tau_prior
from remit.synthesis.bayes import empirical_tables as tables

V = np.array([0.1, 0.3, 2.0])
PARAMETRIC = {
    "half-normal": TauPrior.half_normal(0.5),
    "half-Cauchy": TauPrior.half_cauchy(0.7),
    "half-t": TauPrior.half_t(4, 0.3),
    "exponential": TauPrior.exponential(2),
    "log-normal": TauPrior.log_normal(-1, 0.8),
    "log-t": TauPrior.log_t(-1, 0.8, 5),
    "uniform": TauPrior.uniform(2),
}
OF_STUDIES = {
    "DuMouchel": TauPrior.dumouchel(),
    "shrinkage": TauPrior.shrinkage(),
    "I2": TauPrior.i2(),
}
IMPROPER = {
    "improper uniform": TauPrior.improper_uniform(),
    "sqrt": TauPrior.sqrt(),
    "Jeffreys": TauPrior.jeffreys(),
    "BergerDeely": TauPrior.berger_deely(),
}
ALL = PARAMETRIC | OF_STUDIES | IMPROPER | {"conventional": TauPrior.conventional()}


@pytest.mark.parametrize("name", PARAMETRIC | OF_STUDIES)
def test_proper_densities_integrate_to_one(name):
    prior = ALL[name]

    def in_log(t):
        return float(np.exp(prior.log_density(np.exp(t), V)[0] + t))

    upper = np.log(prior.upper) if np.isfinite(prior.upper) else 40.0
    total = quad(in_log, -300, -5, limit=400)[0] + quad(in_log, -5, min(5, upper), limit=400)[0]
    if upper > 5:
        total += quad(in_log, 5, 300, limit=400)[0]
    # quad's own tolerance is 1.5e-8 a piece; the log-t loses 1e-9 beyond e^-300
    assert total == pytest.approx(1, abs=1e-7)
    assert prior.proper


@pytest.mark.parametrize("name", ALL)
def test_slope_is_the_derivative_in_log_tau(name):
    prior, step = ALL[name], 1e-5
    tau = np.array([1e-4, 0.2, 1.1])
    up, down = (prior.log_density(tau * np.exp(s), V) for s in (step, -step))
    # central differences: an error of step^2, and rounding of 1e-15/step
    assert prior.slope(tau, V) == pytest.approx((up - down) / (2 * step), abs=1e-8)


@pytest.mark.parametrize("name", [name for name, prior in ALL.items() if np.isfinite(prior.tail)])
def test_the_tail_exponent_is_that_of_the_density(name):
    prior = ALL[name]
    slope = float(prior.slope(np.array([1e60]), V)[0])
    # the log-t has its logarithmic factor: (df + 1)/log(tau) at tau = 1e60
    assert slope == pytest.approx(-prior.tail, abs=0.06 if prior.slow_tail else 1e-9)


@pytest.mark.parametrize("name", PARAMETRIC)
def test_quantiles_invert_the_distribution(name):
    prior = PARAMETRIC[name]
    for p in (0.025, 0.5, 0.975):
        assert prior.cdf(prior.quantile(p)) == pytest.approx(p, rel=1e-9)  # t inverses
    assert prior.cdf(0.0) == 0
    inside = quad(lambda t: float(np.exp(prior.log_density(t)[0])), 0.2, 0.9)[0]
    assert prior.cdf(0.9) - prior.cdf(0.2) == pytest.approx(inside, rel=1e-8)  # quad's tolerance


@pytest.mark.parametrize("name", OF_STUDIES | IMPROPER)
def test_no_distribution_without_studies(name):
    with pytest.raises(SpecError, match="does not depend on the studies"):
        ALL[name].quantile(0.5)


def test_a_prior_that_needs_variances_says_so():
    with pytest.raises(SpecError, match="I2 with 1 sampling variances, expected at least 2"):
        TauPrior.i2().log_density(1.0, [0.1])


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_scales_must_be_above_zero(bad):
    with pytest.raises(InputError, match="argument 'scale'"):
        TauPrior.half_normal(bad)
    with pytest.raises(InputError, match="argument 'sd'"):
        NormalPrior(sd=bad)


def test_family_and_number_of_parameters_are_checked():
    with pytest.raises(SpecError, match="one of half-normal"):
        TauPrior(family="gamma", parameters=(1.0,))
    with pytest.raises(SpecError, match="2 for half-t: df, scale"):
        TauPrior(family="half-t", parameters=(1.0,))


class TestEmpirical:
    def test_turner_2015_quantiles(self):
        # Roever 2020, J Stat Softw 93(6): TurnerEtAlPrior("surgical", "pharma", "placebo")
        prior = empirical_tau_prior(
            "turner", "surgical or device success", "pharmacological vs placebo"
        )
        found = [prior.quantile(p) for p in (0.025, 0.5, 0.975)]
        assert found == pytest.approx([0.06233896, 0.34300852, 1.88734045], rel=1e-7)  # printed

    def test_turner_2015_density(self):
        # bayesmeta 3.4: TurnerEtAlPrior("all-cause mortality", "pharma", "placebo / control")
        prior = empirical_tau_prior("turner", "all-cause mortality", "pharmacological vs placebo")
        assert np.exp(prior.log_density([0.1, 0.3, 0.8])) == pytest.approx(
            [5.283540380112264, 1.023631542457846, 0.024387744946927647], rel=1e-12
        )
        assert prior.quantile(0.5) == pytest.approx(0.13876131224295524, rel=1e-12)

    def test_general_settings(self):
        # Turner 2015, p. 993; Rhodes 2015, sec. 3.3
        assert empirical_tau_prior("turner-2012").parameters == (-1.28, 0.87)
        assert empirical_tau_prior("turner-2015").parameters == (-1.28, 0.87)
        assert empirical_tau_prior("rhodes").parameters == pytest.approx((-1.72, 1.295, 5.0))

    def test_tables_are_complete(self):
        for rows, columns, table in (
            (tables.TURNER_2012_OUTCOMES, tables.TURNER_2012_COMPARISONS, tables.TURNER_2012),
            (tables.TURNER_2015_OUTCOMES, tables.TURNER_2015_COMPARISONS, tables.TURNER_2015),
            *(
                (tables.RHODES_2015_OUTCOMES, tables.RHODES_2015_COMPARISONS, table)
                for table in tables.RHODES_2015.values()
            ),
        ):
            assert np.shape(table) == (len(rows), len(columns), 2)

    @pytest.mark.parametrize("table", [tables.TURNER_2015, tables.TURNER_2012])
    def test_turner_locations_are_sums_of_row_and_column(self, table):
        location = np.array(table)[:, :, 0]
        fitted = location.mean(axis=1, keepdims=True) + location.mean(axis=0) - location.mean()
        assert np.max(np.abs(location - fitted)) < 0.02  # printed with two decimals

    @pytest.mark.parametrize("area", tables.RHODES_2015)
    def test_rhodes_locations_are_sums_but_for_the_named_doubts(self, area):
        location = np.array(tables.RHODES_2015[area])[:, :, 0]
        for (where, outcome, comparison), fitting in tables.RHODES_2015_DOUBTS.items():
            if where == area:
                row = tables.RHODES_2015_OUTCOMES.index(outcome)
                column = tables.RHODES_2015_COMPARISONS.index(comparison)
                assert abs(location[row, column] - fitting) > 0.2
                location[row, column] = fitting
        fitted = location.mean(axis=1, keepdims=True) + location.mean(axis=0) - location.mean()
        assert np.max(np.abs(location - fitted)) < 0.02  # printed with two decimals

    def test_a_doubtful_setting_is_marked(self):
        found = empirical_tau_prior("rhodes", "mental health", "non-pharmacological")
        assert "misprint" in found.caution
        assert "-2.85" in found.caution
        sound = empirical_tau_prior("rhodes", "mental health", "pharmacological vs placebo")
        assert sound.caution == ""

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("cochrane",), "argument 'source'"),
            (("turner", "headache", "pharmacological vs placebo"), "one of all-cause mortality"),
            (("turner", "pain"), "argument 'comparison'"),
            (("turner", "pain", "surgery"), "argument 'comparison'"),
            (("turner", None, None, "cancer"), "only rhodes has areas"),
        ],
    )
    def test_wrong_settings_are_answered_with_the_list(self, arguments, message):
        with pytest.raises(SpecError, match=message):
            empirical_tau_prior(*arguments)
