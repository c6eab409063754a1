"""The four study tables that Covidence writes for RevMan Web, and RevMan Web's own templates.

Study information, study arms, study results (one row for each arm and outcome) and risk of bias.
Columns as Cochrane's RevMan knowledge base lists them for its data extraction templates: ``Study``
in all; ``Char: ...`` for characteristics; ``Arm``, ``Description``, ``Intervention``; ``Outcome``,
``Data type``, ``Effect measure``, ``Arm``, ``Reference arm``, ``Sample size``, ``Cases``, ``Mean``,
``SD`` and the input of the calculator; ``Domain (judgement): ...`` and ``Domain (support): ...``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedJudgement,
    ImportedOutcome,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.revman_words import RATIO_MEASURES, measure_of
from remit.io.formats.robvis import JUDGEMENTS
from remit.io.formats.table_columns import TableColumns
from remit.io.opened_file import UnreadRow

__all__ = ["read_study_tables"]

_KINDS: dict[str, OutcomeKind] = {
    "dichotomous": "events",
    "continuous": "means",
    "contrast level": "effects",
    "contrast": "effects",
}
_ARM = {
    "events": {"events": "cases", "n": "samplesize"},
    "means": {"mean": "mean", "sd": "sd", "se": "se", "n": "samplesize"},
}
_CONTRAST = {
    "effect": "mean",
    "se": "se",
    "variance": "variance",
    "ci_low": "cistart",
    "ci_high": "ciend",
}
_EXPONENTIATED = {"effect": "expmean", "ci_low": "expcistart", "ci_high": "expciend"}
_RESULT_COLUMNS = ("study", "outcome", "datatype", "effectmeasure", "arm", "referencearm")
_DOMAIN = re.compile(r"Domain \((judgement|support)\):? ?(?P<name>.*)", re.IGNORECASE)
_OVERALL = re.compile(r"overall.*\((judgement|support)\)|overall bias.*", re.IGNORECASE)
Row = tuple[str, ...]


def read_study_tables(
    information: Sequence[TextTable] = (),
    arms: Sequence[TextTable] = (),
    results: Sequence[TextTable] = (),
    bias: Sequence[TextTable] = (),
    file: str = "",
) -> ImportedEvidence:
    """Read the study tables of Covidence or RevMan Web, any of them or all.

    Parameters
    ----------
    information, arms, results, bias : sequence of TextTable
        The four kinds of table.
    file : str
        Name of the folder; by default that of the first table.
    """
    reader = _Reader()
    for table in information:
        reader.information(TableColumns(table))
    for table in arms:
        reader.interventions(TableColumns(table))
    for table in results:
        reader.results(TableColumns(table))
    for table in bias:
        reader.bias(TableColumns(table))
    first = next((t.file for t in (*information, *arms, *results, *bias)), "")
    return reader.evidence(file or first)


class _Reader:
    """Collects what the tables say of each study."""

    def __init__(self) -> None:
        self.studies: dict[str, tuple[str, dict[str, Cell], Place]] = {}
        self.treatments: dict[tuple[str, str], str] = {}
        self.outcomes: dict[tuple[str, str], ImportedOutcome] = {}
        self.arms: list[ImportedArm] = []
        self.contrasts: list[ImportedContrast] = []
        self.judgements: list[ImportedJudgement] = []
        self.unread: list[UnreadRow] = []

    def _study(self, columns: TableColumns, place: Place, row: Row) -> str:
        label = columns.text(row, columns.first("study", "studyid")) or f"row {place.row}"
        self.studies.setdefault(label, ("", {}, place))
        return label

    def information(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            label = self._study(columns, place, row)
            year = columns.text(row, columns.first("year", "studyyear", "publishedyear"))
            _, facts, first = self.studies[label]
            self.studies[label] = (year, facts, first)
            used = {"study", "studyid", "year", "studyyear", "publishedyear"}
            for plain in columns.others(used):
                cell = columns.cell(place, row, plain)
                if cell.text:
                    facts[columns.names[plain].removeprefix("Char: ")] = cell

    def interventions(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            label, arm = self._study(columns, place, row), columns.text(row, "arm")
            treatment = columns.text(row, "intervention")
            self.treatments[label, arm] = treatment or arm
            note = columns.cell(place, row, "description")
            if note.text:
                self.studies[label][1][f"arm {arm}"] = note

    def results(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            label, arm = self._study(columns, place, row), columns.text(row, "arm")
            outcome = self._outcome(columns, place, row)
            other = columns.text(row, "referencearm")
            treatment = self.treatments.get((label, arm), arm)
            used: Mapping[str, str]
            if outcome.kind in _ARM:
                used = _ARM[outcome.kind]
                self.arms.append(
                    ImportedArm(
                        study=label,
                        outcome=outcome.key,
                        treatment=treatment,
                        values=columns.cells(place, row, used),
                        place=place,
                    )
                )
            else:
                natural = not columns.text(row, "mean") and columns.text(row, "expmean")
                used = _CONTRAST | _EXPONENTIATED if natural else _CONTRAST
                ratio = outcome.measure in RATIO_MEASURES
                self.contrasts.append(
                    ImportedContrast(
                        study=label,
                        outcome=outcome.key,
                        one=treatment,
                        two=self.treatments.get((label, other), other),
                        scale="ratio" if natural else "log" if ratio else "identity",
                        values=columns.cells(place, row, used),
                        place=place,
                    )
                )
            self._rest(columns, place, row, {*_RESULT_COLUMNS, *used.values()})

    def _outcome(self, columns: TableColumns, place: Place, row: Row) -> ImportedOutcome:
        name, words = columns.text(row, "outcome"), columns.text(row, "datatype")
        kind = _KINDS.get(
            words.lower(), "effects" if columns.text(row, "referencearm") else "other"
        )
        if kind == "other":
            kind = "events" if columns.text(row, "cases") else "means"
        spot = (name, kind)
        if spot not in self.outcomes:
            self.outcomes[spot] = ImportedOutcome(
                key=str(len(self.outcomes) + 1),
                name=name,
                kind=kind,
                measure=measure_of(columns.text(row, "effectmeasure")),
                place=place,
            )
        return self.outcomes[spot]

    def _rest(self, columns: TableColumns, place: Place, row: Row, used: set[str]) -> None:
        for plain in columns.others(used):
            cell = columns.cell(place, row, plain)
            if cell.text:
                reason = "a value beside the result, which has no column in remit's form"
                self.unread.append(UnreadRow(place=cell.place, text=cell.text, reason=reason))

    def bias(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            label = self._study(columns, place, row)
            outcome = columns.text(row, columns.first("result", "outcome", "analysis"))
            support = {}
            judged: list[tuple[str, Cell]] = []
            for plain in columns.others({"study", "studyid"}):
                name = columns.names[plain]
                match, cell = _DOMAIN.match(name), columns.cell(place, row, plain)
                if match is None and not _OVERALL.match(name):
                    if plain not in ("result", "outcome", "analysis") and cell.text:
                        self.studies[label][1][name] = cell
                    continue
                domain = match["name"] if match else "Overall"
                if "support" in name.lower():
                    support[domain] = cell.text
                elif cell.text:
                    judged.append((domain or "Overall", cell))
            for domain, cell in judged:
                word = cell.text.lower()
                self.judgements.append(
                    ImportedJudgement(
                        study=label,
                        outcome=outcome,
                        domain=domain,
                        judgement=JUDGEMENTS.get(word, word),
                        support=support.get(domain, ""),
                        place=cell.place,
                    )
                )

    def evidence(self, file: str) -> ImportedEvidence:
        return ImportedEvidence(
            file=file,
            format="study-tables",
            told=(f"Study tables of Covidence or RevMan Web: {len(self.studies)} studies.",),
            studies=tuple(
                ImportedStudy(key=label, label=label, year=year, facts=facts, place=place)
                for label, (year, facts, place) in self.studies.items()
            ),
            outcomes=tuple(self.outcomes.values()),
            arms=tuple(self.arms),
            contrasts=tuple(self.contrasts),
            judgements=tuple(self.judgements),
            unread=tuple(self.unread),
        )
