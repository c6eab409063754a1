"""How well is the heterogeneity known: intervals of tau2, tau, I2 and H2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.checks import check_choice, check_level
from remit.core.errors import SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import bracketed_root, chi2_quantile, normal_quantile
from remit.synthesis.exits import plain
from remit.synthesis.heterogeneity import h2_from_tau2, i2_from_tau2
from remit.synthesis.models.estimate import form_eigenvalues
from remit.synthesis.models.likelihood import log_likelihood
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.quadratic_form import quadratic_form_tails
from remit.synthesis.models.standard_form import StandardForm, standard_form
from remit.synthesis.models.weighted import weighted_fit

__all__ = ["INTERVAL_METHODS", "HeterogeneityInterval", "heterogeneity_interval"]

INTERVAL_METHODS = (
    "Q-profile",
    "profile-likelihood",
    "Biggerstaff-Jackson",
    "Higgins-Thompson",
    "Wald",
)
_EXACT_LIMIT = 2000  # studies; the exact distribution takes time with the cube of their number
_EMPTY = NotEstimable(
    reason="The studies agree better than chance allows: no value of tau2, not even 0, fits the "
    "Q statistic, and the interval is empty."
)
_MANY_POINTS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityInterval:
    """One interval on four scales.

    Attributes
    ----------
    method : str
        One of `INTERVAL_METHODS`.
    tau2, tau, i2, h2 : Interval or NotEstimable
        Squared units of the effect; its units; per cent; ratio.
    several_parts : bool
        Whether the values that fit are not in one piece (profile likelihood with several
        peaks); the ends are then those of the whole.
    """

    method: str
    tau2: Interval | NotEstimable
    tau: Interval | NotEstimable
    i2: Interval | NotEstimable
    h2: Interval | NotEstimable
    several_parts: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the intervals as a plain dictionary."""
        names = ("method", "tau2", "tau", "i2", "h2", "several_parts")
        return {name: plain(getattr(self, name)) for name in names}


def heterogeneity_interval(
    fit: LinearFit, method: str = "Q-profile", level: float | None = None
) -> HeterogeneityInterval:
    """Return an interval of the residual between-study variance.

    Parameters
    ----------
    fit : LinearFit
        With an estimated tau2.
    method : str
        ``Q-profile``: the values at which Q(tau2) lies between its chi-squared quantiles
        (Viechtbauer 2007). ``profile-likelihood``: those that a likelihood-ratio test with one
        degree of freedom does not reject, by the fit's own likelihood (Hardy & Thompson 1996;
        Viechtbauer 2007). ``Biggerstaff-Jackson``: those at which the observed generalised Q is
        not extreme by its exact distribution (Biggerstaff & Jackson 2008; Jackson 2013); weights
        are the user's, or 1/variance. ``Higgins-Thompson``: test-based interval of log H
        (Higgins & Thompson 2002, p. 1549), mean only. ``Wald``: normal, cut at 0. The last two
        cover too little where heterogeneity is large (docs/coverage.md).
    level : float, optional
        Coverage; by default that of the fit.

    Raises
    ------
    SpecError
        If the method is unknown or does not apply to the fit, or the level is no proportion.
    """
    check_choice("method", method, INTERVAL_METHODS)
    level = fit.spec.level if level is None else check_level(level)
    problem = _not_applicable(fit, method)
    if problem is not None:
        return _carried(fit, method, problem)
    weights = None if isinstance(fit.spec.weights, str) else fit.spec.weights
    form = standard_form(fit.design, fit.effect, fit.variance, weights)
    if method == "profile-likelihood":
        found, parts = _profile_likelihood(form, fit, level)
    else:
        parts = False
        kernels = {
            "Q-profile": _q_profile,
            "Biggerstaff-Jackson": _biggerstaff_jackson,
            "Higgins-Thompson": _higgins_thompson,
            "Wald": _wald,
        }
        found = kernels[method](form, fit, level)
    if isinstance(found, NotEstimable):
        return _carried(fit, method, found)
    scale = form.scale
    interval = Interval(low=found[0] * scale, high=found[1] * scale, level=level, method=method)
    return _carried(fit, method, interval, parts)


def _not_applicable(fit: LinearFit, method: str) -> NotEstimable | None:
    if isinstance(fit.tau2, NotEstimable):
        return fit.tau2
    if fit.spec.common_effect or fit.spec.tau2_given:
        return NotEstimable(reason="tau2 was not estimated.")
    if method == "profile-likelihood" and fit.spec.tau2 not in ("ML", "REML"):
        raise SpecError.at(
            "argument 'method'",
            found=f"profile likelihood with tau2 by {fit.spec.tau2}",
            expected="a fit by ML or REML",
            hint="Fit again with tau2='REML', or take the Q-profile interval.",
        )
    if method == "Higgins-Thompson" and (fit.p > 1 or fit.k < 3):
        return NotEstimable(reason="The interval is defined for a mean of three or more studies.")
    if method == "Biggerstaff-Jackson" and fit.k > _EXACT_LIMIT:
        return NotEstimable(
            reason=f"The exact distribution of Q is not computed for more than {_EXACT_LIMIT} "
            "studies; take the Q-profile interval."
        )
    return None


