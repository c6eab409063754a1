"""Correlations between two quantities, raw, corrected and transformed."""

from __future__ import annotations

import numpy as np
from scipy.special import hyp2f1

from remit.synthesis.effects.kernel import EffectVariance, FloatArray, size_weighted_mean

__all__ = [
    "correlation",
    "correlation_from_t",
    "fisher_z",
    "partial_correlation",
    "partial_fisher_z",
    "r_squared",
    "r_squared_fisher_z",
    "semipartial_correlation",
    "semipartial_fisher_z",
    "unbiased_correlation",
]

_SERIES_FROM = 100.0


def correlation_from_t(ti: FloatArray, ni: FloatArray) -> FloatArray:
    """Return the correlation behind a t statistic with n - 2 degrees of freedom."""
    return ti / np.sqrt(ti**2 + ni - 2)


def correlation(ri: FloatArray, ni: FloatArray, *, vtype: str = "LS") -> EffectVariance:
    """Return the correlation.

    Variances: ``LS`` (1-r^2)^2/(n-1) (Borenstein 2009, eq. 12.27), ``UB`` unbiased (Hedges 1989,
    exact form), ``AV`` the LS formula at the size weighted mean correlation.
    """
    return EffectVariance(ri, _variance(ri, ri, ni, vtype))


def unbiased_correlation(ri: FloatArray, ni: FloatArray, *, vtype: str = "LS") -> EffectVariance:
    """Return r F(1/2, 1/2; (n-2)/2; 1-r^2) (Olkin & Pratt 1958, Ann Math Stat 29:201, eq. 2.3).

    Variances as in `correlation`, at the corrected correlation.
    """
    n = np.where(ni > 3, ni, np.nan)
    u = ri * _hypergeometric(0.5, 0.5 * (n - 2), 1 - ri**2)
    return EffectVariance(np.where(ri == 0, 0 * n, u), _variance(u, ri, n, vtype))


def fisher_z(ri: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return Fisher's z, the inverse hyperbolic tangent of r; variance 1/(n-3) (Fisher 1921)."""
    return EffectVariance(np.arctanh(ri), 1 / np.where(ni > 3, ni - 3, np.nan))


def partial_correlation(ti: FloatArray, ni: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return the partial correlation t/sqrt(t^2 + n - m - 1); variance (1-r^2)^2/(n-m).

    Aloe & Becker 2012 (J Educ Behav Stat 37:278); m is the number of predictors.
    """
    r = ti / np.sqrt(ti**2 + ni - mi - 1)
    return EffectVariance(r, (1 - r**2) ** 2 / (ni - mi))


def partial_fisher_z(ti: FloatArray, ni: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return Fisher's z of the partial correlation; variance 1/(n-m-2)."""
    r = partial_correlation(ti, ni, mi).effect
    return EffectVariance(np.arctanh(r), 1 / np.where(ni - mi > 2, ni - mi - 2, np.nan))


def semipartial_correlation(
    ti: FloatArray, ni: FloatArray, mi: FloatArray, r2i: FloatArray
) -> EffectVariance:
    """Return the semi-partial correlation t sqrt((1-R^2)/(n-m-1)).

    Variance (R^4 - 2 R^2 + F + 1 - F^2)/n with F = R^2 - r^2 (Aloe & Becker 2012).
    """
    r = ti * np.sqrt((1 - r2i) / (ni - mi - 1))
    without = r2i - r**2
    return EffectVariance(r, (r2i**2 - 2 * r2i + without + 1 - without**2) / ni)


def semipartial_fisher_z(
    ti: FloatArray, ni: FloatArray, mi: FloatArray, r2i: FloatArray
) -> EffectVariance:
    """Return Fisher's z of the semi-partial correlation; variance by the delta method."""
    r, variance = semipartial_correlation(ti, ni, mi, r2i)
    return EffectVariance(np.arctanh(r), variance / (1 - r**2) ** 2)


def r_squared(r2i: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return R^2 with random predictors; variance 4 R^2 (1-R^2)^2/n (Olkin & Finn 1995)."""
    return EffectVariance(r2i, 4 * r2i * (1 - r2i) ** 2 / ni)


def r_squared_fisher_z(r2i: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return Fisher's z of the multiple correlation R; variance 1/n (Olkin & Finn 1995)."""
    return EffectVariance(np.arctanh(np.sqrt(r2i)), 1 / ni)


def _variance(u: FloatArray, r: FloatArray, n: FloatArray, vtype: str) -> FloatArray:
    if vtype == "UB":
        known = _hypergeometric(1.0, 0.5 * n, 1 - r**2)
        return u**2 - 1 + (n - 3) / (n - 2) * (1 - r**2) * known
    if vtype == "AV":
        return (1 - size_weighted_mean(u, n) ** 2) ** 2 / (n - 1)
    return (1 - u**2) ** 2 / (n - 1)


def _hypergeometric(a: float, c: FloatArray, z: FloatArray) -> FloatArray:
    """Return Gauss' F(a, a; c; z) for 0 <= z <= 1; scipy's gives NaN from about c = 150 on."""
    c, z = np.broadcast_arrays(c, z)
    near = hyp2f1(a, a, np.minimum(c, _SERIES_FROM), z)
    far = np.maximum(c, _SERIES_FROM)
    term = np.ones_like(far)
    total = np.ones_like(far)
    for k in range(200):
        term = term * (a + k) ** 2 / ((far + k) * (k + 1)) * z
        total = total + term
        if not np.any(np.abs(term) > 1e-17 * total):
            break
    return np.where(c > _SERIES_FROM, total, near)
