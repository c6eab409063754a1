"""Models of a pooled proportion that can be chosen between."""

from __future__ import annotations

from collections.abc import Callable

from scipy.special import expit

from remit.core.estimate import NotEstimable
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.data import ProportionSet
from remit.synthesis.proportions import pool_proportions
from remit.synthesis.rare.beta_binomial import beta_binomial

__all__ = ["SHARE_MODELS", "Share"]

Share = tuple[float, float, float] | NotEstimable


def _logit_normal(counts: ProportionSet, level: float) -> Share:
    found = pool_proportions(counts, level).proportion
    if isinstance(found, NotEstimable):
        return found
    return found.value, found.interval.low, found.interval.high


def _beta_binomial(counts: ProportionSet, level: float) -> Share:
    found = beta_binomial("PLO", xi=counts.events, ni=counts.n, level=level).effect
    if isinstance(found, NotEstimable):
        return found
    logits = (found.value, found.interval.low, found.interval.high)
    value, low, high = (float(expit(logit)) for logit in logits)
    return value, low, high


def _one_share(counts: ProportionSet, level: float) -> Share:
    events, n = int(counts.events.sum()), int(counts.n.sum())
    interval = clopper_pearson(events, n, level)
    return events / n, interval.low, interval.high


SHARE_MODELS: dict[str, Callable[[ProportionSet, float], Share]] = {
    "logit-normal": _logit_normal,
    "beta-binomial": _beta_binomial,
    "one share": _one_share,
}
"""By name: the share of a median study (Stijnen 2010), the mean share (Kuss 2015), and one share
common to all studies with its exact interval (Clopper & Pearson 1934)."""
