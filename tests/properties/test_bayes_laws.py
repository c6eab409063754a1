"""Laws of Bayesian pooling that hold for all studies and priors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.synthesis.bayes import NormalPrior, TauPrior, bayes_pool

EXACT = 1e-8  # the accuracy that is promised

effects = st.floats(-5, 5).map(lambda x: round(x, 3))
spreads = st.floats(-1.5, 0.7).map(lambda x: round(10**x, 4))  # standard errors from 0.03 to 5
studies = st.lists(st.tuples(effects, spreads), min_size=1, max_size=6)
scales = st.sampled_from([0.1, 0.5, 2.0])
priors = st.one_of(
    scales.map(TauPrior.half_normal),
    scales.map(TauPrior.half_cauchy),
    scales.map(lambda s: TauPrior.log_normal(np.log(s), 0.8)),
    scales.map(TauPrior.uniform),
    st.just(TauPrior.shrinkage()),
)
MU = NormalPrior(mean=0.3, sd=2.0)


def arrays(rows):
    y, s = np.array(rows).T
    return y, s**2


def ends(found):
    return [
        found.mu.median,
        found.mu.central.low,
        found.mu.shortest.high,
        found.new_study.central.high,
        found.tau.median,
        found.tau.central.high,
    ]


@settings(max_examples=30, deadline=None)
@given(rows=studies, prior=priors, seed=st.integers(0, 100))
def test_order_is_irrelevant(rows, prior, seed):
    y, v = arrays(rows)
    turn = np.random.default_rng(seed).permutation(y.size)
    one, two = bayes_pool((y, v), prior, MU), bayes_pool((y[turn], v[turn]), prior, MU)
    assert ends(one) == ends(two)  # to the last digit
    # equal studies stand in other columns of a matrix product, which may round by one unit
    assert one.weights[turn] == pytest.approx(two.weights, rel=1e-13)
    assert [one.study(int(i)).posterior.median for i in turn] == [
        study.posterior.median for study in two.studies
    ]


@settings(max_examples=30, deadline=None)
@given(rows=studies, prior=priors)
def test_negation(rows, prior):
    y, v = arrays(rows)
    one = bayes_pool((y, v), prior, MU)
    two = bayes_pool((-y, v), prior, NormalPrior(mean=-MU.mean, sd=MU.sd))
    size = one.new_study.central.high - one.new_study.central.low
    assert two.mu.central.low == pytest.approx(-one.mu.central.high, abs=EXACT * size)
    assert two.mu.shortest.low == pytest.approx(-one.mu.shortest.high, abs=EXACT * size)
    assert two.tau.mean == pytest.approx(one.tau.mean, rel=EXACT)
    assert two.mu_cdf(0.5) == pytest.approx(one.probability_beyond(-0.5), rel=EXACT, abs=1e-15)


@settings(max_examples=20, deadline=None)
@given(rows=studies, scale=scales, factor=st.sampled_from([1e-8, 0.01, 1e8]))
def test_units(rows, scale, factor):
    y, v = arrays(rows)
    one = bayes_pool((y, v), TauPrior.half_cauchy(scale), MU)
    two = bayes_pool(
        (y * factor, v * factor**2),
        TauPrior.half_cauchy(scale * factor),
        NormalPrior(mean=MU.mean * factor, sd=MU.sd * factor),
    )
    size = one.new_study.central.high - one.new_study.central.low
    assert np.array(ends(two)) / factor == pytest.approx(ends(one), rel=EXACT, abs=EXACT * size)
    assert two.bayes_factors.no_effect.log == pytest.approx(
        one.bayes_factors.no_effect.log, rel=EXACT, abs=EXACT
    )


@settings(max_examples=30, deadline=None)
@given(rows=studies, prior=priors, level=st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_intervals_hold_their_level_and_the_shortest_is_shortest(rows, prior, level):
    found = bayes_pool(arrays(rows), prior, MU, level)
    for of, summary in (("mean", found.mu), ("new-study", found.new_study)):
        for interval in (summary.shortest, summary.central):
            held = found.mu_cdf(interval.high, of) - found.mu_cdf(interval.low, of)
            assert held == pytest.approx(level, abs=EXACT)
        widths = [i.high - i.low for i in (summary.shortest, summary.central)]
        assert widths[0] <= widths[1] * (1 + 1e-9)  # equal where symmetric
    for interval in (found.tau.shortest, found.tau.central):
        held = found.tau_cdf(interval.high) - found.tau_cdf(interval.low)
        assert held == pytest.approx(level, abs=EXACT)
    short, central = found.tau.shortest, found.tau.central
    assert short.high - short.low <= (central.high - central.low) * (1 + 1e-9)


@settings(max_examples=30, deadline=None)
@given(rows=studies, prior=priors)
def test_savage_dickey(rows, prior):
    # the Bayes factor for no effect is posterior over prior density at 0 (Dickey 1971), which
    # takes another way through the code: one integral with the mean fixed, one with it free
    found = bayes_pool(arrays(rows), prior, MU)
    before = np.exp(-0.5 * (MU.mean / MU.sd) ** 2) / (MU.sd * np.sqrt(2 * np.pi))
    density = float(found.mu_density(0.0)[0])
    if density > 1e-12:  # in the far tail the free integral is resolved to its own mass only
        assert found.bayes_factors.no_effect.log == pytest.approx(
            np.log(density / before), rel=EXACT, abs=EXACT
        )
    assert found.bayes_factors.least_no_effect.log <= 0


@settings(max_examples=30, deadline=None)
@given(rows=studies, prior=priors)
def test_the_weighted_mean_of_studies_and_prior_is_the_posterior_mean_given_tau(rows, prior):
    y, v = arrays(rows)
    found = bayes_pool((y, v), prior, MU)
    assert found.weights.sum() + found.prior_weight == pytest.approx(100, rel=1e-10)
    mean = (found.weights @ y + found.prior_weight * MU.mean) / 100
    assert found.mu.mean == pytest.approx(mean, rel=EXACT, abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(rows=studies, prior=priors)
def test_no_tau_is_the_common_effect(rows, prior):
    y, v = arrays(rows)
    found = bayes_pool((y, v), TauPrior.half_normal(1e-7 * float(np.sqrt(v.min()))))
    w = 1 / v
    assert found.mu.mean == pytest.approx(np.sum(w * y) / np.sum(w), rel=1e-9, abs=1e-9)
    assert found.mu.sd == pytest.approx(np.sum(w) ** -0.5, rel=1e-9)  # tau2/v is 1e-14
