"""Tables with one row for each study, by the names of metafor, JASP, jamovi and others.

JASP and jamovi let the user name the columns; their own data libraries and manuals call them
``effect size`` (``ES``, ``yi``), ``standard error`` (``SE``, ``sei``) and ``study label``
(``slab``). What each column holds is found by `guess_columns`.
"""

from __future__ import annotations

from dataclasses import replace

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.column_guess import ColumnGuess, guess_columns
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.named_arms import OUTCOME
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.formats.table_columns import MISSING, TableColumns
from remit.io.opened_file import UnreadRow

__all__ = ["read_study_rows"]

_KINDS: dict[str, OutcomeKind] = {
    "": "effects",
    "2x2": "events",
    "two means": "means",
    "two rates": "rates",
    "mean": "means",
    "proportion": "events",
    "rate": "rates",
}
#: Role in an arm of metafor's names, by the number of the group.
_ROLES = {
    "ai": (1, "events"),
    "bi": (1, "others"),
    "n1i": (1, "n"),
    "ci": (2, "events"),
    "di": (2, "others"),
    "n2i": (2, "n"),
    "m1i": (1, "mean"),
    "sd1i": (1, "sd"),
    "m2i": (2, "mean"),
    "sd2i": (2, "sd"),
    "x1i": (1, "events"),
    "t1i": (1, "person_time"),
    "x2i": (2, "events"),
    "t2i": (2, "person_time"),
    "xi": (1, "events"),
    "ni": (1, "n"),
    "sdi": (1, "sd"),
    "ti": (1, "person_time"),
}
_EFFECT = {"yi": "effect", "sei": "se", "vi": "variance"}


def read_study_rows(table: TextTable) -> ImportedEvidence:
    """Read a table with one row for each study.

    Raises
    ------
    InputError
        If no set of columns is complete.
    """
    guess = guess_columns(table)
    columns = TableColumns(table)
    at = [table.header.index(name) for name in guess.label]
    labels = [
        " ".join(row[i] for i in at if row[i]) or f"row {place.row}"
        for place, row in columns.rows()
    ]
    studies, arms, contrasts = [], [], []
    unread: list[UnreadRow] = []
    used = {*guess.columns.values(), *guess.label}
    for key, label, (place, row) in zip(
        map(str, range(1, len(labels) + 1)), told_apart(labels), columns.rows(), strict=True
    ):
        facts = {
            name: Cell(text=text, place=place.at(name))
            for name, text in zip(table.header, row, strict=True)
            if name not in used and text.lower() not in MISSING
        }
        studies.append(ImportedStudy(key=key, label=label, facts=facts, place=place))
        cells = _cells(table, guess, place, row)
        if guess.layout.family == "":
            values = {_EFFECT[role]: cell for role, cell in cells.items()}
            contrasts.append(
                ImportedContrast(study=key, outcome=OUTCOME, values=values, place=place)
            )
        elif guess.layout.family in _KINDS:
            arms += _arms(cells, key, place, guess)
        else:
            reason = f"{guess.layout.words} have no table in a review folder"
            shown = ", ".join(f"{role} {cell.text}" for role, cell in cells.items())
            unread.append(UnreadRow(place=place, text=shown, reason=reason))
    kind = _KINDS.get(guess.layout.family, "other")
    return ImportedEvidence(
        file=table.file,
        format="study-rows",
        told=(*guess.sentences(), *twins_sentence(labels)),
        studies=tuple(studies),
        outcomes=(ImportedOutcome(key=OUTCOME, kind=kind, place=table.place()),),
        arms=tuple(arms),
        contrasts=tuple(contrasts),
        unread=tuple(unread),
    )


def _cells(
    table: TextTable, guess: ColumnGuess, place: Place, row: tuple[str, ...]
) -> dict[str, Cell]:
    cells = {}
    for role, name in guess.columns.items():
        text = row[table.header.index(name)]
        kept = "" if text.lower() in MISSING else text
        cells[role] = Cell(text=kept, place=place.at(name))
    return cells


def _arms(
    cells: dict[str, Cell], study: str, place: Place, guess: ColumnGuess
) -> list[ImportedArm]:
    groups: dict[int, dict[str, Cell]] = {}
    for role, cell in cells.items():
        number, name = _ROLES.get(role, (1, "others" if guess.layout.family != "mean" else "mean"))
        groups.setdefault(number, {})[name] = cell
    for values in groups.values():
        others = values.pop("others", None)
        if others is not None:
            values["n"] = _total(values["events"], others)
    return [
        ImportedArm(
            study=study,
            outcome=OUTCOME,
            treatment=f"Group {number}",
            values=values,
            place=place,
        )
        for number, values in sorted(groups.items())
    ]


def _total(events: Cell, others: Cell) -> Cell:
    """Return the size of a group from those with and without the event."""
    with_event, without = number_of(events), number_of(others)
    if with_event is None or without is None:
        return replace(others, text="")
    total = with_event + without
    return replace(others, text=f"{total:.15g}")
