"""One column with its values, and everything that was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from remit.core.errors import Problem
from remit.core.place import Place
from remit.io.columns.cells import ColumnCells, quoted, trim
from remit.io.columns.compounds import Compound
from remit.io.columns.measures import Bound
from remit.io.decisions import Decision, Question
from remit.io.file_map import ColumnMap

__all__ = ["KINDS", "Reading", "TypedColumn", "Value", "json_value"]

Value = bool | int | float | str | date | time | Bound | Compound | None

#: What the cells of a column can be, with the words for it.
KINDS: dict[str, str] = {
    "integer": "whole numbers",
    "number": "numbers",
    "date": "dates",
    "datetime": "dates with a time of day",
    "time": "times of day",
    "yes-no": "yes or no",
    "id": "ids, kept as they stand",
    "compound": "cells with several numbers, kept as they stand",
    "text": "text, kept as it stands",
    "empty": "empty",
    "undecided": "open, until a question is answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one text of a column was read as.

    Attributes
    ----------
    value : Value
        Value; None where the text means that nothing is known, or could not be read.
    text : str
        How a canonical table writes it.
    expected : str
        What should stand there; empty where the cell could be read.
    hint : str
        What to do about it.
    """

    value: Value
    text: str
    expected: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypedColumn:
    """A column whose cells have become values.

    Attributes
    ----------
    place : Place
        File, sheet and name of the column.
    kind : str
        One of `KINDS`.
    unit : str
        Unit of the numbers, or ends of the scale, where a cell, the name or the map says one.
    values : tuple of Value
        One for each row: int, float, date, datetime, time, bool, str, `Bound`, `Compound`; None
        where nothing is known and where a cell could not be read.
    raw : tuple of str
        Cells as they stand in the file.
    texts : tuple of str
        Cells as a canonical table writes them: numbers with a decimal point, dates as ISO 8601
        says, nothing where nothing is known, and everything else as it stands.
    rows : tuple of int
        Row of each cell, as a spreadsheet counts it.
    how : ColumnMap
        What the map says about it.
    decisions : tuple of Decision
        What was decided, with the evidence.
    questions : tuple of Question
        What must be decided first; the kind is then ``undecided`` and the values are the raw cells.
    problems : tuple of Problem
        Cells that could not be read, one each; their text stays as it stands.
    """

    place: Place
    kind: str
    unit: str = ""
    values: tuple[Value, ...]
    raw: tuple[str, ...]
    texts: tuple[str, ...]
    rows: tuple[int, ...]
    how: ColumnMap = field(default_factory=ColumnMap)
    decisions: tuple[Decision, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.place.column

    @classmethod
    def of(
        cls,
        cells: ColumnCells,
        kind: str,
        readings: Mapping[str, Reading],
        *,
        unit: str = "",
        how: ColumnMap,
        decisions: tuple[Decision, ...],
    ) -> TypedColumn:
        """Put the reading of each text into the rows in which it stands."""
        values: list[Value] = []
        texts: list[str] = []
        problems: list[Problem] = []
        for row, cell in zip(cells.rows, cells.raw, strict=True):
            text = trim(cell)
            reading = readings[text] if text else Reading(value=None, text="")
            values.append(reading.value)
            texts.append(reading.text)
            if reading.expected:
                problems.append(_problem(cells.place, row, text, reading))
        return cls(
            place=cells.place,
            kind=kind,
            unit=unit,
            values=tuple(values),
            raw=cells.raw,
            texts=tuple(texts),
            rows=cells.rows,
            how=how,
            decisions=decisions,
            problems=tuple(problems),
        )

    @classmethod
    def asking(
        cls,
        cells: ColumnCells,
        *,
        how: ColumnMap,
        decisions: tuple[Decision, ...],
        questions: tuple[Question, ...],
    ) -> TypedColumn:
        """Leave a column as it stands until its questions are answered.

        Of its decisions only those of the map stay: the others may change with the answers.
        """
        return cls(
            place=cells.place,
            kind="undecided",
            values=cells.raw,
            raw=cells.raw,
            texts=cells.raw,
            rows=cells.rows,
            how=how,
            decisions=tuple(one for one in decisions if one.source == "map"),
            questions=questions,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the column as plain values for JSON; dates in ISO 8601."""
        return {
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "rows": list(self.rows),
            "values": [json_value(value) for value in self.values],
            "raw": list(self.raw),
            "decisions": [decision.to_dict() for decision in self.decisions],
            "questions": [question.problem().to_dict() for question in self.questions],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def json_value(value: Value) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, Bound | Compound):
        return value.to_dict()
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _problem(place: Place, row: int, text: str, reading: Reading) -> Problem:
    where = Place(file=place.file, sheet=place.sheet, row=row, column=place.column)
    return Problem(
        where=str(where), found=quoted(text), expected=reading.expected, hint=reading.hint
    )
