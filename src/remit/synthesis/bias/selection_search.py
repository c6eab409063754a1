"""Where a selection likelihood is highest: many starts, then Newton's method within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import ConvergenceError
from remit.synthesis.bias.quasi_newton import (
    BoolArray,
    FloatArray,
    Objective,
    ascend,
    held_at_bounds,
)

__all__ = ["SearchStatus", "Summit", "climb", "curvature"]

_SAME = 1e-5  # two log-likelihoods of the first search closer than this are one summit
_NEAR = 1e-2  # starts that came this close to the best are finished too
_FLAT = 1e-7  # largest scaled gradient of a solved problem
_NEWTON_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStatus:
    """How the maximum was found.

    Attributes
    ----------
    converged : bool
        Whether the gradient vanishes in all parameters that are not at a bound.
    gradient : float
        Largest derivative of the log-likelihood by a free parameter, per unit of its scale.
    starts, agreeing : int
        Number of starting points, and how many of them led to the highest summit.
    iterations : int
        Evaluations of the likelihood, all starts together.
    at_bounds : tuple of str
        Parameters that ended at a bound.
    """

    converged: bool
    gradient: float
    starts: int
    agreeing: int
    iterations: int
    at_bounds: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the status as a plain dictionary."""
        return {
            "converged": self.converged,
            "gradient": self.gradient,
            "starts": self.starts,
            "agreeing": self.agreeing,
            "iterations": self.iterations,
            "at_bounds": list(self.at_bounds),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Summit:
    """The highest point found.

    Attributes
    ----------
    x : (n,) float array
        Where it lies.
    value : float
        Log-likelihood there.
    bound : (n,) bool array
        Which parameters are at a bound.
    gradient : float
        Largest free derivative.
    starts, agreeing, evaluations : int
        As in `SearchStatus`.
    """

    x: FloatArray
    value: float
    bound: BoolArray
    gradient: float
    starts: int
    agreeing: int
    evaluations: int

    @property
    def converged(self) -> bool:
        """Whether the free gradient vanishes."""
        return self.gradient <= _FLAT


def climb(
    objective: Objective, starts: Iterable[FloatArray], low: FloatArray, high: FloatArray
) -> Summit:
    """Maximise from several starts and return the best summit.

    Each start is taken uphill by `ascend`, and the best are finished by Newton's method with an
    active set. Parameters should be scaled so that 1 is a sensible step.

    Parameters
    ----------
    objective : callable
        Returns the value, possibly minus infinity, and its gradient.
    starts : iterable of (n,) float array
        Starting points; moved inside the bounds.
    low, high : (n,) float array
        Bounds, possibly infinite.

    Raises
    ------
    ConvergenceError
        If the value is minus infinity at every start.
    """
    found = [ascend(objective, start, low, high) for start in starts]
    values = np.array([item[1] for item in found])
    top = float(values.max())
    if not np.isfinite(top):
        raise ConvergenceError.at(
            "the likelihood",
            found="no starting point at which the studies can be seen",
            expected="at least one",
        )
    evaluations = sum(item[2] for item in found)
    finished: list[tuple[FloatArray, float, BoolArray, float]] = []
    for point, value, _ in sorted(found, key=lambda item: -item[1]):
        known = any(abs(value - other[1]) < _SAME for other in finished)
        if value >= top - _NEAR and not known:
            x, height, held, steepest, count = _finish(objective, point, low, high)
            finished.append((x, height, held, steepest))
            evaluations += count
    best_point, best_value, bound, gradient = max(finished, key=lambda item: item[1])
    return Summit(
        x=best_point,
        value=best_value,
        bound=bound,
        gradient=gradient,
        starts=len(found),
        agreeing=int(np.sum(values >= best_value - _SAME)),
        evaluations=evaluations,
    )


def _finish(
    objective: Objective, x: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, float, BoolArray, float, int]:
    """Run Newton's method within bounds.

    Returns point, value, bound flags, largest free derivative and number of evaluations.
    """
    value, gradient = objective(x)
    count = 1
    for _ in range(_NEWTON_STEPS):
        bound = held_at_bounds(x, gradient, low, high)
        free = np.flatnonzero(~bound)
        if free.size == 0 or float(np.max(np.abs(gradient[free]))) < 1e-10:
            break
        step = np.zeros_like(x)
        step[free] = _newton_step(objective, x, gradient, free, low, high)
        count += 2 * free.size
        moved = False
        for shrink in 0.5 ** np.arange(30):
            trial = np.clip(x + shrink * step, low, high)
            at_trial, slope = objective(trial)
            count += 1
            better = at_trial > value + 1e-10 * abs(value)
            as_good = at_trial >= value - 1e-12 * abs(value)
            flatter = np.max(np.abs(slope[free])) < 0.9 * np.max(np.abs(gradient[free]))
            if better or (as_good and flatter):
                x, value, gradient, moved = trial, at_trial, slope, True
                break
        if not moved:
            break
    bound = held_at_bounds(x, gradient, low, high)
    free_gradient = gradient[~bound]
    largest = float(np.max(np.abs(free_gradient))) if free_gradient.size else 0.0
    return x, value, bound, largest, count


def _newton_step(
    objective: Objective,
    x: FloatArray,
    gradient: FloatArray,
    free: npt.NDArray[np.intp],
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Return the step -H^-1 g, with the curvature made negative where it is not."""
    matrix = curvature(objective, x, free, low, high)
    if not np.all(np.isfinite(matrix)):
        return gradient[free]
    bends, axes = np.linalg.eigh(matrix)
    steepness = np.maximum(np.abs(bends), 1e-8)
    step: FloatArray = axes @ ((axes.T @ gradient[free]) / steepness)
    longest = float(np.max(np.abs(step) / np.maximum(1.0, np.abs(x[free]))))
    return step if longest <= 3.0 else step * (3.0 / longest)


def curvature(
    objective: Objective,
    x: FloatArray,
    free: npt.NDArray[np.intp],
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Return the second derivatives by the free parameters, from differences of the gradient."""
    rows = []
    for i in free:
        size = 1e-5 * max(1.0, abs(float(x[i])))
        up, down = x.copy(), x.copy()
        up[i], down[i] = min(x[i] + size, high[i]), max(x[i] - size, low[i])
        change = objective(up)[1] - objective(down)[1]
        rows.append(change[free] / (up[i] - down[i]))
    matrix = np.array(rows)
    symmetric: FloatArray = 0.5 * (matrix + matrix.T)
    return symmetric
