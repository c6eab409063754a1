"""How uncertain is the estimate of tau2: its standard error."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from remit.synthesis.models.estimate import moment_weights, sidik_jonkman_start
from remit.synthesis.models.standard_form import StandardForm
from remit.synthesis.models.weighted import p_trace, pp_trace, pvpv_trace, weighted_fit

__all__ = ["tau2_std_error"]

FloatArray = npt.NDArray[np.float64]


def tau2_std_error(form: StandardForm, method: str, tau2: float) -> float:
    """Return the large-sample standard error of tau2, in the units of the standard form.

    All at the estimate, with w = 1/(v + tau2) and P = W - WX(X'WX)^-1X'W:

    ML
        sqrt(2/sum(w^2)), from the expected information (Viechtbauer 2005, eq. 13).
    REML
        sqrt(2/tr(PP)), likewise (ibid., eq. 15).
    PM, EB, PMM
        sqrt(2 k^2/(k - p))/sum(w), as metafor has it. The delta method at Q(tau2) = k - p, which
        they solve, gives sqrt(2 (k - p))/tr(P) instead: the same where the intercept is the only
        coefficient and all variances are equal, and larger, nearer to the spread in simulations,
        where they differ (with ten studies whose variances span a factor of 50, by 2 % if tau2 is
        among the middle of them, by 15 % if it is 0).
    DL, HE, HS, HSk, DL2, SJ
        sqrt(2 tr(AVAV)) of the quadratic form y'Ay that the estimator is linear in, with
        V = diag(v + tau2) (ibid., eqs 6 to 10). A is P by the estimator's own weights over its
        divisor, for DL2 and SJ with the weights of the last step taken as given.
    """
    k, p = int(form.x.shape[0]), int(form.x.shape[1])
    if method in ("ML", "REML", "PM", "EB", "PMM"):
        fit = weighted_fit(form.x, form.y, 1.0 / (form.v + tau2))
        w = fit.weights
        if method == "ML":
            return float(np.sqrt(2.0 / np.sum(w * w)))
        if method == "REML":
            return float(np.sqrt(2.0 / pp_trace(form.x, fit)))
        return float(np.sqrt(2.0 * k * k / (k - p)) / np.sum(w))
    fit = weighted_fit(form.x, form.y, moment_weights(form, method))
    one = np.ones_like(form.v)
    if method in ("DL", "HS", "HSk"):
        noise, mixed = float(k - p), p_trace(form.x, fit)
    else:
        noise, mixed = pvpv_trace(fit, form.v, form.v), pvpv_trace(fit, form.v, one)
    variance = 2.0 * noise + 4.0 * tau2 * mixed + 2.0 * tau2**2 * pp_trace(form.x, fit)
    root = math.sqrt(variance)
    if method == "HS":
        return root / float(np.sum(fit.weights))
    if method == "HSk":
        return root * k / (k - p) / float(np.sum(fit.weights))
    if method == "SJ":
        return root * sidik_jonkman_start(form) / (k - p)
    return root / p_trace(form.x, fit)
