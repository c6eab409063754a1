"""The posterior of tau: integrated, inverted and maximised."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import SpecError
from remit.core.numerics import bracketed_root
from remit.synthesis.bayes.hierarchical import HierarchicalModel, conditional, slope_of
from remit.synthesis.bayes.prior import TauPrior
from remit.synthesis.bayes.quadrature import NODE, WEIGHT, Panels, integrate, share_below

__all__ = [
    "TauPosterior",
    "check_proper",
    "log_prior_integral",
    "moment_exists",
    "peak",
    "tau_cdf",
    "tau_density",
    "tau_posterior",
    "tau_quantile",
    "tau_shortest",
]

FloatArray = npt.NDArray[np.float64]
_LOWEST, _HIGHEST = -690.0, 300.0  # in log(tau); tau^2 stays within floats at the upper end
_CUT = 44.0  # drop of the log integrand beyond which nothing is left: e^-44 is 1e-19
_BLOCK = 16  # points added at a time while the range of integration is sought
_NEAR, _STEP = 7.0, 0.5  # reach and width of the first panels around the scales of the data
_SCAN_STEP = 0.07  # in log(tau), some 33 points a decade, for the scan for maxima
_INTERVAL_SCAN = 40
_FLAT = 1e-13  # relative difference that is rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauPosterior:
    """Posterior distribution of tau, resolved by quadrature.

    Attributes
    ----------
    model : HierarchicalModel
        Studies and design.
    prior : TauPrior
        Prior of tau.
    panels : Panels
        Quadrature over log(tau); its integral is the marginal likelihood less the constant of
        the prior where the prior is not normalised.
    tau, weight : (m,) array
        Nodes and their posterior probabilities.
    mean, cov : (m, p), (m, p, p) array
        Conditional moments of the coefficients at the nodes.
    """

    model: HierarchicalModel
    prior: TauPrior
    panels: Panels
    tau: FloatArray
    weight: FloatArray
    mean: FloatArray
    cov: FloatArray


def moment_exists(model: HierarchicalModel, prior: TauPrior, order: int) -> bool:
    """Tell whether the posterior has a finite moment of tau of this order; 0 asks if it is proper.

    The likelihood falls as tau^-(k - flat coefficients), the prior as tau^-a; the moment of order
    m is finite if their sum less m exceeds 1.
    """
    exponent = prior.tail + model.decay - order
    return exponent >= 1.0 if prior.slow_tail else exponent > 1.0


def check_proper(model: HierarchicalModel, prior: TauPrior) -> None:
    """Raise `SpecError` if the posterior is not a distribution; say how many studies it needs."""
    if moment_exists(model, prior, 0):
        return
    missing = math.floor(1.0 - prior.tail - model.decay) + 1
    raise SpecError.at(
        "argument 'tau_prior'",
        found=f"the improper prior {prior.label} with {model.k} "
        f"{'study' if model.k == 1 else 'studies'}, under which the posterior is improper too",
        expected=f"at least {model.k + missing} studies, or a proper prior",
        hint="Use a half-normal prior, or a normal prior for the mean effect.",
    )


def _log_integrand(
    model: HierarchicalModel, prior: TauPrior, t: FloatArray, *, likelihood: bool = True
) -> FloatArray:
    tau = np.exp(t)
    value = prior.log_density(tau, model.variance) + t
    return value + conditional(model, tau).log_marginal if likelihood else value


def _scales(model: HierarchicalModel, prior: TauPrior) -> tuple[float, float]:
    """Return log of the smallest and the largest scale of tau in data and prior."""
    sizes = [float(np.sqrt(np.min(model.variance))), float(np.sqrt(np.max(model.variance)))]
    sizes.append(float(np.ptp(model.y[: model.k])))
    if prior.family in ("log-normal", "log-t"):
        location, scale = prior.parameters[:2]
        logs = [location - scale, location + scale]
    else:
        sizes += [1.0 / prior.parameters[0]] if prior.family == "exponential" else []
        sizes += list(prior.parameters[-1:]) if prior.family != "exponential" else []
        logs = []
    logs += [math.log(size) for size in sizes if size > 0]
    return max(min(logs), _LOWEST + _NEAR), min(max(logs), _HIGHEST - _NEAR)


def _first_edges(
    log_f: Callable[[FloatArray], FloatArray], low: float, high: float, upper: float, order: int
) -> FloatArray:
    """Return panels over all t where the integrand, times tau^order, is not negligible."""
    start, end = low - _NEAR, min(high + _NEAR, upper)
    end = max(end, start + 1.0) if end == high + _NEAR else end
    start = min(start, end - 1.0)
    inner = np.linspace(start, end, max(2, math.ceil((end - start) / _STEP) + 1))
    grid, value = inner, log_f(inner)
    grid, value = _extend(log_f, grid, value, _LOWEST, -2.0, order)
    if end < upper:
        grid, value = _extend(log_f, grid, value, _HIGHEST, 1.0, order)
    found = np.flatnonzero(_seen(grid, value, order))
    first, last = max(0, int(found[0]) - 1), min(grid.size - 1, int(found[-1]) + 1)
    return grid[first : last + 1]


def _seen(grid: FloatArray, value: FloatArray, order: int) -> npt.NDArray[np.bool_]:
    """Tell where the integrand, or tau^order times it, is not negligible."""
    seen = np.zeros(grid.size, dtype=bool)
    for m in {0, order}:
        tilted = value + m * grid
        seen |= tilted > np.max(tilted) - _CUT
    return seen


def _extend(
    log_f: Callable[[FloatArray], FloatArray],
    grid: FloatArray,
    value: FloatArray,
    bound: float,
    step: float,
    order: int,
) -> tuple[FloatArray, FloatArray]:
    """Add points at one end, some at a time, until the integrand is negligible there."""
    side = -1 if step > 0 else 0
    while _seen(grid, value, order)[side] and step * (bound - grid[side]) > step * step:
        more = np.arange(1, _BLOCK + 1) * step + grid[side]
        more = more[step * (bound - more) >= 0]
        added = log_f(more)
        if step > 0:
            grid, value = np.concatenate((grid, more)), np.concatenate((value, added))
        else:
            grid = np.concatenate((more[::-1], grid))
            value = np.concatenate((added[::-1], value))
    return grid, value


def _noise(model: HierarchicalModel) -> float:
    """Return what rounding may do to the log-likelihood: a few units of its summed terms."""
    largest = max(float(np.max(np.abs(np.log(model.v)))), 1.0)
    return 4.0 * float(np.finfo(np.float64).eps) * model.y.size * largest


def log_prior_integral(model: HierarchicalModel, prior: TauPrior) -> float:
    """Return log of the integral of the prior as `TauPrior.log_density` has it; 0 if normalised."""
    if prior.normalised:
        return 0.0

    def log_f(t: FloatArray) -> FloatArray:
        return _log_integrand(model, prior, t, likelihood=False)

    edges = _first_edges(log_f, *_scales(model, prior), math.inf, 0)
    return integrate(log_f, edges).log_integral


def tau_posterior(model: HierarchicalModel, prior: TauPrior) -> TauPosterior:
    """Integrate the posterior of tau.

    Raises
    ------
    SpecError
        If the posterior is improper.
    ConvergenceError
        If the integral is not resolved.
    """
    check_proper(model, prior)

    def log_f(t: FloatArray) -> FloatArray:
        return _log_integrand(model, prior, t)

    order = next(m for m in (2, 1, 0) if moment_exists(model, prior, m))
    upper = math.log(prior.upper) if math.isfinite(prior.upper) else math.inf
    edges = _first_edges(log_f, *_scales(model, prior), upper, order)
    panels = integrate(log_f, edges, _noise(model))
    tau = np.exp(panels.t.ravel())
    at = conditional(model, tau)
    return TauPosterior(
        model=model,
        prior=prior,
        panels=panels,
        tau=lock(tau),
        weight=lock(panels.weight.ravel()),
        mean=lock(at.mean),
        cov=lock(at.cov),
    )


def tau_density(post: TauPosterior, tau: FloatArray) -> FloatArray:
    """Return the posterior density at tau (m,) >= 0; infinite where it is unbounded at 0."""
    density = np.zeros(tau.size)
    inside = (tau > 0) & (tau <= post.prior.upper)
    if np.any(inside):
        t = np.log(tau[inside])
        log_value = _log_integrand(post.model, post.prior, t) - t
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
    tiny = 1e-20 * math.exp(_scales(post.model, post.prior)[0])
    return float(post.prior.log_density(tiny, post.model.variance)[0])


def _share_of_panel(post: TauPosterior, left: float, right: float) -> float:
    """Return the posterior probability between two t within one panel."""
    t = 0.5 * (left + right) + 0.5 * (right - left) * NODE
    value = np.exp(_log_integrand(post.model, post.prior, t) - post.panels.log_integral)
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


def peak(
    model: HierarchicalModel, prior: TauPrior | None, *, marginal: bool
) -> tuple[float, float, FloatArray]:
    """Return the most likely tau, the height there and the coefficients.

    Parameters
    ----------
    model : HierarchicalModel
        Studies and design.
    prior : TauPrior or None
        Prior of tau; None maximises the likelihood alone.
    marginal : bool
        Whether the coefficients are integrated out; otherwise they are maximised too.

    Returns
    -------
    tau, log_height, mean : float, float, (p,) array
        Global maximum over tau >= 0 of the density of tau (not of log tau); a density that is
        unbounded at 0 has its mode there.
    """

    def height(tau: float) -> float:
        at = conditional(model, np.array([tau]))
        value = float((at.log_marginal if marginal else at.log_joint)[0])
        return value if prior is None else value + float(prior.log_density(tau, v)[0])

    def slope(t: FloatArray) -> FloatArray:
        tau = np.exp(t)
        value = slope_of(model, tau, marginal=marginal)
        return value if prior is None else value + prior.slope(tau, v)

    v = model.variance
    if prior is not None and math.isinf(prior.at_zero):
        return 0.0, math.inf, conditional(model, np.zeros(1)).mean[0]
    low, high = _scales(model, TauPrior.improper_uniform() if prior is None else prior)
    upper = math.inf if prior is None else prior.upper
    end = min(high + _NEAR, math.log(upper)) if math.isfinite(upper) else high + _NEAR
    grid = np.linspace(low - _NEAR, end, math.ceil((end - low + _NEAR) / _SCAN_STEP) + 2)
    rise = slope(grid)
    candidates = [
        math.exp(bracketed_root(lambda t: float(slope(np.array([t]))[0]), a, b).value)
        for a, b, x, y in zip(grid[:-1], grid[1:], rise[:-1], rise[1:], strict=True)
        if x > 0 >= y
    ]
    if rise[-1] > 0 and math.isfinite(upper):
        candidates.append(upper)
    scored = [(height(tau), tau) for tau in candidates]
    if prior is None or prior.at_zero > 0:
        base = float(_at_zero(model, marginal))
        if prior is not None:
            base += float(prior.log_density(math.exp(low - 40.0), v)[0])
        scored.append((base, 0.0))
    best = max(value for value, _ in scored)
    # a flat top has no one mode: take the smallest tau within rounding of it
    tau = min(tau for value, tau in scored if value >= best - _FLAT * (1.0 + abs(best)))
    return tau, best, conditional(model, np.array([tau])).mean[0]


def _at_zero(model: HierarchicalModel, marginal: bool) -> float:
    at = conditional(model, np.zeros(1))
    return float((at.log_marginal if marginal else at.log_joint)[0])


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
