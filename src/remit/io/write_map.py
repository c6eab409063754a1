"""Write ``map.toml``: everything that was found about a file, ready to edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields

from remit.io.columns.column import TypedColumn
from remit.io.decisions import Decision
from remit.io.file_map import ColumnMap
from remit.io.opened_file import OpenedFile
from remit.io.toml_text import toml_key, toml_list, toml_value
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
    for key, columns in _by_key(tables).items():
        lines += ["", f"[columns.{toml_key(key)}]", *_column_lines(columns)]
    return "\n".join(lines) + "\n"


def _by_key(tables: Sequence[TypedTable]) -> dict[str, list[TypedColumn]]:
    """Return the columns by their name in the map: with its sheet where several sheets have it."""
    names = Counter(column.name for table in tables for column in table.columns)
    found: dict[str, list[TypedColumn]] = {}
    for table in tables:
        for column in table.columns:
            many = names[column.name] > 1 and column.place.sheet
            key = f"{column.place.sheet}!{column.name}" if many else column.name
            found.setdefault(key, []).append(column)
    return found


def _file_lines(decisions: Iterable[Decision]) -> list[str]:
    """Write the decisions about the file; those that hold for a part of it as comments."""
    chosen = tuple(decisions)
    often = Counter(one.key for one in chosen)
    lines = []
    for one in chosen:
        free = one.key in FILE_KEYS and often[one.key] == 1 and bool(one.value)
        lines.append(_line(one, free=True) if free else f"# {_one_line(str(one))}")
    return lines


def _column_lines(columns: Sequence[TypedColumn]) -> list[str]:
    """Write what was found about a column, or about columns of one name in several tables.

    A decision that does not hold for all of them is a comment.
    """
    lines: list[str] = []
    answered: set[str] = set()
    for one in (decision for column in columns for decision in column.decisions):
        free = _is_answer(one) and all(_settles(c, one) for c in columns)
        if not (free and one.key in answered):
            lines.append(_line(one, free=free))
        if free:
            answered.add(one.key)
    lines += [line for key, line in _given(columns[0].how).items() if key not in answered]
    for column in columns:
        for question in column.questions:
            lines.append(f"# QUESTION: {_one_line(question.shown)}")
            lines += [f"# {line}  # {_one_line(words)}" for line, words in question.lines()]
        lines += [f"# not read: {_one_line(str(problem))}" for problem in column.problems[:3]]
        if len(column.problems) > 3:
            lines.append(f"# not read: {len(column.problems) - 3} more")
    return lines


def _given(how: ColumnMap) -> dict[str, str]:
    """Return the lines of the map from which a column was read."""
    lines = {}
    for key in COLUMN_KEYS:
        value = getattr(how, key)
        if value not in ("", None):
            text = toml_list(value) if isinstance(value, tuple) else str(value)
            lines[key] = f"{key} = {toml_value(key, text)}  # as the map says"
    return lines


def _is_answer(one: Decision) -> bool:
    """Return whether the map has a key for a decision, and it is one that lasts."""
    return one.key in COLUMN_KEYS and not (one.key == "kind" and one.value in PASSING_KINDS)


def _settles(column: TypedColumn, one: Decision) -> bool:
    """Return whether a decision is the only one of its key in a column."""
    return [d.value for d in column.decisions if d.key == one.key] == [one.value]


def _line(one: Decision, *, free: bool) -> str:
    """Write a decision as a line of the map, or as a comment where the map has no key for it."""
    said = _one_line(f"{one.words}, {one.evidence}")
    if not free:
        return f"# {said}"
    return f"{one.key} = {toml_value(one.key, one.value)}  # {said}"


def _one_line(text: str) -> str:
    """Return text that fits into a comment: one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
