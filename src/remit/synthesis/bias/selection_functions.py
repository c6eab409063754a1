"""Selection functions applied to studies: weight of each, and probability of being seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import erf, log_ndtr, ndtr, ndtri

from remit.synthesis.bias.selection_kinds import SmoothKind

__all__ = [
    "Normaliser",
    "Pieces",
    "SelectionFunction",
    "Smooth",
    "log_p_values",
    "smooth",
    "step_pieces",
    "threshold_pieces",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_PANEL = 0.25  # width of a panel of nodes in z units
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(8)
_ROOT_2PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normaliser:
    """Probability that each study is seen, A, with derivatives.

    Attributes
    ----------
    value, by_mean, by_variance : (k,) float array
        A, and its derivatives by mean and marginal variance of the effect.
    by_delta : (q, k) float array
        Its derivatives by the selection parameters.
    """

    value: FloatArray
    by_mean: FloatArray
    by_variance: FloatArray
    by_delta: FloatArray


class SelectionFunction(Protocol):
    """What the likelihood needs to know of a selection function."""

    def log_weight(self, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log w of each study, (k,), and its derivatives, (q, k)."""

    def normaliser(self, mean: FloatArray, variance: FloatArray, delta: FloatArray) -> Normaliser:
        """Return the probability that each study is seen, given (k,) means and variances."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """A selection function that is constant between thresholds.

    Attributes
    ----------
    low, high : (s, k) float array
        Ends of each piece, in units of the effect.
    level : (s,) int array
        Which parameter is the weight in each piece.
    seen : (k,) int array
        Which parameter is the weight of each study.
    """

    low: FloatArray
    high: FloatArray
    level: IntArray
    seen: IntArray

    def log_weight(self, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log w of each study and its derivatives."""
        slope = (self.seen == np.arange(delta.size)[:, None]) / delta[:, None]
        return np.log(delta)[self.seen], slope

    def normaliser(self, mean: FloatArray, variance: FloatArray, delta: FloatArray) -> Normaliser:
        """Return the probability that each study is seen."""
        chance, by_mean, by_variance = _piece_chance(self.low, self.high, mean, variance)
        weight = delta[self.level]
        member = (self.level == np.arange(delta.size)[:, None]).astype(np.float64)
        return Normaliser(
            value=weight @ chance,
            by_mean=weight @ by_mean,
            by_variance=weight @ by_variance,
            by_delta=member @ chance,
        )


