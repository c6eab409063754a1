"""The likelihood of effects that were selected with a correlation: Copas & Shi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, log_ndtr

__all__ = ["CopasLikelihood"]

FloatArray = npt.NDArray[np.float64]
_ROOT_2 = float(np.sqrt(2.0))
_ROOT_2_OVER_PI = float(np.sqrt(2.0 / np.pi))
_LOG_2PI = float(np.log(2.0 * np.pi))


def _hazard(x: FloatArray) -> FloatArray:
    """Return phi(x) / Phi(x), exact however small Phi is."""
    ratio: FloatArray = _ROOT_2_OVER_PI / erfcx(-x / _ROOT_2)
    return ratio


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopasLikelihood:
    """Log-likelihood of coefficients, rho and tau2 for one degree of selection.

    Copas & Shi 2000 (Biostatistics 1:247), p. 250: y = mu + sigma e with mu ~ N(X b, tau2), and a
    study is seen if u + d > 0 with corr(e, d) = rho. The standard error s that a study reports is
    that of studies that are seen, s^2 = sigma^2 (1 - c^2 rho^2), c^2 = lambda(u) (u + lambda(u)),
    lambda = phi / Phi. For each rho and tau2 the log-likelihood is concave in b.

    Attributes
    ----------
    y, v : (k,) float array
        Effects and squared standard errors.
    design : (k, p) float array
        Design matrix of the mean.
    u : (k,) float array
        Probit of the probability that each study is seen.
    """

    y: FloatArray
    v: FloatArray
    design: FloatArray
    u: FloatArray

    def _spread(self) -> FloatArray:
        """Return c^2, the share of variance that selection takes away at rho = 1, (k,)."""
        hazard = _hazard(self.u)
        share: FloatArray = hazard * (self.u + hazard)
        return share

    def value_and_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return the log-likelihood and its gradient at (b, rho, tau2)."""
        p = self.design.shape[1]
        rho, tau2 = float(theta[p]), float(theta[p + 1])
        c2 = self._spread()
        kept = 1.0 - c2 * rho**2
        own = self.v / kept  # sigma^2
        total = own + tau2
        r = self.y - self.design @ theta[:p]
        w = rho * np.sqrt(own)
        top, left = self.u + w * r / total, 1.0 - w**2 / total
        root = np.sqrt(left)
        z = top / root
        value = -0.5 * (_LOG_2PI + np.log(total) + r**2 / total)
        value = value + log_ndtr(z) - log_ndtr(self.u)
        hazard = _hazard(z)
        z_by_total = -(w * r / root + 0.5 * z * w**2 / left) / total**2
        z_by_w = (r / root + z * w / left) / total
        by_total = 0.5 * (r**2 / total - 1.0) / total + hazard * z_by_total
        own_by_rho = 2.0 * rho * c2 * own / kept
        w_by_rho = np.sqrt(own) / kept
        by_mean = r / total - hazard * w / (total * root)
        by_rho = by_total * own_by_rho + hazard * z_by_w * w_by_rho
        gradient = np.concatenate((self.design.T @ by_mean, [by_rho.sum(), by_total.sum()]))
        return float(np.sum(value)), gradient

    def profile(self, rho: FloatArray, tau2: FloatArray, steps: int) -> tuple[FloatArray, ...]:
        """Maximise over the coefficients at m pairs of rho and tau2, all at once.

        Parameters
        ----------
        rho, tau2 : (m,) float array
            Pairs.
        steps : int
            Newton steps, each within three standard deviations of a study.

        Returns
        -------
        tuple of float array
            Log-likelihoods, (m,), and coefficients, (m, p).
        """
        own = self.v / (1.0 - self._spread() * rho[:, None] ** 2)
        total = own + tau2[:, None]
        w = rho[:, None] * np.sqrt(own)
        root = np.sqrt(1.0 - w**2 / total)
        slope = w / (total * root)  # by how much z falls as the mean rises
        x = self.design
        coef = _solve(x, 1.0 / total, (self.y / total) @ x)
        for _ in range(steps):
            r = self.y - coef @ x.T
            z = (self.u + w * r / total) / root
            hazard = _hazard(z)
            gradient = (r / total - hazard * slope) @ x
            step = _solve(x, 1.0 / total + hazard * (z + hazard) * slope**2, gradient)
            moved = np.max(np.abs(step @ x.T) / np.sqrt(total), axis=1, keepdims=True)
            coef = coef + step * (3.0 / np.maximum(moved, 3.0))
        r = self.y - coef @ x.T
        z = (self.u + w * r / total) / root
        value = -0.5 * (_LOG_2PI + np.log(total) + r**2 / total)
        return np.sum(value + log_ndtr(z) - log_ndtr(self.u), axis=1), coef


def _solve(x: FloatArray, weights: FloatArray, right: FloatArray) -> FloatArray:
    """Solve (X' W X) b = right for m sets of weights, (m, k) and (m, p)."""
    matrix = np.einsum("mk,kp,kq->mpq", weights, x, x)
    solved: FloatArray = np.linalg.solve(matrix, right[..., None])[..., 0]
    return solved
