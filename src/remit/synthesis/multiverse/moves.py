"""Which choice moves the answer, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.synthesis.multiverse.axes import Axis

__all__ = ["AxisMove", "SingleChange", "axis_moves", "single_changes"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisMove:
    """How far the answer moves along one axis, everything else held.

    For each combination of all other choices, the range (largest minus smallest) of a number over
    the alternatives of this axis; then the median and the largest of these ranges.

    Attributes
    ----------
    axis : str
        Name of the axis.
    median, largest : float
        Of the range of the estimate.
    low_median, low_largest, high_median, high_largest : float
        The same of the lower and of the upper end of the interval.
    """

    axis: str
    median: float
    largest: float
    low_median: float
    low_largest: float
    high_median: float
    high_largest: float

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as a plain dictionary."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChange:
    """The reported analysis with one choice changed.

    Attributes
    ----------
    axis, alternative : str
        What was changed, and to what.
    reported : bool
        Whether this is the alternative that is reported.
    place : int or None
        Place of the analysis in the multiverse; None where it has no answer.
    """

    axis: str
    alternative: str
    reported: bool
    place: int | None


def axis_moves(
    axes: Sequence[Axis], choices: IntArray, numbers: Sequence[FloatArray]
) -> tuple[AxisMove, ...]:
    """Return how far estimate and ends move along each axis, the most moving axis first.

    Axes are in order of the largest of their three medians.

    Parameters
    ----------
    axes : sequence of Axis
        A of them.
    choices : (B, A) integer array
        Places of alternatives.
    numbers : three (B,) arrays
        Estimate, lower end, upper end.
    """
    sizes = [len(axis.alternatives) for axis in axes]
    moves = []
    for j, axis in enumerate(axes):
        others = np.delete(choices, j, axis=1)
        shape = sizes[:j] + sizes[j + 1 :]
        group = np.zeros(len(choices), dtype=np.int64)
        if shape:
            group += np.ravel_multi_index(tuple(others.T), shape)
        (estimate, low, high) = (_ranges(group, values) for values in numbers)
        moves.append(
            AxisMove(
                axis=axis.name,
                median=estimate[0],
                largest=estimate[1],
                low_median=low[0],
                low_largest=low[1],
                high_median=high[0],
                high_largest=high[1],
            )
        )
    return tuple(sorted(moves, key=lambda m: -max(m.median, m.low_median, m.high_median)))


def _ranges(group: IntArray, values: FloatArray) -> tuple[float, float]:
    """Return median and largest of the ranges within groups of two or more."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    ranges = np.maximum.reduceat(values[order], starts) - np.minimum.reduceat(values[order], starts)
    several = np.diff(starts, append=group.size) > 1
    if not np.any(several):
        return 0.0, 0.0
    return float(np.median(ranges[several])), float(np.max(ranges[several]))


def single_changes(
    axes: Sequence[Axis], choices: IntArray, reported: int | None
) -> tuple[SingleChange, ...]:
    """Return every alternative of every axis, all other choices being the reported ones."""
    if reported is None:
        return ()
    place_of = {tuple(places): i for i, places in enumerate(choices.tolist())}
    here = choices[reported].tolist()
    return tuple(
        SingleChange(
            axis=axis.name,
            alternative=alternative.label,
            reported=place == axis.chosen,
            place=place_of.get((*here[:j], place, *here[j + 1 :])),
        )
        for j, axis in enumerate(axes)
        for place, alternative in enumerate(axis.alternatives)
    )
