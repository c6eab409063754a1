"""Mantel-Haenszel, Peto and mixed models of counts against metafor and a published output."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.core.estimate import NotEstimable
from remit.synthesis.rare import glmm, mantel_haenszel, peto

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "values" / "rare.json").read_text(encoding="utf-8")
)
CLOSED = [case for case in REFERENCE["cases"] if case["function"] != "glmm"]
FITTED = [case for case in REFERENCE["cases"] if case["function"] == "glmm"]
# closed forms; the largest difference seen is 5e-11, in a p value of 1e-75
CLOSED_TOLERANCE = 1e-9
# R's glm stops at 1e-8 of the deviance, lme4 at 1e-5, and its seven quadrature points are good to
# about as much; what follows from an estimate carries its error
FITTED_TOLERANCE = 4e-4
FITTED_KEYS = {
    "effect",
    "std_error",
    "tau2",
    "typical_variance",
    "i2",
    "wald_q",
    "likelihood_ratio_q",
    "sigma2",
    "k",
}


def columns(name):
    data = REFERENCE["data"][name]
    table = np.array(data["rows"], dtype=float).T
    return dict(zip(data["columns"], table, strict=True))


def number(value):
    return getattr(value, "statistic", value)


@pytest.mark.parametrize("case", CLOSED, ids=lambda case: case["id"])
def test_closed_forms_agree_with_metafor(case):
    options = {name: tuple(v) if isinstance(v, list) else v for name, v in case["options"].items()}
    counts = columns(case["data"])
    if case["function"] == "peto":
        result = peto(**counts, **options)
    else:
        result = mantel_haenszel(case["measure"], **counts, **options)
    values = case["values"]
    got = {
        "effect": result.effect.value,
        "std_error": result.effect.std_error,
        "ci_low": result.effect.interval.low,
        "ci_high": result.effect.interval.high,
        "q": result.heterogeneity.statistic,
        "q_p": result.heterogeneity.p_value,
        "i2": result.i2,
        "k": result.k,
        "k_effects": result.k_effects,
    }
    for name in ("association", "cochran", "breslow_day", "tarone"):
        if name in values:
            got[name] = number(getattr(result, name))
    for name in ("fit_ml", "fit_reml"):
        fit = getattr(result, name)
        got[name] = [fit.loglik, fit.deviance, fit.aic, fit.bic, fit.aicc]
    assert set(got) == set(values)
    for name, value in values.items():
        assert got[name] == pytest.approx(value, rel=CLOSED_TOLERANCE), name


@pytest.mark.parametrize("case", FITTED, ids=lambda case: case["id"])
def test_mixed_models_agree_with_metafor_to_its_accuracy(case):
    counts, measure = columns(case["data"]), case["measure"]
    if measure == "IRLN":
        counts = {"xi": counts["x1i"], "ti": counts["t1i"]}
    options = case["options"]
    result = glmm(measure, options["model"], method=options["method"], drop00=True, **counts)
    got = {
        "effect": result.effect.value,
        "std_error": result.effect.std_error,
        "tau2": getattr(result.tau2, "tau2", 0.0),
        "typical_variance": result.typical_variance,
        "i2": result.i2,
        "wald_q": result.wald_q.statistic,
        "likelihood_ratio_q": result.likelihood_ratio_q.statistic,
        "sigma2": result.sigma2,
        "k": result.k,
    }
    for name in FITTED_KEYS & set(case["values"]):
        assert got[name] == pytest.approx(case["values"][name], rel=FITTED_TOLERANCE), name


def test_the_likelihood_is_the_one_that_metafor_used_to_print():
    # lme4's deviance() has since become that of the data given the random effects
    (published,) = REFERENCE["published"]
    result = glmm("PLO", **columns(published["data"]))
    fit = result.fit
    for name in ("loglik", "deviance", "aic"):
        # printed with four decimals, by an optimiser that stops at about 1e-5
        assert getattr(fit, name) == pytest.approx(published[name], abs=2e-4), name
    assert result.tau2.tau2 == pytest.approx(published["tau2"], abs=1e-4)


def test_users_report_an_arm_without_patients_is_set_aside():
    # metafor issue 21: the other two studies alone give an odds ratio of 1.000 (0.0625 to 15.99)
    result = mantel_haenszel(
        "OR", ai=[1, 1, 1], bi=[1, 1, 1], ci=[0, 1, 1], di=[0, 1, 1], labels=["A", "B", "C"]
    )
    assert result.labels == ("B", "C")
    assert [row.label for row in result.set_aside] == ["A"]
    assert any("A" in note.text for note in result.notes)
    assert result.effect.value == 0.0
    ends = np.exp([result.effect.interval.low, result.effect.interval.high])
    assert ends == pytest.approx([0.0625, 15.99], rel=1e-3)  # printed with three to four digits
    assert result.heterogeneity.statistic == 0.0


def test_users_report_mirror_images_cancel():
    # gemtc issue 35: 0/15 v 2/13 and 2/13 v 0/15; odds ratio 1.00 (0.15 to 6.64)
    result = mantel_haenszel("OR", ai=[0, 2], n1i=[15, 13], ci=[2, 0], n2i=[13, 15])
    ends = np.exp([result.effect.interval.low, result.effect.interval.high])
    assert result.effect.value == pytest.approx(0.0, abs=1e-15)
    assert ends == pytest.approx([0.15, 6.64], abs=5e-3)  # printed with two decimals


def test_users_report_mantel_haenszel_is_named():
    # meta issue 52: risk ratio .5000 (.2138 to 1.1695)
    result = mantel_haenszel("RR", ai=[1, 2, 3], n1i=[11, 12, 13], ci=[2, 4, 6], n2i=[11, 12, 13])
    interval = result.effect.interval
    ends = np.exp([result.effect.value, interval.low, interval.high])
    assert ends == pytest.approx([0.5, 0.2138, 1.1695], abs=5e-5)  # printed with four decimals
    assert result.summary().startswith("Mantel-Haenszel")
    assert not isinstance(result.effect, NotEstimable)
