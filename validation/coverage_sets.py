"""Which sets of studies are simulated to see how often intervals cover the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remit.core.estimate import NotEstimable
from remit.synthesis.heterogeneity import typical_variance

__all__ = ["I2", "MEAN", "SEED", "SIZES", "Scenario", "Sets", "draw_sets", "scenarios"]

Array = NDArray[np.float64]

SEED = 1
MEAN = 0.3
"""True mean effect, in standard deviations of the outcome; no interval depends on it."""
SIZES = {
    3: (28, 60, 130),
    5: (22, 40, 60, 92, 168),
    10: (16, 26, 34, 44, 54, 66, 82, 102, 138, 224),
}
"""People in each study, by the number of studies k.

Twice the rounded quantiles at (i - 1/2)/k of a log-normal distribution with median 30 and a
standard deviation of 0.8 on the log scale. Quantiles, because three sizes drawn at random may be
nearly equal by luck, and equal sizes are kind to every interval.
"""
I2 = (0, 30, 75)
"""Heterogeneity, per cent of the total variance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One number of studies with one heterogeneity.

    Attributes
    ----------
    k : int
        Number of studies.
    i2 : int
        Per cent; a label, as ``tau2`` says how much it is.
    variance : (k,) array
        True sampling variances.
    tau2 : float
        Between-study variance.
    df : (k,) array
        Degrees of freedom with which each study estimates its variance.
    """

    k: int
    i2: int
    variance: Array
    tau2: float
    df: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Simulated sets of studies of one scenario.

    Attributes
    ----------
    effect, variance : (B, k) array
        What the studies report.
    scenario : Scenario
        The truth behind them.
    """

    effect: Array
    variance: Array
    scenario: Scenario


def scenarios() -> list[Scenario]:
    """Return every number of studies with every heterogeneity.

    A study of n people in two equal arms, with an outcome of standard deviation 1, has the sampling
    variance 4/n; tau2 is I2 / (1 - I2) times the typical one (Higgins & Thompson 2002, eq. 9).
    """
    found = []
    for k, sizes in SIZES.items():
        people = np.array(sizes, dtype=np.float64)
        variance = 4.0 / people
        typical = typical_variance(variance)
        if isinstance(typical, NotEstimable):
            raise TypeError(typical.reason)
        found += [
            Scenario(
                k=k,
                i2=i2,
                variance=variance,
                tau2=typical * i2 / (100.0 - i2),
                df=people - 2.0,
            )
            for i2 in I2
        ]
    return found


def draw_sets(scenario: Scenario, count: int, *, estimated: bool = False) -> Sets:
    """Draw sets of studies; the same scenario and count give the same sets.

    Parameters
    ----------
    scenario : Scenario
        The truth.
    count : int
        Number of sets.
    estimated : bool
        Whether each study reports an estimate of its variance, scaled chi-squared with its
        degrees of freedom, in place of the true one; the effects are the same either way.
    """
    rng = np.random.default_rng([SEED, scenario.k, scenario.i2])
    shape = (count, scenario.k)
    normal = rng.standard_normal(shape)
    effect = MEAN + np.sqrt(scenario.variance + scenario.tau2) * normal
    variance = np.broadcast_to(scenario.variance, shape)
    if estimated:
        variance = variance * rng.chisquare(scenario.df, shape) / scenario.df
    return Sets(effect=effect, variance=variance, scenario=scenario)
