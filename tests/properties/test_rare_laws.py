"""Laws of the methods for few and rare events, on random counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from remit.core.estimate import NotEstimable
from remit.synthesis.rare import beta_binomial, glmm, mantel_haenszel, peto

FEW = settings(max_examples=12, deadline=None, derandomize=True)
RATIOS = ("OR", "RR")


@st.composite
def trials(draw, least=2, most=6):
    """Counts of two arms, with some but not all having the event in each arm overall."""
    k = draw(st.integers(least, most))
    n1 = draw(st.lists(st.integers(2, 60), min_size=k, max_size=k))
    n2 = draw(st.lists(st.integers(2, 60), min_size=k, max_size=k))
    a = [draw(st.integers(0, n)) for n in n1]
    c = [draw(st.integers(0, n)) for n in n2]
    assume(0 < sum(a) < sum(n1) and 0 < sum(c) < sum(n2))
    return {"ai": a, "n1i": n1, "ci": c, "n2i": n2}


def reordered(counts):
    return {name: values[::-1] for name, values in counts.items()}


def swapped(counts):
    return {
        "ai": counts["ci"],
        "n1i": counts["n2i"],
        "ci": counts["ai"],
        "n2i": counts["n1i"],
    }


def complement(counts):
    return {
        "ai": [n - a for a, n in zip(counts["ai"], counts["n1i"], strict=True)],
        "n1i": counts["n1i"],
        "ci": [n - c for c, n in zip(counts["ci"], counts["n2i"], strict=True)],
        "n2i": counts["n2i"],
    }


def same(left, right, sign=1.0, rel=1e-9):
    """Two results agree, up to the sign of the effect; rounding of sums, and of a solved root."""
    assert isinstance(left.effect, NotEstimable) == isinstance(right.effect, NotEstimable)
    if isinstance(left.effect, NotEstimable):
        return
    error = left.effect.std_error
    assert right.effect.value == pytest.approx(sign * left.effect.value, abs=rel * error)
    assert right.effect.std_error == pytest.approx(error, rel=100 * rel)


@FEW
@given(trials())
def test_the_order_of_studies_is_irrelevant(counts):
    for measure in ("OR", "RR", "RD"):
        same(mantel_haenszel(measure, **counts), mantel_haenszel(measure, **reordered(counts)))
    same(peto(**counts), peto(**reordered(counts)))
    same(beta_binomial("OR", **counts), beta_binomial("OR", **reordered(counts)), rel=1e-6)


@FEW
@given(trials())
def test_swapping_arms_changes_the_sign(counts):
    for measure in ("OR", "RR", "RD"):
        left = mantel_haenszel(measure, **counts)
        right = mantel_haenszel(measure, **swapped(counts))
        same(left, right, sign=-1.0)
        for name in ("association", "breslow_day", "tarone", "heterogeneity"):
            one, other = getattr(left, name), getattr(right, name)
            if not isinstance(one, NotEstimable):
                assert other.statistic == pytest.approx(one.statistic, rel=1e-8, abs=1e-8)
    same(peto(**counts), peto(**swapped(counts)), sign=-1.0)
    same(beta_binomial("RD", **counts), beta_binomial("RD", **swapped(counts)), -1.0, rel=1e-6)


@FEW
@given(trials())
def test_counting_the_opposite_inverts_the_odds_ratio(counts):
    same(mantel_haenszel("OR", **counts), mantel_haenszel("OR", **complement(counts)), -1.0)
    same(peto(**counts), peto(**complement(counts)), -1.0)
    same(beta_binomial("OR", **counts), beta_binomial("OR", **complement(counts)), -1.0, rel=1e-6)


@FEW
@given(trials(), st.sampled_from(["CM.EL", "UM.FS"]), st.sampled_from(["ML", "EE"]))
def test_mixed_models_keep_the_laws(counts, model, method):
    result = glmm("OR", model, method=method, **counts)
    # the solver leaves 1e-7 standard errors
    for other, sign in ((reordered, 1.0), (swapped, -1.0), (complement, -1.0)):
        again = glmm("OR", model, method=method, **other(counts))
        same(result, again, sign, rel=1e-6)
        if not isinstance(result.effect, NotEstimable):
            assert again.fit.loglik == pytest.approx(result.fit.loglik, abs=1e-8)


@FEW
@given(trials(), st.integers(3, 40), st.integers(3, 40))
def test_a_study_without_events_changes_no_conditional_answer(counts, n1, n2):
    more = {name: [*values, {"n1i": n1, "n2i": n2}.get(name, 0)] for name, values in counts.items()}
    same(glmm("OR", "CM.EL", **counts), glmm("OR", "CM.EL", **more))
    same(glmm("OR", "UM.FS", **counts), glmm("OR", "UM.FS", **more))
    same(mantel_haenszel("OR", **counts), mantel_haenszel("OR", **more))
    same(peto(**counts), peto(**more))


@FEW
@given(trials())
def test_variation_never_makes_the_fit_worse(counts):
    common, varying = (glmm("OR", "CM.EL", method=method, **counts) for method in ("EE", "ML"))
    assume(not isinstance(varying.effect, NotEstimable) and common.k > 1)
    assert varying.fit.loglik >= common.fit.loglik - 1e-9
    assert varying.fit.deviance >= -1e-9
    assert varying.tau2.status.converged
    if varying.tau2.tau2 == 0.0:
        # the common-effect fit is then the answer
        assert varying.effect.value == pytest.approx(common.effect.value, abs=1e-9)
        assert varying.effect.std_error == pytest.approx(common.effect.std_error, rel=1e-9)


@FEW
@given(trials())
def test_the_profile_holds_the_beta_binomial_estimate(counts):
    for measure in ("OR", "RR", "RD"):
        result = beta_binomial(measure, **counts)
        if isinstance(result.effect, NotEstimable):
            continue
        assert result.profile.low <= result.effect.value <= result.profile.high
        wider = beta_binomial(measure, **counts, level=0.99)
        slack = 1e-7 * result.effect.std_error
        assert wider.profile.low <= result.profile.low + slack
        assert wider.profile.high >= result.profile.high - slack
        assert 0.0 <= result.rho < 1.0


@FEW
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.floats(1, 1e4), st.integers(0, 40), st.floats(1, 1e4)),
        min_size=1,
        max_size=6,
    ),
    st.floats(1e-6, 1e6),
)
def test_the_unit_of_time_changes_only_units(rows, unit):
    x1, t1, x2, t2 = (list(column) for column in zip(*rows, strict=True))
    assume(sum(x1) > 0 and sum(x2) > 0)
    other = {"t1i": [unit * t for t in t1], "t2i": [unit * t for t in t2]}
    ratio = mantel_haenszel("IRR", x1i=x1, t1i=t1, x2i=x2, t2i=t2)
    same(ratio, mantel_haenszel("IRR", x1i=x1, x2i=x2, **other))
    one = mantel_haenszel("IRD", x1i=x1, t1i=t1, x2i=x2, t2i=t2).effect
    two = mantel_haenszel("IRD", x1i=x1, x2i=x2, **other).effect
    assert two.value * unit == pytest.approx(one.value, rel=1e-9, abs=1e-9 * one.std_error)
    assert two.std_error * unit == pytest.approx(one.std_error, rel=1e-9)
    assert math.isfinite(one.std_error)


def test_multiplying_all_counts_leaves_ratios_alone():
    counts = {"ai": [1, 4], "n1i": [20, 30], "ci": [3, 5], "n2i": [21, 29]}
    more = {name: [7 * v for v in values] for name, values in counts.items()}
    for measure in RATIOS:
        one, seven = mantel_haenszel(measure, **counts), mantel_haenszel(measure, **more)
        assert seven.effect.value == pytest.approx(one.effect.value, abs=1e-13)
        assert seven.effect.std_error * np.sqrt(7) == pytest.approx(one.effect.std_error, rel=1e-12)
