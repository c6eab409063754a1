"""Summary of the posterior of tau, with the moments that exist."""

from __future__ import annotations

import math

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.bayes.summaries import PosteriorSummary
from remit.synthesis.bayes.tau_distribution import tau_quantile, tau_shortest
from remit.synthesis.bayes.tau_peak import peak
from remit.synthesis.bayes.tau_posterior import TauPosterior, moment_exists

__all__ = ["no_moment", "summarise_tau"]

_NO_MEAN = NotEstimable(
    reason="Under this prior and so few studies the posterior has tails so heavy "
    "that its mean is infinite."
)
_NO_SD = NotEstimable(
    reason="Under this prior and so few studies the posterior has tails so heavy "
    "that its standard deviation is infinite."
)


def no_moment(post: TauPosterior, order: int) -> NotEstimable | None:
    """Return why tau has no finite moment of order 1 or 2, or None where it has."""
    if moment_exists(post.model, post.prior, order):
        return None
    return _NO_MEAN if order == 1 else _NO_SD


def summarise_tau(post: TauPosterior, level: float) -> PosteriorSummary:
    """Return the summary of tau."""
    mean: float | NotEstimable | None = no_moment(post, 1)
    sd: float | NotEstimable | None = no_moment(post, 2)
    centre = float(post.weight @ post.tau) if mean is None else math.nan
    low, high = tau_shortest(post, level)
    tail = 0.5 * (1.0 - level)
    return PosteriorSummary(
        mode=peak(post.model, post.prior, marginal=True)[0],
        median=tau_quantile(post, 0.5),
        mean=centre if mean is None else mean,
        sd=math.sqrt(float(post.weight @ (post.tau - centre) ** 2)) if sd is None else sd,
        shortest=Interval(low=low, high=high, level=level, method="shortest credible"),
        central=Interval(
            low=tau_quantile(post, tail),
            high=tau_quantile(post, 1.0 - tail),
            level=level,
            method="central credible",
        ),
    )
