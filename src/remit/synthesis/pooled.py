"""The pooled answer to one question, with its rows, its diagnostics and its three exits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.data import SetAside, StudyEffect
from remit.synthesis.exits import interval_text, number_text, p_text, plain
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["PooledResult"]

FloatArray = npt.NDArray[np.float64]
_PLAIN_FIELDS = (
    "spec",
    "measure",
    "unit",
    "k",
    "n",
    "effect",
    "std_error",
    "interval",
    "p_value",
    "tau2",
    "tau2_interval",
    "i2",
    "i2_interval",
    "i2_from_q",
    "h2",
    "h2_interval",
    "cochran_q",
    "q_df",
    "q_p",
    "prediction",
    "common_effect",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledResult:
    """Effects of several studies, pooled.

    Attributes
    ----------
    spec : CommonEffect or RandomEffects
        The choices that were made.
    measure, unit : str
        metafor's code of the measure; unit of ``effect``.
    k : int
        Number of studies that were pooled.
    n : int or None
        Number of people in them; None where a study's number is not known.
    effect, std_error : float
        Pooled effect and its standard error, on the analysis scale.
    interval : Interval
        Confidence interval of the effect; its method names the distribution and its df.
    p_value : float or NotEstimable
        Two-sided p of no effect, by the method of ``interval``.
    weights : (k,) array
        Share of each study in the pooled effect, per cent; they sum to 100.
    rows : tuple of StudyEffect
        The studies that were pooled, in the order of ``weights``.
    set_aside : tuple of SetAside
        Rows that are shown and not pooled.
    tau2 : Tau2Estimate or NotEstimable
        Variance of true effects between studies.
    tau2_interval : Interval or NotEstimable
        Q-profile interval of tau2.
    i2, h2 : float or NotEstimable
        Share of the variance that is between studies, per cent, and total over sampling variance:
        from tau2 and the typical variance, as metafor; from Q under a common-effect model.
    i2_interval, h2_interval : Interval or NotEstimable
        The interval of tau2 carried over.
    i2_from_q : float or NotEstimable
        I2 from Q in per cent, as meta prints it.
    cochran_q, q_p : float or NotEstimable
        Cochran's Q and its p value.
    q_df : int
        Degrees of freedom of Q, k - 1.
    prediction : Interval or NotEstimable
        Interval for the true effect of a new study; its method names the convention.
    common_effect : Estimate
        The common-effect result, which gives each study its own precision only.
    notes : tuple of Note
        What the reader must be told about the result as a whole; each row has its own.
    """

    spec: CommonEffect | RandomEffects
    measure: str
    unit: str
    k: int
    n: int | None
    effect: float
    std_error: float
    interval: Interval
    p_value: float | NotEstimable
    weights: FloatArray
    rows: tuple[StudyEffect, ...]
    set_aside: tuple[SetAside, ...]
    tau2: Tau2Estimate | NotEstimable
    tau2_interval: Interval | NotEstimable
    i2: float | NotEstimable
    i2_interval: Interval | NotEstimable
    i2_from_q: float | NotEstimable
    h2: float | NotEstimable
    h2_interval: Interval | NotEstimable
    cochran_q: float | NotEstimable
    q_df: int
    q_p: float | NotEstimable
    prediction: Interval | NotEstimable
    common_effect: Estimate
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        people = f", n = {self.n}" if self.n is not None else ""
        studies = "study" if self.k == 1 else "studies"
        lines = [
            f"{self.measure} in {self.unit}: {self.k} {studies}{people}",
            f"Effect {number_text(self.effect)}, {interval_text(self.interval)}, "
            f"{p_text(self.p_value)}",
            f"Prediction {interval_text(self.prediction)}",
            f"Common effect {number_text(self.common_effect.value)}, "
            f"{interval_text(self.common_effect.interval)}",
            self._heterogeneity_text(),
        ]
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        lines += [f"Set aside: {row.label}: {row.reason}" for row in self.set_aside]
        return "\n".join(lines)

    def _heterogeneity_text(self) -> str:
        parts = []
        if isinstance(self.tau2, Tau2Estimate):
            parts.append(f"tau2 {number_text(self.tau2.tau2)} ({self.tau2.method})")
        else:
            parts.append(f"tau2 not estimable: {self.tau2.reason}")
        if not isinstance(self.tau2_interval, NotEstimable):
            parts.append(interval_text(self.tau2_interval))
        if not isinstance(self.i2, NotEstimable):
            parts.append(f"I2 {self.i2:.1f}%")
        if not isinstance(self.cochran_q, NotEstimable):
            q = f"Q {number_text(self.cochran_q)} with {self.q_df} df"
            parts.append(f"{q}, {p_text(self.q_p)}")
        return "; ".join(parts)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those that were pooled, then those set aside.

        A study's interval is its own: as printed, or by t with its degrees of freedom.
        """
        own = [row.interval(self.spec.level) for row in self.rows]
        used: list[dict[str, Any]] = [
            {
                "study": row.study,
                "label": row.label,
                "status": "used",
                "effect": float(row.effect),
                "std_error": row.std_error,
                "ci_low": float(interval.low),
                "ci_high": float(interval.high),
                "weight": float(weight),
                "n": row.n,
                "assumed": row.assumed,
                "notes": "; ".join(note.text for note in row.notes),
                "places": "; ".join(str(place) for place in row.places),
            }
            for row, weight, interval in zip(self.rows, self.weights, own, strict=True)
        ]
        return used + [row.to_row(used[0]) for row in self.set_aside]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.pooled-result",
            "version": 1,
            **{name: plain(getattr(self, name)) for name in _PLAIN_FIELDS},
            "rows": self.to_rows(),
        }
