"""How the means, or the spreads, of two groups differ in their own units or as ratios."""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.kernel import EffectVariance, FloatArray, size_weighted_mean

__all__ = [
    "cohen_d",
    "geary_index",
    "log_cv_ratio",
    "log_ratio_of_means",
    "log_variability_ratio",
    "mean_difference",
    "pooled_sd",
]


def pooled_sd(sd1i: FloatArray, n1i: FloatArray, sd2i: FloatArray, n2i: FloatArray) -> FloatArray:
    """Return the pooled SD of two groups (Borenstein 2009, eq. 12.12)."""
    return np.sqrt(((n1i - 1) * sd1i**2 + (n2i - 1) * sd2i**2) / (n1i + n2i - 2))


def cohen_d(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
) -> FloatArray:
    """Return the mean difference over the pooled SD, uncorrected (Borenstein 2009, eq. 12.11)."""
    return (m1i - m2i) / pooled_sd(sd1i, n1i, sd2i, n2i)


def mean_difference(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectVariance:
    """Return the mean difference.

    Variance sd1^2/n1 + sd2^2/n2 (Borenstein 2009, eq. 12.5), or with ``HO`` the pooled variance
    times 1/n1 + 1/n2 (eq. 12.3).
    """
    effect = m1i - m2i
    if vtype == "HO":
        return EffectVariance(effect, pooled_sd(sd1i, n1i, sd2i, n2i) ** 2 * (1 / n1i + 1 / n2i))
    return EffectVariance(effect, sd1i**2 / n1i + sd2i**2 / n2i)


def log_ratio_of_means(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
) -> EffectVariance:
    """Return the log ratio of means.

    ``correct`` adds half of sd1^2/(n1 m1^2) - sd2^2/(n2 m2^2), the second-order bias (Lajeunesse
    2015, Ecology 96:2056). Variance sd1^2/(n1 m1^2) + sd2^2/(n2 m2^2) (Hedges 1999,
    Ecology 80:1150, eq. 1); ``HO`` pools the SDs (the equation after it); ``AV`` takes the size
    weighted mean coefficient of variation of each group across the studies, ``AVHO`` of both
    groups together (Nakagawa 2023, Ecol Lett 26:232).
    """
    cv1, cv2 = sd1i / m1i, sd2i / m2i
    own1, own2 = cv1**2 / n1i, cv2**2 / n2i
    effect = np.log(m1i / m2i)
    if correct:
        effect = effect + 0.5 * (own1 - own2)
    if vtype == "HO":
        pooled = pooled_sd(sd1i, n1i, sd2i, n2i) ** 2
        return EffectVariance(effect, pooled / (n1i * m1i**2) + pooled / (n2i * m2i**2))
    if vtype == "AV":
        mean1, mean2 = size_weighted_mean(cv1, n1i), size_weighted_mean(cv2, n2i)
        return EffectVariance(effect, mean1**2 / n1i + mean2**2 / n2i)
    if vtype == "AVHO":
        mean = size_weighted_mean(np.concatenate([cv1, cv2]), np.concatenate([n1i, n2i]))
        return EffectVariance(effect, mean**2 * (1 / n1i + 1 / n2i))
    return EffectVariance(effect, own1 + own2)


def geary_index(mi: FloatArray, sdi: FloatArray, ni: FloatArray) -> FloatArray:
    """Return |mean|/SD 4 n^(3/2)/(1 + 4 n), at least 3 where a ratio with the mean is near normal.

    NaN without a spread. Geary 1930 (J R Stat Soc 93:442), as Lajeunesse 2015 (Ecology 96:2056)
    has it for means.
    """
    spread = np.where(sdi > 0, sdi, np.nan)
    return np.abs(mi) / spread * 4 * ni**1.5 / (1 + 4 * ni)


def log_variability_ratio(
    sd1i: FloatArray, n1i: FloatArray, sd2i: FloatArray, n2i: FloatArray, *, correct: bool = True
) -> EffectVariance:
    """Return the log ratio of SDs; variance 1/(2(n1-1)) + 1/(2(n2-1)).

    Nakagawa 2015 (Methods Ecol Evol 6:143); ``correct`` adds the difference of the
    two terms of the variance.
    """
    own1, own2 = 0.5 / (n1i - 1), 0.5 / (n2i - 1)
    effect = np.log(sd1i / sd2i)
    return EffectVariance(effect + (own1 - own2) if correct else effect, own1 + own2)


def log_cv_ratio(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the log ratio of coefficients of variation.

    The log variability ratio less the log ratio of means; the variances add, as mean and SD of
    normal data are independent (Nakagawa 2015, eq. 12 without the term in rho).
    """
    spread = log_variability_ratio(sd1i, n1i, sd2i, n2i, correct=correct)
    ratio = log_ratio_of_means(m1i, sd1i, n1i, m2i, sd2i, n2i, correct=correct)
    return EffectVariance(spread.effect - ratio.effect, spread.variance + ratio.variance)
