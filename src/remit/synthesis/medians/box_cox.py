"""Which power makes the quantiles symmetric, and what mean and SD follow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.core.numerics import bracketed_root
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.five import FiveNumbers
from remit.synthesis.medians.normal import luo_weights, wan_weights
from remit.synthesis.medians.power_normal import PowerNormal, box_cox, box_cox_slope

__all__ = ["asymmetry", "box_cox_method", "symmetric_power"]

FloatArray = npt.NDArray[np.float64]
_LOWEST, _HIGHEST = -2.0, 3.0
_GRID = np.linspace(_LOWEST, _HIGHEST, 251)


def box_cox_method(five: FiveNumbers) -> Converted | NotEstimable:
    """Convert by the Box-Cox method of McGrath 2020 (Stat Methods Med Res 29:2520).

    The power that makes the transformed quantiles most nearly symmetric about the median, mean by
    Luo 2018 and SD by Wan 2014 of the transform, then mean and SD of the data. The mean is
    integrated, where estmeansd draws n + 1000 random numbers.
    """
    q = five.array
    if q[0] <= 0.0:
        return NotEstimable(
            reason=f"the Box-Cox method needs data above 0, and the smallest quantile is {q[0]:g}"
        )
    if np.any(np.diff(q)[[len(q) // 2 - 1, len(q) // 2]] == 0.0):
        return NotEstimable(
            reason="the Box-Cox method compares the distances from the median, and one is 0"
        )
    power = max(symmetric_power(q), 0.0)
    t = box_cox(q, power)
    fitted = PowerNormal(
        location=float(luo_weights(five.scenario, five.n) @ t),
        scale=float(wan_weights(five.scenario, five.n) @ t),
        power=power,
    )
    mean, sd = fitted.moments()
    note = f"power {power:.2f}" + (", the highest allowed" if power == _HIGHEST else "")
    return Converted(mean=mean, sd=sd, note=note, fitted=fitted)


def symmetric_power(q: FloatArray) -> float:
    """Return the power from -2 to 3 that makes transformed quantiles most nearly symmetric.

    The least of `asymmetry`: on a grid, and from there the root of the slope.
    """
    values = asymmetry(q, _GRID)
    best = int(np.argmin(values))
    low, high = _GRID[max(best - 1, 0)], _GRID[min(best + 1, _GRID.size - 1)]

    def slope(power: float) -> float:
        ratios, slopes = _ratios(q, power)
        return float((ratios - 1.0) @ slopes)

    if slope(low) >= 0.0:
        return float(low)
    if slope(high) <= 0.0:
        return float(high)
    return bracketed_root(slope, float(low), float(high)).value


def asymmetry(q: FloatArray, power: FloatArray) -> FloatArray:
    """Return how far transformed quantiles are from symmetric, for each power.

    The sum over the pairs (ends, quartiles) of (distance above / distance below the median - 1)
    squared: what McGrath 2020 takes for one pair and for two.
    """
    t = box_cox(q, power[:, None])
    middle = q.size // 2
    total = np.zeros(power.size)
    for i in range(middle):
        above, below = t[:, -1 - i] - t[:, middle], t[:, middle] - t[:, i]
        total += (above / below - 1.0) ** 2
    return total


def _ratios(q: FloatArray, power: float) -> tuple[FloatArray, FloatArray]:
    """Return distance above over distance below for each pair, and the derivatives."""
    t, dt = box_cox(q, power), box_cox_slope(q, power)
    middle = q.size // 2
    upper, lower = t[::-1][:middle] - t[middle], t[middle] - t[:middle]
    d_upper, d_lower = dt[::-1][:middle] - dt[middle], dt[middle] - dt[:middle]
    return upper / lower, (d_upper * lower - upper * d_lower) / lower**2
