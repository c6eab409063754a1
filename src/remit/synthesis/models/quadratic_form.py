"""The exact distribution of a positive quadratic form in normal variables.

Q = sum of lambda_j chi2_1 with lambda_j > 0. Its cumulant function K(s) = -1/2 sum log(1 - 2
lambda_j s) gives P(Q > q) = 1/(2 pi i) times the integral of exp(K(s) - s q)/s along any curve
that passes between 0 and 1/(2 max lambda), and P(Q < q) along one that passes below 0, with the
sign turned (Imhof 1961; Rice 1980). The curve taken here is the parabola that follows steepest
descent through the saddle point, on which the trapezoidal rule converges geometrically
(Trefethen & Weideman 2014); the smaller tail keeps its relative precision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import float_vector
from remit.core.errors import ConvergenceError, InputError
from remit.core.numerics import bracketed_root

__all__ = ["quadratic_form_tail", "quadratic_form_tails"]

FloatArray = npt.NDArray[np.float64]
_TOLERANCE = 1e-13  # change from one halving of the step to the next
_ROUNDING = 2e-15  # of the exponent's terms, which sets a limit to the relative precision
_SMALL = 1e-18  # of the integrand's peak: what lies beyond is left out
_HALVINGS = 12


def quadratic_form_tail(q: float, weights: Any) -> float:
    """Return the probability that a quadratic form exceeds ``q``.

    Parameters
    ----------
    q : float
        Value.
    weights : (n,) array-like
        Weights of the independent chi-squared variables with one degree of freedom each.

    Raises
    ------
    InputError
        If a weight is not above zero.
    """
    weights = float_vector("weights", weights)
    if weights.size == 0 or np.any(weights <= 0):
        raise InputError.at(
            "argument 'weights'", found=repr(weights.tolist())[:80], expected="numbers above 0"
        )
    return quadratic_form_tails(q, weights)[1]


def quadratic_form_tails(q: float, weights: FloatArray) -> tuple[float, float]:
    """Return the lower and the upper tail probability of ``q``; see `quadratic_form_tail`."""
    if q <= 0:
        return 0.0, 1.0
    scale = float(np.max(weights))
    weights, q = weights / scale, q / scale
    if q > float(np.sum(weights)):
        tail = _contour(q, weights, upper=True)
        return 1.0 - tail, tail
    tail = _contour(q, weights, upper=False)
    return tail, 1.0 - tail


def _contour(q: float, weights: FloatArray, *, upper: bool) -> float:
    s = _saddle(q, weights, upper=upper)
    shrunk = weights / (1.0 - 2.0 * weights * s)
    second = 2.0 * float(np.sum(shrunk**2))
    bend = 8.0 * float(np.sum(shrunk**3)) / (6.0 * second)
    cumulant = float(-0.5 * np.sum(np.log1p(-2.0 * weights * s)))
    height = cumulant - s * q - float(np.log(abs(s)))

    def integrand(u: FloatArray) -> FloatArray:
        point = s + 1j * u + bend * u * u
        exponent = -0.5 * np.log(1.0 - 2.0 * weights[:, None] * point).sum(axis=0) - point * q
        value = np.exp(exponent - height) / point
        result: FloatArray = np.real(value * (1.0 - 2j * bend * u))
        return result

    def size(u: float) -> float:
        point = s + 1j * u + bend * u * u
        exponent = -0.5 * np.sum(np.log(1.0 - 2.0 * weights * point)) - point * q
        return float(np.real(exponent - np.log(point / s)) - np.log(abs(s)) - height)

    end = 1.0 / np.sqrt(second + 1.0 / s**2)
    while size(end) > np.log(_SMALL):
        end *= 1.5
    tolerance = max(_TOLERANCE, _ROUNDING * (abs(cumulant) + (abs(s) + float(end)) * q))
    total = _trapezoid(integrand, end, tolerance)
    tail = float(np.exp(height)) * total / np.pi
    return min(1.0, max(0.0, tail if upper else -tail))


def _trapezoid(
    integrand: Callable[[FloatArray], FloatArray], end: float, tolerance: float
) -> float:
    steps = 16
    points = np.linspace(0.0, end, steps + 1)
    values = integrand(points)
    total = float(np.sum(values) - 0.5 * (values[0] + values[-1])) * end / steps
    for _ in range(_HALVINGS):
        middle = end * (np.arange(steps) + 0.5) / steps
        refined = 0.5 * (total + float(np.sum(integrand(middle))) * end / steps)
        steps *= 2
        if abs(refined - total) <= tolerance * abs(refined):
            return refined
        total = refined
    raise ConvergenceError.at(
        "distribution of a quadratic form", found="no convergence", expected="a probability"
    )


def _saddle(q: float, weights: FloatArray, *, upper: bool) -> float:
    """Return where K'(s) - q - 1/s is zero, above or below 0."""

    def slope(s: float) -> float:
        return float(np.sum(weights / (1.0 - 2.0 * weights * s))) - q - 1.0 / s

    if upper:
        pole = 0.5  # weights are scaled to a largest one of 1
        low, high = 1e-3 * pole, pole * (1.0 - 1e-3)
        while slope(low) > 0:
            low *= 0.1
        gap = 1e-3
        while slope(high) < 0:
            gap *= 0.1
            high = pole * (1.0 - gap)
        return bracketed_root(slope, low, high).value
    low, high = -1.0, -1e-3
    while slope(low) > 0:
        low *= 4.0
    while slope(high) < 0:
        high *= 0.1
    return bracketed_root(slope, low, high).value
