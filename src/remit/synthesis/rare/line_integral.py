"""What the counts of each study say once its own effect is integrated out.

Derivatives are exact, in one of two forms, see `derivatives`; with the normal density they are
taken as moments of the score of the complete data (Louis 1982, JRSS B 44:226), which allows for
bases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Arm, Slopes, log_data, slopes
from remit.synthesis.rare.derivatives import (
    MUCH,
    StudyTerms,
    base_twice_effect,
    effect_ratios,
    from_ratios,
    normalised,
)
from remit.synthesis.rare.grids import line_grid

__all__ = ["line_terms"]

FloatArray = npt.NDArray[np.float64]


def line_terms(
    arms: tuple[Arm, ...],
    mean: FloatArray,
    alpha: FloatArray,
    tau2: float,
    *,
    free_tau2: bool,
    refine: float = 1.0,
) -> StudyTerms:
    """Integrate over theta ~ N(mean, tau2), each study's base alpha being fixed.

    Parameters
    ----------
    arms : tuple of Arm
        The counts.
    mean, alpha : (k,) array
        Centre of the effect, and base, of each study.
    tau2 : float
        Variance of the effect; at 0 the integrand is taken at the mean.
    free_tau2 : bool
        Whether second derivatives in tau2 are wanted too; they stay 0 otherwise.
    refine : float
        Factor on the number of quadrature points.
    """
    base = alpha[:, None]
    with_base = any(arm.on_base != 0.0 for arm in arms)
    if tau2 == 0.0:
        theta, weight = mean[:, None], np.ones((mean.size, 1))
        value = log_data(arms, theta, base)[:, 0]
        much = np.zeros(mean.size, dtype=bool)
    else:
        theta, step = line_grid(arms, mean, tau2, base, refine)
        log_g = log_data(arms, theta, base) - 0.5 * (theta - mean[:, None]) ** 2 / tau2
        value, weight = normalised(log_g, np.log(step))
        value = value - 0.5 * np.log(2.0 * np.pi * tau2)
        centre = (weight * theta).sum(axis=1, keepdims=True)
        much = -slopes(arms, centre, base, 2)[(0, 2)][:, 0] * tau2 > MUCH
    order = 0
    if with_base:
        order = 2
    if not np.all(much):
        order = 4 if free_tau2 else 2
    at = slopes(arms, theta, base, order)
    gradient, hessian = np.zeros((mean.size, 3)), np.zeros((mean.size, 3, 3))
    if np.any(much):
        rows = {key: values[much] for key, values in at.items()}
        gradient[much], hessian[much] = _line_prior(
            rows, weight[much], theta[much] - mean[much, None], tau2
        )
    if not np.all(much):
        rows = {key: values[~much] for key, values in at.items()}
        gradient[~much], hessian[~much] = _line_data(rows, weight[~much], free_tau2)
    return StudyTerms(value=value, gradient=gradient, hessian=hessian)


def _from_scores(
    weight: FloatArray, scores: list[FloatArray], inner: dict[tuple[int, int], FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return gradient and Hessian: E[score] and E[its derivatives] + Cov[score] (Louis 1982)."""
    k, q = weight.shape[0], len(scores)
    gradient = np.stack([(weight * score).sum(axis=1) for score in scores], axis=1)
    hessian = np.zeros((k, q, q))
    away = [score - gradient[:, [i]] for i, score in enumerate(scores)]
    for i in range(q):
        for j in range(i, q):
            entry = (weight * away[i] * away[j]).sum(axis=1)
            if (i, j) in inner:
                entry = entry + (weight * inner[(i, j)]).sum(axis=1)
            hessian[:, i, j] = hessian[:, j, i] = entry
    return gradient, hessian


def _normal_scores(
    away: FloatArray, variance: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the scores of mean and variance of a normal density, and their derivatives.

    In the order mean; variance; mean, mean; mean, variance; variance, variance.
    """
    z2 = away**2 / variance
    return (
        away / variance,
        0.5 * (z2 - 1.0) / variance,
        np.full_like(away, -1.0 / variance),
        -away / variance**2,
        (0.5 - z2) / variance**2,
    )


def _line_prior(
    at: Slopes, weight: FloatArray, away: FloatArray, tau2: float
) -> tuple[FloatArray, FloatArray]:
    mean, tau, mean_mean, mean_tau, tau_tau = _normal_scores(away, tau2)
    nothing = np.zeros_like(away)
    return _from_scores(
        weight,
        [mean, at.get((1, 0), nothing), tau],
        {
            (0, 0): mean_mean,
            (0, 2): mean_tau,
            (2, 2): tau_tau,
            (1, 1): at.get((2, 0), nothing),
        },
    )


def _line_data(at: Slopes, weight: FloatArray, free_tau2: bool) -> tuple[FloatArray, FloatArray]:
    ratios = effect_ratios(at)
    a1 = at[(1, 0)]
    seconds = {
        (0, 0): ratios[1],
        (0, 1): at[(1, 1)] + a1 * ratios[0],
        (1, 1): at[(2, 0)] + a1**2,
    }
    if free_tau2:
        seconds[(0, 2)] = 0.5 * ratios[2]
        seconds[(1, 2)] = 0.5 * base_twice_effect(at, ratios)
        seconds[(2, 2)] = 0.25 * ratios[3]
    return from_ratios(weight, [ratios[0], a1, 0.5 * ratios[1]], seconds)
