"""From the cells of a file to the effects of its studies, every problem by row and column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from remit.core.errors import InputError, Problem, SpecError
from remit.core.place import Place
from remit.evidence.cells import parse_cell
from remit.evidence.codebook import ColumnRule
from remit.io.formats.column_guess import ColumnGuess
from remit.synthesis.conventions import Convention, effects_by_convention
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.effects import EffectSizes, effect_sizes, measure_named
from remit.workbench.file_layouts import StudyTable

__all__ = ["effects_of_file", "study_labels"]

_MISSING = frozenset({"na", "nan", "."})
_ARGUMENT = re.compile(r"(\d+), argument '(\w+)'")
_BY_RULE = ("OR", "RR")


def effects_of_file(
    studies: StudyTable, guess: ColumnGuess, code: str, rules: Convention | None = None
) -> tuple[EffectSet, dict[str, Any]]:
    """Return the effects of a table, and its columns as numbers.

    Parameters
    ----------
    studies : StudyTable
        One row per study.
    guess : ColumnGuess
        What its columns hold.
    code : str
        metafor's code of the measure, or ``GEN``.
    rules : Convention, optional
        Whose zero-cell rule is followed for odds and risk ratios.

    Returns
    -------
    EffectSet, dict of str to (k,) array
        Each row with its place in the file; NaN where a cell is empty.

    Raises
    ------
    InputError
        With every cell that is no number or cannot be what it must be.
    SpecError
        If the measure is not one of these columns.
    """
    labels = study_labels(studies, guess)
    problems: list[Problem] = []
    data = {role: _numbers(studies, name, problems) for role, name in guess.columns.items()}
    effects: EffectSet | None
    sizes: EffectSizes | None = None
    if guess.layout.family == "":
        effects = _given(studies, guess, data, labels, code, problems)
    else:
        sizes = _sizes(studies, guess, data, labels, code, problems)
        effects = None if sizes is None else _set(studies, sizes, guess)
    if problems or effects is None:
        raise InputError(problems)
    if rules is not None and guess.layout.family == "2x2" and code in _BY_RULE:
        effects = _by_convention(effects, effects_by_convention(code, rules, data), sizes)
    return effects, data


def study_labels(studies: StudyTable, guess: ColumnGuess) -> list[str]:
    """Return the name of each study; the row in the file where it has none."""
    at = [studies.table.header.index(name) for name in guess.label]
    named = [" ".join(row[i] for i in at if row[i]) for row in studies.table.rows]
    numbers = studies.table.row_numbers
    return [name or f"row {number}" for name, number in zip(named, numbers, strict=True)]


def _numbers(studies: StudyTable, column: str, problems: list[Problem]) -> np.ndarray[Any, Any]:
    """Return a column as numbers, NaN where nothing stands, and note what is no number."""
    at = studies.table.header.index(column)
    values = np.full(len(studies.table.rows), np.nan)
    for i, row in enumerate(studies.table.rows):
        text = "" if row[at].lower() in _MISSING else row[at]
        place = studies.place(i, column)
        rule = ColumnRule(type="number", unit="", allowed=(), meaning=column, place=place)
        value = parse_cell(text, rule, place, may_be_empty=True)
        if isinstance(value, Problem):
            problems.append(value)
        elif isinstance(value, float):
            values[i] = value
    return values


def _sizes(
    studies: StudyTable,
    guess: ColumnGuess,
    data: dict[str, Any],
    labels: list[str],
    code: str,
    problems: list[Problem],
) -> EffectSizes | None:
    """Compute the effects; impossible values become problems of their cells."""
    if measure_named(code).family != guess.layout.family:
        raise SpecError.at(
            "--measure",
            found=f"'{code}'",
            expected=f"a measure of {guess.layout.words}, which the file holds",
        )
    try:
        effect_sizes(code, labels=[str(i) for i in range(len(labels))], **data)
    except InputError as error:
        problems += [_at_its_cell(problem, studies, guess) for problem in error.problems]
        return None
    return effect_sizes(code, labels=labels, **data)


def _at_its_cell(problem: Problem, studies: StudyTable, guess: ColumnGuess) -> Problem:
    match = _ARGUMENT.fullmatch(problem.where)
    if match is None:
        return problem
    column = guess.columns.get(match[2], match[2])
    return replace(problem, where=str(studies.place(int(match[1]), column)))


def _set(studies: StudyTable, sizes: EffectSizes, guess: ColumnGuess) -> EffectSet:
    """Return the effects as a set, each row with its place and the cells that it came from."""
    header, roles = studies.table.header, guess.columns
    cells = [
        {role: row[header.index(name)] for role, name in roles.items()}
        for row in studies.table.rows
    ]
    made = sizes.to_set(sizes.words, cells)
    rows, aside = iter(made.rows), iter(made.set_aside)
    used: list[StudyEffect] = []
    left: list[SetAside] = []
    for i, usable in enumerate(sizes.usable):
        places = (_row_place(studies, i),)
        if usable:
            used.append(replace(next(rows), places=places))
        else:
            left.append(replace(next(aside), places=places, shows=_shows(cells[i])))
    return replace(made, rows=tuple(used), set_aside=tuple(left))


def _by_convention(effects: EffectSet, by_rule: EffectSet, sizes: EffectSizes | None) -> EffectSet:
    """Return the set with the effects of a convention, each row with its own name and place.

    The rows of ``by_rule`` are numbered ``study 1`` and so on, as those of ``sizes`` stand.
    """
    if sizes is None:
        return effects
    new = {row.label: row for row in by_rule.rows}
    out = {row.label: row for row in by_rule.set_aside}
    rows: list[StudyEffect] = []
    aside = list(effects.set_aside)
    used = iter(effects.rows)
    for i, usable in enumerate(sizes.usable):
        number = f"study {i + 1}"
        if not usable:
            continue
        row = next(used)
        if number in new:
            fresh = new[number]
            rows.append(
                replace(row, effect=fresh.effect, variance=fresh.variance, notes=fresh.notes)
            )
        else:
            reason = out[number].reason
            aside.append(
                SetAside(
                    study=row.study,
                    label=row.label,
                    reason=reason,
                    shows=_shows(row.columns),
                    places=row.places,
                )
            )
    return replace(effects, rows=tuple(rows), set_aside=tuple(aside))


def _shows(cells: dict[str, str]) -> str:
    return ", ".join(f"{role} {text}" for role, text in cells.items() if text)


def _row_place(studies: StudyTable, index: int) -> Place:
    return studies.table.place(studies.table.row_numbers[index])


def _given(
    studies: StudyTable,
    guess: ColumnGuess,
    data: dict[str, Any],
    labels: list[str],
    code: str,
    problems: list[Problem],
) -> EffectSet:
    """Return effects that the file gives with their variances or standard errors."""
    spread = "vi" if "vi" in data else "sei"
    rows, aside = [], []
    for i, label in enumerate(labels):
        effect, size = float(data["yi"][i]), float(data[spread][i])
        place = _row_place(studies, i)
        if size < 0:
            where = str(studies.place(i, guess.columns[spread]))
            problems.append(Problem(where=where, found=f"{size:g}", expected="a number above 0"))
        elif np.isnan(effect) or np.isnan(size) or size == 0:
            lacks = "the effect" if np.isnan(effect) else "its variance or standard error"
            reason = f"{lacks[0].upper()}{lacks[1:]} is missing."
            if size == 0:
                reason = "Its variance is 0, so that it would take all the weight."
            aside.append(SetAside(study=label, label=label, reason=reason, places=(place,)))
        else:
            rows.append(
                StudyEffect(
                    study=label,
                    label=label,
                    effect=effect,
                    variance=size if spread == "vi" else size**2,
                    columns={},
                    places=(place,),
                )
            )
    unit = "units of the file" if code == "GEN" else measure_named(code).words
    return EffectSet(measure=code, unit=unit, rows=tuple(rows), set_aside=tuple(aside))
