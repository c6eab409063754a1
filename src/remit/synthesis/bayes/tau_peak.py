"""The most likely tau, a posteriori or by the likelihood alone."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.core.numerics import bracketed_root
from remit.synthesis.bayes.hierarchical import HierarchicalModel, conditional, slope_of
from remit.synthesis.bayes.prior import TauPrior
from remit.synthesis.bayes.tau_posterior import NEAR, scales

__all__ = ["peak"]

FloatArray = npt.NDArray[np.float64]
_SCAN_STEP = 0.07  # in log(tau), some 33 points a decade, for the scan for maxima
_FLAT = 1e-13  # relative difference that is rounding


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
    low, high = scales(model, TauPrior.improper_uniform() if prior is None else prior)
    upper = math.inf if prior is None else prior.upper
    end = min(high + NEAR, math.log(upper)) if math.isfinite(upper) else high + NEAR
    grid = np.linspace(low - NEAR, end, math.ceil((end - low + NEAR) / _SCAN_STEP) + 2)
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
