"""RevMan Web: the analyses of a Cochrane data package, as CSV files.

Columns as Cochrane's RevMan knowledge base describes the data package (versions 1 and 2), and as
the R package meta reads it (``read.cdir``): ``...-data-rows.csv``, ``...-subgroup-estimates.csv``
and ``...-overall-estimates-and-settings.csv``. Any one can be read alone; the settings name the
kind of data, the measure and the method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedResult,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.revman_words import (
    RATIO_MEASURES,
    estimator_of,
    interval_of,
    is_swapped,
    measure_of,
    method_of,
    model_of,
)
from remit.io.formats.table_columns import TableColumns
from remit.io.opened_file import UnreadRow

__all__ = ["read_data_package"]

_KINDS: dict[str, OutcomeKind] = {
    "dichotomous": "events",
    "continuous": "means",
    "contrast level": "effects",
    "generic inverse variance": "effects",
    "o-e and variance": "observed-expected",
}
_ARMS = {
    "events": {"events": "{}cases", "n": "{}n"},
    "means": {"mean": "{}mean", "sd": "{}sd", "n": "{}n"},
}
_OWN = {"effect": "mean", "ci_low": "cistart", "ci_high": "ciend", "weight": "weight"}
_POOLED = {
    "effect": "mean",
    "ci_low": "cistart",
    "ci_high": "ciend",
    "weight": "weight",
    "q": "heterogeneitychi",
    "df": "heterogeneitydf",
    "p_q": "heterogeneityp",
    "i2": "heterogeneityi",
    "tau2": "heterogeneitytau",
    "z": "effectz",
    "p_z": "effectp",
    "q_between": "subgroupchi",
    "df_between": "subgroupdf",
    "p_between": "subgroupp",
    "i2_between": "subgroupi",
    "events1": "experimentalcases",
    "n1": "experimentaln",
    "events2": "controlcases",
    "n2": "controln",
}
Row = tuple[str, ...]


def read_data_package(
    rows: Sequence[TextTable] = (),
    settings: Sequence[TextTable] = (),
    subgroups: Sequence[TextTable] = (),
    file: str = "",
) -> ImportedEvidence:
    """Read the analyses of a data package.

    Parameters
    ----------
    rows, settings, subgroups : sequence of TextTable
        Data rows, overall estimates with settings, subgroup estimates.
    file : str
        Name of the folder; by default that of the first table.

    Returns
    -------
    ImportedEvidence
        Without settings, an analysis has the kind of data that its columns hold, and no measure.
    """
    package = _Package()
    for table in settings:
        package.settings(TableColumns(table))
    for table in subgroups:
        package.subgroups(TableColumns(table))
    for table in rows:
        package.rows(TableColumns(table))
    first = next((t.file for t in (*rows, *settings, *subgroups)), "")
    return package.evidence(file or first, with_settings=bool(settings))


class _Package:
    """Collects the analyses of a package."""

    def __init__(self) -> None:
        self.outcomes: dict[str, ImportedOutcome] = {}
        self.studies: dict[str, ImportedStudy] = {}
        self.arms: list[ImportedArm] = []
        self.contrasts: list[ImportedContrast] = []
        self.results: list[ImportedResult] = []
        self.unread: list[UnreadRow] = []

    def _key(self, columns: TableColumns, row: Row) -> str:
        return f"{columns.text(row, 'analysisgroup')}.{columns.text(row, 'analysisnumber')}"

    def settings(self, columns: TableColumns) -> None:
        text = columns.text
        for place, row in columns.rows():
            key, words = self._key(columns, row), text(row, "effectmeasure")
            level = text(row, columns.first("estimateci", "cipilevel")).rstrip("% ")
            self.outcomes[key] = ImportedOutcome(
                key=key,
                comparison=text(row, "analysisgroupname"),
                name=text(row, "analysisname"),
                kind=_KINDS.get(text(row, "datatype").lower(), "other"),
                measure=measure_of(words),
                method=method_of(text(row, "statisticalmethod")),
                model=model_of(text(row, "analysismodel")),
                tau2=estimator_of(text(row, "heterogeneityestimator")),
                interval=interval_of(text(row, "cimethod")),
                one=text(row, "experimentalgrouplabel") or text(row, "experimentalintervention"),
                two=text(row, "controlgrouplabel") or text(row, "controlintervention"),
                favours=(text(row, "graphlabelleft"), text(row, "graphlabelright")),
                level=float(level) / 100 if level.replace(".", "", 1).isdigit() else 0.95,
                swapped=is_swapped(words)
                or text(row, "swapeventandnonevent").lower() in ("true", "yes"),
                place=place,
            )
            self._result(columns, place, row, key, "")

    def subgroups(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            key = self._key(columns, row)
            self._result(columns, place, row, key, columns.text(row, "subgroup"))

    def _result(
        self, columns: TableColumns, place: Place, row: Row, key: str, subgroup: str
    ) -> None:
        values = columns.cells(place, row, _POOLED)
        kept = {role: _number(cell) for role, cell in values.items() if _number(cell).text}
        if "effect" in kept:
            self.results.append(
                ImportedResult(outcome=key, subgroup=subgroup, values=kept, place=place)
            )

    def rows(self, columns: TableColumns) -> None:
        for place, row in columns.rows():
            key, label = self._key(columns, row), columns.text(row, "study")
            if not label:
                shown = ", ".join(cell for cell in row if cell)
                reason = "a row without a study"
                self.unread.append(UnreadRow(place=place, text=shown, reason=reason))
                continue
            if key not in self.outcomes:
                self.outcomes[key] = ImportedOutcome(
                    key=key,
                    name=columns.text(row, "analysisname"),
                    kind=_kind_of(columns, row),
                    place=place,
                )
            year = columns.text(row, "studyyear")
            self.studies.setdefault(
                label, ImportedStudy(key=label, label=label, year=year, place=place)
            )
            self._row(columns, place, row, self.outcomes[key], label)

    def _row(
        self, columns: TableColumns, place: Place, row: Row, outcome: ImportedOutcome, study: str
    ) -> None:
        subgroup = columns.text(row, "subgroup")
        if outcome.kind in _ARMS:
            for group, label in (("experimental", outcome.one), ("control", outcome.two)):
                names = {k: name.format(group) for k, name in _ARMS[outcome.kind].items()}
                self.arms.append(
                    ImportedArm(
                        study=study,
                        outcome=outcome.key,
                        subgroup=subgroup,
                        treatment=label or group.capitalize(),
                        values=columns.cells(place, row, names),
                        place=place,
                    )
                )
        elif outcome.kind != "other":
            self._contrast(columns, place, row, outcome, study)
        own = columns.cells(place, row, _OWN)
        kept = {role: _number(cell) for role, cell in own.items() if _number(cell).text}
        if "effect" in kept:
            self.results.append(
                ImportedResult(
                    outcome=outcome.key, subgroup=subgroup, study=study, values=kept, place=place
                )
            )
        note = columns.cell(place, row, "footnotes")
        if note.text:
            self.unread.append(
                UnreadRow(place=note.place, text=note.text, reason="a footnote of the analysis")
            )

    def _contrast(
        self, columns: TableColumns, place: Place, row: Row, outcome: ImportedOutcome, study: str
    ) -> None:
        names = {"effect": "givmean", "se": "givse", "n1": "experimentaln", "n2": "controln"}
        scale: Literal["identity", "log", "ratio"] = "identity"
        if outcome.measure in RATIO_MEASURES:
            scale = "log"
        if outcome.kind == "observed-expected":
            names = {"observed_less_expected": "oe", "variance": "variance"}
            scale = "ratio"
        self.contrasts.append(
            ImportedContrast(
                study=study,
                outcome=outcome.key,
                subgroup=columns.text(row, "subgroup"),
                one=outcome.one,
                two=outcome.two,
                scale=scale,
                values=columns.cells(place, row, names),
                place=place,
            )
        )

    def evidence(self, file: str, *, with_settings: bool) -> ImportedEvidence:
        missing = (
            "The file with the settings was not given: measures and methods are not known, and "
            "the groups are called Experimental and Control."
        )
        return ImportedEvidence(
            file=file,
            format="revman-web",
            told=(
                f"RevMan Web, data package: {len(self.outcomes)} analyses.",
                *(() if with_settings else (missing,)),
            ),
            studies=tuple(self.studies.values()),
            outcomes=tuple(self.outcomes.values()),
            arms=tuple(self.arms),
            contrasts=tuple(self.contrasts),
            results=tuple(self.results),
            unread=tuple(self.unread),
        )


def _number(cell: Cell) -> Cell:
    """Return a cell without what stands for nothing and without a per cent sign."""
    text = cell.text.rstrip("% ")
    return replace(cell, text="" if text.lower() in ("#n/a", "not estimable") else text)


def _kind_of(columns: TableColumns, row: Row) -> OutcomeKind:
    """Tell the kind of data by the cells of a row."""
    if columns.text(row, "experimentalcases"):
        return "events"
    if columns.text(row, "experimentalmean"):
        return "means"
    return "observed-expected" if columns.text(row, "oe") else "effects"
