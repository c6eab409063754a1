"""Do quantiles lie too far from symmetric for normal data."""

from __future__ import annotations

import math
from dataclasses import dataclass

from remit.synthesis.medians.five import check_five_numbers

__all__ = ["SkewnessTest", "skewness_test"]


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
    five = check_five_numbers(minimum=minimum, q1=q1, median=median, q3=q3, maximum=maximum, n=n)
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


def _asymmetry(pair: tuple[float, float] | None, median: float) -> float:
    if pair is None or pair[0] == pair[1]:
        return 0.0
    return abs(sum(pair) - 2.0 * median) / (pair[1] - pair[0])
