"""What mean and SD stand behind the quantiles of log-normal data."""

from __future__ import annotations

import math

from remit.core.estimate import NotEstimable
from remit.synthesis.medians.converted import Converted
from remit.synthesis.medians.five import FiveNumbers
from remit.synthesis.medians.normal import luo_mean, shi_sd

__all__ = ["log_normal"]


def log_normal(five: FiveNumbers) -> Converted | NotEstimable:
    """Convert the logarithms of the quantiles, and bring mean and SD back without bias.

    Shi, Tong, Wang & Genton 2020 (Stat Interface 13:519): mean by Luo 2018 and SD by Wan 2014 or
    Shi 2020 of the logarithms, the squared SD and its square made unbiased, then mean and SD of
    the log-normal distribution with their correction of order 1/n. The constants are those that
    metafor's ``conv.fivenum(dist="lnorm")`` has.
    """
    if five.values[0] <= 0.0:
        return NotEstimable(
            reason=f"log-normal data lie above 0, and the smallest quantile is {five.values[0]:g}"
        )
    logs = FiveNumbers(
        scenario=five.scenario, values=tuple(math.log(x) for x in five.values), n=five.n
    )
    mu, sigma, n = luo_mean(logs), shi_sd(logs), float(five.n)
    if five.scenario == "S1":
        bias_2, bias_4 = 1.01 + 0.25 / math.log(n) ** 2, 1.0 + 2.23 / math.log(n) ** 2
        of_mean, of_variance = (0.565, 0.37), (2.26, 5.92, 1.48)
    elif five.scenario == "S2":
        bias_2, bias_4 = 1.0 + 1.58 / n, 1.0 + 19.2 / math.pow(n, 1.2)
        of_mean, of_variance = (0.57, 0.75), (2.28, 12.0, 3.0)
    else:
        bias_2, bias_4 = 1.0 + 0.28 / math.log(n) ** 2, 1.0 + 3.93 / n
        of_mean, of_variance = (0.405, 0.315), (1.62, 5.04, 1.26)
    s2, s4 = sigma**2 / bias_2, sigma**4 / bias_4
    mean = math.exp(mu + s2 / 2.0) / (1.0 + (of_mean[0] * s2 + of_mean[1] * s4) / n)
    square = math.exp(2.0 * s2) / (1.0 + (of_variance[0] * s2 + of_variance[1] * s4) / n)
    square -= math.exp(s2) / (1.0 + (of_variance[0] * s2 + of_variance[2] * s4) / n)
    if square <= 0.0:
        return NotEstimable(reason="the corrected variance of the log-normal data is not above 0")
    return Converted(mean=mean, sd=math.exp(mu) * math.sqrt(square))
