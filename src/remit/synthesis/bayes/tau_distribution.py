"""Density, distribution, quantiles and shortest interval of the posterior of tau."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.core.numerics import bracketed_root
from remit.synthesis.bayes.hierarchical import conditional
from remit.synthesis.bayes.quadrature import NODE, WEIGHT, share_below
from remit.synthesis.bayes.tau_posterior import TauPosterior, log_integrand, scales

__all__ = ["tau_cdf", "tau_density", "tau_quantile", "tau_shortest"]

FloatArray = npt.NDArray[np.float64]
_INTERVAL_SCAN = 40


def tau_density(post: TauPosterior, tau: FloatArray) -> FloatArray:
    """Return the posterior density at tau (m,) >= 0; infinite where it is unbounded at 0."""
    density = np.zeros(tau.size)
    inside = (tau > 0) & (tau <= post.prior.upper)
    if np.any(inside):
        t = np.log(tau[inside])
        log_value = log_integrand(post.model, post.prior, t) - t
        density[inside] = np.exp(log_value - post.panels.log_integral)
    if np.any(tau == 0):
        at_zero = conditional(post.model, np.zeros(1)).log_marginal[0] + _log_prior_at_zero(post)
        density[tau == 0] = np.exp(at_zero - post.panels.log_integral)
    return density


def _log_prior_at_zero(post: TauPosterior) -> float:
    if post.prior.at_zero == 0.0:
        return -math.inf
    if math.isinf(post.prior.at_zero):
        return math.inf
    tiny = 1e-20 * math.exp(scales(post.model, post.prior)[0])
    return float(post.prior.log_density(tiny, post.model.variance)[0])


def _share_of_panel(post: TauPosterior, left: float, right: float) -> float:
    """Return the posterior probability between two t within one panel."""
    t = 0.5 * (left + right) + 0.5 * (right - left) * NODE
    value = np.exp(log_integrand(post.model, post.prior, t) - post.panels.log_integral)
    return float(0.5 * (right - left) * (value @ WEIGHT))


def tau_cdf(post: TauPosterior, tau: float, *, upper_tail: bool = False) -> float:
    """Return the posterior probability of a smaller (or larger) tau."""
    edges, mass = post.panels.edges, post.panels.mass
    t = math.log(tau) if tau > 0 else -math.inf
    if t <= edges[0]:
        return 1.0 if upper_tail else 0.0
    if t >= edges[-1]:
        return 0.0 if upper_tail else 1.0
    i = int(np.searchsorted(edges, t, side="right")) - 1
    if upper_tail:
        return float(np.sum(mass[i + 1 :])) + _share_of_panel(post, t, float(edges[i + 1]))
    return float(np.sum(mass[:i])) + _share_of_panel(post, float(edges[i]), t)


def tau_quantile(post: TauPosterior, probability: float) -> float:
    """Return the posterior quantile of tau."""
    if probability <= 0.0:
        return 0.0
    if probability >= 1.0:
        return post.prior.upper
    edges, mass = post.panels.edges, post.panels.mass
    if probability <= 0.5:
        below = np.concatenate(([0.0], np.cumsum(mass)))
        i = min(int(np.searchsorted(below, probability, side="right")) - 1, mass.size - 1)
        rest = probability - float(below[i])
        start, width = float(edges[i]), float(edges[i + 1] - edges[i])
        side = 1.0
    else:
        above = np.concatenate(([0.0], np.cumsum(mass[::-1])))
        j = min(int(np.searchsorted(above, 1.0 - probability, side="right")) - 1, mass.size - 1)
        rest = (1.0 - probability) - float(above[j])
        i = mass.size - 1 - j
        start, width = float(edges[i + 1]), float(edges[i + 1] - edges[i])
        side = -1.0

    def gap(step: float) -> float:
        ends = sorted((start, start + side * step))
        return _share_of_panel(post, ends[0], ends[1]) - rest

    if rest <= 0.0:
        return math.exp(start)
    if gap(width) <= 0.0:
        return math.exp(start + side * width)
    return math.exp(start + side * bracketed_root(gap, 0.0, width).value)


def tau_shortest(post: TauPosterior, level: float) -> tuple[float, float]:
    """Return the shortest interval that holds ``level`` of the posterior of tau.

    It starts at 0, or ends at the upper bound of the prior, or the density is the same at both
    ends.
    """

    def ends(p: float) -> tuple[float, float]:
        return tau_quantile(post, p), tau_quantile(post, p + level)

    def gap(p: float) -> float:
        density = tau_density(post, np.array(ends(p)))
        return float(density[1] - density[0]) / float(np.max(density))

    grid = np.linspace(0.0, 1.0 - level, _INTERVAL_SCAN + 2)[1:-1]
    # fine steps near 0, where intervals often start
    grid = np.concatenate((grid[0] * np.array([1e-6, 1e-3, 0.1]), grid))
    rough = _rough_gap(post, grid, level)
    choices = [ends(0.0)]
    if math.isfinite(post.prior.upper):
        choices.append((tau_quantile(post, 1.0 - level), post.prior.upper))
    for i in (int(n) for n in np.flatnonzero((rough[:-1] > 0) & (rough[1:] <= 0))):
        # width falls while the upper end is denser, so a change from + to - is a minimum
        a, b = int(i), int(i) + 1
        while a > 0 and gap(float(grid[a])) <= 0:
            a -= 1
        while b < grid.size - 1 and gap(float(grid[b])) > 0:
            b += 1
        low, high = float(grid[a]), float(grid[b])
        if gap(low) > 0 >= gap(high):
            choices.append(ends(bracketed_root(gap, low, high).value))
    least = min(high - low for low, high in choices)
    return min(pair for pair in choices if pair[1] - pair[0] <= least * (1.0 + 1e-10))


def _rough_gap(post: TauPosterior, p: FloatArray, level: float) -> FloatArray:
    """Return density at the upper less that at the lower end, quantiles read off the nodes."""
    below = share_below(post.panels)
    t = post.panels.t.ravel()
    low, high = np.interp(p, below, t), np.interp(p + level, below, t)
    density = tau_density(post, np.exp(np.concatenate((low, high))))
    return density[p.size :] - density[: p.size]
