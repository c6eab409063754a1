"""What mean and spread explain each study on its side of significance: p-uniform*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from remit.core.checks import check_choice, check_level, check_proportion
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import (
    chi2_quantile,
    chi2_upper_tail,
    critical_value,
    grid_maximum,
)
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
    symmetric_interval,
)
from remit.synthesis.bias.selection_search import SearchStatus, Summit
from remit.synthesis.bias.truncated_effects import TruncatedEffects, likelihood_region, summit
from remit.synthesis.exits import number_text, p_text
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["PUniformStar", "p_uniform_star"]

FloatArray = npt.NDArray[np.float64]
_METHOD = "profile likelihood, chi-squared with 1 df"
_ONE = NotEstimable(reason="One study cannot tell a mean from heterogeneity.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PUniformStar:
    """Mean and heterogeneity, given which studies are significant.

    Attributes
    ----------
    alternative : str
        Direction in which studies were significant.
    k, significant : int
        Number of studies, and of those that are significant in that direction.
    effect : Estimate or NotEstimable
        Mean effect with its likelihood-ratio interval, which spans all means that the studies do
        not reject, even where these are in two pieces.
    p_value : float or NotEstimable
        Likelihood-ratio test of no effect, two-sided.
    tau2 : Estimate or NotEstimable
        Between-study variance with its likelihood-ratio interval.
    loglik : float or NotEstimable
        Maximum of the log-likelihood.
    bias_lrt, bias_p : float or NotEstimable
        Likelihood-ratio test, with 2 degrees of freedom, of whether the unadjusted mean and
        between-study variance fit the significant and the other studies each on their side.
    unadjusted : Estimate
        Ordinary random-effects mean, with the estimator of Paule and Mandel.
    unadjusted_tau2 : float
        Its between-study variance.
    status : SearchStatus or NotEstimable
        How the maximum was found; `starts` is the number of summits of the profile of tau2.
    notes : tuple of Note
        What the reader must be told.
    """

    alternative: str
    k: int
    significant: int
    effect: Estimate | NotEstimable
    p_value: float | NotEstimable
    tau2: Estimate | NotEstimable
    loglik: float | NotEstimable
    bias_lrt: float | NotEstimable
    bias_p: float | NotEstimable
    unadjusted: Estimate
    unadjusted_tau2: float
    status: SearchStatus | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"p-uniform* ({self.alternative}): {self.significant} of {self.k} studies significant",
            f"Effect {estimate_text(self.effect)}; {p_text(self.p_value)}",
            f"tau2 {estimate_text(self.tau2)}",
            f"Uncorrected effect {estimate_text(self.unadjusted)}, "
            f"tau2 {number_text(self.unadjusted_tau2)}",
            f"Publication bias: chi2 {number_or_reason(self.bias_lrt)} with 2 df, "
            f"{p_text(self.bias_p)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "p-uniform-star")


def p_uniform_star(
    effect: Any,
    variance: Any,
    *,
    alternative: str = "greater",
    alpha: float = 0.05,
    level: float = 0.95,
) -> PUniformStar:
    """Estimate mean and heterogeneity from all studies, each given its side of significance.

    Van Aert & van Assen 2018 (doi 10.31222/osf.io/zqjr9; the method ``ML`` of puni_star in the
    puniform package): significant studies are seen with one probability and the others with
    another, both of which drop out when each density is taken given its side of the critical
    value. Not significant is whatever does not reach it in the direction of the alternative.
    The test of publication bias compares with the random-effects fit of Paule and Mandel, as
    puniform does; it takes that fit as known, though both come from the same studies, and so
    rejects more rarely than its level says.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    alternative : str
        ``greater`` or ``less``: the direction in which significant studies were favoured
        (``side`` right and left in puniform).
    alpha : float
        Two-sided level of the studies' tests.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PUniformStar
        With one study, or where mean and heterogeneity run off together, no estimate.

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If the alternative is unknown or alpha no proportion.
    """
    check_choice("alternative", alternative, ("greater", "less"))
    check_level(level)
    check_proportion("alpha", alpha)
    y, v = check_studies(effect, variance)
    sign = 1.0 if alternative == "greater" else -1.0
    order = np.lexsort((sign * y, v))  # sums are then the same whatever the order of the studies
    y, v = y[order], v[order]
    fit = fit_linear(y, v, None, FitSpec(tau2="PM" if y.size > 1 else "EE", level=level))
    unit = 2.0 ** round(0.5 * float(np.log2(np.median(v) + np.var(y))))
    edge = -ndtri(alpha / 2.0) * np.sqrt(v) / unit
    scaled = sign * y / unit
    effects = TruncatedEffects(y=scaled, v=v / unit / unit, edge=edge, above=scaled >= edge)
    best = summit(effects) if y.size > 1 else None
    half = critical_value(level) * float(fit.std_error[0])
    mean = float(fit.coef[0])
    common: dict[str, Any] = {
        "alternative": alternative,
        "k": y.size,
        "significant": int(effects.above.sum()),
        "unadjusted": Estimate(
            value=mean,
            std_error=float(fit.std_error[0]),
            interval=symmetric_interval(mean, half, level, "normal"),
        ),
        "unadjusted_tau2": fit.tau2_value,
    }
    if best is None:
        return _absent(effects, common)
    lrt = _bias_ratio(effects, best, sign * mean / unit, fit.tau2_value / unit / unit)
    zero = grid_maximum(lambda t: effects.value(0.0, t), effects.grid())[1]
    status = _status(best)
    estimate, tau2 = _estimates(effects, best, sign * unit, level)
    return PUniformStar(
        **common,
        effect=estimate,
        tau2=tau2,
        p_value=chi2_upper_tail(max(0.0, 2.0 * (best.value - zero)), 1),
        loglik=best.value - y.size * float(np.log(unit)),
        bias_lrt=lrt,
        bias_p=chi2_upper_tail(lrt, 2),
        status=status,
        notes=_notes(y.size, status, tau2.interval.high),
    )


def _bias_ratio(effects: TruncatedEffects, best: Summit, mean: float, tau2: float) -> float:
    return max(0.0, 2.0 * (best.value - effects.value(mean, tau2)))


def _estimates(
    effects: TruncatedEffects, best: Summit, unit: float, level: float
) -> tuple[Estimate, Estimate]:
    """Return mean and tau2 with their intervals, in the units and the direction of the data."""
    region = likelihood_region(effects, best, 0.5 * chi2_quantile(level, 1.0))
    low, high = sorted((unit * region.mean_low, unit * region.mean_high))
    mean = Interval(low=low, high=high, level=level, method=_METHOD)
    scale = unit**2
    low, high = scale * region.tau2_low, scale * region.tau2_high
    tau2 = Interval(low=low, high=high, level=level, method=_METHOD)
    return (
        Estimate(value=unit * float(best.x[0]), interval=mean),
        Estimate(value=scale * float(best.x[1]), interval=tau2),
    )


def _status(best: Summit) -> SearchStatus:
    return SearchStatus(
        converged=best.converged,
        gradient=best.gradient,
        starts=best.starts,
        agreeing=best.agreeing,
        iterations=best.evaluations,
        at_bounds=("tau2",) if best.x[1] == 0.0 else (),
    )


def _notes(k: int, status: SearchStatus | None, tau2_high: float = 0.0) -> tuple[Note, ...]:
    text = (
        "The method takes all significant studies to be equally likely to be seen, and all others "
        "to be equally likely; p hacking within either group misleads it."
    )
    notes = (*few_studies(k, "p-uniform*"), Note(kind="caution", text=text))
    if status is not None and status.at_bounds:
        text = "tau2 is at its bound of 0: the likelihood-ratio tests and intervals are approximate"
        notes += (Note(kind="boundary", text=f"{text}."),)
    if tau2_high == np.inf:
        text = (
            "All studies are on one side of significance, and an interval has no end: a mean far "
            "away with much heterogeneity explains them nearly as well."
        )
        notes += (Note(kind="boundary", text=text),)
    if status is not None and not status.converged:
        text = "The search for the maximum did not end at a stationary point; do not use it."
        notes += (Note(kind="caution", text=text),)
    return notes


def _absent(effects: TruncatedEffects, common: dict[str, Any]) -> PUniformStar:
    """Return a result without estimates, and say why there are none."""
    reason = _ONE
    if effects.y.size > 1:
        which = "significant" if bool(effects.above[0]) else "not significant"
        text = (
            f"All studies are {which}, and their likelihood rises without end as the mean falls "
            "away from them and tau2 grows."
        )
        if not effects.above[0]:
            text = text.replace("falls away from", "rises away from")
        reason = NotEstimable(reason=text)
    return PUniformStar(
        **common,
        effect=reason,
        p_value=reason,
        tau2=reason,
        loglik=reason,
        bias_lrt=reason,
        bias_p=reason,
        status=reason,
        notes=_notes(effects.y.size, None),
    )
