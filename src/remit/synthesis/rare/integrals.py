"""What the counts of each study say once its own effect is integrated out.

A study's likelihood is the integral of f(theta) N(theta; mean, tau2), f being the likelihood of
its counts. Its derivatives are exact and come in two forms. With the normal density as the one that
is differentiated they are moments of the score of the complete data (Louis 1982, JRSS B 44:226);
with f as the one, moments of f'/f and so on, that in tau2 being half the second one in the mean
(the heat equation). The first form loses digits where the data say little against tau2, the second
where they say much; each study takes the better one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Arm, Slopes, log_data, slopes, take
from remit.synthesis.rare.grids import line_grid, line_mode, spaced, span

__all__ = ["StudyTerms", "line_terms", "plane_terms"]

FloatArray = npt.NDArray[np.float64]
_MUCH = 1.0  # information of the data times the variance above which the first form is taken


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyTerms:
    """Log-likelihood of each study with its first and second derivatives.

    Attributes
    ----------
    value : (k,) array
        Log-likelihoods, without the constants of the counts.
    gradient, hessian : (k, q) and (k, q, q) array
        Derivatives in (mean, alpha, tau2) on a line, q = 3; in (mean, base, sigma2, tau2) on a
        plane, q = 4.
    """

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray


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
        value, weight = _normalised(log_g, np.log(step))
        value = value - 0.5 * np.log(2.0 * np.pi * tau2)
        centre = (weight * theta).sum(axis=1, keepdims=True)
        much = -slopes(arms, centre, base, 2)[(0, 2)][:, 0] * tau2 > _MUCH
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


def _normalised(log_g: FloatArray, log_step: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the log of the integral (k,) and the weights (k, m) of the nodes, which sum to 1."""
    log_g = log_g + log_step
    top = log_g.max(axis=1, keepdims=True)
    weight = np.exp(log_g - top)
    total = weight.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], weight / total


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