def _carried(
    fit: LinearFit, method: str, tau2: Interval | NotEstimable, parts: bool = False
) -> HeterogeneityInterval:
    def by(change: Callable[[float], float]) -> Interval | NotEstimable:
        if isinstance(tau2, NotEstimable):
            return tau2
        return Interval(
            low=change(tau2.low), high=change(tau2.high), level=tau2.level, method=tau2.method
        )

    typical = fit.typical_variance
    i2, h2 = (
        (typical, typical)
        if isinstance(typical, NotEstimable)
        else (by(lambda t: i2_from_tau2(t, typical)), by(lambda t: h2_from_tau2(t, typical)))
    )
    return HeterogeneityInterval(
        method=method, tau2=tau2, tau=by(lambda t: t**0.5), i2=i2, h2=h2, several_parts=parts
    )


Ends = tuple[float, float] | NotEstimable


def _falling(function: Callable[[float], float], low: float, high: float, start: float) -> Ends:
    """Return where a falling function of tau2 lies between two values, low < high."""
    at_zero = function(0.0)
    if at_zero < low:
        return _EMPTY

    def root(target: float) -> float:
        if at_zero <= target:
            return 0.0
        end = start
        while function(end) > target:
            end *= 4.0
        return bracketed_root(lambda t: function(t) - target, 0.0, end).value

    return root(high), root(low)


def _q_profile(form: StandardForm, fit: LinearFit, level: float) -> Ends:
    alpha, df = 0.5 * (1.0 - level), float(fit.k - fit.p)

    def q(tau2: float) -> float:
        return weighted_fit(form.x, form.y, 1.0 / (form.v + tau2)).rss

    ends = chi2_quantile(alpha, df), chi2_quantile(1.0 - alpha, df)
    return _falling(q, *ends, start=float(form.v.max()))


def _biggerstaff_jackson(form: StandardForm, fit: LinearFit, level: float) -> Ends:
    alpha = 0.5 * (1.0 - level)
    weighted = weighted_fit(form.x, form.y, 1.0 / form.v if form.a is None else form.a)

    def lower_tail(tau2: float) -> float:
        return quadratic_form_tails(weighted.rss, form_eigenvalues(form, weighted, tau2))[0]

    return _falling(lower_tail, alpha, 1.0 - alpha, start=float(form.v.max()))


def _higgins_thompson(form: StandardForm, fit: LinearFit, level: float) -> Ends:
    if isinstance(fit.q_e, NotEstimable) or isinstance(fit.h2, NotEstimable):
        return fit.q_e if isinstance(fit.q_e, NotEstimable) else _EMPTY
    k, q = fit.k, fit.q_e
    if q > k:
        error = 0.5 * (np.log(q) - np.log(k - 1)) / (np.sqrt(2.0 * q) - np.sqrt(2.0 * k - 3.0))
    else:
        error = np.sqrt(1.0 / (2.0 * (k - 2)) * (1.0 - 1.0 / (3.0 * (k - 2) ** 2)))
    factor = float(np.exp(2.0 * error * -normal_quantile(0.5 * (1.0 - level))))
    if isinstance(fit.typical_variance, NotEstimable):
        return fit.typical_variance
    typical = fit.typical_variance / form.scale
    return typical * max(0.0, fit.h2 / factor - 1.0), typical * max(0.0, fit.h2 * factor - 1.0)


def _wald(form: StandardForm, fit: LinearFit, level: float) -> Ends:
    if isinstance(fit.se_tau2, NotEstimable):
        return fit.se_tau2
    half = -normal_quantile(0.5 * (1.0 - level)) * fit.se_tau2
    return max(0.0, fit.tau2_value - half) / form.scale, (fit.tau2_value + half) / form.scale


def _profile_likelihood(form: StandardForm, fit: LinearFit, level: float) -> tuple[Ends, bool]:
    reml = fit.spec.tau2 == "REML"
    best = fit.tau2_value / form.scale
    cut = log_likelihood(form.x, form.y, form.v, best, reml) - 0.5 * chi2_quantile(level, 1.0)

    def above(tau2: float) -> float:
        return log_likelihood(form.x, form.y, form.v, tau2, reml) - cut

    high = 4.0 * max(best, float(form.v.max()))
    while above(high) > 0:
        high *= 4.0
    inner = np.geomspace(1e-3 * float(form.v.min()), high, _MANY_POINTS)
    grid = np.unique(np.concatenate(([0.0, best], inner)))
    inside = np.array([above(float(t)) > 0 for t in grid])
    first, last = np.flatnonzero(inside)[[0, -1]]
    low_end = 0.0
    if first > 0:
        low_end = bracketed_root(above, float(grid[first - 1]), float(grid[first])).value
    high_end = bracketed_root(above, float(grid[last]), float(grid[last + 1])).value
    return (low_end, high_end), bool(not np.all(inside[first : last + 1]))
