"""The beta-binomial likelihood of groups of arms that share one intraclass correlation.

Counts y of n with probabilities from a beta distribution with mean p and intraclass correlation
rho (Kuss 2015, Stat Med 34:1097). With gamma = rho/(1 - rho) the likelihood of a count is a ratio
of products, prod_{j<y} (p + j gamma) prod_{j<n-y} (q + j gamma) / prod_{j<n} (1 + j gamma)
(Griffiths 1973, Biometrics 29:637): exact at gamma = 0, where it is binomial, and free of gamma
functions. It is concave in p.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

__all__ = ["Group", "group_of", "group_terms"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """The arms of one group, sorted into factors of the likelihood.

    Attributes
    ----------
    events, failures, sizes : (m,) array
        At place j: number of arms with more than j events, non-events, people.
    constant : float
        Logarithms of the binomial coefficients.
    """

    events: FloatArray
    failures: FloatArray
    sizes: FloatArray
    constant: float

    @property
    def share(self) -> float:
        """Return all events over all people."""
        return float(self.events.sum() / self.sizes.sum())


def _more_than(counts: FloatArray) -> FloatArray:
    tally = np.bincount(counts.astype(np.int64))
    return np.asarray(tally[::-1].cumsum()[::-1][1:], dtype=np.float64)


def group_of(y: FloatArray, n: FloatArray) -> Group:
    """Sort the arms of one group.

    Parameters
    ----------
    y, n : (k,) array
        Whole numbers, events and people.
    """
    constant = gammaln(n + 1.0) - gammaln(y + 1.0) - gammaln(n - y + 1.0)
    return Group(
        events=_more_than(y),
        failures=_more_than(n - y),
        sizes=_more_than(n),
        constant=float(np.sum(constant)),
    )


def group_terms(group: Group, p: float, gamma: float) -> tuple[float, FloatArray, FloatArray]:
    """Return log-likelihood, gradient (2,) and Hessian (2, 2) in p and gamma.

    Parameters
    ----------
    group : Group
        The arms.
    p : float
        Mean probability; what rounds to 0 or 1 is taken a little inside.
    gamma : float
        rho/(1 - rho), at least 0.
    """
    value = group.constant
    gradient, hessian = np.zeros(2), np.zeros((2, 2))
    parts = (
        (group.events, max(p, 1e-150), 1.0, 1.0),
        (group.failures, max(1.0 - p, 1e-17), -1.0, 1.0),
        (group.sizes, 1.0, 0.0, -1.0),
    )
    for weight, start, by_p, sign in parts:
        if weight.size == 0:
            continue
        j = np.arange(weight.size)
        factor = start + j * gamma
        first, second = sign * weight / factor, sign * weight / factor**2
        value += sign * float(np.sum(weight * np.log(factor)))
        gradient += [by_p * np.sum(first), np.sum(j * first)]
        cross = by_p * np.sum(j * second)
        hessian -= [[by_p**2 * np.sum(second), cross], [cross, np.sum(j**2 * second)]]
    return value, gradient, hessian
