"""From a file of evidence to the rows whose plausibility is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import sqrt

from remit.evidence.plausibility import ArmNumbers, StudyRow
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
)

__all__ = ["DEFAULT_MEASURES", "rows_by_outcome"]

#: Measure by which rows are pooled where the file names none.
DEFAULT_MEASURES = {"events": "OR", "means": "MD", "effects": "GEN", "observed-expected": "GEN"}
#: Measures of which each study may use another scale.
_ANY_SCALE = frozenset({"SMD", "SMDH", "SMD1", "ROM", "CVR", "VR"})
_ARM = ("n", "events", "mean", "sd", "se")


def rows_by_outcome(
    evidence: ImportedEvidence,
) -> list[tuple[ImportedOutcome, list[StudyRow]]]:
    """Return the studies' rows of each outcome that has any.

    Arms stand in the order in which the file first names their treatments, so that all studies
    compare them in the same direction; the first of the two that the outcome compares comes first.
    Where the measure allows studies to have scales of their own, each row is an outcome of its
    own, and no study's numbers are held against another's. So are the differences of each two
    treatments.
    """
    labels = evidence.labels()
    found = []
    for outcome in evidence.outcomes:
        arms = [arm for arm in evidence.arms if arm.outcome == outcome.key]
        contrasts = [c for c in evidence.contrasts if c.outcome == outcome.key]
        order = list(dict.fromkeys([outcome.one, *(arm.treatment for arm in arms)]))
        rows = [_of_arms(outcome, labels, group, order) for group in _by_study(arms)]
        if outcome.measure in _ANY_SCALE:
            rows = [replace(row, outcome=f"{row.outcome}, {row.study}") for row in rows]
        pairs = _by_treatments(contrasts)
        if len(pairs) == 1:
            rows += [_of_contrast(outcome, labels, contrast) for contrast in contrasts]
            pairs = {}
        if rows:
            found.append((outcome, rows))
        for pair, some in pairs.items():
            title = f"{outcome.name or outcome.key}, {' against '.join(pair)}"
            of_two = [_of_contrast(outcome, labels, contrast) for contrast in some]
            found.append((outcome, [replace(row, outcome=title) for row in of_two]))
    return found


def _by_treatments(
    contrasts: Iterable[ImportedContrast],
) -> dict[tuple[str, str], list[ImportedContrast]]:
    """Sort differences by the treatments that they compare, in the order of the file."""
    pairs: dict[tuple[str, str], list[ImportedContrast]] = {}
    for contrast in contrasts:
        pairs.setdefault((contrast.one, contrast.two), []).append(contrast)
    return pairs


def _by_study(arms: Iterable[ImportedArm]) -> list[list[ImportedArm]]:
    groups: dict[tuple[str, str], list[ImportedArm]] = {}
    for arm in arms:
        groups.setdefault((arm.study, arm.subgroup), []).append(arm)
    return list(groups.values())


def _of_arms(
    outcome: ImportedOutcome, labels: dict[str, str], arms: list[ImportedArm], order: list[str]
) -> StudyRow:
    ordered = sorted(arms, key=lambda arm: order.index(arm.treatment))
    return StudyRow(
        study=labels[arms[0].study],
        place=arms[0].place,
        outcome=outcome.name or outcome.key,
        arms=tuple(
            ArmNumbers(
                name=arm.treatment,
                place=arm.place,
                columns={name: _column(arm.values[name]) for name in _ARM if name in arm.values},
                **{name: number_of(arm.values.get(name)) for name in _ARM},
            )
            for arm in ordered
        ),
    )


def _of_contrast(
    outcome: ImportedOutcome, labels: dict[str, str], contrast: ImportedContrast
) -> StudyRow:
    values = {name: number_of(cell) for name, cell in contrast.values.items()}
    error = values.get("se")
    variance = values.get("variance")
    if error is None and variance is not None and variance >= 0:
        error = sqrt(variance)
    names = {"effect": "effect", "std_error": "se", "ci_low": "ci_low", "ci_high": "ci_high"}
    if variance == 0:
        names["std_error"] = "variance"  # where the 0 stands
    return StudyRow(
        study=labels[contrast.study],
        place=contrast.place,
        outcome=outcome.name or outcome.key,
        effect=values.get("effect"),
        std_error=error,
        ci_low=values.get("ci_low"),
        ci_high=values.get("ci_high"),
        level=outcome.level,
        ratio=contrast.scale == "ratio",
        columns={
            name: _column(contrast.values[own])
            for name, own in names.items()
            if own in contrast.values
        },
    )


def _column(cell: Cell) -> str:
    """Return the column of a cell; of a place in XML its last part, the name of the value."""
    return cell.place.column.rpartition("@")[2]
