"""What the beta-binomial model returns."""

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
from remit.synthesis.tau2 import SolverStatus

__all__ = ["BetaBinomialResult"]

FloatArray = npt.NDArray[np.float64]
_NAMES = {
    "OR": "log odds ratio",
    "RR": "log risk ratio",
    "RD": "risk difference",
    "PLO": "logit of the proportion",
}
_PLAIN_FIELDS = (
    "measure",
    "level",
    "k",
    "effect",
    "profile",
    "statistic",
    "p_value",
    "rho",
    "se_rho",
    "overdispersion",
    "fit",
    "status",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BetaBinomialResult:
    """Counts pooled by the common-rho beta-binomial model.

    Attributes
    ----------
    measure : str
        ``OR RR RD PLO``.
    level : float
        Coverage as a proportion.
    k : int
        Number of studies.
    effect : Estimate or NotEstimable
        Contrast of the groups' mean probabilities, or the logit of the one mean, with its normal
        interval (delta method, observed information).
    profile : Interval or NotEstimable
        Interval by the likelihood ratio; it has an answer also where the estimate is infinite.
    statistic, p_value : float or NotEstimable
        z and two-sided p that the contrast is zero.
    proportions : (g,) array
        Mean probability of each group.
    rho, se_rho : float or NotEstimable
        Intraclass correlation that all arms share, and its standard error.
    covariance : (g + 1, g + 1) array
        Of the probabilities and rho.
    overdispersion : ChiSquareTest or NotEstimable
        Test that rho is zero.
    fit : FitStatistics or NotEstimable
        Likelihood and criteria; the deviance is minus twice the log-likelihood.
    status : SolverStatus or None
        How the maximum was found; None where there is none.
    counts : Counts
        What was modelled, with the studies set aside.
    notes : tuple of Note
        What the reader must be told.
    """

    measure: str
    level: float
    k: int
    effect: Estimate | NotEstimable
    profile: Interval | NotEstimable
    statistic: float | NotEstimable
    p_value: float | NotEstimable
    proportions: FloatArray
    rho: float | NotEstimable
    se_rho: float | NotEstimable
    covariance: FloatArray
    overdispersion: ChiSquareTest | NotEstimable
    fit: FitStatistics | NotEstimable
    status: SolverStatus | None
    counts: Counts
    notes: tuple[Note, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of the studies."""
        return self.counts.labels

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Return the studies that could not be used."""
        return self.counts.set_aside

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        studies = "study" if self.k == 1 else "studies"
        name = _NAMES[self.measure]
        lines = [f"Beta-binomial, {name} ({self.measure}): {self.k} {studies}"]
        if isinstance(self.effect, NotEstimable):
            lines.append(f"Not estimable: {self.effect.reason}")
        else:
            ends = interval_text(self.effect.interval)
            value = number_text(self.effect.value)
            lines.append(f"Effect {value}, {ends}, {p_text(self.p_value)}")
        lines.append(f"Interval {interval_text(self.profile)}")
        if not isinstance(self.rho, NotEstimable):
            means = ", ".join(number_text(float(p)) for p in self.proportions)
            lines.append(f"Mean probabilities {means}; rho {number_text(self.rho)}")
        if isinstance(self.overdispersion, ChiSquareTest):
            lines.append(self.overdispersion.text())
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those that were modelled, then those set aside."""
        return count_rows(self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.beta-binomial",
            "version": 1,
            **{name: plain(getattr(self, name)) for name in _PLAIN_FIELDS},
            "proportions": self.proportions.tolist(),
            "covariance": self.covariance.tolist(),
            "rows": self.to_rows(),
        }
