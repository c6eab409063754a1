"""Evidence written in the layout of RevMan 5's data export, without results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from remit.evidence.tables import TextTable
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
)
from remit.io.formats.revman5_export import EXPORT_HEADER
from remit.io.formats.table_columns import as_table

__all__ = ["revman5_export_table"]

_TYPES = {"events": ("DIC", "MH", "RR"), "means": ("CON", "IV", "MD"),
          "effects": ("IV", "IV", "Mean Difference")}  # fmt: skip
_NUMBERS = {
    "events": {"events": "Events", "n": "Total"},
    "means": {"mean": "Mean", "sd": "SD", "n": "Total"},
}
_EFFECT = {"effect": "Effect Estimate", "se": "SE", "ci_low": "CI Start", "ci_high": "CI End"}
Row = dict[str, str]


def revman5_export_table(
    evidence: ImportedEvidence, pairs: Sequence[tuple[str, str]], file: str
) -> TextTable:
    """Return the outcomes of each pair of treatments: a comparison each.

    Parameters
    ----------
    evidence : ImportedEvidence
        With events and totals, means and SDs, or differences of means.
    pairs : sequence of (str, str)
        Treatments, the comparator second.
    file : str
        Name of the table.

    Returns
    -------
    TextTable
        The results of RevMan are blank: the file holds data.
    """
    rows: list[Row] = []
    number = 0
    for one, two in pairs:
        block = _comparison(evidence, one, two, str(number + 1))
        if block:
            number += 1
            rows += block
    return as_table(
        file, EXPORT_HEADER, [[row.get(name, "") for name in EXPORT_HEADER] for row in rows]
    )


def _comparison(evidence: ImportedEvidence, one: str, two: str, number: str) -> list[Row]:
    studies = {study.key: study for study in evidence.studies}
    rows: list[Row] = []
    outcomes = 0
    for outcome in evidence.outcomes:
        made = _studies(evidence, outcome, one, two, studies)
        if not made or outcome.kind not in _TYPES:
            continue
        outcomes += 1
        kind, method, measure = _TYPES[outcome.kind]
        spot = {
            "Comparison Number": number,
            "Outcome Number": str(outcomes),
            "Subgroup Number": "0",
        }
        heading = {
            "Name": outcome.name,
            "Data Type": kind,
            "Statistical Method": method,
            "Effect Measure": measure,
            "Analysis Model": "Random",
            "Group Label 1": one,
            "Group Label 2": two,
        }
        rows.append(spot | heading)
        rows += [
            spot | row | {"User defined order": str(order)}
            for order, row in enumerate(made, start=1)
        ]
    if not rows:
        return []
    title = {"Comparison Number": number, "Outcome Number": "0", "Subgroup Number": "0"}
    return [title | {"Name": f"{one} against {two}"}, *rows]


def _studies(
    evidence: ImportedEvidence,
    outcome: ImportedOutcome,
    one: str,
    two: str,
    studies: Mapping[str, ImportedStudy],
) -> list[Row]:
    """Return a row for each study that has both arms, or their difference."""
    arms: dict[str, dict[str, ImportedArm]] = {}
    for arm in evidence.arms:
        if arm.outcome == outcome.key:
            arms.setdefault(arm.study, {})[arm.treatment] = arm
    found = []
    for study, mine in arms.items():
        if one in mine and two in mine:
            row = _named(studies[study])
            for group, treatment in (("1", one), ("2", two)):
                row |= {
                    f"{name} {group}": _text(mine[treatment].values, role)
                    for role, name in _NUMBERS[outcome.kind].items()
                }
            found.append(row)
    for contrast in evidence.contrasts:
        if contrast.outcome == outcome.key and (contrast.one, contrast.two) == (one, two):
            found.append(_named(studies[contrast.study]) | _effect(contrast))
    return found


def _named(study: ImportedStudy) -> Row:
    return {"Name": study.label, "Year of study": study.year}


def _effect(contrast: ImportedContrast) -> Row:
    return {name: _text(contrast.values, role) for role, name in _EFFECT.items()}


def _text(values: Mapping[str, Cell], role: str) -> str:
    return values[role].text if role in values else ""
