"""Small-study effects in the BCG trials against metafor 5.0-1."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.bias import (
    excess_significance,
    fail_safe_n,
    henmi_copas,
    rank_test,
    regression_test,
    selection_model,
    trim_and_fill,
)
from remit.synthesis.effects import effect_sizes
from remit.synthesis.models import FitSpec

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "values" / "bias_bcg.json").read_text(encoding="utf-8")
)
# Colditz 1994: cases and others among the vaccinated, cases and others among the controls.
TRIALS = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)
BCG = effect_sizes("RR", ai=TRIALS[:, 0], bi=TRIALS[:, 1], ci=TRIALS[:, 2], di=TRIALS[:, 3])
Y, V = BCG.effect, BCG.variance


def test_regression_on_the_variance():
    want = REFERENCE["regtest"]["rma.vi"]
    found = regression_test(Y, V, model="rma", predictor="vi")
    # 1e-8: metafor's REML stops at a threshold of 1e-12
    assert found.statistic == pytest.approx(want["z"], rel=1e-8)
    assert found.p_value == pytest.approx(want["p"], rel=1e-8)
    assert found.limit.value == pytest.approx(want["limit"], rel=1e-8)
    assert found.limit.interval.low == pytest.approx(want["limit_low"], rel=1e-8)
    assert found.limit.interval.high == pytest.approx(want["limit_high"], rel=1e-8)


def test_regression_by_weighted_least_squares():
    want = REFERENCE["regtest"]["lm.sei"]
    found = regression_test(Y, V, model="lm", predictor="sei")
    assert found.statistic == pytest.approx(want["z"], rel=1e-10)  # closed form
    assert found.p_value == pytest.approx(want["p"], rel=1e-10)


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
    # 1e-6: metafor's last fit is made with its default stopping rule
    assert found.effect.value == pytest.approx(want["effect"], rel=1e-6)
    assert found.effect.std_error == pytest.approx(want["se"], rel=1e-6)


@pytest.mark.parametrize("kind", REFERENCE["fsn"])
def test_fail_safe_numbers(kind):
    assert fail_safe_n(Y, V, kind).number == REFERENCE["fsn"][kind]


def test_henmi_copas():
    want = REFERENCE["hc"]
    found = henmi_copas(Y, V).effect
    assert found.value == pytest.approx(want["effect"], rel=1e-12)  # closed form
    # 1e-4: metafor integrates and looks for the root with R's default tolerances of about 1e-4
    assert found.interval.low == pytest.approx(want["low"], abs=1e-4)
    assert found.interval.high == pytest.approx(want["high"], abs=1e-4)


def test_excess_significance():
    want = REFERENCE["tes"]
    found = excess_significance(Y, V, test="chi2")
    assert found.observed == want["observed"]
    assert found.expected == pytest.approx(want["expected"], rel=1e-10)  # sums of normal tails
    assert found.statistic == pytest.approx(want["x2"], rel=1e-10)
    assert found.p_value == pytest.approx(want["p"], rel=1e-10)


@pytest.mark.parametrize("case", REFERENCE["selmodel"])
def test_selection_models_reach_metafors_likelihood(case):
    want = REFERENCE["selmodel"][case]
    found = selection_model(Y, V, want["kind"], steps=want.get("steps"), alternative="less")
    # metafor's search may stop short, so remit may only be better; 1e-6: its own stopping rule.
    # negexppow: metafor's integral of the steep weight is off by 3e-3. "exact" is the
    # log-likelihood at metafor's own point by 25-digit quadrature (mpmath).
    assert found.loglik >= want.get("exact", want["loglik"]) - 1e-6
    if "effect" in want:
        assert found.effect.value == pytest.approx(want["effect"], abs=1e-4)  # flat likelihood
        assert found.tau2 == pytest.approx(want["tau2"], abs=1e-4)


def test_the_likelihood_ratio_is_twice_the_gain():
    found = selection_model(Y, V, "stepfun", steps=[0.025], alternative="less")
    gain = found.loglik - found.loglik_none
    assert found.lrt == pytest.approx(2 * gain, rel=1e-12)
    assert found.lrt_df == 1
