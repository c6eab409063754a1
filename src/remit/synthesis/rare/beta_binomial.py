"""Pooling counts by the beta-binomial model with one intraclass correlation for all arms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.errors import ConvergenceError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail, critical_value, normal_two_sided
from remit.synthesis.rare.beta_binomial_fit import BetaBinomialFit, fit_groups
from remit.synthesis.rare.beta_binomial_likelihood import Group, group_of
from remit.synthesis.rare.beta_binomial_profile import contrast, profile_ends
from remit.synthesis.rare.beta_binomial_result import BetaBinomialResult
from remit.synthesis.rare.chi_square import ChiSquareTest
from remit.synthesis.rare.count_input import check_whole, one_arm, two_by_two
from remit.synthesis.rare.fit_statistics import criteria
from remit.synthesis.rare.tables import Counts, no_information

__all__ = ["beta_binomial"]

FloatArray = npt.NDArray[np.float64]
_MEASURES = ("OR", "RR", "RD", "PLO")
_FEW = 3
_ANYTHING = NotEstimable(
    reason="No arm has an event, or all have nothing else: every ratio fits the counts."
)


def beta_binomial(
    measure: str,
    *,
    ai: Any = None,
    bi: Any = None,
    ci: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    xi: Any = None,
    ni: Any = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> BetaBinomialResult:
    """Pool counts by the common-rho beta-binomial model (Kuss 2015; Felsch et al. 2022).

    The arms of one group have probabilities from a beta distribution with the group's mean; one
    intraclass correlation holds for all arms. Every study counts, also one without any event. That
    two arms come from one study is not used.

    Parameters
    ----------
    measure : str
        ``OR``, ``RR`` (as logarithms) or ``RD`` of two groups; ``PLO``, the logit of one group's
        mean.
    ai, bi, ci, di, n1i, n2i : (k,) array-like
        Counts of two groups, see `two_by_two`; whole numbers.
    xi, ni : (k,) array-like
        Events and sizes of one group.
    labels : sequence of str
        Names of the studies.
    level : float
        Coverage of the intervals as a proportion.

    Returns
    -------
    BetaBinomialResult

    Raises
    ------
    InputError, SpecError
        If the counts cannot be counts (the study is named), or a choice is not defined.
    """
    level = check_level(level)
    check_choice("measure", measure, _MEASURES)
    if measure == "PLO":
        counts = one_arm(measure, xi=xi, of=ni, labels=labels)
        arms = [(counts["xi"], counts["ni"])]
    else:
        counts = two_by_two(ai=ai, bi=bi, ci=ci, di=di, n1i=n1i, n2i=n2i, labels=labels)
        arms = [
            (counts["ai"], counts["ai"] + counts["bi"]),
            (counts["ci"], counts["ci"] + counts["di"]),
        ]
    check_whole(counts)
    if counts.k == 0:
        return _nothing(measure, level, counts, "No study is left that could be used.")
    groups = tuple(group_of(y, n) for y, n in arms)
    try:
        fit = fit_groups(groups)
    except ConvergenceError:
        return _nothing(
            measure,
            level,
            counts,
            "Every arm has no event or only events, and they contradict each other: the likelihood "
            "rises up to an intraclass correlation of 1.",
        )
    return _result(measure, level, counts, groups, fit)


def _nothing(measure: str, level: float, counts: Counts, text: str) -> BetaBinomialResult:
    reason = NotEstimable(reason=text)
    return BetaBinomialResult(
        measure=measure,
        level=level,
        k=counts.k,
        effect=reason,
        profile=reason,
        statistic=reason,
        p_value=reason,
        proportions=lock(np.zeros(0)),
        rho=reason,
        se_rho=reason,
        covariance=lock(np.zeros((0, 0))),
        overdispersion=reason,
        fit=reason,
        status=None,
        counts=counts,
        notes=counts.notes,
    )


def _result(
    measure: str, level: float, counts: Counts, groups: tuple[Group, ...], fit: BetaBinomialFit
) -> BetaBinomialResult:
    effect, z, p_value, error = _effect(measure, level, fit)
    return BetaBinomialResult(
        measure=measure,
        level=level,
        k=counts.k,
        effect=effect,
        profile=_profile(measure, level, groups, fit, error),
        statistic=z,
        p_value=p_value,
        proportions=lock(fit.p),
        rho=fit.rho,
        se_rho=math.sqrt(float(fit.covariance[-1, -1]))
        if fit.rho > 0.0
        else NotEstimable(reason="rho lies at the edge of its range, where it has none."),
        covariance=lock(fit.covariance),
        overdispersion=_overdispersion(fit),
        fit=criteria(
            fit.loglik,
            -2.0 * fit.loglik,
            len(groups) + 1,
            len(groups) * counts.k,
        ),
        status=fit.status,
        counts=counts,
        notes=(*counts.notes, *_notes(counts, fit)),
    )


def _anything_goes(measure: str, fit: BetaBinomialFit) -> bool:
    """Tell whether both groups lie at the same edge, so that every ratio fits them."""
    edges = {"OR": (0.0, 1.0), "RR": (0.0,)}.get(measure, ())
    return fit.p.size == 2 and fit.p[0] == fit.p[1] and float(fit.p[0]) in edges


def _effect(
    measure: str, level: float, fit: BetaBinomialFit
) -> tuple[Estimate | NotEstimable, float | NotEstimable, float | NotEstimable, float]:
    """Return the contrast by the delta method, z, p, and the standard error (0 without one)."""
    p, q = fit.p, 1.0 - fit.p
    if _anything_goes(measure, fit):
        return _ANYTHING, _ANYTHING, _ANYTHING, 0.0
    if measure != "RD" and np.any((p == 0.0) | ((q == 0.0) & (measure != "RR"))):
        reason = NotEstimable(
            reason="A group has no event, or only events: the estimate is infinite. The profile "
            "interval has its one finite end, if there is one."
        )
        return reason, reason, reason, 0.0
    slopes = {
        "OR": 1.0 / (p * q) if measure == "OR" else p,
        "RR": 1.0 / p if measure == "RR" else p,
        "RD": np.ones_like(p),
        "PLO": 1.0 / (p * q) if measure == "PLO" else p,
    }[measure] * np.array([1.0, -1.0])[: p.size]
    variance = float(slopes @ fit.covariance[: p.size, : p.size] @ slopes)
    if variance <= 0.0:
        reason = NotEstimable(
            reason="All arms agree entirely (no event anywhere, or nothing else): the effect is "
            "none and its standard error zero, which is no measure of what is not known; see the "
            "profile interval."
        )
        return reason, reason, reason, 0.0
    value, error = contrast(measure, float(p[0]), float(p[-1])), math.sqrt(variance)
    half, z = critical_value(level) * error, value / error
    interval = Interval(low=value - half, high=value + half, level=level, method="normal")
    return (
        Estimate(value=value, interval=interval, std_error=error),
        z,
        normal_two_sided(z),
        error,
    )


def _profile(
    measure: str, level: float, groups: tuple[Group, ...], fit: BetaBinomialFit, error: float
) -> Interval | NotEstimable:
    p = fit.p
    same_edge = len(groups) == 2 and p[0] == p[1] and p[0] in (0.0, 1.0)
    if (same_edge and measure == "OR") or (same_edge and measure == "RR" and p[0] == 0.0):
        return NotEstimable(
            reason="No arm has an event, or all have nothing else: every ratio fits the counts."
        )
    step = error if error > 0.0 else (0.01 if measure == "RD" else 1.0)
    low, high = profile_ends(groups, fit, measure, step, level)
    return Interval(low=low, high=high, level=level, method="profile likelihood")


def _overdispersion(fit: BetaBinomialFit) -> ChiSquareTest:
    """Test rho = 0, at the edge of its range: half the chi-squared tail (Self & Liang 1987)."""
    statistic = max(0.0, 2.0 * (fit.loglik - fit.binomial_loglik))
    return ChiSquareTest(
        name="Likelihood-ratio test of rho = 0, half the tail",
        statistic=statistic,
        df=1,
        p_value=0.5 * chi2_upper_tail(statistic, 1) if statistic > 0.0 else 1.0,
    )


def _notes(counts: Counts, fit: BetaBinomialFit) -> list[Note]:
    notes = []
    if "ai" in counts.columns and np.any(no_information(counts)):
        empty = no_information(counts)
        names = [name for name, no in zip(counts.labels, empty, strict=True) if no]
        notes.append(
            Note(
                kind="used",
                text=f"{', '.join(names)}: no event, or only events, in both arms. They count in "
                "this model.",
            )
        )
    if counts.k < _FEW:
        notes.append(
            Note(
                kind="caution",
                text="With one or two studies no random-effects method holds its level, this one "
                "neither.",
                method="Felsch et al. 2022",
            )
        )
    if fit.rho == 0.0:
        notes.append(
            Note(
                kind="boundary",
                text="The intraclass correlation was estimated as zero, the edge of its range; the "
                "counts were summed. That does not show that the true probabilities agree.",
                method="ML",
            )
        )
    if fit.status.several_modes:
        notes.append(
            Note(
                kind="caution",
                text="The likelihood has more than one peak; the highest was taken.",
                method="ML",
            )
        )
    if not fit.status.converged:
        notes.append(Note(kind="caution", text="The fit did not reach its accuracy.", method="ML"))
    return notes
