"""R's metafor: Mantel-Haenszel, Peto and mixed models of counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from remit.core.estimate import Estimate, NotEstimable
from remit.core.numerics import normal_two_sided
from remit.synthesis.models import FitStatistics
from remit.synthesis.rare import (
    ChiSquareTest,
    GlmmResult,
    MantelHaenszelResult,
    PetoResult,
    glmm,
    mantel_haenszel,
    peto,
)
from remit.synthesis.rare.study_effects import study_effects
from remit.synthesis.tau2 import Tau2Estimate
from validation.contract import AdapterTable, Array, Formula, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS"]

_TABLE = ("ai", "bi", "ci", "di", "n1i", "n2i")
_RATES = ("x1i", "t1i", "x2i", "t2i")
_CORRECTIONS = ("add", "to", "drop00")
_FIT_ROWS = ["ll", "dev", "AIC", "BIC", "AICc"]


def _pair(value: Any, second: Any) -> tuple[Any, Any]:
    if isinstance(value, (list, tuple, np.ndarray)):
        return tuple(value) if len(value) == 2 else (value[0], second)
    return value, second


def _summing(args: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    given = {name: args[name] for name in names if args.get(name) is not None}
    for name, second in zip(_CORRECTIONS, (0.0, "none", False), strict=True):
        if name in args:
            given[name] = _pair(args[name], second)
    if "level" in args:
        given["level"] = args["level"] / 100.0
    return given


def _test(name: str, p_name: str, test: ChiSquareTest | NotEstimable) -> dict[str, Any]:
    if isinstance(test, NotEstimable):
        return {name: None, p_name: None}
    return {name: test.statistic, p_name: test.p_value}


def _criteria(fit: FitStatistics | NotEstimable) -> list[float | None]:
    if isinstance(fit, NotEstimable):
        return [None] * 5
    return [fit.loglik, fit.deviance, fit.aic, fit.bic, fit.aicc]


def _fit_statistics(ml: Any, reml: Any) -> dict[str, Any]:
    pairs = zip(_criteria(ml), _criteria(reml), strict=True)
    return {"rows": _FIT_ROWS, "cols": ["ML", "REML"], "values": [list(pair) for pair in pairs]}


def _matrix(names: list[str], values: Any) -> dict[str, Any]:
    return {"rows": names, "cols": names, "values": values}


def _pooled(effect: Estimate | NotEstimable, z: Any, p: Any) -> dict[str, Any]:
    if isinstance(effect, NotEstimable):
        return dict.fromkeys(("se", "zval", "pval", "ci.lb", "ci.ub"))
    error = effect.std_error or 0.0
    return {
        "beta": {"intrcpt": effect.value},
        "se": error,
        "zval": z,
        "pval": p,
        "ci.lb": effect.interval.low,
        "ci.ub": effect.interval.high,
        "vb": _matrix(["intrcpt"], [[error**2]]),
    }


def _summed(fit: MantelHaenszelResult | PetoResult) -> dict[str, Any]:
    return {
        **_pooled(fit.effect, fit.statistic, fit.p_value),
        "tau2": 0.0,
        "I2": fit.i2,
        "H2": fit.h2,
        **_test("QE", "QEp", fit.heterogeneity),
        "k": fit.k,
        "k.eff": fit.k,
        "k.yi": fit.k_effects,
        "p": 1,
        "p.eff": 1,
        "m": 1,
        "fit.stats": _fit_statistics(fit.fit_ml, fit.fit_reml),
        "method": "FE",
        "measure": fit.measure,
        "test": "z",
    }


def rma_mh(args: dict[str, Any]) -> Result:
    """Pool by Mantel & Haenszel."""
    measure = args.get("measure", "OR")
    given = _summing(args, _RATES if measure in ("IRR", "IRD") else _TABLE)
    given["correct"] = bool(args.get("correct", True))
    fit = mantel_haenszel(measure, **given)
    values = {
        **_summed(fit),
        **_test("MH", "MHp", fit.association),
        **_test("CO", "COp", fit.cochran),
        **_test("BD", "BDp", fit.breslow_day),
        **_test("TA", "TAp", fit.tarone),
    }
    return Result(values=values, state=(fit, measure, given))


def rma_peto(args: dict[str, Any]) -> Result:
    """Pool by Peto's method."""
    given = _summing(args, _TABLE)
    fit = peto(**given)
    return Result(values=_summed(fit), state=(fit, "PETO", given))


def _moderators(args: dict[str, Any]) -> tuple[Any, list[str]]:
    mods = args.get("mods")
    if mods is None:
        return None, ["intrcpt"]
    if not isinstance(mods, Formula):
        raise NotComputed("moderators other than a formula with an intercept")
    design = mods.design()
    names = list(design.cols or [])
    if names[0] != "intrcpt":
        raise NotComputed("a mixed model of counts without an intercept")
    return design.values[:, 1:], names


def rma_glmm(args: dict[str, Any]) -> Result:
    """Fit a mixed model of counts."""
    measure = args.get("measure", "OR")
    if measure in ("RR", "RD"):
        raise NotComputed("log and identity links, which metafor itself calls experimental")
    if args.get("cor"):
        raise NotComputed("UM.RS with correlated random effects")
    given = {name: args[name] for name in (*_TABLE, *_RATES, "xi", "ni", "ti") if name in args}
    if "mi" in args:
        given["ni"] = np.asarray(args["xi"]) + np.asarray(args["mi"])
    moderators, names = _moderators(args)
    fit = glmm(
        measure,
        args.get("model", "UM.FS"),
        method=args.get("method", "ML"),
        test=args.get("test", "z"),
        coding=float(args.get("coding", 0.5)),
        drop00=True,
        moderators=moderators,
        **given,
    )
    return Result(values=_glmm_values(fit, names), state=fit)


