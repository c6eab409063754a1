"""What typing errors would cost: suspicions with the answer as it stands and as corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from remit.core.errors import InputError
from remit.core.estimate import Estimate, NotEstimable
from remit.core.least_squares import adjusted_difference
from remit.evidence.plausibility import (
    Change,
    Move,
    NumberColumn,
    StudyRow,
    Suspicion,
    check_people,
    check_study_rows,
)
from remit.evidence.plausibility.number_column import baseline_of
from remit.evidence.plausibility.study_row import ArmNumbers, with_changes
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.effects import effect_sizes
from remit.synthesis.pool import pool
from remit.synthesis.spec import RandomEffects

__all__ = [
    "TrialColumns",
    "guess_trial",
    "people_with_moves",
    "pooled_rows",
    "rows_with_moves",
    "trial_answer",
]

TrialColumns = tuple[NumberColumn, NumberColumn, NumberColumn | None]
"""Outcome, group, and the outcome at baseline or None."""

GROUP_NAMES = frozenset({"group", "treat", "treatment", "arm", "trt", "allocation", "randomised"})


def rows_with_moves(
    rows: Sequence[StudyRow],
    measure: str,
    spec: RandomEffects | None = None,
    *,
    network: bool = False,
) -> tuple[Suspicion, ...]:
    """Check the rows of one outcome, and pool them with and without each suspicion.

    Parameters
    ----------
    rows : sequence of StudyRow
        Of one outcome.
    measure : str
        metafor's code, such as ``MD`` or ``OR``; ``GEN`` for effects that are typed.
    spec : RandomEffects, optional
        How to pool; by default as `pool` does.
    network : bool
        Whether rows compare different treatments, so that only those are pooled that compare the
        two of the row in question.

    Returns
    -------
    tuple of Suspicion
        Worst first; those that change a number hold both answers.
    """
    moved = []
    for suspicion in check_study_rows(rows):
        pair = _compared(rows, suspicion) if network else ()
        alike = [row for one in rows if (row := _of_two(one, pair))] if pair else rows
        between = f" of {pair[0]} against {pair[1]}" if pair else ""
        count = f"{len(alike)} {'study' if len(alike) == 1 else 'studies'}"
        moved.append(_moved(suspicion, alike, measure, spec, f"{measure} of {count}{between}"))
    return tuple(moved)


def _compared(rows: Sequence[StudyRow], suspicion: Suspicion) -> tuple[str, ...]:
    """Return two treatments of the row that a suspicion changes, the changed one among them."""
    for row in rows:
        new = with_changes((row,), suspicion.changes)
        arms = new[0].arms if new else ()
        names = [arm.name for arm in row.arms]
        if len(arms) != len(row.arms):  # the row, or an arm of it, would go
            return tuple(names[:2])
        pairs = zip(row.arms, arms, strict=True)
        changed = [at for at, (old, one) in enumerate(pairs) if old.numbers != one.numbers]
        if changed and len(names) > 1:
            return (names[0], names[max(changed[0], 1)])
    return ()


def _of_two(row: StudyRow, pair: tuple[str, ...]) -> StudyRow | None:
    """Return a row with these two arms and no other; None where it has not both."""
    arms = {arm.name: arm for arm in row.arms}
    if not set(pair) <= set(arms):
        return None
    return replace(row, arms=tuple(arms[name] for name in pair))


def _moved(
    suspicion: Suspicion,
    rows: Sequence[StudyRow],
    measure: str,
    spec: RandomEffects | None,
    what: str,
) -> Suspicion:
    if not suspicion.changes:
        return suspicion
    chosen = spec or RandomEffects()
    corrected = with_changes(rows, suspicion.changes)
    move = Move(
        what=what,
        as_it_stands=pooled_rows(rows, measure, chosen),
        corrected=pooled_rows(corrected, measure, chosen),
    )
    return replace(suspicion, moves=move)


def pooled_rows(
    rows: Sequence[StudyRow], measure: str, spec: RandomEffects
) -> Estimate | NotEstimable:
    """Pool rows of one outcome; rows that cannot be used as they stand are left out.

    Of more than two arms the first two are compared.
    """
    effects = [e for row in rows if (e := _effect(row, measure)) is not None]
    if not effects:
        return NotEstimable(reason="No row can be pooled as it stands.")
    made = EffectSet(measure=measure, unit="", rows=tuple(effects))
    result = pool(made, spec)
    return Estimate(value=result.effect, interval=result.interval, std_error=result.std_error)


def _effect(row: StudyRow, measure: str) -> StudyEffect | None:
    if measure == "GEN":
        pair = row.analysed
        return None if pair is None else _study(row, pair[0], pair[1] ** 2)
    if len(row.arms) < 2:
        return None
    one, two = row.arms[:2]
    data = _counts(one, two) if one.events is not None else _means(one, two)
    if any(value is None for value in data.values()):
        return None
    cells: dict[str, Any] = {name: [value] for name, value in data.items()}
    try:
        sizes = effect_sizes(measure, **cells)
    except InputError:
        return None
    if not sizes.usable[0]:
        return None
    return _study(row, float(sizes.effect[0]), float(sizes.variance[0]))


def _counts(one: ArmNumbers, two: ArmNumbers) -> dict[str, Any]:
    return {"ai": one.events, "n1i": one.n, "ci": two.events, "n2i": two.n}


def _means(one: ArmNumbers, two: ArmNumbers) -> dict[str, Any]:
    first = {"m1i": one.mean, "sd1i": one.spread, "n1i": one.n}
    return {**first, "m2i": two.mean, "sd2i": two.spread, "n2i": two.n}


def _study(row: StudyRow, effect: float, variance: float) -> StudyEffect:
    return StudyEffect(
        study=row.study,
        label=row.study,
        effect=effect,
        variance=variance,
        columns={},
        places=(row.place,),
    )


def people_with_moves(
    columns: Sequence[NumberColumn], *, file: str = "", sheet: str = "", group: str = ""
) -> tuple[Suspicion, ...]:
    """Check a table of people, and compare the groups with and without each suspicion.

    Parameters
    ----------
    columns : sequence of NumberColumn
        One row per person.
    file, sheet : str
        Where they stand.
    group : str
        Header of the column with the groups; empty: looked for, see `guess_trial`.

    Returns
    -------
    tuple of Suspicion
        Worst first. Those about an outcome of a trial hold the difference between the groups,
        adjusted for the outcome at baseline, as it stands and as corrected.
    """
    found = check_people(columns, file=file, sheet=sheet)
    moved = []
    for suspicion in found:
        trial = guess_trial(columns, suspicion.study, group)
        if trial is None or not suspicion.changes:
            moved.append(suspicion)
            continue
        outcome, groups, baseline = trial
        adjusted = f", adjusted for {baseline.name}" if baseline is not None else ""
        move = Move(
            what=f"Difference in {outcome.name} between the groups of {groups.name}{adjusted}",
            as_it_stands=trial_answer(trial),
            corrected=trial_answer(trial, suspicion.changes),
        )
        moved.append(replace(suspicion, moves=move))
    return tuple(moved)


def guess_trial(
    columns: Sequence[NumberColumn], outcome: str, group: str = ""
) -> TrialColumns | None:
    """Return outcome, group and baseline of a trial, or None where there is no trial.

    Parameters
    ----------
    columns : sequence of NumberColumn
        The table.
    outcome : str
        Header of the outcome.
    group : str
        Header of the groups; empty: the first column with two values that is called group,
        treatment, arm or the like.
    """
    named = [c for c in columns if c.name == outcome]
    groups = [
        c
        for c in columns
        if len(set(c.known)) == 2
        and (c.name == group if group else c.name.casefold() in GROUP_NAMES)
    ]
    if not named or not groups or named[0] is groups[0]:
        return None
    return named[0], groups[0], baseline_of(named[0], columns)


def trial_answer(trial: TrialColumns, changes: Iterable[Change] = ()) -> Estimate | NotEstimable:
    """Return the difference between the groups, with these changes of the outcome.

    The group with the larger value minus the other one, by least squares with a t interval.
    """
    outcome, groups, baseline = trial
    new = {change.place.row: change.becomes for change in changes}
    values = [new.get(row, value) for row, value in zip(outcome.rows, outcome.values, strict=True)]
    covariates = [baseline.values] if baseline is not None else []
    return adjusted_difference(values, groups.values, covariates)
