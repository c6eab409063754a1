"""The normal-normal hierarchical model, given tau: coefficients and marginal likelihood.

y_i ~ N(x_i b, v_i + tau^2), with b integrated out under a flat or normal prior. A normal prior of
a coefficient enters as one more row of data whose variance does not grow with tau
(Roever 2020, J Stat Softw 93(6), sec. 2.3; Roever & Friede 2023, Comput Methods Programs Biomed
229:107303 for several coefficients).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.synthesis.bayes.prior import NormalPrior

__all__ = ["Conditional", "HierarchicalModel", "conditional", "make_model", "slope_of"]

FloatArray = npt.NDArray[np.float64]
_LOG_2PI = math.log(2.0 * math.pi)
_CHUNK = 400_000  # numbers held at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HierarchicalModel:
    """Studies, and one row for each coefficient that has a prior.

    Attributes
    ----------
    y, v : (n,) array
        Effects and variances; the k studies come first.
    x : (n, p) array
        Design.
    k : int
        Number of studies.
    """

    y: FloatArray
    v: FloatArray
    x: FloatArray
    k: int

    @property
    def variance(self) -> FloatArray:
        """Return the (k,) sampling variances of the studies."""
        return self.v[: self.k]

    @property
    def decay(self) -> int:
        """Exponent with which the marginal likelihood falls in tau: k less flat coefficients."""
        return int(self.y.size - self.x.shape[1])

    @property
    def flat(self) -> bool:
        """Whether a coefficient has an improper flat prior."""
        return bool(self.y.size - self.k < self.x.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional:
    """What is known of the coefficients given each tau.

    Attributes
    ----------
    mean : (m, p) array
        Conditional means, which are also the most likely values.
    cov : (m, p, p) array
        Conditional covariances.
    log_marginal : (m,) array
        Log-likelihood with the coefficients integrated out.
    log_joint : (m,) array
        Log of likelihood times prior of the coefficients, at ``mean``.
    """

    mean: FloatArray
    cov: FloatArray
    log_marginal: FloatArray
    log_joint: FloatArray


def make_model(
    y: FloatArray,
    v: FloatArray,
    x: FloatArray,
    priors: tuple[NormalPrior | None, ...] = (),
) -> HierarchicalModel:
    """Return the model of studies y (k,), v (k,), x (k, p), with priors for the coefficients."""
    known = [(j, prior) for j, prior in enumerate(priors) if prior is not None]
    rows = np.zeros((len(known), x.shape[1]))
    for i, (j, _) in enumerate(known):
        rows[i, j] = 1.0
    return HierarchicalModel(
        y=lock(np.concatenate((y, [prior.mean for _, prior in known]))),
        v=lock(np.concatenate((v, [prior.sd**2 for _, prior in known]))),
        x=lock(np.concatenate((x, rows))),
        k=y.size,
    )


def _row_size(model: HierarchicalModel) -> int:
    return int(model.y.size * max(1, model.x.shape[1]))


def _total(model: HierarchicalModel, tau: FloatArray) -> FloatArray:
    total = np.tile(model.v, (tau.size, 1))
    total[:, : model.k] += (tau * tau)[:, None]
    return total


def _solve(model: HierarchicalModel, w: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return conditional means (m, p), covariances (m, p, p) and log|X'WX| (m,)."""
    m, p = w.shape[0], model.x.shape[1]
    if p == 0:
        return np.empty((m, 0)), np.empty((m, 0, 0)), np.zeros(m)
    if p == 1:
        x = model.x[:, 0]
        information = w @ (x * x)
        mean = (w @ (x * model.y)) / information
        return mean[:, None], (1.0 / information)[:, None, None], np.log(information)
    root = np.sqrt(w)
    q, r = np.linalg.qr(root[:, :, None] * model.x)
    inverse = np.linalg.inv(r)
    target = np.einsum("mnp,mn->mp", q, root * model.y)
    mean = np.einsum("mpq,mq->mp", inverse, target)
    cov = inverse @ np.swapaxes(inverse, 1, 2)
    diagonal = np.abs(np.diagonal(r, axis1=1, axis2=2))
    return mean, cov, 2.0 * np.sum(np.log(diagonal), axis=1)


def _conditional(model: HierarchicalModel, tau: FloatArray) -> Conditional:
    total = _total(model, tau)
    w = 1.0 / total
    mean, cov, log_det = _solve(model, w)
    residual = model.y - mean @ model.x.T
    fit = np.sum(np.log(total), axis=1) + np.sum(w * residual * residual, axis=1)
    n, p = model.x.shape
    return Conditional(
        mean=mean,
        cov=cov,
        log_marginal=-0.5 * ((n - p) * _LOG_2PI + fit + log_det),
        log_joint=-0.5 * (n * _LOG_2PI + fit),
    )


def conditional(model: HierarchicalModel, tau: FloatArray) -> Conditional:
    """Return the conditional moments and likelihoods at each tau (m,) >= 0."""
    rows = max(1, _CHUNK // _row_size(model))
    if tau.size <= rows:
        return _conditional(model, tau)
    parts = [_conditional(model, tau[i : i + rows]) for i in range(0, tau.size, rows)]
    return Conditional(
        mean=np.concatenate([part.mean for part in parts]),
        cov=np.concatenate([part.cov for part in parts]),
        log_marginal=np.concatenate([part.log_marginal for part in parts]),
        log_joint=np.concatenate([part.log_joint for part in parts]),
    )


def slope_of(model: HierarchicalModel, tau: FloatArray, *, marginal: bool) -> FloatArray:
    """Return the derivative in log(tau) of ``log_marginal`` or ``log_joint``, (m,).

    With r the residuals from the conditional mean it is tau^2 times the sum over the studies of
    w^2 r^2 - w, to which the marginal likelihood adds w^2 x'Cx (the restricted score).
    """
    rows = max(1, _CHUNK // _row_size(model))
    parts = []
    for i in range(0, tau.size, rows):
        some = tau[i : i + rows]
        w = 1.0 / _total(model, some)
        mean, cov, _ = _solve(model, w)
        studies = slice(0, model.k)
        ws, residual = w[:, studies], (model.y - mean @ model.x.T)[:, studies]
        share = ws * (some * some)[:, None]  # between 0 and 1
        terms = share * (ws * residual * residual - 1.0)
        if marginal:
            x = model.x[studies]
            terms = terms + share * ws * np.einsum("kp,mpq,kq->mk", x, cov, x)
        parts.append(np.sum(terms, axis=1))
    return np.concatenate(parts)
