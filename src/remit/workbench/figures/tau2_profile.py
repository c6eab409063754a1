"""Profiles of tau2."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import numpy.typing as npt

from remit.core.errors import SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import critical_value
from remit.plots.drawing import Plot
from remit.plots.tau2_profile import Tau2ProfileLayout, tau2_profile_layout
from remit.synthesis.models import (
    FitSpec,
    LinearFit,
    Tau2Profile,
    fit_linear,
    heterogeneity_interval,
    tau2_profile,
)
from remit.synthesis.pooled import PooledResult
from remit.synthesis.spec import CommonEffect
from remit.workbench.figures.pooled import unusable

__all__ = ["plot_tau2_profile"]

_FIGURE = "profile of tau2"
_POINTS = 241
_DEPTH = 3.0
"""How far down a steep profile is shown, in depths of the ends of the interval."""
_LIKELIHOODS = {"REML": "Restricted log likelihood", "ML": "Log likelihood"}


def plot_tau2_profile(result: LinearFit | PooledResult) -> Plot[Tau2ProfileLayout]:
    """Lay out the profile of tau2 of a fit by ML or REML, with its profile-likelihood interval.

    Parameters
    ----------
    result : LinearFit or PooledResult
        As `fit_linear`, `pool` or the ``fit`` of a meta-regression. The likelihood is the one that
        estimated tau2, and is shown as its distance from the highest.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If tau2 was not estimated by ML or REML, or cannot be estimated.
    """
    fit = _fit(result)
    if fit.spec.common_effect:
        _refuse("a common-effect model, which has no tau2")
    if not isinstance(fit.spec.tau2, str):
        _refuse(f"tau2 = {fit.spec.tau2:g}, which was given and not estimated")
    if fit.spec.tau2 not in _LIKELIHOODS:
        _refuse(f"tau2 by {fit.spec.tau2}, which does not maximise a likelihood")
    if isinstance(fit.tau2, NotEstimable):
        _refuse(f"no tau2: {fit.tau2.reason}")
    found = heterogeneity_interval(fit, "profile-likelihood").tau2
    interval = found if isinstance(found, Interval) else None
    profile = _profile(fit, interval)
    return Plot(
        layout=tau2_profile_layout(
            profile.tau2,
            profile.loglik,
            estimate=fit.tau2_value,
            highest=0.0,
            interval=None if interval is None else (interval.low, interval.high),
            level=fit.spec.level,
            y_label=f"{_LIKELIHOODS[profile.likelihood]}, less its highest",
        ),
        title="Profile of τ²",
        alt=f"Log likelihood over τ², highest at {fit.tau2_value:.4g}.",
    )


def _fit(result: object) -> LinearFit:
    if isinstance(result, LinearFit):
        return result
    if not isinstance(result, PooledResult):
        raise unusable(_FIGURE, result, "the result of fit_linear or pool")
    if isinstance(result.spec, CommonEffect):
        _refuse("a common-effect model, which has no tau2")
    effects = [row.effect for row in result.rows]
    variances = [row.variance for row in result.rows]
    return fit_linear(
        effects, variances, spec=FitSpec(tau2=result.spec.tau2, level=result.spec.level)
    )


def _refuse(found: str) -> NoReturn:
    raise SpecError.at(
        _FIGURE,
        found=found,
        expected="a random-effects fit with tau2 by ML or REML",
        hint="Fit again with tau2='REML'.",
    )


def _profile(fit: LinearFit, interval: Interval | None) -> Tau2Profile:
    """Return the profile to beyond the interval, from 0 or where it comes near the interval."""
    first = _at(fit)
    end = float(first.tau2[-1])
    if interval is not None and np.isfinite(interval.high):
        end = max(1.15 * interval.high, fit.tau2_value)
    steps = np.linspace(0.0, 1.0, _POINTS) ** 2
    found = _at(fit, end * steps)
    deep = found.loglik < -_DEPTH * 0.5 * critical_value(fit.spec.level) ** 2
    near = np.flatnonzero(deep & (found.tau2 < fit.tau2_value))
    if not near.size:
        return found
    start = float(found.tau2[near[-1]])
    return _at(fit, start + (end - start) * steps)


def _at(fit: LinearFit, tau2: npt.NDArray[np.float64] | None = None) -> Tau2Profile:
    found = tau2_profile(fit, tau2)
    if isinstance(found, NotEstimable):
        raise SpecError.at(_FIGURE, found=found.reason, expected="more studies than coefficients")
    return found
