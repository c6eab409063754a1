"""Information criteria of a fit to counts, and of normal study effects about a pooled value."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.synthesis.models import FitStatistics

__all__ = ["criteria", "normal_fit_statistics"]

FloatArray = npt.NDArray[np.float64]


def criteria(loglik: float, deviance: float, parameters: int, units: int) -> FitStatistics:
    """Return the criteria of a log-likelihood.

    Parameters
    ----------
    loglik, deviance : float
        As in `FitStatistics`.
    parameters : int
        Number of parameters that were estimated.
    units : int
        Number of counts, or of studies, that the likelihood is of; at least 1.
    """
    room = max(units, parameters + 2)
    return FitStatistics(
        loglik=loglik,
        deviance=deviance,
        aic=-2.0 * loglik + 2.0 * parameters,
        bic=-2.0 * loglik + parameters * math.log(units),
        aicc=-2.0 * loglik + 2.0 * parameters * room / (room - parameters - 1),
    )


def normal_fit_statistics(
    effect: FloatArray, variance: FloatArray, pooled: float
) -> tuple[FitStatistics, FitStatistics]:
    """Return the criteria (ML, REML) of normal study effects about one common value.

    As metafor does for Mantel-Haenszel and Peto: the pooled value is taken as it is, though it is
    not where these likelihoods are highest.

    Parameters
    ----------
    effect, variance : (m,) array
        Study effects and sampling variances, m at least 2.
    pooled : float
        The common value.
    """
    m = effect.size
    rss = float(np.sum((effect - pooled) ** 2 / variance))
    saturated = -0.5 * (m * math.log(2.0 * math.pi) + float(np.sum(np.log(variance))))
    ml = saturated - 0.5 * rss
    total = float(np.sum(1.0 / variance))
    reml = ml + 0.5 * (math.log(2.0 * math.pi) + math.log(m) - math.log(total))
    return criteria(ml, rss, 1, m), criteria(reml, -2.0 * reml, 1, m - 1)
