"""R's metabias and trimfill for meta objects."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.bias.count_tests import deeks_test, harbord_test, peters_test
from remit.synthesis.bias.rank import RankTest, rank_test, schwarzer_test
from remit.synthesis.bias.regression import (
    egger_test,
    macaskill_test,
    pustejovsky_test,
    thompson_test,
)
from remit.synthesis.bias.regression_result import RegressionTest
from remit.synthesis.bias.trim_fill import trim_and_fill
from remit.synthesis.models import FitSpec
from validation.adapters.meta_pooling import Pooled, pooled_result
from validation.contract import Array, Result

__all__ = ["metabias", "trimfill"]


def _counts(state: Pooled) -> tuple[Array, Array, Array, Array]:
    """Return events and sizes of the studies that have an effect."""
    a, b, c, d = (part[state.used] for part in state.counts)
    return a, a + b, c, c + d


def _regression(found: RegressionTest) -> dict[str, Any]:
    coef, error = found.coef, found.std_error
    if isinstance(found.slope, NotEstimable):
        return {"pval": found.slope}
    return {
        "statistic": {"t": found.statistic},
        "df": found.df,
        "pval": found.p_value,
        "estimate": {"bias": coef[-1], "se.bias": error[-1]},
        "intercept": coef[0],
        "se.intercept": error[0],
        "tau": _spread(found),
    }


def _spread(found: RegressionTest) -> float | NotEstimable:
    """Return what meta prints as tau: the additive or the multiplicative spread that is left."""
    if found.model != "rma" or isinstance(found.tau2, NotEstimable):
        return found.dispersion if found.model != "rma" else found.tau2
    return math.sqrt(found.tau2)


def _rank(found: RankTest) -> dict[str, Any]:
    return {
        "statistic": {"z": found.z},
        "pval": found.p_normal,
        "estimate": {"ks": found.score, "se.ks": found.score_std_error},
    }


def metabias(args: dict[str, Any]) -> Result:
    """Test a funnel for asymmetry by the method that is asked for."""
    state: Pooled = args["x"].state
    y, v = state.effect[state.used], state.std_error[state.used] ** 2
    method = args["method.bias"]
    if method in ("Harbord", "Peters", "Deeks"):
        test = {"Harbord": harbord_test, "Peters": peters_test, "Deeks": deeks_test}[method]
        return Result(values=_regression(test(*_counts(state))))
    if method == "Schwarzer":
        return Result(values=_rank(schwarzer_test(*_counts(state))))
    if method == "Begg":
        return Result(values=_rank(rank_test(y, v)))
    if method == "Egger":
        return Result(values=_regression(egger_test(y, v)))
    if method == "Thompson":
        return Result(values=_regression(thompson_test(y, v)))
    _, n1, _, n2 = _counts(state)
    if method == "Macaskill":
        return Result(values=_regression(macaskill_test(y, v, n1 + n2)))
    return Result(values=_regression(pustejovsky_test(y, v, n1, n2)))


def trimfill(args: dict[str, Any]) -> Result:
    """Trim about the common effect, as meta does, and pool with the studies added."""
    state: Pooled = args["x"].state
    y, v = state.effect[state.used], state.std_error[state.used] ** 2
    estimator = {"L": "L0", "R": "R0", "Q": "Q0"}[args.get("type", "L")]
    found = trim_and_fill(y, v, estimator=estimator, trim_spec=FitSpec(tau2="EE"))
    return pooled_result(found.filled_effect, np.sqrt(found.filled_variance), state.args)
