"""The linear fit and all that follows from it against metafor on four classic sets of trials."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.core.estimate import NotEstimable
from remit.synthesis.models import (
    FitSpec,
    blup,
    bootstrap_prediction,
    compare_fits,
    contrast_test,
    fit_linear,
    heterogeneity_interval,
    kenward_roger,
    pearson_residuals,
    predict_fit,
    ranef,
    rstandard,
    rstudent,
    vif,
    wald_test,
)

VALUES = Path(__file__).parents[1] / "values"
# metafor's fits stop at a change of 1e-12 in tau2, which leaves about 1e-9 where the likelihood is
# flat, and its matrix sums lose some digits; closed forms agree to 1e-12 and pass as well.
TOLERANCE = 1e-8


def load(name):
    return json.loads((VALUES / f"{name}.json").read_text(encoding="utf-8"))


REFERENCE = load("linear_models")


def effects(name):
    """Effects and sampling variances as escalc computes them, from the counts or means."""
    reference = load(name)
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


def design(model):
    """Return the design matrix of the trials' moderators, with treatment contrasts."""
    moderators = REFERENCE["moderators"]
    ablat, year = np.array(moderators["ablat"]), np.array(moderators["year"])
    alloc = np.array(moderators["alloc"])
    alternate, random, systematic = (
        (alloc == level).astype(float) for level in ("alternate", "random", "systematic")
    )
    one = np.ones(ablat.size)
    columns = {
        "ablat": (one, ablat),
        "ablatyear": (one, ablat, year),
        "alloc": (one, random, systematic),
        "allocnoint": (alternate, random, systematic),
        "inter": (one, ablat, random, systematic, ablat * random, ablat * systematic),
        "cent": (one, ablat - 33.46, (ablat - 33.46) ** 2),
        "all3": (one, ablat, year, random, systematic),
        "ablatalloc": (one, ablat, random, systematic),
    }
    return np.column_stack(columns[model]) if model != "mean" else None


def weights(code, v):
    if code == "1:13":
        return tuple(range(1, 14))
    return tuple(1 / v) if code == "1/v" else code


def fit_of(data, model="mean", **choices):
    y, v = effects(data)
    return fit_linear(y, v, design(model), FitSpec(**choices))


