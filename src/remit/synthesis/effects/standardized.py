"""How many SDs lie between two groups."""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.binary import COX_SNELL, LOGISTIC_SD
from remit.synthesis.effects.hedges import hedges_factor
from remit.synthesis.effects.kernel import EffectVariance, FloatArray, size_weighted_mean

__all__ = [
    "glass_delta",
    "glass_delta_unequal",
    "smd",
    "smd_to_log_odds_logistic",
    "smd_to_log_odds_normal",
    "smd_unequal",
]


def smd(
    d: FloatArray, n1i: FloatArray, n2i: FloatArray, *, vtype: str = "LS", correct: bool = True
) -> EffectVariance:
    """Return the standardized mean difference from Cohen's d.

    ``correct`` gives Hedges' g with the exact factor J (Hedges 1981, eq. 6e). Variances: ``LS``
    1/n1 + 1/n2 + g^2/(2N) (Hedges 1982, eq. 8); ``LS2`` J^2 (1/n1 + 1/n2 + d^2/(2N)) (Borenstein
    2009, eq. 12.17); ``UB`` 1/n1 + 1/n2 + (1 - (m-2)/(m J^2)) g^2, m = N - 2 (Hedges 1983, eq. 9);
    ``AV`` the LS formula at the size weighted mean g; ``H0`` the exact variance if there is no
    difference, J^2 m/(m-2) (1/n1 + 1/n2).
    """
    total, base = n1i + n2i, 1 / n1i + 1 / n2i
    m = total - 2
    factor = hedges_factor(m)
    g = factor * d if correct else d
    if vtype == "LS2":
        return EffectVariance(g, factor**2 * (base + d**2 / (2 * total)))
    if vtype == "UB":
        return EffectVariance(g, base + (1 - (m - 2) / (m * factor**2)) * g**2)
    if vtype == "AV":
        return EffectVariance(g, base + size_weighted_mean(g, total) ** 2 / (2 * total))
    if vtype == "H0":
        scale = factor**2 if correct else np.ones_like(factor)
        return EffectVariance(g, np.where(m > 2, scale * m / (m - 2), np.nan) * base)
    return EffectVariance(g, base + g**2 / (2 * total))


def smd_unequal(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean difference over sqrt((sd1^2 + sd2^2)/2).

    Variance for unequal SDs, Bonett 2009 (Psychol Methods 14:225): with s the
    denominator, d^2 (sd1^4/(n1-1) + sd2^4/(n2-1))/(8 s^4) + (sd1^2/(n1-1) + sd2^2/(n2-1))/s^2.
    """
    v1, v2 = sd1i**2, sd2i**2
    mean = 0.5 * (v1 + v2)
    d = (m1i - m2i) / np.sqrt(mean)
    g = hedges_factor(n1i + n2i - 2) * d if correct else d
    bend = ((v1 / mean) ** 2 / (n1i - 1) + (v2 / mean) ** 2 / (n2i - 1)) / 8
    return EffectVariance(g, g**2 * bend + (v1 / (n1i - 1) + v2 / (n2i - 1)) / mean)


def glass_delta(
    m1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean difference over the SD of group 2; variance 1/n1 + 1/n2 + g^2/(2 n2)."""
    d = (m1i - m2i) / sd2i
    g = hedges_factor(n2i - 1) * d if correct else d
    return EffectVariance(g, 1 / n1i + 1 / n2i + g**2 / (2 * n2i))


def glass_delta_unequal(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean difference over the SD of group 2, variance for unequal SDs.

    (sd1/sd2)^2/(n1-1) + 1/(n2-1) + g^2/(2(n2-1)) (Bonett 2008, Psychol Methods 13:99).
    """
    d = (m1i - m2i) / sd2i
    g = hedges_factor(n2i - 1) * d if correct else d
    variance = (sd1i / sd2i) ** 2 / (n1i - 1) + 1 / (n2i - 1) + g**2 / (2 * (n2i - 1))
    return EffectVariance(g, variance)


def smd_to_log_odds_logistic(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> EffectVariance:
    """Return d pi/sqrt(3), a log odds ratio under logistic distributions (Chinn 2000)."""
    effect, variance = smd(d, n1i, n2i, correct=False)
    return EffectVariance(effect * LOGISTIC_SD, variance * LOGISTIC_SD**2)


def smd_to_log_odds_normal(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> EffectVariance:
    """Return 1.65 d, a log odds ratio under normal distributions (Cox & Snell 1989)."""
    effect, variance = smd(d, n1i, n2i, correct=False)
    return EffectVariance(effect * COX_SNELL, variance * COX_SNELL**2)
