"""Mean and variance of the non-central hypergeometric distribution."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

__all__ = ["hypergeometric_moments"]


def hypergeometric_moments(
    n_1: int, n_2: int, events: int, log_odds_ratio: float
) -> tuple[float, float]:
    """Return mean and variance of the events in the first arm, all margins fixed.

    The weight of x is choose(n_1, x) choose(n_2, events - x) psi^x (McCullagh & Nelder 1989,
    sec. 7.3.2), summed over the whole range in logarithms.

    Parameters
    ----------
    n_1, n_2 : int
        Sizes of the arms.
    events : int
        Events in both arms.
    log_odds_ratio : float
        Logarithm of psi.
    """
    x = np.arange(max(0, events - n_2), min(n_1, events) + 1, dtype=np.float64)
    log_weight = x * log_odds_ratio - (
        gammaln(x + 1)
        + gammaln(n_1 - x + 1)
        + gammaln(events - x + 1)
        + gammaln(n_2 - events + x + 1)
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = float(weight @ x)
    return mean, float(weight @ (x - mean) ** 2)
