"""Pool every combination of choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.batch import PooledMany, pool_many
from remit.synthesis.batch.status import BatchStatus
from remit.synthesis.data import EffectSet, ProportionSet
from remit.synthesis.multiverse.axes import Axis, combinations, values_of
from remit.synthesis.multiverse.grid import Grid, make_grid
from remit.synthesis.multiverse.result import Multiverse
from remit.synthesis.multiverse.shares import SHARE_MODELS, Share
from remit.synthesis.spec import CommonEffect, RandomEffects

__all__ = ["multiverse", "multiverse_of_shares"]

FloatArray = npt.NDArray[np.float64]
Spec = CommonEffect | RandomEffects
_TOO_FEW = "fewer than {} are left"
Answers = dict[tuple[int, ...], tuple[int, int, float, float, float] | str]


def multiverse(
    axes: Sequence[Axis],
    build: Callable[[Mapping[str, Any]], EffectSet],
    spec: RandomEffects = RandomEffects(),  # noqa: B008
    *,
    least: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Multiverse:
    """Pool the effects under every combination of choices (Steegen et al. 2016).

    Parameters
    ----------
    axes : sequence of Axis
        What could be decided otherwise. On an axis of ``model``, a value is a dictionary of
        arguments of `RandomEffects`, such as ``{"tau2": "DL"}``.
    build : callable
        From the values on the ``data`` axes, by name, to the effects.
    spec : RandomEffects
        How to pool, but for what the ``model`` axes decide.
    least : int
        Fewest studies that are pooled; combinations that leave fewer have no answer.
    progress : callable, optional
        Called with the number of combinations done and their total.

    Returns
    -------
    Multiverse
        The numbers that `pool` gives for each combination. Axes of data or studies that change
        nothing are left out and listed as ``idle``.

    Raises
    ------
    SpecError
        If the axes make no grid, a choice of model is not defined, or choices change the measure.
    InputError
        If no combination can be pooled.
    """
    grid = make_grid(axes, build)
    members = list(combinations(grid.data_axes))
    leaving = list(combinations(grid.study_axes))
    y, v, n, present = _stacked(grid, members, leaving)
    models = list(combinations(grid.model_axes))
    specs = [_spec(spec, values_of(grid.model_axes, model)) for model in models]
    pooled: dict[Spec, PooledMany] = {}
    for done, one in enumerate(specs, start=1):
        if one not in pooled:
            pooled[one] = pool_many(y, v, present, one)
        if progress is not None:
            progress(done * len(members) * len(leaving), len(models) * len(members) * len(leaving))
    people = np.sum(n * present, axis=1)
    answers: Answers = {}
    for i, (member, leave) in enumerate((m, s) for m in members for s in leaving):
        for model, one in zip(models, specs, strict=True):
            answers[member + leave + model] = _answer(pooled[one], i, int(people[i]), least)
    first = next(iter(grid.sets.values()))
    return _result(grid, answers, measure=first.measure, unit=first.unit, null=0.0, spec=spec)


def multiverse_of_shares(
    axes: Sequence[Axis],
    build: Callable[[Mapping[str, Any]], ProportionSet],
    *,
    level: float = 0.95,
    least: int = 2,
) -> Multiverse:
    """Pool proportions under every combination of choices.

    Parameters
    ----------
    axes : sequence of Axis
        What could be decided otherwise. On an axis of ``model``, a value is a name of
        `SHARE_MODELS`; at most one axis is of this stage.
    build : callable
        From the values on the ``data`` axes, by name, to the counts.
    level : float
        Coverage of the intervals as a proportion.
    least : int
        Fewest studies that are pooled.

    Returns
    -------
    Multiverse
        Effects are proportions from 0 to 1.

    Raises
    ------
    SpecError, InputError
        As `multiverse`.
    """
    grid = make_grid(axes, build)
    if len(grid.model_axes) > 1:
        raise SpecError.at("axes", found="two axes of models", expected="at most one")
    answers: Answers = {}
    for member in combinations(grid.data_axes):
        for leave in combinations(grid.study_axes):
            out = grid.left_out(leave)
            found = grid.sets[member]
            left = replace(found, rows=tuple(r for r in found.rows if r.study not in out))
            for model in combinations(grid.model_axes):
                name = next(iter(values_of(grid.model_axes, model).values()), "logit-normal")
                answers[member + leave + model] = _share(left, name, level, least)
    first = next(iter(grid.sets.values()))
    return _result(
        grid,
        answers,
        measure="PR",
        unit=first.definition,
        null=None,
        spec=RandomEffects(level=level),
    )


def _stacked(
    grid: Grid[EffectSet],
    members: Sequence[tuple[int, ...]],
    leaving: Sequence[tuple[int, ...]],
) -> tuple[FloatArray, FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Return effects, variances, sizes and who is there, one row per set and studies left out."""
    width = max([len(found.rows) for found in grid.sets.values()], default=0)
    shape = (len(members), len(leaving), max(width, 1))
    y, v, n = np.zeros(shape), np.ones(shape), np.zeros(shape)
    present = np.zeros(shape, dtype=np.bool_)
    outs = [grid.left_out(leave) for leave in leaving]
    for i, member in enumerate(members):
        rows = grid.sets[member].rows
        y[i, :, : len(rows)] = [row.effect for row in rows]
        v[i, :, : len(rows)] = [row.variance for row in rows]
        n[i, :, : len(rows)] = [row.n or 0 for row in rows]
        present[i, :, : len(rows)] = [[row.study not in out for row in rows] for out in outs]
    flat = (shape[0] * shape[1], shape[2])
    return y.reshape(flat), v.reshape(flat), n.reshape(flat), present.reshape(flat)


