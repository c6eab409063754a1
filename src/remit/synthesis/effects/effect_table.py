"""Effects of one measure, one row per study, with what was done to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from remit.core.checks import check_level, lock
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.scales import SCALES
from remit.synthesis.exits import counted, finite_or_none

__all__ = ["EffectSizes", "EffectSpec"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpec:
    """What was asked for.

    Attributes
    ----------
    vtype : str
        Variance type.
    add : float
        What was added to zero counts.
    to : str
        When it was added.
    drop00 : bool
        Whether studies without events in either group are left out.
    correct : bool
        Whether small-sample corrections are applied.
    """

    vtype: str = "LS"
    add: float = 0.0
    to: str = "only0"
    drop00: bool = False
    correct: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as a plain dictionary."""
        return {
            "vtype": self.vtype,
            "add": self.add,
            "to": self.to,
            "drop00": self.drop00,
            "correct": self.correct,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectSizes:
    """Effects of one measure.

    Attributes
    ----------
    measure : str
        metafor's code.
    words : str
        What the measure is.
    scale : str
        Scale of the analysis, a key of `remit.synthesis.effects.scales.SCALES`.
    effect, variance : (k,) float array
        Effects and sampling variances on that scale; NaN where they are not determined.
    usable : (k,) bool array
        Whether the row can be pooled: both are finite and the variance is above 0.
    n : (k,) float array
        People behind the row; NaN where the inputs do not say.
    labels : tuple of str
        Names of the studies.
    notes : tuple of tuple of Note
        What was done to each row, and why it is not usable where it is not.
    covariance : (k, k) float array or None
        Sampling covariance where studies share a control group.
    spec : EffectSpec
        What was asked for.
    """

    measure: str
    words: str
    scale: str
    effect: FloatArray
    variance: FloatArray
    usable: BoolArray
    n: FloatArray
    labels: tuple[str, ...]
    notes: tuple[tuple[Note, ...], ...]
    spec: EffectSpec
    covariance: FloatArray | None = None

    @property
    def k(self) -> int:
        """Number of rows."""
        return len(self.labels)

    @property
    def std_error(self) -> FloatArray:
        """(k,) square roots of the variances."""
        return lock(np.sqrt(np.where(self.variance >= 0, self.variance, np.nan)))

    def interval(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return the (k,) ends of normal intervals on the scale of the analysis."""
        half = critical_value(check_level(level)) * self.std_error
        return lock(self.effect - half), lock(self.effect + half)

    def shown(self, values: FloatArray) -> FloatArray | None:
        """Return values on the scale of display; None where the scale has no single way back."""
        back = SCALES[self.scale]
        return None if back is None else lock(np.array(back(np.asarray(values))))

    def to_set(self, unit: str, columns: Sequence[dict[str, str]] | None = None) -> EffectSet:
        """Return the usable rows as a set to be pooled; the others are set aside with the reason.

        Parameters
        ----------
        unit : str
            Unit of the effects.
        columns : sequence of dict of str to str, or None
            Text columns of each row for tables and figures.
        """
        rows, aside = [], []
        for i, label in enumerate(self.labels):
            if not self.usable[i]:
                reason = " ".join(x.text for x in self.notes[i] if x.kind == "set-aside")
                aside.append(SetAside(study=label, label=label, reason=reason))
                continue
            rows.append(
                StudyEffect(
                    study=label,
                    label=label,
                    effect=float(self.effect[i]),
                    variance=float(self.variance[i]),
                    n=round(float(self.n[i])) if np.isfinite(self.n[i]) else None,
                    assumed=any(x.kind == "assumed" for x in self.notes[i]),
                    columns={} if columns is None else dict(columns[i]),
                    notes=self.notes[i],
                )
            )
        return EffectSet(measure=self.measure, unit=unit, rows=tuple(rows), set_aside=tuple(aside))

    def to_rows(self, level: float = 0.95) -> list[dict[str, Any]]:
        """Return one plain dictionary per study; None stands for what is not determined.

        ``shown``, ``shown_low`` and ``shown_high`` are on the scale of display.
        """
        low, high = self.interval(level)
        usable = np.where(self.usable, 1.0, np.nan)
        z = self.effect / np.where(self.variance > 0, self.std_error, np.nan)
        columns = {
            "effect": self.effect,
            "variance": self.variance,
            "std_error": self.std_error,
            "z": z,
            "p_value": 2.0 * ndtr(-np.abs(z)),
            "ci_low": low * usable,
            "ci_high": high * usable,
            "n": self.n,
        }
        for name, values in (("shown", self.effect), ("shown_low", low), ("shown_high", high)):
            back = self.shown(np.asarray(values) * usable)
            if back is not None:
                columns[name] = back
        return [
            {"label": label}
            | {name: finite_or_none(column[i]) for name, column in columns.items()}
            | {
                "usable": bool(self.usable[i]),
                "notes": " ".join(note.text for note in self.notes[i]),
            }
            for i, label in enumerate(self.labels)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; None stands for what is not determined."""
        return {
            "kind": "effect_sizes",
            "version": 1,
            "measure": self.measure,
            "words": self.words,
            "scale": self.scale,
            "spec": self.spec.to_dict(),
            "labels": list(self.labels),
            "effect": [finite_or_none(x) for x in self.effect],
            "variance": [finite_or_none(x) for x in self.variance],
            "usable": [bool(x) for x in self.usable],
            "n": [finite_or_none(x) for x in self.n],
            "covariance": None
            if self.covariance is None
            else [[finite_or_none(x) for x in row] for row in self.covariance],
            "notes": [[note.to_dict() for note in row] for row in self.notes],
        }

    def summary(self, level: float = 0.95) -> str:
        """Return a table in text: effect, standard error and interval of each study."""
        width = max((len(label) for label in self.labels), default=5)
        good = int(self.usable.sum())
        lines = [
            f"{self.words} ({self.measure}), {counted(self.k, 'study')}, {good} of them usable"
        ]
        low, high = self.interval(level)
        for i, label in enumerate(self.labels):
            if self.usable[i]:
                numbers = f"{self.effect[i]:10.4f}  SE {self.std_error[i]:.4f}"
                lines.append(f"{label:<{width}} {numbers}  {low[i]:.4f} to {high[i]:.4f}")
            else:
                reason = " ".join(x.text for x in self.notes[i] if x.kind == "set-aside")
                lines.append(f"{label:<{width}} not usable: {reason}")
        return "\n".join(lines)
