"""Which distributions can stand behind quantiles: quantiles, moments and samples of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammaincinv, gammaln, ndtri

__all__ = ["SCALE_FAMILIES", "Beta", "Normal", "ScaleFamily", "Scaled"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """Normal data with mean and SD."""

    mean: float
    sd: float

    def quantiles(self, p: FloatArray) -> FloatArray:
        """Return the quantiles at p."""
        return self.mean + self.sd * np.asarray(ndtri(p))

    def moments(self) -> tuple[float, float]:
        """Return mean and SD."""
        return self.mean, self.sd

    def draw(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Return a sample."""
        return rng.normal(self.mean, self.sd, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFamily:
    """A family of positive data with a shape, up to a scale.

    Attributes
    ----------
    name : str
        Such as ``log-normal``.
    shape_name : str
        What its shape is called.
    unit_quantile : callable
        From p and the logarithm of the shape, arrays that broadcast, to quantiles at scale 1.
    unit_moments : callable
        From the shape to mean and SD at scale 1.
    unit_draw : callable
        From generator, shape and size to a sample at scale 1.
    shapes : (float, float)
        Shapes among which the best is looked for.
    """

    name: str
    shape_name: str
    unit_quantile: Callable[[FloatArray, FloatArray], FloatArray]
    unit_moments: Callable[[float], tuple[float, float]]
    unit_draw: Callable[[np.random.Generator, float, int], FloatArray]
    shapes: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """One distribution of a family.

    Attributes
    ----------
    family : ScaleFamily
        The family.
    shape, scale : float
        Its parameters.
    """

    family: ScaleFamily
    shape: float
    scale: float

    def quantiles(self, p: FloatArray) -> FloatArray:
        """Return the quantiles at p."""
        return self.scale * self.family.unit_quantile(p, np.array(math.log(self.shape)))

    def moments(self) -> tuple[float, float]:
        """Return mean and SD."""
        mean, sd = self.family.unit_moments(self.shape)
        return self.scale * mean, self.scale * sd

    def draw(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Return a sample."""
        return self.scale * self.family.unit_draw(rng, self.shape, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta:
    """Data between 0 and 1 with two shapes."""

    a: float
    b: float

    def quantiles(self, p: FloatArray) -> FloatArray:
        """Return the quantiles at p."""
        return np.asarray(betaincinv(self.a, self.b, p))

    def moments(self) -> tuple[float, float]:
        """Return mean and SD."""
        total = self.a + self.b
        return self.a / total, math.sqrt(self.a * self.b / (total + 1.0)) / total

    def draw(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Return a sample."""
        return rng.beta(self.a, self.b, size)


def _log_normal_moments(sigma: float) -> tuple[float, float]:
    mean = math.exp(0.5 * sigma**2)
    return mean, mean * math.sqrt(math.expm1(sigma**2))


def _weibull_moments(shape: float) -> tuple[float, float]:
    first, second = float(gammaln(1.0 + 1.0 / shape)), float(gammaln(1.0 + 2.0 / shape))
    mean = math.exp(first)
    return mean, mean * math.sqrt(math.expm1(second - 2.0 * first))


#: Families of McGrath 2020 besides normal and beta. The scale of the gamma is its mean, which
#: hardly moves with the shape.
SCALE_FAMILIES = (
    ScaleFamily(
        name="log-normal",
        shape_name="SD of the logarithm",
        unit_quantile=lambda p, theta: np.exp(np.exp(theta) * ndtri(p)),
        unit_moments=_log_normal_moments,
        unit_draw=lambda rng, sigma, size: rng.lognormal(0.0, sigma, size),
        shapes=(1e-5, 10.0),
    ),
    ScaleFamily(
        name="gamma",
        shape_name="shape",
        unit_quantile=lambda p, theta: gammaincinv(np.exp(theta), p) * np.exp(-theta),
        unit_moments=lambda shape: (1.0, 1.0 / math.sqrt(shape)),
        unit_draw=lambda rng, shape, size: rng.gamma(shape, 1.0 / shape, size),
        shapes=(1e-2, 1e8),
    ),
    ScaleFamily(
        name="Weibull",
        shape_name="shape",
        unit_quantile=lambda p, theta: (-np.log1p(-p)) ** np.exp(-theta),
        unit_moments=_weibull_moments,
        unit_draw=lambda rng, shape, size: rng.weibull(shape, size),
        shapes=(0.05, 1e6),
    ),
)
