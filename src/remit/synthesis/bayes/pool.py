"""Bayesian random-effects meta-analysis without sampling."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level, lock
from remit.core.errors import InputError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis import heterogeneity as het
from remit.synthesis.bayes.factors import bayes_factors, best_effect, log_marginal_likelihood
from remit.synthesis.bayes.hierarchical import HierarchicalModel, make_model
from remit.synthesis.bayes.mixture import make_mixture
from remit.synthesis.bayes.prior import NormalPrior, TauPrior
from remit.synthesis.bayes.result import BayesResult
from remit.synthesis.bayes.summaries import Peak, PosteriorSummary, summarise_mixture
from remit.synthesis.bayes.tau_peak import peak
from remit.synthesis.bayes.tau_posterior import TauPosterior, tau_posterior
from remit.synthesis.bayes.tau_summary import no_moment, summarise_tau
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.q_statistic import check_studies

__all__ = ["bayes_pool", "read_effects"]

FloatArray = npt.NDArray[np.float64]


def bayes_pool(
    effects: EffectSet | tuple[Any, Any],
    tau_prior: TauPrior,
    mu_prior: NormalPrior | None = None,
    level: float = 0.95,
) -> BayesResult:
    """Pool effects by the Bayesian normal-normal hierarchical model.

    Given tau all is normal and exact; tau is integrated by quadrature to about 1e-12, so the
    same data always give the same answer (Roever 2020, J Stat Softw 93(6)).

    Parameters
    ----------
    effects : EffectSet, or a pair of (k,) array-likes
        Studies, or their effects and sampling variances.
    tau_prior : TauPrior
        Prior of the standard deviation of true effects between studies.
    mu_prior : NormalPrior, optional
        Prior of the mean effect; flat where left out.
    level : float
        Coverage of all intervals as a proportion.

    Returns
    -------
    BayesResult
        One study is enough with a proper prior of tau.

    Raises
    ------
    InputError
        If there is no study, or an effect or variance cannot be used (the study is named).
    SpecError
        If the posterior is improper: it says how many studies the prior needs.
    ConvergenceError
        If the integral is not resolved.
    """
    check_level(level)
    y, v, labels, source = read_effects(effects)
    order = np.lexsort((y, v))  # the order given never reaches a sum
    origin = float(y[order[0]])  # the most precise study, so that no sum loses digits
    moved = None if mu_prior is None else NormalPrior(mean=mu_prior.mean - origin, sd=mu_prior.sd)
    model = make_model(y[order] - origin, v[order], np.ones((y.size, 1)), (moved,))
    post = tau_posterior(model, tau_prior)
    tau = summarise_tau(post, level)
    shares, prior_weight = _weights(post)
    likelihood = make_model(model.y[: model.k], model.variance, np.ones((model.k, 1)))
    return BayesResult(
        measure=source.measure if source else "",
        unit=source.unit if source else "",
        level=level,
        tau_prior=tau_prior,
        mu_prior=mu_prior,
        k=y.size,
        n=_people(source.rows if source else ()),
        mu=_effect_summary(post, origin, level, new=False),
        tau=tau,
        new_study=_effect_summary(post, origin, level, new=True),
        i2=_i2(v, tau),
        joint_mode=_peak(model, tau_prior, origin, marginal=False),
        likelihood_mode=_peak(likelihood, None, origin, marginal=False),
        marginal_likelihood_mode=_marginal_peak(post, origin),
        log_marginal_likelihood=log_marginal_likelihood(post),
        bayes_factors=bayes_factors(post, origin),
        labels=labels,
        effect=lock(y),
        variance=lock(v),
        weights=lock(shares[np.argsort(order)]),
        rows=source.rows if source else (),
        set_aside=source.set_aside if source else (),
        prior_weight=prior_weight,
        quadrature_error=post.panels.error,
        notes=_notes(tau_prior, mu_prior, source),
        posterior=post,
        origin=origin,
    )


def read_effects(
    effects: EffectSet | tuple[Any, Any],
) -> tuple[FloatArray, FloatArray, tuple[str, ...], EffectSet | None]:
    """Return effects, variances and labels, and the set that they came from."""
    if isinstance(effects, EffectSet):
        if not effects.rows:
            raise InputError.at(
                "the studies",
                found=f"none to pool and {len(effects.set_aside)} set aside",
                expected="at least one study with an effect and its standard error",
            )
        labels = tuple(row.label for row in effects.rows)
        y, v = check_studies(effects.effect, effects.variance, labels)
        return y, v, labels, effects
    try:
        effect, variance = effects
    except (TypeError, ValueError) as error:
        raise InputError.at(
            "argument 'effects'",
            found=type(effects).__name__,
            expected="an EffectSet, or a pair of effects and variances",
        ) from error
    y, v = check_studies(effect, variance)
    return y, v, tuple(f"study {i + 1}" for i in range(y.size)), None


def _people(rows: tuple[StudyEffect, ...]) -> int | None:
    known = [row.n for row in rows if row.n is not None]
    return sum(known) if rows and len(known) == len(rows) else None


def _effect_summary(
    post: TauPosterior, origin: float, level: float, *, new: bool
) -> PosteriorSummary:
    variance = post.cov[:, 0, 0] + (post.tau**2 if new else 0.0)
    mixture = make_mixture(post.weight, post.mean[:, 0], np.sqrt(variance))
    bounded = not new and not post.model.flat  # a normal prior gives the mean all its moments
    mean = None if bounded else no_moment(post, 1)
    return summarise_mixture(mixture, origin, level, mean, None if bounded else no_moment(post, 2))


def _weights(post: TauPosterior) -> tuple[FloatArray, float]:
    """Return the posterior mean of each study's share, and that of the prior, per cent."""
    model = post.model
    total = np.zeros(model.y.size)
    rows = max(1, 400_000 // model.y.size)
    for i in range(0, post.tau.size, rows):
        some = slice(i, i + rows)
        variance = np.tile(model.v, (post.tau[some].size, 1))
        variance[:, : model.k] += (post.tau[some] ** 2)[:, None]
        share = post.cov[some, 0, 0][:, None] / variance
        total += post.weight[some] @ share
    return 100.0 * total[: model.k], float(100.0 * np.sum(total[model.k :]))


def _i2(v: FloatArray, tau: PosteriorSummary) -> Estimate | NotEstimable:
    typical = het.typical_variance(v)
    if isinstance(typical, NotEstimable):
        return typical

    def share(value: float) -> float:
        return het.i2_from_tau2(value * value, typical)

    interval = Interval(
        low=share(tau.central.low),
        high=share(tau.central.high),
        level=tau.central.level,
        method=tau.central.method,
    )
    return Estimate(value=share(tau.median), interval=interval)


def _peak(
    model: HierarchicalModel, prior: TauPrior | None, origin: float, *, marginal: bool
) -> Peak:
    tau, _, mean = peak(model, prior, marginal=marginal)
    return Peak(tau=tau, mu=float(mean[0]) + origin)


def _marginal_peak(post: TauPosterior, origin: float) -> Peak:
    tau = peak(post.model, None, marginal=True)[0]
    best = best_effect(post)
    return Peak(tau=tau, mu=best if isinstance(best, NotEstimable) else best[0] + origin)


def _notes(
    tau_prior: TauPrior, mu_prior: NormalPrior | None, source: EffectSet | None
) -> tuple[Note, ...]:
    notes = [
        Note(
            kind="used",
            text=f"Prior of tau: {tau_prior.label}; prior of the mean effect: "
            f"{'flat' if mu_prior is None else mu_prior.label}.",
            method=tau_prior.source,
        )
    ]
    if tau_prior.caution:
        notes.append(Note(kind="caution", text=tau_prior.caution, method=tau_prior.source))
    if source is not None and tau_prior.measure and source.measure != tau_prior.measure:
        notes.append(
            Note(
                kind="caution",
                text=f"The prior of tau was made for {tau_prior.measure}; these effects are "
                f"{source.measure}.",
                method=tau_prior.source,
            )
        )
    if np.isinf(tau_prior.at_zero):
        notes.append(
            Note(
                kind="caution",
                text="The density of tau is unbounded at 0 under this prior, so the mode of tau "
                "is 0 whatever the data.",
            )
        )
    if not tau_prior.proper:
        notes.append(
            Note(
                kind="caution",
                text="The prior of tau is improper; the posterior is a distribution, but marginal "
                "likelihoods and Bayes factors do not exist.",
            )
        )
    for row in source.rows if source is not None else ():
        notes.extend(row.notes)
    return tuple(notes)
