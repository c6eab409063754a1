"""Small-study effects in the magnesium trials against metafor 5.0-1 and metasens 1.5-2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import ndtr, ndtri

from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    copas,
    excess_significance,
    fail_safe_n,
    henmi_copas,
    limit_meta,
    rank_test,
    regression_test,
    selection_model,
    trim_and_fill,
)
from remit.synthesis.bias.copas_fit import CopasData, fit_copas
from remit.synthesis.effects import effect_sizes
from remit.synthesis.models import FitSpec

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "values" / "bias.json").read_text(encoding="utf-8")
)
# Egger 2001: deaths and patients with magnesium, deaths and patients without.
TRIALS = np.array(
    [
        [1, 40, 2, 36],
        [9, 135, 23, 135],
        [2, 200, 7, 200],
        [1, 48, 1, 46],
        [10, 150, 8, 148],
        [1, 59, 9, 56],
        [1, 25, 3, 23],
        [0, 22, 1, 21],
        [6, 76, 11, 75],
        [1, 27, 7, 27],
        [2, 89, 12, 80],
        [5, 23, 13, 33],
        [4, 130, 8, 122],
        [90, 1159, 118, 1157],
        [4, 107, 17, 108],
        [2216, 29011, 2103, 29039],
    ]
)
SIZES = TRIALS[:, 1] + TRIALS[:, 3]
MAGNESIUM = effect_sizes("OR", ai=TRIALS[:, 0], n1i=TRIALS[:, 1], ci=TRIALS[:, 2], n2i=TRIALS[:, 3])
Y, V = MAGNESIUM.effect, MAGNESIUM.variance


@pytest.mark.parametrize("case", REFERENCE["regtest"])
def test_regression(case):
    model, predictor = case.split(".")
    want = REFERENCE["regtest"][case]
    found = regression_test(Y, V, model=model, predictor=predictor, n=SIZES)
    # 1e-7: a closed form for lm; for rma metafor's REML stops at a threshold of 1e-12
    assert found.statistic == pytest.approx(want["z"], rel=1e-7)
    assert found.p_value == pytest.approx(want["p"], rel=1e-6)  # z^2 times as much in the tail
    assert found.limit.interval.low == pytest.approx(want["limit_low"], rel=1e-7)
    assert found.limit.interval.high == pytest.approx(want["limit_high"], rel=1e-7)


def test_rank_correlation():
    found = rank_test(Y, V)
    assert found.tau == pytest.approx(REFERENCE["ranktest"]["tau"], rel=1e-12)  # a count
    assert found.p_value == pytest.approx(REFERENCE["ranktest"]["p"], rel=1e-12)


@pytest.mark.parametrize("case", REFERENCE["trimfill"])
def test_trim_and_fill(case):
    tau2, side, estimator = case.split(".")
    want = REFERENCE["trimfill"][case]
    found = trim_and_fill(Y, V, estimator=estimator, side=side, spec=FitSpec(tau2=tau2))
    assert found.missing == want["missing"]
    assert found.effect.value == pytest.approx(want["effect"], rel=1e-10)  # closed forms
    assert found.effect.std_error == pytest.approx(want["se"], rel=1e-10)


@pytest.mark.parametrize("kind", REFERENCE["fsn"])
def test_fail_safe_numbers(kind):
    assert fail_safe_n(Y, V, kind).number == REFERENCE["fsn"][kind]


def test_the_general_number_is_the_least_that_overturns():
    # metafor reports 18 with exact = TRUE, where p = .0567; with 17 its p is .0518 already
    found = fail_safe_n(Y, V, "General", exact=True)
    assert found.number == 17
    assert found.p_after >= 0.05


def test_henmi_copas():
    want = REFERENCE["hc"]
    found = henmi_copas(Y, V).effect
    assert found.value == pytest.approx(want["effect"], rel=1e-10)  # closed form
    assert found.std_error == pytest.approx(want["se"], rel=1e-10)
    # 2e-4: metafor integrates and looks for the root with R's default tolerances of about 1e-4
    assert found.interval.low == pytest.approx(want["low"], rel=2e-4)
    assert found.interval.high == pytest.approx(want["high"], rel=2e-4)


def test_excess_significance():
    want = REFERENCE["tes"]
    found = excess_significance(Y, V, test="chi2", spec=FitSpec(tau2="EE"))
    assert found.observed == want["observed"]
    assert found.expected == pytest.approx(want["expected"], rel=1e-10)  # sums of normal tails
    assert found.statistic == pytest.approx(want["x2"], rel=1e-10)
    assert found.p_value == pytest.approx(want["p"], rel=1e-8)  # far out in the tail


@pytest.mark.parametrize("case", REFERENCE["selmodel"])
def test_selection_models(case):
    want = REFERENCE["selmodel"][case]
    found = selection_model(Y, V, want["kind"], steps=want["steps"], alternative="less")
    # 1e-4: metafor's search stops early, where the likelihood is flat; its gain is good to 1e-7
    assert found.effect.value == pytest.approx(want["effect"], rel=1e-4)
    assert found.tau2 == pytest.approx(want["tau2"], rel=1e-4)
    assert [item.value for item in found.parameters] == pytest.approx(want["delta"], rel=1e-4)
    assert found.lrt == pytest.approx(want["lrt"], rel=1e-6)


@pytest.mark.parametrize("adjustment", ["beta0", "mulim", "betalim"])
def test_limit_meta_analysis(adjustment):
    want = REFERENCE["limitmeta"]
    # meta's own tau2, which it estimates with a stopping rule of 1e-5; the rest is a closed form
    found = limit_meta(Y, V, adjustment=adjustment, tau2=want["tau"] ** 2)
    assert found.effect.value == pytest.approx(want[adjustment]["effect"], rel=1e-10)
    assert found.effect.std_error == pytest.approx(want[adjustment]["se"], rel=1e-10)
    assert found.p_value == pytest.approx(want[adjustment]["p"], rel=1e-10)
    assert found.alpha == pytest.approx(want["slope"], rel=1e-10)
    assert found.beta == pytest.approx(want["effect"], rel=1e-10)
    for name in ("q", "q_small", "q_residual", "g2"):
        assert getattr(found, name) == pytest.approx(want[name], rel=1e-10)


def _gamma(publication, unpublished):
    """Return (gamma0, gamma1) from what metasens prints of a degree of selection."""
    error = np.sqrt(V)

    def excess(gamma1):
        chance = ndtr(ndtri(publication) + gamma1 * (1.0 / error - 1.0 / error.max()))
        return np.sum((1.0 - chance) / chance) - unpublished

    gamma1 = brentq(excess, 0.0, 1.0, xtol=1e-15)
    return float(ndtri(publication) - gamma1 / error.max()), gamma1


def test_copas_at_the_degrees_of_selection_of_metasens():
    want = REFERENCE["copas"]
    pairs = [_gamma(*pair) for pair in zip(want["publication"], want["unpublished"], strict=True)][
        1:
    ]
    found = copas(Y, V, gamma=pairs)
    assert found.side == "right"
    # no selection, and all but those two where metasens ends at a lower summit (next test)
    for place in (0, 1, 2, 3, 4, 5, 8):
        # metasens stops at a relative change of 2e-9 of the log-likelihood, 3e-8: its root in
        # standard errors of 0.2 would allow 5e-5
        got = found.points[place].effect.value
        assert got == pytest.approx(want["effect"][place], abs=5e-6)
    # not at point 5, where rho is at its bound, which metasens's errors take no notice of
    for place in (0, 1, 2, 3, 4):
        got = found.points[place].effect.std_error
        assert got == pytest.approx(want["se"][place], rel=2e-5)
    # where the slope is fitted at the summit of rho = 0 by metasens and a higher one lies apart,
    # the p value here is the smaller one
    for place, p in enumerate(want["residual_p"]):
        if place not in (6, 7):
            assert found.points[place].residual_p <= p * (1.0 + 1e-6)
    assert isinstance(found.adjusted, NotEstimable)


@pytest.mark.parametrize("place", [6, 7])
def test_metasens_ends_at_a_lower_summit_of_two_likelihoods(place):
    want = REFERENCE["copas"]
    gamma = _gamma(want["publication"][place], want["unpublished"][place])
    data = CopasData(y=Y, v=V, unit=1.0, bound=0.9999)
    likelihood = data.likelihood(gamma)
    mean = want["effect"][place]

    def below(x):
        return -likelihood.value_and_gradient(np.array([mean, *x]))[0]

    best = min(
        minimize(below, start, bounds=[(-0.9999, 0.9999), (0.0, 5.0)]).fun
        for start in ([-0.9, 0.1], [0.5, 0.3], [-0.5, 0.01], [0.0, 0.2])
    )
    top = fit_copas(data, gamma)
    # at its mean no correlation and no tau2 do as well as at the true maximum
    assert top.value > -best + 0.3
    assert top.x[0] > mean + 0.1
