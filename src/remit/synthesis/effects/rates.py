"""How the event rates of two groups differ: array functions of events and person-time."""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = ["log_rate_ratio", "rate_difference", "square_root_rate_difference"]


def log_rate_ratio(
    x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> EffectVariance:
    """Return the log incidence rate ratio; variance 1/x1 + 1/x2 (Rothman 2008, ch. 14)."""
    effect = np.log(x1i / t1i) - np.log(x2i / t2i)
    return EffectVariance(effect, 1.0 / x1i + 1.0 / x2i)


def rate_difference(
    x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> EffectVariance:
    """Return the rate difference; variance x1/t1^2 + x2/t2^2 (Rothman 2008, ch. 14)."""
    return EffectVariance(x1i / t1i - x2i / t2i, x1i / t1i**2 + x2i / t2i**2)


def square_root_rate_difference(
    x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> EffectVariance:
    """Return the difference of root rates; variance 1/(4 t1) + 1/(4 t2).

    Bagos & Nikolopoulos 2009 (Int J Biostat 5:21). Defined without correction at 0 events.
    """
    effect = np.sqrt(x1i / t1i) - np.sqrt(x2i / t2i)
    return EffectVariance(effect, 0.25 / t1i + 0.25 / t2i)
