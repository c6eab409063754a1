"""Pooled numbers as R's meta names them: what metagen and all that build on it share.

meta weighs the common effect and the random effects side by side, takes I2 from Q as a proportion,
and keeps the Hartung-Knapp standard error without any floor beside the one that it uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value, normal_two_sided
from remit.synthesis.models import FitSpec, LinearFit, fit_linear, kenward_roger
from validation.adapters.meta_intervals import heterogeneity_values, prediction_values
from validation.contract import Array, Result

__all__ = ["LEVEL", "Pooled", "per_study", "pooled_result"]

LEVEL = 0.95


@dataclass(slots=True, kw_only=True)
class Pooled:
    """State of a meta object: its studies, its fits and the arguments."""

    effect: Array
    std_error: Array
    used: Array
    common: LinearFit
    random: LinearFit
    args: dict[str, Any]
    counts: tuple[Array, ...] = ()


def per_study(effect: Array, std_error: Array, args: dict[str, Any]) -> dict[str, Any]:
    """Return the studies' own intervals and tests, normal; limits that were given stay."""
    half = critical_value(LEVEL) * std_error
    statistic = np.divide(effect, std_error, out=np.full_like(effect, np.nan), where=std_error > 0)
    values: dict[str, Any] = {"TE": effect, "seTE": std_error, "statistic": statistic}
    if args.get("lower") is None:
        values |= {"lower": effect - half, "upper": effect + half}
    values["pval"] = [normal_two_sided(z) if math.isfinite(z) else None for z in statistic]
    return values


def _spread(weights: Array, used: Array) -> Array:
    """Put the weights of the studies used back among all; a study left out has weight 0."""
    whole = np.zeros(len(used))
    whole[used] = weights
    return whole


def _one(fit: LinearFit, suffix: str) -> dict[str, Any]:
    return {
        f"TE.{suffix}": fit.coef[0],
        f"seTE.{suffix}": fit.std_error[0],
        f"lower.{suffix}": fit.ci_low[0],
        f"upper.{suffix}": fit.ci_high[0],
        f"statistic.{suffix}": fit.statistic[0],
        f"pval.{suffix}": fit.p_value[0],
    }


def _random_fit(effect: Array, variance: Array, args: dict[str, Any]) -> LinearFit:
    """Fit the random effects with the interval that meta's arguments ask for."""
    preset = args.get("tau.preset")
    tau2 = args.get("method.tau", "REML") if preset is None else preset**2
    tau2 = args.get("given.tau2", tau2)
    interval = "HK" if args.get("hakn") else args.get("method.random.ci", "classic")

    def fit(test: str, estimator: str | float = tau2) -> LinearFit:
        return fit_linear(effect, variance, spec=FitSpec(tau2=estimator, test=test))

    adhoc = args.get("adhoc.hakn.ci", "")
    if interval in ("classic", "KR"):
        return fit("z")
    if adhoc == "ci":
        return max(fit("knha"), fit("z"), key=_width)
    if adhoc == "IQWiG6":  # the floor only where the interval is narrower than DerSimonian-Laird's
        return fit("adhoc" if _width(fit("knha")) < _width(fit("z", "DL")) else "knha")
    return fit("adhoc" if adhoc == "se" else "knha")


def _width(fit: LinearFit) -> float:
    return float(fit.ci_high[0] - fit.ci_low[0])


def _kenward_roger(random: LinearFit, args: dict[str, Any]) -> dict[str, Any]:
    """Return the Kenward-Roger standard error, and the interval where it is asked for."""
    asked = args.get("method.random.ci") == "KR"
    found = kenward_roger(random)
    if isinstance(found, NotEstimable):
        return _all_missing(found) if asked else {}
    if not asked:
        return {"seTE.kero": found.std_error[0]}
    return {
        "seTE.kero": found.std_error[0],
        "df.kero": found.df[0],
        "df.random": found.df[0],
        "seTE.random": found.std_error[0],
        "lower.random": found.ci_low[0],
        "upper.random": found.ci_high[0],
        "statistic.random": found.statistic[0],
        "pval.random": found.p_value[0],
    }


def _all_missing(reason: NotEstimable) -> dict[str, Any]:
    names = ("seTE", "lower", "upper", "statistic", "pval", "df")
    return {f"{name}.random": reason for name in names}


def pooled_result(
    effect: Array, std_error: Array, args: dict[str, Any], *, used: Array | None = None
) -> Result:
    """Pool study effects under meta's names.

    Parameters
    ----------
    effect, std_error : (k,) array
        Study effects with standard errors; missing ones stay in the tables and out of the pool.
    args : dict
        meta's arguments.
    used : (k,) bool array, optional
        Studies to be pooled; by default all that have both.
    """
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(effect) & np.isfinite(std_error) & (std_error > 0)
    used = whole if used is None else used & whole
    y, v = effect[used], std_error[used] ** 2
    common = fit_linear(y, v, spec=FitSpec(tau2="EE"))
    random = _random_fit(y, v, args)
    plain = fit_linear(y, v, spec=FitSpec(tau2=random.tau2_value))
    hartung_knapp = fit_linear(y, v, spec=FitSpec(tau2=random.tau2_value, test="knha"))
    values = {
        **per_study(effect, std_error, args),
        **_one(common, "common"),
        **_one(random, "random"),
        "w.common": _spread(1.0 / v, used),
        "w.random": _spread(1.0 / random.total_variance, used),
        "df.random": math.inf if random.df is None else random.df,
        "seTE.classic": plain.std_error[0],
        "seTE.hakn.ci": hartung_knapp.std_error[0],
        "seTE.hakn.pi": hartung_knapp.std_error[0],
        "k": common.k,
        **heterogeneity_values(common, random, args),
        **prediction_values(random, args),
        **_kenward_roger(random, args),
    }
    state = Pooled(
        effect=effect, std_error=std_error, used=used, common=common, random=random, args=args
    )
    return Result(values=values, state=state)
