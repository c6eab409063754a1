"""The log-likelihood of all studies as one function of a parameter vector.

The last entries of the vector are variances; `ascent` searches them as standard deviations, in
which the likelihood is even, so that a maximum at zero is an ordinary one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.arms import Arm
from remit.synthesis.rare.line_integral import line_terms
from remit.synthesis.rare.plane_integral import plane_terms

__all__ = ["Likelihood", "LineLikelihood", "Local", "PlaneLikelihood"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Local:
    """Value, gradient (q,) and Hessian (q, q) at one parameter vector."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


class Likelihood(Protocol):
    """What can be climbed."""

    @property
    def variances(self) -> int:
        """Return how many of the last parameters are variances."""
        ...

    def at(self, parameters: FloatArray, *, free_tau2: bool, refine: float = 1.0) -> Local:
        """Evaluate; second derivatives in the last variance only where it is free."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineLikelihood:
    """One random effect per study, and in some or all studies a base that is free.

    Parameters are the coefficients of ``design``, the free bases, and tau2.

    Attributes
    ----------
    arms : tuple of Arm
        The counts.
    centre : (k,) array
        Known part of each study's mean effect.
    design : (k, p) array
        What the mean effect depends on; p may be 0.
    free_base : (k,) bool array
        Which studies have a base alpha of their own; it is 0 in the others.
    """

    arms: tuple[Arm, ...]
    centre: FloatArray
    design: FloatArray
    free_base: npt.NDArray[np.bool_]

    @property
    def variances(self) -> int:
        """Return 1: the variance of the effects."""
        return 1

    def at(self, parameters: FloatArray, *, free_tau2: bool, refine: float = 1.0) -> Local:
        """Evaluate the log-likelihood."""
        k, p = self.design.shape
        mean = self.centre + self.design @ parameters[:p]
        own = np.flatnonzero(self.free_base)
        alpha = np.zeros(k)
        alpha[own] = parameters[p:-1]
        tau2 = float(parameters[-1])
        terms = line_terms(self.arms, mean, alpha, tau2, free_tau2=free_tau2, refine=refine)
        g, h, x = terms.gradient, terms.hessian, self.design
        size = p + own.size + 1
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        gradient[:p], gradient[-1] = x.T @ g[:, 0], g[:, 2].sum()
        hessian[:p, :p] = x.T @ (h[:, 0, 0, None] * x)
        hessian[:p, -1] = hessian[-1, :p] = x.T @ h[:, 0, 2]
        hessian[-1, -1] = h[:, 2, 2].sum()
        at = p + np.arange(own.size)
        gradient[at] = g[own, 1]
        hessian[at, at] = h[own, 1, 1]
        hessian[at, :p] = x[own] * h[own, 0, 1, None]
        hessian[:p, at] = hessian[at, :p].T
        hessian[at, -1] = hessian[-1, at] = h[own, 1, 2]
        return Local(value=float(terms.value.sum()), gradient=gradient, hessian=hessian)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaneLikelihood:
    """Two independent random effects per study: the effect, and the base alpha.

    Parameters are the coefficients of ``design``, the mean base, sigma2 of the bases, and tau2.

    Attributes
    ----------
    arms, centre, design
        As in `LineLikelihood`.
    """

    arms: tuple[Arm, ...]
    centre: FloatArray
    design: FloatArray

    @property
    def variances(self) -> int:
        """Return 2: the variances of the bases and of the effects."""
        return 2

    def at(self, parameters: FloatArray, *, free_tau2: bool, refine: float = 1.0) -> Local:
        """Evaluate the log-likelihood; all second derivatives are always there."""
        p = self.design.shape[1]
        mean = self.centre + self.design @ parameters[:p]
        base, sigma2, tau2 = (float(value) for value in parameters[p:])
        terms = plane_terms(self.arms, mean, base, sigma2, tau2, refine=refine)
        spread = np.concatenate(
            (
                np.concatenate((self.design, np.zeros((mean.size, 3))), axis=1)[:, None, :],
                np.broadcast_to(np.eye(p + 3)[p:], (mean.size, 3, p + 3)),
            ),
            axis=1,
        )
        gradient = np.einsum("kiq,ki->q", spread, terms.gradient)
        hessian = np.einsum("kiq,kij,kjr->qr", spread, terms.hessian, spread)
        return Local(value=float(terms.value.sum()), gradient=gradient, hessian=hessian)
