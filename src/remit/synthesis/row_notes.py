"""What was done to the numbers of one table row, as notes that name the row."""

from __future__ import annotations

from remit.core.notes import Note, NoteKind
from remit.evidence.data import ArmOutcome, Contrast

__all__ = ["rescaled_notes", "row_note"]


def row_note(row: ArmOutcome | Contrast, kind: NoteKind, text: str, method: str = "") -> Note:
    """Return a note on one row of the tables."""
    return Note(kind=kind, text=text, study=row.study, place=row.place, method=method)


def rescaled_notes(row: ArmOutcome, factor: float) -> tuple[Note, ...]:
    """Say that an arm's scores were brought to another scale; nothing where the factor is 1."""
    if factor == 1.0:
        return ()
    text = f"{row.scale} multiplied by {factor:g}."
    return (row_note(row, "converted", text, "linear transformation, Cochrane Handbook 6.5.2"),)
