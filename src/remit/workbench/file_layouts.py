"""Files that hold more than one analysis: RevMan's, and tables with named treatments."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from remit.core.errors import SpecError
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
)
from remit.io.formats.read_imported import read_imported_tables
from remit.io.formats.recognise import recognise

__all__ = ["StudyTable", "on_analysis_scale", "one_analysis", "study_table"]

_FAMILY_OF_KIND = {"events": "2x2", "means": "two means", "rates": "two rates"}
#: Measures of given effects that the engine pools as they are.
_AS_GIVEN = {"HR": "GEN"}
_ROLES = {
    "events": {"events": ("ai", "ci"), "n": ("n1i", "n2i")},
    "means": {"mean": ("m1i", "m2i"), "sd": ("sd1i", "sd2i"), "n": ("n1i", "n2i")},
    "rates": {"events": ("x1i", "x2i"), "person_time": ("t1i", "t2i")},
}
_WITH_ARMS = ("metainsight-wide", "metainsight-long", "netmeta-wide", "netmeta-long")
_WITH_ANALYSES = ("revman5", "revman5-export", "revman-web")


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
    form = recognise(table).format
    if form not in _WITH_ANALYSES:
        _only_for(outcome, "--outcome", "RevMan's data export")
    if form not in _WITH_ARMS:
        _only_for(compare, "--compare", "a file with a treatment column")
    if form in (*_WITH_ARMS, *_WITH_ANALYSES):
        return study_table(read_imported_tables([table], table.file), outcome, compare)
    return StudyTable(table=table)


def study_table(evidence: ImportedEvidence, outcome: str = "", compare: str = "") -> StudyTable:
    """Return one row per study of one analysis of imported evidence.

    Parameters
    ----------
    evidence : ImportedEvidence
        What was read.
    outcome : str
        Number or name of the outcome, where there are several.
    compare : str
        ``Ketamine:Placebo``, where the arms name their treatment.

    Raises
    ------
    SpecError
        If there are several analyses and none was chosen, or the chosen one is not there.
    """
    listed = [o for o in evidence.outcomes if o.kind != "other"]
    chosen = _choose_outcome(listed, outcome)
    if evidence.format in _WITH_ANALYSES:
        return _analysed(evidence, chosen)
    if chosen.kind == "effects":
        return _given_effects(evidence, chosen, ())
    return _compared(evidence, chosen, compare)


def _only_for(choice: str, option: str, kind: str) -> None:
    if choice:
        raise SpecError.at(option, found=f"'{choice}'", expected=f"nothing: this is not {kind}")


def _choose_outcome(outcomes: list[ImportedOutcome], wanted: str) -> ImportedOutcome:
    matching = [o for o in outcomes if wanted in (o.key, o.name)]
    if wanted and matching:
        return matching[0]
    if not wanted and len(outcomes) == 1:
        return outcomes[0]
    listed = "; ".join(f"{o.key} ({o.name})" for o in outcomes) or "none that holds numbers"
    raise SpecError.at(
        "--outcome",
        found=f"'{wanted}'" if wanted else f"none, and {len(outcomes)} outcomes in the file",
        expected=f"one of {listed}",
    )


def _analysed(evidence: ImportedEvidence, outcome: ImportedOutcome) -> StudyTable:
    """Return an analysis as RevMan has it: two groups, or effects, in each row."""
    told = (
        f"RevMan's analysis {outcome.key}, '{outcome.name}' ({outcome.kind}, "
        f"{outcome.measure or 'measure not named'}).",
    )
    if outcome.kind not in _ROLES:
        return _given_effects(evidence, outcome, told)
    rows: dict[Place, list[ImportedArm]] = {}
    for arm in evidence.arms:
        if arm.outcome == outcome.key:
            rows.setdefault(arm.place, []).append(arm)
    labels = evidence.labels()
    table = _pairs_table(
        evidence.file,
        outcome,
        [(labels[one.study], one.values, two.values) for one, two in rows.values()],
    )
    arms = (outcome.one, outcome.two)
    return replace(
        table,
        told=told,
        measure=outcome.measure or None,
        arms=arms if all(arms) else None,
    )


def _given_effects(
    evidence: ImportedEvidence, outcome: ImportedOutcome, told: tuple[str, ...]
) -> StudyTable:
    """Return effects with their standard errors, ratios as logarithms."""
    labels = evidence.labels()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    places: dict[tuple[int, str], Place] = {}
    for contrast in evidence.contrasts:
        if contrast.outcome != outcome.key:
            continue
        effect, error = on_analysis_scale(contrast)
        for role, cell in (("yi", effect), ("sei", error)):
            places[len(rows), role] = cell.place
        rows.append((labels[contrast.study], effect.text, error.text))
        numbers.append(contrast.place.row)
    measure = _AS_GIVEN.get(outcome.measure, outcome.measure)
    return StudyTable(
        table=TextTable(
            file=evidence.file,
            header=("study", "yi", "sei"),
            rows=tuple(rows),
            row_numbers=tuple(numbers),
        ),
        places=places,
        told=told,
        family="",
        measure=measure or None,
    )


def on_analysis_scale(contrast: ImportedContrast) -> tuple[Cell, Cell]:
    """Return effect and standard error: (O-E)/V and 1/sqrt(V), logarithms of ratios."""
    values = contrast.values
    blank = Cell(text="", place=contrast.place)
    if "observed_less_expected" in values:
        away, spread = values["observed_less_expected"], values.get("variance", blank)
        o_e, v = number_of(away), number_of(spread)
        if o_e is None or not v or v < 0:
            return blank, blank
        return replace(away, text=repr(o_e / v)), replace(spread, text=repr(v**-0.5))
    effect, error = values.get("effect", blank), values.get("se", blank)
    number, variance = number_of(effect), number_of(values.get("variance"))
    if contrast.scale == "ratio" and number is not None:
        text = repr(math.log(number)) if number > 0 else ""
        effect = replace(effect, text=text)
    if not error.text and variance is not None and variance > 0:
        error = replace(values["variance"], text=repr(variance**0.5))
    return effect, error


Sides = tuple[str, Mapping[str, Cell], Mapping[str, Cell]]


def _pairs_table(file: str, outcome: ImportedOutcome, pairs: list[Sides]) -> StudyTable:
    """Return a table of two groups a row, by metafor's names."""
    roles = _ROLES[outcome.kind]
    keys = [k for k in roles if all(k in side for _, *sides in pairs for side in sides)]
    rows: list[tuple[str, ...]] = []
    places: dict[tuple[int, str], Place] = {}
    numbers = []
    for label, *sides in pairs:
        cells = [label]
        for key in keys:
            for role, side in zip(roles[key], sides, strict=True):
                places[len(rows), role] = side[key].place
                cells.append(side[key].text)
        rows.append(tuple(cells))
        numbers.append(next(iter(sides[0].values())).place.row)
    return StudyTable(
        table=TextTable(
            file=file,
            header=("study", *(role for key in keys for role in roles[key])),
            rows=tuple(rows),
            row_numbers=tuple(numbers),
        ),
        places=places,
        family=_FAMILY_OF_KIND[outcome.kind],
    )


def _compared(evidence: ImportedEvidence, outcome: ImportedOutcome, compare: str) -> StudyTable:
    studies: dict[str, dict[str, Mapping[str, Cell]]] = {}
    for arm in evidence.arms:
        if arm.outcome == outcome.key:
            studies.setdefault(arm.study, {})[arm.treatment] = arm.values
    one, two = _choose_pair([list(arms) for arms in studies.values()], compare)
    labels = evidence.labels()
    pairs = [
        (labels[study], arms[one], arms[two])
        for study, arms in studies.items()
        if one in arms and two in arms
    ]
    more = len(evidence.studies) - len(pairs)
    told = f"Compared: {one} (group 1) with {two} (group 2), {_studies(len(pairs))}"
    return replace(
        _pairs_table(evidence.file, outcome, pairs),
        told=(f"{told}; {_studies(more)} without both of them left out." if more else f"{told}.",),
        family=None,
        arms=(one, two),
    )


def _studies(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"


def _choose_pair(studies: list[list[str]], compare: str) -> tuple[str, str]:
    pairs: Counter[tuple[str, str]] = Counter()
    for names in studies:
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
