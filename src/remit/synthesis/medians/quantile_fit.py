"""Which distribution comes closest to the quantiles, and what mean and SD it has."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.special import betaincinv, ndtri

from remit.core.checks import lock
from remit.core.estimate import NotEstimable
from remit.core.numerics import bracketed_root
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.families import SCALE_FAMILIES, Beta, Normal, Scaled, ScaleFamily
from remit.synthesis.medians.five import FiveNumbers

__all__ = ["distance", "probabilities", "quantile_estimation"]

FloatArray = npt.NDArray[np.float64]
_POINTS = 200
_STEP = 1e-3


def quantile_estimation(five: FiveNumbers) -> Converted | NotEstimable:
    """Convert by quantile estimation (McGrath 2020, Stat Methods Med Res 29:2520).

    Of the normal, log-normal, gamma, Weibull and beta distributions the one whose quantiles have
    the least sum of squared distances from those printed; its mean and SD. The least distance is
    the global one over all parameters, where estmeansd searches within bounds from one start.
    Where a quantile is below 0 only the normal distribution is fitted; the beta needs all
    quantiles between 0 and 1.
    """
    q, p = five.array, probabilities(five.scenario, five.n)
    if five.spread == 0.0:
        return NotEstimable(reason="the quantiles have no spread")
    fits: list[tuple[str, Normal | Scaled | Beta]] = [("normal", _normal(q, p))]
    if q[0] >= 0.0:
        for family in SCALE_FAMILIES:
            fits += [(family.name, scaled) for scaled in _scaled(family, q, p)]
        if q[-1] <= 1.0:
            fits += [("beta", found) for found in _beta(q, p)]
    distances = [distance(fitted, q, p) for _, fitted in fits]
    name, best = fits[int(np.argmin(distances))]
    mean, sd = best.moments()
    return Converted(mean=mean, sd=sd, note=f"{name} distribution", fitted=best)


def probabilities(scenario: str, n: int) -> FloatArray:
    """Return the probabilities of the quantiles; the ends lie at 1/n and 1 - 1/n (McGrath 2020)."""
    ends, quartiles = (1.0 / n, 1.0 - 1.0 / n), (0.25, 0.75)
    inner = {"S1": (), "S2": quartiles, "S3": quartiles}[scenario]
    outer = () if scenario == "S2" else ends
    return np.array(sorted((*inner, *outer, 0.5)))


def distance(fitted: Normal | Scaled | Beta, q: FloatArray, p: FloatArray) -> float:
    """Return the sum of squared distances of a distribution's quantiles from those printed."""
    return float(((fitted.quantiles(p) - q) ** 2).sum())


def _normal(q: FloatArray, p: FloatArray) -> Normal:
    """Return the closest normal distribution: a straight line through the normal scores."""
    z = ndtri(p)  # symmetric about 0, so that mean and slope are apart
    return Normal(mean=float(q.mean()), sd=float(z @ q / (z @ z)))


@lru_cache(maxsize=64)
def _grid(index: int, p: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Return logarithms of shapes (m,), and the unit quantiles (m, k) at each."""
    family = SCALE_FAMILIES[index]
    theta = np.linspace(math.log(family.shapes[0]), math.log(family.shapes[1]), _POINTS)
    return lock(theta), lock(np.asarray(family.unit_quantile(np.array(p), theta[:, None])))


def _scaled(family: ScaleFamily, q: FloatArray, p: FloatArray) -> list[Scaled]:
    """Return the distributions of a family at which the distance is least nearby.

    The best scale is in closed form, which leaves a search over the shape.
    """
    theta, g = _grid(SCALE_FAMILIES.index(family), tuple(p.tolist()))
    values = (((g @ q / (g * g).sum(1))[:, None] * g - q) ** 2).sum(1)
    inner = (values[1:-1] <= values[:-2]) & (values[1:-1] <= values[2:])
    found = (
        _at_least(family, q, p, float(theta[i]), float(theta[i + 2])) for i in np.flatnonzero(inner)
    )
    return [scaled for scaled in found if scaled is not None]


def _at_least(
    family: ScaleFamily, q: FloatArray, p: FloatArray, low: float, high: float
) -> Scaled | None:
    """Return the distribution where the slope of the distance by the shape turns positive.

    None where it does not, which is rounding on a level stretch.
    """

    def best_scale(g: FloatArray) -> float:
        return float(g @ q / (g @ g))

    def slope(theta: float) -> float:
        steps = theta + _STEP * np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
        far_low, low, g, high, far_high = np.asarray(family.unit_quantile(p, steps))
        change = (8.0 * (high - low) - (far_high - far_low)) / (12.0 * _STEP)
        return float((best_scale(g) * g - q) @ change)

    if not slope(low) < 0.0 < slope(high):
        return None
    theta = bracketed_root(slope, low, high).value
    scale = best_scale(np.asarray(family.unit_quantile(p, np.array(theta))))
    return Scaled(family=family, shape=float(np.exp(theta)), scale=scale)


def _beta(q: FloatArray, p: FloatArray) -> list[Beta]:
    """Return the beta distributions that a search from a grid of starts ends at."""
    logs = np.linspace(-4.0, 9.0, 27)
    a, b = (axis.ravel() for axis in np.meshgrid(logs, logs))
    off = betaincinv(np.exp(a)[:, None], np.exp(b)[:, None], p) - q
    best = int(np.argmin((off**2).sum(1)))
    found = least_squares(
        lambda t: betaincinv(np.exp(t[0]), np.exp(t[1]), p) - q,
        np.array([a[best], b[best]]),
        jac="3-point",
        bounds=(-5.0, 20.0),
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    return [Beta(a=float(np.exp(found.x[0])), b=float(np.exp(found.x[1])))]
