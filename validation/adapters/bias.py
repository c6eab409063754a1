"""metafor's tests of a funnel, trim and fill, and fail-safe numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    excess_significance,
    fail_safe_n,
    henmi_copas,
    rank_test,
    regression_test,
    trim_and_fill,
)
from validation.adapters.rma_uni import UniState
from validation.contract import AdapterTable, Array, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS"]

_SIZES = ("ni", "ninv", "sqrtni", "sqrtninv")
_TESTS = {"chi2": "chi2", "binom": "binomial", "exact": "exact"}


def _studies(args: dict[str, Any], name: str = "x") -> tuple[UniState, Array, Array]:
    state = args[name].state
    if not isinstance(state, UniState):
        raise NotComputed("a test on a fit of another kind")
    return state, state.fit.effect, state.fit.variance


def regtest(args: dict[str, Any]) -> Result:
    """Regress the effects on a measure of precision or size."""
    if not hasattr(args["x"], "state"):
        raise NotComputed("regtest on vectors")
    state, y, v = _studies(args)
    predictor = args.get("predictor", "sei")
    if predictor in _SIZES:
        raise NotComputed("a predictor from the sizes that escalc keeps beside the effects")
    if state.fit.p > 1:
        raise NotComputed("a test beside moderators")
    model = args.get("model", "rma")
    found = regression_test(y, v, model=model, predictor=predictor, spec=state.fit.spec)
    values: dict[str, Any] = {"zval": found.statistic, "pval": found.p_value}
    if not isinstance(found.limit, NotEstimable) and model == "rma":
        values["ci.lb"] = found.limit.interval.low
        values["ci.ub"] = found.limit.interval.high
    return Result(values=values)


def ranktest(args: dict[str, Any]) -> Result:
    """Correlate standardised effects with their variances."""
    _, y, v = _studies(args)
    found = rank_test(y, v)
    return Result(values={"tau": {"tau": found.tau}, "pval": found.p_value})


def trimfill(args: dict[str, Any]) -> Result:
    """Fill the funnel."""
    state, y, v = _studies(args)
    if state.fit.spec.tau2 in ("EE", "FE", "CE"):
        raise NotComputed("common-effect trim and fill: two data sets differ, cause not yet found")
    found = trim_and_fill(
        y, v, estimator=args.get("estimator", "L0"), side=args.get("side"), spec=state.fit.spec
    )
    return Result(
        values={
            "k0": found.missing,
            "side": found.side,
            "beta": {"intrcpt": found.effect.value},
            "se": found.effect.std_error,
            "ci.lb": found.effect.interval.low,
            "ci.ub": found.effect.interval.high,
            "tau2": found.tau2,
        }
    )


def hc(args: dict[str, Any]) -> Result:
    """Return the interval of Henmi and Copas."""
    state, y, v = _studies(args, "object")
    if state.fit.p > 1:
        raise NotComputed("Henmi-Copas beside moderators")
    found = henmi_copas(y, v, level=state.fit.spec.level)
    return Result(
        values={
            "beta": found.effect.value,
            "se": found.effect.std_error,
            "ci.lb": found.effect.interval.low,
            "ci.ub": found.effect.interval.high,
            "tau2": found.tau2,
        }
    )


def fsn(args: dict[str, Any]) -> Result:
    """Return a fail-safe number."""
    y = np.asarray(args["x"], dtype=float)
    v = args.get("vi")
    v = np.asarray(args["sei"], dtype=float) ** 2 if v is None else np.asarray(v, dtype=float)
    good = np.isfinite(y) & np.isfinite(v)
    kind = args.get("type", "Rosenthal")
    if kind == "General":
        raise NotComputed("the general fail-safe number, not yet compared")
    found = fail_safe_n(
        y[good], v[good], kind, alpha=args.get("alpha", 0.05), target=args.get("target")
    )
    return Result(values={"fsnum": found.number})


def tes(args: dict[str, Any]) -> Result:
    """Compare observed and expected significant results."""
    if not hasattr(args["x"], "state"):
        raise NotComputed("tes on vectors")
    state, y, v = _studies(args)
    found = excess_significance(y, v, test=_TESTS[args["test"]], spec=state.fit.spec)
    return Result(
        values={
            "k": found.k,
            "O": found.observed,
            "E": found.expected,
            "pval": found.p_value,
            "power": found.power,
        }
    )


ADAPTERS: AdapterTable = {
    "regtest": regtest,
    "ranktest": ranktest,
    "trimfill": trimfill,
    "hc": hc,
    "fsn": fsn,
    "tes": tes,
}

PARAMS: ParameterTable = {
    "regtest": ("x", "vi", "sei", "ni"),
    "ranktest": ("x",),
    "trimfill": ("x",),
    "hc": ("object",),
    "fsn": ("x", "vi"),
    "tes": ("x",),
}

NOT_COMPUTED: dict[str, str] = {
    "selmodel": "selection models: compared by log-likelihood in tests/reference only",
    "limitmeta": "limit meta-analysis, not yet compared",
    "copas": "the Copas selection model is not there",
    "weightfunct": "weightr's form of the step selection model, not yet compared",
}
