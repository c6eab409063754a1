"""What is being found out about a column, while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from remit.core.place import Place
from remit.io.columns.cells import ColumnCells
from remit.io.decisions import Decision, Question
from remit.io.file_map import ColumnMap
from remit.io.toml_text import toml_key

__all__ = ["Draft", "cells_of", "section_of"]


def section_of(place: Place) -> str:
    """Return the table of the map in which the answers for a column stand."""
    return f"[columns.{toml_key(place.column)}]"


def cells_of(part: int, whole: int) -> str:
    """Say a share of the cells: ``all 40 cells``, ``3 of 40 cells``."""
    if part < whole:
        return f"{part} of {whole} cells"
    if whole < 3:
        return ("no cell", "the only cell", "both cells")[whole]
    return f"all {whole} cells"


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is being found out about a column.

    Attributes
    ----------
    cells : ColumnCells
        The column.
    how : ColumnMap
        Answers of the map.
    missing : frozenset of str
        Texts that mean that nothing is known.
    codes_beside : str
        What the numbers beside a numeric code are, such as ``the others are 0 to 10``.
    decisions, questions : list
        Found so far.
    """

    cells: ColumnCells
    how: ColumnMap
    missing: frozenset[str] = frozenset()
    codes_beside: str = ""
    decisions: list[Decision] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def share(self, texts: Iterable[str]) -> str:
        """Say how many of the cells that say something hold ``texts``, and how many are empty."""
        whole = self.cells.number_of(self.texts)
        empty = len(self.cells.raw) - self.cells.number_of(self.cells.counts)
        said = cells_of(self.cells.number_of(texts), whole)
        return f"{said}, {empty} empty" if empty else said

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts that say something."""
        return tuple(text for text in self.cells.counts if text not in self.missing)

    def decide(self, key: str, value: str, words: str, evidence: str, source: str = "") -> None:
        """Note a decision; the map is its source where it answers this key."""
        said = getattr(self.how, key, None) not in ("", None)
        self.decisions.append(
            decision(self.cells.place, key, value, words, evidence, "map" if said else source)
        )

    def ask(self, key: str, shown: str, *readings: tuple[str, str]) -> None:
        """Note a question."""
        place = self.cells.place
        self.questions.append(
            Question(
                place=place, key=key, readings=readings, shown=shown, section=section_of(place)
            )
        )


def decision(
    place: Place, key: str, value: str, words: str, evidence: str, source: str = ""
) -> Decision:
    """Make a decision about a column."""
    if source == "map":
        return Decision(
            place=place, key=key, value=value, words=words, evidence="as the map says", source="map"
        )
    return Decision(
        place=place,
        key=key,
        value=value,
        words=words,
        evidence=evidence,
        source="convention" if source == "convention" else "content",
    )
