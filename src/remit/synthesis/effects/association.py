"""How strongly two yes-or-no variables go together: array functions of a 2x2 table."""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = ["phi_coefficient", "phi_fisher_z", "yules_q", "yules_y"]


def phi_coefficient(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return the phi coefficient.

    ``vtype`` is how people were sampled: ``CS`` (and ``LS``) fixes only the total (Bishop,
    Fienberg & Holland 1975, ch. 11), ``ST`` fixes the sizes of the two groups (delta method
    on two independent binomials).
    """
    n1, n2 = ai + bi, ci + di
    total, x, y = n1 + n2, ai + ci, bi + di
    phi = (ai * di - bi * ci) / (np.sqrt(n1) * np.sqrt(n2) * np.sqrt(x) * np.sqrt(y))
    row, column = n1 / total, x / total
    if vtype == "ST":
        return EffectVariance(phi, _stratified(ai / n1, ci / n2, n1, n2))
    skew_row = (1 - 2 * row) / np.sqrt(row * (1 - row))
    skew_column = (1 - 2 * column) / np.sqrt(column * (1 - column))
    bracket = 1 - phi**2 + phi * (1 + 0.5 * phi**2) * skew_row * skew_column
    return EffectVariance(phi, (bracket - 0.75 * phi**2 * (skew_row**2 + skew_column**2)) / total)


def phi_fisher_z(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return Fisher's z of the phi coefficient; variance by the delta method."""
    phi, variance = phi_coefficient(ai, bi, ci, di, vtype=vtype)
    return EffectVariance(np.arctanh(phi), variance / (1 - phi**2) ** 2)


def yules_q(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> EffectVariance:
    """Return Yule's Q; variance (1 - Q^2)^2 (1/a + 1/b + 1/c + 1/d) / 4 (Yule 1912)."""
    q = (ai * di - bi * ci) / (ai * di + bi * ci)
    return EffectVariance(q, 0.25 * (1 - q**2) ** 2 * _inverse_sum(ai, bi, ci, di))


def yules_y(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> EffectVariance:
    """Return Yule's Y; variance (1 - Y^2)^2 (1/a + 1/b + 1/c + 1/d) / 16 (Yule 1912)."""
    same, other = np.sqrt(ai) * np.sqrt(di), np.sqrt(bi) * np.sqrt(ci)
    y = (same - other) / (same + other)
    return EffectVariance(y, (1 - y**2) ** 2 * _inverse_sum(ai, bi, ci, di) / 16.0)


def _stratified(p1: FloatArray, p2: FloatArray, n1: FloatArray, n2: FloatArray) -> FloatArray:
    """Return the variance of phi = (p1 - p2) sqrt(f(1-f)) / sqrt(p(1-p)) with f = n1/N fixed."""
    share = n1 / (n1 + n2)
    p = share * p1 + (1 - share) * p2
    spread = np.sqrt(p * (1 - p))
    bend = (p1 - p2) * (1 - 2 * p) / (2 * spread**3)
    slope1, slope2 = 1 / spread - bend * share, -1 / spread - bend * (1 - share)
    inner = slope1**2 * p1 * (1 - p1) / n1 + slope2**2 * p2 * (1 - p2) / n2
    return np.asarray(share * (1 - share) * inner)


def _inverse_sum(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> FloatArray:
    return 1.0 / ai + 1.0 / bi + 1.0 / ci + 1.0 / di
