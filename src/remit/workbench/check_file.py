"""Check a file before it is believed: how it was read, what is asked, what is odd in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remit.core.errors import InputError, Problem
from remit.evidence.plausibility import (
    NumberColumn,
    Suspicion,
    category_column,
    check_people,
)
from remit.io.columns.column import TypedColumn
from remit.io.formats.imported import ImportedEvidence
from remit.io.formats.read_imported import read_imported, read_imported_tables
from remit.io.formats.recognise import FORMATS, recognise, recognise_document
from remit.io.open_file import MAX_BYTES
from remit.io.text_source import read_bytes
from remit.io.typed_table import TypedTable
from remit.workbench.check_results import check_results
from remit.workbench.checked_results import CheckedResults
from remit.workbench.imported_rows import DEFAULT_MEASURES, rows_by_outcome
from remit.workbench.plausible import people_with_moves, rows_with_moves
from remit.workbench.read_file import DraftFile, read_draft

__all__ = ["CheckedFile", "check_file"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedFile:
    """What is known of a file.

    Attributes
    ----------
    file, format : str
        Its name, and what it was taken for, in words.
    draft : DraftFile or None
        How it was read; None for a file that is no table.
    told : tuple of str
        What the reader of the format says.
    suspicions : tuple of Suspicion
        What is odd, worst first.
    results : CheckedResults or None
        The results that a RevMan file carries, computed again.
    problems : tuple of Problem
        What cannot be read: open questions first.
    """

    file: str
    format: str
    draft: DraftFile | None
    told: tuple[str, ...]
    suspicions: tuple[Suspicion, ...]
    results: CheckedResults | None
    problems: tuple[Problem, ...]

    @property
    def clean(self) -> bool:
        """Whether there is nothing to ask, nothing unread, nothing odd and nothing that differs."""
        differs = bool(self.results and self.results.differences)
        return not (self.problems or self.suspicions or differs)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        unread = self.draft.opened.unread if self.draft else ()
        return {
            "kind": "remit.checked-file",
            "version": 1,
            "file": self.file,
            "format": self.format,
            "decisions": [d.to_dict() for d in self.draft.decisions] if self.draft else [],
            "told": list(self.told),
            "unread": [
                {"place": str(row.place), "text": row.text, "reason": row.reason} for row in unread
            ],
            "problems": [problem.to_dict() for problem in self.problems],
            "suspicions": [suspicion.to_dict() for suspicion in self.suspicions],
            "results": None
            if self.results is None
            else [check.to_dict() for check in self.results.checks],
        }


def check_file(path: Path, map_path: Path | None = None, *, group: str = "") -> CheckedFile:
    """Read a file, say how, and look for what is odd in it. Nothing is changed.

    A file of evidence (see `FORMATS`) is checked study by study, any other table person by person.

    Parameters
    ----------
    path : Path
        The file.
    map_path : Path, optional
        How it is to be read where its content leaves a choice.
    group : str
        Column of a table of people that holds the groups of a trial.

    Raises
    ------
    InputError
        If the file cannot be opened at all, or holds a whole review of remit.
    """
    document = recognise_document(read_bytes(path, MAX_BYTES))
    if document is not None and document.format:
        return _of_evidence(path, None, read_imported(path), ())
    draft = read_draft(path, map_path)
    if recognise(draft.opened).format == "remit-workbook":
        raise InputError.at(
            path.name,
            found="a whole review of remit",
            expected="a file of data",
            hint="Make a folder of it with remit import, and check the folder.",
        )
    problems = (*(q.problem() for q in draft.questions), *draft.problems)
    if not any(table.source.rows for table in draft.tables):
        nothing = Problem(where=path.name, found="a header and no row", expected="a row of data")
        problems = (*problems, nothing)
    canonical = [table.canonical() for table in draft.tables]
    if not any(recognise(table).format for table in canonical):
        suspicions = tuple(s for table in draft.tables for s in _people(table, group))
        return CheckedFile(
            file=path.name,
            format="a table of no format of evidence, checked as one of people",
            draft=draft,
            told=(),
            suspicions=suspicions,
            results=None,
            problems=problems,
        )
    try:
        evidence = read_imported_tables(canonical, path.name)
    except InputError as error:
        known = {str(problem) for problem in problems}
        more = tuple(p for p in error.problems if str(p) not in known)
        return _of_evidence(
            path, draft, ImportedEvidence(file=path.name, format=""), (*problems, *more)
        )
    return _of_evidence(path, draft, evidence, problems)


def _of_evidence(
    path: Path,
    draft: DraftFile | None,
    evidence: ImportedEvidence,
    problems: tuple[Problem, ...],
) -> CheckedFile:
    suspicions = [
        suspicion
        for outcome, rows in rows_by_outcome(evidence)
        for suspicion in rows_with_moves(
            rows,
            outcome.measure or DEFAULT_MEASURES.get(outcome.kind, "") or "GEN",
            network=len({arm.name for row in rows for arm in row.arms}) > 2,
        )
    ]
    carried = check_results(evidence) if evidence.results else None
    return CheckedFile(
        file=path.name,
        format=FORMATS.get(evidence.format, "a file of evidence"),
        draft=draft,
        told=evidence.told,
        suspicions=tuple(sorted(suspicions, key=Suspicion.sort_key)),
        results=carried,
        problems=problems,
    )


def _people(table: TypedTable, group: str) -> tuple[Suspicion, ...]:
    """Check a table with one row per person; ids that come again make it one of visits."""
    columns = [c for column in table.columns if (c := _number_column(column)) is not None]
    ids = next((column for column in table.columns if column.kind == "id"), None)
    place = table.source.place()
    if ids is not None and len(set(ids.texts)) < len(ids.texts):
        return check_people(columns, file=place.file, sheet=place.sheet)
    return people_with_moves(columns, file=place.file, sheet=place.sheet, group=group)


def _number_column(column: TypedColumn) -> NumberColumn | None:
    if column.kind in ("number", "integer"):
        return NumberColumn(
            name=column.name,
            values=tuple(
                float(value) if isinstance(value, int | float) else None for value in column.values
            ),
            rows=column.rows,
        )
    if column.kind in ("date", "datetime"):
        return NumberColumn(
            name=column.name,
            values=tuple(
                float(value.toordinal()) if isinstance(value, dt.date) else None
                for value in column.values
            ),
            rows=column.rows,
            kind="date",
        )
    if column.kind in ("text", "yes-no"):
        return category_column(column.name, column.texts, column.rows)
    return None
