"""R's metacont, metamean, metaprop, metarate and metacor: effects from groups, then metagen."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import logit

from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value, t_two_sided
from remit.synthesis.binomial import clopper_pearson, wilson
from remit.synthesis.effects import effect_sizes
from remit.synthesis.medians import mean_from_median, sd_from_median
from validation.adapters.meta_glmm import glmm_result
from validation.adapters.meta_pooling import LEVEL, pooled_result
from validation.contract import Array, NotComputed, Result

__all__ = ["metacont", "metacor", "metamean", "metaprop", "metarate"]

PROPORTIONS = {"PLOGIT": "PLO", "PAS": "PAS", "PFT": "PFT", "PLN": "PLN", "PRAW": "PR"}
MEDIANS = {
    "Luo": "luo-shi",
    "Shi": "luo-shi",
    "Wan": "wan",
    "Cai": "mln",
    "QE-McGrath": "qe",
    "BC-McGrath": "box-cox",
}
FIVE = {"minimum": "min", "q1": "q1", "median": "median", "q3": "q3", "maximum": "max"}


def _pair(measure: str, **data: Any) -> tuple[Array, Array]:
    """Return effects and variances."""
    sizes = effect_sizes(measure, **data)
    return np.array(sizes.effect), np.array(sizes.variance)


def _from_quantiles(args: dict[str, Any], n: Array, suffix: str) -> tuple[Array, Array]:
    """Return the means and SDs behind medians with quartiles, ends or both."""
    given = {name: args.get(f"{short}{suffix}") for name, short in FIVE.items()}
    whole = given["q1"] is not None and given["minimum"] is not None
    mean = MEDIANS[args.get("method.mean", "Luo")]
    # with three quantiles meta takes Wan's SD whatever is asked for
    sd = MEDIANS[args.get("method.sd", "Shi")] if whole else "wan"
    found = []
    for place, size in enumerate(n):
        one = {name: float(v[place]) for name, v in given.items() if v is not None}
        estimate = mean_from_median(mean, n=int(size), **one)
        if isinstance(estimate, NotEstimable):
            raise NotComputed(estimate.reason)
        found.append((estimate.mean, sd_from_median(sd, n=int(size), **one)))
    means, sds = np.array(found).T
    return means, sds


def _arm(args: dict[str, Any], suffix: str) -> tuple[Array, Array, Array]:
    """Return size, mean and SD of one arm."""
    n = np.asarray(args[f"n{suffix}"], dtype=float)
    if args.get(f"mean{suffix}") is None:
        return (n, *_from_quantiles(args, n, suffix))
    return n, args[f"mean{suffix}"], args[f"sd{suffix}"]


def _smd(arms: dict[str, Array], args: dict[str, Any]) -> tuple[Array, Array]:
    """Return standardised mean differences by meta's choice of formula."""
    kind, exact = args.get("method.smd", "Hedges"), args.get("exact.smd", True)
    if kind == "Glass":
        raise NotComputed("meta's variance of Glass' delta, without the correction for bias")
    if kind == "Cohen" and not exact:
        return _pair("SMD", correct=False, **arms)
    if not exact:
        raise NotComputed("Hedges' approximate correction 1 - 3/(4 df - 1), beside the exact one")
    effect, variance = _pair("SMD", vtype="UB", **arms)
    if kind == "Cohen":  # meta keeps the variance of the corrected difference
        effect, _ = _pair("SMD", correct=False, **arms)
    return effect, variance


def metacont(args: dict[str, Any]) -> Result:
    """Pool two arms with means."""
    n1, m1, sd1 = _arm(args, ".e")
    n2, m2, sd2 = _arm(args, ".c")
    arms = {"n1i": n1, "m1i": m1, "sd1i": sd1, "n2i": n2, "m2i": m2, "sd2i": sd2}
    sm = args.get("sm", "MD")
    if sm == "SMD":
        effect, variance = _smd(arms, args)
    elif sm == "ROM":
        effect, variance = _pair("ROM", correct=False, **arms)
    else:
        effect, variance = _pair("MD", vtype="HO" if args.get("pooledvar") else "LS", **arms)
    result = pooled_result(effect, np.sqrt(variance), args)
    result.values |= {"mean.e": m1, "sd.e": sd1, "mean.c": m2, "sd.c": sd2, "n.e": n1}
    if args.get("method.ci") == "t":
        _t_intervals(result, n1 + n2 - 2)
    return result


