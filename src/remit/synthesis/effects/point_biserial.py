"""How strongly a quantity goes with being in group 1 rather than group 2."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = ["biserial", "biserial_fisher_z", "point_biserial", "point_biserial_fisher_z"]


def point_biserial(
    d: FloatArray, n1i: FloatArray, n2i: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return the point-biserial correlation d/sqrt(d^2 + h), h = m/n1 + m/n2, m = N - 2.

    ``vtype`` is how people were sampled: ``ST`` (and ``LS``) fixes the group sizes (delta method
    from d), ``CS`` fixes only the total (Tate 1954, Ann Math Stat 25:603).
    """
    total = n1i + n2i
    h = (total - 2) / n1i + (total - 2) / n2i
    r = d / np.sqrt(d**2 + h)
    if vtype == "CS":
        pq = n1i * n2i / total**2
        return EffectVariance(r, (1 - r**2) ** 2 * (1 - 1.5 * r**2 + r**2 / (4 * pq)) / total)
    base = 1 / n1i + 1 / n2i + d**2 / (2 * total)
    return EffectVariance(r, h**2 / (h + d**2) ** 3 * base)


def point_biserial_fisher_z(
    d: FloatArray, n1i: FloatArray, n2i: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return Fisher's z of the point-biserial correlation; variance by the delta method."""
    r, variance = point_biserial(d, n1i, n2i, vtype=vtype)
    return EffectVariance(np.arctanh(r), variance / (1 - r**2) ** 2)


def biserial(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> EffectVariance:
    """Return the biserial correlation, for a group made by cutting a normal variable.

    sqrt(pq)/f times the point-biserial, f the normal density at the cut. Variance by Soper 1914
    (Biometrika 10:384) as in Jacobs & Viechtbauer 2017 (Res Synth Methods 8:161); where
    the estimate leaves -1 to 1 the variance is that at the bound.
    """
    total = n1i + n2i
    p, q = n1i / total, n2i / total
    cut = ndtri(q)
    density = np.exp(-0.5 * cut**2) / np.sqrt(2 * np.pi)
    r = np.sqrt(p * q) / density * point_biserial(d, n1i, n2i).effect
    bound = np.clip(r, -1.0, 1.0)
    middle = 1.5 + (1 - p * cut / density) * (1 + q * cut / density)
    variance = p * q / density**2 - middle * bound**2 + bound**4
    return EffectVariance(r, variance / (total - 1))


def biserial_fisher_z(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> EffectVariance:
    """Return Fisher's z of the biserial correlation; variance by the delta method."""
    r, variance = biserial(d, n1i, n2i)
    inside = np.where(np.abs(r) < 1, r, np.nan)
    return EffectVariance(np.arctanh(inside), variance / (1 - inside**2) ** 2)
