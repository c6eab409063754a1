"""On which scale effects are analysed, and how they are shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import expit, ndtr

from remit.synthesis.effects.kernel import FloatArray

__all__ = ["SCALES", "Back", "freeman_tukey_proportion_back", "freeman_tukey_rate_back"]

Back = Callable[[FloatArray], FloatArray]


def _same(x: FloatArray) -> FloatArray:
    return x


def _exp(x: FloatArray) -> FloatArray:
    return np.exp(x)


def _tanh(x: FloatArray) -> FloatArray:
    return np.tanh(x)


def _expit(x: FloatArray) -> FloatArray:
    return np.asarray(expit(x), dtype=np.float64)


def _normal(x: FloatArray) -> FloatArray:
    return np.asarray(ndtr(x), dtype=np.float64)


def _sine_squared(x: FloatArray) -> FloatArray:
    return np.sin(np.clip(x, 0.0, 0.5 * np.pi)) ** 2


def _square(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0.0) ** 2


def _one_less_cube(x: FloatArray) -> FloatArray:
    return 1.0 - (1.0 - x) ** 3


def _one_less_exp(x: FloatArray) -> FloatArray:
    return -np.expm1(-x)


def _tanh_squared(x: FloatArray) -> FloatArray:
    return np.tanh(np.maximum(x, 0.0)) ** 2


SCALES: Mapping[str, Back | None] = {
    "identity": _same,
    "log": _exp,
    "logit": _expit,
    "probit": _normal,
    "arcsine root": _sine_squared,
    "square root": _square,
    "Fisher's z": _tanh,
    "Fisher's z of R": _tanh_squared,
    "cube root of 1 - alpha": _one_less_cube,
    "minus log of 1 - alpha": _one_less_exp,
    "difference of transforms": None,
    "Freeman-Tukey": None,
}
"""Back-transformation of each scale; None where there is none, or it needs the group's size."""


def freeman_tukey_proportion_back(effect: FloatArray, n: FloatArray | float) -> FloatArray:
    """Return the proportion behind a Freeman-Tukey double arcsine value (``PFT``).

    Miller 1978 (Am Stat 32:138) for t = 2 times the halved sum used here. A pooled value needs
    one n for all studies, usually their harmonic mean, and depends on it: with sizes that differ
    much the answer can be far off (Schwarzer 2019, Res Synth Methods 10:476).

    Parameters
    ----------
    effect : (k,) float array
        Values; outside the range that ``n`` allows the end of the range is returned.
    n : float or (k,) float array
        Number of people.
    """
    low = 0.5 * np.arcsin(np.sqrt(1 / (n + 1)))
    high = 0.5 * (np.arcsin(np.sqrt(n / (n + 1))) + 0.5 * np.pi)
    t = 2 * np.clip(effect, low, high)
    inside = 1 - (np.sin(t) + (np.sin(t) - 1 / np.sin(t)) / n) ** 2
    p = 0.5 * (1 - np.sign(np.cos(t)) * np.sqrt(np.maximum(inside, 0.0)))
    return np.asarray(np.where(effect <= low, 0.0, np.where(effect >= high, 1.0, p)))


def freeman_tukey_rate_back(effect: FloatArray, t: FloatArray | float) -> FloatArray:
    """Return the rate behind a Freeman-Tukey value of a rate (``IRFT``) at person-time ``t``.

    The algebraic inverse: with s = 2 sqrt(t) y, x = ((s^2 - 1)/(2s))^2, and 0 below s = 1.
    """
    s = 2 * np.sqrt(t) * effect
    x = np.where(s > 1, ((s**2 - 1) / (2 * np.maximum(s, 1.0))) ** 2, 0.0)
    return np.asarray(x / t)
