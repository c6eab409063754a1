"""Bayes factors against no heterogeneity and against no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.synthesis.bayes.hierarchical import conditional, make_model
from remit.synthesis.bayes.mixture import make_mixture
from remit.synthesis.bayes.summaries import BayesFactor
from remit.synthesis.bayes.tau_peak import peak
from remit.synthesis.bayes.tau_posterior import (
    TauPosterior,
    log_prior_integral,
    moment_exists,
    tau_posterior,
)

__all__ = ["BayesFactors", "bayes_factors", "best_effect", "log_marginal_likelihood"]

FloatArray = npt.NDArray[np.float64]
_FLAT_EFFECT = NotEstimable(
    reason="The prior of the mean effect is flat, not a probability distribution, so marginal "
    "likelihoods have no scale."
)
_FLAT_TAU = NotEstimable(
    reason="The prior of tau is not a probability distribution, so marginal likelihoods have no "
    "scale."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesFactors:
    """Bayes factors of the null over the model; below 1 they speak against the null.

    Attributes
    ----------
    no_heterogeneity, no_effect : BayesFactor or NotEstimable
        For tau = 0 and for a mean effect of 0.
    least_no_heterogeneity, least_no_effect : BayesFactor or NotEstimable
        The smallest value that any prior of tau (or of the mean) could give, from the maximum of
        the marginal likelihood (Roever 2020, sec. 2.12).
    """

    no_heterogeneity: BayesFactor | NotEstimable
    no_effect: BayesFactor | NotEstimable
    least_no_heterogeneity: BayesFactor | NotEstimable
    least_no_effect: BayesFactor | NotEstimable

    def to_dict(self) -> dict[str, Any]:
        """Return the factors as plain dictionaries."""
        names = (
            "no_heterogeneity",
            "no_effect",
            "least_no_heterogeneity",
            "least_no_effect",
        )
        return {name: getattr(self, name).to_dict() for name in names}


def log_marginal_likelihood(post: TauPosterior) -> float | NotEstimable:
    """Return the log marginal likelihood of the data; both priors must be proper."""
    if post.model.flat:
        return _FLAT_EFFECT
    if not post.prior.proper:
        return _FLAT_TAU
    return post.panels.log_integral - log_prior_integral(post.model, post.prior)


def bayes_factors(post: TauPosterior, origin: float) -> BayesFactors:
    """Return the Bayes factors of a model whose effects were moved by -``origin``.

    Parameters
    ----------
    post : TauPosterior
        Posterior with the mean effect as its one coefficient.
    origin : float
        What was subtracted from the effects; the null is an effect of 0 before that.
    """
    model = post.model
    evidence = log_marginal_likelihood(post)
    null_tau: BayesFactor | NotEstimable = _FLAT_EFFECT
    least_tau: BayesFactor | NotEstimable = _FLAT_EFFECT
    null_effect: BayesFactor | NotEstimable = _FLAT_TAU
    least_effect: BayesFactor | NotEstimable = _FLAT_TAU
    if not model.flat:
        at_zero = float(conditional(model, np.zeros(1)).log_marginal[0])
        top = peak(model, None, marginal=True)[1]
        least_tau = BayesFactor(log=at_zero - top)
        null_tau = (
            evidence if isinstance(evidence, NotEstimable) else BayesFactor(log=at_zero - evidence)
        )
    if post.prior.proper:
        constant = log_prior_integral(model, post.prior)
        without = _log_without_effect(post, origin) - constant
        null_effect = (
            evidence if isinstance(evidence, NotEstimable) else BayesFactor(log=without - evidence)
        )
        best = best_effect(post)
        if not isinstance(best, NotEstimable):
            least_effect = BayesFactor(log=min(0.0, without - (best[1] - constant)))
    return BayesFactors(
        no_heterogeneity=null_tau,
        no_effect=null_effect,
        least_no_heterogeneity=least_tau,
        least_no_effect=least_effect,
    )


def _log_without_effect(post: TauPosterior, origin: float) -> float:
    """Return the log-likelihood at a mean effect of 0, tau integrated out."""
    k = post.model.k
    y = post.model.y[:k] + origin
    null = make_model(y, post.model.variance, np.empty((k, 0)))
    return tau_posterior(null, post.prior).panels.log_integral


def best_effect(post: TauPosterior) -> tuple[float, float] | NotEstimable:
    """Return the mean effect of highest likelihood with tau integrated out, and its log-likelihood.

    It is the highest point of the posterior density under a flat prior, times its integral.
    """
    k = post.model.k
    flat = make_model(post.model.y[:k], post.model.variance, post.model.x[:k])
    if not moment_exists(flat, post.prior, 0):
        return NotEstimable(
            reason="With so few studies the likelihood of the mean effect has no finite integral "
            "over tau under this improper prior."
        )
    under_flat = tau_posterior(flat, post.prior)
    mixture = make_mixture(
        under_flat.weight, under_flat.mean[:, 0], np.sqrt(under_flat.cov[:, 0, 0])
    )
    mode = mixture.mode()
    density = float(mixture.density(np.array([mode]))[0])
    return mode, under_flat.panels.log_integral + float(np.log(density))
