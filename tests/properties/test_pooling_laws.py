"""Laws of pooling that hold for all studies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from remit.synthesis.data import ProportionSet, StudyCount
from remit.synthesis.pool import CommonEffect, RandomEffects, pool_arrays
from remit.synthesis.proportions import clopper_pearson, pool_proportions, wilson
from remit.synthesis.spec import INTERVALS, PREDICTIONS
from remit.synthesis.tau2 import TAU2_METHODS

CLOSED = 1e-9  # closed forms of inputs that differ by rounding; t inverses hold ten digits

effects = st.floats(-20, 20).map(lambda x: round(x, 3))
spreads = st.floats(-2, 1).map(lambda x: round(10**x, 4))  # standard errors from 0.01 to 10
#: Sidik & Jonkman's estimate is above 0 whenever effects differ at all.
REACHING_ZERO = [method for method in TAU2_METHODS if method != "SJ"]

studies = st.lists(st.tuples(effects, spreads), min_size=2, max_size=9)
specs = st.builds(
    RandomEffects,
    tau2=st.sampled_from(TAU2_METHODS),
    interval=st.sampled_from(INTERVALS),
    floor=st.booleans(),
    prediction=st.sampled_from(("HKSJ k-1", "HTS k-1", "z")),
)


def arrays(rows):
    y, s = np.array(rows).T
    return y, s**2


def ends(result):
    return np.array(
        [
            result.effect,
            result.interval.low,
            result.interval.high,
            result.prediction.low,
            result.prediction.high,
        ]
    )


def size(result, y):
    """Scale of the answer, so that a difference of rounding is measured against it."""
    return max(result.prediction.high - result.prediction.low, float(np.max(np.abs(y))), 1e-6)


@given(rows=studies, spec=specs, seed=st.integers(0, 1000))
def test_order_is_irrelevant(rows, spec, seed):
    y, v = arrays(rows)
    turn = np.random.default_rng(seed).permutation(y.size)
    one, two = pool_arrays(y, v, spec), pool_arrays(y[turn], v[turn], spec)
    assert one.tau2.tau2 == two.tau2.tau2  # to the last digit
    assert one.effect == two.effect
    assert ends(one) == pytest.approx(ends(two), rel=0, abs=CLOSED * size(one, y))
    assert one.weights[turn] == pytest.approx(two.weights, rel=CLOSED)


@given(rows=studies, spec=specs)
def test_negation(rows, spec):
    y, v = arrays(rows)
    one, two = pool_arrays(y, v, spec), pool_arrays(-y, v, spec)
    # studies of equal variance are summed in the other order, which rounds differently
    assert two.effect == pytest.approx(-one.effect, rel=0, abs=CLOSED * size(one, y))
    assert two.tau2.tau2 == pytest.approx(one.tau2.tau2, rel=CLOSED, abs=1e-12)
    assert two.interval.low == pytest.approx(-one.interval.high, rel=CLOSED, abs=1e-9)


@given(rows=studies, spec=specs, factor=st.sampled_from([1e-8, 2**-20, 4.0, 2**25, 1e8]))
def test_scale(rows, spec, factor):
    y, v = arrays(rows)
    one, two = pool_arrays(y, v, spec), pool_arrays(y * factor, v * factor**2, spec)
    if math.log2(factor).is_integer():  # nothing is rounded: the same to the last digit
        assert two.tau2.tau2 == one.tau2.tau2 * factor**2
    else:
        # rounding of the inputs moves a small tau2 by some units of the largest variance's
        assert two.tau2.tau2 / factor**2 == pytest.approx(
            one.tau2.tau2, rel=CLOSED, abs=1e-12 * float(v.max())
        )
    # the ends follow tau2, whose root is that of the largest variance's rounding
    assert ends(two) / factor == pytest.approx(ends(one), rel=0, abs=1e-6 * size(one, y))


@given(rows=studies, spec=specs, shift=st.sampled_from([-1000.0, -3.5, 0.25, 64.0]))
def test_a_constant_shifts_only_the_mean(rows, spec, shift):
    y, v = arrays(rows)
    one, two = pool_arrays(y, v, spec), pool_arrays(y + shift, v, spec)
    # adding 1000 rounds the effects by 1e-13; tau2 moves by that times the effects' range
    assert two.tau2.tau2 == pytest.approx(one.tau2.tau2, rel=1e-8, abs=1e-9)
    assert two.effect - shift == pytest.approx(one.effect, rel=0, abs=1e-6 * size(one, y))


@given(rows=studies, method=st.sampled_from(REACHING_ZERO))
def test_no_heterogeneity_with_z_is_the_common_effect(rows, method):
    y, v = arrays(rows)
    y = y * 1e-3 * float(np.sqrt(v.min())) / max(1.0, float(np.max(np.abs(y))))
    found = pool_arrays(y, v, RandomEffects(tau2=method, interval="z"))
    common = pool_arrays(y, v, CommonEffect())
    assert found.tau2.tau2 == 0
    assert found.effect == common.effect
    assert found.std_error == common.std_error
    assert (found.interval.low, found.interval.high) == (common.interval.low, common.interval.high)
    assert found.p_value == common.p_value


@given(rows=studies, method=st.sampled_from(TAU2_METHODS), level=st.sampled_from([0.5, 0.9, 0.99]))
def test_the_floor_is_never_narrower_than_the_common_effect(rows, method, level):
    y, v = arrays(rows)
    found = pool_arrays(y, v, RandomEffects(tau2=method, level=level))
    common = found.common_effect.interval
    width = found.interval.high - found.interval.low
    assert width >= (common.high - common.low) * (1 - 1e-12)  # rounding of the two ends


@given(rows=studies, prediction=st.sampled_from(PREDICTIONS))
def test_the_prediction_interval_is_as_wide_as_its_confidence_interval(rows, prediction):
    assume(len(rows) > 2)
    y, v = arrays(rows)
    interval = {"HKSJ k-1": "HKSJ", "z": "z"}.get(prediction, "t")
    found = pool_arrays(y, v, RandomEffects(interval=interval, prediction=prediction))
    width = found.interval.high - found.interval.low
    assert found.prediction.high - found.prediction.low >= width * (1 - 1e-9)  # t inverses


counts = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=6,
)


def pooled(pairs):
    rows = tuple(
        StudyCount(study=f"s{i}", label=f"s{i}", events=r, n=n, columns={})
        for i, (r, n) in enumerate(pairs)
    )
    return pool_proportions(ProportionSet(definition="x", rows=rows))


@settings(max_examples=30, deadline=None)
@given(pairs=counts)
def test_complement_negates_the_logit(pairs):
    one, two = pooled(pairs), pooled([(n - r, n) for r, n in pairs])
    assert type(one.proportion) is type(two.proportion)
    if hasattr(one.proportion, "value"):
        # the likelihood is flat at its top: a root to 1e-13 in the score is good to 1e-7 or better
        assert one.proportion.value == pytest.approx(1 - two.proportion.value, abs=1e-7)
        assert one.proportion.interval.low == pytest.approx(
            1 - two.proportion.interval.high, abs=1e-7
        )
    if hasattr(one.tau2, "tau2"):
        assert one.tau2.tau2 == pytest.approx(two.tau2.tau2, rel=1e-6, abs=1e-9)
        assert one.tau2.status.converged
    if hasattr(one.logit, "value"):
        assert one.logit.value == pytest.approx(-two.logit.value, rel=1e-6, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(pairs=counts, seed=st.integers(0, 100))
def test_order_of_counts_is_irrelevant(pairs, seed):
    turn = np.random.default_rng(seed).permutation(len(pairs))
    assert pooled(pairs).summary() == pooled([pairs[i] for i in turn]).summary()


@given(pair=counts.map(lambda rows: rows[0]), interval=st.sampled_from([wilson, clopper_pearson]))
def test_intervals_of_complements(pair, interval):
    events, n = pair
    one, two = interval(events, n), interval(n - events, n)
    assert one.low == pytest.approx(1 - two.high, abs=1e-10)  # beta quantiles hold ten digits
    assert 0 <= one.low <= events / n <= one.high <= 1
