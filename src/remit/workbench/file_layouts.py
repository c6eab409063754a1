"""Files that hold more than one analysis: RevMan's data export and tables with named treatments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.core.errors import SpecError
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.workbench.column_guess import plain_name

__all__ = ["StudyTable", "one_analysis"]

_FAMILY_OF_TYPE = {"DIC": "2x2", "CON": "two means"}
#: Measures that RevMan writes otherwise than metafor.
_CODES = {"peto_or": "PETO", "peto or": "PETO"}
_ARM_ROLES = {
    "r": ("ai", "ci"),
    "n": ("n1i", "n2i"),
    "mean": ("m1i", "m2i"),
    "sd": ("sd1i", "sd2i"),
}
Arm = dict[str, tuple[str, Place]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyTable:
    """One row per study of one analysis.

    Attributes
    ----------
    table : TextTable
        The rows.
    places : dict of (row index, column) to Place
        Where a cell stands in the file, if not in its row of ``table``.
    told : tuple of str
        What was chosen, and from what.
    family, measure : str or None
        Family of measures and measure that the file names itself.
    arms : (str, str) or None
        Names of the two arms that are compared.
    """

    table: TextTable
    places: Mapping[tuple[int, str], Place] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    family: str | None = None
    measure: str | None = None
    arms: tuple[str, str] | None = None

    def place(self, index: int, column: str) -> Place:
        """Return where a cell of row ``index`` stands in the file."""
        here = self.table.place(self.table.row_numbers[index], column)
        return self.places.get((index, column), here)


def one_analysis(table: TextTable, outcome: str = "", compare: str = "") -> StudyTable:
    """Return the studies of one analysis of a file.

    Parameters
    ----------
    table : TextTable
        The file.
    outcome : str
        For RevMan's data export: number (``1.2``) or name of the outcome.
    compare : str
        For tables with treatments by name: ``Ketamine:Placebo``, the second being the comparator.

    Raises
    ------
    SpecError
        If the file holds several analyses and none was chosen, or the chosen one is not there.
    """
    plain = {plain_name(name): name for name in reversed(table.header)}
    if {"comparisonnumber", "outcomenumber", "datatype"} <= set(plain):
        _only_for(compare, "--compare", "a file with a treatment column")
        return _revman(table, plain, outcome)
    _only_for(outcome, "--outcome", "RevMan's data export")
    if {"t1", "t2"} <= set(plain):
        return _compared(table, _wide_arms(table, plain), compare)
    if {"study", "t", "n"} <= set(plain) and ("r" in plain or {"mean", "sd"} <= set(plain)):
        return _compared(table, _long_arms(table, plain), compare)
    _only_for(compare, "--compare", "a file with a treatment column")
    return StudyTable(table=table)


def _only_for(choice: str, option: str, kind: str) -> None:
    if choice:
        raise SpecError.at(option, found=f"'{choice}'", expected=f"nothing: this is not {kind}")


def _revman(table: TextTable, plain: Mapping[str, str], outcome: str) -> StudyTable:
    at = {key: table.header.index(name) for key, name in plain.items()}
    headings = {
        f"{row[at['comparisonnumber']]}.{row[at['outcomenumber']]}": row
        for row in table.rows
        if row[at["datatype"]]
    }
    chosen = _choose_outcome({key: row[at["name"]] for key, row in headings.items()}, outcome)
    heading = headings[chosen]
    keep = [
        i
        for i, row in enumerate(table.rows)
        if f"{row[at['comparisonnumber']]}.{row[at['outcomenumber']]}" == chosen
        and not row[at["datatype"]]
        and not row[at["q"]]  # the heading of a subgroup has its own Q
    ]
    kind, measure = heading[at["datatype"]], heading[at["effectmeasure"]]
    arms = tuple(heading[at[key]] for key in ("grouplabel1", "grouplabel2") if key in at)
    return StudyTable(
        table=TextTable(
            file=table.file,
            header=table.header,
            rows=tuple(table.rows[i] for i in keep),
            row_numbers=tuple(table.row_numbers[i] for i in keep),
        ),
        told=(
            f"RevMan's data export: outcome {chosen}, '{heading[at['name']]}' ({kind}, {measure}).",
        ),
        family=_FAMILY_OF_TYPE.get(kind, ""),
        measure=_CODES.get(measure.lower(), measure) or None,
        arms=(arms[0], arms[1]) if len(arms) == 2 and all(arms) else None,
    )


def _choose_outcome(outcomes: Mapping[str, str], wanted: str) -> str:
    matching = [key for key, name in outcomes.items() if wanted in (key, name)]
    if wanted and matching:
        return matching[0]
    if not wanted and len(outcomes) == 1:
        return next(iter(outcomes))
    listed = "; ".join(f"{key} ({name})" for key, name in outcomes.items())
    raise SpecError.at(
        "--outcome",
        found=f"'{wanted}'" if wanted else f"none, and {len(outcomes)} outcomes in the file",
        expected=f"one of {listed}",
    )


def _wide_arms(table: TextTable, plain: Mapping[str, str]) -> list[tuple[str, dict[str, Arm]]]:
    """Return study and arms by treatment from columns such as T.1, R.1, N.1, T.2."""
    numbers = sorted(key[1:] for key in plain if key[0] == "t" and key[1:].isdigit())
    label = plain.get("study", table.header[0])
    found = []
    for place, row in table.records():
        arms: dict[str, Arm] = {}
        for number in numbers:
            treatment = row[plain[f"t{number}"]]
            if treatment.lower() not in ("", "na"):
                names = {key: plain.get(f"{key}{number}") for key in _ARM_ROLES}
                arms[treatment] = {k: (row[c], place.at(c)) for k, c in names.items() if c}
        found.append((row[label], arms))
    return found


def _long_arms(table: TextTable, plain: Mapping[str, str]) -> list[tuple[str, dict[str, Arm]]]:
    """Return study and arms by treatment from one row for each arm."""
    found: dict[str, dict[str, Arm]] = {}
    for place, row in table.records():
        arm = {k: (row[plain[k]], place.at(plain[k])) for k in _ARM_ROLES if k in plain}
        found.setdefault(row[plain["study"]], {})[row[plain["t"]]] = arm
    return list(found.items())


def _compared(
    table: TextTable, studies: list[tuple[str, dict[str, Arm]]], compare: str
) -> StudyTable:
    one, two = _choose_pair(studies, compare)
    keys = [key for key in _ARM_ROLES if all(key in arm for _, a in studies for arm in a.values())]
    roles = [role for key in keys for role in _ARM_ROLES[key]]
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    places: dict[tuple[int, str], Place] = {}
    for label, arms in studies:
        if one not in arms or two not in arms:
            continue
        cells = [label]
        for key in keys:
            for role, treatment in zip(_ARM_ROLES[key], (one, two), strict=True):
                text, place = arms[treatment][key]
                places[len(rows), role] = place
                cells.append(text)
        rows.append(tuple(cells))
        numbers.append(next(iter(arms[one].values()))[1].row)
    more = len(studies) - len(rows)
    told = f"Compared: {one} (group 1) with {two} (group 2), {_studies(len(rows))}"
    return StudyTable(
        table=TextTable(
            file=table.file,
            header=("study", *roles),
            rows=tuple(rows),
            row_numbers=tuple(numbers),
        ),
        places=places,
        told=(f"{told}; {_studies(more)} without both of them left out." if more else f"{told}.",),
        arms=(one, two),
    )


def _studies(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"


def _choose_pair(studies: list[tuple[str, dict[str, Arm]]], compare: str) -> tuple[str, str]:
    pairs: Counter[tuple[str, str]] = Counter()
    for _, arms in studies:
        names = list(arms)
        pairs.update((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    one, _, two = (part.strip() for part in compare.partition(":"))
    if compare and any({one, two} == set(pair) for pair in pairs):
        return one, two
    if not compare and len(pairs) == 1:
        return next(iter(pairs))
    unordered = Counter({" : ".join(sorted(pair)): 0 for pair in pairs})
    for pair, count in pairs.items():
        unordered[" : ".join(sorted(pair))] += count
    listed = "; ".join(f"{pair} ({count})" for pair, count in unordered.most_common(12))
    raise SpecError.at(
        "--compare",
        found=f"'{compare}'" if compare else f"none, and {len(unordered)} comparisons in the file",
        expected=f"two treatments, the comparator second, such as one of {listed}",
    )
