"""Effect sizes: escalc, its summary, conv.*, aggregate and vcalc."""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.synthesis.effects import (
    MEASURES,
    aggregate_effects,
    covariance_from_correlation,
    delta_method,
    effect_sizes,
    effects_from_intervals,
    table_from_margins,
)
from remit.synthesis.effects.inputs import FAMILIES
from remit.synthesis.medians import MedianEstimate, mean_from_median
from validation.contract import AdapterTable, Frame, Matrix, NotComputed, ParameterTable, Result

_NOT_DONE = {
    "RTET": "the tetrachoric correlation needs the bivariate normal; no use for it in this field",
    "ZTET": "the tetrachoric correlation needs the bivariate normal; no use for it in this field",
    "R2F": "R squared with fixed predictors; no use for it in this field",
    "ZR2F": "R squared with fixed predictors; no use for it in this field",
    "SMCRP": "the variance for equal SDs of two occasions; SMCRPH covers it",
}
_MEDIANS = {
    "default": "luo-shi",
    "hozo2005": "hozo",
    "wan2014": "wan",
    "bland2015": "bland",
    "walter2007": "walter-yao",
    "blue": "blue",
    "qe": "qe",
    "bc": "box-cox",
    "mln": "mln",
}
_CHOICES = ("add", "to", "drop00", "vtype", "correct", "flip")


def escalc(args: dict[str, Any]) -> Result:
    """Compute effects, or hand on those that the data already hold."""
    measure = args.get("measure", "GEN")
    if args.get("yi") is not None:
        variance = args["vi"] if args.get("vi") is not None else np.square(args["sei"])
        return Result(
            values={"yi": args["yi"], "vi": variance},
            attributes={"measure": measure, "ni": args.get("ni")},
        )
    if measure in _NOT_DONE:
        raise NotComputed(_NOT_DONE[measure])
    kinds = FAMILIES[MEASURES[measure].family]
    data = {name: args[name] for name in kinds if args.get(name) is not None}
    choices = {name: args[name] for name in _CHOICES if name in args}
    result = effect_sizes(measure, **data, **choices)
    values: dict[str, Any] = {"yi": result.effect, "vi": result.variance}
    if "ni" in data:
        values["ni"] = data["ni"]
    return Result(values=values, state=result, attributes={"measure": measure, "ni": result.n})


def summary(args: dict[str, Any]) -> Frame:
    """Return what summary() adds to effects: standard errors, tests and intervals."""
    data = args["object"]
    if not isinstance(data, Frame) or data.result is None:
        raise NotComputed("the summary of a fit is the fit's own")
    effects = data.result.state
    rows = effects.to_rows()
    names = {"effect": "yi", "variance": "vi", "std_error": "sei", "z": "zi", "p_value": "pval"}
    names |= {"ci_low": "ci.lb", "ci_high": "ci.ub"}
    if args.get("transf") is not None:
        names = {"shown": "yi", "shown_low": "ci.lb", "shown_high": "ci.ub"}
    return Frame({theirs: np.array([row[ours] for row in rows]) for ours, theirs in names.items()})


def conv_wald(args: dict[str, Any]) -> Frame:
    """Return effects and variances from estimates and intervals."""
    transform = getattr(args.get("transf"), "text", None)
    if transform not in (None, "log"):
        raise NotComputed("only ratios and plain differences are read from intervals")
    result = effects_from_intervals(
        "GEN",
        estimate=args["out"],
        ci_low=args["ci.lb"],
        ci_high=args["ci.ub"],
        log=transform == "log",
    )
    return Frame({"yi": result.effect, "vi": result.variance})


def conv_2x2(args: dict[str, Any]) -> Result:
    """Return 2x2 tables from phi or the odds ratio and the margins."""
    table = table_from_margins(
        ni=args["ni"],
        n1i=args["n1i"],
        n2i=args["n2i"],
        phi=args.get("ri"),
        odds_ratio=args.get("ori"),
    )
    return Result(values=table._asdict())


def conv_delta(args: dict[str, Any]) -> Result:
    """Return transformed effects."""
    effect, variance = delta_method(args["yi"], args["vi"], args["transf"].text)
    return Result(values={"yi": effect, "vi": variance})


def conv_fivenum(args: dict[str, Any]) -> Result:
    """Return means and SDs from medians; NaN, as metafor has it, where a method gives none."""
    log_normal = args.get("dist", "norm") == "lnorm"
    method = "log-normal" if log_normal else _MEDIANS[args.get("method", "default")]
    names = {"min": "minimum", "q1": "q1", "median": "median", "q3": "q3", "max": "maximum"}
    rows = [
        {ours: float(args[theirs][i]) for theirs, ours in names.items() if theirs in args}
        | {"n": int(args["n"][i])}
        for i in range(len(args["n"]))
    ]
    found = [mean_from_median(method, **row) for row in rows]
    pairs = [(e.mean, e.sd) if isinstance(e, MedianEstimate) else (np.nan, np.nan) for e in found]
    mean, sd = np.array(pairs).T
    return Result(values={"mean": mean, "sd": sd})


def vcalc(args: dict[str, Any]) -> Matrix:
    """Return the covariance that one correlation within clusters implies."""
    cluster = list(args["cluster"])
    return Matrix(covariance_from_correlation(args["vi"], cluster, args["rho"]))


def aggregate(args: dict[str, Any]) -> Frame:
    """Return one effect per cluster."""
    data = args["x"]
    cluster = list(args["cluster"])
    rho = 0.0 if args.get("struct") == "ID" else args["rho"]
    covariance = covariance_from_correlation(data["vi"], cluster, rho)
    means = aggregate_effects(data["yi"], covariance, cluster)
    return Frame({"study": np.array(means.cluster), "yi": means.effect, "vi": means.variance})


ADAPTERS: AdapterTable = {
    "escalc": escalc,
    "summary": summary,
    "conv.wald": conv_wald,
    "conv.2x2": conv_2x2,
    "conv.delta": conv_delta,
    "conv.fivenum": conv_fivenum,
    "vcalc": vcalc,
    "aggregate": aggregate,
}

PARAMS: ParameterTable = {
    "escalc": ("measure",),
    "summary": ("object",),
    "conv.delta": ("yi", "vi"),
    "vcalc": ("vi",),
    "aggregate": ("x",),
}
