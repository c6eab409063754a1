"""Do the studies disagree more than chance: Q, I2, H2 and the interval of tau2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.checks import check_level
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import chi2_quantile, chi2_upper_tail
from remit.synthesis.q_statistic import (
    check_studies,
    cochran_q,
    pair_weight,
    q_root,
    standard_form,
)

__all__ = [
    "ONE_STUDY",
    "CochranQ",
    "h2_from_tau2",
    "h2_interval",
    "i2_from_q",
    "i2_from_tau2",
    "i2_interval",
    "q_profile",
    "q_test",
    "typical_variance",
]

ONE_STUDY = NotEstimable(reason="One study cannot show how much studies differ.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CochranQ:
    """Cochran's test that all studies share one true effect.

    Attributes
    ----------
    q : float
        Weighted sum of squares about the common effect.
    df : int
        Number of studies less one.
    p_value : float
        Upper tail of chi-squared with ``df`` degrees of freedom.
    """

    q: float
    df: int
    p_value: float


def q_test(effect: Any, variance: Any) -> CochranQ | NotEstimable:
    """Compute Cochran's Q (Cochran 1954): the sum of w (y - mean)^2 with w = 1/variance.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances.

    Raises
    ------
    InputError
        If the studies cannot be pooled.
    """
    y, v = check_studies(effect, variance)
    if y.size == 1:
        return ONE_STUDY
    y, v, _ = standard_form(y, v)
    q, df = cochran_q(y, v), y.size - 1
    return CochranQ(q=q, df=df, p_value=chi2_upper_tail(q, df))


def typical_variance(variance: Any) -> float | NotEstimable:
    """Return the typical sampling variance (Higgins & Thompson 2002, eq. 9).

    Squared units of the effect; with w = 1/variance it is (k - 1) / (sum w - sum w^2 / sum w).
    """
    v = check_studies(np.zeros(len(variance)), variance)[1]
    if v.size == 1:
        return ONE_STUDY
    y, v, scale = standard_form(v, v)
    return scale * (y.size - 1) / float(pair_weight(1.0 / v))


def i2_from_tau2(tau2: float, typical: float) -> float:
    """Return I2 in per cent from tau2 and the typical variance.

    100 tau2 / (tau2 + s^2) with s^2 of Higgins & Thompson 2002, eq. 9; what metafor prints.
    """
    return 100.0 * tau2 / (tau2 + typical)


def h2_from_tau2(tau2: float, typical: float) -> float:
    """Return H2, total over sampling variance (Higgins & Thompson 2002)."""
    return 1.0 + tau2 / typical


def i2_from_q(q: float, df: int) -> float:
    """Return I2 in per cent from Q, 100 (Q - df) / Q, or 0 where Q is below df.

    Higgins & Thompson 2002; what meta prints. With DL it equals `i2_from_tau2`, with other
    estimators it does not.
    """
    return 100.0 * (q - df) / q if q > df else 0.0


def q_profile(effect: Any, variance: Any, level: float = 0.95) -> Interval | NotEstimable:
    """Return the Q-profile interval of tau2 (Viechtbauer 2007).

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances.
    level : float
        Coverage as a proportion.

    Returns
    -------
    Interval or NotEstimable
        The values of tau2 at which Q(tau2) lies between the two chi-squared quantiles. The lower
        end is 0 where Q(0) is below the upper quantile. Where Q(0) is below the lower quantile
        the interval is empty (metafor prints 0 to 0).

    Raises
    ------
    InputError, SpecError
        If the studies cannot be pooled; if the level is not a proportion.
    """
    level = check_level(level)
    y, v = check_studies(effect, variance)
    if y.size == 1:
        return ONE_STUDY
    y, v, scale = standard_form(y, v)
    df, at_zero = y.size - 1, cochran_q(y, v)
    alpha = 0.5 * (1.0 - level)
    few, many = chi2_quantile(alpha, df), chi2_quantile(1.0 - alpha, df)
    if at_zero < few:
        return NotEstimable(
            reason="The studies agree better than chance allows: no value of tau2, not even 0, "
            "fits the Q statistic, and the Q-profile interval is empty."
        )
    low = q_root(y, v, many).value if at_zero > many else 0.0
    high = q_root(y, v, few).value if at_zero > few else 0.0
    return Interval(low=low * scale, high=high * scale, level=level, method="Q-profile")


def i2_interval(
    tau2: Interval | NotEstimable, typical: float | NotEstimable
) -> Interval | NotEstimable:
    """Carry an interval of tau2 over to I2, in per cent."""
    return _carried(tau2, typical, i2_from_tau2)


def h2_interval(
    tau2: Interval | NotEstimable, typical: float | NotEstimable
) -> Interval | NotEstimable:
    """Carry an interval of tau2 over to H2."""
    return _carried(tau2, typical, h2_from_tau2)


def _carried(
    tau2: Interval | NotEstimable,
    typical: float | NotEstimable,
    from_tau2: Callable[[float, float], float],
) -> Interval | NotEstimable:
    if isinstance(tau2, NotEstimable):
        return tau2
    if isinstance(typical, NotEstimable):
        return typical
    return Interval(
        low=from_tau2(tau2.low, typical),
        high=from_tau2(tau2.high, typical),
        level=tau2.level,
        method=f"{tau2.method} of tau2",
    )
