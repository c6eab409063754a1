"""Which contrasts of two probabilities does the beta-binomial likelihood not reject."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import logit

from remit.core.errors import ConvergenceError
from remit.core.numerics import chi2_quantile
from remit.synthesis.rare.ascent import climb
from remit.synthesis.rare.beta_binomial_fit import (
    BetaBinomialFit,
    GroupsLikelihood,
    Place,
    logistic,
)
from remit.synthesis.rare.beta_binomial_likelihood import Group

__all__ = ["contrast", "profile_ends"]

FloatArray = npt.NDArray[np.float64]
_FARTHEST = 40.0  # on the log scale, where a likelihood has long reached its limit
_LARGEST_SD = 100.0  # root of gamma = rho/(1 - rho) at rho = 0.9999
_MOST_STEPS = 90  # of a climb: a probability near its edge takes some 45, a rho near 1 never ends
_START_SD = 0.1  # root of gamma that each climb starts from at least


def contrast(measure: str, first: float, second: float) -> float:
    """Return the contrast of two probabilities; for ``PLO`` the logit of the first."""
    if measure == "RD":
        return first - second
    if measure == "PLO":
        return float(logit(first))
    if measure == "OR":
        return float(logit(first) - logit(second))
    if 0.0 in (first, second):
        return -math.inf if first == 0.0 else math.inf
    return math.log(first / second)


def _pair(measure: str, value: float, u: float) -> tuple[Place, Place]:
    """Return the two probabilities with their contrast fixed, and their derivatives in u."""
    p, slope, bend = logistic(u)
    if measure == "OR":
        return logistic(u + value), (p, slope, bend)
    if measure == "RR":
        ratio = math.exp(-abs(value))
        less = (ratio * p, ratio * slope, ratio * bend)
        return ((p, slope, bend), less) if value > 0 else (less, (p, slope, bend))
    room = 1.0 - abs(value)
    bottom = (room * p, room * slope, room * bend)
    top = (bottom[0] + abs(value), bottom[1], bottom[2])
    return (top, bottom) if value > 0 else (bottom, top)


def profile_ends(
    groups: tuple[Group, ...], fit: BetaBinomialFit, measure: str, step: float, level: float
) -> tuple[float, float]:
    """Return the ends of the profile-likelihood interval of a contrast.

    Parameters
    ----------
    groups : tuple of Group
        One or two.
    fit : BetaBinomialFit
        The maximum.
    measure : str
        ``OR RR RD PLO``.
    step : float
        A first step away from the estimate.
    level : float
        Coverage as a proportion.
    """
    with np.errstate(divide="ignore"):
        best = contrast(measure, float(fit.p[0]), float(fit.p[-1]))
    allowed = 0.5 * chi2_quantile(level, 1)
    deviation = max(_START_SD, math.sqrt(fit.rho / (1.0 - fit.rho)))
    total = sum(group.events.sum() for group in groups) + 0.5
    size = sum(group.sizes.sum() for group in groups) + 1.0
    start = np.array([float(logit(total / size)), deviation])

    def deficit(value: float) -> float:
        if measure == "PLO":

            def places(free: FloatArray) -> list[tuple[int, Place]]:
                return [(-1, logistic(value))]

            here = start[1:]
        else:

            def places(free: FloatArray) -> list[tuple[int, Place]]:
                return [(0, place) for place in _pair(measure, value, float(free[0]))]

            here = start
        likelihood = GroupsLikelihood(groups=groups, places=places)
        return fit.loglik - _highest(likelihood, here) - allowed

    limit = 1.0 if measure == "RD" else math.inf
    return _end(deficit, best, -step, -limit), _end(deficit, best, step, limit)


def _highest(likelihood: GroupsLikelihood, start: FloatArray) -> float:
    """Return the highest log-likelihood; where it rises with rho without end, that at 0.9999."""
    try:
        return climb(likelihood, start, free_tau=True, most=_MOST_STEPS)[1].value
    except ConvergenceError:
        far = np.append(start[:-1], _LARGEST_SD)
        return climb(likelihood, far, free_tau=False)[1].value


def _end(deficit: Callable[[float], float], best: float, step: float, limit: float) -> float:
    if best == limit:
        return limit
    inner = best if math.isfinite(best) else math.copysign(_FARTHEST, -step)
    while abs(inner) <= _FARTHEST:
        outer = inner + step
        if (outer >= limit) if step > 0 else (outer <= limit):
            outer = inner + 0.9 * (limit - inner)
            if abs(outer - limit) < 1e-9:
                return limit
        if deficit(outer) > 0.0:
            return float(brentq(deficit, inner, outer, xtol=1e-12, rtol=1e-12))
        inner, step = outer, 1.3 * step
    return limit