def _glmm_values(fit: GlmmResult, names: list[str]) -> dict[str, Any]:
    effect = fit.effect
    if isinstance(effect, NotEstimable):
        return {"beta": effect}
    factor = (effect.interval.high - effect.value) / fit.std_error[0]
    z = fit.coef / fit.std_error
    p = np.array([normal_two_sided(value) for value in z]) if fit.df is None else fit.p_value
    single = len(names) == 1
    values: dict[str, Any] = {
        "beta": dict(zip(names, fit.coef, strict=True)),
        "se": fit.std_error[0] if single else fit.std_error,
        "zval": z[0] if single else z,
        "pval": fit.p_value if single else p,
        "ci.lb": effect.interval.low if single else fit.coef - factor * fit.std_error,
        "ci.ub": effect.interval.high if single else fit.coef + factor * fit.std_error,
        "ddf": fit.df,
        "vb": _matrix(names, fit.coef_cov),
        "tau2": fit.tau2.tau2 if isinstance(fit.tau2, Tau2Estimate) else 0.0,
        "I2": fit.i2,
        "H2": fit.h2,
        "vt": fit.typical_variance,
        "k": fit.k,
        "k.yi": fit.k_effects,
        "p": len(names),
        "fit.stats": _fit_statistics(fit.fit, NotEstimable(reason="ML only")),
        **_test("QE.Wld", "QEp.Wld", fit.wald_q),
        **_test("QE.LRT", "QEp.LRT", fit.likelihood_ratio_q),
        "method": fit.method,
        "model": fit.model,
        "measure": fit.measure,
        "test": fit.test,
    }
    if fit.model == "CM.EL" and fit.measure == "OR" and not isinstance(fit.se_tau2, NotEstimable):
        values["se.tau2"] = fit.se_tau2
    if not isinstance(fit.sigma2, NotEstimable):
        values["sigma2"] = fit.sigma2
    if not isinstance(fit.likelihood_ratio_q, NotEstimable):
        values["QE.df"] = fit.likelihood_ratio_q.df
    return values


def predict(args: dict[str, Any]) -> Result:
    """Carry a pooled value and its ends through a function."""
    fit, _, _ = args["object"].state
    through = args.get("transf") or (lambda value: value)
    effect = fit.effect
    ends = effect.interval
    return Result(
        values={
            "pred": through(effect.value),
            "ci.lb": through(ends.low),
            "ci.ub": through(ends.high),
            "pi.se": effect.std_error,
        }
    )


def _again(state: tuple[Any, str, dict[str, Any]], rows: Array) -> MantelHaenszelResult:
    _, measure, given = state
    some = {
        name: np.asarray(value)[rows] if name in (*_TABLE, *_RATES) else value
        for name, value in given.items()
    }
    return mantel_haenszel(measure, **some)


def _series(fits: list[MantelHaenszelResult]) -> dict[str, Any]:
    rows = []
    for fit in fits:
        q = _test("Q", "Qp", fit.heterogeneity)
        alone = isinstance(fit.heterogeneity, NotEstimable)
        rows.append(
            {
                "estimate": fit.effect.value,
                "se": fit.effect.std_error,
                "zval": fit.statistic,
                "pval": fit.p_value,
                "ci.lb": fit.effect.interval.low,
                "ci.ub": fit.effect.interval.high,
                "Q": 0.0 if alone else q["Q"],
                "Qp": 1.0 if alone else q["Qp"],
                "I2": 0.0 if alone else fit.i2,
                "H2": 1.0 if alone else fit.h2,
            }
        )
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}


def leave1out(args: dict[str, Any]) -> Result:
    """Pool without each study in turn."""
    state = args["x"].state
    k = state[0].k
    fits = [_again(state, np.arange(k) != i) for i in range(k)]
    return Result(values=_series(fits))


def cumul(args: dict[str, Any]) -> Result:
    """Pool one study more at a time."""
    state = args["x"].state
    order = np.argsort(np.asarray(args["order"]), kind="stable")
    fits = [_again(state, order[: i + 1]) for i in range(order.size)]
    return Result(values={"k": np.arange(1, order.size + 1), **_series(fits)})


def rstandard(args: dict[str, Any]) -> Result:
    """Return the studies' own effects less the pooled one, in their standard errors."""
    fit, measure, _ = args["model"].state
    own = study_effects(measure, fit.counts)
    error = np.sqrt(own.variance)
    away = own.effect - fit.effect.value
    return Result(values={"resid": away, "se": error, "z": away / error})


ADAPTERS: AdapterTable = {
    "rma.mh": rma_mh,
    "rma.peto": rma_peto,
    "rma.glmm": rma_glmm,
    "predict": predict,
    "leave1out": leave1out,
    "cumul": cumul,
    "rstandard": rstandard,
}

PARAMS: ParameterTable = {
    "rma.mh": ("ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "measure"),
    "rma.peto": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "rma.glmm": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "predict": ("object",),
    "leave1out": ("x",),
    "cumul": ("x", "order"),
    "rstandard": ("model",),
}

NOT_COMPUTED: dict[str, str] = {}
