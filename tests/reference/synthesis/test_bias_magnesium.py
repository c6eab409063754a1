"""Small-study effects in the magnesium trials against metafor 5.0-1 and metasens 1.5-2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.bias import (
    excess_significance,
    fail_safe_n,
    henmi_copas,
    limit_meta,
    rank_test,
    regression_test,
    selection_model,
    trim_and_fill,
)
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
