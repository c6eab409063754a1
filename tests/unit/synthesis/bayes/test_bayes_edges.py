"""Few, many, equal, extreme and unusable studies; what has no answer says why."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bayes import (
    NormalPrior,
    TauPrior,
    bayes_pool,
    bayes_regress,
    empirical_tau_prior,
    few_studies,
)
from remit.synthesis.data import EffectSet, SetAside, StudyEffect

HALF_NORMAL, VAGUE = TauPrior.half_normal(0.5), NormalPrior(sd=4)
IMPROPER = {
    # studies needed under a flat and under a normal prior of the mean: the likelihood falls as
    # tau^-(k-1) and tau^-k, the priors as tau^0, tau^-1/2 and tau^-1
    "improper uniform": (TauPrior.improper_uniform(), 3, 2),
    "sqrt": (TauPrior.sqrt(), 2, 1),
    "Jeffreys": (TauPrior.jeffreys(), 2, 1),
    "BergerDeely": (TauPrior.berger_deely(), 2, 1),
}


def spread(k):
    return np.linspace(0, 1, k), np.linspace(0.2, 0.4, k)


@pytest.mark.parametrize("name", IMPROPER)
@pytest.mark.parametrize("normal", [False, True])
def test_propriety_of_the_posterior(name, normal):
    prior, flat_needs, normal_needs = IMPROPER[name]
    mu_prior, needs = (VAGUE, normal_needs) if normal else (None, flat_needs)
    assert bayes_pool(spread(needs), prior, mu_prior).quadrature_error < 1e-11
    if needs > 1:
        with pytest.raises(SpecError, match=f"at least {needs} studies, or a proper prior"):
            bayes_pool(spread(needs - 1), prior, mu_prior)


def test_moments_that_do_not_exist_say_so():
    # density of tau falls as tau^-(k-1): mean from k = 4, standard deviation from k = 5
    for k, mean, sd in ((3, False, False), (4, True, False), (5, True, True)):
        found = bayes_pool(spread(k), TauPrior.improper_uniform())
        for summary in (found.tau, found.mu, found.new_study):
            assert isinstance(summary.mean, NotEstimable) != mean
            assert isinstance(summary.sd, NotEstimable) != sd
        assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()
    bounded = bayes_pool(spread(3), TauPrior.improper_uniform(), VAGUE)
    assert isinstance(bounded.tau.sd, NotEstimable)
    assert isinstance(bounded.mu.sd, float)


def test_what_a_flat_prior_cannot_give():
    found = bayes_pool(spread(5), TauPrior.improper_uniform())
    assert isinstance(found.log_marginal_likelihood, NotEstimable)
    assert isinstance(found.bayes_factors.no_effect, NotEstimable)
    assert isinstance(found.bayes_factors.no_heterogeneity, NotEstimable)
    assert "not estimable" in found.summary()


def test_one_study_is_its_own_answer_under_a_flat_mean():
    found = bayes_pool(([1.0], [0.25]), HALF_NORMAL)
    assert found.mu.median == pytest.approx(1, abs=1e-12)
    assert isinstance(found.i2, NotEstimable)
    for p in (0.1, 0.5, 0.9):  # the data say nothing about tau
        assert found.tau_quantile(p) == pytest.approx(HALF_NORMAL.quantile(p), rel=1e-10)
    assert found.weights.tolist() == pytest.approx([100])


def test_a_flat_posterior_has_its_mode_and_interval_at_zero():
    found = bayes_pool(([1.0], [0.25]), TauPrior.uniform(2))
    assert found.tau.mode == 0
    assert found.tau.shortest.low == 0
    assert found.tau.shortest.high == pytest.approx(1.9, rel=1e-9)  # 95% of a uniform


def test_a_posterior_that_rises_to_the_bound_of_its_prior():
    found = bayes_pool(([0.0, 10.0], [1.0, 1.0]), TauPrior.uniform(1), VAGUE)
    assert found.tau.mode == found.tau.shortest.high == 1
    assert found.tau_cdf(found.tau.shortest.low) == pytest.approx(0.05, rel=1e-9)


def test_the_shortest_interval_of_a_tau_well_away_from_zero():
    found = bayes_pool(
        ([0.0, 0.0, 0.0, 4.0], [1.0, 1.0, 0.01, 0.01]), TauPrior.half_normal(0.1), VAGUE
    )
    low, high = found.tau.shortest.low, found.tau.shortest.high
    at_low, at_high = found.tau_density([low, high])
    assert at_low == pytest.approx(at_high, rel=1e-8)  # the root is found to rounding
    assert found.tau_cdf(high) - found.tau_cdf(low) == pytest.approx(0.95, rel=1e-10)


def test_an_unbounded_density_has_its_mode_at_zero_and_says_so():
    for prior in (TauPrior.sqrt(), empirical_tau_prior("rhodes")):
        found = bayes_pool(spread(4), prior)
        assert found.tau.mode == 0
        assert found.tau_density([0.0])[0] == np.inf
        assert any("unbounded at 0" in note.text for note in found.notes)


def test_a_density_that_vanishes_at_zero():
    found = bayes_pool(spread(4), TauPrior.jeffreys())
    assert found.tau_density([0.0])[0] == 0
    assert found.tau.mode > 0
    assert found.tau.shortest.low > 0


def test_identical_effects():
    found = bayes_pool(([1.0] * 3, [1.0] * 3), HALF_NORMAL)
    assert found.mu.mode == found.mu.median == found.mu.mean == 1
    assert found.tau.mode == 0


def test_one_study_with_all_the_weight():
    found = bayes_pool(([1.0, 5.0, 9.0], [1e-12, 1.0, 1e6]), TauPrior.half_normal(1e-4))
    assert found.weights[0] > 99.99
    assert found.mu.median == pytest.approx(1, abs=1e-4)


def test_studies_that_contradict_each_other_beyond_all_measure():
    found = bayes_pool(([1e5, -1e5], [1e-6, 1e-6]), TauPrior.half_cauchy(1), VAGUE)
    assert found.mu.median == pytest.approx(0, abs=1e-6)
    assert found.bayes_factors.no_heterogeneity.value == 0
    assert found.bayes_factors.no_heterogeneity.text() == "below 1e-300"
    assert json.dumps(found.to_dict(), allow_nan=False)
    # the log-likelihood is 1e10 in size, so that its rounding is 1e-6: the error says so
    harsh = bayes_pool(([1e5, -1e5], [1e-6, 1e-6]), HALF_NORMAL, VAGUE)
    assert harsh.quadrature_error < 1e-5


def test_ten_thousand_studies():
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 1, 10_000)
    found = bayes_pool((rng.normal(0.3, np.sqrt(v + 0.04)), v), HALF_NORMAL)
    # five standard errors of the simulation
    assert found.tau.mean == pytest.approx(0.2, abs=5 * found.tau.sd)
    assert found.mu.mean == pytest.approx(0.3, abs=5 * found.mu.sd)


def test_two_modes_of_the_mean_effect():
    # one precise study far from three others that agree: both places are possible
    found = bayes_pool(([0, 3.0, 3.0, 3.0], [1e-4, 0.3, 0.3, 0.3]), TauPrior.half_normal(0.4))
    low, high = found.mu.shortest.low, found.mu.shortest.high
    assert found.mu_cdf(high) - found.mu_cdf(low) == pytest.approx(0.95, abs=1e-9)
    starts = np.linspace(1e-4, 0.0499, 300)
    widths = [found.mu_quantile(p + 0.95) - found.mu_quantile(p) for p in starts]
    assert high - low <= min(widths) * (1 + 1e-9)  # rounding; the scan cannot do better
    assert high - low >= min(widths) * (1 - 1e-3)  # nor, at its step, much worse
    grid = np.linspace(-0.5, 4, 2000)
    best = grid[np.argmax(found.mu_density(grid))]
    assert found.mu.mode == pytest.approx(best, abs=0.003)  # the step of the grid


@pytest.mark.parametrize(
    ("effects", "message"),
    [
        (([], []), "no study"),
        (([1.0, 2.0], [1.0]), "argument 'variance'"),
        (([1.0, np.nan], [1.0, 1.0]), "study 2, effect"),
        (([1.0, 2.0], [1.0, 0.0]), "study 2, variance"),
        (([1.0, 2.0], [-1.0, 1.0]), "study 1, variance"),
        (([1.0, 2.0], [np.inf, 1.0]), "study 1, variance"),
        (5, "a pair of effects and variances"),
    ],
)
def test_unusable_studies_are_named(effects, message):
    with pytest.raises(InputError, match=message):
        bayes_pool(effects, HALF_NORMAL)


@pytest.mark.parametrize("level", [95, 0, 1, -0.5])
def test_level_is_a_proportion(level):
    with pytest.raises(SpecError, match="argument 'level'"):
        bayes_pool(spread(3), HALF_NORMAL, level=level)


def test_arguments_of_the_methods():
    found = bayes_pool(spread(3), HALF_NORMAL)
    with pytest.raises(InputError, match="from 0 to 1"):
        found.mu_quantile(95)
    with pytest.raises(SpecError, match="mean, new-study"):
        found.probability_beyond(0.0, of="study")
    with pytest.raises(SpecError, match="above, below"):
        found.probability_beyond(0.0, side="beyond")
    assert found.mu_quantile(0) == -np.inf
    assert found.tau_quantile(0) == 0
    assert found.tau_quantile(1) == np.inf
    assert found.tau_cdf(-1) == 0


def test_arrays_are_locked():
    found = bayes_pool(spread(3), HALF_NORMAL)
    for array in (found.effect, found.variance, found.weights, found.posterior.weight):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


class TestEffectSets:
    @staticmethod
    def studies(measure="MD"):
        rows = tuple(
            StudyEffect(study=f"s{i}", label=f"Study {i}", effect=y, variance=v, n=20, columns={})
            for i, (y, v) in enumerate(zip(*spread(3), strict=True))
        )
        aside = (SetAside(study="x", label="Study X", reason="No spread."),)
        return EffectSet(measure=measure, unit="points (0-10)", rows=rows, set_aside=aside)

    def test_rows_notes_and_set_aside(self):
        found = bayes_pool(self.studies(), HALF_NORMAL, VAGUE)
        assert (found.k, found.n, found.measure) == (3, 60, "MD")
        rows = found.to_rows()
        assert [row["label"] for row in rows] == ["Study 0", "Study 1", "Study 2", "Study X"]
        assert rows[3]["status"] == "set aside"
        assert "Set aside: Study X: No spread." in found.summary()
        assert sum(row["weight"] for row in rows[:3]) + found.prior_weight == pytest.approx(100)

    def test_a_prior_for_another_measure_is_marked(self):
        prior = empirical_tau_prior("turner", "pain", "pharmacological vs placebo")
        marked = bayes_pool(self.studies("MD"), prior, VAGUE)
        assert any("made for OR; these effects are MD" in note.text for note in marked.notes)
        fits = bayes_pool(self.studies("OR"), prior, VAGUE)
        assert not any("made for" in note.text for note in fits.notes)

    def test_none_to_pool(self):
        none = EffectSet(measure="MD", unit="", rows=(), set_aside=self.studies().set_aside)
        with pytest.raises(InputError, match="1 set aside"):
            bayes_pool(none, HALF_NORMAL)


class TestRegression:
    def test_intercept_alone_is_pooling(self):
        one, pooled = (
            bayes_regress(spread(5), np.ones((5, 1)), HALF_NORMAL, (VAGUE,)),
            bayes_pool(spread(5), HALF_NORMAL, VAGUE),
        )
        # 1e-11: the same integral, with effects that were not moved
        assert one.coefficients[0].median == pytest.approx(pooled.mu.median, rel=1e-11)
        assert one.tau.median == pytest.approx(pooled.tau.median, rel=1e-11)
        at = one.at([1.0], of="new-study")
        assert at.central.high == pytest.approx(pooled.new_study.central.high, rel=1e-11)

    def test_a_change_of_basis_moves_no_prediction(self):
        x = np.column_stack((np.ones(6), np.arange(6.0)))
        turn = np.array([[1.0, 2.0], [-0.5, 3.0]])
        one = bayes_regress(spread(6), x, HALF_NORMAL)
        two = bayes_regress(spread(6), x @ turn, HALF_NORMAL)
        row = np.array([1.0, 2.5])
        assert two.at(row @ turn).median == pytest.approx(one.at(row).median, rel=1e-9)
        assert two.tau.median == pytest.approx(one.tau.median, rel=1e-9)  # rounding of the basis

    def test_unusable_designs(self):
        x = np.column_stack((np.ones(4), np.arange(4.0), 2 + np.arange(4.0)))
        with pytest.raises(InputError, match="3 columns of which 2 differ"):
            bayes_regress(spread(4), x, HALF_NORMAL)
        with pytest.raises(InputError, match="a column of zeros"):
            bayes_regress(spread(4), np.zeros((4, 1)), HALF_NORMAL)
        with pytest.raises(InputError, match="one row for each of 4 studies"):
            bayes_regress(spread(4), np.ones((3, 1)), HALF_NORMAL)
        with pytest.raises(InputError, match="study 2"):
            bayes_regress(spread(2), [[1.0], [np.nan]], HALF_NORMAL)
        with pytest.raises(InputError, match="argument 'names'"):
            bayes_regress(spread(4), np.ones((4, 1)), HALF_NORMAL, names=("a", "b"))
        fit = bayes_regress(spread(4), np.ones((4, 1)), HALF_NORMAL)
        with pytest.raises(InputError, match="design_row"):
            fit.at([1.0, 2.0])

    def test_each_flat_coefficient_costs_a_study(self):
        x = np.column_stack((np.ones(3), np.arange(3.0)))
        with pytest.raises(SpecError, match="at least 4 studies"):
            bayes_regress(spread(3), x, TauPrior.improper_uniform())
        plain = bayes_regress(spread(4), np.ones((4, 1)), HALF_NORMAL).to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain


class TestFewStudies:
    def test_the_two_randomised_trials(self):
        # Crins 2014 in Roever 2020; metafor 3.8-1 gives HKSJ -8.48 to 4.86, bayesmeta 3.4 gives
        # -2.86 to -0.69 (printed with two decimals)
        few = few_studies(([-2.3097, -1.2585], [0.3594, 0.4122]), "log-odds")
        printed = 0.005
        plain = few.hksj_plain.interval
        assert (plain.low, plain.high) == pytest.approx((-8.48, 4.86), abs=printed)
        first = few.headline.mu.shortest
        assert (first.low, first.high) == pytest.approx((-2.86, -0.69), abs=printed)
        assert [row["answer"] for row in few.to_rows()][:2] == [
            "Bayes, half-normal(scale 0.5)",
            "Bayes, half-normal(scale 0.25)",
        ]
        assert json.loads(json.dumps(few.to_dict(), allow_nan=False)) == few.to_dict()

    def test_wider_priors_give_wider_intervals(self):
        few = few_studies(spread(3), "points-0-10")
        narrow, wide = few.sensitivity
        widths = [
            result.mu.central.high - result.mu.central.low
            for result in (narrow, few.headline, wide)
        ]
        assert widths == sorted(widths)
        assert any("proposal" in note.text for note in few.notes)

    def test_notes_on_the_number_of_studies(self):
        assert any("should come first" in note.text for note in few_studies(spread(5), "smd").notes)
        one = few_studies(spread(1), "smd")
        assert isinstance(one.hksj, NotEstimable)
        assert "not estimable" in one.summary()

    def test_unknown_scale(self):
        with pytest.raises(SpecError, match="log-odds, smd, points-0-10"):
            few_studies(spread(2), "VAS")
