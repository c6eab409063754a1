"""How does the likelihood depend on tau2: its profile, and the profile of a coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level, lock
from remit.core.errors import InputError
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import chi2_quantile, chi2_upper_tail, grid_maximum
from remit.synthesis.exits import plain
from remit.synthesis.models.estimate import NO_RESIDUAL
from remit.synthesis.models.likelihood import likelihood_tau2, log_likelihood
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.standard_form import StandardForm, standard_form
from remit.synthesis.models.weighted import weighted_fit

__all__ = ["ProfileInterval", "Tau2Profile", "profile_interval", "tau2_profile"]

FloatArray = npt.NDArray[np.float64]
_POINTS = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tau2Profile:
    """The likelihood and the coefficients at m values of tau2.

    Attributes
    ----------
    tau2 : (m,) array
        Values.
    loglik : (m,) array
        Log-likelihood less its maximum, maximised over the coefficients.
    coef, std_error : (m, p) array
        Coefficients and their standard errors at each value.
    likelihood : str
        ``ML`` or ``REML``.
    """

    tau2: FloatArray
    loglik: FloatArray
    coef: FloatArray
    std_error: FloatArray
    likelihood: str

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as a plain dictionary."""
        names = ("tau2", "loglik", "coef", "std_error")
        arrays = {name: getattr(self, name).tolist() for name in names}
        return {"likelihood": self.likelihood, **arrays}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileInterval:
    """Likelihood-ratio inference on one coefficient.

    Attributes
    ----------
    name : str
        Column of the design.
    estimate : float
        Maximum likelihood estimate.
    tau2 : float
        Maximum likelihood estimate of tau2.
    interval : Interval
        Values that the likelihood-ratio test does not reject.
    ratio, p_value : float
        Likelihood-ratio test of zero.
    """

    name: str
    estimate: float
    tau2: float
    interval: Interval
    ratio: float
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return the inference as a plain dictionary."""
        names = ("name", "estimate", "tau2", "interval", "ratio", "p_value")
        return {name: plain(getattr(self, name)) for name in names}


def tau2_profile(fit: LinearFit, tau2: Any = None) -> Tau2Profile | NotEstimable:
    """Return the profile of the log-likelihood over tau2 (restricted for fits by REML).

    Parameters
    ----------
    fit : LinearFit
        Any fit; with as many coefficients as studies there is no profile.
    tau2 : (m,) array-like, optional
        Values, at least 0; by default 0 to well beyond the estimate.
    """
    if fit.k <= fit.p:
        return NO_RESIDUAL
    form = standard_form(fit.design, fit.effect, fit.variance)
    reml = fit.spec.tau2 == "REML"
    if tau2 is None:
        typical = fit.typical_variance if isinstance(fit.typical_variance, float) else 1.0
        values = np.linspace(0.0, 4.0 * max(fit.tau2_value, 0.25 * typical), 101)
    else:
        values = np.atleast_1d(np.array(tau2, dtype=np.float64))
    if not np.all(np.isfinite(values) & (values >= 0)):
        raise InputError.at("argument 'tau2'", found=repr(tau2), expected="values of at least 0")
    best = likelihood_tau2(form.x, form.y, form.v, reml=reml)[0]
    top = log_likelihood(form.x, form.y, form.v, best, reml)
    loglik = [
        log_likelihood(form.x, form.y, form.v, float(t) / form.scale, reml) - top for t in values
    ]
    fits = [weighted_fit(fit.design, fit.effect, 1.0 / (fit.variance + t)) for t in values]
    return Tau2Profile(
        tau2=lock(values),
        loglik=lock(np.array(loglik)),
        coef=lock(np.array([one.coef for one in fits])),
        std_error=lock(np.array([np.sqrt(np.diag(one.inverse)) for one in fits])),
        likelihood="REML" if reml else "ML",
    )


def profile_interval(
    fit: LinearFit, column: int = 0, level: float | None = None
) -> ProfileInterval | NotEstimable:
    """Return the profile-likelihood interval of a coefficient (Hardy & Thompson 1996).

    With b(t) and V(t) the coefficient and its variance at tau2 = t, and l(t) the log-likelihood
    maximised over the coefficients, a value c has the log-likelihood max over t of
    l(t) - (c - b(t))^2 / (2 V(t)). The interval is therefore the union over t of
    b(t) +- sqrt(V(t) (chi2_1 - 2 (l_max - l(t)))), and its ends are the extremes of these.

    Parameters
    ----------
    fit : LinearFit
        Its estimator of tau2 does not matter: the full likelihood is used.
    column : int
        Position of the coefficient.
    level : float, optional
        Coverage; by default that of the fit.
    """
    level = fit.spec.level if level is None else check_level(level)
    if not 0 <= column < fit.p:
        raise InputError.at("argument 'column'", found=repr(column), expected=f"0 to {fit.p - 1}")
    if fit.k <= fit.p:
        return NO_RESIDUAL
    form = standard_form(fit.design, fit.effect, fit.variance)
    best = likelihood_tau2(form.x, form.y, form.v, reml=False)[0]
    root = float(np.sqrt(form.scale))
    at_best = _at(form, column, best)
    shift = float(
        weighted_fit(fit.design, fit.effect, 1.0 / (fit.variance + best * form.scale)).coef[column]
    )
    top, cut = at_best[2], chi2_quantile(level, 1.0)

    def end(t: float, sign: float) -> float:
        coef, variance, loglik = _at(form, column, t)
        room = cut - 2.0 * (top - loglik)
        return (
            sign * (coef - at_best[0]) + np.sqrt(variance * max(room, 0.0)) if room > 0 else -np.inf
        )

    grid = _range(form, column, best, top - 0.5 * cut)
    low, high = (grid_maximum(partial(end, sign=sign), grid)[1] for sign in (-1.0, 1.0))
    target = -shift / root  # zero, measured from the estimate

    def fit_at_zero(t: float) -> float:
        coef, variance, loglik = _at(form, column, t)
        return loglik - 0.5 * (coef - at_best[0] - target) ** 2 / variance

    wide = np.concatenate(([0.0], np.geomspace(1e-4, 1e4, _POINTS) * _reach(form, target)))
    ratio = max(0.0, 2.0 * (top - grid_maximum(fit_at_zero, wide)[1]))
    return ProfileInterval(
        name=fit.names[column],
        estimate=shift,
        tau2=best * form.scale,
        interval=Interval(
            low=shift - low * root,
            high=shift + high * root,
            level=level,
            method="profile likelihood, chi-squared with 1 df",
        ),
        ratio=ratio,
        p_value=chi2_upper_tail(ratio, 1.0),
    )


def _at(form: StandardForm, column: int, t: float) -> tuple[float, float, float]:
    """Return the coefficient, its variance and the log-likelihood at tau2 = t."""
    one = weighted_fit(form.x, form.y, 1.0 / (form.v + t))
    loglik = -0.5 * (float(np.sum(np.log(form.v + t))) + one.rss)
    return float(one.coef[column]), float(one.inverse[column, column]), loglik


def _reach(form: StandardForm, target: float) -> float:
    spread = weighted_fit(form.x, form.y, np.ones_like(form.y)).rss / form.y.size
    return float(form.v.max()) + spread + target**2


def _range(form: StandardForm, column: int, best: float, floor: float) -> FloatArray:
    """Return values of tau2 that span all whose log-likelihood is above the floor."""
    high = 4.0 * max(best, float(form.v.max()))
    while _at(form, column, high)[2] > floor:
        high *= 4.0
    inner = np.geomspace(1e-3 * float(form.v.min()), high, _POINTS)
    return np.unique(np.concatenate(([0.0, best], inner)))
