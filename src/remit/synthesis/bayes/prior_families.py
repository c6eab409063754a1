"""Densities of the priors for tau, with their slopes and their behaviour at both ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, ndtr, ndtri, stdtr, stdtrit

__all__ = ["FAMILIES", "Family"]

FloatArray = npt.NDArray[np.float64]
Parameters = tuple[float, ...]
OfTau = Callable[[FloatArray, Parameters, FloatArray], FloatArray]
OfPoint = Callable[[FloatArray, Parameters], FloatArray]
_LOG_2PI = math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of priors for tau.

    Attributes
    ----------
    names : tuple of str
        Names of the parameters.
    log_density : callable
        Log density at tau (m,), given the parameters and the (k,) sampling variances; without
        its constant where the prior is improper or the constant has no closed form.
    slope : callable
        Derivative of ``log_density`` in log tau.
    tail : float
        Exponent a of the tail, density ~ tau^-a; infinite where lighter than any power.
    at_zero : float
        Density at tau = 0: 0, infinite, or 1 for finite and positive.
    proper : bool
        Whether the density integrates to a finite number.
    normalised : bool
        Whether ``log_density`` integrates to one.
    needs_studies : int
        Number of studies below which the density is not defined, 0 where it uses no variances.
    cdf, quantile : callable or None
        Distribution function and its inverse, where they need the parameters only.
    """

    names: tuple[str, ...] = ()
    log_density: OfTau
    slope: OfTau
    tail: float
    at_zero: float
    proper: bool = True
    normalised: bool = True
    needs_studies: int = 0
    cdf: OfPoint | None = None
    quantile: OfPoint | None = None


