"""Which ends has each interval, in every simulated set of studies; by remit's public functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.batch import pool_many
from remit.synthesis.bayes import TauPrior, bayes_pool
from remit.synthesis.bias import henmi_copas
from remit.synthesis.models import FitSpec, fit_linear, heterogeneity_interval
from remit.synthesis.pool import pool_arrays
from remit.synthesis.spec import CommonEffect, RandomEffects
from validation.coverage_sets import Sets

__all__ = ["GROUPS", "PRIOR", "Ends", "Group", "batch_means"]

Array = NDArray[np.float64]
Ends = dict[tuple[str, str], Array]
"""By family and interval: (B, 2) lower and upper ends, both NaN where the interval is empty."""

PRIOR = TauPrior.half_normal(0.5)
"""Prior of tau, in standard deviations of the outcome; the prior of the mean is flat."""

_MEANS: dict[str, CommonEffect | RandomEffects] = {
    "common effect": CommonEffect(),
    "z": RandomEffects(interval="z"),
    "t": RandomEffects(interval="t"),
    "HKSJ without floor": RandomEffects(interval="HKSJ", floor=False),
    "HKSJ with floor": RandomEffects(interval="HKSJ"),
}
_PREDICTIONS = ("HKSJ k-1", "HTS k-1", "HTS k-2", "z")
_TAU2_QUICK = ("Q-profile", "Higgins-Thompson", "Wald")
_TAU2_SLOW = ("profile-likelihood", "Biggerstaff-Jackson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Intervals that are computed together, in so many sets as their speed allows."""

    count: int
    ends: Callable[[Sets], Ends]


def _pair(interval: Interval | NotEstimable) -> tuple[float, float]:
    if isinstance(interval, NotEstimable):
        return np.nan, np.nan
    return interval.low, interval.high


def _each(sets: Sets, of: Callable[[Array, Array], Interval | NotEstimable]) -> Array:
    """Return the ends of one interval, set by set."""
    return np.array([_pair(of(y, v)) for y, v in zip(sets.effect, sets.variance, strict=True)])


def batch_means(sets: Sets) -> Ends:
    """Return the intervals of the mean that are computed for all sets at once.

    With the one that knows tau2, which has its level exactly.
    """
    known = RandomEffects(tau2=sets.scenario.tau2, interval="z")
    found = {}
    for name, spec in {"known tau2": known, **_MEANS}.items():
        many = pool_many(sets.effect, sets.variance, spec=spec)
        found["mean", name] = np.column_stack([many.ci_low, many.ci_high])
    return found


def _kenward_roger(sets: Sets) -> Ends:
    spec = RandomEffects(interval="Kenward-Roger")
    ends = _each(sets, lambda y, v: pool_arrays(y, v, spec).interval)
    return {("mean", "Kenward-Roger"): ends}


def _henmi_copas(sets: Sets) -> Ends:
    ends = _each(sets, lambda y, v: henmi_copas(y, v).effect.interval)
    return {("mean", "Henmi-Copas"): ends}


def _profile_means(sets: Sets) -> Ends:
    spec = RandomEffects(tau2="ML", interval="profile likelihood")
    ends = _each(sets, lambda y, v: pool_arrays(y, v, spec).interval)
    return {("mean", "profile likelihood"): ends}


def _predictions(sets: Sets) -> Ends:
    specs = {name: RandomEffects(prediction=name) for name in _PREDICTIONS}
    specs["known tau2"] = RandomEffects(tau2=sets.scenario.tau2, prediction="z")
    return {("prediction", name): _predicted(sets, [spec]) for name, spec in specs.items()}


def _predicted(sets: Sets, specs: Iterable[RandomEffects]) -> Array:
    """Return the prediction intervals; the specs are taken in turn."""
    each = zip(sets.effect, sets.variance, cycle(specs), strict=False)
    return np.array([_pair(pool_arrays(y, v, spec).prediction) for y, v, spec in each])


def _bootstrap(sets: Sets) -> Ends:
    """Return the bootstrap intervals, with a seed of its own for each set."""
    specs = (RandomEffects(prediction="bootstrap", seed=i) for i in range(len(sets.effect)))
    return {("prediction", "bootstrap"): _predicted(sets, specs)}


def _tau2(sets: Sets, methods: tuple[str, ...]) -> Ends:
    fits = [
        fit_linear(y, v, spec=FitSpec(tau2="REML"))
        for y, v in zip(sets.effect, sets.variance, strict=True)
    ]
    return {
        ("tau2", method.replace("-likelihood", " likelihood")): np.array(
            [_pair(heterogeneity_interval(f, method).tau2) for f in fits]
        )
        for method in methods
    }


def _bayes(sets: Sets) -> Ends:
    """Return the shortest credible intervals; that of tau2 is the square of the one of tau."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for y, v in zip(sets.effect, sets.variance, strict=True):
        posterior = bayes_pool((y, v), PRIOR)
        parts = {
            "mean": posterior.mu,
            "tau2": posterior.tau,
            "prediction": posterior.new_study,
        }
        for family, part in parts.items():
            found.setdefault((family, "Bayes"), []).append(_pair(part.shortest))
    ends = {key: np.array(pairs) for key, pairs in found.items()}
    ends["tau2", "Bayes"] = ends["tau2", "Bayes"] ** 2
    return ends


GROUPS = (
    Group(count=10_000, ends=batch_means),
    Group(count=1_000, ends=_kenward_roger),
    Group(count=1_000, ends=_predictions),
    Group(count=1_000, ends=lambda sets: _tau2(sets, _TAU2_QUICK)),
    Group(count=400, ends=_henmi_copas),
    Group(count=400, ends=_profile_means),
    Group(count=250, ends=lambda sets: _tau2(sets, _TAU2_SLOW)),
    Group(count=250, ends=_bayes),
    Group(count=125, ends=_bootstrap),
)
