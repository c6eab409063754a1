"""How reliable a questionnaire is: Cronbach's alpha and its transformations."""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = ["alpha", "alpha_bonett", "alpha_hakstian_whalen"]


def alpha(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return alpha of m items in n people; variance 2m (1-alpha)^2/((m-1)(n-2)) (Bonett 2010)."""
    return EffectVariance(ai, 2 * mi * (1 - ai) ** 2 / ((mi - 1) * (ni - 2)))


def alpha_hakstian_whalen(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return 1 - (1-alpha)^(1/3) (Hakstian & Whalen 1976, Psychometrika 41:219).

    Variance 18 m (n-1) (1-alpha)^(2/3)/((m-1)(9n-11)^2).
    """
    root = np.cbrt(1 - ai)
    return EffectVariance(1 - root, 18 * mi * (ni - 1) * root**2 / ((mi - 1) * (9 * ni - 11) ** 2))


def alpha_bonett(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> EffectVariance:
    """Return -ln(1-alpha); variance 2m/((m-1)(n-2)) (Bonett 2002, J Educ Behav Stat 27:335)."""
    return EffectVariance(-np.log1p(-ai), 2 * mi / ((mi - 1) * (ni - 2)))
