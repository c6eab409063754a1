"""The outcome of a selection model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
)
from remit.synthesis.bias.selection_search import SearchStatus
from remit.synthesis.exits import interval_text, number_text, p_text

__all__ = ["SelectionModel", "SelectionParameter"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionParameter:
    """One parameter of a selection function.

    Attributes
    ----------
    name : str
        Such as ``delta 2 (p 0.025 to 0.5)``.
    value : float
        Estimate, or the value that was given.
    std_error : float or NotEstimable
        From the curvature of the log-likelihood.
    interval : Interval or NotEstimable
        Normal interval, cut at the bounds.
    p_value : float or NotEstimable
        Two-sided normal p value of no selection in this parameter.
    fixed : bool
        Whether it was given rather than estimated.
    at_bound : bool
        Whether it ended at a bound.
    bounds : tuple of float
        Range that was searched.
    """

    name: str
    value: float
    std_error: float | NotEstimable
    interval: Interval | NotEstimable
    p_value: float | NotEstimable
    fixed: bool
    at_bound: bool
    bounds: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the parameter as a plain dictionary."""
        return {
            "name": self.name,
            "value": self.value,
            "std_error": self.std_error,
            "interval": self.interval,
            "p_value": self.p_value,
            "fixed": self.fixed,
            "at_bound": self.at_bound,
            "bounds": list(self.bounds),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionModel:
    """Effects corrected for a model of which studies are seen.

    Attributes
    ----------
    kind, alternative : str
        Selection function, and direction of the significance that it favours.
    steps : tuple of float
        Thresholds of the p value, or of the effect for ``trunc``.
    k : int
        Number of studies.
    counts : tuple of int
        Studies per interval between the thresholds; empty without any.
    effect : Estimate
        Corrected mean (the first coefficient).
    p_value : float or NotEstimable
        Its two-sided normal p value.
    coef, std_error : (p,) float array
        All coefficients; standard errors are empty where the curvature gives none.
    coef_cov : (p, p) float array
        Their covariance, empty likewise.
    tau2 : float
        Between-study variance before selection.
    tau2_std_error : float or NotEstimable
        Its standard error.
    parameters : tuple of SelectionParameter
        Of the selection function.
    loglik, loglik_none : float
        Maximum of the log-likelihood with and without selection.
    lrt, lrt_df, lrt_p : float, int, float or NotEstimable
        Likelihood-ratio test of no selection, chi-squared.
    unadjusted : Estimate
        Mean without selection, by maximum likelihood.
    unadjusted_tau2 : float
        Between-study variance without selection.
    status : SearchStatus
        How the maximum was found.
    notes : tuple of Note
        What the reader must be told.
    """

    kind: str
    alternative: str
    steps: tuple[float, ...]
    k: int
    counts: tuple[int, ...]
    effect: Estimate
    p_value: float | NotEstimable
    coef: FloatArray
    std_error: FloatArray
    coef_cov: FloatArray
    tau2: float
    tau2_std_error: float | NotEstimable
    parameters: tuple[SelectionParameter, ...]
    loglik: float
    loglik_none: float
    lrt: float
    lrt_df: int
    lrt_p: float | NotEstimable
    unadjusted: Estimate
    unadjusted_tau2: float
    status: SearchStatus
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Selection model ({self.kind}, {self.alternative}): {self.k} studies",
            f"Corrected effect {estimate_text(self.effect)}; {p_text(self.p_value)}",
            f"Uncorrected effect {estimate_text(self.unadjusted)}",
            f"tau2 {number_text(self.tau2)}, uncorrected {number_text(self.unadjusted_tau2)}",
        ]
        lines += [
            f"{item.name}: {number_text(item.value)}"
            + (" (given)" if item.fixed else f", {interval_text(item.interval)}")
            for item in self.parameters
        ]
        lines.append(
            f"Test of no selection: chi2 {number_text(self.lrt)} with {self.lrt_df} df, "
            f"p {number_or_reason(self.lrt_p)}"
        )
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "selection-model")
