"""The likelihood of studies that were selected by their p values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.bias.selection_functions import SelectionFunction

__all__ = ["SelectionLikelihood"]

FloatArray = npt.NDArray[np.float64]
_STEP = 1e-5  # relative step of central differences; their error is its square


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionLikelihood:
    """Log-likelihood of coefficients, tau2 and selection parameters.

    Hedges 1992, eq. 6: the density of a study that is seen is w(p) phi(y; mu, v + tau2) / A.

    Attributes
    ----------
    y, v : (k,) float array
        Effects, positive in the direction of selection, and sampling variances.
    design : (k, p) float array
        What the means are made of.
    function : SelectionFunction
        Weights and their normaliser.
    """

    y: FloatArray
    v: FloatArray
    design: FloatArray
    function: SelectionFunction

    def value_and_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return the log-likelihood and its gradient at (coefficients, tau2, parameters).

        Minus infinity with a gradient of 0 where the studies cannot be seen at all.
        """
        p = self.design.shape[1]
        mean, variance, delta = self.design @ theta[:p], self.v + theta[p], theta[p + 1 :]
        residual = self.y - mean
        log_w, slopes = self.function.log_weight(delta)
        seen = self.function.normaliser(mean, variance, delta)
        if not (np.all(seen.value > 0) and np.all(np.isfinite(log_w))):
            return -np.inf, np.zeros_like(theta)
        value = log_w - 0.5 * (np.log(2.0 * np.pi * variance) + residual**2 / variance)
        by_mean = residual / variance - seen.by_mean / seen.value
        by_variance = 0.5 * (residual**2 / variance - 1.0) / variance
        by_variance = by_variance - seen.by_variance / seen.value
        by_delta = (slopes - seen.by_delta / seen.value).sum(axis=1)
        gradient = np.concatenate((self.design.T @ by_mean, [by_variance.sum()], by_delta))
        return float(np.sum(value - np.log(seen.value))), gradient

    def hessian(self, theta: FloatArray, free: npt.NDArray[np.intp]) -> FloatArray:
        """Return the matrix of second derivatives by the free parameters.

        Central differences of the gradient; one-sided where tau2 would fall below 0.
        """
        rows = []
        for i in free:
            step = _STEP * max(abs(float(theta[i])), 0.1)
            up, down = theta.copy(), theta.copy()
            up[i] += step
            down[i] -= step
            if i >= self.design.shape[1] and down[i] < 0:
                down[i] = theta[i]
            difference = self.value_and_gradient(up)[1] - self.value_and_gradient(down)[1]
            rows.append(difference[free] / (up[i] - down[i]))
        matrix = np.array(rows)
        symmetric: FloatArray = 0.5 * (matrix + matrix.T)
        return symmetric