def _piece_chance(
    low: FloatArray, high: FloatArray, mean: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return normal probabilities of pieces, and derivatives by mean and variance, (s, k)."""
    error = np.sqrt(variance)
    a, b = (low - mean) / error, (high - mean) / error
    chance = np.where(a > 0, ndtr(-a) - ndtr(-b), ndtr(b) - ndtr(a))
    density_a, density_b = (np.exp(-0.5 * z * z) / _ROOT_2PI for z in (a, b))
    moment_a = np.where(np.isfinite(a), a, 0.0) * density_a
    moment_b = np.where(np.isfinite(b), b, 0.0) * density_b
    return chance, (density_a - density_b) / error, 0.5 * (moment_a - moment_b) / variance


def step_pieces(y: FloatArray, v: FloatArray, steps: FloatArray, *, two_sided: bool) -> Pieces:
    """Return the pieces of a step function of the p value (Hedges 1992; Vevea & Hedges 1995).

    Parameters
    ----------
    y, v : (k,) float array
        Effects, positive in the direction of selection, and sampling variances.
    steps : (c,) float array
        Ascending thresholds of the p value; the last is 1.
    two_sided : bool
        Whether p values are two-sided.
    """
    error = np.sqrt(v)
    tail = steps / 2.0 if two_sided else steps
    z = np.concatenate(([np.inf], -ndtri(tail)))
    z[-1] = 0.0 if two_sided else -np.inf
    low, high = z[1:, None] * error, z[:-1, None] * error
    level = np.arange(steps.size)
    log_p = log_p_values(y / error, two_sided=two_sided)[0]
    seen = np.minimum(np.searchsorted(np.log(steps), log_p, side="left"), steps.size - 1)
    if two_sided:
        low, high = np.vstack((low, -high)), np.vstack((high, -low))
        level = np.concatenate((level, level))
    return Pieces(low=low, high=high, level=level, seen=seen)


def threshold_pieces(y: FloatArray, threshold: float, below: npt.NDArray[np.bool_]) -> Pieces:
    """Return the pieces of a truncated distribution: weight delta below a threshold of y.

    Parameters
    ----------
    y : (k,) float array
        Effects, positive in the direction of selection.
    threshold : float
        Where the weight changes.
    below : (k,) bool array
        Which studies count as below it.
    """
    at, far = np.full(y.size, threshold), np.full(y.size, np.inf)
    return Pieces(
        low=np.vstack((at, -far)),
        high=np.vstack((far, at)),
        level=np.array([0, 1]),
        seen=below.astype(np.int64),
    )


def log_p_values(z: FloatArray, *, two_sided: bool) -> tuple[FloatArray, FloatArray]:
    """Return log p and log(1 - p) of test statistics, positive in the direction of selection."""
    if two_sided:
        size = np.abs(z)
        with np.errstate(divide="ignore"):
            rest: FloatArray = np.log(erf(size / np.sqrt(2.0)))
        return np.log(2.0) + log_ndtr(-size), rest
    return log_ndtr(-z), log_ndtr(z)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Smooth:
    """A selection function that is smooth in the p value, on a grid of test statistics.

    Attributes
    ----------
    kind : SmoothKind
        The function.
    error : (k,) float array
        Standard errors of the studies.
    prec : (k,) float array
        Measure of precision; 1 where none is used.
    by_study : bool
        Whether `prec` varies, so that each study has weights of its own.
    log_p, log_q : (k,) float array
        Of the studies' p values.
    z, width, node_log_p, node_log_q : (m,) float array
        Nodes, quadrature weights and p values at the nodes.
    low, high, end_log_p, end_log_q : (e,) float array
        Ends of the stretches where the function is constant, and p values there.
    cut : float
        log of the p value up to which w = 1; minus infinity for none.
    """

    kind: SmoothKind
    error: FloatArray
    prec: FloatArray
    by_study: bool
    log_p: FloatArray
    log_q: FloatArray
    z: FloatArray
    width: FloatArray
    node_log_p: FloatArray
    node_log_q: FloatArray
    low: FloatArray
    high: FloatArray
    end_log_p: FloatArray
    end_log_q: FloatArray
    cut: float

    def _weight(
        self, log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        value, slopes = self.kind.weight(log_p, log_q, delta, prec)
        free = log_p > self.cut
        parts = [np.where(free, slope, 0.0) for slope in np.broadcast_arrays(value, *slopes)]
        return parts[0], np.array(parts[1:])

    def log_weight(self, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log w of each study and its derivatives."""
        return self._weight(self.log_p, self.log_q, delta, self.prec)

    def normaliser(self, mean: FloatArray, variance: FloatArray, delta: FloatArray) -> Normaliser:
        """Return the probability that each study is seen.

        Gauss-Legendre panels where the function bends, closed forms where it is constant.
        """
        prec = self.prec[:, None] if self.by_study else np.ones((1, 1))
        log_w, slopes = self._weight(self.node_log_p, self.node_log_q, delta, prec)
        error = np.sqrt(variance)
        u = (self.z * self.error[:, None] - mean[:, None]) / error[:, None]
        scale = self.error / (error * _ROOT_2PI)
        mass = np.exp(log_w - 0.5 * u * u) * self.width * scale[:, None]
        low, high = self.low[:, None] * self.error, self.high[:, None] * self.error
        chance, by_mean, by_variance = _piece_chance(low, high, mean, variance)
        end_log_w, end_slopes = self._weight(self.end_log_p, self.end_log_q, delta, prec)
        end = np.exp(end_log_w).T  # (e, 1) or (e, k)
        by_delta = np.array(
            [
                (mass * slope).sum(axis=1) + (end * end_slope.T * chance).sum(axis=0)
                for slope, end_slope in zip(slopes, end_slopes, strict=True)
            ]
        )
        return Normaliser(
            value=mass.sum(axis=1) + (end * chance).sum(axis=0),
            by_mean=(mass * u).sum(axis=1) / error + (end * by_mean).sum(axis=0),
            by_variance=0.5 * (mass * (u * u - 1.0)).sum(axis=1) / variance
            + (end * by_variance).sum(axis=0),
            by_delta=by_delta,
        )


def smooth(
    kind: SmoothKind,
    y: FloatArray,
    v: FloatArray,
    *,
    two_sided: bool,
    prec: FloatArray | None = None,
    cut: float | None = None,
) -> Smooth:
    """Lay out the grid for a smooth selection function.

    Parameters
    ----------
    kind : SmoothKind
        The function.
    y, v : (k,) float array
        Effects, positive in the direction of selection, and sampling variances.
    two_sided : bool
        Whether p values are two-sided.
    prec : (k,) float array, optional
        Measure of precision, 1 for the least precise study.
    cut : float, optional
        p value up to which the weight is 1.
    """
    error = np.sqrt(v)
    edges = _edges(kind, two_sided, cut)
    half = 0.5 * np.diff(edges)
    z = (edges[:-1, None] + half[:, None] * (1.0 + _NODES)).ravel()
    width = (half[:, None] * _NODE_WEIGHTS).ravel()
    low, high = np.array([-np.inf, edges[-1]]), np.array([edges[0], np.inf])
    ends = np.array([edges[0], edges[-1]])
    if two_sided:
        z, width = np.concatenate((-z[::-1], z)), np.concatenate((width[::-1], width))
        low = np.array([-np.inf, -edges[0], edges[-1]])
        high = np.array([-edges[-1], edges[0], np.inf])
        ends = np.array([edges[-1], edges[0], edges[-1]])
    limits = (np.log(kind.p_min), np.log1p(-kind.p_min)) if kind.p_min > 0 else (-np.inf, np.inf)

    def logs(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        log_p, log_q = log_p_values(values, two_sided=two_sided)
        return np.clip(log_p, *limits), np.clip(log_q, *limits)

    log_p, log_q = logs(y / error)
    node_log_p, node_log_q = logs(z)
    end_log_p, end_log_q = logs(ends)
    return Smooth(
        kind=kind,
        error=error,
        prec=np.ones_like(y) if prec is None else prec,
        by_study=prec is not None,
        log_p=log_p,
        log_q=log_q,
        z=z,
        width=width,
        node_log_p=node_log_p,
        node_log_q=node_log_q,
        low=low,
        high=high,
        end_log_p=end_log_p,
        end_log_q=end_log_q,
        cut=-np.inf if cut is None else float(np.log(cut)),
    )


def _edges(kind: SmoothKind, two_sided: bool, cut: float | None) -> FloatArray:
    """Return the edges of the panels in z, from where to where the function bends."""
    share = 0.5 if two_sided else 1.0
    top = float(-ndtri(share * kind.p_min)) if kind.p_min > 0 else kind.reach
    if two_sided:
        bottom = float(ndtri(0.5 + 0.5 * kind.p_min)) if kind.p_min > 0 else 0.0
        inner = np.geomspace(bottom, _PANEL, 16) if bottom > 0 else np.array([0.0, _PANEL])
        edges = np.concatenate((inner, np.arange(2.0 * _PANEL, top, _PANEL), [top]))
    else:
        bottom = -top if kind.p_min > 0 else -9.0
        edges = np.concatenate(([bottom], np.arange(np.ceil(bottom), top, _PANEL), [top]))
    if cut is not None:
        edges = np.append(edges, -ndtri(share * cut))
    return np.unique(edges)
