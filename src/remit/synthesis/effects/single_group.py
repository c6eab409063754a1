"""What a group has: its mean, spread, proportion or rate."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "arcsine_proportion",
    "freeman_tukey_proportion",
    "freeman_tukey_rate",
    "log_cv",
    "log_mean",
    "log_proportion",
    "log_rate",
    "log_sd",
    "logit_proportion",
    "probit_proportion",
    "proportion",
    "rate",
    "raw_mean",
    "square_root_rate",
]


def raw_mean(mi: FloatArray, sdi: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return the mean; variance sd^2/n."""
    return EffectVariance(mi, sdi**2 / ni)


def log_mean(mi: FloatArray, sdi: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return the log mean; variance sd^2/(n m^2) by the delta method."""
    return EffectVariance(np.log(mi), (sdi / mi) ** 2 / ni)


def log_sd(sdi: FloatArray, ni: FloatArray, *, correct: bool = True) -> EffectVariance:
    """Return the log SD with its bias term 1/(2(n-1)), which is also its variance.

    Raudenbush & Bryk 1987 (J Educ Stat 12:241); Nakagawa 2015.
    """
    own = 0.5 / (ni - 1)
    return EffectVariance(np.log(sdi) + own if correct else np.log(sdi), own)


def log_cv(
    mi: FloatArray, sdi: FloatArray, ni: FloatArray, *, correct: bool = True
) -> EffectVariance:
    """Return the log coefficient of variation (Nakagawa 2015, eq. 27 without rho)."""
    own = 0.5 / (ni - 1)
    effect = np.log(sdi / mi)
    return EffectVariance(effect + own if correct else effect, own + (sdi / mi) ** 2 / ni)


def proportion(xi: FloatArray, mi: FloatArray, *, vtype: str = "LS") -> EffectVariance:
    """Return x/n; variance p(1-p)/n, or with ``UB`` p(1-p)/(n-1)."""
    n = xi + mi
    p = xi / n
    return EffectVariance(p, p * (1 - p) / (n - 1 if vtype == "UB" else n))


def log_proportion(xi: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return log(x/n); variance 1/x - 1/n."""
    n = xi + mi
    return EffectVariance(np.log(xi / n), mi / (xi * n))


def logit_proportion(xi: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return log(x/(n-x)); variance 1/x + 1/(n-x)."""
    return EffectVariance(np.log(xi) - np.log(mi), 1 / xi + 1 / mi)


def probit_proportion(xi: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return the probit of x/n; variance 2 pi p(1-p) exp(z^2)/n by the delta method."""
    n = xi + mi
    p = xi / n
    z = ndtri(p)
    return EffectVariance(z, 2.0 * np.pi * p * (1 - p) * np.exp(z**2) / n)


def arcsine_proportion(xi: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return arcsin(sqrt(x/n)); variance 1/(4n)."""
    n = xi + mi
    return EffectVariance(np.arcsin(np.sqrt(xi / n)), 0.25 / n)


def freeman_tukey_proportion(xi: FloatArray, mi: FloatArray) -> EffectVariance:
    """Return half of arcsin(sqrt(x/(n+1))) + arcsin(sqrt((x+1)/(n+1))); variance 1/(4n+2).

    Freeman & Tukey 1950 (Ann Math Stat 21:607).
    """
    n = xi + mi
    low, high = np.arcsin(np.sqrt(xi / (n + 1))), np.arcsin(np.sqrt((xi + 1) / (n + 1)))
    return EffectVariance(0.5 * (low + high), 1 / (4 * n + 2))


def rate(xi: FloatArray, ti: FloatArray) -> EffectVariance:
    """Return x/t; variance x/t^2."""
    return EffectVariance(xi / ti, xi / ti**2)


def log_rate(xi: FloatArray, ti: FloatArray) -> EffectVariance:
    """Return log(x/t); variance 1/x."""
    return EffectVariance(np.log(xi / ti), 1 / xi)


def square_root_rate(xi: FloatArray, ti: FloatArray) -> EffectVariance:
    """Return sqrt(x/t); variance 1/(4t)."""
    return EffectVariance(np.sqrt(xi / ti), 0.25 / ti)


def freeman_tukey_rate(xi: FloatArray, ti: FloatArray) -> EffectVariance:
    """Return half of sqrt(x/t) + sqrt((x+1)/t); variance 1/(4t) (Freeman & Tukey 1950)."""
    return EffectVariance(0.5 * (np.sqrt(xi / ti) + np.sqrt((xi + 1) / ti)), 0.25 / ti)
