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
        rows[schema.name] = _read_rows(schema, table, rules, problems)
        problems.extend(_duplicates(schema, rows[schema.name]))
    for schema in TABLES:
        problems.extend(_reference_problems(schema, rows, tables))
    if "studies" in tables and not tables["studies"].rows:
        problems.append(
            Problem(
                where=tables["studies"].file,
                found="a header and no row",
                expected="at least one study",
                hint="Add a row for each study report.",
            )
        )
    if problems:
        raise InputError(problems)
    return EvidenceBase(name=name, **{table: tuple(found) for table, found in rows.items()})


def _header_problems(schema: TableSchema, table: TextTable) -> list[Problem]:
    wanted = tuple(schema.columns)
    problems = []
    unknown = [c for c in table.header if c not in wanted]
    for column in wanted:
        if column in table.header:
            continue
        near = difflib.get_close_matches(column, unknown, n=1, cutoff=0.7)
        problems.append(
            Problem(
                where=table.file,
                found=f"no column '{column}'",
                expected="the columns " + ", ".join(wanted),
                hint=f"Is '{near[0]}' this column? Then rename it." if near else "",
            )
        )
    problems.extend(
        Problem(
            where=str(Place(file=table.file, row=1, column=column)),
            found="a column that the codebook does not know",
            expected="one of " + ", ".join(wanted),
            hint="Facts without a column belong in 'notes' or 'note'.",
        )
        for column in unknown
        if not difflib.get_close_matches(column, [w for w in wanted if w not in table.header])
    )
    problems.extend(
        Problem(
            where=str(Place(file=table.file, row=1, column=column)),
            found=f"{table.header.count(column)} columns of this name",
            expected="one",
        )
        for column in sorted({c for c in table.header if table.header.count(c) > 1})
    )
    return problems


def _read_rows(
    schema: TableSchema, table: TextTable, rules: Codebook, problems: list[Problem]
) -> list[Any]:
    """Read the rows of one table; a row with a fault is left out of what is returned."""
    columns = schema.columns
    if any(c not in table.header or (schema.name, c) not in rules for c in columns):
        return []
    found = []
    for place, cells in table.records():
        values: dict[str, Any] = {}
        faults: list[Problem] = []
        for column, (_, may_be_empty) in columns.items():
            value = parse_cell(
                cells[column],
                rules[schema.name, column],
                place.at(column),
                may_be_empty=may_be_empty,
            )
            if isinstance(value, Problem):
                faults.append(value)
            else:
                values[column] = value
        faults.extend(_number_problems(schema, values, place))
        problems.extend(faults)
        if not faults:
            found.append(schema.row_class(**values, place=place))
    return found


def _number_problems(schema: TableSchema, values: dict[str, Any], place: Place) -> list[Problem]:
    problems = []
    for column in schema.not_negative:
        value = values.get(column)
        top = {"percent": 100.0, "female_pct": 100.0, "i2_percent": 100.0, "p_value": 1.0}
        limit = top.get(column)
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
    for low, high in schema.ordered:
        a, b = values.get(low), values.get(high)
        if a is not None and b is not None and a > b:
            problems.append(
                Problem(
                    where=str(place.at(low)),
                    found=f"{a:g} above '{high}' {b:g}",
                    expected=f"'{low}' at or below '{high}'",
                    hint="Were the two ends exchanged when a reduction was turned into a change?",
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
    schema: TableSchema, rows: Rows, tables: Mapping[str, TextTable]
) -> list[Problem]:
    problems = []
    for columns, other, targets in schema.references:
        table = tables.get(other)
        if table is None or any(t not in table.header for t in targets):
            continue  # the other table's own problems are reported
        known = {tuple(cells[t] for t in targets) for _, cells in table.records()}
        for row in rows[schema.name]:
            key = tuple(getattr(row, column) for column in columns)
            if None in key or key in known:
                continue
            shown = "/".join(key)
            near = difflib.get_close_matches(shown, ["/".join(k) for k in known], n=1)
            problems.append(
                Problem(
                    where=str(row.place.at(columns[-1])),
                    found=f"'{shown}'",
                    expected=f"a row of {other}.csv",
                    hint=f"Did you mean '{near[0]}'?" if near else f"Add it to {other}.csv.",
                )
            )
    return problems
