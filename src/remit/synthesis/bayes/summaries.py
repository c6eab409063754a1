"""The parts of a Bayesian result: distributions in six numbers, peaks, Bayes factors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.bayes.mixture import NormalMixture
from remit.synthesis.exits import interval_text, number_text, plain

__all__ = ["BayesFactor", "Peak", "PosteriorSummary", "ShrunkStudy", "summarise_mixture"]

_LARGEST_SHOWN = 300.0  # in powers of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class PosteriorSummary:
    """A posterior distribution, summarised.

    Attributes
    ----------
    mode, median : float
        Highest point of the density, and the 50% quantile.
    mean, sd : float or NotEstimable
        Moments; some heavy-tailed posteriors have none.
    shortest, central : Interval
        Shortest interval of the level, and the one with equal tails.
    """

    mode: float
    median: float
    mean: float | NotEstimable
    sd: float | NotEstimable
    shortest: Interval
    central: Interval

    def text(self) -> str:
        """Return median and shortest interval as text."""
        return f"median {number_text(self.median)}, {interval_text(self.shortest)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as a plain dictionary."""
        names = ("mode", "median", "mean", "sd", "shortest", "central")
        return {name: plain(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A point of highest density or likelihood.

    Attributes
    ----------
    tau : float
        Heterogeneity.
    mu : float or NotEstimable
        Mean effect.
    """

    tau: float
    mu: float | NotEstimable

    def to_dict(self) -> dict[str, Any]:
        """Return the point as a plain dictionary."""
        return {"tau": self.tau, "mu": plain(self.mu)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkStudy:
    """The true effect of one study, in the light of all of them.

    Attributes
    ----------
    label : str
        Name of the study.
    effect, std_error : float
        What the study reported.
    weight : float
        Its posterior mean share in the mean effect, per cent.
    posterior : PosteriorSummary
        Of its true effect (shrinkage estimate).
    """

    label: str
    effect: float
    std_error: float
    weight: float
    posterior: PosteriorSummary

    def to_dict(self) -> dict[str, Any]:
        """Return the study as a plain dictionary."""
        return {
            "label": self.label,
            "effect": self.effect,
            "std_error": self.std_error,
            "weight": self.weight,
            "posterior": self.posterior.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesFactor:
    """How much better one model predicts the data than another.

    Attributes
    ----------
    log : float
        Natural logarithm of the ratio of marginal likelihoods, null over alternative; above 0 it
        speaks for the null.
    """

    log: float

    @property
    def value(self) -> float:
        """Return the ratio; 0 or infinite where it is beyond what a float holds."""
        try:
            return math.exp(self.log)
        except OverflowError:
            return math.inf

    def text(self) -> str:
        """Return the ratio as text, bounded where it is beyond all reading."""
        power = self.log / math.log(10.0)
        if abs(power) > _LARGEST_SHOWN:
            return "above 1e300" if power > 0 else "below 1e-300"
        return number_text(self.value)

    def to_dict(self) -> dict[str, Any]:
        """Return the factor as a plain dictionary."""
        value = self.value
        shown = value if math.isfinite(value) else None
        return {"log": self.log, "value": shown, "text": self.text()}


def summarise_mixture(
    mixture: NormalMixture,
    shift: float,
    level: float,
    mean: NotEstimable | None,
    sd: NotEstimable | None,
) -> PosteriorSummary:
    """Return the summary of a mixture moved by ``shift``, with reasons for moments it lacks."""
    low, high = mixture.shortest(level)
    tail = 0.5 * (1.0 - level)
    return PosteriorSummary(
        mode=mixture.mode() + shift,
        median=mixture.quantile(0.5) + shift,
        mean=mixture.first_moment() + shift if mean is None else mean,
        sd=mixture.std_dev() if sd is None else sd,
        shortest=Interval(
            low=low + shift, high=high + shift, level=level, method="shortest credible"
        ),
        central=Interval(
            low=mixture.quantile(tail) + shift,
            high=mixture.quantile(1.0 - tail) + shift,
            level=level,
            method="central credible",
        ),
    )
