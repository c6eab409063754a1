"""meta's prediction intervals, and its intervals of tau2, H and I2."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.models import (
    FitSpec,
    LinearFit,
    bootstrap_prediction,
    fit_linear,
    heterogeneity_interval,
    predict_fit,
)

__all__ = ["heterogeneity_values", "prediction_values"]

# meta's name: remit's test of the fit, and the factor of the interval
PREDICTIONS = {
    "V": ("z", "k-p"),
    "HTS": ("z", "k-p-1"),
    "S": ("z", "z"),
    "HK": ("knha", "k-p"),
    "HK-PR": ("knha", "k-p-1"),
}
DRAWS_SEED = 123


def prediction_values(random: LinearFit, args: dict[str, Any]) -> dict[str, Any]:
    """Return the prediction interval that is asked for, where remit has it."""
    kind = args.get("method.predict", "V")
    y, v = random.effect, random.variance
    if kind == "NNF":
        drawn = bootstrap_prediction(y, v, seed=DRAWS_SEED)
        found = drawn if isinstance(drawn, NotEstimable) else drawn.prediction
        return _named("predict", found)
    if kind not in PREDICTIONS:
        return {}
    test, factor = PREDICTIONS[kind]
    if test == "knha" and args.get("adhoc.hakn.pi") == "se":
        test = "adhoc"
    fit = fit_linear(y, v, spec=FitSpec(tau2=random.spec.tau2, test=test))
    predicted = predict_fit(fit, prediction=factor)
    if isinstance(predicted.pi_low, NotEstimable) or isinstance(predicted.pi_high, NotEstimable):
        return _named("predict", predicted.pi_low)
    df = {"k-p": fit.k - 1, "k-p-1": fit.k - 2, "z": math.inf}[factor]
    return {
        "lower.predict": predicted.pi_low[0],
        "upper.predict": predicted.pi_high[0],
        "seTE.predict": np.asarray(predicted.pi_error)[0],
        "df.predict": df,
    }


def _named(name: str, interval: Any) -> dict[str, Any]:
    """Return the two ends of an interval; a missing interval is missing at both."""
    low, high = (getattr(interval, end, interval) for end in ("low", "high"))
    return {f"lower.{name}": low, f"upper.{name}": high}


def _tau2_interval(random: LinearFit, args: dict[str, Any]) -> dict[str, Any]:
    """Return the interval of tau2 and tau; meta's default is Jackson's after DerSimonian-Laird."""
    default = "J" if args.get("method.tau") == "DL" else "QP"
    kind = args.get("method.tau.ci", default)
    if random.spec.tau2_given:
        return _named("tau2", None) | _named("tau", None)
    if kind in ("J", "BJ"):  # generalised Q, weights the roots of the inverse variances or those
        power = 0.5 if kind == "J" else 1.0
        spec = FitSpec(tau2="GENQ", weights=tuple(random.variance**-power))
        random = fit_linear(random.effect, random.variance, spec=spec)
    method = {"QP": "Q-profile", "PL": "profile-likelihood"}.get(kind, "Biggerstaff-Jackson")
    found = heterogeneity_interval(random, method)
    return _named("tau2", found.tau2) | _named("tau", found.tau)


def _shares(common: LinearFit, random: LinearFit, args: dict[str, Any]) -> dict[str, Any]:
    """Return H and I2, from Q or from tau2, with their intervals; I2 is a proportion in meta."""
    by_tau2 = args.get("method.I2") == "tau2"
    fit = random if by_tau2 else common
    if not isinstance(fit.i2, float) or not isinstance(fit.h2, float):
        return {}
    values: dict[str, Any] = {"I2": fit.i2 / 100, "H": math.sqrt(max(1.0, fit.h2))}
    if random.spec.tau2_given:
        return values
    found = heterogeneity_interval(random, "Q-profile") if by_tau2 else _test_based(common)
    if isinstance(found.i2, Interval) and isinstance(found.h2, Interval):
        values |= {"lower.I2": found.i2.low / 100, "upper.I2": found.i2.high / 100}
        values |= {"lower.H": math.sqrt(found.h2.low), "upper.H": math.sqrt(found.h2.high)}
    return values


def _test_based(common: LinearFit) -> Any:
    """Return the interval of Higgins and Thompson, which needs Q alone."""
    fit = fit_linear(common.effect, common.variance, spec=FitSpec(tau2="DL"))
    return heterogeneity_interval(fit, "Higgins-Thompson")


def heterogeneity_values(
    common: LinearFit, random: LinearFit, args: dict[str, Any]
) -> dict[str, Any]:
    """Return Q, tau2, H and I2 with their intervals."""
    tau2 = getattr(random.tau2, "tau2", random.tau2)
    return {
        "Q": common.q_e,
        "df.Q": common.k - 1,
        "pval.Q": common.q_e_p,
        "tau2": tau2,
        "tau": math.sqrt(tau2) if isinstance(tau2, float) else tau2,
        "se.tau2": random.se_tau2,
        **_shares(common, random, args),
        **_tau2_interval(random, args),
    }
