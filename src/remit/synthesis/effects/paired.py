"""How the risks under two conditions differ in the same, or in matched, people.

Cells of a paired table: a yes-yes, b yes-no, c no-yes, d no-no (condition 1 first).
"""

from __future__ import annotations

import numpy as np

from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "conditional_log_odds_ratio",
    "marginal_log_odds_ratio",
    "marginal_log_odds_ratio_from_margins",
    "marginal_log_risk_ratio",
    "marginal_risk_difference",
    "matched_peto_log_odds_ratio",
]


def marginal_risk_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return (b - c)/n; variance ((b + c) - (b - c)^2/n)/n^2 (Newcombe 1998, method 1)."""
    n = ai + bi + ci + di
    return EffectVariance((bi - ci) / n, ((bi + ci) - (bi - ci) ** 2 / n) / n**2)


def marginal_log_risk_ratio(ai: FloatArray, bi: FloatArray, ci: FloatArray) -> EffectVariance:
    """Return log((a+b)/(a+c)); variance (b+c)/((a+b)(a+c)) (Zou 2007; Fagerland 2014)."""
    first, second = ai + bi, ai + ci
    return EffectVariance(np.log(first) - np.log(second), (bi + ci) / (first * second))


def marginal_log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> EffectVariance:
    """Return the log odds ratio of the margins (Becker & Balagtas 1993, Biometrics 49:997).

    Variance [1/(p1 q1) + 1/(p2 q2) - 2 (p11 p22 - p12 p21)/(p1 q1 p2 q2)]/n.
    """
    n = ai + bi + ci + di
    p1, q1, p2, q2 = (ai + bi) / n, (ci + di) / n, (ai + ci) / n, (bi + di) / n
    effect = (np.log(p1) - np.log(q1)) - (np.log(p2) - np.log(q2))
    together = (ai / n * di / n - bi / n * ci / n) / (p1 * q1 * p2 * q2)
    return EffectVariance(effect, (1 / (p1 * q1) + 1 / (p2 * q2) - 2 * together) / n)


def marginal_log_odds_ratio_from_margins(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray, ri: FloatArray
) -> EffectVariance:
    """Return the log odds ratio of two margins (a, b) and (c, d) whose phi coefficient is known.

    Variance 1/a + 1/b + 1/c + 1/d - 2 r n/sqrt(abcd), n the number of pairs (Elbourne 2002, Int J
    Epidemiol 31:140). Where the margins count different people, n is their mean, rounded.
    """
    effect = (np.log(ai) - np.log(bi)) - (np.log(ci) - np.log(di))
    pairs = np.rint((ai + bi + ci + di) / 2)
    root = np.sqrt(ai) * np.sqrt(bi) * np.sqrt(ci) * np.sqrt(di)
    independent = 1 / ai + 1 / bi + 1 / ci + 1 / di
    return EffectVariance(effect, independent - 2 * ri * pairs / root)


def conditional_log_odds_ratio(bi: FloatArray, ci: FloatArray) -> EffectVariance:
    """Return log(b/c); variance 1/b + 1/c."""
    return EffectVariance(np.log(bi) - np.log(ci), 1 / bi + 1 / ci)


def matched_peto_log_odds_ratio(bi: FloatArray, ci: FloatArray) -> EffectVariance:
    """Return (O - E)/V, O = b, E = (b+c)/2, V = (b+c)/4; variance 1/V (Curtin 2002)."""
    discordant = bi + ci
    return EffectVariance(2 * (bi - ci) / discordant, 4 / discordant)
