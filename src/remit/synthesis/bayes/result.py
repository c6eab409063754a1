"""The Bayesian answer: posterior of mean effect and tau, of each study and of a new one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.core.errors import InputError
from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.bayes.factors import BayesFactors
from remit.synthesis.bayes.mixture import NormalMixture, make_mixture
from remit.synthesis.bayes.prior import NormalPrior, TauPrior
from remit.synthesis.bayes.summaries import (
    Peak,
    PosteriorSummary,
    ShrunkStudy,
    summarise_mixture,
)
from remit.synthesis.bayes.tau_distribution import tau_cdf, tau_density, tau_quantile
from remit.synthesis.bayes.tau_posterior import TauPosterior
from remit.synthesis.data import SetAside, StudyEffect
from remit.synthesis.exits import number_text, plain

__all__ = ["WHICH", "BayesResult"]

FloatArray = npt.NDArray[np.float64]
WHICH = ("mean", "new-study")
_PLAIN_FIELDS = (
    "measure",
    "unit",
    "level",
    "tau_prior",
    "mu_prior",
    "k",
    "n",
    "mu",
    "tau",
    "new_study",
    "i2",
    "joint_mode",
    "likelihood_mode",
    "marginal_likelihood_mode",
    "log_marginal_likelihood",
    "bayes_factors",
    "prior_weight",
    "quadrature_error",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BayesResult:
    """Posterior of the normal-normal hierarchical model, by quadrature.

    Attributes
    ----------
    measure, unit : str
        metafor's code of the measure and the unit of the effect; empty where arrays were given.
    level : float
        Coverage of all intervals.
    tau_prior : TauPrior
        Prior of tau.
    mu_prior : NormalPrior or None
        Prior of the mean effect; None is flat over all numbers.
    k : int
        Number of studies.
    n : int or None
        Number of people, where every study's is known.
    mu, tau, new_study : PosteriorSummary
        Of the mean effect, of the standard deviation of true effects, and of the true effect of a
        new study.
    i2 : Estimate or NotEstimable
        Posterior median and central interval of I2 in per cent, with the typical variance of
        Higgins & Thompson 2002, eq. 9.
    joint_mode : Peak
        Highest point of the joint posterior density of tau and mu.
    likelihood_mode : Peak
        Highest point of the likelihood: the maximum likelihood estimates.
    marginal_likelihood_mode : Peak
        ``tau`` that maximises the likelihood with mu integrated out (the REML estimate where the
        prior of mu is flat), and ``mu`` that maximises it with tau integrated out.
    log_marginal_likelihood : float or NotEstimable
        Natural log; needs both priors proper.
    bayes_factors : BayesFactors
        Against no heterogeneity and no effect.
    labels : tuple of str
        Names of the studies, in the order that was given.
    effect, variance : (k,) array
        What the studies reported.
    weights : (k,) array
        Posterior mean share of each study in the mean effect, per cent; with ``prior_weight``
        they sum to 100.
    rows, set_aside
        As in `PooledResult`; empty where arrays were given.
    prior_weight : float
        Posterior mean share of the prior mean in the mean effect, per cent.
    quadrature_error : float
        Estimated relative error of the integral over tau.
    notes : tuple of Note
        What the reader must be told.
    posterior : TauPosterior
        The quadrature itself, of effects moved by -``origin``.
    origin : float
        Effect that was taken as zero while computing.
    """

    measure: str
    unit: str
    level: float
    tau_prior: TauPrior
    mu_prior: NormalPrior | None
    k: int
    n: int | None
    mu: PosteriorSummary
    tau: PosteriorSummary
    new_study: PosteriorSummary
    i2: Estimate | NotEstimable
    joint_mode: Peak
    likelihood_mode: Peak
    marginal_likelihood_mode: Peak
    log_marginal_likelihood: float | NotEstimable
    bayes_factors: BayesFactors
    labels: tuple[str, ...]
    effect: FloatArray
    variance: FloatArray
    weights: FloatArray
    rows: tuple[StudyEffect, ...]
    set_aside: tuple[SetAside, ...]
    prior_weight: float
    quadrature_error: float
    notes: tuple[Note, ...]
    posterior: TauPosterior
    origin: float

    def _mixture(self, of: str) -> NormalMixture:
        check_choice("of", of, WHICH)
        post = self.posterior
        variance = post.cov[:, 0, 0] + (post.tau**2 if of == "new-study" else 0.0)
        return make_mixture(post.weight, post.mean[:, 0], np.sqrt(variance))

    def mu_quantile(self, probability: float, of: str = "mean") -> float:
        """Return the posterior quantile of the mean effect, or of a new study's true effect."""
        p = _probability(probability)
        return self._mixture(of).quantile(p) + self.origin

    def mu_cdf(self, value: float, of: str = "mean") -> float:
        """Return the posterior probability that the effect is below ``value``."""
        return self._mixture(of).cdf(value - self.origin)

    def mu_density(self, value: Any, of: str = "mean") -> FloatArray:
        """Return the posterior density of the effect at each value (n,)."""
        x = np.atleast_1d(np.asarray(value, dtype=np.float64)) - self.origin
        return self._mixture(of).density(x)

    def tau_quantile(self, probability: float) -> float:
        """Return the posterior quantile of tau."""
        return tau_quantile(self.posterior, _probability(probability))

    def tau_cdf(self, value: float) -> float:
        """Return the posterior probability that tau is below ``value``."""
        return tau_cdf(self.posterior, value)

    def tau_density(self, value: Any) -> FloatArray:
        """Return the posterior density of tau at each value (n,)."""
        return tau_density(self.posterior, np.atleast_1d(np.asarray(value, dtype=np.float64)))

    def probability_beyond(self, threshold: float, of: str = "mean", side: str = "above") -> float:
        """Return the posterior probability of an effect beyond a threshold.

        Parameters
        ----------
        threshold : float
            In the units of the effect.
        of : str
            ``mean`` for the mean effect, ``new-study`` for the true effect of a new study.
        side : str
            ``above`` or ``below``.
        """
        check_choice("side", side, ("above", "below"))
        return self._mixture(of).cdf(threshold - self.origin, upper_tail=side == "above")

    @property
    def studies(self) -> tuple[ShrunkStudy, ...]:
        """Return each study's true effect in the light of all (shrinkage estimates)."""
        return tuple(self.study(i) for i in range(self.k))

    def study(self, index: int) -> ShrunkStudy:
        """Return the true effect of one study, in the order that was given.

        Given tau it lies between the study's own effect and the mean (Roever 2020, sec. 2.6).
        """
        post, t2 = self.posterior, self.posterior.tau**2
        y, v = float(self.effect[index]), float(self.variance[index])
        own, rest = t2 / (v + t2), v / (v + t2)
        mean = own * (y - self.origin) + rest * post.mean[:, 0]
        sd = np.sqrt(v * own + rest * rest * post.cov[:, 0, 0])
        mixture = make_mixture(post.weight, mean, sd)
        return ShrunkStudy(
            label=self.labels[index],
            effect=y,
            std_error=math.sqrt(v),
            weight=float(self.weights[index]),
            posterior=summarise_mixture(mixture, self.origin, self.level, None, None),
        )

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        people = f", n = {self.n}" if self.n is not None else ""
        what = f"{self.measure} in {self.unit}: " if self.measure else ""
        prior = "flat" if self.mu_prior is None else self.mu_prior.label
        factors = self.bayes_factors
        lines = [
            f"{what}{self.k} {'study' if self.k == 1 else 'studies'}{people}, "
            "Bayesian random effects",
            f"Priors: tau {self.tau_prior.label}; mean effect {prior}",
            f"Mean effect {self.mu.text()}",
            f"Probability that it is below 0: {number_text(self.mu_cdf(0.0))}",
            f"New study {self.new_study.text()}",
            f"tau {self.tau.text()}",
            f"Bayes factor for no effect {_factor_text(factors.no_effect)}",
            f"Bayes factor for no heterogeneity {_factor_text(factors.no_heterogeneity)}",
        ]
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        lines += [f"Set aside: {row.label}: {row.reason}" for row in self.set_aside]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study, then those set aside; ``ci_`` as it reported."""
        factor = critical_value(self.level)
        used: list[dict[str, Any]] = [
            {
                "label": study.label,
                "status": "used",
                "effect": study.effect,
                "std_error": study.std_error,
                "ci_low": study.effect - factor * study.std_error,
                "ci_high": study.effect + factor * study.std_error,
                "weight": study.weight,
                "shrunk_median": study.posterior.median,
                "shrunk_low": study.posterior.shortest.low,
                "shrunk_high": study.posterior.shortest.high,
                "notes": "",
            }
            for study in self.studies
        ]
        return used + [row.to_row(used[0]) for row in self.set_aside]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.bayes-result",
            "version": 1,
            **{name: plain(getattr(self, name)) for name in _PLAIN_FIELDS},
            "studies": [study.to_dict() for study in self.studies],
            "set_aside": [row.to_dict() for row in self.set_aside],
        }


def _factor_text(factor: Any) -> str:
    if isinstance(factor, NotEstimable):
        return f"not estimable: {factor.reason}"
    return str(factor.text())


def _probability(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise InputError.at(
            "argument 'probability'", found=repr(value), expected="a number from 0 to 1"
        )
    return float(value)
