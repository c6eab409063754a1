"""meta's GLMM: one mixed model for the common effect and one for the random effects."""

from __future__ import annotations

import math
from typing import Any

from remit.core.estimate import Estimate, NotEstimable
from remit.synthesis.rare import ChiSquareTest, GlmmResult, glmm
from remit.synthesis.tau2 import Tau2Estimate
from validation.adapters.meta_pooling import per_study
from validation.contract import Array, Result

__all__ = ["glmm_result"]


def _one(fit: GlmmResult, suffix: str, *, tested: bool) -> dict[str, Any]:
    effect = fit.effect
    if not isinstance(effect, Estimate):
        return {f"TE.{suffix}": effect}
    return {
        f"TE.{suffix}": effect.value,
        f"seTE.{suffix}": effect.std_error,
        f"lower.{suffix}": effect.interval.low,
        f"upper.{suffix}": effect.interval.high,
        f"statistic.{suffix}": fit.statistic if tested else None,
        f"pval.{suffix}": fit.p_value if tested else None,
    }


def _statistic(test: ChiSquareTest | NotEstimable) -> float | NotEstimable:
    return test if isinstance(test, NotEstimable) else test.statistic


def glmm_result(
    measure: str,
    effect: Array,
    std_error: Array,
    args: dict[str, Any],
    *,
    tested: bool = True,
    **counts: Any,
) -> Result:
    """Fit both models and name the numbers as meta does.

    Parameters
    ----------
    measure : str
        Measure of the mixed model.
    effect, std_error : (k,) array
        The studies' own effects, for the table.
    args : dict
        meta's arguments.
    tested : bool
        Whether the pooled value is tested against 0.
    **counts : array
        Counts under metafor's names.
    """
    model = args.get("model.glmm") or "UM.FS"
    common = glmm(measure, model, method="EE", drop00=True, **counts)
    random = glmm(measure, model, method="ML", drop00=True, **counts)
    wald, tau2 = _statistic(random.wald_q), random.tau2
    values = {
        **per_study(effect, std_error, args),
        **_one(common, "common", tested=tested),
        **_one(random, "random", tested=tested),
        "Q": {"Wald": wald, "LRT": _statistic(random.likelihood_ratio_q)},
        "tau2": tau2.tau2 if isinstance(tau2, Tau2Estimate) else tau2,
        "tau": math.sqrt(tau2.tau2) if isinstance(tau2, Tau2Estimate) else tau2,
        "df.random": math.inf,
    }
    return Result(values=values, state=(common, random))
