"""How well does a model fit: likelihoods and information criteria."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.synthesis.models.linear_fit import FitStatistics

__all__ = ["fit_statistics"]

FloatArray = npt.NDArray[np.float64]


def fit_statistics(
    x: FloatArray,
    total: FloatArray,
    variance: FloatArray,
    rss: float,
    log_det: float,
    parameters: int,
) -> tuple[FitStatistics, FitStatistics | NotEstimable]:
    """Return the statistics by the full and by the restricted likelihood.

    Parameters
    ----------
    x : (k, p) array
        Design matrix.
    total, variance : (k,) array
        Sampling variance with and without tau2.
    rss : float
        Residual sum of squares with weights 1/total.
    log_det : float
        log|X'WX| with W = diag(1/total).
    parameters : int
        Number of coefficients and variances estimated.
    """
    k, p = x.shape
    noise = float(np.sum(np.log(total)))
    loglik = -0.5 * (k * np.log(2.0 * np.pi) + noise + rss)
    saturated = -0.5 * (k * np.log(2.0 * np.pi) + float(np.sum(np.log(variance))))
    ml = _criteria(loglik, 2.0 * (saturated - loglik) if k > p else 0.0, k, parameters)
    if k == p:
        return ml, NotEstimable(reason="The restricted likelihood needs k > p.")
    triangle = np.linalg.qr(x, mode="r")
    design = 2.0 * float(np.sum(np.log(np.abs(np.diag(triangle)))))
    restricted = -0.5 * ((k - p) * np.log(2.0 * np.pi) - design + noise + log_det + rss)
    return ml, _criteria(restricted, -2.0 * restricted, k - p, parameters)


def _criteria(loglik: float, deviance: float, n: int, parameters: int) -> FitStatistics:
    enough = max(n, parameters + 2)
    return FitStatistics(
        loglik=float(loglik),
        deviance=float(deviance),
        aic=float(-2.0 * loglik + 2.0 * parameters),
        bic=float(-2.0 * loglik + parameters * np.log(n)),
        aicc=float(-2.0 * loglik + 2.0 * parameters * enough / (enough - parameters - 1)),
    )
