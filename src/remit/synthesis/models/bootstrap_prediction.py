"""Where will the effect of a new study lie: the parametric bootstrap of Nagashima 2019."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.errors import SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.exits import plain
from remit.synthesis.models.design import check_design
from remit.synthesis.models.estimate import form_eigenvalues
from remit.synthesis.models.quadratic_form import quadratic_form_tails
from remit.synthesis.models.standard_form import StandardForm, standard_form
from remit.synthesis.models.weighted import weighted_fit
from remit.synthesis.q_statistic import check_studies

__all__ = ["BootstrapPrediction", "bootstrap_prediction"]

FloatArray = npt.NDArray[np.float64]
_NODES = 240  # values of tau2 at which the distribution is computed; between them it is smooth
_EXACT_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapPrediction:
    """Intervals from the confidence distribution of tau2.

    Attributes
    ----------
    prediction : Interval
        For the true effect of a new study.
    mean : Interval
        For the mean effect.
    draws, seed : int
        Size and seed of the bootstrap.
    share_zero : float
        Share of draws with tau2 = 0.
    """

    prediction: Interval
    mean: Interval
    draws: int
    seed: int
    share_zero: float

    def to_dict(self) -> dict[str, Any]:
        """Return the intervals as a plain dictionary."""
        names = ("prediction", "mean", "draws", "seed", "share_zero")
        return {name: plain(getattr(self, name)) for name in names}


def bootstrap_prediction(
    effect: Any, variance: Any, *, level: float = 0.95, draws: int = 25_000, seed: int = 1
) -> BootstrapPrediction | NotEstimable:
    """Return the parametric bootstrap prediction interval (Nagashima, Noma & Furukawa 2019).

    tau2 is drawn from its exact confidence distribution, 1 - P(Q <= q; tau2) with Q Cochran's
    statistic (ibid., eq. 5 to 7), values below zero set to zero. A new effect is
    mean(tau2) + z tau - t SE(tau2), with z standard normal, t Student's with k - 1 degrees of
    freedom and SE that of Hartung & Knapp (ibid., algorithm 1).

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances.
    level : float
        Coverage as a proportion.
    draws, seed : int
        Size and seed of the bootstrap; the same seed gives the same interval.

    Raises
    ------
    InputError, SpecError
        If the studies cannot be pooled; if level or draws are out of range.
    """
    level = check_level(level)
    y, v = check_studies(effect, variance)
    if draws < 100:
        raise SpecError.at("argument 'draws'", found=repr(draws), expected="at least 100")
    if y.size < 2:
        return NotEstimable(
            reason="One study says nothing about how the effect varies between studies."
        )
    if y.size > _EXACT_LIMIT:
        return NotEstimable(
            reason=f"The exact distribution of Q is not computed for more than {_EXACT_LIMIT} "
            "studies."
        )
    form = standard_form(check_design(None, y.size, None), y, v)
    rng = np.random.default_rng(seed)
    uniform, normal = rng.uniform(size=draws), rng.standard_normal(draws)
    student = rng.standard_t(y.size - 1, draws)
    tau2 = _confidence_draws(form, uniform) * form.scale
    mean, error = _hartung_knapp(y, v, tau2)
    alpha = 0.5 * (1.0 - level)
    new = np.quantile(mean + normal * np.sqrt(tau2) - student * error, (alpha, 1.0 - alpha))
    average = np.quantile(mean - student * error, (alpha, 1.0 - alpha))
    method = f"parametric bootstrap, {draws} draws, seed {seed}"
    return BootstrapPrediction(
        prediction=Interval(low=float(new[0]), high=float(new[1]), level=level, method=method),
        mean=Interval(low=float(average[0]), high=float(average[1]), level=level, method=method),
        draws=draws,
        seed=seed,
        share_zero=float(np.mean(tau2 == 0)),
    )


def _confidence_draws(form: StandardForm, uniform: FloatArray) -> FloatArray:
    """Solve P(Q > q; tau2) = u for each u; 0 where even tau2 = 0 gives more."""
    from scipy.interpolate import PchipInterpolator  # slow to import, and only needed here

    fit = weighted_fit(form.x, form.y, 1.0 / form.v)

    def upper(tau2: float) -> float:
        return quadratic_form_tails(fit.rss, form_eigenvalues(form, fit, tau2))[1]

    at_zero = upper(0.0)
    high = float(form.v.max())
    while 1.0 - upper(high) > 0.1 / uniform.size:
        high *= 4.0
    tau2 = np.concatenate(([0.0], np.geomspace(1e-4 * float(form.v.min()), high, _NODES)))
    tail = np.array([at_zero, *(upper(float(t)) for t in tau2[1:])])
    keep = np.concatenate(([True], np.diff(np.maximum.accumulate(tail)) > 0))
    inverse = PchipInterpolator(tail[keep], np.log1p(tau2[keep] / float(form.v.min())))
    inside = np.clip(uniform, at_zero, float(tail[keep][-1]))
    found: FloatArray = np.expm1(inverse(inside)) * float(form.v.min())
    return np.where(uniform <= at_zero, 0.0, np.maximum(found, 0.0))


def _hartung_knapp(y: FloatArray, v: FloatArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean and its Hartung-Knapp standard error at each tau2."""
    origin = y[0]
    mean, error = np.empty_like(tau2), np.empty_like(tau2)
    rows = max(1, 1_000_000 // y.size)
    for i in range(0, tau2.size, rows):
        w = 1.0 / (v + tau2[i : i + rows, None])
        total = w.sum(axis=1)
        center = (w @ (y - origin)) / total
        spread = (w * (y - origin - center[:, None]) ** 2).sum(axis=1)
        mean[i : i + rows] = origin + center
        error[i : i + rows] = np.sqrt(spread / ((y.size - 1) * total))
    return mean, error
