"""R's metabin and metainc: two arms with counts, by meta's way with zero cells.

For odds ratios meta adds 0.5 to the four cells as others do. For risk ratios it adds 0.5 to the
events and to the size of the arm, so that the non-events stay (metafor and Cochrane add 1 to the
size). For risk differences the constant goes into the variance alone. Studies without events in
either arm have no ratio, unless ``allstudies`` is set.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.core.estimate import Estimate
from remit.synthesis.effects import effect_sizes
from remit.synthesis.rare import MantelHaenszelResult, mantel_haenszel
from validation.adapters.meta_glmm import glmm_result
from validation.adapters.meta_pooling import pooled_result
from validation.contract import Array, NotComputed, Result

__all__ = ["metabin", "metainc"]

CODES = {"OR": "OR", "DOR": "OR", "RR": "RR", "VE": "RR", "RD": "RD", "ASD": "AS"}
RATES = {"IRR": "IRR", "IRD": "IRD", "IRSD": "IRSD"}
HALF = 0.5

Cells = tuple[Array, Array, Array, Array]


def _constants(cells: Cells, args: dict[str, Any]) -> tuple[Array, Array]:
    """Return what is added to each arm of each study."""
    a, b, c, d = cells
    zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    rule = "all" if args.get("allincr") else args.get("method.incr", "only0")
    where = {
        "only0": zero,
        "if0all": np.full_like(zero, bool(zero.any())),
        "all": np.ones_like(zero),
    }[rule]
    if args.get("incr") == "TACC":  # each arm's share of 1 is that of its people
        n1, n2 = a + b, c + d
        return where * n1 / (n1 + n2), where * n2 / (n1 + n2)
    amount = where * float(args.get("incr", HALF))
    return amount, amount


def _plain(code: str, cells: Cells) -> tuple[Array, Array]:
    """Return effects and variances of cells that have been dealt with."""
    a, b, c, d = cells
    sizes = effect_sizes(code, ai=a, bi=b, ci=c, di=d, add=0.0, to="none")
    return np.array(sizes.effect), np.array(sizes.variance)


def _effects(code: str, cells: Cells, args: dict[str, Any]) -> tuple[Array, Array]:
    """Return effects and standard errors as meta has them."""
    a, b, c, d = cells
    one, two = _constants(cells, args)
    none, everybody = (a == 0) & (c == 0), (b == 0) & (d == 0)
    if code == "RD":
        y, _ = _plain("RD", cells)
        _, v = _plain("RD", (a + one, b + one, c + two, d + two))
        return y, np.sqrt(v)
    if code in ("AS", "PETO"):
        y, v = _plain(code, cells)
    elif code == "RR":
        to_events, to_others = np.where(everybody, 0.0, 1.0), np.where(everybody, 1.0, 0.0)
        changed = (
            a + one * to_events, b + one * to_others, c + two * to_events, d + two * to_others,
        )  # fmt: skip
        y, v = _plain("RR", changed)
    else:
        y, v = _plain(code, (a + one, b + one, c + two, d + two))
    lost = none if code == "RR" else none | everybody
    if code in ("OR", "RR", "PETO") and not args.get("allstudies"):
        y, v = np.where(lost, np.nan, y), np.where(lost, np.nan, v)
    return y, np.sqrt(v)


def _instead_of_common(result: Result, pooled: MantelHaenszelResult) -> Result:
    """Put the Mantel-Haenszel estimate where the common effect stands."""
    if not isinstance(pooled.effect, Estimate):
        raise NotComputed("the Mantel-Haenszel estimate is not defined here")
    result.values |= {
        "TE.common": pooled.effect.value,
        "seTE.common": pooled.effect.std_error,
        "lower.common": pooled.effect.interval.low,
        "upper.common": pooled.effect.interval.high,
        "statistic.common": pooled.statistic,
        "pval.common": pooled.p_value,
    }
    del result.values["w.common"]  # meta's are sums of counts, remit's are shares
    return result


def _mantel_haenszel(code: str, cells: Cells, args: dict[str, Any]) -> MantelHaenszelResult:
    """Pool by Mantel and Haenszel; meta adds its constant to the counts unless ``MH.exact``."""
    a, b, c, d = cells
    one, two = _constants(cells, args)
    if args.get("MH.exact"):
        one = two = np.zeros_like(a)
    if not args.get("allstudies") and code != "RD":
        lost = (a == 0) & (c == 0) | ((b == 0) & (d == 0) if code == "OR" else False)
        a, b, c, d, one, two = (part[~lost] for part in (a, b, c, d, one, two))
    return mantel_haenszel(code, ai=a + one, bi=b + one, ci=c + two, di=d + two)


def metabin(args: dict[str, Any]) -> Result:
    """Pool two arms with events."""
    method, sm = args.get("method", "MH"), args.get("sm", "RR")
    names = ("event.e", "n.e", "event.c", "n.c")
    a, n1, c, n2 = (np.asarray(args[name], dtype=float) for name in names)
    cells = (a, n1 - a, c, n2 - c)
    if method in ("SSW", "LRP"):
        raise NotComputed(f"metabin's method='{method}'")
    if method == "GLMM":
        effect, std_error = _effects("OR", cells, args)
        counts = {"ai": a, "bi": n1 - a, "ci": c, "di": n2 - c}
        result = glmm_result("OR", effect, std_error, args, **counts)
        _mark_lost(result, "OR")
        return result
    code = "PETO" if method == "Peto" else CODES[sm]
    effect, std_error = _effects(code, cells, args)
    result = pooled_result(effect, std_error, args)
    result.state.counts = cells
    result.values |= {"event.e": a, "n.e": n1}
    test = mantel_haenszel("OR", ai=a, bi=n1 - a, ci=c, di=n2 - c, correct=False).cochran
    result.values |= {
        "Q.CMH": getattr(test, "statistic", test),
        "df.Q.CMH": getattr(test, "df", test),
        "pval.Q.CMH": getattr(test, "p_value", test),
    }
    _mark_lost(result, code)
    if method == "MH" and code in ("OR", "RR", "RD"):
        return _instead_of_common(result, _mantel_haenszel(code, cells, args))
    return result


def _mark_lost(result: Result, code: str) -> None:
    """Give an odds ratio that is left out an infinite standard error, as meta does."""
    if code == "OR":
        std_error = result.values["seTE"]
        result.values["seTE"] = np.where(np.isnan(std_error), np.inf, std_error)


def metainc(args: dict[str, Any]) -> Result:
    """Pool two arms with events and person-time."""
    method, sm = args.get("method", "MH"), args.get("sm", "IRR")
    names = ("event.e", "time.e", "event.c", "time.c")
    x1, t1, x2, t2 = (np.asarray(args[name], dtype=float) for name in names)
    if method == "Cochran":
        raise NotComputed("metainc's method='Cochran'")
    sizes = effect_sizes(RATES[sm], x1i=x1, t1i=t1, x2i=x2, t2i=t2)
    effect, std_error = np.array(sizes.effect), np.sqrt(sizes.variance)
    if method == "GLMM":
        return glmm_result("IRR", effect, std_error, args, x1i=x1, t1i=t1, x2i=x2, t2i=t2)
    result = pooled_result(effect, std_error, args)
    result.values["event.e"] = x1
    if method == "MH" and sm == "IRR":
        pooled = mantel_haenszel("IRR", x1i=x1, t1i=t1, x2i=x2, t2i=t2)
        return _instead_of_common(result, pooled)
    return result
