"""The simulation of coverage obeys the laws that are known exactly."""

import json

import numpy as np
import pytest
from scipy.stats import norm
from validation.coverage import (
    STORED,
    controlled_mean,
    covered,
    estimated_rows,
    summaries,
)
from validation.coverage_intervals import GROUPS, PRIOR, batch_means
from validation.coverage_sets import MEAN, SIZES, Scenario, draw_sets, scenarios

SETS = 10_000
THREE_ERRORS = 3 * np.sqrt(0.95 * 0.05 / SETS)  # Monte Carlo: 0.65 %, passed by 99.7 % of seeds
ROUNDED = 1e-4  # one set of 10,000, whose end may lie within rounding of the truth
WIDTH = 6e-5  # widths are stored to four places


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED.read_text(encoding="utf-8"))


def equal_variances(k, tau2):
    return Scenario(k=k, i2=0, variance=np.full(k, 0.1), tau2=tau2, df=np.full(k, 38.0))


def scenario(k, i2):
    return next(s for s in scenarios() if (s.k, s.i2) == (k, i2))


def coverage_of(chosen, name):
    ends = batch_means(draw_sets(chosen, SETS))["mean", name]
    return covered("mean", ends, chosen).mean()


class TestLaws:
    @pytest.mark.parametrize("k", [3, 10])
    def test_the_common_effect_interval_is_exact_without_heterogeneity(self, k):
        assert abs(coverage_of(scenario(k, 0), "common effect") - 0.95) < THREE_ERRORS

    @pytest.mark.parametrize("tau2", [0.0, 0.3])
    def test_hksj_is_exact_where_variances_are_equal(self, tau2):
        """The mean is then the plain one and its error s/sqrt(k), whatever tau2: Student's t."""
        found = coverage_of(equal_variances(3, tau2), "HKSJ without floor")
        assert abs(found - 0.95) < THREE_ERRORS

    def test_z_is_not_exact_with_heterogeneity(self):
        assert coverage_of(scenario(3, 75), "z") < 0.95 - 10 * THREE_ERRORS

    def test_the_interval_that_knows_tau2_is_exact(self):
        assert abs(coverage_of(scenario(5, 75), "known tau2") - 0.95) < THREE_ERRORS


class TestCovered:
    def test_a_new_effect_is_weighed_by_its_distribution(self):
        chosen = equal_variances(3, 0.25)
        ends = np.array([[MEAN - 0.98, MEAN + 0.49], [np.nan, np.nan]])
        found = covered("prediction", ends[:1], chosen)
        # 1e-12: two implementations of the normal distribution function
        assert found[0] == pytest.approx(norm.cdf(0.98) - norm.cdf(-1.96), abs=1e-12)

    def test_without_heterogeneity_a_new_effect_is_the_mean(self):
        ends = np.array([[MEAN - 1, MEAN], [MEAN + 0.1, MEAN + 1]])
        assert covered("prediction", ends, equal_variances(3, 0.0)).tolist() == [1.0, 0.0]

    def test_an_empty_interval_covers_nothing_and_one_without_bounds_all(self):
        ends = np.array([[np.nan, np.nan], [-np.inf, np.inf]])
        assert covered("tau2", ends, equal_variances(3, 0.0)).tolist() == [0.0, 1.0]
        assert covered("mean", ends, equal_variances(3, 0.0)).tolist() == [0.0, 1.0]


