"""Maximum likelihood for a model of counts: both methods, and the profile of the effect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from remit.core.errors import ConvergenceError
from remit.core.estimate import Interval
from remit.core.numerics import chi2_quantile
from remit.synthesis.rare.ascent import Peak, climb, highest_peak, summit
from remit.synthesis.rare.glmm_models import CountModel
from remit.synthesis.rare.likelihoods import Likelihood, LineLikelihood, PlaneLikelihood

__all__ = ["GlmmFit", "fit_counts", "profile_interval"]

FloatArray = npt.NDArray[np.float64]
_FLAT = 1e4  # standard error of a log ratio that no finite counts have
_LOOKS = 60  # at ever lower or higher effects, before an end of the profile counts as infinite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GlmmFit:
    """The two fits.

    Attributes
    ----------
    common : Peak
        With tau2 = 0.
    peak : Peak
        By the method asked for; the same object for ``EE``.
    coef, coef_cov : (p,) and (p, p) array
        Coefficients of the design, and their covariance.
    """

    common: Peak
    peak: Peak
    coef: FloatArray
    coef_cov: FloatArray


def _likelihood(model: CountModel, centre: FloatArray, design: FloatArray) -> Likelihood:
    if model.base == "random":
        return PlaneLikelihood(arms=model.arms, centre=centre, design=design)
    free = np.full(centre.size, model.base == "free")
    return LineLikelihood(arms=model.arms, centre=centre, design=design, free_base=free)


def _start(model: CountModel, design: FloatArray) -> FloatArray:
    effect = np.zeros(design.shape[1])
    effect[:1] = model.effect_start
    if model.base == "random":
        bases = model.base_start
        rest = [float(np.mean(bases)), max(0.1, float(np.std(bases)))]
    else:
        rest = list(model.base_start) if model.base == "free" else []
    return np.concatenate((effect, rest, [0.0]))


def fit_counts(model: CountModel, design: FloatArray, method: str, spread: float) -> GlmmFit:
    """Fit the model.

    Parameters
    ----------
    model : CountModel
        Arms of k studies.
    design : (k, p) array
        What the mean effect depends on, of full rank; the first column is constant.
    method : str
        ``ML``, or ``EE`` for one effect without variance between studies.
    spread : float
        Distance of the largest from the smallest study effect: how far tau is looked for.

    Raises
    ------
    ConvergenceError
        If there is no finite maximum.
    """
    scale = np.max(np.abs(design), axis=0)
    likelihood = _likelihood(model, np.zeros(design.shape[0]), design / scale)
    x, _, _, steps = climb(likelihood, _start(model, design), free_tau=False)
    common = summit(likelihood, x, iterations=steps, fixed_tau=True)
    _check_separation(common, design.shape[1])
    peak = common
    if method == "ML":
        peak = highest_peak(likelihood, x, 2.0 + 2.0 * spread)
    p = design.shape[1]
    return GlmmFit(
        common=common,
        peak=peak,
        coef=peak.parameters[:p] / scale,
        coef_cov=peak.covariance[:p, :p] / np.outer(scale, scale),
    )


def _check_separation(common: Peak, p: int) -> None:
    """Raise where the likelihood has become flat: a coefficient has run off to infinity."""
    if np.max(np.diag(common.covariance)[:p]) > _FLAT**2:
        raise ConvergenceError.at(
            "likelihood of the counts",
            found="a coefficient that can grow without end",
            expected="a finite maximum",
            hint="The moderators single out studies in which one arm has no event, or only events; "
            "the estimate is infinite.",
        )


def profile_interval(model: CountModel, fit: GlmmFit, level: float, method: str) -> Interval:
    """Return the effects that a likelihood-ratio test at 1 - level does not reject.

    All other parameters are at their best for each effect; no moderators. An end that lies beyond
    every effect that the likelihood can tell apart is infinite.
    """
    k = model.base_start.size
    v = 2 if model.base == "random" else 1
    allowed = 0.5 * chi2_quantile(level, 1)
    best = float(fit.coef[0])
    step = math.sqrt(float(fit.coef_cov[0, 0]))
    place = _with_deviations(fit.peak.parameters[1:], v)

    def deficit(effect: float) -> float:
        nonlocal place
        likelihood = _likelihood(model, np.full(k, effect), np.zeros((k, 0)))
        start = place.copy()
        if method == "ML":
            start[-1] = max(start[-1], 0.2)
        place, local, _, _ = climb(likelihood, start, free_tau=method == "ML")
        return fit.peak.value - local.value - allowed

    ends = [_end(deficit, best, side * step) for side in (-1.0, 1.0)]
    return Interval(low=ends[0], high=ends[1], level=level, method="profile likelihood")


def _with_deviations(parameters: FloatArray, variances: int) -> FloatArray:
    """Return the parameters with standard deviations in place of the last variances."""
    out = parameters.copy()
    out[-variances:] = np.sqrt(out[-variances:])
    return out


def _end(deficit: Callable[[float], float], best: float, step: float) -> float:
    inner, outer = best, best + 2.0 * step
    for _ in range(_LOOKS):
        if deficit(outer) > 0:
            return float(brentq(deficit, inner, outer, xtol=1e-10, rtol=1e-12))
        inner, outer = outer, outer + 1.3 * (outer - inner)
        if abs(outer) > 50.0:
            break
    return math.copysign(math.inf, step)
