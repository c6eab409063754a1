"""From the statistics that papers print to means, SDs and standard errors.

Handbook: Cochrane Handbook for Systematic Reviews of Interventions, version 6, chapter 6.
Statistics of one arm and of a contrast between arms are kept apart by their degrees of freedom:
n - 1 for one arm or a within-person change, n_a + n_b - 2 for a contrast.
"""

from __future__ import annotations

import math

from remit.core.checks import check_level, check_positive
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value, normal_quantile, t_quantile
from remit.synthesis.medians import (
    SkewnessTest,
    mean_from_five_numbers,
    sd_from_five_numbers,
    skewness_test,
)

__all__ = [
    "SkewnessTest",
    "correlation_from_sds",
    "mean_from_five_numbers",
    "rescaling_factor",
    "sd_from_contrast_se",
    "sd_from_five_numbers",
    "sd_from_se",
    "sd_of_change",
    "se_from_interval",
    "se_from_p",
    "skewness_test",
]

_ROUNDING = 1e-12


def sd_from_se(std_error: float, n: int) -> float:
    """Return the SD behind the standard error of one arm's mean: SE sqrt(n) (Handbook 6.5.2.2)."""
    return check_positive("std_error", std_error) * math.sqrt(check_positive("n", n))


def sd_from_contrast_se(std_error: float, n_a: int, n_b: int) -> float:
    """Return the pooled SD behind the standard error of a difference (Handbook 6.5.2.3).

    SE / sqrt(1/n_a + 1/n_b); it is taken to be the same in both arms.
    """
    inverse = 1.0 / check_positive("n_a", n_a) + 1.0 / check_positive("n_b", n_b)
    return check_positive("std_error", std_error) / math.sqrt(inverse)


def se_from_interval(
    low: float, high: float, *, level: float = 0.95, df: float | None = None
) -> float:
    """Return the standard error behind a symmetric interval (Handbook 6.5.2.2 and 6.5.2.3).

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    level : float
        Coverage as a proportion.
    df : float or None
        Degrees of freedom of t: n - 1 for one arm, n_a + n_b - 2 for a contrast; None: normal.

    Returns
    -------
    float
        Half the width over the two-sided critical value, in the unit of the ends.

    Raises
    ------
    InputError
        If the ends are not finite or not in order.
    SpecError
        If the level is not a proportion.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError.at(
            "confidence interval",
            found=f"{low!r} to {high!r}",
            expected="a lower end below the upper end",
        )
    return (high - low) / (2.0 * critical_value(check_level(level), _df(df)))


def se_from_p(estimate: float, p_value: float, *, df: float | None = None) -> float:
    """Return the standard error behind the two-sided p value of a mean or a difference.

    The absolute estimate over the t (or normal) quantile of 1 - p/2 (Handbook 6.5.2.3).

    Parameters
    ----------
    estimate : float
        Mean change or mean difference; not zero.
    p_value : float
        Exact two-sided p, above 0 and below 1. A bound such as p < 0.001 must not be given.
    df : float or None
        As in `se_from_interval`.

    Raises
    ------
    InputError
        If p is not between 0 and 1 or the estimate is zero or not finite.
    """
    if not 0.0 < p_value < 1.0:
        raise InputError.at(
            "argument 'p_value'",
            found=repr(p_value),
            expected="an exact two-sided p above 0 and below 1",
            hint="A bound such as p < 0.001 does not give a standard error.",
        )
    if not math.isfinite(estimate) or estimate == 0.0:
        raise InputError.at(
            "argument 'estimate'",
            found=repr(estimate),
            expected="a finite number other than 0",
            hint="No standard error follows from the p value of an effect of 0.",
        )
    df = _df(df)
    half = 0.5 * p_value
    statistic = -normal_quantile(half) if df is None else -t_quantile(half, df)
    return abs(estimate) / statistic


def sd_of_change(sd_before: float, sd_after: float, correlation: float) -> float:
    """Return the SD of within-person changes from two SDs and their correlation.

    sqrt(sd_before^2 + sd_after^2 - 2 r sd_before sd_after) (Handbook 6.5.2.8).

    Raises
    ------
    InputError
        If an SD is not above 0, the correlation is outside -1 to 1, or they leave no spread.
    """
    a, b = check_positive("sd_before", sd_before), check_positive("sd_after", sd_after)
    if not -1.0 <= correlation <= 1.0:
        raise InputError.at(
            "argument 'correlation'", found=repr(correlation), expected="a number from -1 to 1"
        )
    # (a - b)^2 + 2ab(1 - r) is the same sum without cancellation near r = 1
    variance = (a - b) ** 2 + 2.0 * a * b * (1.0 - correlation)
    return check_positive("SD of the change", math.sqrt(variance))


def correlation_from_sds(
    sd_before: float, sd_after: float, sd_change: float
) -> float | NotEstimable:
    """Return the correlation that two SDs and the SD of the change imply (Handbook 6.5.2.8).

    (sd_before^2 + sd_after^2 - sd_change^2) / (2 sd_before sd_after). Outside -1 to 1 the three
    do not belong together, and no correlation is returned.
    """
    a, b = check_positive("sd_before", sd_before), check_positive("sd_after", sd_after)
    c = check_positive("sd_change", sd_change)
    r = (a * a + b * b - c * c) / (2.0 * a * b)
    if abs(r) > 1.0 + _ROUNDING:
        return NotEstimable(
            reason=f"SDs of {a:g}, {b:g} and {c:g} (change) would need a correlation of {r:.2f}: "
            "they cannot come from the same people."
        )
    return min(1.0, max(-1.0, r))


def rescaling_factor(
    low: float, high: float, target_low: float = 0.0, target_high: float = 10.0
) -> float:
    """Return what a difference or an SD is multiplied by to go from one scale to another.

    The ratio of the scales' lengths: 0.1 from 0-100 mm to 0-10.

    Raises
    ------
    InputError
        If a scale has no length.
    """
    length = check_positive("high minus low", high - low)
    return check_positive("target_high minus target_low", target_high - target_low) / length


def _df(df: float | None) -> float | None:
    return None if df is None else check_positive("df", df)
