"""What mean and SD stand behind a median with its quartiles or range; is it to be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.core.numerics import normal_quantile

__all__ = ["SkewnessTest", "mean_from_five_numbers", "sd_from_five_numbers", "skewness_test"]

_LEAST_N = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Five:
    """Quantiles that belong together: ends, quartiles or both, about a median."""

    ends: tuple[float, float] | None
    quartiles: tuple[float, float] | None
    median: float
    n: int


def _five(
    minimum: float | None,
    q1: float | None,
    median: float | None,
    q3: float | None,
    maximum: float | None,
    n: int,
) -> _Five:
    """Check quantiles; a lone end or a lone quartile is left out, as no method uses it."""
    ends = None if minimum is None or maximum is None else (minimum, maximum)
    quartiles = None if q1 is None or q3 is None else (q1, q3)
    if median is None or (ends is None and quartiles is None):
        raise InputError.at(
            "quantiles",
            found="no median" if median is None else "a median alone",
            expected="a median with both quartiles, both ends of the range, or all four",
        )
    given = [x for x in (minimum, q1, median, q3, maximum) if x is not None]
    if not all(map(math.isfinite, given)) or given != sorted(given):
        raise InputError.at(
            "quantiles",
            found=", ".join(f"{x:g}" for x in given),
            expected="finite numbers that do not fall from minimum to maximum",
        )
    if not n >= _LEAST_N:
        raise InputError.at(
            "argument 'n'",
            found=repr(n),
            expected=f"at least {_LEAST_N} people",
            hint="Below that no mean or SD is estimated from quantiles; show the median itself.",
        )
    return _Five(ends=ends, quartiles=quartiles, median=median, n=n)


def mean_from_five_numbers(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> float:
    """Estimate a mean from a median with its quartiles, its range, or both.

    Luo, Wan, Liu & Tong 2018 (Stat Methods Med Res 27:1785), for normal data: eq. 7 from the
    range, eq. 11 from the quartiles, eq. 15 from both.

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
    five = _five(minimum, q1, median, q3, maximum, n)
    size = math.pow(five.n, 0.75)
    middle_of_ends = 0.0 if five.ends is None else 0.5 * sum(five.ends)
    if five.quartiles is None:
        w = 4.0 / (4.0 + size)
        return w * middle_of_ends + (1.0 - w) * five.median
    middle_of_quartiles = 0.5 * sum(five.quartiles)
    if five.ends is None:
        w = 0.7 + 0.39 / five.n
        return w * middle_of_quartiles + (1.0 - w) * five.median
    w_ends, w_quartiles = 2.2 / (2.2 + size), 0.7 - 0.72 / math.pow(five.n, 0.55)
    rest = (1.0 - w_ends - w_quartiles) * five.median
    return w_ends * middle_of_ends + w_quartiles * middle_of_quartiles + rest


def sd_from_five_numbers(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> float:
    """Estimate an SD from the quartiles, the range, or both.

    For normal data. Range: Wan 2014 (BMC Med Res Methodol 14:135), eq. 9; quartiles: Wan 2014,
    eq. 16; both: Shi 2020 (Res Synth Methods 11:641), eq. 10. The quantile formulae are used for
    every n; the meta package takes Wan's tables instead up to n = 50 (range) and 201 (quartiles).

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
    five = _five(minimum, q1, median, q3, maximum, n)
    of_ends = normal_quantile((five.n - 0.375) / (five.n + 0.25))
    of_quartiles = normal_quantile((0.75 * five.n - 0.125) / (five.n + 0.25))
    if five.quartiles is None:
        return _spread(five.ends) / (2.0 * of_ends)
    if five.ends is None:
        return _spread(five.quartiles) / (2.0 * of_quartiles)
    size = 0.07 * math.pow(five.n, 0.6)
    theta_ends = 2.0 * (1.0 + size) * of_ends
    theta_quartiles = 2.0 * (1.0 + 1.0 / size) * of_quartiles
    return _spread(five.ends) / theta_ends + _spread(five.quartiles) / theta_quartiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SkewnessTest:
    """Whether quantiles lie too far from symmetric for normal data.

    Attributes
    ----------
    statistic, critical : float
        Asymmetry, and the value above which it is significant at the 5 per cent level.
    skewed : bool
        Whether it is above.
    scenario : str
        ``S1`` (range), ``S2`` (quartiles) or ``S3`` (both).
    """

    statistic: float
    critical: float
    skewed: bool
    scenario: str


def skewness_test(
    *,
    median: float | None,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> SkewnessTest:
    """Test quantiles for skewness (Shi 2023, Stat Methods Med Res 32:1338).

    Where a pair has no spread its asymmetry counts as 0: it shows none.

    Parameters
    ----------
    median, n, minimum, q1, q3, maximum
        As in `mean_from_five_numbers`.

    Raises
    ------
    InputError
        As in `mean_from_five_numbers`.
    """
    five = _five(minimum, q1, median, q3, maximum, n)
    size = five.n
    ends, quartiles = (_asymmetry(pair, five.median) for pair in (five.ends, five.quartiles))
    if five.quartiles is None:
        scenario, statistic = "S1", ends
        critical = 1.01 / math.log(size + 9) + 2.43 / (size + 1)
    elif five.ends is None:
        scenario, statistic = "S2", quartiles
        critical = 2.66 / math.sqrt(size) - 5.92 / size**2
    else:
        scenario = "S3"
        statistic = max(2.65 * math.log(0.6 * size) / math.sqrt(size) * ends, quartiles)
        critical = 2.97 / math.sqrt(size) - 39.1 / size**3
    return SkewnessTest(
        statistic=statistic, critical=critical, skewed=statistic > critical, scenario=scenario
    )


def _spread(pair: tuple[float, float] | None) -> float:
    return 0.0 if pair is None else pair[1] - pair[0]


def _asymmetry(pair: tuple[float, float] | None, median: float) -> float:
    spread = _spread(pair)
    return 0.0 if pair is None or spread == 0 else abs(sum(pair) - 2.0 * median) / spread
