"""How are the results of the simulation printed: the tables of ``docs/coverage.md``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["names_of", "tables", "with_tables"]

FAMILIES = ("mean", "tau2", "prediction", "mean, variances estimated")
LOW = 0.93
"""Coverage below this is printed bold."""
SCENARIOS = [(k, i2) for k in (3, 5, 10) for i2 in (0, 30, 75)]
PLACE = re.compile(r"(<!-- coverage: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = dict[str, Any]


def names_of(rows: Sequence[Row], family: str) -> list[str]:
    """Return the intervals of a family in the order of the results."""
    return list(dict.fromkeys(row["interval"] for row in rows if row["family"] == family))


def _of(rows: Sequence[Row], family: str, name: str) -> list[Row]:
    """Return the rows of an interval in the order of the scenarios."""
    own = {(r["k"], r["i2"]): r for r in rows if r["family"] == family and r["interval"] == name}
    return [own[scenario] for scenario in SCENARIOS]


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _heads() -> list[str]:
    return [f"k {k}, {i2} %" for k, i2 in SCENARIOS]


def _coverage_cell(row: Row) -> str:
    share = f"{100 * row['coverage']:.1f}"
    shown = f"**{share}**" if row["coverage"] < LOW else share
    return f"{shown} ({100 * row['error']:.1f})"


def _coverage(rows: Sequence[Row], family: str) -> str:
    body = []
    for name in names_of(rows, family):
        own = _of(rows, family, name)
        body.append([name, f"{own[0]['sets']:,}", *map(_coverage_cell, own)])
    return _table(["interval", "sets", *_heads()], body)


def _width(rows: Sequence[Row], family: str) -> str:
    body = [
        [name, *("∞" if r["width"] is None else f"{r['width']:.2f}" for r in own)]
        for name in names_of(rows, family)
        for own in [_of(rows, family, name)]
    ]
    return _table(["width", *_heads()], body)


def _design(stored: dict[str, Any]) -> str:
    body = []
    for k, sizes in stored["sizes"].items():
        tau2 = [f"{stored['tau2'][f'k {k}, I2 {i2}']:.3f}" for i2 in (0, 30, 75)]
        body.append([k, ", ".join(map(str, sizes)), *tau2])
    return _table(["k", "people", "tau², I² 0 %", "30 %", "75 %"], body)


def tables(stored: dict[str, Any]) -> dict[str, str]:
    """Return every table in Markdown, by the name in its marker on the page."""
    rows = stored["rows"]
    found = {"design": _design(stored)}
    found |= {f"coverage, {family}": _coverage(rows, family) for family in FAMILIES}
    found |= {f"width, {family}": _width(rows, family) for family in FAMILIES[:3]}
    return found


def with_tables(page: str, stored: dict[str, Any]) -> str:
    """Return the page with the tables between its markers written anew."""
    made = tables(stored)
    return PLACE.sub(lambda match: f"{match[1]}\n{made[match[2]]}\n\n{match[3]}", page)
