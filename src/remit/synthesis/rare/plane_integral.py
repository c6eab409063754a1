"""What the counts of each study say once its own effect and its own base are integrated out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Arm, Slopes, log_data, slopes, take
from remit.synthesis.rare.derivatives import (
    MUCH,
    StudyTerms,
    base_twice_effect,
    effect_ratios,
    from_ratios,
    normalised,
)
from remit.synthesis.rare.grids import line_grid, line_mode, spaced, span

__all__ = ["plane_terms"]

FloatArray = npt.NDArray[np.float64]


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
    value, weight = normalised(log_g.reshape(k, -1), np.zeros((k, 1)))
    theta_away = (theta - means[:, None]).reshape(k, -1)
    alpha_away = np.broadcast_to(bases - base, theta.shape).reshape(k, -1)
    centre = [(weight * away).sum(axis=1, keepdims=True) for away in (theta_away, alpha_away)]
    info = slopes(arms, mean[:, None] + centre[0], base + centre[1], 2)
    much = (-info[(0, 2)][:, 0] * tau2 > MUCH, -info[(2, 0)][:, 0] * sigma2 > MUCH)
    at = None if np.all(much[0] & much[1]) else slopes(flat, theta, bases, 4)
    gradient, hessian = np.zeros((k, 4)), np.zeros((k, 4, 4))
    for theta_much, alpha_much in ((False, False), (False, True), (True, False), (True, True)):
        use = (much[0] == theta_much) & (much[1] == alpha_much)
        if not np.any(use):
            continue
        some = {} if at is None else {n: v.reshape(k, -1)[use] for n, v in at.items()}
        gradient[use], hessian[use] = _plane_derivatives(
            some,
            weight[use],
            _normal_ratios(theta_away[use], tau2) if theta_much else None,
            _normal_ratios(alpha_away[use], sigma2) if alpha_much else None,
        )
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
    steepest = max(abs(arm.on_base) for arm in arms)
    places, step = spaced(low, high, spread, steepest, refine)
    return places, np.broadcast_to(np.log(step), places.shape)


def _swapped(at: Slopes) -> Slopes:
    """Return the same derivatives with the parts of alpha and theta exchanged."""
    return {(b, a): values for (a, b), values in at.items()}


def _normal_ratios(away: FloatArray, variance: float) -> tuple[FloatArray, ...]:
    """Return the first four derivatives of a normal density in its mean, over it (Hermite)."""
    sd = np.sqrt(variance)
    u = away / sd
    return (
        u / sd,
        (u**2 - 1.0) / sd**2,
        (u**3 - 3.0 * u) / sd**3,
        (u**4 - 6.0 * u**2 + 3.0) / sd**4,
    )


def _mixed_ratios(
    at: Slopes, effect: tuple[FloatArray, ...], base: tuple[FloatArray, ...]
) -> dict[tuple[int, int], FloatArray]:
    """Return derivatives of f in alpha and theta both, over f, keyed by their orders."""
    d10, d01, d11 = at[(1, 0)], at[(0, 1)], at[(1, 1)]
    twice_each = (
        at[(2, 2)]
        + 2.0 * at[(1, 2)] * d10
        + 2.0 * at[(2, 1)] * d01
        + base[1] * effect[1]
        + 2.0 * d11**2
        + 4.0 * d11 * d10 * d01
    )
    return {
        (1, 1): d11 + d10 * d01,
        (1, 2): base_twice_effect(at, effect),
        (2, 1): base_twice_effect(_swapped(at), base),
        (2, 2): twice_each,
    }


def _plane_derivatives(
    at: Slopes,
    weight: FloatArray,
    effect: tuple[FloatArray, ...] | None,
    base: tuple[FloatArray, ...] | None,
) -> tuple[FloatArray, FloatArray]:
    """Return gradient and Hessian of some studies.

    Where ``effect`` or ``base`` are given, the normal density is differentiated in that direction,
    and mixed derivatives are products; otherwise the likelihood of the counts is.
    """
    if effect is None and base is None:
        effect, base = effect_ratios(at), effect_ratios(_swapped(at))
        mixed = _mixed_ratios(at, effect, base)
    else:
        effect = effect_ratios(at) if effect is None else effect
        base = effect_ratios(_swapped(at)) if base is None else base
        mixed = {(a, b): base[a - 1] * effect[b - 1] for a in (1, 2) for b in (1, 2)}
    return from_ratios(
        weight,
        [effect[0], base[0], 0.5 * base[1], 0.5 * effect[1]],
        {
            (0, 0): effect[1],
            (0, 1): mixed[(1, 1)],
            (0, 2): 0.5 * mixed[(2, 1)],
            (0, 3): 0.5 * effect[2],
            (1, 1): base[1],
            (1, 2): 0.5 * base[2],
            (1, 3): 0.5 * mixed[(1, 2)],
            (2, 2): 0.25 * base[3],
            (2, 3): 0.25 * mixed[(2, 2)],
            (3, 3): 0.25 * effect[3],
        },
    )
