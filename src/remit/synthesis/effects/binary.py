"""How the risks of two groups differ: one array function per measure of a 2x2 table.

The cells are those of metafor: a, b are events and non-events of group 1, c, d of group 2. The
functions take (k,) arrays whose zero cells have been dealt with (`zero_cells.add_to_zeros`).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "arcsine_difference",
    "log_odds_ratio",
    "log_risk_ratio",
    "odds_ratio_to_smd_logistic",
    "odds_ratio_to_smd_normal",
    "peto_log_odds_ratio",
    "probit_difference",
    "risk_difference",
]

LOGISTIC_SD = float(np.pi / np.sqrt(3.0))
"""SD of the standard logistic distribution (Hasselblad & Hedges 1995; Chinn 2000 rounds 1.81)."""

COX_SNELL = 1.65
"""Log odds per normal SD (Cox & Snell 1989, Analysis of Binary Data, sec. 1.5)."""


def log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return the log odds ratio; variance 1/a + 1/b + 1/c + 1/d (Woolf 1955)."""
    effect = (np.log(ai) - np.log(bi)) - (np.log(ci) - np.log(di))
    return EffectVariance(effect, 1.0 / ai + 1.0 / bi + 1.0 / ci + 1.0 / di)


def log_risk_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return the log risk ratio.

    Variance 1/a - 1/n1 + 1/c - 1/n2 (Katz 1978); with ``vtype="AV"`` the risk of each group is
    taken as one across the studies: (1 - p)/(n p) with p the events over the people of all.
    """
    n1, n2 = ai + bi, ci + di
    effect = np.log(ai / n1) - np.log(ci / n2)
    if vtype == "AV":
        p1, p2 = _common_risk(ai, n1), _common_risk(ci, n2)
        return EffectVariance(effect, (1.0 - p1) / (n1 * p1) + (1.0 - p2) / (n2 * p2))
    return EffectVariance(effect, bi / (ai * n1) + di / (ci * n2))


def risk_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray, *, vtype: str = "LS"
) -> EffectVariance:
    """Return the risk difference.

    Variance p(1-p)/n summed over the groups; ``UB`` divides by n - 1 instead, which is unbiased;
    ``AV`` takes one risk per group across the studies.
    """
    n1, n2 = ai + bi, ci + di
    p1, p2 = ai / n1, ci / n2
    effect = p1 - p2
    if vtype == "UB":
        return EffectVariance(effect, p1 * (1 - p1) / (n1 - 1) + p2 * (1 - p2) / (n2 - 1))
    if vtype == "AV":
        p1, p2 = np.full_like(n1, _common_risk(ai, n1)), np.full_like(n2, _common_risk(ci, n2))
    return EffectVariance(effect, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)


def arcsine_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return the difference of arcsine roots; variance 1/(4 n1) + 1/(4 n2).

    Ruecker 2009 (Stat Med 28:721). Defined without any correction when cells are 0.
    """
    n1, n2 = ai + bi, ci + di
    effect = np.arcsin(np.sqrt(ai / n1)) - np.arcsin(np.sqrt(ci / n2))
    return EffectVariance(effect, 0.25 / n1 + 0.25 / n2)


def peto_log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return Peto's one-step log odds ratio (O - E)/V with variance 1/V.

    V = n1 n2 (a+c) (b+d) / (N^2 (N-1)) (Yusuf 1985, Prog Cardiovasc Dis 27:335).
    """
    n1, n2 = ai + bi, ci + di
    total, events = n1 + n2, ai + ci
    v = events * (bi + di) * (n1 / total) * (n2 / total) / (total - 1.0)
    return EffectVariance((ai - events * n1 / total) / v, 1.0 / v)


def probit_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return the difference of probits, an SMD of a dichotomised normal outcome.

    Variance 2 pi p(1-p) exp(z^2)/n summed over the groups (Sanchez-Meca 2003, Psychol Methods
    8:448).
    """
    n1, n2 = ai + bi, ci + di
    p1, p2 = ai / n1, ci / n2
    z1, z2 = ndtri(p1), ndtri(p2)
    v = p1 * (1 - p1) * np.exp(z1**2) / n1 + p2 * (1 - p2) * np.exp(z2**2) / n2
    return EffectVariance(z1 - z2, 2.0 * np.pi * v)


def odds_ratio_to_smd_logistic(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return ln(OR) sqrt(3)/pi, an SMD under logistic distributions (Chinn 2000)."""
    effect, variance = log_odds_ratio(ai, bi, ci, di)
    return EffectVariance(effect / LOGISTIC_SD, variance / LOGISTIC_SD**2)


def odds_ratio_to_smd_normal(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return ln(OR)/1.65, an SMD under normal distributions (Cox & Snell 1989)."""
    effect, variance = log_odds_ratio(ai, bi, ci, di)
    return EffectVariance(effect / COX_SNELL, variance / COX_SNELL**2)


def _common_risk(events: FloatArray, people: FloatArray) -> float:
    """Return events over people across the studies that have both."""
    known = np.isfinite(events) & np.isfinite(people)
    return float(events[known].sum() / people[known].sum()) if known.any() else float("nan")