def _spec(spec: RandomEffects, values: Mapping[str, Any]) -> RandomEffects:
    """Return the spec with what the model axes decide."""
    arguments: dict[str, Any] = {}
    for name, value in values.items():
        if not isinstance(value, Mapping):
            raise SpecError.at(
                f"axis '{name}'",
                found=repr(value),
                expected="a dictionary of arguments of RandomEffects",
                hint='Such as {"tau2": "DL"}.',
            )
        arguments |= value
    try:
        return replace(spec, **arguments)
    except TypeError:
        known = ", ".join(spec.to_dict())
        raise SpecError.at(
            f"axis '{next(iter(values))}'",
            found=", ".join(map(repr, arguments)),
            expected=f"arguments of RandomEffects: {known}",
        ) from None


def _answer(
    pooled: PooledMany, i: int, people: int, least: int
) -> tuple[int, int, float, float, float] | str:
    k = int(pooled.k[i])
    if k < least:
        return _TOO_FEW.format(least)
    numbers = (float(pooled.effect[i]), float(pooled.ci_low[i]), float(pooled.ci_high[i]))
    if not np.all(np.isfinite(numbers)):
        return BatchStatus(int(pooled.status[i])).text
    return (k, people, *numbers)


def _share(
    left: ProportionSet, name: str, level: float, least: int
) -> tuple[int, int, float, float, float] | str:
    if len(left.rows) < least:
        return _TOO_FEW.format(least)
    if name not in SHARE_MODELS:
        raise SpecError.at(
            "axis of models", found=repr(name), expected="one of " + ", ".join(SHARE_MODELS)
        )
    found: Share = SHARE_MODELS[name](left, level)
    if isinstance(found, NotEstimable):
        return found.reason
    if not np.all(np.isfinite(found)):
        return "the share has no interval"
    return (len(left.rows), int(left.n.sum()), *found)


def _result(
    grid: Grid[Any],
    answers: Answers,
    *,
    measure: str,
    unit: str,
    null: float | None,
    spec: RandomEffects,
) -> Multiverse:
    found = {places: a for places, a in answers.items() if not isinstance(a, str)}
    failed = Counter(a for a in answers.values() if isinstance(a, str))
    if not found:
        why = "; ".join(failed)
        raise InputError.at("the studies", found=why, expected="a combination that can be pooled")
    columns = np.array(list(found.values()), dtype=np.float64)
    reported = tuple(axis.chosen for axis in grid.axes)
    listed = list(found)
    return Multiverse(
        measure=measure,
        unit=unit,
        null=null,
        level=spec.level,
        axes=grid.axes,
        idle=grid.idle,
        choices=lock(np.array(listed, dtype=np.int64).reshape(len(listed), len(grid.axes))),
        k=lock(columns[:, 0].astype(np.int64)),
        n=lock(columns[:, 1].astype(np.int64)),
        effect=lock(columns[:, 2].copy()),
        ci_low=lock(columns[:, 3].copy()),
        ci_high=lock(columns[:, 4].copy()),
        reported=listed.index(reported) if reported in found else None,
        without_answer=dict(failed),
    )
