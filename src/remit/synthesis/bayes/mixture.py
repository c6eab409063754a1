"""Mixtures of normal distributions: what a coefficient or a true effect is, given the studies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from remit.core.checks import lock
from remit.core.numerics import bracketed_root

__all__ = ["NormalMixture", "make_mixture"]

FloatArray = npt.NDArray[np.float64]
_FORGET = 1e-22  # share in the probability and in the variance that no result can show
_GRID = 96
_ROOT_2PI = math.sqrt(2.0 * math.pi)
_DOUBLINGS = 1100  # from the smallest to the largest float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalMixture:
    """A mixture of normal distributions.

    Attributes
    ----------
    weight, mean, sd : (m,) array
        Of the components; the weights sum to 1.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def density(self, x: FloatArray) -> FloatArray:
        """Return the density at x (n,)."""
        z = (x[:, None] - self.mean) / self.sd
        value: FloatArray = np.exp(-0.5 * z * z) @ (self.weight / self.sd) / _ROOT_2PI
        return value

    def slope(self, x: FloatArray) -> FloatArray:
        """Return the derivative of the density at x (n,)."""
        z = (x[:, None] - self.mean) / self.sd
        value: FloatArray = (-z * np.exp(-0.5 * z * z)) @ (self.weight / self.sd**2) / _ROOT_2PI
        return value

    def cdf(self, x: float, *, upper_tail: bool = False) -> float:
        """Return the probability of a smaller (or larger) value."""
        z = (x - self.mean) / self.sd
        return float(ndtr(-z if upper_tail else z) @ self.weight)

    def first_moment(self) -> float:
        """Return the mean."""
        return float(self.weight @ self.mean)

    def std_dev(self) -> float:
        """Return the standard deviation."""
        centre = self.first_moment()
        return math.sqrt(float(self.weight @ (self.sd**2 + (self.mean - centre) ** 2)))

    def quantile(self, probability: float) -> float:
        """Return the quantile, by inverting the smaller tail."""
        if probability <= 0.0:
            return -math.inf
        if probability >= 1.0:
            return math.inf
        upper_tail = probability > 0.5
        target = 1.0 - probability if upper_tail else probability
        away = 1.0 if upper_tail else -1.0
        centre = self.first_moment_of_most_likely()
        scale = float(self.sd[np.argmax(self.weight)])

        def gap(step: float) -> float:
            return self.cdf(centre + away * step, upper_tail=upper_tail) - target

        low, high = 0.0, scale
        if gap(0.0) < 0.0:  # the quantile lies on the other side of the centre
            high = -scale
            while gap(high) < 0.0:
                low, high = high, 2.0 * high
        else:
            for _ in range(_DOUBLINGS):
                if gap(high) <= 0.0:
                    break
                low, high = high, 2.0 * high
        return centre + away * bracketed_root(gap, *sorted((low, high))).value

    def first_moment_of_most_likely(self) -> float:
        """Return the mean of the heaviest component, a safe centre for searches."""
        return float(self.mean[np.argmax(self.weight)])

    def modes(self) -> list[float]:
        """Return all local maxima; they lie between the smallest and largest component mean."""
        low, high = float(np.min(self.mean)), float(np.max(self.mean))
        if high - low <= 1e-14 * float(np.min(self.sd)):
            return [0.5 * (low + high)]
        thin = np.sort(self.mean)[:: max(1, self.mean.size // _GRID)]
        grid = np.unique(np.concatenate((np.linspace(low, high, _GRID), thin)))
        slope = self.slope(grid)
        found = [
            bracketed_root(lambda x: float(self.slope(np.array([x]))[0]), float(a), float(b)).value
            for a, b, x, y in zip(grid[:-1], grid[1:], slope[:-1], slope[1:], strict=True)
            if x > 0 >= y
        ]
        # at the ends the slope points inwards, unless it vanishes in rounding
        return found or [float(grid[int(np.argmax(self.density(grid)))])]

    def mode(self) -> float:
        """Return the highest local maximum."""
        found = np.array(self.modes())
        return float(found[int(np.argmax(self.density(found)))])

    def shortest(self, level: float) -> tuple[float, float]:
        """Return the shortest interval that holds ``level``: the density is equal at its ends."""
        if len(self.modes()) == 1:
            ends = self._newton(level)
            if ends is not None:
                return ends
        return self._scan(level)

    def _newton(self, level: float) -> tuple[float, float] | None:
        """Solve F(b) - F(a) = level and f(a) = f(b), from the central interval."""
        a, b = self.quantile(0.5 * (1.0 - level)), self.quantile(0.5 * (1.0 + level))
        for _ in range(40):
            x = np.array([a, b])
            fa, fb = self.density(x).tolist()
            da, db = self.slope(x).tolist()
            lost = level - (1.0 - self.cdf(a) - self.cdf(b, upper_tail=True))
            jump = fa - fb
            if da <= 0.0 or db >= 0.0:  # an end has crossed the mode
                return None
            determinant = fa * db - fb * da
            step_a = (fb * jump - lost * db) / determinant
            step_b = (fa * jump - lost * da) / determinant
            size = b - a
            if max(abs(step_a), abs(step_b)) > 0.5 * size:
                return None
            a, b = a + step_a, b + step_b
            if max(abs(step_a), abs(step_b)) <= 1e-13 * size:
                return a, b
        return None

    def _scan(self, level: float) -> tuple[float, float]:
        def ends(p: float) -> tuple[float, float]:
            return self.quantile(p), self.quantile(p + level)

        def gap(p: float) -> float:
            fa, fb = self.density(np.array(ends(p))).tolist()
            return float((fb - fa) / max(fa, fb))

        inner = np.linspace(0.0, 1.0, 42)[1:-1]
        outer = inner[0] * np.array([1e-6, 1e-3, 0.1])  # for tails of very unequal weight
        grid = (1.0 - level) * np.concatenate((outer, inner, 1.0 - outer[::-1]))
        found = [gap(float(p)) for p in grid]
        choices = [ends(float(p)) for p in grid]
        for a, b, x, y in zip(grid[:-1], grid[1:], found[:-1], found[1:], strict=True):
            if x > 0 >= y:
                choices.append(ends(bracketed_root(gap, float(a), float(b)).value))
        return min(choices, key=lambda pair: pair[1] - pair[0])


def make_mixture(weight: FloatArray, mean: FloatArray, sd: FloatArray) -> NormalMixture:
    """Return the mixture of the components that can be seen in any result."""
    size = sd / float(sd[np.argmax(weight)])
    seen = weight * np.maximum(1.0, size * size) > _FORGET
    return NormalMixture(weight=lock(weight[seen]), mean=lock(mean[seen]), sd=lock(sd[seen]))
