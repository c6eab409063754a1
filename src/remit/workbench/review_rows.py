"""Rows of a review's tables while they are made, and what has no place in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from remit.core.place import Place

__all__ = ["ImportNote", "ReviewRows", "Row", "locator", "number_text"]

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportNote:
    """Something that the file holds and the tables do not.

    Attributes
    ----------
    place : Place
        Where it stands.
    what : str
        What it is about: study, outcome or both.
    text : str
        What stands there.
    reason : str
        Why it has no place.
    """

    place: Place
    what: str
    text: str
    reason: str


@dataclass(slots=True, kw_only=True)
class ReviewRows:
    """Rows to be written, while they are made.

    Attributes
    ----------
    rows : dict of str to list of dict
        By table; empty columns are left out.
    notes : list of ImportNote
        What has no place.
    words : dict of str to str
        Names as the file has them, by their slug.
    outcomes : dict of str to str
        Slug of each imported outcome, by its key.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    notes: list[ImportNote] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Add a row without its empty cells."""
        kept = {name: text for name, text in row.items() if text}
        self.rows.setdefault(table, []).append(kept)

    def note(self, place: Place, what: str, text: str, reason: str) -> None:
        """Keep what has no place."""
        self.notes.append(ImportNote(place=place, what=what, text=text, reason=reason))

    def column(self, table: str, name: str) -> list[str]:
        """Return the cells of a column, as far as they are filled."""
        return [row[name] for row in self.rows.get(table, []) if name in row]


def number_text(number: float | None) -> str:
    """Return a number as text; empty where there is none."""
    return "" if number is None else f"{number:.15g}"


def locator(place: Place) -> str:
    """Say where in the file a row stands, without the file's name."""
    return str(replace(place, file="")).removeprefix(", ")
