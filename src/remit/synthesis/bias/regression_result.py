"""The outcome of a regression test of funnel asymmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
    test_text,
)

__all__ = ["RegressionTest"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionTest:
    """Whether effects depend on how precise or large the studies are.

    Attributes
    ----------
    test : str
        Name of the test, such as ``Egger``.
    model : str
        ``lm``: weighted regression with a multiplicative dispersion. ``rma``: meta-regression
        with an additive between-study variance.
    predictor : str
        What the effects are regressed on: ``sei`` (standard error), ``vi`` (variance), ``ni``
        (sample size), ``ninv`` (its inverse), ``sqrtni``, ``sqrtninv`` (its root and the inverse
        of that), or what the named test prescribes.
    k : int
        Number of studies.
    slope : Estimate or NotEstimable
        Coefficient of the predictor, in units of the effect per unit of the predictor.
    statistic : float or NotEstimable
        Slope over its standard error; 0 means a symmetric funnel.
    df : float or None
        Degrees of freedom of t; None where the statistic is normal.
    p_value : float or NotEstimable
        Two-sided.
    limit : Estimate or NotEstimable
        Intercept: the effect expected of an infinitely large study. Only where the predictor
        falls to 0 as the study grows and there are no moderators.
    coef, std_error : (p,) float array
        Coefficients: intercept, moderators if any, predictor. Empty where nothing is estimable.
    coef_cov : (p, p) float array
        Their covariance matrix.
    tau2 : float or NotEstimable
        Between-study variance left, for ``rma``.
    dispersion : float or NotEstimable
        Root of the residual weighted mean square, for ``lm`` (meta prints it as ``tau``).
    level : float
        Coverage of the intervals.
    notes : tuple of Note
        What the reader must be told.
    """

    test: str
    model: str
    predictor: str
    k: int
    slope: Estimate | NotEstimable
    statistic: float | NotEstimable
    df: float | None
    p_value: float | NotEstimable
    limit: Estimate | NotEstimable
    coef: FloatArray
    std_error: FloatArray
    coef_cov: FloatArray
    tau2: float | NotEstimable
    dispersion: float | NotEstimable
    level: float
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"{self.test} regression test of funnel asymmetry ({self.model}, predictor "
            f"{self.predictor}): {self.k} {'study' if self.k == 1 else 'studies'}",
            f"Test of symmetry: {test_text(self.statistic, self.df, self.p_value)}",
            f"Slope {estimate_text(self.slope)}",
            f"Limit estimate {estimate_text(self.limit)}",
        ]
        if self.model == "rma":
            lines.append(f"tau2 {number_or_reason(self.tau2)}")
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "regression-test")
