"""Where falling functions cross zero, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["falling_roots"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
_STEP = 1e-13  # relative size of the last Newton step; its error is about the square of that
_ROUNDING = 4e-15  # of variances: below this a step is rounding error
_MOST_STEPS = 200


def falling_roots(
    function: Callable[[IntArray, FloatArray], tuple[FloatArray, FloatArray]],
    columns: IntArray,
    low: FloatArray,
    high: FloatArray,
    first_step: FloatArray,
    unit: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Find the root of a function that is positive at ``low`` and not at ``high``, per column.

    Parameters
    ----------
    function : callable
        ``function(columns, x)`` gives its sign-carrying value and Newton's step.
    columns : (m,) array
        What to hand to the function.
    low, high : (m,) array
        Brackets.
    first_step : (m,) array
        Newton's step at ``low``.
    unit : (m,) array
        What x is added to where the function is evaluated, which its rounding errors scale with.

    Returns
    -------
    (m,) array, (m,) boolean array
        Roots, and whether each was reached.
    """
    low, high = low.copy(), high.copy()
    x = low + first_step
    outside = ~((x > low) & (x < high))
    x[outside] = 0.5 * (low[outside] + high[outside])
    reached = np.zeros(x.size, dtype=bool)
    active = np.arange(x.size)
    for _ in range(_MOST_STEPS):
        at = x[active]
        value, newton = function(columns[active], at)
        rising = value > 0
        low[active[rising]] = at[rising]
        high[active[~rising]] = at[~rising]
        new = at + newton
        bottom, top = low[active], high[active]
        outside = ~((new >= bottom) & (new <= top))
        new[outside] = 0.5 * (bottom[outside] + top[outside])
        x[active] = new
        enough = np.maximum(_STEP * new, _ROUNDING * (new + unit[active]))
        done = (np.abs(new - at) <= enough) | (value == 0)
        reached[active[done]] = True
        active = active[~done]
        if not active.size:
            break
    return x, reached
