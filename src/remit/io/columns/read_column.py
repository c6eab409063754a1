"""One column of text cells becomes values, with decisions, questions and reported cells."""

from __future__ import annotations

from dataclasses import dataclass

from remit.io.columns.cells import ColumnCells
from remit.io.columns.codes import note_missing, take_missing
from remit.io.columns.column import Reading, TypedColumn
from remit.io.columns.date_column import read_dates, read_times
from remit.io.columns.draft import Draft
from remit.io.columns.kinds import SortedTexts, decide_kind, sort_texts
from remit.io.columns.number_column import read_compounds, read_numbers
from remit.io.columns.signs import Neighbours, decisive_sign
from remit.io.columns.words import read_truth, read_words
from remit.io.file_map import ColumnMap

__all__ = ["LookedAt", "look_at", "read_column"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookedAt:
    """A column whose kind is known, before its cells are read.

    Attributes
    ----------
    draft : Draft
        What was found out so far.
    found : SortedTexts
        Its texts by what each may be.
    kind : str
        One of `remit.io.columns.column.KINDS`.
    """

    draft: Draft
    found: SortedTexts
    kind: str

    @property
    def sign(self) -> str:
        """The decimal sign that the cells, or the map, say beyond doubt; else empty."""
        if self.kind not in {"number", "compound"}:
            return ""
        if self.draft.how.decimal in {".", ","}:
            return self.draft.how.decimal
        known = {t: self.found.measures[t] for t in self.draft.texts if t in self.found.measures}
        return decisive_sign(known)


def look_at(cells: ColumnCells, how: ColumnMap) -> LookedAt:
    """Sort the texts of a column and decide its kind."""
    draft = Draft(cells=cells, how=how)
    take_missing(draft, among_values=False)
    found = sort_texts(draft.texts)
    kind = decide_kind(draft, found)
    if kind not in {"text", "id", "empty", "undecided"}:
        take_missing(draft, among_values=True)
    return LookedAt(draft=draft, found=found, kind=kind)


def read_column(looked: LookedAt, near: Neighbours) -> TypedColumn:
    """Read the cells of a column; it stays undecided where there are questions."""
    draft, kind, unit = looked.draft, looked.kind, ""
    readings: dict[str, Reading] = {}
    if kind == "number":
        kind, unit, readings = read_numbers(draft, looked.found, near)
    elif kind == "compound":
        readings = read_compounds(draft, looked.found, near)
    elif kind == "date":
        kind, readings = read_dates(draft)
    elif kind == "time":
        readings = read_times(draft)
    elif kind == "yes-no":
        readings = read_truth(draft)
    elif kind in {"text", "id"}:
        readings = read_words(draft)
    note_missing(draft)
    draft.decisions.sort(key=lambda decision: decision.key != "kind")
    decisions, questions = tuple(draft.decisions), tuple(draft.questions)
    if questions:
        return TypedColumn.asking(
            draft.cells, how=draft.how, decisions=decisions, questions=questions
        )
    readings |= {text: Reading(value=None, text="") for text in draft.missing}
    return TypedColumn.of(
        draft.cells, kind, readings, unit=unit, how=draft.how, decisions=decisions
    )
