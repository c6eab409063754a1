"""Kendall's rank correlation with its exact and its normal distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.core.numerics import normal_two_sided

__all__ = ["EXACT_UP_TO", "KendallTest", "exact_p", "kendall"]

FloatArray = npt.NDArray[np.float64]
EXACT_UP_TO = 400  # the exact distribution takes about k^3 / 6 additions
_TIES = NotEstimable(reason="With ties the exact distribution of this statistic is not defined.")
_LARGE = NotEstimable(
    reason=f"With more than {EXACT_UP_TO} studies the normal value is exact enough."
)
_NONE = NotEstimable(reason="All values are tied, or there is one study.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KendallTest:
    """Rank correlation of two columns.

    Attributes
    ----------
    tau : float or NotEstimable
        Kendall's tau-b.
    score : int
        Concordant less discordant pairs, S.
    score_std_error : float
        Root of the variance of S without correlation, corrected for ties (Kendall 1970, eq. 4.5).
    z : float or NotEstimable
        S over its standard error.
    p_exact : float or NotEstimable
        Two-sided, from the exact distribution.
    p_normal, p_continuity : float or NotEstimable
        Two-sided normal, without and with |S| less one.
    ties : bool
        Whether either column has ties.
    """

    tau: float | NotEstimable
    score: int
    score_std_error: float
    z: float | NotEstimable
    p_exact: float | NotEstimable
    p_normal: float | NotEstimable
    p_continuity: float | NotEstimable
    ties: bool


def kendall(x: FloatArray, y: FloatArray) -> KendallTest:
    """Correlate the ranks of two (k,) columns."""
    k = x.size
    score = _score(x, y)
    x_ties, y_ties = _tie_sizes(x), _tie_sizes(y)
    ties = x_ties.size + y_ties.size > 0
    variance = _score_variance(k, x_ties, y_ties)
    pairs = k * (k - 1) / 2.0
    free = (pairs - _tied_pairs(x_ties)) * (pairs - _tied_pairs(y_ties))
    if free <= 0 or variance <= 0:
        return KendallTest(
            tau=_NONE,
            score=score,
            score_std_error=0.0,
            z=_NONE,
            p_exact=_NONE,
            p_normal=_NONE,
            p_continuity=_NONE,
            ties=ties,
        )
    error = math.sqrt(variance)
    exact = _TIES if ties else _LARGE if k > EXACT_UP_TO else exact_p(score, k)
    return KendallTest(
        tau=score / math.sqrt(free),
        score=score,
        score_std_error=error,
        z=score / error,
        p_exact=exact,
        p_normal=normal_two_sided(score / error),
        p_continuity=normal_two_sided(max(0, abs(score) - 1) / error),
        ties=ties,
    )


def exact_p(score: int, k: int) -> float:
    """Return the two-sided exact p value of S among k untied values.

    The number of inversions is a sum of independent uniforms on 0..j for j < k, whose
    distribution is built by convolution (Kendall 1970, ch. 5). Twice the smaller tail, at most 1.
    """
    most = k * (k - 1) // 2
    inversions = (most - abs(score)) // 2
    density = np.zeros(inversions + 1)
    density[0] = 1.0
    for j in range(1, k):
        total = np.cumsum(density)
        total[j + 1 :] -= total[: -j - 1].copy()
        density = total / (j + 1)
    return min(1.0, 2.0 * float(density.sum()))


def _score(x: FloatArray, y: FloatArray) -> int:
    """Return concordant less discordant pairs, row by row so that memory stays linear."""
    return sum(
        int(np.sum(np.sign(x[i] - x[i + 1 :]) * np.sign(y[i] - y[i + 1 :]))) for i in range(x.size)
    )


def _tie_sizes(x: FloatArray) -> FloatArray:
    sizes = np.unique(x, return_counts=True)[1].astype(np.float64)
    return sizes[sizes > 1]


def _tied_pairs(sizes: FloatArray) -> float:
    return float(np.sum(sizes * (sizes - 1.0))) / 2.0


def _score_variance(k: int, t: FloatArray, u: FloatArray) -> float:
    """Return the variance of S (Kendall 1970, eq. 4.5)."""
    if k < 2:
        return 0.0

    def cubic(s: FloatArray | float) -> float:
        return float(np.sum(s * (s - 1.0) * (2.0 * s + 5.0)))

    value = (cubic(float(k)) - cubic(t) - cubic(u)) / 18.0
    value += 4.0 * _tied_pairs(t) * _tied_pairs(u) / (2.0 * k * (k - 1.0))
    if k > 2:
        triples = np.sum(t * (t - 1.0) * (t - 2.0)) * np.sum(u * (u - 1.0) * (u - 2.0))
        value += float(triples) / (9.0 * k * (k - 1.0) * (k - 2.0))
    return value
