"""How far an estimated mean would differ in other samples from the fitted distribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.medians.converted import Converted, Fitted
from remit.synthesis.medians.five import FiveNumbers

__all__ = ["bootstrap_std_error"]

_PROBABILITIES = {
    "S1": (0.0, 0.5, 1.0),
    "S2": (0.25, 0.5, 0.75),
    "S3": (0.0, 0.25, 0.5, 0.75, 1.0),
}
_SMALLEST = 0.5


def bootstrap_std_error(
    five: FiveNumbers,
    fitted: Fitted,
    convert: Callable[[FiveNumbers], Converted | NotEstimable],
    samples: int,
    seed: int,
) -> float | NotEstimable:
    """Return the SD of the means that a method estimates from samples of its own distribution.

    Parametric bootstrap of McGrath 2023 (Stat Methods Med Res 32:373), as in estmeansd: n people
    are drawn, their quantiles (type 7 of Hyndman & Fan 1996) converted in turn. Where the
    smallest quantile of a sample is not above 0, the sample is moved until it is 0.5, and the
    mean moved back.

    Parameters
    ----------
    five : FiveNumbers
        What was converted.
    fitted : Fitted
        The distribution that it gave.
    convert : callable
        The method.
    samples, seed : int
        Number of samples, and the seed of NumPy's generator.

    Returns
    -------
    float or NotEstimable
        Not estimable if the method fails on one of the samples.
    """
    rng = np.random.default_rng(seed)
    means, failed, reason = np.empty(samples), 0, ""
    for i in range(samples):
        quantiles = np.quantile(fitted.draw(rng, five.n), _PROBABILITIES[five.scenario])
        shift = _SMALLEST - quantiles[0] if quantiles[0] <= 0.0 else 0.0
        drawn = FiveNumbers(
            scenario=five.scenario, values=tuple((quantiles + shift).tolist()), n=five.n
        )
        found = convert(drawn)
        if isinstance(found, NotEstimable):
            failed, reason = failed + 1, found.reason
        else:
            means[i] = found.mean - shift
    if failed:
        return NotEstimable(reason=f"{failed} of {samples} samples have no mean: {reason}")
    return float(means.std(ddof=1))
