"""Pooled numbers as R's meta names them: what metagen and all that build on it share.

meta weighs the common effect and the random effects side by side, takes I2 from Q as a proportion,
and keeps the Hartung-Knapp standard error without any floor beside the one that it uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.numerics import critical_value, normal_two_sided
from remit.synthesis.heterogeneity import i2_from_q, q_profile
from remit.synthesis.models import FitSpec, LinearFit, Tau2Estimate, fit_linear
from remit.synthesis.pool import RandomEffects, pool_arrays
from validation.contract import Array, NotComputed, Result

__all__ = ["LEVEL", "Pooled", "per_study", "pooled_result"]

LEVEL = 0.95
# meta's names of prediction intervals, as remit's RandomEffects has them
PREDICTIONS = {"V": "HTS k-1", "HTS": "HTS k-2", "HK": "HKSJ k-1", "S": "z"}


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
    interval = "HK" if args.get("hakn") else args.get("method.random.ci", "classic")
    if interval == "KR":
        raise NotComputed("the Kenward-Roger interval of one mean (method.random.ci='KR')")

    def fit(test: str, estimator: str | float = tau2) -> LinearFit:
        return fit_linear(effect, variance, spec=FitSpec(tau2=estimator, test=test))

    adhoc = args.get("adhoc.hakn.ci", "")
    if interval == "classic":
        return fit("z")
    if adhoc == "ci":
        return max(fit("knha"), fit("z"), key=_width)
    if adhoc == "IQWiG6":  # the floor only where the interval is narrower than DerSimonian-Laird's
        return fit("adhoc" if _width(fit("knha")) < _width(fit("z", "DL")) else "knha")
    return fit("adhoc" if adhoc == "se" else "knha")


def _width(fit: LinearFit) -> float:
    return float(fit.ci_high[0] - fit.ci_low[0])


def _heterogeneity(common: LinearFit, random: LinearFit, by_tau2: bool) -> dict[str, Any]:
    df = common.k - 1
    tau2 = random.tau2.tau2 if isinstance(random.tau2, Tau2Estimate) else None
    values = {
        "Q": common.q_e,
        "df.Q": df,
        "pval.Q": common.q_e_p,
        "tau2": tau2,
        "tau": None if tau2 is None else math.sqrt(tau2),
        "se.tau2": random.se_tau2,
    }
    if isinstance(common.q_e, float):
        values["I2"] = i2_from_q(common.q_e, df) / 100
        values["H"] = math.sqrt(max(1.0, common.q_e / df))
    if by_tau2 and isinstance(random.i2, float) and isinstance(random.h2, float):
        values |= {"I2": random.i2 / 100, "H": math.sqrt(random.h2)}
    return values


def _prediction(effect: Array, variance: Array, args: dict[str, Any]) -> dict[str, Any]:
    """Return the prediction interval, where remit has the one asked for."""
    kind, tau2 = args.get("method.predict", "V"), args.get("method.tau", "REML")
    preset = args.get("tau.preset") is not None
    if kind not in PREDICTIONS or tau2 not in ("DL", "PM", "ML", "REML") or preset:
        return {}
    floor = args.get("adhoc.hakn.pi", "") == "se"
    spec = RandomEffects(tau2=tau2, prediction=PREDICTIONS[kind], floor=floor)
    interval = pool_arrays(effect, variance, spec).prediction
    return {
        "lower.predict": getattr(interval, "low", interval),
        "upper.predict": getattr(interval, "high", interval),
    }


def _tau2_interval(effect: Array, variance: Array, args: dict[str, Any]) -> dict[str, Any]:
    """Return the interval of tau2 by meta's default, where that is Q-profile."""
    default = "J" if args.get("method.tau") == "DL" else "QP"
    if args.get("method.tau.ci", default) != "QP" or args.get("tau.preset") is not None:
        return {}
    interval = q_profile(effect, variance, LEVEL)
    low, high = (getattr(interval, end, interval) for end in ("low", "high"))
    values = {"lower.tau2": low, "upper.tau2": high}
    for end in ("lower", "upper"):
        value = values[f"{end}.tau2"]
        values[f"{end}.tau"] = math.sqrt(value) if isinstance(value, float) else value
    return values


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
        **_heterogeneity(common, random, args.get("method.I2") == "tau2"),
        **_prediction(y, v, args),
        **_tau2_interval(y, v, args),
    }
    state = Pooled(
        effect=effect, std_error=std_error, used=used, common=common, random=random, args=args
    )
    return Result(values=values, state=state)
