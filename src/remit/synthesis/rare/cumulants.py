"""Log-likelihoods of one count as r eta - K(eta): the three families of the mixed models.

A count with canonical parameter eta has the log-likelihood r eta - K(eta) plus what does not
depend on eta. K is the cumulant function: its derivatives are the cumulants of the count. All
three are convex, so every log-likelihood here is concave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaln

__all__ = ["Binomial", "Cumulants", "NoncentralHypergeometric", "Poisson"]

FloatArray = npt.NDArray[np.float64]
_DROP = 45.0  # terms of the sum are left out where they have fallen by exp(-45)


class Cumulants(Protocol):
    """The family of one arm's counts, one member per study."""

    @property
    def count(self) -> FloatArray:
        """Return the (k,) counts r."""
        ...

    @property
    def constant(self) -> FloatArray:
        """Return the (k,) part of the log-likelihood that does not depend on eta."""
        ...

    def derivatives(self, eta: FloatArray, order: int) -> tuple[FloatArray, ...]:
        """Return K and its first ``order`` derivatives at (k, m) values of eta."""
        ...

    def take(self, rows: npt.NDArray[np.intp]) -> Cumulants:
        """Return the family of the studies ``rows``, which may repeat."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binomial:
    """r of n, eta the logit: K = n log(1 + exp(eta))."""

    count: FloatArray
    n: FloatArray

    @property
    def constant(self) -> FloatArray:
        """Return the logarithms of the binomial coefficients."""
        r, n = self.count, self.n
        return np.asarray(gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1), dtype=np.float64)

    def derivatives(self, eta: FloatArray, order: int) -> tuple[FloatArray, ...]:
        """Return K and its derivatives."""
        n = self.n[:, None]
        p, q = expit(eta), expit(-eta)
        npq = n * p * q
        every = (n * np.logaddexp(0.0, eta), n * p, npq, npq * (q - p), npq * (1.0 - 6.0 * p * q))
        return every[: order + 1]

    def take(self, rows: npt.NDArray[np.intp]) -> Binomial:
        """Return some of the studies."""
        return Binomial(count=self.count[rows], n=self.n[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poisson:
    """r events in a person-time of exp(offset), eta the log of the expected number."""

    count: FloatArray

    @property
    def constant(self) -> FloatArray:
        """Return minus the logarithms of the factorials."""
        return np.asarray(-gammaln(self.count + 1.0), dtype=np.float64)

    def derivatives(self, eta: FloatArray, order: int) -> tuple[FloatArray, ...]:
        """Return K and its derivatives, which are all alike."""
        return (np.exp(np.minimum(eta, 700.0)),) * (order + 1)

    def take(self, rows: npt.NDArray[np.intp]) -> Poisson:
        """Return some of the studies."""
        return Poisson(count=self.count[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoncentralHypergeometric:
    """Events of the first arm given all margins, eta the log odds ratio.

    K = log sum_x C(n1, x) C(n2, m - x) exp((x - a) eta), less the same at the observed x = a: the
    support is counted from a, so that no large numbers cancel, and the count is 0. The
    coefficients come from their ratios (Liao & Rosen 2001, Am Stat 55:366), not from factorials,
    and the sum runs over the terms that matter, so that counts of a million do no harm.

    Attributes
    ----------
    steps : tuple of (s,) int arrays
        The support of each study less its count.
    logs : tuple of (s,) float arrays
        Logarithms of the coefficients relative to that of the observed table.
    """

    steps: tuple[FloatArray, ...]
    logs: tuple[FloatArray, ...]
    constant: FloatArray

    @classmethod
    def of_tables(
        cls, a: FloatArray, n1: FloatArray, n2: FloatArray, m: FloatArray
    ) -> NoncentralHypergeometric:
        """Make the family from events ``a`` of ``n1``, and ``m`` events in both arms."""
        steps, logs = [], []
        for ai, n1i, n2i, mi in zip(a, n1, n2, m, strict=True):
            x = np.arange(max(0.0, mi - n2i), min(n1i, mi) + 1.0)
            low = x[:-1]
            ratio = np.log((n1i - low) * (mi - low)) - np.log((low + 1) * (n2i - mi + low + 1))
            here = int(ai - x[0])
            upward = np.concatenate(([0.0], np.cumsum(ratio[here:])))
            downward = -np.cumsum(ratio[:here][::-1])[::-1]
            steps.append(x - ai)
            logs.append(np.concatenate((downward, upward)))
        return cls(steps=tuple(steps), logs=tuple(logs), constant=np.zeros(len(steps)))

    @property
    def count(self) -> FloatArray:
        """Return zeros: the support is counted from the observed number."""
        return np.zeros(len(self.steps))

    def derivatives(self, eta: FloatArray, order: int) -> tuple[FloatArray, ...]:
        """Return K and its derivatives."""
        columns = [
            _moments(step, log, row, order)
            for step, log, row in zip(self.steps, self.logs, eta, strict=True)
        ]
        return tuple(np.stack(rows) for rows in zip(*columns, strict=True))

    def take(self, rows: npt.NDArray[np.intp]) -> NoncentralHypergeometric:
        """Return some of the studies."""
        return NoncentralHypergeometric(
            steps=tuple(self.steps[i] for i in rows),
            logs=tuple(self.logs[i] for i in rows),
            constant=self.constant[rows],
        )


def _moments(
    step: FloatArray, log: FloatArray, eta: FloatArray, order: int
) -> tuple[FloatArray, ...]:
    """Return log of the sum, mean and the next cumulants of one study at (m,) values of eta."""
    first, last = 0, step.size
    if step.size > 64:
        at_low, at_high = (log + end * step for end in (eta.min(), eta.max()))
        first = int(np.argmax(at_low > at_low.max() - _DROP))
        last = step.size - int(np.argmax((at_high > at_high.max() - _DROP)[::-1]))
    x = step[first:last]
    terms = log[first:last] + eta[:, None] * x
    top = terms.max(axis=1)
    weight = np.exp(terms - top[:, None])
    total = weight.sum(axis=1)
    out = [top + np.log(total)]
    if order >= 1:
        mean = weight @ x / total
        out.append(mean)
    if order >= 2:
        away = x - mean[:, None]
        weight = weight / total[:, None] * away * away
        out.append(weight.sum(axis=1))
    if order >= 3:
        weight = weight * away
        out.append(weight.sum(axis=1))
    if order >= 4:
        out.append((weight * away).sum(axis=1) - 3.0 * out[2] ** 2)
    return tuple(out)
