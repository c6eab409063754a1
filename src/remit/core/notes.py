"""Notes: what the reader must be told about a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.core.place import Place

__all__ = ["Note", "NoteKind"]

NoteKind = Literal["used", "set-aside", "converted", "assumed", "corrected", "boundary", "caution"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A fact about a result that must reach the page.

    Attributes
    ----------
    kind : str
        ``used``, ``set-aside`` (a row that is shown but not pooled), ``converted`` (a printed
        number was turned into another by a named method), ``assumed`` (a number that nobody
        printed), ``corrected`` (for instance a continuity correction), ``boundary`` (an estimate
        at the edge of its range) or ``caution``.
    text : str
        One or two plain sentences.
    study : str
        Study slug; empty where the note is about the whole result.
    place : Place or None
        Table row that the note is about.
    method : str
        Name and source of the method, such as ``Wan 2014, eq. 16``; may be empty.
    """

    kind: NoteKind
    text: str
    study: str = ""
    place: Place | None = None
    method: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the note as plain text fields."""
        return {
            "kind": self.kind,
            "text": self.text,
            "study": self.study,
            "place": str(self.place) if self.place else "",
            "method": self.method,
        }
