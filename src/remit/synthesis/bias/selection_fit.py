"""Fitting a selection function to standardised studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from remit.synthesis.bias.quasi_newton import Objective, ascend
from remit.synthesis.bias.selection_functions import (
    SelectionFunction,
    threshold_pieces,
)
from remit.synthesis.bias.selection_likelihood import SelectionLikelihood
from remit.synthesis.bias.selection_plan import UPPER, Plan
from remit.synthesis.bias.selection_search import Summit, climb

__all__ = ["SelectionFit", "covariance", "fit_selection", "fit_threshold"]

FloatArray = npt.NDArray[np.float64]
_FINALISTS = 4  # thresholds that are fitted from all starts after one pass over all


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionFit:
    """The maximum of a selection likelihood.

    Attributes
    ----------
    theta : (p + 1 + q,) float array
        Coefficients, tau2 and selection parameters.
    bound : (p + 1 + q,) bool array
        Which of them are fixed or at a bound.
    loglik : float
        Log-likelihood.
    cov : (f, f) float array or None
        Covariance of the free ones; None where the curvature gives none.
    summit : Summit
        How it was found.
    threshold : float or None
        Threshold of the effect, where it was estimated.
    ordered : bool
        Whether an order of the weights holds one of them back.
    """

    theta: FloatArray
    bound: npt.NDArray[np.bool_]
    loglik: float
    cov: FloatArray | None
    summit: Summit
    threshold: float | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scale:
    """The map between the search's coordinates and the model's parameters.

    Attributes
    ----------
    plan : Plan
        Parameters.
    p : int
        Number of coefficients.
    common : bool
        Whether tau2 is 0 and not searched for.
    """

    plan: Plan
    p: int
    common: bool

    @property
    def head(self) -> int:
        """Number of coordinates before the selection parameters."""
        return self.p if self.common else self.p + 1

    def theta(self, x: FloatArray) -> FloatArray:
        """Return the parameters at a point of the search."""
        delta = np.array([0.0 if value is None else value for value in self.plan.given])
        raw = x[self.head :]
        if self.plan.decreasing:
            raw = np.cumsum(raw)
        delta[self.plan.free] = np.exp(raw) if self.plan.positive else raw
        tau2 = 0.0 if self.common else float(x[self.p])
        return np.concatenate((x[: self.p], [tau2], delta))

    def gradient(self, theta: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the gradient in the coordinates of the search."""
        free = self.plan.free
        slope = gradient[self.p + 1 :][free]
        if self.plan.positive:
            slope = slope * theta[self.p + 1 :][free]
        if self.plan.decreasing:
            slope = np.cumsum(slope[::-1])[::-1]
        return np.concatenate((gradient[: self.head], slope))

    def point(self, coef: FloatArray, tau2: float, delta: FloatArray) -> FloatArray:
        """Return the coordinates of a starting point."""
        raw = delta[self.plan.free]
        raw = np.log(raw) if self.plan.positive else raw
        if self.plan.decreasing:
            raw = np.diff(raw, prepend=0.0)
        return np.concatenate((coef, [] if self.common else [tau2], raw))

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper bounds of the search."""
        low = self.plan.low[self.plan.free]
        high = np.full(low.size, UPPER)
        if self.plan.positive:
            low, high = np.log(low), np.log(high)
        if self.plan.decreasing:
            high = np.zeros(low.size)
        far = np.full(self.p, np.inf)
        tau2 = [] if self.common else [0.0]
        top = [] if self.common else [np.inf]
        return np.concatenate((-far, tau2, low)), np.concatenate((far, top, high))


def fit_selection(
    y: FloatArray,
    v: FloatArray,
    design: FloatArray,
    function: SelectionFunction,
    plan: Plan,
    starts: Sequence[tuple[FloatArray, float]],
    *,
    common: bool,
) -> SelectionFit:
    """Maximise the likelihood of one selection function.

    Parameters
    ----------
    y, v : (k,) float array
        Standardised effects, positive in the direction of selection, and variances.
    design : (k, p) float array
        Design matrix.
    function : SelectionFunction
        Weights of the studies.
    plan : Plan
        Parameters.
    starts : sequence of tuple
        Coefficients and tau2 to start from, the likeliest without selection first.
    common : bool
        Whether tau2 is 0.
    """
    scale = _Scale(plan=plan, p=design.shape[1], common=common)
    likelihood = SelectionLikelihood(y=y, v=v, design=design, function=function)
    points = [scale.point(coef, spread, delta) for delta in plan.starts for coef, spread in starts]
    return _fit(likelihood, scale, points)


def _objective(likelihood: SelectionLikelihood, scale: _Scale) -> Objective:
    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        theta = scale.theta(x)
        value, gradient = likelihood.value_and_gradient(theta)
        return value, scale.gradient(theta, gradient)

    return objective


def _fit(likelihood: SelectionLikelihood, scale: _Scale, points: list[FloatArray]) -> SelectionFit:
    low, high = scale.bounds()
    summit = climb(_objective(likelihood, scale), points, low, high)
    theta = scale.theta(summit.x)
    bound = np.ones(theta.size, dtype=bool)
    bound[: scale.head] = summit.bound[: scale.head]
    bound[scale.p + 1 + scale.plan.free] = summit.bound[scale.head :]
    ordered = scale.plan.decreasing and bool(np.any(summit.bound[scale.head :]))
    free = np.flatnonzero(~bound)
    cov = None if ordered else covariance(-likelihood.hessian(theta, free))
    return SelectionFit(
        theta=theta, bound=bound, loglik=summit.value, cov=cov, summit=summit, ordered=ordered
    )


def covariance(information: FloatArray) -> FloatArray | None:
    """Return the inverse of minus the second derivatives, or None where they give none."""
    if information.size == 0 or not np.all(np.isfinite(information)):
        return None
    diagonal = np.diag(information)
    if np.any(diagonal <= 0):
        return None
    unit = np.sqrt(diagonal)
    scaled = information / np.outer(unit, unit)
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        return None
    cov: FloatArray = np.linalg.inv(scaled) / np.outer(unit, unit)
    return cov


def fit_threshold(
    y: FloatArray,
    v: FloatArray,
    design: FloatArray,
    plan: Plan,
    starts: Sequence[tuple[FloatArray, float]],
    *,
    common: bool,
) -> SelectionFit:
    """Maximise over the threshold of a truncated distribution too.

    Between two neighbouring effects the likelihood rises with the threshold where the weight
    beyond it is below 1, and falls where it is above, so that the maximum lies at an effect:
    either that study counts as seen with weight 1, or the threshold lies just beyond it.
    """
    scale = _Scale(plan=plan, p=design.shape[1], common=common)
    low, high = scale.bounds()
    coef, tau2 = starts[0]
    points = [scale.point(coef, tau2, delta) for delta in plan.starts[1:]]
    found: list[tuple[float, float, SelectionLikelihood, FloatArray]] = []
    for at in np.unique(y):
        for below in (y < at, y <= at):
            if not 0 < int(below.sum()) < y.size:
                continue
            function = threshold_pieces(y, float(at), below)
            likelihood = SelectionLikelihood(y=y, v=v, design=design, function=function)
            for point in points[: 2 if scale.plan.free.size else 1]:
                x, value, _ = ascend(_objective(likelihood, scale), point, low, high)
                found.append((value, float(at), likelihood, x))
    best = sorted(found, key=lambda item: -item[0])[:_FINALISTS]
    fits = [(_fit(likelihood, scale, [x, *points]), at) for _, at, likelihood, x in best]
    fit, threshold = max(fits, key=lambda item: item[0].loglik)
    return replace(fit, threshold=threshold)