def _log_half_t(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    df, scale = par
    constant = (
        math.log(2.0)
        + float(gammaln(0.5 * (df + 1.0)) - gammaln(0.5 * df))
        - 0.5 * math.log(df * math.pi)
        - math.log(scale)
    )
    log_density: FloatArray = constant - 0.5 * (df + 1.0) * np.log1p((t / scale) ** 2 / df)
    return log_density


def _slope_half_t(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    df, scale = par
    u2 = (t / scale) ** 2
    return -(df + 1.0) * u2 / (df + u2)


def _log_log_normal(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    location, scale = par
    log_t = np.log(t)
    z = (log_t - location) / scale
    density: FloatArray = -log_t - math.log(scale) - 0.5 * _LOG_2PI - 0.5 * z * z
    return density


def _log_log_t(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    location, scale, df = par
    log_t = np.log(t)
    z = (log_t - location) / scale
    constant = (
        float(gammaln(0.5 * (df + 1.0)) - gammaln(0.5 * df))
        - 0.5 * math.log(df * math.pi)
        - math.log(scale)
    )
    density: FloatArray = constant - 0.5 * (df + 1.0) * np.log1p(z * z / df) - log_t
    return density


def _slope_log_t(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    location, scale, df = par
    z = (np.log(t) - location) / scale
    slope: FloatArray = -1.0 - (df + 1.0) * z / (df + z * z) / scale
    return slope


def _total(t: FloatArray, v: FloatArray) -> FloatArray:
    """Return the (m, k) total variances."""
    return v + (t * t)[:, None]


def _log_jeffreys(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    # scaled by the largest weight, so that squares neither over- nor underflow
    first = float(np.min(v)) + t * t
    ratio = first[:, None] / _total(t, v)
    density: FloatArray = np.log(t) - np.log(first) + 0.5 * np.log(np.sum(ratio**2, axis=1))
    return density


def _slope_jeffreys(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    first = float(np.min(v)) + t * t
    ratio = first[:, None] / _total(t, v)
    cubes, squares = np.sum(ratio**3, axis=1), np.sum(ratio**2, axis=1)
    slope: FloatArray = 1.0 - 2.0 * (t * t / first) * cubes / squares
    return slope


def _power_of_total(power: float) -> tuple[OfTau, OfTau]:
    """Return tau * prod(v + tau^2)^(-power/k) and its slope."""

    def log_density(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
        density: FloatArray = np.log(t) - power * np.mean(np.log(_total(t, v)), axis=1)
        return density

    def slope(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
        share = (t * t)[:, None] / _total(t, v)
        found: FloatArray = 1.0 - 2.0 * power * np.mean(share, axis=1)
        return found

    return log_density, slope


def _uniform_share(typical: Callable[[FloatArray], float]) -> tuple[OfTau, OfTau]:
    """Return the density of tau under which tau^2/(s + tau^2) is uniform, and its slope."""

    def log_density(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
        s = typical(v)
        density: FloatArray = math.log(2.0 * s) + np.log(t) - 2.0 * np.log(s + t * t)
        return density

    def slope(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
        found: FloatArray = 1.0 - 4.0 * t * t / (typical(v) + t * t)
        return found

    return log_density, slope


def _harmonic_mean(v: FloatArray) -> float:
    return float(v.size / np.sum(1.0 / v))


def _higgins_thompson(v: FloatArray) -> float:
    """Return the typical variance (Higgins & Thompson 2002, eq. 9)."""
    w = 1.0 / v
    before = np.concatenate(([0.0], np.cumsum(w)[:-1]))
    return float((v.size - 1) * np.sum(w) / (2.0 * np.sum(w * before)))


def _log_dumouchel(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    s = math.sqrt(_harmonic_mean(v))
    density: FloatArray = math.log(s) - 2.0 * np.log(s + t)
    return density


def _slope_dumouchel(t: FloatArray, par: Parameters, v: FloatArray) -> FloatArray:
    return -2.0 * t / (math.sqrt(_harmonic_mean(v)) + t)


_BERGER_DEELY, _CONVENTIONAL = _power_of_total(1.0), _power_of_total(1.5)
_SHRINKAGE, _I2 = _uniform_share(_harmonic_mean), _uniform_share(_higgins_thompson)

FAMILIES: dict[str, Family] = {
    "half-normal": Family(
        names=("scale",),
        log_density=lambda t, p, v: (
            0.5 * math.log(2.0 / math.pi) - math.log(p[0]) - 0.5 * (t / p[0]) ** 2
        ),
        slope=lambda t, p, v: -((t / p[0]) ** 2),
        tail=math.inf,
        at_zero=1.0,
        cdf=lambda t, p: 2.0 * ndtr(t / p[0]) - 1.0,
        quantile=lambda q, p: -p[0] * ndtri(0.5 * (1.0 - q)),
    ),
    "half-t": Family(
        names=("df", "scale"),
        log_density=_log_half_t,
        slope=_slope_half_t,
        tail=math.nan,  # df + 1, see TauPrior.tail
        at_zero=1.0,
        cdf=lambda t, p: 2.0 * stdtr(p[0], t / p[1]) - 1.0,
        quantile=lambda q, p: -p[1] * stdtrit(p[0], 0.5 * (1.0 - q)),
    ),
    "exponential": Family(
        names=("rate",),
        log_density=lambda t, p, v: math.log(p[0]) - p[0] * t,
        slope=lambda t, p, v: -p[0] * t,
        tail=math.inf,
        at_zero=1.0,
        cdf=lambda t, p: -np.expm1(-p[0] * t),
        quantile=lambda q, p: -np.log1p(-q) / p[0],
    ),
    "log-normal": Family(
        names=("location", "scale"),
        log_density=_log_log_normal,
        slope=lambda t, p, v: -1.0 - (np.log(t) - p[0]) / p[1] ** 2,
        tail=math.inf,
        at_zero=0.0,
        cdf=lambda t, p: ndtr((np.log(t) - p[0]) / p[1]),
        quantile=lambda q, p: np.exp(p[0] + p[1] * ndtri(q)),
    ),
    "log-t": Family(
        names=("location", "scale", "df"),
        log_density=_log_log_t,
        slope=_slope_log_t,
        tail=1.0,
        at_zero=math.inf,
        cdf=lambda t, p: stdtr(p[2], (np.log(t) - p[0]) / p[1]),
        quantile=lambda q, p: np.exp(p[0] + p[1] * stdtrit(p[2], q)),
    ),
    "uniform": Family(
        names=("upper",),
        log_density=lambda t, p, v: np.where(t <= p[0], -math.log(p[0]), -np.inf),
        slope=lambda t, p, v: np.zeros_like(t),
        tail=math.inf,
        at_zero=1.0,
        cdf=lambda t, p: np.minimum(t / p[0], 1.0),
        quantile=lambda q, p: p[0] * q,
    ),
    "improper uniform": Family(
        log_density=lambda t, p, v: np.zeros_like(t),
        slope=lambda t, p, v: np.zeros_like(t),
        tail=0.0,
        at_zero=1.0,
        proper=False,
        normalised=False,
    ),
    "sqrt": Family(
        log_density=lambda t, p, v: -0.5 * np.log(t),
        slope=lambda t, p, v: np.full_like(t, -0.5),
        tail=0.5,
        at_zero=math.inf,
        proper=False,
        normalised=False,
    ),
    "Jeffreys": Family(
        log_density=_log_jeffreys,
        slope=_slope_jeffreys,
        tail=1.0,
        at_zero=0.0,
        proper=False,
        normalised=False,
        needs_studies=1,
    ),
    "BergerDeely": Family(
        log_density=_BERGER_DEELY[0],
        slope=_BERGER_DEELY[1],
        tail=1.0,
        at_zero=0.0,
        proper=False,
        normalised=False,
        needs_studies=1,
    ),
    "conventional": Family(
        log_density=_CONVENTIONAL[0],
        slope=_CONVENTIONAL[1],
        tail=2.0,
        at_zero=0.0,
        normalised=False,
        needs_studies=1,
    ),
    "DuMouchel": Family(
        log_density=_log_dumouchel,
        slope=_slope_dumouchel,
        tail=2.0,
        at_zero=1.0,
        needs_studies=1,
    ),
    "shrinkage": Family(
        log_density=_SHRINKAGE[0],
        slope=_SHRINKAGE[1],
        tail=3.0,
        at_zero=0.0,
        needs_studies=1,
    ),
    "I2": Family(
        log_density=_I2[0],
        slope=_I2[1],
        tail=3.0,
        at_zero=0.0,
        needs_studies=2,
    ),
}
