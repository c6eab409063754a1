"""Which power makes the quantiles most likely, and what mean and SD follow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.core.numerics import bracketed_root
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.five import FiveNumbers
from remit.synthesis.medians.normal import luo_weights, wan_weights
from remit.synthesis.medians.order_likelihood import OrderLikelihood, normal_maximum
from remit.synthesis.medians.power_normal import PowerNormal, box_cox, box_cox_slope

__all__ = ["likeliest_power", "mln", "profile"]

FloatArray = npt.NDArray[np.float64]
_GRID = np.linspace(0.0, 10.0, 401)


def mln(five: FiveNumbers) -> Converted | NotEstimable:
    """Convert by MLN, the method for unknown non-normal distributions.

    Cai, Zhou & Pan 2021 (Stat Methods Med Res 30:2701): the power from 0 to 10 at which the
    transformed quantiles are most likely as ordered normal numbers with the mean of Luo 2018 and
    the SD of Wan 2014; then mean and SD of the transform by maximum likelihood at this power;
    then mean and SD of the data.

    The likelihood is that of the transformed quantiles, without the derivative of the transform,
    as in estmeansd, from which metafor and meta have the method. It therefore depends on the unit
    of the data, and favours a power of 0, log-normal data, the more the larger the numbers are;
    for numbers below 1 it may rise up to a power of 10, and nothing is estimated.
    The mean is integrated, where estmeansd draws 10,000 random numbers.
    """
    q = five.array
    if q[0] <= 0.0:
        return NotEstimable(reason=f"MLN needs data above 0, and the smallest quantile is {q[0]:g}")
    likelihood = OrderLikelihood.of(five.scenario, five.n)
    if any(
        count and low == high
        for count, low, high in zip(likelihood.gaps[1:], q, q[1:], strict=False)
    ):
        return NotEstimable(
            reason="MLN asks how likely people are between quantiles, and two are equal"
        )
    power = likeliest_power(five)
    if power == _GRID[-1]:
        return NotEstimable(
            reason=f"the likelihood of MLN still rises at the highest power, {power:g}, as it does "
            "in units in which the data lie below 1"
        )
    t = box_cox(q, power)
    mean = float(luo_weights(five.scenario, five.n) @ t)
    sd = float(wan_weights(five.scenario, five.n) @ t)
    location, scale = normal_maximum(likelihood, t, mean, sd)
    fitted = PowerNormal(location=location, scale=scale, power=power)
    mean, sd = fitted.moments()
    return Converted(mean=mean, sd=sd, note=f"power {power:.2f}", fitted=fitted)


def likeliest_power(five: FiveNumbers) -> float:
    """Return the power from 0 to 10 that makes the quantiles most likely.

    The largest of `profile` on a grid, and from there the root of its slope.
    """
    values = profile(five, _GRID)
    best = int(np.argmax(np.where(np.isfinite(values), values, -np.inf)))
    low, high = float(_GRID[max(best - 1, 0)]), float(_GRID[min(best + 1, _GRID.size - 1)])
    if _slope(five, low) <= 0.0:
        return low
    if _slope(five, high) >= 0.0:
        return high
    return bracketed_root(lambda power: _slope(five, power), low, high).value


def profile(five: FiveNumbers, power: FloatArray) -> FloatArray:
    """Return the log-likelihood for each power, with the mean of Luo and the SD of Wan."""
    with np.errstate(over="ignore", invalid="ignore"):  # powers at which the numbers overflow
        t = box_cox(five.array, power[:, None])
        mean = t @ luo_weights(five.scenario, five.n)
        sd = t @ wan_weights(five.scenario, five.n)
        u = (t - mean[:, None]) / sd[:, None]
        return OrderLikelihood.of(five.scenario, five.n).value(u, sd)


def _slope(five: FiveNumbers, power: float) -> float:
    """Return the derivative of `profile`."""
    t, dt = box_cox(five.array, power), box_cox_slope(five.array, power)
    w_mean, w_sd = luo_weights(five.scenario, five.n), wan_weights(five.scenario, five.n)
    sd, d_sd = w_sd @ t, w_sd @ dt
    u = (t - w_mean @ t) / sd
    du = (dt - w_mean @ dt - u * d_sd) / sd
    gradient, _ = OrderLikelihood.of(five.scenario, five.n).slopes(u)
    return float(gradient @ du - t.size * d_sd / sd)
