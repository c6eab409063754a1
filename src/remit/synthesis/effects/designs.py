"""Trials whose people were not randomised one by one: clusters and crossovers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level, check_positive, lock
from remit.core.errors import InputError
from remit.core.notes import Note
from remit.core.numerics import critical_value, t_quantile, t_two_sided
from remit.synthesis.effects.effect_table import EffectSizes
from remit.synthesis.effects.kernel import FloatArray

__all__ = [
    "PeriodAdjusted",
    "design_effect",
    "effective_n",
    "for_clusters",
    "paired_correlation",
    "paired_se",
    "paired_se_from_interval",
    "paired_se_from_p",
    "period_adjusted_difference",
]


def design_effect(
    cluster_size: npt.ArrayLike, icc: npt.ArrayLike, *, cv: npt.ArrayLike = 0.0
) -> FloatArray:
    """Return the factor by which clustering inflates a variance.

    1 + ((1 + cv^2) m - 1) ICC: Handbook 23.1.4 with clusters of one size, Eldridge 2006 (Int J
    Epidemiol 35:1292) with the coefficient of variation of their sizes.

    Parameters
    ----------
    cluster_size : array-like
        Mean number of people per cluster, 1 or more.
    icc : array-like
        Intracluster correlation, 0 to 1.
    cv : array-like
        SD of the cluster sizes over their mean.

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    m, rho, spread = (np.asarray(x, dtype=np.float64) for x in (cluster_size, icc, cv))
    _check("cluster_size", m, ~(m >= 1), "1 or more")
    _check("icc", rho, ~((rho >= 0) & (rho <= 1)), "a correlation from 0 to 1")
    _check("cv", spread, ~(spread >= 0), "0 or more")
    return np.asarray(1 + ((1 + spread**2) * m - 1) * rho)


def effective_n(n: npt.ArrayLike, factor: npt.ArrayLike) -> FloatArray:
    """Return counts or group sizes divided by the design effect (Handbook 23.1.4).

    Events and group sizes are both divided, so that the risk stays what it is.
    """
    divisor = np.asarray(factor, dtype=np.float64)
    _check("factor", divisor, ~(divisor >= 1), "1 or more")
    return np.asarray(np.asarray(n, dtype=np.float64) / divisor)


def for_clusters(effects: EffectSizes, factor: npt.ArrayLike) -> EffectSizes:
    """Return the effects with the variances of cluster trials inflated.

    Parameters
    ----------
    effects : EffectSizes
        Effects computed as if people had been randomised one by one.
    factor : float or (k,) array-like
        Design effects, 1 for trials without clusters.
    """
    scale = np.broadcast_to(np.asarray(factor, dtype=np.float64), (effects.k,))
    _check("factor", scale, ~(scale >= 1), "1 or more")
    notes = tuple(
        (
            *row,
            Note(
                kind="corrected",
                text=f"Variance times {x:.4g}, the design effect of clusters.",
                study=label,
                method="Handbook 23.1.4",
            ),
        )
        if x > 1
        else row
        for row, label, x in zip(effects.notes, effects.labels, scale, strict=True)
    )
    covariance = effects.covariance
    if covariance is not None:
        covariance = lock(covariance * np.sqrt(np.outer(scale, scale)))
    return replace(
        effects, variance=lock(effects.variance * scale), notes=notes, covariance=covariance
    )


def paired_se(sd1: float, sd2: float, correlation: float, n: float) -> float:
    """Return the standard error of a mean within-person difference (Handbook 23.2.7.1).

    sqrt((sd1^2 + sd2^2 - 2 r sd1 sd2)/n).

    Raises
    ------
    InputError
        If an SD or n is not above 0 or the correlation is not from -1 to 1.
    """
    a, b, size = check_positive("sd1", sd1), check_positive("sd2", sd2), check_positive("n", n)
    _check("correlation", np.array(correlation), np.array(not -1 <= correlation <= 1), "-1 to 1")
    return math.sqrt(((a - b) ** 2 + 2 * a * b * (1 - correlation)) / size)


