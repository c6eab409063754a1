"""Where to take the integrand: trapezoidal grids about each study's mode.

For analytic integrands the trapezoidal rule converges geometrically in the step (Trefethen &
Weideman 2014, SIAM Review 56:385), also for studies with no event or only events, where
Gauss-Hermite rules converge slowly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Arm, log_data, slopes

__all__ = ["line_grid", "line_mode", "spaced", "span"]

FloatArray = npt.NDArray[np.float64]
# Step in units of eta: the integrand is bounded in a strip of half-width pi (binomial counts) or
# pi/2 (Poisson counts), so the error is about exp(-2 pi (pi/2)/0.25), below 1e-17, or its square.
_STEP = 0.25
_STEP_SD = 0.5  # in SDs of the integrand; a normal integrand then errs by exp(-2 pi^2/0.5^2)
_DROP = 40.0  # the integrand is cut where it has fallen by exp(-40)
_REACH = 9.0  # SDs that are looked at first
_LONGEST_STEP = 4.0


def line_mode(
    arms: tuple[Arm, ...],
    mean: FloatArray,
    tau2: float,
    alpha: FloatArray | float,
    start: FloatArray | None = None,
    close: float = 1e-4,
) -> tuple[FloatArray, FloatArray]:
    """Return the mode (k, 1) of f(theta) N(theta; mean, tau2) and its spread (k, 1).

    The integrand is log-concave: Newton steps, halved where they leave the bracket, find its one
    mode. With tau2 infinite it is the mode of f.

    Parameters
    ----------
    arms : tuple of Arm
        The counts.
    mean : (k,) array
        Centre of the normal density.
    tau2 : float
        Its variance.
    alpha : (k, 1) array or 0
        Bases.
    start : (k, 1) array or None
        Where to start from; None means the mean.
    close : float
        Size of the last step, in spreads, that is good enough; the step is quadratic, and the
        centre of a grid need not be exact.
    """
    centre = mean[:, None]
    theta = centre.copy() if start is None else start.copy()
    low, high = np.full(theta.shape, -np.inf), np.full(theta.shape, np.inf)
    for _ in range(100):
        at = slopes(arms, theta, alpha, 2)
        slope = at[(0, 1)] - (theta - centre) / tau2
        spread = 1.0 / np.sqrt(1.0 / tau2 - at[(0, 2)])
        step = np.clip(slope * spread**2, -_LONGEST_STEP, _LONGEST_STEP)
        if np.max(np.abs(step) / spread) < close:
            break
        low, high = np.where(slope > 0, theta, low), np.where(slope < 0, theta, high)
        new = theta + step
        outside = (new <= low) | (new >= high)
        both = np.isfinite(low) & np.isfinite(high)
        middle = np.where(both, 0.5 * np.add(low, high, where=both, out=new.copy()), new)
        theta = np.where(outside, middle, new)
    return theta, spread


def span(
    log_integrand: Callable[[FloatArray], FloatArray], mode: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return where a log-concave integrand has fallen by exp(-40) on either side, or farther.

    Parameters
    ----------
    log_integrand : callable
        From (k, 1) places to (k, 1) logarithms.
    mode, spread : (k, 1) array
        Highest place, and SD there.
    """
    top = log_integrand(mode)
    ends = []
    for side in (-1.0, 1.0):
        reach = _REACH * spread
        for _ in range(80):
            short = log_integrand(mode + side * reach) > top - _DROP
            if not np.any(short):
                break
            reach = np.where(short, 1.5 * reach, reach)
        ends.append(mode + side * reach)
    return ends[0], ends[1]


def spaced(
    low: FloatArray, high: FloatArray, spread: FloatArray, slope: float, refine: float
) -> tuple[FloatArray, FloatArray]:
    """Return equally spaced places (k, m) between the ends, and each study's step (k, 1).

    Parameters
    ----------
    low, high, spread : (k, 1) array
        Ends, and SD of the integrand.
    slope : float
        The largest number of units that eta moves per unit of the place.
    refine : float
        Factor on the number of places.
    """
    width = high - low
    wanted = np.minimum(_STEP / slope, _STEP_SD * spread)
    points = int(np.ceil(refine * np.max(width / wanted))) + 1
    return low + width * np.linspace(0.0, 1.0, points), width / (points - 1)


def line_grid(
    arms: tuple[Arm, ...], mean: FloatArray, tau2: float, alpha: FloatArray | float, refine: float
) -> tuple[FloatArray, FloatArray]:
    """Return places (k, m) and steps (k, 1) for the integral of f(theta) N(theta; mean, tau2)."""
    mode, spread = line_mode(arms, mean, tau2, alpha)

    def log_integrand(theta: FloatArray) -> FloatArray:
        return log_data(arms, theta, alpha) - 0.5 * (theta - mean[:, None]) ** 2 / tau2

    low, high = span(log_integrand, mode, spread)
    slope = max(abs(arm.on_effect) for arm in arms)
    return spaced(low, high, spread, slope, refine)
