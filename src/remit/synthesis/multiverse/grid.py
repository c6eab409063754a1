"""Which data sets the choices lead to, and which choices lead to no other one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from remit.core.errors import SpecError
from remit.synthesis.data import EffectSet, ProportionSet
from remit.synthesis.multiverse.axes import Axis, check_axes, combinations, values_of

__all__ = ["Grid", "content_of", "make_grid"]

Collected = TypeVar("Collected", EffectSet, ProportionSet)
Places = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid(Generic[Collected]):
    """Axes that matter, and what is to be pooled.

    Attributes
    ----------
    data_axes, study_axes, model_axes : tuple of Axis
        By the stage at which they enter; every alternative on them changes something.
    idle : tuple of Axis
        Axes of data or studies on which every alternative leads to the same studies and numbers.
    sets : dict
        One set of studies for each combination of the data axes.
    """

    data_axes: tuple[Axis, ...]
    study_axes: tuple[Axis, ...]
    model_axes: tuple[Axis, ...]
    idle: tuple[Axis, ...]
    sets: dict[Places, Collected]

    @property
    def axes(self) -> tuple[Axis, ...]:
        """All axes that matter: data, studies, model."""
        return (*self.data_axes, *self.study_axes, *self.model_axes)

    def left_out(self, places: Sequence[int]) -> frozenset[str]:
        """Return the studies that a combination of the study axes leaves out."""
        return frozenset().union(*values_of(self.study_axes, places).values())


def make_grid(
    axes: Sequence[Axis], build: Callable[[Mapping[str, Any]], Collected]
) -> Grid[Collected]:
    """Collect the data under every combination of choices, and drop axes that change nothing.

    Raises
    ------
    SpecError
        If the axes make no grid, or the choices change the measure or the unit.
    """
    check_axes(axes)
    data: tuple[Axis, ...] = tuple(axis for axis in axes if axis.stage == "data")
    built = {places: build(values_of(data, places)) for places in combinations(data)}
    _check_alike(built)
    kinds = {places: content_of(found) for places, found in built.items()}
    moving: list[int] = [j for j in range(len(data)) if _changes(kinds, j)]
    sets = {
        tuple(places[j] for j in moving): found
        for places, found in built.items()
        if all(places[j] == axis.chosen for j, axis in enumerate(data) if j not in moving)
    }
    present = {row.study for found in sets.values() for row in found.rows}
    studies: list[Axis] = [_only_present(axis, present) for axis in axes if axis.stage == "studies"]
    return Grid(
        data_axes=tuple(data[j] for j in moving),
        study_axes=tuple(axis for axis in studies if len(axis.alternatives) > 1),
        model_axes=tuple(axis for axis in axes if axis.stage == "model"),
        idle=(
            *(axis for j, axis in enumerate(data) if j not in moving),
            *(axis for axis in studies if len(axis.alternatives) == 1),
        ),
        sets=sets,
    )


def _check_alike(built: Mapping[Places, EffectSet] | Mapping[Places, ProportionSet]) -> None:
    """Raise `SpecError` if the sets are not of one measure in one unit."""
    kinds = {
        f"{s.measure} in {s.unit}" if isinstance(s, EffectSet) else s.definition
        for s in built.values()
    }
    if len(kinds) > 1:
        raise SpecError.at(
            "axes",
            found="choices that lead to " + " and to ".join(sorted(kinds)),
            expected="one measure in one unit",
            hint="Make a multiverse of each.",
        )


def content_of(found: EffectSet | ProportionSet) -> tuple[Any, ...]:
    """Return the studies of a set with their numbers; equal where two sets hold the same."""
    if isinstance(found, EffectSet):
        return tuple((row.study, row.label, row.effect, row.variance) for row in found.rows)
    return tuple((row.study, row.label, row.events, row.n) for row in found.rows)


def _changes(kinds: Mapping[Places, tuple[Any, ...]], axis: int) -> bool:
    """Tell whether an alternative on this axis leads to other numbers, whatever else is chosen."""
    first: dict[Places, tuple[Any, ...]] = {}
    for places, content in kinds.items():
        rest = places[:axis] + places[axis + 1 :]
        if first.setdefault(rest, content) != content:
            return True
    return False


def _only_present(axis: Axis, present: set[str]) -> Axis:
    """Return the axis without alternatives that leave out the same of the studies as another."""
    chosen = axis.alternatives[axis.chosen]
    kept = {frozenset(chosen.value) & present: chosen}
    for alternative in axis.alternatives:
        kept.setdefault(frozenset(alternative.value) & present, alternative)
    alternatives = tuple(a for a in axis.alternatives if a in kept.values())
    return replace(axis, alternatives=alternatives, chosen=alternatives.index(chosen))
