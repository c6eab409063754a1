"""From the two fits and the saturated one to the result, with everything derived from them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value, distribution_name, normal_two_sided, t_two_sided
from remit.synthesis.heterogeneity import h2_from_tau2, i2_from_tau2
from remit.synthesis.rare.chi_square import NO_DF, ChiSquareTest, chi_square_test
from remit.synthesis.rare.fit_statistics import criteria
from remit.synthesis.rare.glmm_fit import GlmmFit, profile_interval
from remit.synthesis.rare.glmm_models import CountModel
from remit.synthesis.rare.glmm_result import GlmmResult
from remit.synthesis.rare.saturated import Saturated, wald_q
from remit.synthesis.rare.study_effects import StudyEffects
from remit.synthesis.rare.tables import Counts
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["Choices", "report", "report_nothing"]

FloatArray = npt.NDArray[np.float64]
_FEW = 5
_NO_TAU2 = NotEstimable(reason="The model has one effect common to all studies.")
_NO_BASES = NotEstimable(reason="The model has no distribution of bases.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was asked for; see `glmm`."""

    measure: str
    model: str
    method: str
    level: float
    test: str
    interval: str
    names: tuple[str, ...]


def report_nothing(
    choices: Choices, counts: Counts, reason: NotEstimable, notes: list[Note]
) -> GlmmResult:
    """Return the result that says why there is no estimate."""
    return GlmmResult(
        measure=choices.measure,
        model=choices.model,
        method=choices.method,
        level=choices.level,
        test=choices.test,
        k=counts.k,
        k_effects=0,
        parameters=0,
        names=choices.names,
        effect=reason,
        statistic=reason,
        p_value=reason,
        df=None,
        coef=lock(np.zeros(0)),
        std_error=lock(np.zeros(0)),
        coef_cov=lock(np.zeros((0, 0))),
        tau2=reason,
        se_tau2=reason,
        sigma2=reason,
        prediction=reason,
        i2=reason,
        h2=reason,
        typical_variance=reason,
        wald_q=reason,
        likelihood_ratio_q=reason,
        fit=reason,
        quadrature_error=0.0,
        counts=counts,
        notes=(*counts.notes, *notes),
    )


def report(
    choices: Choices,
    counts: Counts,
    design: FloatArray,
    model: CountModel,
    fit: GlmmFit,
    own_each: Saturated,
    own: StudyEffects,
    notes: list[Note],
) -> GlmmResult:
    """Return the result of a fit.

    Parameters
    ----------
    choices : Choices
        What was asked for.
    counts : Counts
        The k studies in the likelihood.
    design : (k, p) array
        Design matrix.
    model, fit, own_each
        The model, its fits, and the fit with an effect for each study.
    own : StudyEffects
        The studies' own effects, for the typical variance.
    notes : list of Note
        What is known before the fit.
    """
    k, p = design.shape
    varies = choices.method == "ML" and k > p
    df = k - p if choices.test == "t" else None
    std_error = np.sqrt(np.diag(fit.coef_cov))
    effect, z, p_value = _effect(choices, model, fit, df, varies)
    tau2 = _tau2(fit, varies, k > p)
    typical, i2, h2 = _shares(tau2, own, design)
    loglik = fit.peak.value + model.constant
    bases = {"none": 0, "free": k, "random": 2}[model.base]
    parameters = p + bases + int(varies)
    deviance = 2.0 * (own_each.loglik - fit.peak.value)
    units = 2 * k if len(model.arms) == 2 else k
    wald, ratio = _heterogeneity(own_each, fit, design)
    return GlmmResult(
        measure=choices.measure,
        model=choices.model,
        method=choices.method,
        level=choices.level,
        test=choices.test,
        k=k,
        k_effects=own.effect.size,
        parameters=parameters,
        names=choices.names,
        effect=effect,
        statistic=z,
        p_value=p_value,
        df=df,
        coef=lock(fit.coef),
        std_error=lock(std_error),
        coef_cov=lock(fit.coef_cov),
        tau2=tau2,
        se_tau2=_se_tau2(fit, tau2),
        sigma2=float(fit.peak.parameters[-2]) if model.base == "random" else _NO_BASES,
        prediction=_prediction(effect, tau2, p, choices.level, df),
        i2=i2,
        h2=h2,
        typical_variance=typical,
        wald_q=wald,
        likelihood_ratio_q=ratio,
        fit=criteria(loglik, deviance, parameters, units),
        quadrature_error=fit.peak.quadrature_error,
        counts=counts,
        notes=(*counts.notes, *notes, *_fit_notes(choices, fit, own, counts, varies)),
    )