def close(found, expected, scale=None):
    """Compare relative to the value, or to a standard error where the value may be near 0."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    size = np.abs(expected) if scale is None else np.asarray(scale, dtype=float)
    assert found.shape == expected.shape
    assert np.all(np.abs(found - expected) <= TOLERANCE * size + 1e-300), (found, expected)


@pytest.mark.parametrize("row", REFERENCE["fits"], ids=lambda row: row["id"])
def test_fit(row):
    y, v = effects(row["data"])
    spec = FitSpec(tau2=row["method"], test=row["test"], weights=weights(row["weights"], v))
    fit = fit_linear(y, v, design(row["model"]), spec)
    close(fit.tau2_value, row["tau2"])
    error = row["std_error"]
    close(fit.coef, row["coef"], error)
    close(fit.std_error, error)
    close(fit.ci_low, row["ci_low"], error)
    close(fit.ci_high, row["ci_high"], error)
    # the tail magnifies a relative change of z by z^2, which is at most 320 here
    assert fit.p_value == pytest.approx(row["p_value"], rel=1e-6)
    for name in ("i2", "h2", "typical_variance", "q_e", "q_m"):
        assert getattr(fit, name) == pytest.approx(row[name], rel=TOLERANCE, abs=1e-10), name
    for name in ("q_e_p", "q_m_p"):
        assert getattr(fit, name) == pytest.approx(row[name], rel=1e-6), name
    assert fit.variance_factor == pytest.approx(row["factor"], rel=TOLERANCE)
    if row["se_tau2"] is None:
        assert isinstance(fit.se_tau2, NotEstimable)
    else:
        close(fit.se_tau2, row["se_tau2"])
    if "r2" in row:
        assert fit.r2 == pytest.approx(row["r2"], rel=TOLERANCE, abs=1e-8)  # may be 0
    names = {"ll": "loglik", "dev": "deviance", "AIC": "aic", "BIC": "bic", "AICc": "aicc"}
    for name, field in names.items():
        found = [getattr(fit.ml, field), getattr(fit.reml, field)]
        assert found == pytest.approx(row["fit"][name], rel=TOLERANCE, abs=TOLERANCE), name


@pytest.mark.parametrize("data", sorted(REFERENCE["diagnostics"]))
def test_diagnostics(data):
    fit, row = fit_of(data), REFERENCE["diagnostics"][data]
    for name, function in (("rstandard", rstandard), ("rstudent", rstudent)):
        found = function(fit)
        close(found.residual, row[name]["resid"], row[name]["se"])
        close(found.std_error, row[name]["se"])
        close(found.z, row[name]["z"], np.ones(fit.k))
    for name, function in (("blup", blup), ("ranef", ranef)):
        if name in row:
            found, error = function(fit), row[name]["se"]
            close(found.effect, row[name]["pred"], error)
            close(found.std_error, error)
            close(found.pi_low, row[name]["pi.lb"], error)
            close(found.pi_high, row[name]["pi.ub"], error)
    close(fit.residual, row["resid"]["raw"], fit.std_error[0] * np.ones(fit.k))
    close(pearson_residuals(fit), row["resid"]["pearson"], np.ones(fit.k))


def test_diagnostics_with_moderators():
    fit, row = fit_of("bcg", "all3"), REFERENCE["diagnostics_all3"]
    close(rstudent(fit).z, row["rstudent"]["z"], np.ones(13))
    close(blup(fit).effect, row["blup"]["pred"], row["blup"]["se"])
    close(blup(fit).std_error, row["blup"]["se"])


@pytest.mark.parametrize("row", REFERENCE["predictions"], ids=lambda row: row["id"])
def test_predictions(row):
    found = predict_fit(
        fit_of("bcg", "ablatyear"), row["design"], row["level"], prediction=row["prediction"]
    )
    for name in ("effect", "ci_low", "ci_high", "pi_low", "pi_high"):
        close(getattr(found, name), row[name], row["std_error"])
    close(found.std_error, row["std_error"])
    close(found.pi_error, row["pi_error"])


def test_comparisons():
    fits = [fit_of("bcg", model, tau2="ML") for model in ("mean", "ablat", "ablatalloc")]
    pairs = {
        "r0r1": (fits[0], fits[1]),
        "r1r2": (fits[2], fits[1]),
        "reml": (fit_of("bcg"), fit_of("bcg", tau2=0.0)),
    }
    for name, (first, second) in pairs.items():
        row = REFERENCE["comparisons"][name]
        # REML against tau2 = 0: metafor's b is a REML fit with tau2 fixed
        found = compare_fits(first, second)
        assert found.df == row["df"]
        assert found.ratio == pytest.approx(row["ratio"], rel=TOLERANCE)
        assert found.p_value == pytest.approx(row["p_value"], rel=1e-6)
        if isinstance(found.r2, float):
            assert found.r2 == pytest.approx(row["r2"], rel=TOLERANCE)


def test_contrasts():
    fit, row = fit_of("bcg", "ablatalloc", tau2="ML"), REFERENCE["contrast"]
    found = contrast_test(fit, row["contrast"])
    close(found.estimate, row["estimate"], row["std_error"])
    close(found.std_error, row["std_error"])
    assert found.p_value == pytest.approx(row["p_value"], rel=1e-6)
    assert found.q_m == pytest.approx(row["q_m"], rel=TOLERANCE)
    assert found.q_m_p == pytest.approx(row["q_m_p"], rel=1e-6)
    wald = wald_test(fit, REFERENCE["wald"]["columns"])
    assert wald.q_m == pytest.approx(REFERENCE["wald"]["q_m"], rel=TOLERANCE)
    assert wald.q_m_p == pytest.approx(REFERENCE["wald"]["q_m_p"], rel=1e-6)


def test_variance_inflation():
    fit, row = fit_of("bcg", "all3"), REFERENCE["vif"]
    assert [one.vif for one in vif(fit)] == pytest.approx(row["single"], rel=TOLERANCE)
    grouped = vif(fit, row["groups"])
    assert [one.vif for one in grouped] == pytest.approx(
        [pair[0] for pair in row["grouped"]], rel=TOLERANCE
    )
    assert [one.sif for one in grouped] == pytest.approx(
        [pair[1] for pair in row["grouped"]], rel=TOLERANCE
    )


def test_weights_and_hat_values():
    assert fit_of("bcg", tau2="ML").weights == pytest.approx(REFERENCE["weights"], rel=TOLERANCE)
    hat = fit_of("bcg", "ablat", tau2="ML").hat
    assert hat == pytest.approx(REFERENCE["hat"], rel=TOLERANCE)


@pytest.mark.parametrize("row", REFERENCE["intervals"], ids=lambda row: "-".join(map(str, row)))
def test_intervals_of_tau2(row):
    data, method, kind, low, high = row
    name, _, model = data.partition(" ")
    found = heterogeneity_interval(fit_of(name, model or "mean", tau2=method), kind).tau2
    assert [found.low, found.high] == pytest.approx([low, high], rel=TOLERANCE, abs=0)


def test_kenward_roger():
    row, found = REFERENCE["kenward_roger"], kenward_roger(fit_of("bcg"))
    # meta takes tau2 from metafor's default stopping rule, which is good to 2e-7 here
    assert found.std_error[0] == pytest.approx(row["std_error"], rel=1e-6)
    assert found.df[0] == pytest.approx(row["df"], rel=1e-6)


def test_bootstrap_prediction():
    row = REFERENCE["bootstrap"]
    found = bootstrap_prediction(*effects("bcg")).prediction
    # two bootstraps of 25,000: a quantile of 2.5 % has a standard error of about 0.015 in each
    assert found.low == pytest.approx(row["low"], abs=0.07)
    assert found.high == pytest.approx(row["high"], abs=0.07)
