"""A file as tables of text cells, before anyone decides what a cell means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision

__all__ = ["OpenedFile", "UnreadRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadRow:
    """A row that became no record, and why.

    Attributes
    ----------
    place : Place
        The row.
    text : str
        Its cells as they stand there, cut after some hundred characters.
    reason : str
        Why it is no record, such as ``above the header`` or ``hidden``.
    """

    place: Place
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedFile:
    """A file whose cells are text.

    Attributes
    ----------
    file : str
        Name of the file.
    kind : str
        ``text`` (separated values), ``xlsx`` or ``ods``.
    tables : tuple of TextTable
        One for a text file; one for each sheet of a workbook, in its order.
    decisions : tuple of Decision
        Encoding, separator, header row and the like, with their evidence.
    unread : tuple of UnreadRow
        Rows that became no record: nothing is dropped without a word.
    """

    file: str
    kind: Literal["text", "xlsx", "ods"]
    tables: tuple[TextTable, ...]
    decisions: tuple[Decision, ...]
    unread: tuple[UnreadRow, ...]
