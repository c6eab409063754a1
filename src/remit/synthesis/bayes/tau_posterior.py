"""The posterior of tau, integrated; whether it exists."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import SpecError
from remit.synthesis.bayes.hierarchical import HierarchicalModel, conditional
from remit.synthesis.bayes.prior import TauPrior
from remit.synthesis.bayes.quadrature import Panels, integrate

__all__ = [
    "NEAR",
    "TauPosterior",
    "check_proper",
    "log_integrand",
    "log_prior_integral",
    "moment_exists",
    "scales",
    "tau_posterior",
]

FloatArray = npt.NDArray[np.float64]
_LOWEST, _HIGHEST = -690.0, 300.0  # in log(tau); tau^2 stays within floats at the upper end
_CUT = 44.0  # drop of the log integrand beyond which nothing is left: e^-44 is 1e-19
_BLOCK = 16  # points added at a time while the range of integration is sought
NEAR, _STEP = 7.0, 0.5  # reach and width of the first panels around the scales of the data


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


def log_integrand(
    model: HierarchicalModel, prior: TauPrior, t: FloatArray, *, likelihood: bool = True
) -> FloatArray:
    """Return log of prior times likelihood (or of the prior) at t = log(tau), times dtau/dt."""
    tau = np.exp(t)
    value = prior.log_density(tau, model.variance) + t
    return value + conditional(model, tau).log_marginal if likelihood else value


def scales(model: HierarchicalModel, prior: TauPrior) -> tuple[float, float]:
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
    return max(min(logs), _LOWEST + NEAR), min(max(logs), _HIGHEST - NEAR)


def _first_edges(
    log_f: Callable[[FloatArray], FloatArray], low: float, high: float, upper: float, order: int
) -> FloatArray:
    """Return panels over all t where the integrand, times tau^order, is not negligible."""
    start, end = low - NEAR, min(high + NEAR, upper)
    end = max(end, start + 1.0) if end == high + NEAR else end
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
        return log_integrand(model, prior, t, likelihood=False)

    edges = _first_edges(log_f, *scales(model, prior), math.inf, 0)
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
        return log_integrand(model, prior, t)

    order = next(m for m in (2, 1, 0) if moment_exists(model, prior, m))
    upper = math.log(prior.upper) if math.isfinite(prior.upper) else math.inf
    edges = _first_edges(log_f, *scales(model, prior), upper, order)
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
