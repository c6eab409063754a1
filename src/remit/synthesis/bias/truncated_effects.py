"""What effects that are each known to lie beyond a threshold say of their mean and spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, log_ndtr

from remit.core.numerics import bracketed_root, grid_maximum
from remit.synthesis.bias.selection_search import Summit, climb

__all__ = ["Region", "TruncatedEffects", "likelihood_region", "log_limit", "summit"]

FloatArray = npt.NDArray[np.float64]
_POINTS = 64  # of the scan over tau2: a ratio of about 1.5 between neighbours
_LARGEST = 2.0**40  # no tau2 is looked for beyond, in units of the squared spread
_ROOT_2 = float(np.sqrt(2.0))
_ROOT_2_OVER_PI = float(np.sqrt(2.0 / np.pi))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TruncatedEffects:
    """Log-likelihood of normal effects, each given its side of a threshold.

    The density of a study is phi(y; mu, v + tau2) / P(its side) (van Aert & van Assen 2018,
    eq. 1 and 2). For each tau2 it is an exponential family in mu, so that the log-likelihood is
    concave in mu: its maximum over mu and tau2 is that of a profile in tau2 alone.

    Attributes
    ----------
    y, v, edge : (k,) float array
        Effects, sampling variances and thresholds.
    above : (k,) bool array
        Which studies lie above their threshold; the others lie below.
    """

    y: FloatArray
    v: FloatArray
    edge: FloatArray
    above: npt.NDArray[np.bool_]

    @property
    def excess(self) -> FloatArray:
        """Distance of each effect from its threshold, (k,)."""
        return np.abs(self.y - self.edge)

    def value(self, mean: float, tau2: float) -> float:
        """Return the log-likelihood."""
        variance = self.v + tau2
        error, side = np.sqrt(variance), np.where(self.above, 1.0, -1.0)
        a = side * (mean - self.edge) / error
        # where a side is unlikely, its tail cancels most of the square: both are taken together
        near = -0.5 * (self.y - mean) ** 2 / variance - log_ndtr(np.maximum(a, -1.0))
        far = 0.5 * (self.y - self.edge) * (2.0 * mean - self.edge - self.y) / variance
        far = far - np.log(0.5 * erfcx(-np.minimum(a, 0.0) / _ROOT_2))
        parts = np.where(a < -1.0, far, near) - 0.5 * np.log(2.0 * np.pi * variance)
        return float(np.sum(parts))

    def gradient(self, mean: float, tau2: float) -> FloatArray:
        """Return the derivatives by mu and tau2, (2,)."""
        variance = self.v + tau2
        error, side = np.sqrt(variance), np.where(self.above, 1.0, -1.0)
        a = side * (mean - self.edge) / error
        hazard = _ROOT_2_OVER_PI / erfcx(-a / _ROOT_2)
        residual = self.y - mean
        far = a < -1.0
        left = np.where(far, hazard + a, hazard)
        by_mean = np.where(far, self.y - self.edge, residual) / variance - side * left / error
        square = np.where(
            far, (self.y - self.edge) * (self.edge + self.y - 2.0 * mean), residual**2
        )
        by_tau2 = 0.5 * (square / variance - 1.0 + a * left) / variance
        return np.array([np.sum(by_mean), np.sum(by_tau2)])

    def best_mean(self, tau2: float) -> float:
        """Return the mean at which the log-likelihood is highest for a tau2."""

        def score(mean: float) -> float:
            return float(self.gradient(mean, tau2)[0])

        w = 1.0 / (self.v + tau2)
        start, step = float(np.sum(w * self.y) / np.sum(w)), float(1.0 / np.sqrt(np.sum(w)))
        low, high = start, start
        while score(low) < 0.0:
            step *= 2.0
            low = start - step
        while score(high) > 0.0:
            step *= 2.0
            high = start + step
        return bracketed_root(score, low, high).value

    def profile(self, tau2: float) -> float:
        """Return the log-likelihood maximised over the mean."""
        return self.value(self.best_mean(tau2), tau2)

    def grid(self) -> FloatArray:
        """Return ascending values of tau2, 0 first, beyond which nothing happens."""
        spread = float(np.ptp(self.y) + np.max(self.excess)) ** 2
        high = 1e4 * (spread + float(self.v.max()))
        return np.concatenate(([0.0], np.geomspace(1e-2 * float(self.v.min()), high, _POINTS)))


def log_limit(effects: TruncatedEffects) -> float:
    """Return what the log-likelihood tends to as mu and tau2 run off together.

    With all studies on one side, mu / tau2 kept at -r and tau2 growing, the excess of each study
    becomes exponential with rate r; its likelihood is highest at r = 1 / (mean excess). With
    studies on both sides the log-likelihood falls without end.
    """
    if np.any(effects.above) and not np.all(effects.above):
        return -np.inf
    mean = float(np.mean(effects.excess))
    return np.inf if mean == 0.0 else -effects.y.size * (np.log(mean) + 1.0)


def summit(effects: TruncatedEffects) -> Summit | None:
    """Return the global maximum over mu and tau2 >= 0, or None where it runs off.

    The profile is scanned over tau2; each of its summits is finished by `climb`, and the highest
    is compared with `log_limit`.
    """
    limit = log_limit(effects)
    if limit == np.inf:
        return None
    grid = effects.grid()
    means = [effects.best_mean(float(t)) for t in grid]
    values = np.array([effects.value(m, float(t)) for m, t in zip(means, grid, strict=True)])
    padded = np.concatenate(([-np.inf], values, [-np.inf]))
    tops = np.flatnonzero((values >= padded[:-2]) & (values >= padded[2:]))

    def objective(theta: FloatArray) -> tuple[float, FloatArray]:
        mean, tau2 = float(theta[0]), float(theta[1])
        return effects.value(mean, tau2), effects.gradient(mean, tau2)

    starts = [np.array([means[i], grid[i]]) for i in tops if i < grid.size - 1]
    if not starts:
        return None
    found = climb(objective, starts, np.array([-np.inf, 0.0]), np.full(2, np.inf))
    return found if found.value > limit + 1e-8 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Ends of all means and all tau2 whose likelihood is high enough; possibly infinite."""

    mean_low: float
    mean_high: float
    tau2_low: float
    tau2_high: float