def _effect(
    choices: Choices, model: CountModel, fit: GlmmFit, df: int | None, varies: bool
) -> tuple[Estimate | NotEstimable, float | NotEstimable, float | NotEstimable]:
    """Return the intercept with its interval, test statistic and p value."""
    value, error = float(fit.coef[0]), math.sqrt(float(fit.coef_cov[0, 0]))
    if df == 0:
        nothing = NotEstimable(reason="t has no degrees of freedom with as few studies.")
        return nothing, nothing, nothing
    z = value / error
    p_value = normal_two_sided(z) if df is None else t_two_sided(z, df)
    if choices.interval == "profile":
        interval = profile_interval(model, fit, choices.level, "ML" if varies else "EE")
    else:
        half = critical_value(choices.level, df) * error
        name = distribution_name(df)
        interval = Interval(low=value - half, high=value + half, level=choices.level, method=name)
    return Estimate(value=value, interval=interval, std_error=error), z, p_value


def _tau2(fit: GlmmFit, varies: bool, enough: bool) -> Tau2Estimate | NotEstimable:
    if varies:
        return Tau2Estimate(
            tau2=float(fit.peak.parameters[-1]), method="ML", status=fit.peak.status
        )
    return _NO_TAU2 if enough else NO_DF


def _se_tau2(fit: GlmmFit, tau2: Tau2Estimate | NotEstimable) -> float | NotEstimable:
    if isinstance(tau2, NotEstimable):
        return tau2
    if tau2.tau2 == 0.0:
        return NotEstimable(reason="tau2 lies at the edge of its range, where it has none.")
    return math.sqrt(float(fit.peak.covariance[-1, -1]))


def _prediction(
    effect: Estimate | NotEstimable,
    tau2: Tau2Estimate | NotEstimable,
    p: int,
    level: float,
    df: int | None,
) -> Interval | NotEstimable:
    if isinstance(effect, NotEstimable):
        return effect
    if p > 1:
        return NotEstimable(reason="With moderators a prediction needs their values.")
    if isinstance(tau2, NotEstimable):
        return tau2
    error = 0.0 if effect.std_error is None else effect.std_error
    half = critical_value(level, df) * math.hypot(error, math.sqrt(tau2.tau2))
    name = distribution_name(df)
    return Interval(low=effect.value - half, high=effect.value + half, level=level, method=name)


def _shares(
    tau2: Tau2Estimate | NotEstimable, own: StudyEffects, design: FloatArray
) -> tuple[float | NotEstimable, float | NotEstimable, float | NotEstimable]:
    """Return the typical variance, I2 and H2 (Higgins & Thompson 2002, eq. 9)."""
    x = design[own.has]
    room = own.effect.size - x.shape[1]
    if room < 1:
        return NO_DF, NO_DF, NO_DF
    w = 1.0 / own.variance
    basis = np.linalg.qr(np.sqrt(w)[:, None] * x)[0]
    typical = room / float(np.sum(w * (1.0 - np.sum(basis**2, axis=1))))
    variance = 0.0 if isinstance(tau2, NotEstimable) else tau2.tau2
    return typical, i2_from_tau2(variance, typical), h2_from_tau2(variance, typical)


def _heterogeneity(
    own_each: Saturated, fit: GlmmFit, design: FloatArray
) -> tuple[ChiSquareTest | NotEstimable, ChiSquareTest | NotEstimable]:
    k, p = design.shape
    ratio = 2.0 * (own_each.loglik - fit.common.value)
    return (
        chi_square_test("Wald test of heterogeneity", wald_q(own_each, design), k - p),
        chi_square_test("Likelihood-ratio test of heterogeneity", ratio, k - p),
    )


def _fit_notes(
    choices: Choices, fit: GlmmFit, own: StudyEffects, counts: Counts, varies: bool
) -> list[Note]:
    notes = []
    shown = [label for label, yes in zip(counts.labels, own.corrected, strict=True) if yes]
    if shown:
        notes.append(
            Note(
                kind="corrected",
                text=f"0.5 was added to the cells of {', '.join(shown)} for the typical variance "
                "behind I2 alone; the model has the counts as they are.",
            )
        )
    if choices.method == "ML" and not varies:
        notes.append(
            Note(
                kind="caution",
                text="Too few studies to let effects vary: one common effect was fitted.",
            )
        )
    if varies and counts.k < _FEW:
        notes.append(
            Note(
                kind="caution",
                text=f"With {counts.k} studies the variation between them is hardly known, and "
                "the intervals are likely to be too narrow.",
            )
        )
    status = fit.peak.status
    if varies and status.at_boundary:
        notes.append(
            Note(
                kind="boundary",
                text="tau2 was estimated as zero, the edge of its range. That does not show that "
                "the true effects agree.",
                method="ML",
            )
        )
    if status.several_modes:
        notes.append(
            Note(
                kind="caution",
                text="The likelihood has more than one peak; the highest was taken.",
                method="ML",
            )
        )
    if not (status.converged and fit.common.status.converged):
        notes.append(Note(kind="caution", text="The fit did not reach its accuracy.", method="ML"))
    return notes
