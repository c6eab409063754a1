"""Uphill from one point within bounds: the quasi-Newton method of Broyden and others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "FloatArray", "Objective", "ascend", "held_at_bounds"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Objective = Callable[[FloatArray], tuple[float, FloatArray]]
_STEPS = 200
_HALVINGS = 25
_LONGEST = 2.0  # times the parameter, or 2 where it is below 1
_FLAT = 1e-7
_STILL = 1e-11  # relative gain below which a step counts as none


def ascend(
    objective: Objective, start: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, float, int]:
    """Go uphill by BFGS with projection on the bounds (Nocedal & Wright 2006, ch. 6 and 16.7).

    Plain arithmetic on a few numbers: library routines for such small matrices spend their time
    in starting threads.

    Parameters
    ----------
    objective : callable
        Returns the value, possibly minus infinity, and its gradient.
    start : (n,) float array
        Starting point; moved inside the bounds.
    low, high : (n,) float array
        Bounds, possibly infinite.

    Returns
    -------
    tuple
        Point, value, and number of evaluations.
    """
    x = np.clip(start, low, high)
    value, gradient = objective(x)
    count, still, fresh = 1, 0, True
    curvature = _fresh(gradient)
    for _ in range(_STEPS):
        held = held_at_bounds(x, gradient, low, high)
        slope = np.where(held, 0.0, gradient)
        if not np.isfinite(value) or np.max(np.abs(slope)) < _FLAT or still > 1:
            break
        step = _step(curvature, slope, np.flatnonzero(~held), x)
        trial, height, rise, used = _search(objective, x, value, gradient, step, low, high)
        count += used
        if not height > value:
            if fresh:
                break
            curvature, fresh = _fresh(gradient), True
            continue
        still = still + 1 if height - value < _STILL * abs(value) else 0
        curvature, fresh = _updated(curvature, trial - x, gradient - rise), False
        x, value, gradient = trial, height, rise
    return x, value, count


def held_at_bounds(
    x: FloatArray, gradient: FloatArray, low: FloatArray, high: FloatArray
) -> BoolArray:
    """Tell which parameters are at a bound and pushed against it."""
    held: BoolArray = ((x <= low) & (gradient <= 0)) | ((x >= high) & (gradient >= 0))
    return held


def _fresh(gradient: FloatArray) -> FloatArray:
    return np.eye(gradient.size) * max(1.0, float(np.max(np.abs(gradient))))


def _step(
    curvature: FloatArray, slope: FloatArray, free: npt.NDArray[np.intp], x: FloatArray
) -> FloatArray:
    """Return the quasi-Newton step of the free parameters, no longer than `_LONGEST`.

    It is the steepest one where the curvature has lost its digits.
    """
    step = np.zeros_like(slope)
    try:
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], slope[free])
    except np.linalg.LinAlgError:
        step[free] = np.nan
    if not (np.all(np.isfinite(step)) and step @ slope > 0):
        step = slope / max(1.0, float(np.max(np.abs(slope))))
    longest = float(np.max(np.abs(step) / np.maximum(1.0, np.abs(x))))
    shorter: FloatArray = step * min(1.0, _LONGEST / longest)
    return shorter


def _search(
    objective: Objective,
    x: FloatArray,
    value: float,
    gradient: FloatArray,
    step: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> tuple[FloatArray, float, FloatArray, int]:
    """Shorten a step until the value rises enough; the old point comes back where it never does."""
    for tries in range(_HALVINGS):
        trial = np.clip(x + 0.4**tries * step, low, high)
        height, rise = objective(trial)
        if np.isfinite(height) and height >= value + 1e-4 * float(gradient @ (trial - x)):
            return trial, height, rise, tries + 1
    return x, value, gradient, _HALVINGS


def _updated(curvature: FloatArray, step: FloatArray, change: FloatArray) -> FloatArray:
    """Update minus the Hessian (Nocedal & Wright 2006, eq. 6.19), damped as in their eq. 18.15."""
    bent = curvature @ step
    usual, seen = float(step @ bent), float(step @ change)
    if usual <= 0.0:
        return curvature
    if seen < 0.2 * usual:
        share = 0.8 * usual / (usual - seen)
        change = share * change + (1.0 - share) * bent
        seen = float(step @ change)
    new: FloatArray = curvature - np.outer(bent, bent) / usual + np.outer(change, change) / seen
    return new
