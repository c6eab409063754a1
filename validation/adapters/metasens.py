"""R's metasens: limit meta-analysis and the Copas selection model of a fit that meta made."""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.bias import copas, limit_meta
from validation.adapters.meta_pooling import Pooled
from validation.contract import AdapterTable, ParameterTable, Result

__all__ = ["ADAPTERS", "PARAMS"]


def limitmeta(args: dict[str, Any]) -> Result:
    """Return the limit meta-analysis of a fit that meta made."""
    state: Pooled = args["x"].state
    y, v = state.effect[state.used], state.std_error[state.used] ** 2
    found = limit_meta(y, v, adjustment=args.get("method.adjust", "beta0"))
    values: dict[str, Any] = {
        "TE.limit": found.study_limits,
        "TE.adjust": found.effect.value,
        "seTE.adjust": found.effect.std_error,
        "lower.adjust": found.effect.interval.low,
        "upper.adjust": found.effect.interval.high,
        "pval.adjust": found.p_value,
        "alpha.r": {"(Intercept)": found.alpha},
        "beta.r": {"x": found.beta},
        "Q": found.q,
        "Q.small": found.q_small,
        "Q.resid": found.q_residual,
        "G.squared": found.g2,
        "tau": float(np.sqrt(found.tau2)),
    }
    return Result(values=values)


def copas_model(args: dict[str, Any]) -> Result:
    """Fit the Copas selection model over its path."""
    state: Pooled = args["x"].state
    y, error = state.effect[state.used], state.std_error[state.used]
    found = copas(y, error**2)
    points = found.points
    values: dict[str, Any] = {
        "publprob": [point.publication for point in points],
        "N.unpubl": [point.unpublished for point in points],
        "TE.slope": [point.effect.value for point in points],
        "seTE.slope": [point.effect.std_error for point in points],
        "pval.rsb": [point.residual_p for point in points],
        "pval.adjust": found.adjusted_p,
    }
    if isinstance(found.adjusted, NotEstimable) or isinstance(found.chosen, NotEstimable):
        names = ("TE.adjust", "seTE.adjust", "lower.adjust", "upper.adjust", "tau.adjust")
        values |= dict.fromkeys(names, found.chosen)
        return Result(values=values, state=found)
    values |= {
        "TE.adjust": found.adjusted.value,
        "seTE.adjust": found.adjusted.std_error,
        "lower.adjust": found.adjusted.interval.low,
        "upper.adjust": found.adjusted.interval.high,
        "tau.adjust": float(np.sqrt(points[found.chosen].tau2)),
    }
    return Result(values=values, state=found)


def character(args: dict[str, Any]) -> list[str]:
    """Return R's empty vector of strings, which the calls of metasens are trimmed with."""
    return []


def summary(args: dict[str, Any]) -> Result:
    """Return the fit itself: the cases take nothing from its summary."""
    fit: Result = args["object"]
    return fit


ADAPTERS: AdapterTable = {
    "limitmeta": limitmeta,
    "copas": copas_model,
    "summary": summary,
    "character": character,
}

PARAMS: ParameterTable = {
    "limitmeta": ("x",),
    "copas": ("x",),
    "summary": ("object",),
    "character": ("length",),
}
