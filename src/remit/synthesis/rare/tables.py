"""Counts of two arms, or of one, as they enter the models: nothing corrected unless asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.notes import Note
from remit.synthesis.data import SetAside
from remit.synthesis.effects.zero_cells import double_zero

__all__ = ["ADD_TO", "Counts", "count_rows", "no_information"]

FloatArray = npt.NDArray[np.float64]
ADD_TO = ("none", "only0", "if0all", "all")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Counts of k studies.

    Attributes
    ----------
    columns : dict of str to (k,) array
        Under metafor's names: ``ai bi ci di``, or ``x1i t1i x2i t2i``, or ``xi ni``, or ``xi ti``.
    labels : tuple of str
        Names of the studies.
    positions : tuple of int
        Where each stood in what was given, from 0.
    set_aside : tuple of SetAside
        Studies that cannot be used: a missing number, or an arm with nobody in it.
    notes : tuple of Note
        What was set aside, study by study.
    """

    columns: dict[str, FloatArray]
    labels: tuple[str, ...]
    positions: tuple[int, ...]
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def k(self) -> int:
        """Return the number of studies."""
        return len(self.labels)

    def __getitem__(self, name: str) -> FloatArray:
        """Return one column."""
        return self.columns[name]

    def without(self, drop: npt.NDArray[np.bool_], reason: str) -> Counts:
        """Return the counts with some studies set aside for a reason."""
        if not np.any(drop):
            return self
        names = [label for label, out in zip(self.labels, drop, strict=True) if out]
        return Counts(
            columns={name: values[~drop] for name, values in self.columns.items()},
            labels=tuple(label for label, out in zip(self.labels, drop, strict=True) if not out),
            positions=tuple(at for at, out in zip(self.positions, drop, strict=True) if not out),
            set_aside=(
                *self.set_aside,
                *(SetAside(study=name, label=name, reason=reason) for name in names),
            ),
            notes=(
                *self.notes,
                *(Note(kind="set-aside", text=f"{name}: {reason}.", study=name) for name in names),
            ),
        )


def no_information(counts: Counts) -> npt.NDArray[np.bool_]:
    """Return which studies have no event, or only events, in both arms."""
    if "x1i" in counts.columns:
        return double_zero((counts["x1i"], counts["x2i"]))
    return double_zero((counts["ai"], counts["ci"]), (counts["bi"], counts["di"]))


def count_rows(counts: Counts, weights: FloatArray | None = None) -> list[dict[str, Any]]:
    """Return one dictionary per study with its counts, then those that were set aside."""
    used: list[dict[str, Any]] = [
        {
            "study": label,
            "status": "used",
            **{name: float(column[i]) for name, column in counts.columns.items()},
            **({} if weights is None else {"weight": float(weights[i])}),
            "notes": "",
        }
        for i, label in enumerate(counts.labels)
    ]
    aside = [
        {
            "study": row.study,
            "status": "set aside",
            **dict.fromkeys(counts.columns),
            **({} if weights is None else {"weight": None}),
            "notes": row.reason,
        }
        for row in counts.set_aside
    ]
    return used + aside
