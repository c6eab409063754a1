"""Write ``map.toml``: everything that was found about a file, ready to edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields

from remit.io.columns.column import TypedColumn
from remit.io.decisions import Decision
from remit.io.file_map import ColumnMap
from remit.io.opened_file import OpenedFile
from remit.io.toml_text import toml_key, toml_value
from remit.io.typed_table import TypedTable

__all__ = ["write_map"]

FILE_KEYS = ("encoding", "separator", "sheet", "header_row")
COLUMN_KEYS = tuple(item.name for item in fields(ColumnMap))
#: Kinds that say what a column is today, and would be no answer tomorrow.
PASSING_KINDS = ("empty", "undecided")


def write_map(opened: OpenedFile, tables: Sequence[TypedTable]) -> str:
    """Write the map of a file.

    Parameters
    ----------
    opened : OpenedFile
        The file with the decisions about it.
    tables : sequence of TypedTable
        Its tables, from `typed_table` or, with open questions, from `draft_table`.

    Returns
    -------
    str
        TOML. Each decision is a line with its evidence behind it; each question stands above its
        answers, which are commented out: the right one is freed by taking its ``#`` away. Read
        back, the map gives the same decisions.
    """
    lines = [
        f"# How remit reads {_one_line(opened.file)}. Edit what is wrong: the same file with the "
        "same map",
        "# always gives the same values. A line that is taken out is decided from the file again.",
        "",
        "[file]",
        *_file_lines(opened.decisions),
    ]
    names = Counter(
        name for table in tables for name in dict.fromkeys(c.name for c in table.columns)
    )
    written: set[str] = set()
    for table in tables:
        for column in table.columns:
            key = column.name
            if names[key] > 1 and column.place.sheet:
                key = f"{column.place.sheet}!{key}"
            lines += ["", *_column_lines(column, key, known=key in written)]
            written.add(key)
    return "\n".join(lines) + "\n"


def _file_lines(decisions: Iterable[Decision]) -> list[str]:
    """Write the decisions about the file; those that hold for a part of it as comments."""
    chosen = tuple(decisions)
    often = Counter(one.key for one in chosen)
    return [
        _line(one, free=one.key in FILE_KEYS and often[one.key] == 1 and bool(one.value))
        for one in chosen
    ]


def _column_lines(column: TypedColumn, key: str, *, known: bool) -> list[str]:
    """Write the table of one column; a second one of the same name is a comment."""
    head = f"[columns.{toml_key(key)}]"
    if known:
        return [f"# {head} a second column of this name is read by the same lines"]
    often = Counter(one.key for one in column.decisions)
    lines = [head]
    for one in column.decisions:
        lasting = not (one.key == "kind" and one.value in PASSING_KINDS)
        lines.append(_line(one, free=one.key in COLUMN_KEYS and often[one.key] == 1 and lasting))
    for question in column.questions:
        lines.append(f"# QUESTION: {_one_line(question.shown)}")
        lines += [f"# {line}  # {_one_line(words)}" for line, words in question.lines()]
    if column.problems:
        rows = len(column.problems)
        first = _one_line(str(column.problems[0]))
        more = f" ({rows - 1} more like it)" if rows > 1 else ""
        lines.append(f"# not read: {first}{more}")
    return lines


def _line(one: Decision, *, free: bool) -> str:
    """Write a decision as a line of the map, or as a comment where the map has no key for it."""
    said = _one_line(f"{one.words}, {one.evidence}")
    if not free:
        return f"# {said}"
    return f"{one.key} = {toml_value(one.key, one.value)}  # {said}"


def _one_line(text: str) -> str:
    """Return text that fits into a comment: one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
