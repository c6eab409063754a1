"""What a generalised linear mixed model of counts returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.data import SetAside
from remit.synthesis.exits import interval_text, number_text, p_text, plain
from remit.synthesis.models import FitStatistics
from remit.synthesis.rare.chi_square import ChiSquareTest
from remit.synthesis.rare.tables import Counts, count_rows
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["GlmmResult"]

FloatArray = npt.NDArray[np.float64]
_PLAIN_FIELDS = (
    "measure",
    "model",
    "method",
    "level",
    "test",
    "k",
    "k_effects",
    "parameters",
    "names",
    "effect",
    "statistic",
    "p_value",
    "df",
    "coef",
    "std_error",
    "coef_cov",
    "tau2",
    "se_tau2",
    "sigma2",
    "prediction",
    "i2",
    "h2",
    "typical_variance",
    "wald_q",
    "likelihood_ratio_q",
    "fit",
    "quadrature_error",
    "notes",
)
_NAMES = {
    "OR": "log odds ratio",
    "IRR": "log rate ratio",
    "PLO": "logit of the proportion",
    "IRLN": "log of the rate",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GlmmResult:
    """Counts pooled by a generalised linear mixed model.

    Attributes
    ----------
    measure, model, method : str
        metafor's codes: ``OR IRR PLO IRLN``; ``UM.FS UM.RS CM.EL CM.AL``; ``ML`` or ``EE``.
    level : float
        Coverage as a proportion.
    test : str
        ``z``, or ``t`` with k - p degrees of freedom.
    k, k_effects : int
        Number of studies in the likelihood, and of those that entered ``typical_variance``.
    parameters : int
        Number of parameters estimated.
    names : tuple of str
        Coefficients: the intercept, then the moderators.
    effect : Estimate or NotEstimable
        The intercept: without moderators the effect in a typical study.
    statistic, p_value : float or NotEstimable
        Wald test that it is zero.
    df : int or None
        Degrees of freedom of t.
    coef, std_error : (p,) array
        All coefficients; empty where nothing could be estimated.
    coef_cov : (p, p) array
        Their covariance, from the observed information of all parameters.
    tau2 : Tau2Estimate or NotEstimable
        Variance of the effects between studies, with the status of the search.
    se_tau2 : float or NotEstimable
        Its standard error.
    sigma2 : float or NotEstimable
        Variance of the bases between studies (UM.RS).
    prediction : Interval or NotEstimable
        Interval for the effect in a new study.
    i2, h2, typical_variance : float or NotEstimable
        I2 in per cent and H2 from tau2 and the typical variance of the studies' own log ratios
        (Higgins & Thompson 2002, eq. 9).
    wald_q, likelihood_ratio_q : ChiSquareTest or NotEstimable
        Tests that the studies share one effect, against a model with an effect for each.
    fit : FitStatistics or NotEstimable
        Likelihood and criteria; the deviance is against the same model.
    quadrature_error : float
        Largest change when the number of quadrature points is doubled; 0 without quadrature.
    counts : Counts
        What was modelled, with the studies set aside.
    notes : tuple of Note
        What the reader must be told.
    """

    measure: str
    model: str
    method: str
    level: float
    test: str
    k: int
    k_effects: int
    parameters: int
    names: tuple[str, ...]
    effect: Estimate | NotEstimable
    statistic: float | NotEstimable
    p_value: float | NotEstimable
    df: int | None
    coef: FloatArray
    std_error: FloatArray
    coef_cov: FloatArray
    tau2: Tau2Estimate | NotEstimable
    se_tau2: float | NotEstimable
    sigma2: float | NotEstimable
    prediction: Interval | NotEstimable
    i2: float | NotEstimable
    h2: float | NotEstimable
    typical_variance: float | NotEstimable
    wald_q: ChiSquareTest | NotEstimable
    likelihood_ratio_q: ChiSquareTest | NotEstimable
    fit: FitStatistics | NotEstimable
    quadrature_error: float
    counts: Counts
    notes: tuple[Note, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of the studies in the likelihood."""
        return self.counts.labels

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Return the studies that are not in the likelihood."""
        return self.counts.set_aside

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        studies = "study" if self.k == 1 else "studies"
        lines = [
            f"{self.model} ({self.method}), {_NAMES[self.measure]} ({self.measure}): "
            f"{self.k} {studies}"
        ]
        if isinstance(self.effect, NotEstimable):
            lines.append(f"Not estimable: {self.effect.reason}")
        else:
            ends = interval_text(self.effect.interval)
            value = number_text(self.effect.value)
            lines.append(f"{self.names[0]} {value}, {ends}, {p_text(self.p_value)}")
            lines += [
                f"{name} {number_text(b)}, standard error {number_text(s)}"
                for name, b, s in list(zip(self.names, self.coef, self.std_error, strict=True))[1:]
            ]
        if isinstance(self.tau2, Tau2Estimate):
            lines.append(f"tau2 {number_text(self.tau2.tau2)} ({self.tau2.method})")
        if not isinstance(self.sigma2, NotEstimable):
            lines.append(f"sigma2 of the bases {number_text(self.sigma2)}")
        tests = (self.wald_q, self.likelihood_ratio_q)
        lines += [test.text() for test in tests if isinstance(test, ChiSquareTest)]
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those in the likelihood, then those set aside."""
        return count_rows(self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        arrays = {"coef", "std_error", "coef_cov"}
        return {
            "kind": "remit.glmm",
            "version": 1,
            **{
                name: getattr(self, name).tolist() if name in arrays else plain(getattr(self, name))
                for name in _PLAIN_FIELDS
            },
            "rows": self.to_rows(),
        }