def _t_intervals(result: Result, df: Array) -> None:
    """Put t intervals of the studies in place of normal ones."""
    y, se = result.values["TE"], result.values["seTE"]
    half = np.array([critical_value(LEVEL, int(number)) for number in df]) * se
    pairs = zip(y / se, df, strict=True)
    result.values |= {
        "lower": y - half,
        "upper": y + half,
        "df": df,
        "pval": [t_two_sided(float(t), int(number)) for t, number in pairs],
    }


def metamean(args: dict[str, Any]) -> Result:
    """Pool means of one group."""
    n, mean, sd = _arm(args, "")
    measure = "MNLN" if args.get("sm", "MRAW") == "MLN" else "MN"
    effect, variance = _pair(measure, mi=mean, sdi=sd, ni=n)
    result = pooled_result(effect, np.sqrt(variance), args)
    result.values |= {"mean": mean, "sd": sd}
    _without_tests(result)
    return result


def _without_tests(result: Result) -> None:
    """Take out the tests against 0, which meta leaves out where there is one group."""
    for part in ("", ".common", ".random"):
        result.values[f"statistic{part}"] = result.values[f"pval{part}"] = None


def _proportions(measure: str, x: Array, others: Array) -> tuple[Array, Array]:
    """Return effects and variances; raw and log proportions stay raw where all have the event."""
    effect, variance = _pair(measure, xi=x, mi=others)
    if measure in ("PR", "PLN"):
        everybody = others == 0
        raw, _ = _pair(measure, xi=x, mi=others, add=0.0)
        effect = np.where(everybody, raw, effect)
    if measure == "PLN":  # 1/x - 1/(n + 0.5)
        _, apart = _pair(measure, xi=x, mi=others + np.where(everybody, 0.5, 0.0), add=0.0)
        variance = np.where(everybody, apart, variance)
    return effect, variance


def metaprop(args: dict[str, Any]) -> Result:
    """Pool proportions of one group."""
    x, n = (np.asarray(args[name], dtype=float) for name in ("event", "n"))
    sm, method = args.get("sm", "PLOGIT"), args.get("method", "")
    effect, variance = _proportions(PROPORTIONS[sm], x, n - x)
    if method == "GLMM" or (sm == "PLOGIT" and method != "Inverse"):
        result = glmm_result("PLO", effect, np.sqrt(variance), args, tested=False, xi=x, ni=n)
    else:
        result = pooled_result(effect, np.sqrt(variance), args)
    _without_tests(result)
    _exact_limits(result, x, n, sm, args.get("method.ci", "CP"))
    return result


def _exact_limits(result: Result, x: Array, n: Array, sm: str, method: str) -> None:
    """Put the studies' binomial limits, on the scale of the analysis, in place of normal ones."""
    limits = {"CP": clopper_pearson, "WS": wilson}.get(method)
    scale = {"PLOGIT": logit, "PRAW": np.asarray, "PLN": np.log}.get(sm)
    for end, side in (("lower", "low"), ("upper", "high")):
        result.values.pop(end)
        if limits is not None and scale is not None:
            pairs = zip(x, n, strict=True)
            ends = np.array([getattr(limits(int(a), int(b)), side) for a, b in pairs])
            with np.errstate(divide="ignore"):
                result.values[end] = scale(ends)


def metarate(args: dict[str, Any]) -> Result:
    """Pool rates of one group."""
    x, t = (np.asarray(args[name], dtype=float) for name in ("event", "time"))
    effect, variance = _pair(args.get("sm", "IRLN"), xi=x, ti=t)
    if args.get("method") == "GLMM":
        result = glmm_result("IRLN", effect, np.sqrt(variance), args, tested=False, xi=x, ti=t)
    else:
        result = pooled_result(effect, np.sqrt(variance), args)
    _without_tests(result)
    return result


def metacor(args: dict[str, Any]) -> Result:
    """Pool correlations."""
    effect, variance = _pair(args.get("sm", "ZCOR"), ri=args["cor"], ni=args["n"])
    return pooled_result(effect, np.sqrt(variance), args)
