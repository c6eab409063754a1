"""A fitted linear model of study effects."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import distribution_name
from remit.synthesis.exits import counted, interval_text, number_text, p_text, plain
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.tau2_estimate import Tau2Estimate

__all__ = ["FitStatistics", "LinearFit"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitStatistics:
    """How well a model fits, by one of the two likelihoods.

    Attributes
    ----------
    loglik : float
        Log-likelihood; the restricted one includes log|X'X|/2 (Harville 1974), as metafor has it.
    deviance : float
        For ML -2 times the log-likelihood less that of the saturated model; for REML -2 times
        the log-likelihood.
    aic, bic, aicc : float
        Akaike's, Schwarz's and Hurvich & Tsai's corrected criterion, with k observations for ML
        and k - p for REML.
    """

    loglik: float
    deviance: float
    aic: float
    bic: float
    aicc: float

    def to_dict(self) -> dict[str, float]:
        """Return the statistics as a plain dictionary."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearFit:
    """Study effects explained by a design matrix, with the heterogeneity that is left.

    Attributes
    ----------
    spec : FitSpec
        The choices that were made.
    labels, names : tuple of str
        Studies; columns of the design.
    effect, variance : (k,) array
        What was fitted.
    design : (k, p) array
        Design matrix.
    k, p : int
        Number of studies and of coefficients.
    intercept : int or None
        Position of the constant column.
    parameters : int
        Coefficients and estimated variances together.
    coef, std_error, statistic, p_value, ci_low, ci_high : (p,) array
        Coefficients with their tests of zero and intervals, by ``spec.test``.
    coef_cov : (p, p) array
        Covariance of the coefficients.
    df : float or None
        Degrees of freedom of t; None where the normal distribution is used.
    variance_factor : float
        Factor by which ``knha`` or ``adhoc`` multiplied the variances; 1 otherwise.
    hartung_knapp : float or NotEstimable
        The Knapp-Hartung factor before any floor, whether used or not.
    tau2 : Tau2Estimate or NotEstimable
        Residual between-study variance.
    se_tau2 : float or NotEstimable
        Its large-sample standard error, by metafor's formula for each estimator: from the expected
        information for ML and REML, of a quadratic form for moment estimators, and for PM, EB and
        PMM sqrt(2 k^2/(k - p))/sum(w), where the delta method would give sqrt(2 (k - p))/tr(P).
    i2, h2 : float or NotEstimable
        Share of the residual variance that is between studies, per cent, and total over sampling
        variance: from tau2 and ``typical_variance``; from Q under a common effect.
    typical_variance : float or NotEstimable
        (k - p) / tr(P) with weights 1/variance (Higgins & Thompson 2002, eq. 9).
    r2 : float or NotEstimable
        Share of heterogeneity explained, per cent: (tau2 without moderators less tau2) / tau2
        without moderators, at least 0 (Raudenbush 2009); adjusted R2 under a common effect.
    q_e, q_e_p : float or NotEstimable
        Test for residual heterogeneity, chi-squared with k - p degrees of freedom.
    q_m, q_m_p : float or NotEstimable
        Omnibus test of all coefficients but the intercept (of all, where there is none but it).
    q_m_df : int
        Number of coefficients tested.
    q_m_df2 : float or None
        Denominator degrees of freedom; None where ``q_m`` is chi-squared.
    hat, fitted, residual : (k,) array
        Hat values, fitted effects, effects less fitted ones.
    weights : (k,) array
        Share of each study in the sum of weights, per cent.
    ml, reml : FitStatistics or NotEstimable
        Fit by the full and the restricted likelihood.
    notes : tuple of Note
        What the reader must be told.
    """

    spec: FitSpec
    labels: tuple[str, ...]
    names: tuple[str, ...]
    effect: FloatArray
    variance: FloatArray
    design: FloatArray
    k: int
    p: int
    intercept: int | None
    parameters: int
    coef: FloatArray
    std_error: FloatArray
    coef_cov: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    df: float | None
    variance_factor: float
    hartung_knapp: float | NotEstimable
    tau2: Tau2Estimate | NotEstimable
    se_tau2: float | NotEstimable
    i2: float | NotEstimable
    h2: float | NotEstimable
    typical_variance: float | NotEstimable
    r2: float | NotEstimable
    q_e: float | NotEstimable
    q_e_p: float | NotEstimable
    q_m: float | NotEstimable
    q_m_df: int
    q_m_df2: float | None
    q_m_p: float | NotEstimable
    hat: FloatArray
    fitted: FloatArray
    residual: FloatArray
    weights: FloatArray
    ml: FitStatistics
    reml: FitStatistics | NotEstimable
    notes: tuple[Note, ...]

    @property
    def tau2_value(self) -> float:
        """tau2 as a number, 0 where it is not estimable."""
        return self.tau2.tau2 if isinstance(self.tau2, Tau2Estimate) else 0.0

    @property
    def total_variance(self) -> FloatArray:
        """Sampling variance plus tau2, (k,)."""
        return self.variance + self.tau2_value

    @property
    def statistics(self) -> FitStatistics | NotEstimable:
        """Fit statistics by the likelihood of the estimator: REML for ``REML``, else ML."""
        return self.reml if self.spec.tau2 == "REML" else self.ml

    def summary(self) -> str:
        """Return the fit as text, the same for the same data whatever the machine."""
        lines = [
            f"{counted(self.k, 'study')}, {counted(self.p, 'coefficient')}, test {self.spec.test}"
        ]
        for i, name in enumerate(self.names):
            interval = Interval(
                low=float(self.ci_low[i]),
                high=float(self.ci_high[i]),
                level=self.spec.level,
                method=distribution_name(self.df),
            )
            lines.append(
                f"{name} {number_text(float(self.coef[i]))}, {interval_text(interval)}, "
                f"{p_text(float(self.p_value[i]))}"
            )
        lines.append(self._heterogeneity_text())
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def _heterogeneity_text(self) -> str:
        if isinstance(self.tau2, NotEstimable):
            return f"tau2 not estimable: {self.tau2.reason}"
        parts = [f"tau2 {number_text(self.tau2.tau2)} ({self.tau2.method})"]
        if not isinstance(self.i2, NotEstimable):
            parts.append(f"I2 {self.i2:.1f}%")
        if not isinstance(self.r2, NotEstimable):
            parts.append(f"R2 {self.r2:.1f}%")
        if not isinstance(self.q_e, NotEstimable):
            parts.append(f"Q {number_text(self.q_e)} with {self.k - self.p} df")
        return "; ".join(parts)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per coefficient."""
        columns = ("coef", "std_error", "statistic", "p_value", "ci_low", "ci_high")
        return [
            {"name": name, **{column: float(getattr(self, column)[i]) for column in columns}}
            for i, name in enumerate(self.names)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole fit as plain data that survives JSON unchanged."""
        values = {field.name: plain(_lists(getattr(self, field.name))) for field in fields(self)}
        return {"kind": "remit.linear-fit", "version": 1, **values}


def _lists(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value
