"""The codebook: what each column of a base means and which words it may hold."""

from __future__ import annotations

from dataclasses import dataclass

from remit.core.errors import Problem
from remit.core.place import Place
from remit.evidence.schema import ENGINE_WORDS, TABLES, FieldKind
from remit.evidence.tables import TextTable

__all__ = ["CODEBOOK_COLUMNS", "Codebook", "ColumnRule", "read_codebook"]

CODEBOOK_COLUMNS = ("table", "column", "type", "unit", "allowed", "meaning")

#: Kind of cell behind each type that a codebook may name.
KIND_OF_TYPE: dict[str, FieldKind] = {
    "slug": "text",
    "text": "text",
    "url": "text",
    "category": "text",
    "grammar": "text",
    "integer": "integer",
    "number": "number",
    "list": "list",
    "category-list": "list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """What the codebook says of one column.

    Attributes
    ----------
    type : str
        ``slug``, ``text``, ``url``, ``category``, ``grammar``, ``integer``, ``number``, ``list``
        or ``category-list``.
    unit : str
        Unit, or the column that holds it; may be empty.
    allowed : tuple of str
        Words that a category may be; empty for other types.
    meaning : str
        One sentence.
    place : Place
        Row of ``codebook.csv``.
    """

    type: str
    unit: str
    allowed: tuple[str, ...]
    meaning: str
    place: Place


Codebook = dict[tuple[str, str], ColumnRule]


def read_codebook(table: TextTable, problems: list[Problem]) -> Codebook:
    """Turn ``codebook.csv`` into rules, adding to ``problems`` whatever does not fit the engine.

    Parameters
    ----------
    table : TextTable
        Text cells with the columns of `CODEBOOK_COLUMNS`.
    problems : list of Problem
        Grows by one entry per fault.

    Returns
    -------
    dict
        Rule by (table, column). Columns that the codebook lacks, or gives a type that does not
        fit, are absent.
    """
    missing = [c for c in CODEBOOK_COLUMNS if c not in table.header]
    if missing:
        problems.append(
            Problem(
                where=table.file,
                found="no column " + ", ".join(f"'{c}'" for c in missing),
                expected="the columns " + ", ".join(CODEBOOK_COLUMNS),
            )
        )
        return {}
    rules: Codebook = {}
    for place, cell in table.records():
        key = (cell["table"], cell["column"])
        rule = ColumnRule(
            type=cell["type"],
            unit=cell["unit"],
            allowed=tuple(w.strip() for w in cell["allowed"].split("|") if w.strip()),
            meaning=cell["meaning"],
            place=place,
        )
        if key in rules:
            problems.append(_twice(place, key, rules[key].place))
        rules[key] = rule
    for schema in TABLES:
        for column, (kind, _) in schema.columns.items():
            key = (schema.name, column)
            problems.extend(_rule_problems(table.file, rules, key, kind))
            if key in rules and KIND_OF_TYPE.get(rules[key].type) != kind:
                del rules[key]
    return rules


def _twice(place: Place, key: tuple[str, str], first: Place) -> Problem:
    return Problem(
        where=str(place),
        found=f"column '{key[1]}' of table '{key[0]}' described a second time",
        expected=f"one row for it (the first is row {first.row})",
        hint="Keep one of the two rows.",
    )


def _rule_problems(
    file: str, rules: Codebook, key: tuple[str, str], kind: FieldKind
) -> list[Problem]:
    rule = rules.get(key)
    if rule is None:
        return [
            Problem(
                where=file,
                found=f"no row for column '{key[1]}' of table '{key[0]}'",
                expected=f"a row that describes it (a cell of kind {kind})",
                hint="`remit new` writes a complete codebook; copy the row from there.",
            )
        ]
    if KIND_OF_TYPE.get(rule.type) != kind:
        fitting = [t for t, k in KIND_OF_TYPE.items() if k == kind]
        return [
            Problem(
                where=str(rule.place.at("type")),
                found=f"'{rule.type}' for {key[0]}.{key[1]}",
                expected="the type " + " or ".join(fitting),
            )
        ]
    if rule.type in {"category", "category-list"} and not rule.allowed:
        return [
            Problem(
                where=str(rule.place.at("allowed")),
                found="an empty cell",
                expected=f"the words that {key[0]}.{key[1]} may hold, with | between them",
            )
        ]
    strange = sorted(set(rule.allowed) - ENGINE_WORDS.get(key, frozenset(rule.allowed)))
    if strange:
        return [
            Problem(
                where=str(rule.place.at("allowed")),
                found=", ".join(f"'{w}'" for w in strange),
                expected="only words that remit acts on in this column: "
                + ", ".join(sorted(ENGINE_WORDS[key])),
            )
        ]
    return []
