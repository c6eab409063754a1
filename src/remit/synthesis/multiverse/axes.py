"""Axes of choice: what else could defensibly have been done, and where it enters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from remit.core.errors import Problem, SpecError

__all__ = ["STAGES", "Alternative", "Axis", "Stage", "check_axes", "combinations", "values_of"]

Stage = Literal["data", "studies", "model"]
STAGES: tuple[Stage, ...] = ("data", "studies", "model")
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternative:
    """One defensible choice.

    Attributes
    ----------
    label : str
        Its name in tables and figures.
    value : object
        What it means to the function that collects the data, or that chooses the model; on an
        axis of ``studies``, the keys of the studies to leave out.
    """

    label: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axis:
    """One thing that could have been decided otherwise.

    Attributes
    ----------
    name : str
        What is decided, such as ``SD of the change``.
    alternatives : tuple of Alternative
        What could be decided; labels differ.
    stage : str
        Where the choice enters: ``data`` (how printed numbers become effects), ``studies``
        (which of them are left out) or ``model`` (how they are pooled).
    chosen : int
        Place of the alternative that is reported.
    """

    name: str
    alternatives: tuple[Alternative, ...]
    stage: Stage
    chosen: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return name, stage, labels, and the label that is reported."""
        return {
            "name": self.name,
            "stage": self.stage,
            "alternatives": [a.label for a in self.alternatives],
            "chosen": self.alternatives[self.chosen].label,
        }


def check_axes(axes: Sequence[Axis]) -> None:
    """Raise `SpecError`, with every problem, if the axes do not make a grid."""
    problems = []
    for number, axis in enumerate(axes, start=1):
        where = f"axis {number} ('{axis.name}')"
        labels = [a.label for a in axis.alternatives]
        if not labels:
            problems.append(Problem(where=where, found="no alternative", expected="one or more"))
        elif not 0 <= axis.chosen < len(labels):
            expected = f"a place from 0 to {len(labels) - 1}"
            problems.append(
                Problem(where=f"{where}, chosen", found=str(axis.chosen), expected=expected)
            )
        if len(set(labels)) < len(labels):
            problems.append(Problem(where=where, found="a label twice", expected="each label once"))
        if axis.stage not in STAGES:
            expected = "one of " + ", ".join(STAGES)
            problems.append(
                Problem(where=f"{where}, stage", found=repr(axis.stage), expected=expected)
            )
        if axis.name in {other.name for other in axes[: number - 1]}:
            problems.append(
                Problem(where=where, found="a name that an earlier axis has", expected="its own")
            )
    size = math.prod(len(axis.alternatives) for axis in axes)
    if size > _MOST:
        problems.append(
            Problem(
                where="axes",
                found=f"{size:,} combinations",
                expected=f"at most {_MOST:,}",
                hint="Drop an axis, or alternatives that nobody would defend.",
            )
        )
    if problems:
        raise SpecError(problems)


def combinations(axes: Sequence[Axis]) -> Iterator[tuple[int, ...]]:
    """Yield every combination as places of alternatives, one per axis; the last moves fastest."""
    return product(*(range(len(axis.alternatives)) for axis in axes))


def values_of(axes: Sequence[Axis], places: Sequence[int]) -> Mapping[str, Any]:
    """Return the value that a combination has on each axis, by the axis' name."""
    return {
        axis.name: axis.alternatives[place].value for axis, place in zip(axes, places, strict=True)
    }
