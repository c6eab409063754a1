"""R's metacum, metainf and blup: pools without or up to each study, and shrunken effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.heterogeneity import i2_from_q
from remit.synthesis.models import FitSpec, LinearFit, Tau2Estimate, fit_linear
from remit.synthesis.models import blup as shrunken
from validation.contract import Array, Result

__all__ = ["blup", "metacum", "metainf"]


def _row(effect: Array, variance: Array, args: dict[str, Any], pooled: str) -> dict[str, Any]:
    common = fit_linear(effect, variance, spec=FitSpec(tau2="EE"))
    random = fit_linear(effect, variance, spec=FitSpec(tau2=args.get("method.tau", "REML")))
    fit: LinearFit = random if pooled == "random" else common
    tau2, q = random.tau2, common.q_e
    return {
        "TE": fit.coef[0],
        "seTE": fit.std_error[0],
        "lower": fit.ci_low[0],
        "upper": fit.ci_high[0],
        "statistic": fit.statistic[0],
        "pval": fit.p_value[0],
        "k": fit.k,
        "tau2": tau2.tau2 if isinstance(tau2, Tau2Estimate) else tau2,
        "tau": math.sqrt(tau2.tau2) if isinstance(tau2, Tau2Estimate) else tau2,
        "se.tau2": random.se_tau2,
        "I2": q if isinstance(q, NotEstimable) else i2_from_q(q, common.k - 1) / 100,
    }


def _series(x: Any, groups: Sequence[Array], pooled: str) -> Result:
    state = x.state
    y, v = state.effect, state.std_error**2
    rows = [_row(y[group], v[group], state.args, pooled) for group in groups]
    return Result(values={name: [row[name] for row in rows] for name in rows[0]})


def metacum(args: dict[str, Any]) -> Result:
    """Pool one study more at a time."""
    x = args["x"]
    order = np.argsort(np.asarray(args["sortvar"]), kind="stable")
    groups = [order[: i + 1] for i in range(order.size)]
    return _series(x, groups, args.get("pooled", "common"))


def metainf(args: dict[str, Any]) -> Result:
    """Pool without each study in turn."""
    x = args["x"]
    k = len(x.state.effect)
    groups = [np.flatnonzero(np.arange(k) != i) for i in range(k)]
    return _series(x, groups, args.get("pooled", "common"))


def blup(args: dict[str, Any]) -> Result:
    """Shrink the study effects to the mean."""
    found = shrunken(args["x"].state.random)
    return Result(
        values={
            "blup": found.effect,
            "se.blup": found.std_error,
            "lower": found.pi_low,
            "upper": found.pi_high,
        }
    )