def _from_ratios(
    weight: FloatArray, firsts: list[FloatArray], seconds: dict[tuple[int, int], FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return gradient and Hessian from derivatives over the integrand, f'/f and f''/f."""
    k, q = weight.shape[0], len(firsts)
    gradient = np.stack([(weight * first).sum(axis=1) for first in firsts], axis=1)
    hessian = np.zeros((k, q, q))
    for (i, j), ratio in seconds.items():
        entry = (weight * ratio).sum(axis=1) - gradient[:, i] * gradient[:, j]
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


def _effect_ratios(at: Slopes) -> tuple[FloatArray, ...]:
    """Return the derivatives of f in theta over f, up to the highest order that there is."""
    d1, d2 = at[(0, 1)], at[(0, 2)]
    out = [d1, d2 + d1**2]
    if (0, 4) in at:
        d3, d4 = at[(0, 3)], at[(0, 4)]
        out += [
            d3 + 3.0 * d1 * d2 + d1**3,
            d4 + 4.0 * d1 * d3 + 3.0 * d2**2 + 6.0 * d1**2 * d2 + d1**4,
        ]
    return tuple(out)


def _line_data(at: Slopes, weight: FloatArray, free_tau2: bool) -> tuple[FloatArray, FloatArray]:
    ratios = _effect_ratios(at)
    a1 = at[(1, 0)]
    seconds = {
        (0, 0): ratios[1],
        (0, 1): at[(1, 1)] + a1 * ratios[0],
        (1, 1): at[(2, 0)] + a1**2,
    }
    if free_tau2:
        seconds[(0, 2)] = 0.5 * ratios[2]
        seconds[(1, 2)] = 0.5 * _base_twice_effect(at, ratios)
        seconds[(2, 2)] = 0.25 * ratios[3]
    return _from_ratios(weight, [ratios[0], a1, 0.5 * ratios[1]], seconds)


def _base_twice_effect(at: Slopes, ratios: tuple[FloatArray, ...]) -> FloatArray:
    """Return the derivative of f once in alpha and twice in theta, over f."""
    cross = at[(1, 2)] + 2.0 * at[(1, 1)] * at[(0, 1)] + at[(1, 0)] * ratios[1]
    return np.asarray(cross, dtype=np.float64)


def _swapped(at: Slopes) -> Slopes:
    """Return the same derivatives with the parts of alpha and theta exchanged."""
    return {(b, a): values for (a, b), values in at.items()}


def plane_terms(
    arms: tuple[Arm, ...],
    mean: FloatArray,
    base: float,
    sigma2: float,
    tau2: float,
    *,
    refine: float = 1.0,
) -> StudyTerms:
    """Integrate over theta ~ N(mean, tau2) and alpha ~ N(base, sigma2), which are independent.

    The outer rule runs over alpha, the inner one over theta about its mode at that alpha.
    """
    k = mean.size
    alpha, log_step = _outer(arms, mean, base, sigma2, tau2, refine)
    rows = np.repeat(np.arange(k), alpha.shape[1])
    flat, means, bases = take(arms, rows), mean[rows], alpha.reshape(-1, 1)
    if tau2 == 0.0:
        theta, step = means[:, None], np.ones((rows.size, 1))
    else:
        theta, step = line_grid(flat, means, tau2, bases, refine)
    log_g = log_data(flat, theta, bases)
    if tau2 > 0.0:
        log_g = log_g - 0.5 * (theta - means[:, None]) ** 2 / tau2
        log_g = log_g + np.log(step) - 0.5 * np.log(2.0 * np.pi * tau2)
    if sigma2 > 0.0:
        log_g = log_g - 0.5 * (bases - base) ** 2 / sigma2 - 0.5 * np.log(2.0 * np.pi * sigma2)
    log_g = log_g + log_step.reshape(-1, 1)
    value, weight = _normalised(log_g.reshape(k, -1), np.zeros((k, 1)))
    theta_away = (theta - means[:, None]).reshape(k, -1)
    alpha_away = np.broadcast_to(bases - base, theta.shape).reshape(k, -1)
    centre = [(weight * away).sum(axis=1, keepdims=True) for away in (theta_away, alpha_away)]
    much = np.zeros(k, dtype=bool)
    if sigma2 > 0.0 and tau2 > 0.0:
        info = slopes(arms, mean[:, None] + centre[0], base + centre[1], 2)
        much = np.minimum(-info[(0, 2)] * tau2, -info[(2, 0)] * sigma2)[:, 0] > 1e-3
    gradient, hessian = np.zeros((k, 4)), np.zeros((k, 4, 4))
    if np.any(much):
        gradient[much], hessian[much] = _plane_prior(
            weight[much], theta_away[much], alpha_away[much], tau2, sigma2
        )
    if not np.all(much):
        at = slopes(flat, theta, bases, 4)
        rows_at = {key: values.reshape(k, -1)[~much] for key, values in at.items()}
        gradient[~much], hessian[~much] = _plane_data(rows_at, weight[~much])
    return StudyTerms(value=value, gradient=gradient, hessian=hessian)


def _outer(
    arms: tuple[Arm, ...], mean: FloatArray, base: float, sigma2: float, tau2: float, refine: float
) -> tuple[FloatArray, FloatArray]:
    """Return bases (k, m) for the outer rule and the logs of its steps (k, m)."""
    k = mean.size
    if sigma2 == 0.0:
        return np.full((k, 1), base), np.zeros((k, 1))
    theta, alpha = mean[:, None].copy(), np.full((k, 1), base)
    for _ in range(100):
        if tau2 > 0.0:
            theta, _ = line_mode(arms, mean, tau2, alpha, theta)
        at = slopes(arms, theta, alpha, 2)
        slope = at[(1, 0)] - (alpha - base) / sigma2
        curve = 1.0 / sigma2 - at[(2, 0)]
        if tau2 > 0.0:
            curve = curve - at[(1, 1)] ** 2 / (1.0 / tau2 - at[(0, 2)])
        spread = 1.0 / np.sqrt(curve)
        step = np.clip(slope * spread**2, -2.0, 2.0)
        if np.max(np.abs(step) / spread) < 1e-3:
            break
        alpha = alpha + step

    def log_profile(place: FloatArray) -> FloatArray:
        where, prior = theta, np.zeros_like(place)
        if tau2 > 0.0:
            where, _ = line_mode(arms, mean, tau2, place, theta)
            prior = -0.5 * (where - mean[:, None]) ** 2 / tau2
        return log_data(arms, where, place) + prior - 0.5 * (place - base) ** 2 / sigma2

    low, high = span(log_profile, alpha, spread)
    slope = max(abs(arm.on_base) for arm in arms)
    places, step = spaced(low, high, spread, slope, refine)
    return places, np.broadcast_to(np.log(step), places.shape)


def _plane_prior(
    weight: FloatArray, theta_away: FloatArray, alpha_away: FloatArray, tau2: float, sigma2: float
) -> tuple[FloatArray, FloatArray]:
    mean, tau, mean_mean, mean_tau, tau_tau = _normal_scores(theta_away, tau2)
    base, sigma, base_base, base_sigma, sigma_sigma = _normal_scores(alpha_away, sigma2)
    return _from_scores(
        weight,
        [mean, base, sigma, tau],
        {
            (0, 0): mean_mean,
            (0, 3): mean_tau,
            (3, 3): tau_tau,
            (1, 1): base_base,
            (1, 2): base_sigma,
            (2, 2): sigma_sigma,
        },
    )


def _plane_data(at: Slopes, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    effect, base = _effect_ratios(at), _effect_ratios(_swapped(at))
    d10, d01, d11 = at[(1, 0)], at[(0, 1)], at[(1, 1)]
    twice_each = (
        at[(2, 2)]
        + 2.0 * at[(1, 2)] * d10
        + 2.0 * at[(2, 1)] * d01
        + at[(2, 0)] * at[(0, 2)]
        + 2.0 * d11**2
        + at[(2, 0)] * d01**2
        + at[(0, 2)] * d10**2
        + 4.0 * d11 * d10 * d01
        + d10**2 * d01**2
    )
    return _from_ratios(
        weight,
        [effect[0], base[0], 0.5 * base[1], 0.5 * effect[1]],
        {
            (0, 0): effect[1],
            (0, 1): d11 + d10 * d01,
            (0, 2): 0.5 * _base_twice_effect(_swapped(at), base),
            (0, 3): 0.5 * effect[2],
            (1, 1): base[1],
            (1, 2): 0.5 * base[2],
            (1, 3): 0.5 * _base_twice_effect(at, effect),
            (2, 2): 0.25 * base[3],
            (2, 3): 0.25 * twice_each,
            (3, 3): 0.25 * effect[3],
        },
    )
