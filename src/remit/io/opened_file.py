"""A file as tables of text cells, before anyone decides what a cell means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    number_texts : mapping of str to frozenset of str
        By sheet of a workbook, the cells that are stored as text though they look like numbers
        with a sign, such as ``1.234``: what the sign means is not known, as in a text file.
    """

    file: str
    kind: Literal["text", "xlsx", "ods"]
    tables: tuple[TextTable, ...]
    decisions: tuple[Decision, ...]
    unread: tuple[UnreadRow, ...]
    number_texts: Mapping[str, frozenset[str]] = field(default_factory=dict)
