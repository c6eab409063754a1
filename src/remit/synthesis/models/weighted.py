"""Weighted least squares at one value of tau2, in O(k p^2).

With weights a, s their roots and QR = diag(s) X: the hat values are the squared lengths of the
rows of Q, and P = diag(a) - diag(a) X (X' diag(a) X)^-1 X' diag(a) equals
diag(s) (I - QQ') diag(s). No k x k matrix is formed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from remit.synthesis.q_statistic import pair_weight

__all__ = [
    "WeightedFit",
    "leverage_complement",
    "p_trace",
    "pp_trace",
    "pvpv_trace",
    "weighted_fit",
]

FloatArray = npt.NDArray[np.float64]
_EXPLICIT = 0.2  # with 1 - h below this the pairs are summed one by one
_PAIRS = 2000  # as long as there are no more studies than this
_DOMINANT = 0.01  # 1 - h below this is computed without the study, else two digits are lost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedFit:
    """Least squares of y on X with weights a.

    Attributes
    ----------
    coef : (p,) array
        Coefficients.
    inverse : (p, p) array
        (X' diag(a) X)^-1.
    residual : (k,) array
        y - X coef.
    rss : float
        Weighted residual sum of squares, y' P y.
    basis : (k, p) array
        Orthonormal Q.
    weights : (k,) array
        The weights a.
    log_det : float
        Log determinant of X' diag(a) X.
    """

    coef: FloatArray
    inverse: FloatArray
    residual: FloatArray
    rss: float
    basis: FloatArray
    weights: FloatArray
    log_det: float


def weighted_fit(x: FloatArray, y: FloatArray, a: FloatArray) -> WeightedFit:
    """Fit y (k,) on x (k, p) with weights a (k,), all at least 0."""
    s = np.sqrt(a)
    if x.shape[1] == 1:
        length = float(np.sqrt(np.sum(a * x[:, 0] ** 2)))
        basis = (s * x[:, 0] / length)[:, None]
        triangle_inverse = np.array([[1.0 / length]])
        log_det = 2.0 * float(np.log(length))
    else:
        basis, triangle = np.linalg.qr(s[:, None] * x)
        triangle_inverse = solve_triangular(triangle, np.eye(x.shape[1]), check_finite=False)
        log_det = 2.0 * float(np.sum(np.log(np.abs(np.diag(triangle)))))
    coef = triangle_inverse @ (basis.T @ (s * y))
    residual = y - x @ coef
    step = triangle_inverse @ (basis.T @ (s * residual))  # one step of refinement
    coef, residual = coef + step, residual - x @ step
    return WeightedFit(
        coef=coef,
        inverse=triangle_inverse @ triangle_inverse.T,
        residual=residual,
        rss=float(np.sum(a * residual * residual)),
        basis=basis,
        weights=a,
        log_det=log_det,
    )


def _triangle(x: FloatArray) -> FloatArray:
    """Return the upper triangle R of x = QR."""
    triangle: FloatArray = np.linalg.qr(x)[1]
    return triangle


def leverage_complement(x: FloatArray, a: FloatArray, basis: FloatArray) -> FloatArray:
    """Return 1 - h for each study, to full precision even where h is close to 1.

    There it is 1 / (1 + a_i x_i' (X' A X without i)^-1 x_i), which subtracts nothing.
    """
    rest: FloatArray = 1.0 - np.sum(basis * basis, axis=1)
    for i in np.flatnonzero(rest < _DOMINANT):
        others = np.arange(a.size) != i
        triangle = _triangle(np.sqrt(a[others])[:, None] * x[others])
        size = np.abs(np.diag(triangle))
        if triangle.shape[0] < x.shape[1] or np.any(size == 0):
            rest[i] = 0.0
            continue
        u = solve_triangular(triangle, x[i], trans="T", check_finite=False)
        rest[i] = 1.0 / (1.0 + a[i] * float(u @ u))
    return rest


def p_trace(x: FloatArray, fit: WeightedFit) -> float:
    """Return tr(P)."""
    if x.shape[1] == 1 and np.ptp(x) == 0:
        return float(pair_weight(np.sort(fit.weights)[::-1]))
    return float(np.sum(fit.weights * leverage_complement(x, fit.weights, fit.basis)))


def pp_trace(x: FloatArray, fit: WeightedFit) -> float:
    """Return tr(PP), the sum of the squared entries of P."""
    a, basis = fit.weights, fit.basis
    rest = leverage_complement(x, a, basis)
    diagonal = float(np.sum((a * rest) ** 2))
    if x.shape[1] == 1:
        # P_ij = -a_i a_j x_i x_j / sum(a x^2): the squares, without those on the diagonal
        share = np.sort(a * basis[:, 0] ** 2)
        before = np.concatenate(([0.0], np.cumsum(share)[:-1]))
        return diagonal + 2.0 * float(np.sum(share * before))
    if a.size <= _PAIRS and np.any(rest < _EXPLICIT):
        scaled = np.sqrt(a)[:, None] * basis
        pairs = scaled @ scaled.T
        np.fill_diagonal(pairs, 0.0)
        return diagonal + float(np.sum(pairs * pairs))
    h = np.sum(basis * basis, axis=1)
    m = basis.T @ (a[:, None] * basis)
    return diagonal + max(0.0, float(np.sum(m * m)) - float(np.sum((a * h) ** 2)))


def pvpv_trace(fit: WeightedFit, u: FloatArray, v: FloatArray) -> float:
    """Return tr(P U P V) for diagonal U and V."""
    a, basis = fit.weights, fit.basis
    h = np.sum(basis * basis, axis=1)
    m_u = basis.T @ ((a * u)[:, None] * basis)
    m_v = basis.T @ ((a * v)[:, None] * basis)
    return float(np.sum(a * a * u * v * (1.0 - 2.0 * h)) + np.sum(m_u * m_v))
