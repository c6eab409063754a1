"""Which values of a coefficient does a permutation test not reject."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from remit.core.errors import InputError
from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.moderators.permutation_test import (
    PermutationPlan,
    extreme_values,
    permutation_plan,
    permuted_statistics,
)

__all__ = ["permutation_interval"]

_WIDTH = 1e-10  # of the interval: how closely the step of the p value is located
_DOUBLINGS = 20


def permutation_interval(
    fit: LinearFit,
    coefficient: int = 0,
    *,
    exact: bool | None = None,
    iterations: int = 10_000,
    seed: int = 1,
) -> Interval | NotEstimable:
    """Return the interval of the values that two one-sided permutation tests do not reject.

    Each test has half of 1 - level. The effects less the value times the coefficient's column are
    fitted and permuted anew (Higgins & Thompson 2004; metafor's ``permci``). The p value is a step
    function of the value: the ends are where it falls below half of 1 - level.

    Parameters
    ----------
    fit : LinearFit
        With inverse-variance weights.
    coefficient : int
        Position of the coefficient.
    exact, iterations, seed
        As for `permutation_test`; the same permutations serve for every value.

    Returns
    -------
    Interval or NotEstimable
        The latter where there are too few permutations for the level, or no end was found.

    Raises
    ------
    InputError
        If there is no such coefficient.
    """
    if not 0 <= coefficient < fit.p:
        raise InputError.at(
            "argument 'coefficient'", found=repr(coefficient), expected=f"0 to {fit.p - 1}"
        )
    plan = permutation_plan(fit, exact=exact, iterations=iterations)
    share = 0.5 * (1.0 - fit.spec.level)
    if plan.number * share < 1.0:
        return NotEstimable(
            reason=f"With {plan.number} permutations no p value is below {share:g}."
        )
    middle = float(fit.coef[coefficient])
    half = float(fit.ci_high[coefficient]) - middle

    def rejected(value: float, alternative: str) -> bool:
        return _p_value(fit, coefficient, value, plan, seed, alternative) < share

    low = _end(lambda value: rejected(value, "greater"), middle, -half)
    high = _end(lambda value: rejected(value, "less"), middle, half)
    if low is None or high is None:
        return NotEstimable(reason="No value far from the estimate is rejected.")
    kind = "exact" if plan.exact else f"{plan.number} random, seed {seed}"
    return Interval(low=low, high=high, level=fit.spec.level, method=f"permutation, {kind}")


def _p_value(
    fit: LinearFit, coefficient: int, value: float, plan: PermutationPlan, seed: int, side: str
) -> float:
    shifted = fit.effect - value * fit.design[:, coefficient]
    again = fit_linear(shifted, fit.variance, fit.design, fit.spec)
    count, valid = 0, 0
    for values, _ in permuted_statistics(again, shifted, plan, seed, "test"):
        column = values[:, coefficient]
        known = np.isfinite(column)
        extreme = extreme_values(column[known], again.statistic[coefficient], side)
        count += int(extreme.sum())
        valid += int(known.sum())
    return count / max(valid, 1)


def _end(rejected: Callable[[float], bool], middle: float, half: float) -> float | None:
    """Return where rejection begins between the estimate and beyond, by bisection."""
    inside, step = middle, 2.0 * half
    for _ in range(_DOUBLINGS):
        outside = middle + step
        if rejected(outside):
            break
        inside, step = outside, 2.0 * step
    else:
        return None
    while abs(outside - inside) > _WIDTH * abs(half):
        between = 0.5 * (inside + outside)
        if rejected(between):
            outside = between
        else:
            inside = between
    return inside
