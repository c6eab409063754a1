"""How often a person of group 1 is better off than one of group 2."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from remit.synthesis.effects.change import change_variance
from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = ["superiority", "superiority_from_change", "superiority_from_means"]


def superiority(ai: FloatArray, n1i: FloatArray, n2i: FloatArray) -> EffectVariance:
    """Return the probability of superiority (area under the curve) as it was printed.

    Variance by Newcombe 2006 (Stat Med 25:559), method 4.
    """
    half = 0.5 * (n1i + n2i) - 1
    bracket = 1 + half * (1 - ai) / (2 - ai) + half * ai / (1 + ai)
    return EffectVariance(ai, ai * (1 - ai) * bracket / ((n1i - 1) * (n2i - 1)))


def superiority_from_means(
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
) -> EffectVariance:
    """Return the normal probability of superiority; variance by the delta method.

    The argument (m1 - m2)/sqrt(sd1^2 + sd2^2) has the variance of Bonett 2009 at half the scale.
    """
    v1, v2 = sd1i**2, sd2i**2
    both = v1 + v2
    z = (m1i - m2i) / np.sqrt(both)
    spread = (v1 / (n1i - 1) + v2 / (n2i - 1)) / both
    bend = ((v1 / both) ** 2 / (n1i - 1) + (v2 / both) ** 2 / (n2i - 1)) / 2
    return EffectVariance(ndtr(z), _density(z) ** 2 * (spread + z**2 * bend))


def superiority_from_change(
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
) -> EffectVariance:
    """Return the same for two occasions in the same people."""
    v1, v2 = sd1i**2, sd2i**2
    both = v1 + v2
    z = (m1i - m2i) / np.sqrt(both)
    spread = change_variance(sd1i, sd2i, ri) / (both * (ni - 1))
    bend = ((v1 / both) ** 2 + (v2 / both) ** 2 + 2 * ri**2 * (v1 / both) * (v2 / both)) / 2
    return EffectVariance(ndtr(z), _density(z) ** 2 * (spread + z**2 * bend / (ni - 1)))


def _density(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
