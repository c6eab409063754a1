"""What would studies of infinite size find: limit meta-analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail, critical_value, normal_two_sided
from remit.synthesis.bias.cautions import asymmetry_notes
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
    symmetric_interval,
)
from remit.synthesis.bias.regression_lines import design_fault, weighted_line
from remit.synthesis.exits import p_text
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.q_statistic import check_studies, cochran_q, standard_form

__all__ = ["ADJUSTMENTS", "LimitMeta", "limit_meta"]

FloatArray = npt.NDArray[np.float64]
ADJUSTMENTS = ("beta0", "mulim", "betalim")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LimitMeta:
    """The effect expected of infinitely large studies.

    Attributes
    ----------
    adjustment : str
        ``beta0``: expectation of the limit, with the heterogeneity kept. ``mulim``: common-effect
        mean of the studies' limits. ``betalim``: intercept of the regression through the limits.
    k : int
        Number of studies.
    effect : Estimate or NotEstimable
        Adjusted effect.
    p_value : float or NotEstimable
        Two-sided normal p value of it.
    unadjusted : Estimate
        Ordinary random-effects mean.
    tau2 : float or NotEstimable
        Between-study variance.
    alpha, beta : float or NotEstimable
        Intercept and slope of the generalised radial plot: small-study effect and effect.
    study_limits : (k,) float array
        Effect of each study carried to infinite size; empty where not estimable.
    q, q_small, q_residual : float or NotEstimable
        Cochran's Q, its share due to the small-study effect (1 df), and the rest (k - 2 df).
    q_small_p, q_residual_p : float or NotEstimable
        Upper tails of chi-squared.
    g2 : float or NotEstimable
        Share of the variation of the limits that the small-study effect does not explain, 0 to 1.
    notes : tuple of Note
        What the reader must be told.
    """

    adjustment: str
    k: int
    effect: Estimate | NotEstimable
    p_value: float | NotEstimable
    unadjusted: Estimate
    tau2: float | NotEstimable
    alpha: float | NotEstimable
    beta: float | NotEstimable
    study_limits: FloatArray
    q: float | NotEstimable
    q_small: float | NotEstimable
    q_residual: float | NotEstimable
    q_small_p: float | NotEstimable
    q_residual_p: float | NotEstimable
    g2: float | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Limit meta-analysis ({self.adjustment}): {self.k} "
            f"{'study' if self.k == 1 else 'studies'}",
            f"Adjusted effect {estimate_text(self.effect)}; {p_text(self.p_value)}",
            f"Unadjusted effect {estimate_text(self.unadjusted)}",
            f"Q of the small-study effect {number_or_reason(self.q_small)}, "
            f"{p_text(self.q_small_p)}",
            f"Q left {number_or_reason(self.q_residual)}, {p_text(self.q_residual_p)}; "
            f"G2 {number_or_reason(self.g2)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "limit-meta")


def limit_meta(
    effect: Any,
    variance: Any,
    *,
    adjustment: str = "beta0",
    tau2: str | float = "REML",
    level: float = 0.95,
) -> LimitMeta:
    """Carry every study to infinite size along the small-study effect (Ruecker 2011).

    The model (eq. 3) is y = beta + sqrt(v + tau2) (alpha + error): alpha and beta are intercept
    and slope of the regression of y / s on 1 / s, s = sqrt(v + tau2), with error variance 1. As
    v falls to 0 a study tends to beta + tau/s (y - beta) (eq. 5), whose expectation is
    beta + tau alpha (eq. 4).

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    adjustment : str
        ``beta0``, ``mulim`` or ``betalim``, see `LimitMeta`.
    tau2 : str or float
        Estimator of the between-study variance, or its value.
    level : float
        Coverage of the intervals.

    Returns
    -------
    LimitMeta
        With fewer than three studies, or equal variances, nothing but the unadjusted effect.

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If the adjustment is unknown.
    """
    check_choice("adjustment", adjustment, ADJUSTMENTS)
    check_level(level)
    y, v = check_studies(effect, variance)
    plain_fit = fit_linear(y, v, None, FitSpec(tau2=tau2 if y.size > 1 else "EE", level=level))
    half = critical_value(level) * float(plain_fit.std_error[0])
    unadjusted = _estimate(float(plain_fit.coef[0]), half, level)
    notes = asymmetry_notes(y.size, "Limit meta-analysis")
    fault = design_fault(np.column_stack((np.ones(y.size), np.sqrt(v))))
    if fault is not None:
        return _absent(adjustment, y.size, unadjusted, fault, notes)
    t2 = plain_fit.tau2_value
    tau, s = float(np.sqrt(t2)), np.sqrt(v + t2)
    radial = weighted_line(y, np.column_stack((np.ones(y.size), s)), 1.0 / s**2)
    beta, alpha = float(radial.coef[0]), float(radial.coef[1])
    limits = beta + tau / s * (y - beta)
    value, error = _adjusted(adjustment, v, s, tau, alpha, beta, limits)
    q, q_residual = _q_parts(y, v)
    if t2 == 0:
        text = "tau2 is 0: all studies have the same limit, and the adjustment is Egger's intercept"
        notes = (*notes, Note(kind="boundary", text=f"{text}."))
    return LimitMeta(
        adjustment=adjustment,
        k=y.size,
        effect=_estimate(value, critical_value(level) * error, level),
        p_value=normal_two_sided(value / error),
        unadjusted=unadjusted,
        tau2=t2,
        alpha=alpha,
        beta=beta,
        study_limits=lock(limits),
        q=q,
        q_small=max(0.0, q - q_residual),
        q_residual=q_residual,
        q_small_p=chi2_upper_tail(max(0.0, q - q_residual), 1),
        q_residual_p=chi2_upper_tail(q_residual, y.size - 2),
        g2=_unexplained(limits, v),
        notes=notes,
    )


def _estimate(value: float, half: float, level: float) -> Estimate:
    error = half / critical_value(level)
    interval = symmetric_interval(value, half, level, "normal")
    return Estimate(value=value, interval=interval, std_error=error)


def _adjusted(
    adjustment: str,
    v: FloatArray,
    s: FloatArray,
    tau: float,
    alpha: float,
    beta: float,
    limits: FloatArray,
) -> tuple[float, float]:
    """Return the adjusted effect and its standard error, with error variance 1."""
    if adjustment == "mulim":
        w = 1.0 / v
        return float(np.sum(w * limits) / np.sum(w)), float(1.0 / np.sqrt(np.sum(w)))
    spread = s if adjustment == "beta0" else np.sqrt(v)
    cov = _unit_covariance(spread)
    if adjustment == "beta0":
        value = beta + tau * alpha
        return value, float(np.sqrt(cov[0, 0] + 2.0 * tau * cov[0, 1] + tau**2 * cov[1, 1]))
    line = weighted_line(limits, np.column_stack((np.ones(v.size), np.sqrt(v))), 1.0 / v)
    return float(line.coef[0]), float(np.sqrt(cov[0, 0]))


def _unit_covariance(spread: FloatArray) -> FloatArray:
    """Return the (2, 2) covariance of effect and small-study effect for error variance 1."""
    scale = float(np.min(spread))
    rows = np.column_stack((scale / spread, np.ones(spread.size)))
    inverse = np.linalg.inv(np.linalg.qr(rows)[1])
    inverse[0] *= scale
    cov: FloatArray = inverse @ inverse.T
    return cov


def _q_parts(y: FloatArray, v: FloatArray) -> tuple[float, float]:
    """Return Cochran's Q and what is left of it after Egger's regression."""
    line = weighted_line(y, np.column_stack((np.ones(y.size), np.sqrt(v))), 1.0 / v)
    centred, scaled, _ = standard_form(y, v)
    return cochran_q(centred, scaled), line.dispersion**2 * line.df


def _unexplained(limits: FloatArray, v: FloatArray) -> float | NotEstimable:
    """Return G2 = 1 - r^2 of limit/sqrt(v) and 1/sqrt(v) (Ruecker 2011, sec. 3.3)."""
    x, z = 1.0 / np.sqrt(v), limits / np.sqrt(v)
    x, z = x - x.mean(), z - z.mean()
    total = float(z @ z)
    if total == 0.0:
        return NotEstimable(reason="The limits do not vary on the radial plot.")
    return float(min(1.0, max(0.0, 1.0 - (x @ z) ** 2 / ((x @ x) * total))))


def _absent(
    adjustment: str, k: int, unadjusted: Estimate, fault: NotEstimable, notes: tuple[Note, ...]
) -> LimitMeta:
    return LimitMeta(
        adjustment=adjustment,
        k=k,
        effect=fault,
        p_value=fault,
        unadjusted=unadjusted,
        tau2=fault,
        alpha=fault,
        beta=fault,
        study_limits=lock(np.empty(0)),
        q=fault,
        q_small=fault,
        q_residual=fault,
        q_small_p=fault,
        q_residual_p=fault,
        g2=fault,
        notes=notes,
    )
