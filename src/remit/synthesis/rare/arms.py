"""The linear predictors of a study: which arm's count depends how on the study's effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.cumulants import Cumulants

__all__ = ["Arm", "Slopes", "log_data", "slopes", "take"]

FloatArray = npt.NDArray[np.float64]
Slopes = dict[tuple[int, int], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arm:
    """One count per study with eta = offset + on_effect * theta + on_base * alpha.

    Attributes
    ----------
    family : Cumulants
        Counts of the k studies and their distribution.
    offset : (k,) array
        Known part of eta, such as the log of the person-time.
    on_effect, on_base : float
        How eta depends on the study's effect theta and on its base alpha.
    """

    family: Cumulants
    offset: FloatArray
    on_effect: float = 1.0
    on_base: float = 0.0

    def eta(self, theta: FloatArray, alpha: FloatArray | float) -> FloatArray:
        """Return the (k, m) canonical parameters."""
        eta = self.offset[:, None] + self.on_effect * theta + self.on_base * alpha
        return np.asarray(eta, dtype=np.float64)


def take(arms: tuple[Arm, ...], rows: npt.NDArray[np.intp]) -> tuple[Arm, ...]:
    """Return the arms of the studies ``rows``, which may repeat."""
    return tuple(
        Arm(
            family=arm.family.take(rows),
            offset=arm.offset[rows],
            on_effect=arm.on_effect,
            on_base=arm.on_base,
        )
        for arm in arms
    )


def log_data(arms: tuple[Arm, ...], theta: FloatArray, alpha: FloatArray | float) -> FloatArray:
    """Return the (k, m) log-likelihoods of the counts, without their constants."""
    total = np.zeros_like(theta)
    for arm in arms:
        eta = arm.eta(theta, alpha)
        total = total + arm.family.count[:, None] * eta - arm.family.derivatives(eta, 0)[0]
    return total


def slopes(
    arms: tuple[Arm, ...], theta: FloatArray, alpha: FloatArray | float, order: int
) -> Slopes:
    """Return the derivatives of the log-likelihood, keyed by their orders in alpha and theta.

    Parameters
    ----------
    arms : tuple of Arm
        The arms of k studies.
    theta, alpha : (k, m) array
        Where the derivatives are taken; alpha may be (k, 1) or 0.
    order : int
        Highest total order, at most 4.
    """
    keys = [(a, n - a) for n in range(order + 1) for a in range(n + 1)]
    out: Slopes = {key: np.zeros(theta.shape) for key in keys}
    for arm in arms:
        eta = arm.eta(theta, alpha)
        k_derivatives = arm.family.derivatives(eta, order)
        count = arm.family.count[:, None]
        for a, b in keys:
            factor = arm.on_base**a * arm.on_effect**b
            if factor == 0.0:
                continue
            term = -k_derivatives[a + b]
            if a + b == 0:
                term = term + count * eta
            elif a + b == 1:
                term = term + count
            out[(a, b)] = out[(a, b)] + factor * term
    return out
