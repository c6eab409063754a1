"""The pooled proportion of one outcome, with its rows, its diagnostics and its three exits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.data import SetAside, StudyCount
from remit.synthesis.exits import interval_text, number_text, plain
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["PooledProportion"]

_PLAIN_FIELDS = (
    "definition",
    "method",
    "level",
    "k",
    "events",
    "n",
    "proportion",
    "logit",
    "tau2",
    "prediction",
    "quadrature_error",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledProportion:
    """Proportions of several studies, pooled.

    Attributes
    ----------
    definition : str
        What was counted.
    method : str
        ``GLMM`` (logit-normal binomial model) or ``exact`` (summed counts).
    level : float
        Coverage of all intervals as a proportion.
    k, events, n : int
        Number of studies, and the counts summed over them.
    proportion : Estimate or NotEstimable
        Proportion in a typical (median) study, 0 to 1, with its interval.
    logit : Estimate or NotEstimable
        The same on the logit, the scale of the analysis, with its standard error.
    tau2 : Tau2Estimate or NotEstimable
        Variance of the logits between studies.
    prediction : Interval or NotEstimable
        Interval for the true proportion of a new study, 0 to 1.
    quadrature_error : float or None
        How much the fit changes if the number of quadrature points is doubled; None where there
        was no quadrature.
    rows : tuple of StudyCount
        The studies that were pooled.
    set_aside : tuple of SetAside
        Rows that are shown and not pooled.
    notes : tuple of Note
        What the reader must be told about the result as a whole; each row has its own.
    """

    definition: str
    method: str
    level: float
    k: int
    events: int
    n: int
    proportion: Estimate | NotEstimable
    logit: Estimate | NotEstimable
    tau2: Tau2Estimate | NotEstimable
    prediction: Interval | NotEstimable
    quadrature_error: float | None
    rows: tuple[StudyCount, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        studies = "study" if self.k == 1 else "studies"
        lines = [f"{self.definition}: {self.k} {studies}, {self.events} of {self.n}"]
        if isinstance(self.proportion, NotEstimable):
            lines.append(f"Proportion not estimable: {self.proportion.reason}")
        else:
            lines.append(
                f"Proportion {number_text(self.proportion.value)}, "
                f"{interval_text(self.proportion.interval)}"
            )
        lines.append(f"Prediction {interval_text(self.prediction)}")
        if isinstance(self.tau2, Tau2Estimate):
            lines.append(f"tau2 {number_text(self.tau2.tau2)} on the logit ({self.tau2.method})")
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        lines += [f"Set aside: {row.label}: {row.reason}" for row in self.set_aside]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those that were pooled, then those set aside.

        The intervals of the studies are exact (Clopper-Pearson), at the level of the result.
        """
        used: list[dict[str, Any]] = []
        for row in self.rows:
            exact = clopper_pearson(row.events, row.n, self.level)
            used.append(
                {
                    "study": row.study,
                    "label": row.label,
                    "status": "used",
                    "events": int(row.events),
                    "n": int(row.n),
                    "unit": row.unit,
                    "proportion": row.events / row.n,
                    "ci_low": exact.low,
                    "ci_high": exact.high,
                    "notes": "; ".join(note.text for note in row.notes),
                    "places": "; ".join(str(place) for place in row.places),
                }
            )
        return used + [row.to_row(used[0]) for row in self.set_aside]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.pooled-proportion",
            "version": 1,
            **{name: plain(getattr(self, name)) for name in _PLAIN_FIELDS},
            "rows": self.to_rows(),
        }