def likelihood_region(effects: TruncatedEffects, top: Summit, drop: float) -> Region:
    """Return the profile-likelihood intervals of mu and tau2.

    Parameters
    ----------
    effects : TruncatedEffects
        Studies.
    top : Summit
        Where the log-likelihood is highest.
    drop : float
        How far below it the log-likelihood may be.
    """
    target = top.value - drop
    endless = log_limit(effects) >= target
    best = float(top.x[1])
    grid = np.unique(np.append(effects.grid(), best))

    def room(tau2: float) -> float:
        return effects.profile(tau2) - target

    inside = np.array([room(float(t)) >= 0.0 for t in grid])
    low, high = _ends(room, grid, inside, endless=endless)
    reach = float(min(high, grid[-1]))
    span = np.unique(np.concatenate(([low], grid[(grid > low) & (grid < reach)], [reach])))
    up = grid_maximum(lambda t: _mean_end(effects, t, target, 1.0), span)[1]
    down = -grid_maximum(lambda t: -_mean_end(effects, t, target, -1.0), span)[1]
    if endless and effects.above[0]:
        down = -np.inf
    elif endless:
        up = np.inf
    return Region(mean_low=down, mean_high=up, tau2_low=low, tau2_high=high)


def _ends(
    room: Callable[[float], float],
    grid: FloatArray,
    inside: npt.NDArray[np.bool_],
    *,
    endless: bool,
) -> tuple[float, float]:
    """Return the outermost tau2 with room left below the summit."""
    places = np.flatnonzero(inside)
    first, last = int(places[0]), int(places[-1])
    low = 0.0
    if first > 0:
        low = bracketed_root(room, float(grid[first - 1]), float(grid[first])).value
    if endless:
        return low, np.inf
    near = float(grid[last])
    far = float(grid[last + 1]) if last + 1 < grid.size else 4.0 * near
    while room(far) >= 0.0:
        near, far = far, 4.0 * far
        if far > _LARGEST * float(grid[-1]):
            return low, np.inf
    return low, bracketed_root(room, near, far).value


def _mean_end(effects: TruncatedEffects, tau2: float, target: float, side: float) -> float:
    """Return the mean on one side at which the log-likelihood falls to the target."""
    best = effects.best_mean(tau2)

    def room(mean: float) -> float:
        return effects.value(mean, tau2) - target

    if room(best) <= 0.0:
        return best
    step = side * float(np.sqrt(np.min(effects.v) + tau2))
    while room(best + step) > 0.0:
        step *= 2.0
    return bracketed_root(room, min(best, best + step), max(best, best + step)).value
