"""Pooled results against metafor on four classic sets of trials."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis import heterogeneity as het
from remit.synthesis.pool import CommonEffect, RandomEffects, pool_arrays
from remit.synthesis.tau2 import Tau2Estimate

VALUES = Path(__file__).parents[1] / "values"
NAMES = ("bcg", "raudenbush1985", "normand1999", "hine1989")
# metafor's fits stop at a relative change of 1e-12 in tau2, which leaves about 1e-9 in tau2 where
# the likelihood is flat, and less in everything that follows from it. Closed forms agree to
# rounding; one limit for all keeps the comparison plain.
TOLERANCE = 1e-8


def load(name):
    return json.loads((VALUES / f"{name}.json").read_text(encoding="utf-8"))


def effects(reference):
    """Effects and sampling variances as escalc computes them, from the counts or means."""
    columns = np.array(reference["data"], dtype=float).T
    if reference["kind"] == "given":
        return columns[0], columns[1]
    if reference["kind"] == "RR":
        a, b, c, d = columns
        variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
        return np.log(a / (a + b)) - np.log(c / (c + d)), variance
    if reference["kind"] == "RD":
        n1, n2, a, c = columns
        p, q = a / n1, c / n2
        return p - q, p * (1 - p) / n1 + q * (1 - q) / n2
    n1, m1, sd1, n2, m2, sd2 = columns
    return m1 - m2, sd1**2 / n1 + sd2**2 / n2


FITS = [
    pytest.param(name, fit, id=f"{name}-{fit['method']}-{fit['test']}-{fit['level']}")
    for name in NAMES
    for fit in load(name)["fits"]
]
PREDICTIONS = [
    pytest.param(name, row, id=f"{name}-{row['convention']}")
    for name in NAMES
    for row in load(name)["predictions"]
]


def spec_of(fit):
    if fit["method"] == "EE":
        return CommonEffect(level=fit["level"])
    test = fit["test"]
    return RandomEffects(
        tau2=fit["method"],
        interval=test if test in ("z", "t") else "HKSJ",
        floor=test != "knha",
        level=fit["level"],
    )


@pytest.mark.parametrize(("name", "fit"), FITS)
def test_fit(name, fit):
    y, v = effects(load(name))
    found = pool_arrays(y, v, spec_of(fit))
    for key, value in {
        "effect": found.effect,
        "std_error": found.std_error,
        "ci_low": found.interval.low,
        "ci_high": found.interval.high,
    }.items():
        # relative to the standard error: an end of an interval may lie near zero
        assert value == pytest.approx(fit[key], rel=0, abs=TOLERANCE * fit["std_error"])
    assert found.p_value == pytest.approx(fit["p_value"], rel=1e-7)  # the tail magnifies z
    typical = het.typical_variance(v)
    assert typical == pytest.approx(fit["typical_variance"], rel=1e-12)  # closed form
    q = het.q_test(y, v)
    assert q.q == pytest.approx(fit["q"], rel=1e-12)  # closed form
    assert q.p_value == pytest.approx(fit["q_p"], rel=1e-10)  # the tail magnifies Q
    if fit["method"] == "EE":
        assert het.i2_from_q(q.q, q.df) == pytest.approx(fit["i2"], rel=1e-10, abs=1e-10)
        return
    assert isinstance(found.tau2, Tau2Estimate)
    tau2 = found.tau2.tau2
    assert (tau2 == 0) == (fit["tau2"] == 0)
    assert tau2 == pytest.approx(fit["tau2"], rel=TOLERANCE)
    assert het.i2_from_tau2(tau2, typical) == pytest.approx(fit["i2"], rel=TOLERANCE)
    assert het.h2_from_tau2(tau2, typical) == pytest.approx(fit["h2"], rel=TOLERANCE)


@pytest.mark.parametrize(("name", "row"), PREDICTIONS)
def test_prediction(name, row):
    y, v = effects(load(name))
    spec = RandomEffects(
        interval="z" if row["test"] == "z" else "HKSJ", floor=False, prediction=row["convention"]
    )
    found = pool_arrays(y, v, spec).prediction
    assert isinstance(found, Interval)
    width = row["high"] - row["low"]
    assert found.low == pytest.approx(row["low"], rel=0, abs=TOLERANCE * width)
    assert found.high == pytest.approx(row["high"], rel=0, abs=TOLERANCE * width)


@pytest.mark.parametrize("name", NAMES)
def test_q_profile(name):
    reference = load(name)
    expected = reference["q_profile"]
    y, v = effects(reference)
    found, typical = het.q_profile(y, v), het.typical_variance(v)
    assert not expected["empty"]
    assert not isinstance(found, NotEstimable)
    ends = {
        "tau2": found,
        "i2": het.i2_interval(found, typical),
        "h2": het.h2_interval(found, typical),
    }
    for key, interval in ends.items():
        # uniroot was run to 1e-14, absolute; sampling variances here are as small as 1e-4
        assert interval.low == pytest.approx(expected[f"{key}_low"], rel=1e-9, abs=1e-14)
        assert interval.high == pytest.approx(expected[f"{key}_high"], rel=1e-9)


def test_empty_q_profile():
    """metafor 3.8-1: confint(rma(yi, vi, data=hine), level=90) gives ci.null TRUE, 0 to 0."""
    y, v = effects(load("hine1989"))
    found = het.q_profile(y, v, 0.90)
    assert isinstance(found, NotEstimable)
    assert "empty" in found.reason
