"""Score of the likelihood of tau2, for many values of tau2 at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.models.weighted import leverage_complement
from remit.synthesis.q_statistic import pair_weight

__all__ = ["Score", "is_mean_model", "scalar_score", "score"]

FloatArray = npt.NDArray[np.float64]
_CHUNK = 1_000_000  # numbers held at once while many values are evaluated
_DOMINANT = 0.01  # see `leverage_complement`
_EVEN = 0.5  # with no larger share of the weight, sum(w) - sum(w^2)/sum(w) loses one bit at most
_MANY = 1000  # studies from which on one value is had by the normal equations
_CONDITION = 1e-4  # least ratio of their eigenvalues: four digits of sixteen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """Score at m values of tau2; all arrays are (m,).

    Attributes
    ----------
    value : array
        (y' P P y - tr(P)) / 2 for REML, (y' P P y - tr(W)) / 2 for ML.
    slope : array
        Derivative of ``value`` by tau2.
    size : array
        The sum of the two terms instead of their difference, which rounding errors scale with.
    """

    value: FloatArray
    slope: FloatArray
    size: FloatArray


def is_mean_model(x: FloatArray) -> bool:
    """Tell whether the design is one constant column."""
    return x.shape[1] == 1 and bool((x == x[0]).all())


def score(x: FloatArray, y: FloatArray, v: FloatArray, tau2: FloatArray, reml: bool) -> Score:
    """Return the score of the log-likelihood profiled over the coefficients.

    With W = diag(1/(v + tau2)) and P = W - WX(X'WX)^-1 X'W the derivatives by tau2 are
    d(y'Py) = -y'PPy, d log|V| = tr(W), d(log|V| + log|X'WX|) = tr(P) and d tr(P) = -tr(PP)
    (Harville 1977, sec. 4; Viechtbauer 2005, eqs 12 and 14).

    Parameters
    ----------
    x, y, v : (k, p), (k,), (k,) arrays
        Design, effects, sampling variances.
    tau2 : (m,) array
        Values to evaluate at.
    reml : bool
        Restricted likelihood.
    """
    k, p = x.shape
    mean_model = is_mean_model(x)
    rows = max(1, _CHUNK // (k if mean_model else k * p))
    parts = [
        _mean_score(y, v, tau2[i : i + rows], reml)
        if mean_model
        else _design_score(x, y, v, tau2[i : i + rows], reml)
        for i in range(0, tau2.size, rows)
    ]
    return Score(
        value=np.concatenate([part.value for part in parts]),
        slope=np.concatenate([part.slope for part in parts]),
        size=np.concatenate([part.size for part in parts]),
    )


def scalar_score(
    x: FloatArray, y: FloatArray, v: FloatArray, reml: bool
) -> Callable[[float], float]:
    """Return the score as a function of one tau2; with many studies ``x`` must be orthonormal."""
    if is_mean_model(x):
        return lambda tau2: _mean_score_at(y, v, tau2, reml)
    many = y.size >= _MANY

    def evaluate(tau2: float) -> float:
        found = _normal_equations(x, y, v, tau2, reml) if many else None
        if found is None:
            found = float(_design_score(x, y, v, np.array([tau2]), reml).value[0])
        return found

    return evaluate


def _mean_score_at(y: FloatArray, v: FloatArray, tau2: float, reml: bool) -> float:
    w = 1.0 / (v + tau2)
    total = float(w.sum())
    u = y - float(w @ y) / total
    u *= w
    trace = total
    if reml:
        even = float(w.max()) <= _EVEN * total
        trace = total - float(w @ w) / total if even else float(pair_weight(w))
    return 0.5 * (float(u @ u) - trace)


def _mean_score(y: FloatArray, v: FloatArray, tau2: FloatArray, reml: bool) -> Score:
    w = 1.0 / (v + tau2[:, None])
    w2 = w * w
    total = w.sum(axis=1)
    r = y - ((w * y).sum(axis=1) / total)[:, None]
    u = w2 * r
    fit = (u * r).sum(axis=1)
    slope = -2.0 * (u * w * r).sum(axis=1) + 2.0 * u.sum(axis=1) ** 2 / total
    a = w2.sum(axis=1)
    trace, trace_slope = total, -a
    if reml:
        b = (w2 * w).sum(axis=1)
        trace, trace_slope = pair_weight(w), -a + 2.0 * b / total - (a / total) ** 2
    return Score(
        value=0.5 * (fit - trace), slope=0.5 * (slope - trace_slope), size=0.5 * (fit + trace)
    )


def _design_score(
    x: FloatArray, y: FloatArray, v: FloatArray, tau2: FloatArray, reml: bool
) -> Score:
    w = 1.0 / (v + tau2[:, None])
    s = np.sqrt(w)
    basis = np.linalg.qr(s[:, :, None] * x)[0]
    u = s * _outside(basis, s * y)  # W r = P y
    fit = np.sum(u * u, axis=1)
    slope = -2.0 * np.sum(_outside(basis, s * u) ** 2, axis=1)
    if reml:
        trace, pp = _traces(x, w, basis)
    else:
        trace, pp = w.sum(axis=1), np.sum(w * w, axis=1)
    return Score(value=0.5 * (fit - trace), slope=0.5 * (slope + pp), size=0.5 * (fit + trace))


def _normal_equations(
    x: FloatArray, y: FloatArray, v: FloatArray, tau2: float, reml: bool
) -> float | None:
    """Return the score by the normal equations, or None where they would lose digits."""
    w = 1.0 / (v + tau2)
    wx = w[:, None] * x
    gram = x.T @ wx
    eigenvalues = np.linalg.eigvalsh(gram)
    total = float(w.sum())
    if eigenvalues[0] < _CONDITION * eigenvalues[-1]:
        return None
    r = y - x @ np.linalg.solve(gram, wx.T @ y)
    r = r - x @ np.linalg.solve(gram, wx.T @ r)
    u = w * r
    trace = total
    if reml:
        trace = total - float(np.trace(np.linalg.solve(gram, wx.T @ wx)))
        if trace < _EVEN * total:
            return None
    return 0.5 * (float(u @ u) - trace)


def _outside(basis: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return what of each vector (m, k) lies outside its basis (m, k, p)."""
    rest = vectors
    for _ in range(2):  # the second pass removes the rounding of the first
        inside = np.matmul(basis, np.matmul(basis.transpose(0, 2, 1), rest[:, :, None]))
        rest = rest - inside[:, :, 0]
    return rest


def _traces(x: FloatArray, w: FloatArray, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return tr(P) and tr(PP), (m,) each."""
    h = np.sum(basis * basis, axis=2)
    rest = 1.0 - h
    for i in np.flatnonzero(np.any(rest < _DOMINANT, axis=1)):
        rest[i] = leverage_complement(x, w[i], basis[i])
    m = np.matmul(basis.transpose(0, 2, 1), w[:, :, None] * basis)
    off_diagonal = np.sum(m * m, axis=(1, 2)) - np.sum((w * h) ** 2, axis=1)
    pp = np.sum((w * rest) ** 2, axis=1) + np.maximum(0.0, off_diagonal)
    trace: FloatArray = np.sum(w * rest, axis=1)
    return trace, pp