def paired_se_from_p(difference: float, p_value: float, n: float) -> float:
    """Return the standard error behind the two-sided p of a paired t test, n - 1 df.

    Raises
    ------
    InputError
        If p is not inside 0 to 1, the difference is 0 or n is below 2.
    """
    _check("p_value", np.array(p_value), np.array(not 0 < p_value < 1), "inside 0 to 1")
    zero = not (math.isfinite(difference) and difference != 0)
    _check("difference", np.array(difference), np.array(zero), "a finite number other than 0")
    return abs(difference) / -t_quantile(0.5 * p_value, _df(n))


def paired_se_from_interval(low: float, high: float, n: float, level: float = 0.95) -> float:
    """Return the standard error behind a t interval of a mean difference, n - 1 df.

    Raises
    ------
    InputError
        If the ends are not in order or n is below 2.
    SpecError
        If the level is no proportion.
    """
    width = check_positive("high minus low", high - low)
    return width / (2 * critical_value(check_level(level), _df(n)))


def paired_correlation(std_error: float, sd1: float, sd2: float, n: float) -> float:
    """Return the correlation that a paired standard error and two SDs imply (Handbook 23.2.7.1).

    Raises
    ------
    InputError
        If no correlation from -1 to 1 fits: the numbers do not belong together.
    """
    a, b = check_positive("sd1", sd1), check_positive("sd2", sd2)
    spread = check_positive("std_error", std_error) ** 2 * check_positive("n", n)
    r = (a * a + b * b - spread) / (2 * a * b)
    text = "a standard error that goes with the SDs (a correlation from -1 to 1)"
    _check("std_error", np.array(std_error), np.array(not -1 <= r <= 1), text)
    return r


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAdjusted:
    """A two-period crossover, its treatment difference freed of a period effect.

    Attributes
    ----------
    difference : float
        Treatment A less treatment B.
    std_error, df, p_value : float
        Its standard error, degrees of freedom and two-sided p of t.
    period_effect : float
        Period 1 less period 2.
    n : float
        People in both sequences.
    """

    difference: float
    std_error: float
    df: float
    p_value: float
    period_effect: float
    n: float

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a plain dictionary."""
        return {name: getattr(self, name) for name in self.__slots__}


def period_adjusted_difference(
    *,
    mean_ab: float,
    sd_ab: float,
    n_ab: float,
    mean_ba: float,
    sd_ba: float,
    n_ba: float,
) -> PeriodAdjusted:
    """Return the treatment difference of an AB/BA crossover, adjusted for period.

    Half the difference between the sequences' mean within-person differences, period 1 less
    period 2; SE half of s sqrt(1/n_ab + 1/n_ba) with the pooled SD, n_ab + n_ba - 2 df (Hills &
    Armitage 1979, Br J Clin Pharmacol 8:7). It takes carry-over to be the same in both.

    Parameters
    ----------
    mean_ab, sd_ab, n_ab : float
        Mean and SD of period 1 less period 2, and people, in those who had A first.
    mean_ba, sd_ba, n_ba : float
        The same in those who had B first.

    Raises
    ------
    InputError
        If an SD is not above 0 or there are fewer than 3 people.
    """
    a, b = check_positive("n_ab", n_ab), check_positive("n_ba", n_ba)
    df = check_positive("n_ab + n_ba - 2", a + b - 2)
    one, two = check_positive("sd_ab", sd_ab), check_positive("sd_ba", sd_ba)
    pooled = ((a - 1) * one**2 + (b - 1) * two**2) / df
    error = 0.5 * math.sqrt(pooled * (1 / a + 1 / b))
    difference = 0.5 * (mean_ab - mean_ba)
    return PeriodAdjusted(
        difference=difference,
        std_error=error,
        df=df,
        p_value=t_two_sided(difference / error, df),
        period_effect=0.5 * (mean_ab + mean_ba),
        n=a + b,
    )


def _df(n: float) -> float:
    _check("n", np.array(n), np.array(not n >= 2), "at least 2 people")
    return n - 1


def _check(name: str, values: FloatArray, bad: npt.NDArray[np.bool_], expected: str) -> None:
    """Refuse an argument of which any number is marked."""
    if np.any(bad):
        first = np.ravel(values)[np.flatnonzero(np.ravel(bad))[0]]
        raise InputError.at(f"argument '{name}'", found=f"{first:g}", expected=expected)
