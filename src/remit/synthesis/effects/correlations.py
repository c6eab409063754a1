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

_SERIES_FROM = 15.0  # from this c on the series ends within 200 terms, whatever z
_SERIES_UP_TO = 0.5  # up to this z it does so within 60, whatever c


def correlation_from_t(ti: FloatArray, ni: FloatArray) -> FloatArray:
    """Return the correlation behind a t statistic with n - 2 degrees of freedom."""
    return ti / np.sqrt(ti**2 + ni - 2)


def correlation(ri: FloatArray, ni: FloatArray, *, vtype: str = "LS") -> EffectVariance:
    """Return the correlation.

    Variances: ``LS`` (1-r^2)^2/(n-1) (Borenstein 2009, eq. 12.27), ``UB`` unbiased (Hedges 1989,
    exact form), ``AV`` the LS formula at the size weighted mean correlation.
    """
    z = (1 - ri) * (1 + ri)
    if vtype == "UB":
        return EffectVariance(ri, _unbiased_variance(-z / (ni - 2), z, ni))
    return EffectVariance(ri, _variance(ri, z, ni, vtype))


def unbiased_correlation(ri: FloatArray, ni: FloatArray, *, vtype: str = "LS") -> EffectVariance:
    """Return r F(1/2, 1/2; (n-2)/2; 1-r^2) (Olkin & Pratt 1958, Ann Math Stat 29:201, eq. 2.3).

    Variances as in `correlation`, at the corrected correlation u. With z = 1 - r^2 and F = 1 + f,
    u^2 - r^2 is (1-z) f (2+f).
    """
    n = np.where(ni > 3, ni, np.nan)
    z = (1 - ri) * (1 + ri)
    f, beyond = _series(0.5, 0.5 * (n - 2), z)
    u = np.where(ri == 0, 0 * n, ri * (1 + f))
    if vtype == "UB":
        # f = z/(2(n-2)) + beyond, so that this is u^2 - r^2 - z/(n-2) without its first term
        rest = 2 * beyond - 2 * z * f + (1 - z) * f**2
        return EffectVariance(u, _unbiased_variance(rest, z, n))
    return EffectVariance(u, _variance(u, z - (1 - z) * f * (2 + f), n, vtype))


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


def _variance(u: FloatArray, free: FloatArray, n: FloatArray, vtype: str) -> FloatArray:
    """Return (1-u^2)^2/(n-1), with 1 - u^2 as ``free`` because it cancels near 1."""
    if vtype == "AV":
        mean = size_weighted_mean(u, n)
        return ((1 - mean) * (1 + mean)) ** 2 / (n - 1)
    return free**2 / (n - 1)


def _unbiased_variance(rest: FloatArray, z: FloatArray, n: FloatArray) -> FloatArray:
    """Return y^2 - 1 + (n-3)/(n-2) z F(1, 1; n/2; z) of y = r or u, with z = 1 - r^2.

    ``rest`` is y^2 - r^2 - z/(n-2). All terms of first order in z cancel and are left out by hand,
    because near |r| = 1 nothing else would be left of the difference than rounding.
    """
    return rest + (n - 3) / (n - 2) * z * _series(1.0, 0.5 * n, z)[0]


def _series(a: float, c: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return F - 1 and F - 1 - a^2 z/c for Gauss' F = F(a, a; c; z) with 0 <= z <= 1.

    By the series itself; by scipy where it ends late, and where the two are not small. scipy's F
    gives NaN from about c = 150 on.
    """
    c, z = np.broadcast_arrays(c, z)
    late = (c < _SERIES_FROM) & (z > _SERIES_UP_TO)
    whole = hyp2f1(a, a, np.where(late, c, _SERIES_FROM), np.where(late, z, 0.0)) - 1
    short = np.where(late, 0.0, z)
    first = a * a * z / c
    term = a * a * short / c
    beyond = np.zeros_like(term)
    for k in range(1, 200):
        term = term * (a + k) ** 2 / ((c + k) * (k + 1)) * short
        beyond = beyond + term
        if not np.any(np.abs(term) > 1e-17 * np.abs(beyond)):
            break
    beyond = np.where(late, whole - first, beyond)
    return first + beyond, beyond
