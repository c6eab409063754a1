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
    selection_model,
    trim_and_fill,
)
from remit.synthesis.models import FitSpec
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


def _sizes(state: UniState, args: dict[str, Any]) -> Array | None:
    """Return the sizes given to the test, or those that escalc keeps beside the effects."""
    sizes = args.get("ni")
    if sizes is None and state.args.get("data") is not None:
        sizes = state.args["data"].attributes.get("ni")
    return None if sizes is None else np.asarray(sizes, dtype=float)[state.kept]


def regtest(args: dict[str, Any]) -> Result:
    """Regress the effects on a measure of precision or size."""
    predictor, model = args.get("predictor", "sei"), args.get("model", "rma")
    if hasattr(args["x"], "state"):
        state, y, v = _studies(args)
        if state.fit.p > 1:
            raise NotComputed("a test beside moderators")
        sizes = _sizes(state, args) if predictor in _SIZES else None
        if predictor in _SIZES and sizes is None:
            raise NotComputed("a predictor from sizes that the fit does not know")
        spec = state.fit.spec
    else:
        y, v = (np.asarray(args[name], dtype=float) for name in ("x", "vi"))
        sizes, spec = None, FitSpec()
    found = regression_test(y, v, model=model, predictor=predictor, n=sizes, spec=spec)
    values: dict[str, Any] = {"zval": found.statistic, "pval": found.p_value}
    if not isinstance(found.limit, NotEstimable):
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
    target = args.get("target")
    exact = bool(args.get("exact", False))
    found = fail_safe_n(
        y[good], v[good], kind, alpha=args.get("alpha", 0.05), target=target, exact=exact
    )
    values: dict[str, Any] = {"fsnum": found.number}
    if kind == "General":
        values["est.fsn"] = found.effect_after
        values["tau2.fsn"] = found.tau2_after
        values["pval.fsn"] = found.p_after
    return Result(values=values)


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


def _fixed(kind: str, delta: Any) -> list[float | None] | None:
    if delta is None or kind == "truncest":
        return None
    values = [float(value) for value in np.atleast_1d(delta)]
    return [None if np.isnan(value) else value for value in values]


def selmodel(args: dict[str, Any]) -> Result:
    """Fit a selection model."""
    state, y, v = _studies(args)
    kind = args["type"]
    precision = {None: None, "none": None, "sei": np.sqrt(v)}[args.get("prec")]
    found = selection_model(
        y,
        v,
        kind,
        steps=args.get("steps"),
        alternative=args.get("alternative", "greater"),
        fixed=_fixed(kind, args.get("delta")),
        decreasing=bool(args.get("decreasing", False)),
        precision=precision,
        design=state.fit.design,
        tau2=str(state.fit.spec.tau2),
        level=state.fit.spec.level,
    )
    values: dict[str, Any] = {
        "beta": dict(zip(state.columns, found.coef, strict=True)),
        "se": found.std_error if found.std_error.size else NotEstimable(reason="no curvature"),
        "tau2": found.tau2,
        "se.tau2": found.tau2_std_error,
        "LRT": found.lrt,
        "LRTp": found.lrt_p,
    }
    values["delta"] = [item.value for item in found.parameters]
    if kind != "truncest":
        values["se.delta"] = [item.std_error for item in found.parameters]
    return Result(values=values, state=found)


def weightfunct(args: dict[str, Any]) -> Result:
    """Fit the step function as weightr lays it out."""
    y, v = (np.asarray(args[name], dtype=float) for name in ("effect", "v"))
    common = bool(args.get("fe", False))
    found = selection_model(
        y, v, "stepfun", steps=args["steps"], alternative="greater", tau2="EE" if common else "ML"
    )
    constant = 0.5 * y.size * np.log(2.0 * np.pi)
    free = found.parameters[1:]
    mean = [found.effect.value, *(item.value for item in free)]
    errors = [found.effect.std_error, *(item.std_error for item in free)]
    before = [found.unadjusted.value]
    if not common:
        mean.insert(0, found.tau2)
        errors.insert(0, found.tau2_std_error)
        before.insert(0, found.unadjusted_tau2)
    return Result(
        values={
            "unadj": before,
            "adj": mean,
            "ll.unadj": found.loglik_none + constant,
            "ll.adj": found.loglik + constant,
            "se.adj": errors,
        }
    )


ADAPTERS: AdapterTable = {
    "regtest": regtest,
    "ranktest": ranktest,
    "trimfill": trimfill,
    "hc": hc,
    "fsn": fsn,
    "tes": tes,
    "selmodel": selmodel,
    "weightfunct": weightfunct,
}

PARAMS: ParameterTable = {
    "regtest": ("x", "vi", "sei", "ni"),
    "ranktest": ("x",),
    "trimfill": ("x",),
    "hc": ("object",),
    "fsn": ("x", "vi"),
    "tes": ("x",),
    "selmodel": ("x",),
    "weightfunct": ("effect", "v", "steps"),
}

NOT_COMPUTED: dict[str, str] = {
    "confint": "profile-likelihood intervals of a selection model are not there",
}
