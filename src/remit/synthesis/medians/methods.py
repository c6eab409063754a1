"""By which published methods can a median be converted, and what does each give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from remit.core.checks import check_choice
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.medians.blue import blue
from remit.synthesis.medians.bootstrap import bootstrap_std_error
from remit.synthesis.medians.box_cox import box_cox_method
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.estimate import MedianEstimate
from remit.synthesis.medians.five import SCENARIOS, FiveNumbers, check_five_numbers
from remit.synthesis.medians.log_normal import log_normal
from remit.synthesis.medians.mln import mln
from remit.synthesis.medians.normal import luo_mean, shi_sd
from remit.synthesis.medians.quantile_fit import quantile_estimation
from remit.synthesis.medians.simple import bland, hozo, walter_yao, wan

__all__ = ["MEDIAN_METHODS", "MedianMethod", "mean_from_median", "sd_from_median"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianMethod:
    """One published way from a median to a mean and an SD.

    Attributes
    ----------
    name : str
        Its name here.
    source : str
        Where it is published.
    scenarios : tuple of str
        What it takes: ``S1`` (minimum, median, maximum), ``S2`` (quartiles and median), ``S3``
        (all five).
    convert : callable
        From five numbers to mean and SD, or why there are none.
    """

    name: str
    source: str
    scenarios: tuple[str, ...]
    convert: Callable[[FiveNumbers], Converted | NotEstimable]


def _luo_shi(five: FiveNumbers) -> Converted:
    return Converted(mean=luo_mean(five), sd=shi_sd(five))


_ALL = ("S1", "S2", "S3")

#: Every method by its name.
MEDIAN_METHODS = {
    name: MedianMethod(name=name, source=source, scenarios=scenarios, convert=convert)
    for name, source, scenarios, convert in (
        ("luo-shi", "Luo 2018 (mean); Wan 2014 and Shi 2020 (SD)", _ALL, _luo_shi),
        ("hozo", "Hozo 2005", ("S1",), hozo),
        ("wan", "Wan 2014", _ALL, wan),
        ("bland", "Bland 2015", ("S3",), bland),
        ("walter-yao", "Walter & Yao 2007", ("S1",), walter_yao),
        ("blue", "Yang 2022", _ALL, blue),
        ("log-normal", "Shi 2020, log-normal data", _ALL, log_normal),
        ("qe", "McGrath 2020, quantile estimation", _ALL, quantile_estimation),
        ("box-cox", "McGrath 2020, Box-Cox method", _ALL, box_cox_method),
        ("mln", "Cai 2021, MLN", _ALL, mln),
    )
}


def mean_from_median(
    method: str = "luo-shi",
    *,
    median: float,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
    bootstrap: int = 0,
    seed: int = 1,
) -> MedianEstimate | NotEstimable:
    """Estimate mean and SD from a median with its quartiles, its range, or both.

    Parameters
    ----------
    method : str
        One of `MEDIAN_METHODS`.
    median : float
        Median.
    n : int
        Number of people, at least 5.
    minimum, q1, q3, maximum : float or None
        Ends of the range and quartiles; each pair counts only if whole.
    bootstrap : int
        Number of samples for a parametric bootstrap of the mean's standard error; 0 for none.
        Only for the methods that fit a distribution: ``qe``, ``box-cox`` and ``mln``.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    MedianEstimate or NotEstimable
        Not estimable where the method does not take these numbers, such as the Box-Cox method
        numbers below 0, and where they have no spread. No other method steps in.

    Raises
    ------
    SpecError
        If there is no such method, or it fits no distribution to draw from.
    InputError
        If neither pair is whole, the numbers are out of order or n is below 5.
    """
    five, found = _converted_numbers(method, median, n, minimum, q1, q3, maximum)
    if isinstance(found, NotEstimable):
        return found
    std_error: float | NotEstimable | None = found.std_error
    if bootstrap:
        if found.fitted is None or bootstrap < 2:
            raise SpecError.at(
                "argument 'bootstrap'",
                found=f"{bootstrap} samples with method '{method}'",
                expected="two samples or more with 'qe', 'box-cox' or 'mln'",
                hint="The other methods fit no distribution from which samples could be drawn.",
            )
        convert = MEDIAN_METHODS[method].convert
        std_error = bootstrap_std_error(five, found.fitted, convert, bootstrap, seed)
    return MedianEstimate(
        mean=found.mean,
        sd=found.sd,
        method=method,
        source=MEDIAN_METHODS[method].source,
        scenario=five.scenario,
        n=five.n,
        note=found.note,
        std_error=std_error,
        samples=bootstrap or None,
        seed=seed if bootstrap else None,
    )


def sd_from_median(
    method: str = "luo-shi",
    *,
    median: float,
    n: int,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> float | NotEstimable:
    """Estimate an SD alone; parameters and errors are those of `mean_from_median`."""
    _, found = _converted_numbers(method, median, n, minimum, q1, q3, maximum)
    return found if isinstance(found, NotEstimable) else found.sd


def _converted_numbers(
    method: str,
    median: float | None,
    n: int,
    minimum: float | None,
    q1: float | None,
    q3: float | None,
    maximum: float | None,
) -> tuple[FiveNumbers, Converted | NotEstimable]:
    check_choice("method", method, tuple(MEDIAN_METHODS))
    five = check_five_numbers(median=median, n=n, minimum=minimum, q1=q1, q3=q3, maximum=maximum)
    return five, _converted(method, five)


@lru_cache(maxsize=1024)
def _converted(method: str, five: FiveNumbers) -> Converted | NotEstimable:
    """Convert; reviews ask for the same numbers again and again."""
    chosen = MEDIAN_METHODS[method]
    if five.scenario not in chosen.scenarios:
        takes = " or ".join(_WORDS[name] for name in chosen.scenarios)
        return NotEstimable(reason=f"{chosen.source} needs {takes}")
    if five.spread == 0.0:
        return NotEstimable(reason="the quantiles have no spread")
    return chosen.convert(five)


_WORDS = {name: ", ".join(parts[:-1]) + " and " + parts[-1] for name, parts in SCENARIOS.items()}
