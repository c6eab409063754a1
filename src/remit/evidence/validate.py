"""From tables of text to an evidence base: every fault is collected, then raised once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.evidence.cells import parse_cell
from remit.evidence.codebook import Codebook, read_codebook
from remit.evidence.data import EvidenceBase
from remit.evidence.schema import TABLES, TableSchema
from remit.evidence.tables import TextTable

__all__ = ["create_base"]

Rows = dict[str, list[Any]]

#: Highest value of a number column that has one.
TOPS = {"percent": 100.0, "female_pct": 100.0, "i2_percent": 100.0, "p_value": 1.0}
#: Levels of printed intervals, in percent: lower ones are proportions or slips.
LEVELS = (50.0, 99.99)


def create_base(name: str, tables: Mapping[str, TextTable]) -> EvidenceBase:
    """Validate tables against their codebook and make an evidence base of them.

    Parameters
    ----------
    name : str
        Name of the base.
    tables : mapping of str to TextTable
        By table name; ``codebook`` among them.

    Returns
    -------
    EvidenceBase
        Trusted from here on.

    Raises
    ------
    InputError
        With every problem of every table: a missing table or column, a cell that does not fit
        its type, an unknown category, a key held twice, a reference to a row that is not there,
        a negative spread, an interval upside down.
    """
    problems: list[Problem] = []
    if "codebook" not in tables:
        raise InputError.at(
            "codebook.csv", found="no such table", expected="the codebook of the base"
        )
    rules = read_codebook(tables["codebook"], problems)
    rows: Rows = {}
    broken: dict[str, list[str]] = {}
    for schema in TABLES:
        table = tables.get(schema.name)
        if table is None:
            rows[schema.name] = []
            if schema.required:
                problems.append(
                    Problem(
                        where=f"{schema.name}.csv",
                        found="no such table",
                        expected="a table with at least its header",
                        hint="`remit new` writes all tables; copy the missing one from there.",
                    )
                )
            continue
        problems.extend(_header_problems(schema, table))
        rows[schema.name] = _read_rows(schema, table, rules, problems, broken)
        problems.extend(_duplicates(schema, rows[schema.name]))
    reported = {problem.where for problem in problems}
    for schema in TABLES:
        problems.extend(_reference_problems(schema, tables, broken, reported))
    problems.extend(_empty_tables(rows, tables))
    if problems:
        raise InputError(problems)
    allowed = {f"{t}.{c}": frozenset(rule.allowed) for (t, c), rule in rules.items()}
    return EvidenceBase(
        name=name,
        allowed={column: words for column, words in allowed.items() if words},
        **{table: tuple(found) for table, found in rows.items()},
    )


def _header_problems(schema: TableSchema, table: TextTable) -> list[Problem]:
    wanted = tuple(schema.columns)
    problems = []
    unknown = [c for c in table.header if c not in wanted]
    for column in wanted:
        if column in table.header:
            continue
        near = difflib.get_close_matches(column, unknown, n=1, cutoff=0.7)
        if near:
            unknown.remove(near[0])
        problems.append(
            Problem(
                where=table.file,
                found=f"no column '{column}'",
                expected="the columns " + ", ".join(wanted),
                hint=f"Is '{near[0]}' this column? Then rename it."
                if near
                else "Add it, with empty cells where nothing is reported.",
            )
        )
    note = next((c for c in ("notes", "note") if c in wanted), None)
    problems.extend(
        Problem(
            where=str(table.place(1, column)),
            found="a column that this table does not have" if column else "a column without a name",
            expected="one of " + ", ".join(wanted),
            hint=f"Facts without a column belong in '{note}'." if note else "Remove the column.",
        )
        for column in dict.fromkeys(unknown)
    )
    problems.extend(
        Problem(
            where=str(table.place(1, column)),
            found=f"{table.header.count(column)} columns of this name",
            expected="one",
        )
        for column in sorted({c for c in table.header if c and table.header.count(c) > 1})
    )
    return problems


def _read_rows(
    schema: TableSchema,
    table: TextTable,
    rules: Codebook,
    problems: list[Problem],
    broken: dict[str, list[str]],
) -> list[Any]:
    """Read the rows of one table; a row with a fault is left out of what is returned.

    Where a column or its rule is missing, the other columns are read for their faults all the
    same, and no row is returned. ``broken`` gets the key of each row whose key cells are faulty.
    """
    columns = schema.columns
    readable = [c for c in columns if table.header.count(c) == 1 and (schema.name, c) in rules]
    found = []
    for place, cells in table.records():
        values: dict[str, Any] = {}
        faults: list[Problem] = []
        for column in readable:
            _, may_be_empty = columns[column]
            value = parse_cell(
                cells[column],
                rules[schema.name, column],
                place.at(column),
                may_be_empty=may_be_empty,
            )
            if isinstance(value, Problem):
                faults.append(value)
                if column in schema.key:
                    key = "/".join(cells.get(c, "") for c in schema.key)
                    broken.setdefault(schema.name, []).append(key)
            else:
                values[column] = value
        faults.extend(_number_problems(schema, values, place))
        problems.extend(faults)
        if not faults and len(readable) == len(columns):
            found.append(schema.row_class(**values, place=place))
    return found


def _number_problems(schema: TableSchema, values: dict[str, Any], place: Place) -> list[Problem]:
    problems = []
    for column in schema.not_negative:
        value = values.get(column)
        limit = TOPS.get(column)
        if value is not None and (value < 0 or (limit is not None and value > limit)):
            problems.append(
                Problem(
                    where=str(place.at(column)),
                    found=f"{value:g}",
                    expected=f"a number from 0 to {limit:g}" if limit else "0 or more",
                    hint="A change is kept in 'mean', its spread is never negative."
                    if column in {"sd", "se", "spread_unlabelled"}
                    else "",
                )
            )
    for column in schema.levels:
        value = values.get(column)
        if value is not None and not LEVELS[0] <= value <= LEVELS[1]:
            problems.append(
                Problem(
                    where=str(place.at(column)),
                    found=f"{value:g}",
                    expected="a level in percent, such as 95",
                    hint=f"Did you mean {100 * value:g}?" if 0.5 <= value < 1 else "",
                )
            )
    return [*problems, *_order_problems(schema, values, place)]


def _order_problems(schema: TableSchema, values: dict[str, Any], place: Place) -> list[Problem]:
    problems: list[Problem] = []
    named: set[str] = set()
    for low, high in schema.ordered:
        a, b = values.get(low), values.get(high)
        if a is None or b is None or a <= b or low in named or high in named:
            continue
        named |= {low, high}
        signed = schema.name in {"outcomes", "contrasts"}
        problems.append(
            Problem(
                where=str(place.at(low)),
                found=f"{a:g} above '{high}' {b:g}",
                expected=f"'{low}' at or below '{high}'",
                hint="Were the two exchanged"
                + (" when a reduction was turned into a change?" if signed else "?"),
            )
        )
    return problems


def _duplicates(schema: TableSchema, rows: list[Any]) -> list[Problem]:
    seen: dict[tuple[Any, ...], Place] = {}
    problems = []
    for row in rows:
        key = tuple(getattr(row, column) for column in schema.key)
        if key in seen:
            shown = ", ".join(str(part) for part in key if part is not None)
            problems.append(
                Problem(
                    where=str(row.place),
                    found=f"the key of row {seen[key].row} again ({shown})",
                    expected="a row of its own for each " + ", ".join(schema.key),
                    hint="Remove one, or mark the second reading as 'alternative'."
                    if "reading" in schema.key
                    else "Remove one of the two, or give it a key of its own.",
                )
            )
        else:
            seen[key] = row.place
    return problems


def _reference_problems(
    schema: TableSchema,
    tables: Mapping[str, TextTable],
    broken: dict[str, list[str]],
    reported: set[str],
) -> list[Problem]:
    """List the cells that refer to no row, each cause once.

    Cells are read as text, so that a row with another fault is looked at too; a cell whose own
    fault is among ``reported`` is passed over. So is a reference that fails because the row it
    means has a faulty key itself: mending that row mends the reference. ``broken`` holds the keys
    of such rows by table; the keys of rows whose own reference fails are added.
    """
    problems = []
    mine = tables.get(schema.name)
    for columns, other, targets in schema.references:
        table = tables.get(other)
        if table is None or not table.rows or any(t not in table.header for t in targets):
            continue  # the other table's own problems are reported
        if mine is None or any(c not in mine.header for c in (*columns, *schema.key)):
            continue
        known = {tuple(cells[t] for t in targets) for _, cells in table.records()}
        for place, cells in mine.records():
            key = tuple(cells[column] for column in columns)
            if not all(key) or key in known:
                continue
            if any(str(place.at(column)) in reported for column in columns):
                continue
            shown = "/".join(key)
            if set(columns) <= set(schema.key):
                own = "/".join(cells[c] for c in schema.key)
                broken.setdefault(schema.name, []).append(own)
            if difflib.get_close_matches(shown, broken.get(other, []), n=1):
                continue
            near = difflib.get_close_matches(shown, ["/".join(k) for k in known], n=1)
            problems.append(
                Problem(
                    where=str(place.at(columns[-1])),
                    found=f"'{shown}'",
                    expected=f"a row of {other}.csv",
                    hint=f"Did you mean '{near[0]}'?" if near else f"Add it to {other}.csv.",
                )
            )
    return problems


def _empty_tables(rows: Rows, tables: Mapping[str, TextTable]) -> list[Problem]:
    """Say once, not reference by reference, that a table with nothing in it is needed."""
    problems = []
    for schema in TABLES:
        table = tables.get(schema.name)
        if table is None or table.rows:
            continue
        wanted = [
            "/".join(getattr(row, column) for column in columns)
            for user in TABLES
            for columns, other, _ in user.references
            if other == schema.name
            for row in rows[user.name]
            if None not in [getattr(row, column) for column in columns]
        ]
        if schema.name == "studies" or wanted:
            problems.append(
                Problem(
                    where=table.file,
                    found="a header and no row",
                    expected="at least one study"
                    if schema.name == "studies"
                    else f"the rows that other tables refer to, such as '{wanted[0]}'",
                    hint="Add a row for each study report." if schema.name == "studies" else "",
                )
            )
    return problems