class TestControlledMean:
    def test_values_that_the_controls_explain_are_known_as_well_as_these(self):
        control = np.random.default_rng(1).normal(size=(1, 1000))
        mean, error = controlled_mean(2.0 + 3.0 * control[0, :50], control)
        # 1e-12: rounding of a regression on 50 numbers of size one
        assert mean == pytest.approx(2.0 + 3.0 * control.mean(), abs=1e-12)
        assert error == pytest.approx(3.0 * control.std() / np.sqrt(1000), rel=1e-12)

    def test_controls_that_do_not_vary_change_nothing(self):
        values = np.random.default_rng(2).normal(size=50)
        mean, error = controlled_mean(values, np.ones((2, 1000)))
        assert mean == pytest.approx(values.mean(), abs=1e-12)  # a sum in another order
        assert error == pytest.approx(values.std() / np.sqrt(50), rel=1e-12)

    def test_the_error_is_the_spread_of_repeated_means(self):
        rng = np.random.default_rng(3)
        means, errors = [], []
        for _ in range(400):
            control = rng.normal(size=(1, 400))
            found = controlled_mean(control[0, :100] + rng.normal(size=100), control)
            means.append(found[0])
            errors.append(found[1])
        # the spread of 400 means is known to 1/sqrt(800) = 3.5 %; three of these
        assert np.std(means) == pytest.approx(np.mean(errors), rel=0.11)


class TestSets:
    def test_sizes_are_the_quantiles_that_they_are_said_to_be(self):
        for k, sizes in SIZES.items():
            quantiles = 30 * np.exp(0.8 * norm.ppf((np.arange(k) + 0.5) / k))
            assert list(sizes) == (2 * np.round(quantiles)).astype(int).tolist()

    @pytest.mark.parametrize("chosen", scenarios(), ids=lambda s: f"{s.k}-{s.i2}")
    def test_heterogeneity_is_what_its_label_says(self, chosen):
        w = np.array(SIZES[chosen.k]) / 4.0
        typical = (w.size - 1) / (w.sum() - (w**2).sum() / w.sum())
        # 1e-10: a closed form, computed anew
        assert 100 * chosen.tau2 / (chosen.tau2 + typical) == pytest.approx(chosen.i2, abs=1e-10)

    def test_fewer_sets_are_the_first_of_many(self):
        many, few = draw_sets(scenario(5, 30), 100), draw_sets(scenario(5, 30), 10)
        np.testing.assert_array_equal(few.effect, many.effect[:10])

    def test_estimated_variances_spread_around_the_true_ones(self):
        chosen = scenario(3, 0)
        sets = draw_sets(chosen, SETS, estimated=True)
        np.testing.assert_array_equal(sets.effect, draw_sets(chosen, SETS).effect)
        ratio = sets.variance / chosen.variance
        error = np.sqrt(2.0 / chosen.df / SETS)  # of a mean of chi-squared over df
        assert np.all(np.abs(ratio.mean(axis=0) - 1.0) < 4 * error)
        assert np.all(ratio.std(axis=0) > 0.9 * np.sqrt(2.0 / chosen.df))


class TestStoredResults:
    def test_they_have_every_interval_in_every_scenario(self, stored):
        keys = {(r["family"], r["interval"], r["k"], r["i2"]) for r in stored["rows"]}
        assert len(keys) == len(stored["rows"]) == 9 * (10 + 7 + 6 + 6)

    def test_they_are_of_this_design(self, stored):
        assert stored["sizes"] == {str(k): list(sizes) for k, sizes in SIZES.items()}
        assert stored["prior of tau"] == PRIOR.label
        for s in scenarios():
            # 6e-7: stored to six places
            assert stored["tau2"][f"k {s.k}, I2 {s.i2}"] == pytest.approx(s.tau2, abs=6e-7)
        assert {r["sets"] for r in stored["rows"]} == {group.count for group in GROUPS}

    @pytest.mark.parametrize(("k", "i2"), [(3, 75), (10, 30)])
    def test_the_quick_ones_come_out_again(self, stored, k, i2):
        chosen = scenario(k, i2)
        again = summaries(batch_means(draw_sets(chosen, SETS)), chosen) + estimated_rows(chosen)
        known = {(r["family"], r["interval"], r["k"], r["i2"]): r for r in stored["rows"]}
        assert len(again) == 12
        for row in again:
            old = known[row["family"], row["interval"], k, i2]
            assert row["coverage"] == pytest.approx(old["coverage"], abs=1.01 * ROUNDED)
            assert row["width"] == pytest.approx(old["width"], abs=WIDTH + 1e-4)
