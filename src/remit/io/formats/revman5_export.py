"""RevMan 5's data export: a row for each comparison, analysis, subgroup and study.

RevMan writes it by ``File``, ``Export``, ``Data and analyses``, with its own results in the rows of
analyses, subgroups and studies. The columns are those that it offers in its wizard (37 without O-E
and variance); any may be missing except the numbers of comparison and outcome, the name and the
data type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.formats.effect_scale import printed_scale
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
from remit.io.formats.revman_words import is_swapped, measure_of, method_of, model_of
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.formats.table_columns import TableColumns
from remit.io.opened_file import UnreadRow

__all__ = ["EXPORT_HEADER", "read_revman5_export"]

#: The columns of an export with everything, in RevMan's order.
EXPORT_HEADER = (
    "Comparison Number", "Outcome Number", "Subgroup Number", "Name", "Data Type",
    "Statistical Method", "Effect Measure", "Analysis Model", "Events 1", "Mean 1", "SD 1",
    "Total 1", "Events 2", "Mean 2", "SD 2", "Total 2", "O-E", "Variance", "Effect Estimate",
    "SE", "CI Start", "CI End", "Weight", "Q", "P(Q)", "I²(Q)", "Tau²", "Z", "P(Z)", "Qint",
    "P(Qint)", "I²(Qint)", "df", "Group Label 1", "Group Label 2", "Left Graph Label",
    "Right Graph Label", "Year of study", "User defined order",
)  # fmt: skip
_KINDS: dict[str, OutcomeKind] = {
    "DIC": "events",
    "CON": "means",
    "IPD": "observed-expected",
    "IV": "effects",
    "OTH": "other",
}
_ARMS = {
    "events": {"events": "events", "n": "total"},
    "means": {"mean": "mean", "sd": "sd", "n": "total"},
}
_OWN = {
    "effect": "effectestimate",
    "se": "se",
    "ci_low": "cistart",
    "ci_high": "ciend",
    "weight": "weight",
}
_POOLED = {
    "q": "q",
    "p_q": "pq",
    "i2": "iq",
    "tau2": "tau",
    "z": "z",
    "p_z": "pz",
    "df": "df",
    "events1": "events1",
    "n1": "total1",
    "events2": "events2",
    "n2": "total2",
}
_BETWEEN = {"q_between": "qint", "p_between": "pqint", "i2_between": "iqint"}
Row = tuple[str, ...]


def read_revman5_export(table: TextTable) -> ImportedEvidence:
    """Read RevMan 5's data export.

    Parameters
    ----------
    table : TextTable
        The file.

    Returns
    -------
    ImportedEvidence
        The analyses with RevMan's results. A study that is named twice in one place of one
        analysis becomes two.
    """
    reader = _Export(TableColumns(table))
    for place, row in reader.columns.rows():
        reader.row(place, row)
    return reader.evidence(table.file)


class _Export:
    """Reads row after row, remembering the headings above."""

    def __init__(self, columns: TableColumns) -> None:
        self.columns = columns
        self.comparisons: dict[str, str] = {}
        self.outcomes: dict[str, ImportedOutcome] = {}
        self.current: dict[str, str] = {}
        self.subgroups: dict[tuple[str, str], str] = {}
        self.studies: dict[tuple[str, str, int], Place] = {}
        self.seen: Counter[tuple[str, str, str, str]] = Counter()
        self.arms: list[ImportedArm] = []
        self.contrasts: list[ImportedContrast] = []
        self.results: list[ImportedResult] = []
        self.unread: list[UnreadRow] = []

    def row(self, place: Place, row: Row) -> None:
        text = self.columns.text
        comparison, number = text(row, "comparisonnumber"), text(row, "outcomenumber")
        subgroup, name = text(row, "subgroupnumber"), text(row, "name")
        key = self.current.get(f"{comparison}.{number}", f"{comparison}.{number}")
        if text(row, "datatype"):
            self._outcome(place, row, f"{comparison}.{number}", comparison)
        elif number in ("", "0"):
            self.comparisons[comparison] = name
        elif key not in self.outcomes:
            self._not_read(place, row, "no heading of its analysis stands above it")
        elif self._heads_a_subgroup(row, key, subgroup):
            self.subgroups[key, subgroup] = name
            self._result(place, row, key, name, between=False)
        else:
            self._study(place, row, self.outcomes[key], subgroup)

    def _not_read(self, place: Place, row: Row, reason: str) -> None:
        shown = ", ".join(cell for cell in row if cell)
        self.unread.append(UnreadRow(place=place, text=shown, reason=reason))

    def _heads_a_subgroup(self, row: Row, key: str, subgroup: str) -> bool:
        """Tell whether a row is the first of its subgroup and has no place in an order."""
        first = subgroup not in ("", "0") and (key, subgroup) not in self.subgroups
        own = self.columns.text(row, "se") or self.columns.text(row, "userdefinedorder")
        return first and (bool(self.columns.text(row, "q")) or not own)

    def _outcome(self, place: Place, row: Row, key: str, comparison: str) -> None:
        text = self.columns.text
        words, spot = text(row, "effectmeasure"), key
        while key in self.outcomes:  # a number that heads a second analysis
            key += " again"
        self.current[spot] = key
        kind = _KINDS.get(text(row, "datatype").upper(), "other")
        self.outcomes[key] = ImportedOutcome(
            key=key,
            comparison=self.comparisons.get(comparison, ""),
            name=text(row, "name"),
            kind=kind,
            measure=measure_of(words),
            method=method_of(text(row, "statisticalmethod")),
            model=model_of(text(row, "analysismodel")),
            one=text(row, "grouplabel1"),
            two=text(row, "grouplabel2"),
            favours=(text(row, "leftgraphlabel"), text(row, "rightgraphlabel")),
            swapped=is_swapped(words),
            place=place,
        )
        self._result(place, row, key, "", between=True)

    def _result(self, place: Place, row: Row, key: str, subgroup: str, *, between: bool) -> None:
        names = _OWN | _POOLED | (_BETWEEN if between else {})
        values = self.columns.cells(place, row, names)
        kept = {role: cell for role, cell in values.items() if cell.text}
        if "effect" in kept:
            self.results.append(
                ImportedResult(outcome=key, subgroup=subgroup, values=kept, place=place)
            )

    def _key_of(self, place: Place, row: Row, outcome: str, subgroup: str) -> str:
        """Return the key of the study: its name and year, and which of its namesakes it is."""
        name, year = self.columns.text(row, "name"), self.columns.text(row, "yearofstudy")
        spot = (outcome, subgroup, name, year)
        which = self.seen[spot]
        self.seen[spot] += 1
        self.studies.setdefault((name, year, which), place)
        return "\t".join((name, year, str(which)))

    def _study(self, place: Place, row: Row, outcome: ImportedOutcome, number: str) -> None:
        if outcome.kind == "other":
            self._not_read(place, row, "a table of other data holds words, not numbers to pool")
            return
        study = self._key_of(place, row, outcome.key, number)
        subgroup = self.subgroups.get((outcome.key, number), "")
        own = self.columns.cells(place, row, _OWN)
        if outcome.kind in _ARMS:
            for group, label in (("1", outcome.one), ("2", outcome.two)):
                names = {role: f"{name}{group}" for role, name in _ARMS[outcome.kind].items()}
                self.arms.append(
                    ImportedArm(
                        study=study,
                        outcome=outcome.key,
                        subgroup=subgroup,
                        treatment=label or f"Group {group}",
                        values=self.columns.cells(place, row, names),
                        place=place,
                    )
                )
        else:
            self._contrast(place, row, outcome, study, subgroup, own)
        kept = {role: cell for role, cell in own.items() if cell.text}
        if "effect" in kept:
            self.results.append(
                ImportedResult(
                    outcome=outcome.key, subgroup=subgroup, study=study, values=kept, place=place
                )
            )

    def _contrast(
        self,
        place: Place,
        row: Row,
        outcome: ImportedOutcome,
        study: str,
        subgroup: str,
        own: dict[str, Cell],
    ) -> None:
        sizes = self.columns.cells(place, row, {"n1": "total1", "n2": "total2"})
        values = own
        if outcome.kind == "observed-expected":
            names = {"observed_less_expected": "oe", "variance": "variance"}
            values = self.columns.cells(place, row, names)
        self.contrasts.append(
            ImportedContrast(
                study=study,
                outcome=outcome.key,
                subgroup=subgroup,
                one=outcome.one,
                two=outcome.two,
                scale="ratio"
                if outcome.kind == "observed-expected"
                else printed_scale(own, outcome.measure),
                values=values | sizes,
                place=place,
            )
        )

    def evidence(self, file: str) -> ImportedEvidence:
        """Return everything that was read."""
        names = [name for name, _, _ in self.studies]
        keys = list(_keys(self.studies))
        studies = tuple(
            ImportedStudy(key=key, label=label, year=year, place=place)
            for key, label, (_, year, _), place in zip(
                keys, told_apart(names), self.studies, self.studies.values(), strict=True
            )
        )
        analyses = len(self.outcomes)
        words = "1 analysis" if analyses == 1 else f"{analyses} analyses"
        return ImportedEvidence(
            file=file,
            format="revman5-export",
            told=(f"RevMan 5's data export: {words}.", *twins_sentence(names)),
            studies=studies,
            outcomes=tuple(self.outcomes.values()),
            arms=tuple(self.arms),
            contrasts=tuple(self.contrasts),
            results=tuple(self.results),
            unread=tuple(self.unread),
        )


def _keys(studies: Iterable[tuple[str, str, int]]) -> Iterable[str]:
    for name, year, which in studies:
        yield "\t".join((name, year, str(which)))
