"""What mean and SD stand behind a median with its quartiles or range, for normal data."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.core.numerics import normal_quantile
from remit.synthesis.medians.five import FiveNumbers, check_five_numbers

__all__ = [
    "luo_mean",
    "luo_weights",
    "mean_from_five_numbers",
    "sd_from_five_numbers",
    "shi_sd",
    "shi_weights",
    "standard_range",
    "standard_width",
    "wan_weights",
]

FloatArray = npt.NDArray[np.float64]


def luo_weights(scenario: str, n: int) -> FloatArray:
    """Return the weights of the quantiles in the mean of Luo 2018.

    Luo, Wan, Liu & Tong 2018 (Stat Methods Med Res 27:1785): eq. 7 (S1), eq. 11 (S2) and eq. 15
    (S3).

    Parameters
    ----------
    scenario : str
        One of `SCENARIOS`.
    n : int
        Number of people.

    Returns
    -------
    (3,) or (5,) float array
        In the order of the quantiles; they sum to 1.
    """
    size = math.pow(n, 0.75)
    if scenario == "S1":
        outer = 4.0 / (4.0 + size)
        return np.array([outer / 2, 1.0 - outer, outer / 2])
    if scenario == "S2":
        outer = 0.7 + 0.39 / n
        return np.array([outer / 2, 1.0 - outer, outer / 2])
    ends, quartiles = 2.2 / (2.2 + size), 0.7 - 0.72 / math.pow(n, 0.55)
    return np.array([ends / 2, quartiles / 2, 1.0 - ends - quartiles, quartiles / 2, ends / 2])


def standard_range(n: int) -> float:
    """Return about how wide the range of n standard normal numbers is (Wan 2014, eq. 9)."""
    return 2.0 * normal_quantile((n - 0.375) / (n + 0.25))


def standard_width(n: int) -> float:
    """Return about how far the quartiles of n standard normal numbers lie apart (Wan, eq. 16)."""
    return 2.0 * normal_quantile((0.75 * n - 0.125) / (n + 0.25))


def wan_weights(scenario: str, n: int) -> FloatArray:
    """Return the weights of the quantiles in the SD of Wan 2014.

    Wan, Wang, Liu & Tong 2014 (BMC Med Res Methodol 14:135): eq. 9 (S1), eq. 16 (S2), and for
    S3 eq. 12 with the constants of eq. 9 and 16, the mean of the two. The quantile formulae are
    used for every n.

    Parameters
    ----------
    scenario, n
        As in `luo_weights`.

    Returns
    -------
    (3,) or (5,) float array
        In the order of the quantiles; they sum to 0.
    """
    return _sd_weights(scenario, n, share_of_ends=0.5)


def shi_weights(scenario: str, n: int) -> FloatArray:
    """Return the weights of the quantiles in the SD of Shi 2020, where all five are held.

    Shi et al. 2020 (Res Synth Methods 11:641), eq. 10; with three the SD is Wan's.

    Parameters
    ----------
    scenario, n
        As in `luo_weights`.

    Returns
    -------
    (3,) or (5,) float array
        In the order of the quantiles; they sum to 0.
    """
    return _sd_weights(scenario, n, share_of_ends=1.0 / (1.0 + 0.07 * math.pow(n, 0.6)))


def _sd_weights(scenario: str, n: int, share_of_ends: float) -> FloatArray:
    if scenario == "S1":
        return np.array([-1.0, 0.0, 1.0]) / standard_range(n)
    if scenario == "S2":
        return np.array([-1.0, 0.0, 1.0]) / standard_width(n)
    ends = share_of_ends / standard_range(n)
    quartiles = (1.0 - share_of_ends) / standard_width(n)
    return np.array([-ends, -quartiles, 0.0, quartiles, ends])


def mean_from_five_numbers(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> float:
    """Estimate a mean from a median with its quartiles, its range, or both, by Luo 2018.

    Parameters
    ----------
    median : float
        Median.
    n : int
        Number of people, at least 5.
    minimum, q1, q3, maximum : float or None
        Ends of the range and quartiles; each pair counts only if whole.

    Raises
    ------
    InputError
        If neither pair is whole, the numbers are out of order or n is below 5.
    """
    five = check_five_numbers(median=median, n=n, minimum=minimum, q1=q1, q3=q3, maximum=maximum)
    return luo_mean(five)


def luo_mean(five: FiveNumbers) -> float:
    """Return the mean of Luo 2018."""
    return float(luo_weights(five.scenario, five.n) @ five.array)


def sd_from_five_numbers(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> float:
    """Estimate an SD from the quartiles or the range (Wan 2014) or from both (Shi 2020).

    The quantile formulae are used for every n; the meta package takes Wan's tables instead up to
    n = 50 (range) and 201 (quartiles).

    Parameters
    ----------
    median, n, minimum, q1, q3, maximum
        As in `mean_from_five_numbers`.

    Returns
    -------
    float
        SD; 0 where the quantiles have no spread, which no study can be pooled with.

    Raises
    ------
    InputError
        As in `mean_from_five_numbers`.
    """
    five = check_five_numbers(median=median, n=n, minimum=minimum, q1=q1, q3=q3, maximum=maximum)
    return shi_sd(five)


def shi_sd(five: FiveNumbers) -> float:
    """Return the SD of Wan 2014 (three quantiles) or Shi 2020 (five)."""
    if five.spread == 0.0:
        return 0.0
    return float(shi_weights(five.scenario, five.n) @ five.array)
