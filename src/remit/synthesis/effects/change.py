"""Change: how the means, or spreads, of the same or matched people differ at two occasions.

Occasion 1 less occasion 2, as metafor has it. The raw-score standardizations divide by the SD of
occasion 1, so that for a change from before to after with the SD before, m1 is the mean after,
m2 the mean before and sd1 the SD before.
"""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.hedges import hedges_factor
from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "change_by_change_sd",
    "change_by_mean_sd_unequal",
    "change_by_raw_sd",
    "change_by_raw_sd_unequal",
    "change_variance",
    "log_cv_ratio_of_change",
    "log_ratio_of_change",
    "log_variability_ratio_of_change",
    "mean_change",
]


def change_variance(sd1i: FloatArray, sd2i: FloatArray, ri: FloatArray) -> FloatArray:
    """Return the variance of within-person changes, sd1^2 + sd2^2 - 2 r sd1 sd2.

    (sd1 - sd2)^2 + 2 sd1 sd2 (1 - r) is the same sum without cancellation near r = 1.
    """
    return (sd1i - sd2i) ** 2 + 2 * sd1i * sd2i * (1 - ri)


def mean_change(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
) -> EffectVariance:
    """Return the mean change; variance of the changes over n (Handbook 6.5.2.8)."""
    return EffectVariance(m1i - m2i, change_variance(sd1i, sd2i, ri) / ni)


def change_by_change_sd(d: FloatArray, ni: FloatArray, *, correct: bool = True) -> EffectVariance:
    """Return the mean change over the SD of the changes; variance 1/n + g^2/(2n).

    Gibbons, Hedeker & Davis 1993 (J Educ Stat 18:271); ``d`` is uncorrected.
    """
    g = hedges_factor(ni - 1) * d if correct else d
    return EffectVariance(g, 1 / ni + g**2 / (2 * ni))


def change_by_raw_sd(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean change over sd1; variance 2(1-r)/n + g^2/(2n).

    Becker 1988 (Br J Math Stat Psychol 41:257); exact factor for n - 1 df.
    """
    d = (m1i - m2i) / sd1i
    g = hedges_factor(ni - 1) * d if correct else d
    return EffectVariance(g, 2 * (1 - ri) / ni + g**2 / (2 * ni))


def change_by_raw_sd_unequal(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean change over sd1, variance for SDs that differ between occasions.

    Variance of the changes/(sd1^2 (n-1)) + g^2/(2(n-1)) (Bonett 2008, Psychol Methods 13:99).
    """
    d = (m1i - m2i) / sd1i
    g = hedges_factor(ni - 1) * d if correct else d
    spread = change_variance(sd1i, sd2i, ri) / sd1i**2
    return EffectVariance(g, spread / (ni - 1) + g**2 / (2 * (ni - 1)))


def change_by_mean_sd_unequal(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the mean change over s = sqrt((sd1^2 + sd2^2)/2).

    Exact factor for 2(n-1)/(1+r^2) df; variance g^2 (sd1^4 + sd2^4 + 2 r^2 sd1^2 sd2^2)/(8 s^4
    (n-1)) plus that of the changes/(s^2 (n-1)) (Bonett 2008, Psychol Methods 13:99).
    """
    v1, v2 = sd1i**2, sd2i**2
    mean = 0.5 * (v1 + v2)
    d = (m1i - m2i) / np.sqrt(mean)
    g = hedges_factor(2 * (ni - 1) / (1 + ri**2)) * d if correct else d
    bend = ((v1 / mean) ** 2 + (v2 / mean) ** 2 + 2 * ri**2 * (v1 / mean) * (v2 / mean)) / 8
    variance = g**2 * bend / (ni - 1) + change_variance(sd1i, sd2i, ri) / (mean * (ni - 1))
    return EffectVariance(g, variance)


def log_ratio_of_change(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the log ratio of the means of two occasions (Lajeunesse 2011, 2015).

    Variance cv1^2/n + cv2^2/n - 2 r cv1 cv2/n; ``correct`` adds half of (cv1^2 - cv2^2)/n.
    """
    cv1, cv2 = sd1i / m1i, sd2i / m2i
    effect = np.log(m1i / m2i)
    if correct:
        effect = effect + 0.5 * (cv1**2 - cv2**2) / ni
    return EffectVariance(effect, change_variance(cv1, cv2, ri) / ni)


def log_variability_ratio_of_change(
    sd1i: FloatArray, sd2i: FloatArray, ni: FloatArray, ri: FloatArray
) -> EffectVariance:
    """Return the log ratio of the SDs of two occasions; variance (1-r^2)/(n-1)."""
    return EffectVariance(np.log(sd1i / sd2i), (1 - ri**2) / (ni - 1))


def log_cv_ratio_of_change(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    *,
    correct: bool = True,
) -> EffectVariance:
    """Return the log ratio of the coefficients of variation of two occasions."""
    spread = log_variability_ratio_of_change(sd1i, sd2i, ni, ri)
    ratio = log_ratio_of_change(m1i, m2i, sd1i, sd2i, ni, ri, correct=correct)
    return EffectVariance(spread.effect - ratio.effect, spread.variance + ratio.variance)
