"""Tables whose arms name their treatment: arms side by side in a row, or one row for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.formats.table_columns import MISSING, TableColumns
from remit.io.formats.treatment_network import network_sentences
from remit.io.opened_file import UnreadRow

__all__ = ["OUTCOME", "ArmNames", "FoundStudy", "arms_evidence", "read_long", "read_wide"]

#: Key of the one outcome of a table that names none.
OUTCOME = "1"
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmNames:
    """Plain names of the columns, the usual one first.

    Attributes
    ----------
    study, treatment : tuple of str
        Name of the study; treatment (with the number of the arm in a wide table).
    values : mapping of str to tuple of str
        By role: ``events``, ``n``, ``mean``, ``sd``, ``person_time``.
    """

    study: tuple[str, ...]
    treatment: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class FoundStudy:
    """A study while it is read.

    Attributes
    ----------
    label : str
        As the file names it.
    place : Place
        Its first row.
    arms : list of (treatment, values, place)
        Its arms.
    facts : dict of str to Cell
        What else the file says of it, by column.
    """

    label: str
    place: Place
    arms: list[tuple[str, dict[str, Cell], Place]] = field(default_factory=list)
    facts: dict[str, Cell] = field(default_factory=dict)


def read_wide(
    table: TextTable, names: ArmNames
) -> tuple[TableColumns, list[FoundStudy], list[UnreadRow]]:
    """Return the studies of a table with one row for each, and its arms side by side.

    An arm whose treatment is blank or ``NA`` is none; numbers beside it are listed as unread.
    """
    columns = TableColumns(table)
    study = columns.first(*names.study)
    arms = _numbered(columns, names)
    used = {study} | {plain for _, columns_of in arms for plain in columns_of.values()}
    used |= {treatment for treatment, _ in arms}
    found, unread = [], []
    for place, row in columns.rows():
        label = columns.text(row, study) if study else row[0]
        one = FoundStudy(label=label or f"row {place.row}", place=place)
        for treatment, columns_of in arms:
            name = columns.text(row, treatment)
            values = columns.cells(place, row, columns_of)
            if name.lower() not in MISSING:
                one.arms.append((name, values, place))
            elif any(cell.text for cell in values.values()):
                unread.append(
                    UnreadRow(
                        place=place.at(columns.names[treatment]),
                        text=", ".join(cell.text for cell in values.values() if cell.text),
                        reason="numbers of an arm without a treatment",
                    )
                )
        first = [columns.names[study]] if study else [table.header[0]]
        _add_facts(one, columns, place, row, used, first)
        found.append(one)
    return columns, found, unread


def _numbered(columns: TableColumns, names: ArmNames) -> list[tuple[str, dict[str, str]]]:
    """Return the plain names of each arm's treatment and values, in the order of the arms."""
    arms = []
    for stem in names.treatment:
        numbers = [
            int(match[1])
            for plain in columns.names
            if (match := re.fullmatch(rf"{stem}(\d+)", plain))
        ]
        for number in sorted(numbers):
            values = {
                role: first
                for role, stems in names.values.items()
                if (first := columns.first(*(f"{s}{number}" for s in stems)))
            }
            arms.append((f"{stem}{number}", values))
        if arms:
            break
    return arms


def _add_facts(
    study: FoundStudy,
    columns: TableColumns,
    place: Place,
    row: Row,
    used: set[str],
    label: list[str],
) -> None:
    """Keep what other columns say; where rows of a study differ, each with its row."""
    for plain in columns.others(used):
        name = columns.names[plain]
        cell = columns.cell(place, row, plain)
        if name in label or not cell.text:
            continue
        held = study.facts.get(name)
        if held is None:
            study.facts[name] = cell
        elif held.text != cell.text:
            study.facts[f"{name}, row {place.row}"] = cell


def read_long(
    table: TextTable, names: ArmNames
) -> tuple[TableColumns, list[FoundStudy], list[UnreadRow]]:
    """Return the studies of a table with one row for each arm.

    Where a study has its treatments again, it is two studies of one name if each has two arms or
    more; else the arms of one treatment are kept apart by a number.
    """
    columns = TableColumns(table)
    study, treatment = columns.first(*names.study), columns.first(*names.treatment)
    columns_of = {
        role: first for role, stems in names.values.items() if (first := columns.first(*stems))
    }
    used = {study, treatment, *columns_of.values()}
    rows: dict[str, list[tuple[str, Place, Row]]] = {}
    unread = []
    for place, row in columns.rows():
        name = columns.text(row, treatment)
        if name.lower() in MISSING:
            shown = ", ".join(cell for cell in row if cell)
            reason = "a row without a treatment"
            unread.append(UnreadRow(place=place, text=shown, reason=reason))
            continue
        label = columns.text(row, study) or f"row {place.row}"
        rows.setdefault(label, []).append((name, place, row))
    found = []
    for label, arms in rows.items():
        for block in _blocks(arms):
            one = FoundStudy(label=label, place=block[0][1])
            for name, place, row in block:
                one.arms.append((name, columns.cells(place, row, columns_of), place))
                _add_facts(one, columns, place, row, used, [])
            found.append(one)
    found.sort(key=lambda one: one.place.row)
    return columns, found, unread


def _blocks(arms: list[tuple[str, Place, Row]]) -> list[list[tuple[str, Place, Row]]]:
    """Split the rows of a name where a treatment comes again, or number what comes again."""
    blocks: list[list[tuple[str, Place, Row]]] = [[]]
    for arm in arms:
        if any(arm[0] == other[0] for other in blocks[-1]):
            blocks.append([])
        blocks[-1].append(arm)
    if len(blocks) == 1 or all(len(block) > 1 for block in blocks):
        return blocks
    seen: Counter[str] = Counter()
    one = []
    for name, place, row in arms:
        seen[name] += 1
        one.append((f"{name} ({seen[name]})" if seen[name] > 1 else name, place, row))
    return [one]


def arms_evidence(
    table: TextTable,
    form: str,
    words: str,
    found: list[FoundStudy],
    unread: list[UnreadRow],
    kind: OutcomeKind,
) -> ImportedEvidence:
    """Return what was found in the neutral form, with one outcome."""
    labels = told_apart([study.label for study in found])
    keys = [str(number) for number in range(1, len(found) + 1)]
    studies = tuple(
        ImportedStudy(key=key, label=label, facts=one.facts, place=one.place)
        for key, label, one in zip(keys, labels, found, strict=True)
    )
    arms = tuple(
        ImportedArm(study=key, outcome=OUTCOME, treatment=treatment, values=values, place=place)
        for key, one in zip(keys, found, strict=True)
        for treatment, values, place in one.arms
    )
    single = [label for label, one in zip(labels, found, strict=True) if len(one.arms) < 2]
    alone = f"Fewer than two arms, so that nothing is compared: {', '.join(single)}."
    return ImportedEvidence(
        file=table.file,
        format=form,
        told=(
            words,
            *twins_sentence([one.label for one in found]),
            *((alone,) if single else ()),
            *network_sentences([[name for name, _, _ in one.arms] for one in found]),
        ),
        studies=studies,
        outcomes=(ImportedOutcome(key=OUTCOME, kind=kind, place=table.place()),),
        arms=arms,
        unread=tuple(unread),
    )
