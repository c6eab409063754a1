"""Maximum likelihood for one or two groups of arms with a common intraclass correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from remit.synthesis.rare.ascent import highest_peak
from remit.synthesis.rare.beta_binomial_likelihood import Group, group_terms
from remit.synthesis.rare.likelihoods import Local
from remit.synthesis.tau2 import SolverStatus

__all__ = ["BetaBinomialFit", "GroupsLikelihood", "Place", "Places", "fit_groups", "logistic"]

FloatArray = npt.NDArray[np.float64]
_ENOUGH = 10.0  # root of rho/(1 - rho), rho = 0.99, beyond which a falling profile is left
#: A probability with its first and second derivative in the free parameter.
Place = tuple[float, float, float]


class Places(Protocol):
    """From the free parameters to the groups' probabilities."""

    def __call__(self, free: FloatArray) -> list[tuple[int, Place]]:
        """Return for each group which parameter moves it (-1: none), and its place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaBinomialFit:
    """The maximum.

    Attributes
    ----------
    p : (g,) array
        Mean probability of each group.
    rho : float
        Intraclass correlation that they share.
    covariance : (g + 1, g + 1) array
        Of the probabilities and rho; zero rows for what lies at the edge of its range.
    loglik, binomial_loglik : float
        At the maximum, and with rho = 0.
    status : SolverStatus
        How it was found.
    """

    p: FloatArray
    rho: float
    covariance: FloatArray
    loglik: float
    binomial_loglik: float
    status: SolverStatus


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupsLikelihood:
    """Log-likelihood of all groups in some free parameters and gamma = rho/(1 - rho).

    Attributes
    ----------
    groups : tuple of Group
        One or two.
    places : Places
        How their probabilities depend on the free parameters.
    """

    groups: tuple[Group, ...]
    places: Places

    @property
    def variances(self) -> int:
        """Return 1: gamma, which like a variance is not negative."""
        return 1

    def at(self, parameters: FloatArray, *, free_tau2: bool, refine: float = 1.0) -> Local:
        """Evaluate; there is no quadrature to refine."""
        value, size = 0.0, parameters.size
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        gamma = float(parameters[-1])
        for group, (own, (p, slope, bend)) in zip(
            self.groups, self.places(parameters[:-1]), strict=True
        ):
            part, g, h = group_terms(group, p, gamma)
            value += part
            gradient[-1] += g[1]
            hessian[-1, -1] += h[1, 1]
            if own >= 0:
                gradient[own] += g[0] * slope
                hessian[own, own] += h[0, 0] * slope**2 + g[0] * bend
                hessian[own, -1] += h[0, 1] * slope
                hessian[-1, own] = hessian[own, -1]
        return Local(value=value, gradient=gradient, hessian=hessian)


def logistic(u: float) -> Place:
    """Return a probability and its derivatives in its logit."""
    p, q = float(expit(u)), float(expit(-u))
    return p, p * q, p * q * (q - p)


def _own_logits(groups: tuple[Group, ...]) -> tuple[Places, FloatArray]:
    """Return places with a logit for each group that has both, and where to start."""
    edges = [0.0 if g.events.size == 0 else 1.0 if g.failures.size == 0 else None for g in groups]
    start = [float(logit(g.share)) for g, e in zip(groups, edges, strict=True) if e is None]

    def places(free: FloatArray) -> list[tuple[int, Place]]:
        out: list[tuple[int, Place]] = []
        count = 0
        for edge in edges:
            if edge is None:
                out.append((count, logistic(float(free[count]))))
                count += 1
            else:
                out.append((-1, (edge, 0.0, 0.0)))
        return out

    return places, np.array(start)


def fit_groups(groups: tuple[Group, ...]) -> BetaBinomialFit:
    """Fit the model.

    Parameters
    ----------
    groups : tuple of Group
        One or two.

    Raises
    ------
    ConvergenceError
        If the likelihood rises up to rho = 1: every arm has no event or only events.
    """
    places, start = _own_logits(groups)
    likelihood = GroupsLikelihood(groups=groups, places=places)
    peak = highest_peak(likelihood, np.append(start, 0.0), _ENOUGH)
    binomial = likelihood.at(np.append(start, 0.0), free_tau2=False).value
    gamma = float(peak.parameters[-1])
    found = places(peak.parameters[:-1])
    jacobian = np.zeros((len(groups) + 1, peak.parameters.size))
    for i, (own, (_, slope, _)) in enumerate(found):
        if own >= 0:
            jacobian[i, own] = slope
    jacobian[-1, -1] = 1.0 / (1.0 + gamma) ** 2  # d rho / d gamma
    return BetaBinomialFit(
        p=np.array([place[0] for _, place in found]),
        rho=gamma / (1.0 + gamma),
        covariance=jacobian @ peak.covariance @ jacobian.T,
        loglik=peak.value,
        binomial_loglik=binomial,
        status=peak.status,
    )
