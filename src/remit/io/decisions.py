"""What a reader decides about a file, and what it must ask: both with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from remit.core.errors import Problem
from remit.core.place import Place
from remit.io.toml_text import toml_value

__all__ = ["Decision", "Question", "noteworthy"]

#: Decisions that nobody needs to be told of: nothing else was to be expected.
_PLAIN = {("encoding", "utf-8"), ("separator", ","), ("decimal", "."), ("header_row", "1")}
_KINDS = {"kind", "unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that a reader decided.

    Attributes
    ----------
    place : Place
        File, sheet or column that it is about.
    key : str
        What is decided, as the map names it, such as ``separator`` or ``decimal``.
    value : str
        What was decided, as it would stand in the map.
    words : str
        The decision as a clause, such as ``comma is the decimal sign``.
    evidence : str
        Why, such as ``14 of 14 cells agree``.
    source : str
        ``content`` of the file, the ``map``, or a ``convention`` where nothing speaks against it.
    """

    place: Place
    key: str
    value: str
    words: str
    evidence: str
    source: Literal["content", "map", "convention"]

    def __str__(self) -> str:
        """Say the decision in one line: where, what, why."""
        return f"{self.place}: {self.words}, {self.evidence}."

    def to_dict(self) -> dict[str, str]:
        """Return the decision as plain text fields."""
        return {
            "place": str(self.place),
            "key": self.key,
            "value": self.value,
            "words": self.words,
            "evidence": self.evidence,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that has two readings and that no cell decides.

    Attributes
    ----------
    place : Place
        Column, or file, that it is about.
    key : str
        What is asked, as the map names it.
    readings : tuple of (value, words)
        Value for the map, and what the cells would then mean. The value of ``missing`` is a list
        as TOML writes it.
    shown : str
        The cells in question, such as ``'03/04/2021' (row 2) and 11 more``.
    section : str
        Table of the map in which the answer stands, such as ``[columns.visit]``.
    """

    place: Place
    key: str
    readings: tuple[tuple[str, str], ...]
    shown: str
    section: str

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return each answer as its line in the map, with what the cells would then mean."""
        return tuple(
            (f"{self.key} = {toml_value(self.key, value)}", words) for value, words in self.readings
        )

    def problem(self) -> Problem:
        """Return the question as a problem that says how to answer it."""
        answers = " or ".join(f"{line} ({words})" for line, words in self.lines())
        return Problem(
            where=str(self.place),
            found=self.shown,
            expected="cells that can be read in one way",
            hint=f"Say which in the map, under {self.section}: {answers}.",
        )


def noteworthy(decisions: Iterable[Decision]) -> list[str]:
    """Return the decisions that could well have been others, in sentences."""
    return [
        str(d)
        for d in decisions
        if d.source == "map" or (d.key not in _KINDS and (d.key, d.value) not in _PLAIN)
    ]
