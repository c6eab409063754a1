"""First and second derivatives of a study's integral from moments over its nodes.

A study's likelihood is the integral of f times a normal density, f being the likelihood of its
counts. A derivative in the mean falls on either factor, and that in the variance is half the
second one in the mean (the heat equation). With the density as the factor that is differentiated
the digits get lost where the data say little against the variance, with f where they say much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Slopes

__all__ = ["MUCH", "StudyTerms", "base_twice_effect", "effect_ratios", "from_ratios", "normalised"]

FloatArray = npt.NDArray[np.float64]
#: Information of the data times the variance above which the normal density is differentiated.
MUCH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyTerms:
    """Log-likelihood of each study with its first and second derivatives.

    Attributes
    ----------
    value : (k,) array
        Log-likelihoods, without the constants of the counts.
    gradient, hessian : (k, q) and (k, q, q) array
        Derivatives in (mean, alpha, tau2) on a line, q = 3; in (mean, base, sigma2, tau2) on a
        plane, q = 4.
    """

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray


def normalised(log_g: FloatArray, log_step: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the log of the integral (k,) and the weights (k, m) of the nodes, which sum to 1."""
    log_g = log_g + log_step
    top = log_g.max(axis=1, keepdims=True)
    weight = np.exp(log_g - top)
    total = weight.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], weight / total


def from_ratios(
    weight: FloatArray, firsts: list[FloatArray], seconds: dict[tuple[int, int], FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return gradient and Hessian from derivatives over the integrand, f'/f and f''/f."""
    k, q = weight.shape[0], len(firsts)
    gradient = np.stack([(weight * first).sum(axis=1) for first in firsts], axis=1)
    hessian = np.zeros((k, q, q))
    for (i, j), ratio in seconds.items():
        entry = (weight * ratio).sum(axis=1) - gradient[:, i] * gradient[:, j]
        hessian[:, i, j] = hessian[:, j, i] = entry
    return gradient, hessian


def effect_ratios(at: Slopes) -> tuple[FloatArray, ...]:
    """Return the derivatives of f in theta over f, up to the highest order that there is."""
    d1, d2 = at[(0, 1)], at[(0, 2)]
    out = [d1, d2 + d1**2]
    if (0, 4) in at:
        d3, d4 = at[(0, 3)], at[(0, 4)]
        out += [
            d3 + 3.0 * d1 * d2 + d1**3,
            d4 + 4.0 * d1 * d3 + 3.0 * d2**2 + 6.0 * d1**2 * d2 + d1**4,
        ]
    return tuple(out)


def base_twice_effect(at: Slopes, ratios: tuple[FloatArray, ...]) -> FloatArray:
    """Return the derivative of f once in alpha and twice in theta, over f."""
    cross = at[(1, 2)] + 2.0 * at[(1, 1)] * at[(0, 1)] + at[(1, 0)] * ratios[1]
    return np.asarray(cross, dtype=np.float64)
