"""Adaptive Gauss-Legendre quadrature over log(tau).

In t = log(tau) every prior and likelihood here is analytic in a strip of half-width pi/2 (the
poles of 1/(v + tau^2) lie at log(sd) +- i pi/2), power tails become exponential, and one rule
serves all scales. A panel is kept when its rule agrees with that of its two halves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import ConvergenceError

__all__ = ["NODE", "WEIGHT", "Panels", "integrate", "share_below"]

FloatArray = npt.NDArray[np.float64]
_ORDER = 16
NODE, WEIGHT = np.polynomial.legendre.leggauss(_ORDER)
_TOLERANCE = 1e-12  # of a panel's integral; rounding of its sum is below 1e-14
_NEGLIGIBLE = 1e-19  # of the whole integral
_ROUNDING = 8.0 * float(np.finfo(np.float64).eps)  # of the log integrand, where it is large
_DEPTH = 60
_MOST_PANELS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panels:
    """A resolved integral.

    Attributes
    ----------
    edges : (n + 1,) array
        Ends of the panels, in t.
    t : (n, 16) array
        Nodes.
    weight : (n, 16) array
        Share of each node in the integral; they sum to 1.
    mass : (n,) array
        Share of each panel.
    log_integral : float
        Log of the integral.
    error : float
        Estimated error of the integral, relative.
    """

    edges: FloatArray
    t: FloatArray
    weight: FloatArray
    mass: FloatArray
    log_integral: float
    error: float


def _cumulative_rule() -> FloatArray:
    """Return the matrix that takes shares of the nodes to what lies below each node of a panel.

    The integrand is replaced by its Legendre series up to degree 15, integrated term by term.
    """
    at_node = np.polynomial.legendre.legvander(NODE, _ORDER)  # (16, 17), degrees 0 to 16
    degree = np.arange(1, _ORDER)
    lower = at_node[:, degree - 1]
    integral = np.column_stack((NODE + 1.0, (at_node[:, degree + 1] - lower) / (2 * degree + 1)))
    series = at_node[:, :_ORDER] * (np.arange(_ORDER) + 0.5)
    rule: FloatArray = integral @ series.T
    return rule


_CUMULATIVE = _cumulative_rule()


def share_below(panels: Panels) -> FloatArray:
    """Return the share of the integral below each node, (16 n,), to about 1e-6."""
    before = np.concatenate(([0.0], np.cumsum(panels.mass)[:-1]))
    inside = panels.weight @ _CUMULATIVE.T
    share: FloatArray = np.maximum.accumulate((before[:, None] + inside).ravel())
    return share


def _nodes(left: FloatArray, right: FloatArray) -> FloatArray:
    return 0.5 * (left + right)[:, None] + 0.5 * (right - left)[:, None] * NODE


def _evaluate(
    log_f: Callable[[FloatArray], FloatArray], left: FloatArray, right: FloatArray
) -> tuple[FloatArray, FloatArray]:
    t = _nodes(left, right)
    return t, log_f(t.ravel()).reshape(t.shape)


def _panel_sums(value: FloatArray, left: FloatArray, right: FloatArray, top: float) -> FloatArray:
    total: FloatArray = 0.5 * (right - left) * (np.exp(value - top) @ WEIGHT)
    return total


def integrate(
    log_f: Callable[[FloatArray], FloatArray], edges: FloatArray, noise: float = 0.0
) -> Panels:
    """Integrate exp(log_f(t)) between the first and last edge.

    Parameters
    ----------
    log_f : callable
        Log of the integrand at t (m,); may be minus infinity.
    edges : (n + 1,) array
        First panels.
    noise : float
        Rounding error of ``log_f``, below which no panel can be resolved.

    Returns
    -------
    Panels
        Panels, halved until each is resolved to 1e-12 of its own integral.

    Raises
    ------
    ConvergenceError
        If a panel is not resolved after 60 halvings or with 20,000 panels.
    """
    left, right = edges[:-1], edges[1:]
    t, value = _evaluate(log_f, left, right)
    kept: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]] = []
    error, known, top = 0.0, 0.0, float(np.max(value))
    for _ in range(_DEPTH):
        if left.size > _MOST_PANELS:
            break
        middle = 0.5 * (left + right)
        halves_left = np.column_stack((left, middle)).ravel()
        halves_right = np.column_stack((middle, right)).ravel()
        half_t, half_value = _evaluate(log_f, halves_left, halves_right)
        rise = max(top, float(np.max(half_value)))
        known, error, top = known * np.exp(top - rise), error * np.exp(top - rise), rise
        whole = _panel_sums(value, left, right, top)
        fine = _panel_sums(half_value, halves_left, halves_right, top).reshape(-1, 2).sum(axis=1)
        gap = np.abs(whole - fine)
        tolerance = _TOLERANCE + noise + _ROUNDING * abs(top)
        good = (gap <= tolerance * fine) | (
            np.maximum(whole, fine) <= _NEGLIGIBLE * (known + float(np.sum(fine)))
        )
        kept.append((left[good], right[good], t[good], value[good]))
        known += float(np.sum(fine[good]))
        error += float(np.sum(gap[good]))
        if np.all(good):
            return _collect(kept, top, error)
        bad = np.repeat(~good, 2)
        left, right, t, value = halves_left[bad], halves_right[bad], half_t[bad], half_value[bad]
    raise ConvergenceError.at(
        "integral over tau",
        found=f"{left.size} panels that are not resolved, the first at tau = {np.exp(left[0]):g}",
        expected="a smooth posterior density",
    )


def _collect(
    kept: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]], top: float, error: float
) -> Panels:
    left, right, t, value = (np.concatenate(part) for part in zip(*kept, strict=True))
    order = np.argsort(left)
    left, right, t, value = left[order], right[order], t[order], value[order]
    raw = 0.5 * (right - left)[:, None] * WEIGHT * np.exp(value - top)
    total = float(np.sum(raw))
    return Panels(
        edges=lock(np.append(left, right[-1])),
        t=lock(t),
        weight=lock(raw / total),
        mass=lock(np.sum(raw, axis=1) / total),
        log_integral=top + float(np.log(total)),
        error=error / total,
    )
