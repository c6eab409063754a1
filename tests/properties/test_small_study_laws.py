"""Laws of small-study methods: order, direction and units of the studies change nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from remit.core.errors import ConvergenceError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    copas,
    egger_test,
    excess_significance,
    henmi_copas,
    limit_meta,
    p_curve,
    p_uniform,
    p_uniform_star,
    rank_test,
    selection_model,
    trim_and_fill,
)
from remit.synthesis.models import FitSpec

effects = st.floats(-3, 3).map(lambda x: round(x, 3))
spreads = st.floats(-1.5, 0.5).map(lambda x: round(10**x, 3))
studies = st.lists(st.tuples(effects, spreads), min_size=4, max_size=10, unique=True)
SCALES = [2.0**-27, 0.5, 3.0, 1e8]
ROUNDING = 1e-9  # sums in another order, roots to twelve digits


def arrays(rows):
    y, s = np.array(rows).T
    assume(np.ptp(y) > 0.05)
    assume(np.ptp(s) > 0.02)
    return y, s**2


def numbers(y, v):
    """Return effects (which carry the unit) and pure numbers of every quick method."""
    egger, rank, limit, hc = egger_test(y, v), rank_test(y, v), limit_meta(y, v), henmi_copas(y, v)
    excess, curve = excess_significance(y, v), p_curve(y, v)
    lengths = [egger.limit.value, limit.effect.value, hc.effect.value, hc.effect.interval.low]
    pure = [
        egger.slope.value,
        egger.p_value,
        rank.tau,
        rank.p_value,
        limit.q_small,
        limit.p_value,
        excess.p_value,
        excess.expected,
        curve.right_skew.p_full,
        hc.factor,
    ]
    return lengths, [number for number in pure if not isinstance(number, NotEstimable)]


@given(rows=studies, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_order_of_studies_is_irrelevant(rows, seed):
    y, v = arrays(rows)
    order = np.random.default_rng(seed).permutation(y.size)
    for one, other in zip(numbers(y, v), numbers(y[order], v[order]), strict=True):
        assert other == pytest.approx(one, rel=1e-7, abs=ROUNDING)


@given(rows=studies, scale=st.sampled_from(SCALES))
@settings(max_examples=40, deadline=None)
def test_units_change_nothing_but_units(rows, scale):
    y, v = arrays(rows)
    lengths, pure = numbers(y, v)
    scaled, same = numbers(scale * y, scale**2 * v)
    # ill-conditioned lines lose digits: the p values of nearly perfect fits, for one
    assert np.array(scaled) / scale == pytest.approx(lengths, rel=1e-7, abs=ROUNDING)
    assert same == pytest.approx(pure, rel=1e-7, abs=1e-8)


@given(rows=studies)
@settings(max_examples=40, deadline=None)
def test_turning_all_effects_round_turns_the_answer_round(rows):
    y, v = arrays(rows)
    assert egger_test(-y, v).slope.value == pytest.approx(-egger_test(y, v).slope.value, abs=1e-8)
    one, other = p_uniform(y, v), p_uniform(-y, v, alternative="less")
    if isinstance(one.effect, NotEstimable):
        assert isinstance(other.effect, NotEstimable)
    else:
        assert other.effect.value == -one.effect.value
    assert rank_test(-y, v).tau == -rank_test(y, v).tau


@given(rows=studies, estimator=st.sampled_from(["L0", "R0"]))
@settings(max_examples=40, deadline=None)
def test_trim_and_fill_turns_round_with_its_side(rows, estimator):
    y, v = arrays(rows)
    spec = FitSpec(tau2="EE")
    try:
        left = trim_and_fill(y, v, estimator=estimator, side="left", spec=spec)
    except ConvergenceError:
        with pytest.raises(ConvergenceError):
            trim_and_fill(-y, v, estimator=estimator, side="right", spec=spec)
        return
    right = trim_and_fill(-y, v, estimator=estimator, side="right", spec=spec)
    assert right.missing == left.missing
    assert right.effect.value == pytest.approx(-left.effect.value, abs=ROUNDING)


@given(rows=st.lists(st.tuples(effects, spreads), min_size=8, max_size=14, unique=True))
@settings(max_examples=15, deadline=None)
def test_selection_can_only_raise_the_likelihood(rows):
    y, v = arrays(rows)
    found = selection_model(y, v, "negexp")
    assert found.loglik >= found.loglik_none - ROUNDING
    scaled = selection_model(1e-8 * y, 1e-16 * v, "negexp")
    assert scaled.lrt == pytest.approx(found.lrt, abs=1e-6)  # twice the stopping rule


@given(rows=studies, scale=st.sampled_from(SCALES), seed=st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_p_uniform_star_keeps_the_laws(rows, scale, seed):
    y, v = arrays(rows)
    order = np.random.default_rng(seed).permutation(y.size)
    found = p_uniform_star(y, v)
    turned = p_uniform_star(-scale * y[order], scale**2 * v[order], alternative="less")
    if isinstance(found.effect, NotEstimable):
        assert isinstance(turned.effect, NotEstimable)
        return
    # the log-likelihood is known to 1e-12, the place of its summit to the root of that
    spread = float(np.ptp(y)) + abs(found.effect.value)
    assert -turned.effect.value / scale == pytest.approx(found.effect.value, abs=1e-5 * spread)
    lost = y.size * float(np.log(scale))
    assert turned.loglik + lost == pytest.approx(found.loglik, abs=1e-8)  # sums of logs


@given(rows=studies, scale=st.sampled_from(SCALES), seed=st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_the_copas_model_keeps_the_laws(rows, scale, seed):
    y, v = arrays(rows)
    order = np.random.default_rng(seed).permutation(y.size)
    gamma = [(0.4, 0.1), (-0.3, 0.2)]
    found = copas(y, v, gamma=gamma, side="left")
    scaled = [(a, b * scale) for a, b in gamma]
    turned = copas(-scale * y[order], scale**2 * v[order], gamma=scaled, side="right")
    lost = y.size * float(np.log(scale))
    for one, other in zip(found.points, turned.points, strict=True):
        # the height of the highest summit; two of equal height may lie far apart
        assert other.loglik + lost == pytest.approx(one.loglik, abs=1e-7)  # stopping rule
        assert other.residual_lrt == pytest.approx(one.residual_lrt, abs=1e-6)
        assert other.unpublished == pytest.approx(one.unpublished, rel=1e-9)
