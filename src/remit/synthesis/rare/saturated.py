"""The model with an effect of its own for each study, which heterogeneity is tested against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from remit.synthesis.rare.arms import Arm, log_data
from remit.synthesis.rare.ascent import highest_peak
from remit.synthesis.rare.cumulants import Binomial, NoncentralHypergeometric
from remit.synthesis.rare.glmm_models import CountModel
from remit.synthesis.rare.grids import line_mode
from remit.synthesis.rare.likelihoods import LineLikelihood

__all__ = ["Saturated", "saturated", "wald_q"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Saturated:
    """The saturated fit.

    Attributes
    ----------
    loglik : float
        Its log-likelihood, without the constants of the counts; the limit where a study's own
        effect is infinite.
    finite : (k,) bool array
        Studies whose own effect is finite.
    effect : (m,) array
        Their effects.
    information : (m, m) array
        Information on them; an infinite effect has none.
    """

    loglik: float
    finite: npt.NDArray[np.bool_]
    effect: FloatArray
    information: FloatArray


def saturated(model: CountModel) -> Saturated:
    """Fit an effect of its own to each study."""
    finite = ~(model.lowest | model.highest)
    if model.base == "random":
        return _with_random_base(model)
    loglik = sum(float(np.sum(_highest(arm))) for arm in model.arms)
    first = model.arms[0]
    if isinstance(first.family, NoncentralHypergeometric):
        rows = np.flatnonzero(finite)
        if rows.size == 0:
            return Saturated(
                loglik=0.0, finite=finite, effect=np.zeros(0), information=np.zeros((0, 0))
            )
        few = (Arm(family=first.family.take(rows), offset=first.offset[rows]),)
        effect, error = line_mode(few, np.zeros(rows.size), np.inf, 0.0, close=1e-10)
        loglik = float(np.sum(log_data(few, effect, 0.0)))
        return Saturated(
            loglik=loglik,
            finite=finite,
            effect=effect[:, 0],
            information=np.diag(1.0 / error[:, 0] ** 2),
        )
    parts = [_own(arm) for arm in model.arms]
    effect = parts[0][0] - (parts[1][0] if len(parts) == 2 else 0.0)
    variance = sum(part[1] for part in parts)
    return Saturated(
        loglik=loglik,
        finite=finite,
        effect=effect[finite],
        information=np.diag(1.0 / np.asarray(variance)[finite]),
    )


def _highest(arm: Arm) -> FloatArray:
    """Return each count's highest log-likelihood, without its constant."""
    r = arm.family.count
    if isinstance(arm.family, Binomial):
        n = arm.family.n
        return np.asarray(xlogy(r, r) + xlogy(n - r, n - r) - xlogy(n, n), dtype=np.float64)
    return np.asarray(xlogy(r, r) - r, dtype=np.float64)


def _own(arm: Arm) -> tuple[FloatArray, FloatArray]:
    """Return each study's eta less its offset, and its variance; infinite where r is extreme."""
    r = arm.family.count
    with np.errstate(divide="ignore"):
        if isinstance(arm.family, Binomial):
            rest = arm.family.n - r
            return np.log(r) - np.log(rest) - arm.offset, 1.0 / r + 1.0 / rest
        return np.log(r) - arm.offset, 1.0 / r


def _with_random_base(model: CountModel) -> Saturated:
    """Fit free effects beside normally distributed bases, which both arms share.

    The first arm's log-odds are the base plus the study's effect. Where its count is extreme it
    says nothing about the base, and its likelihood is 1.
    """
    first, second = model.arms
    r = first.family.count
    finite = r > 0
    if isinstance(first.family, Binomial):
        finite = finite & (r < first.family.n)
    rows = np.flatnonzero(finite)
    base = Arm(family=second.family, offset=second.offset)
    # a first arm that is out of the game: exp(-800) of nothing
    silent = np.where(finite, first.offset, -800.0)
    family = first.family
    if isinstance(family, Binomial):
        kept = np.where(finite, family.n, 0.0)
        family = Binomial(count=np.where(finite, r, 0.0), n=kept)
    likelihood = LineLikelihood(
        arms=(Arm(family=family, offset=silent, on_base=1.0), base),
        centre=np.zeros(r.size),
        design=np.ones((r.size, 1)),
        free_base=finite,
    )
    start = np.concatenate(([float(np.median(model.base_start))], np.zeros(rows.size), [0.0]))
    enough = 2.0 + 2.0 * float(np.ptp(model.base_start))
    peak = highest_peak(likelihood, start, enough)
    own = slice(1, 1 + rows.size)
    covariance = peak.covariance[own, own]
    return Saturated(
        loglik=peak.value,
        finite=finite,
        effect=peak.parameters[own],
        information=np.asarray(np.linalg.inv(covariance), dtype=np.float64),
    )


def wald_q(fit: Saturated, design: FloatArray) -> float:
    """Return the Wald statistic that the effects lie on the design: the residual sum of squares.

    Studies with an infinite effect have no weight.
    """
    x, m = design[fit.finite], fit.information
    if fit.effect.size == 0:
        return 0.0
    mx, my = m @ x, m @ fit.effect
    coef = np.linalg.lstsq(x.T @ mx, x.T @ my, rcond=None)[0]
    return max(0.0, float(fit.effect @ my - (x.T @ my) @ coef))
