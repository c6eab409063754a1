"""What every combination of choices gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.synthesis.exits import finite_or_none, number_text
from remit.synthesis.multiverse.axes import Axis
from remit.synthesis.multiverse.moves import AxisMove, SingleChange, axis_moves, single_changes

__all__ = ["Multiverse"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Multiverse:
    """The pooled answer under each of B combinations of choices on A axes.

    Attributes
    ----------
    measure, unit : str
        Of the effects; for proportions ``PR`` and the definition of what was counted.
    null : float or None
        Effect that means no difference; None for a proportion.
    level : float
        Coverage of the intervals as a proportion.
    axes : tuple of Axis
        The A axes that matter.
    idle : tuple of Axis
        Axes that were declared and on which every alternative leads to the same studies and
        numbers.
    choices : (B, A) integer array
        Which alternative was chosen on each axis.
    k, n : (B,) integer arrays
        Studies and people pooled.
    effect, ci_low, ci_high : (B,) array
        Pooled effect and its interval.
    reported : int or None
        Place of the combination that is reported; None where that one has no answer.
    without_answer : dict of str to int
        Reasons, and how many combinations have no answer for it.
    """

    measure: str
    unit: str
    null: float | None
    level: float
    axes: tuple[Axis, ...]
    idle: tuple[Axis, ...]
    choices: IntArray
    k: IntArray
    n: IntArray
    effect: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    reported: int | None
    without_answer: Mapping[str, int]

    def __len__(self) -> int:
        """Return the number of combinations that have an answer."""
        return int(self.effect.size)

    @property
    def distinct(self) -> int:
        """Number of answers that differ in estimate or interval (to ten digits)."""
        stacked = np.stack([self.effect, self.ci_low, self.ci_high], axis=1)
        return len({tuple(float(f"{x:.10g}") for x in row) for row in stacked.tolist()})

    @property
    def below(self) -> float:
        """Share of the combinations whose interval lies wholly below ``null``."""
        return 0.0 if self.null is None else float(np.mean(self.ci_high < self.null))

    @property
    def above(self) -> float:
        """Share of the combinations whose interval lies wholly above ``null``."""
        return 0.0 if self.null is None else float(np.mean(self.ci_low > self.null))

    @property
    def moves(self) -> tuple[AxisMove, ...]:
        """How far the answer moves along each axis, the most moving axis first."""
        return axis_moves(self.axes, self.choices, (self.effect, self.ci_low, self.ci_high))

    @property
    def single_changes(self) -> tuple[SingleChange, ...]:
        """The reported analysis with one choice changed at a time, in the order of the axes."""
        return single_changes(self.axes, self.choices, self.reported)

    def labels(self, place: int) -> tuple[str, ...]:
        """Return what a combination chose on each axis."""
        chosen = self.choices[place].tolist()
        return tuple(axis.alternatives[j].label for axis, j in zip(self.axes, chosen, strict=True))

    def summary(self) -> str:
        """Return the multiverse as text."""
        lines = [
            f"{len(self):,} combinations of choices on {len(self.axes)} axes, "
            f"{self.distinct:,} different answers",
            f"estimate {_span(self.effect)}; {100 * self.level:g}% intervals from "
            f"{number_text(float(np.min(self.ci_low)))} to "
            f"{number_text(float(np.max(self.ci_high)))}",
        ]
        if self.null is not None:
            lines.append(
                f"interval below {number_text(self.null)} in {100 * self.below:.1f} %, above it "
                f"in {100 * self.above:.1f} %"
            )
        if self.reported is not None:
            i = self.reported
            ends = f"{number_text(self.ci_low[i])} to {number_text(self.ci_high[i])}"
            lines.append(f"reported: {number_text(self.effect[i])} ({ends}), k = {self.k[i]}")
        lines.append("choice: moves the estimate by (median, most); lower end; upper end")
        lines += [
            f"  {m.axis}: {number_text(m.median)}, {number_text(m.largest)}; "
            f"{number_text(m.low_median)}, {number_text(m.low_largest)}; "
            f"{number_text(m.high_median)}, {number_text(m.high_largest)}"
            for m in self.moves
        ]
        lines += [f"changes nothing: {axis.name}" for axis in self.idle]
        lines += [f"no answer in {n}: {reason}" for reason, n in self.without_answer.items()]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per combination: its choices by axis, k, n and the answer."""
        names = [axis.name for axis in self.axes]
        return [
            {
                **dict(zip(names, self.labels(i), strict=True)),
                "k": int(self.k[i]),
                "n": int(self.n[i]),
                "effect": finite_or_none(self.effect[i]),
                "ci_low": finite_or_none(self.ci_low[i]),
                "ci_high": finite_or_none(self.ci_high[i]),
                "reported": i == self.reported,
            }
            for i in range(len(self))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole multiverse as plain data; the answers are columns."""
        return {
            "kind": "remit.multiverse",
            "version": 1,
            "measure": self.measure,
            "unit": self.unit,
            "null": self.null,
            "level": self.level,
            "axes": [axis.to_dict() for axis in self.axes],
            "idle": [axis.to_dict() for axis in self.idle],
            "choices": self.choices.tolist(),
            "k": self.k.tolist(),
            "n": self.n.tolist(),
            "effect": [finite_or_none(x) for x in self.effect],
            "ci_low": [finite_or_none(x) for x in self.ci_low],
            "ci_high": [finite_or_none(x) for x in self.ci_high],
            "reported": self.reported,
            "without_answer": dict(self.without_answer),
            "moves": [move.to_dict() for move in self.moves],
        }


def _span(values: FloatArray) -> str:
    return f"{number_text(float(np.min(values)))} to {number_text(float(np.max(values)))}"
