"""Which means and SDs stand behind a median by the rules that came before Luo 2018."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import log_ndtr

from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.five import FiveNumbers
from remit.synthesis.medians.normal import wan_weights

__all__ = ["bland", "expected_range", "hozo", "walter_yao", "wan"]


def hozo(five: FiveNumbers) -> Converted:
    """Convert a range by Hozo, Djulbegovic & Hozo 2005 (BMC Med Res Methodol 5:13).

    Mean: (a + 2m + b)/4 up to 25 people, beyond that the median. SD: their eq. 12 up to 15
    people, a quarter of the range up to 70, a sixth beyond.
    """
    a, m, b = five.values
    mean = (a + 2.0 * m + b) / 4.0 if five.n <= 25 else m
    if five.n <= 15:
        sd = math.sqrt(((a - 2.0 * m + b) ** 2 / 4.0 + (b - a) ** 2) / 12.0)
    else:
        sd = (b - a) / (4.0 if five.n <= 70 else 6.0)
    return Converted(mean=mean, sd=sd)


def wan(five: FiveNumbers) -> Converted:
    """Convert by Wan, Wang, Liu & Tong 2014 (BMC Med Res Methodol 14:135).

    Mean: eq. 3 (range), eq. 14 (quartiles), eq. 10 (all five). Eq. 2, which adds
    (a - 2m + b)/(4n) to eq. 3 and which the meta package takes, is not used.
    """
    q = five.array
    weights = {
        "S1": np.array([1.0, 2.0, 1.0]) / 4.0,
        "S2": np.array([1.0, 1.0, 1.0]) / 3.0,
        "S3": np.array([1.0, 2.0, 2.0, 2.0, 1.0]) / 8.0,
    }[five.scenario]
    return Converted(mean=float(weights @ q), sd=float(wan_weights(five.scenario, five.n) @ q))


def bland(five: FiveNumbers) -> Converted:
    """Convert all five numbers by Bland 2015 (Int J Stat Med Res 4:57).

    The mean of his two bounds for the sum and for the sum of squares, which puts each quarter of
    the people midway between its two quantiles.
    """
    a, q1, m, q3, b = five.values
    mean = (a + 2.0 * q1 + 2.0 * m + 2.0 * q3 + b) / 8.0
    # about the mean, where the squares cancel less; the formula is the same for any origin
    a, q1, m, q3, b = (x - mean for x in five.values)
    squares = (a**2 + 2.0 * q1**2 + 2.0 * m**2 + 2.0 * q3**2 + b**2) / 16.0
    products = (a * q1 + q1 * m + m * q3 + q3 * b) / 8.0
    return Converted(mean=mean, sd=math.sqrt(squares + products))


def walter_yao(five: FiveNumbers) -> Converted:
    """Convert a range by Walter & Yao 2007 (J Clin Epidemiol 60:849).

    The median stands for the mean; the SD is the range over the expected range of n standard
    normal numbers.
    """
    ends = five.values[-1] - five.values[0]
    return Converted(mean=five.median, sd=ends / expected_range(five.n))


def expected_range(n: int) -> float:
    """Return the expected range of n standard normal numbers (Tippett 1925).

    The integral of 1 - (1 - Phi(x))^n - Phi(x)^n over the line, by the trapezoid rule, which for
    such a function is exact to rounding.
    """
    x = np.linspace(-15.0, 15.0, 1201)  # beyond 15 lies less than n times 4e-51
    below, above = n * log_ndtr(x), n * log_ndtr(-x)
    inside = -np.expm1(np.logaddexp(below, above))
    return float(inside.sum() * (x[1] - x[0]))
