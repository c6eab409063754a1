"""RevMan 5 review files (``.rm5``): XML with studies, analyses and their results.

Elements and attributes as RevMan 5 writes them; the Cochrane Library gives the same form as
"statistical data". Dichotomous (``DICH``), continuous (``CONT``), generic inverse variance
(``IV``), and O-E with variance (``IPD``) are read; tables of other data (``OTHER``) hold prose and
are listed as unread.
"""

from __future__ import annotations

import re

from remit.io.formats.effect_scale import printed_scale
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedResult,
    OutcomeKind,
)
from remit.io.formats.plain_xml import Element, read_xml
from remit.io.formats.revman5_studies import Studies, read_judgements, read_studies
from remit.io.formats.revman_words import is_swapped, measure_of, method_of
from remit.io.opened_file import UnreadRow

__all__ = ["read_revman5_xml"]

_KINDS: dict[str, OutcomeKind] = {
    "DICH": "events",
    "CONT": "means",
    "IV": "effects",
    "IPD": "observed-expected",
    "OTHER": "other",
}
_ARM = {
    "events": {"events": "EVENTS", "n": "TOTAL"},
    "means": {"mean": "MEAN", "sd": "SD", "n": "TOTAL"},
}
_CONTRAST = {
    "effects": {"se": "SE", "ci_low": "CI_START", "ci_high": "CI_END"},
    "observed-expected": {"observed_less_expected": "O_E", "variance": "VAR"},
}
_SIZES = {"n1": "TOTAL_1", "n2": "TOTAL_2"}
_RESULT = {
    "effect": "EFFECT_SIZE",
    "ci_low": "CI_START",
    "ci_high": "CI_END",
    "se": "SE",
    "weight": "WEIGHT",
    "q": "CHI2",
    "df": "DF",
    "p_q": "P_CHI2",
    "i2": "I2",
    "tau2": "TAU2",
    "z": "Z",
    "p_z": "P_Z",
    "events1": "EVENTS_1",
    "n1": "TOTAL_1",
    "events2": "EVENTS_2",
    "n2": "TOTAL_2",
}
_BETWEEN = {"q_between": "Q", "p_between": "P_Q", "i2_between": "I2_Q"}
_PROSE = (
    "MAIN_TEXT",
    "SOF_TABLES",
    "ADDITIONAL_TABLES",
    "FIGURES",
    "FEEDBACK",
    "APPENDICES",
    "OTHER_REFERENCES",
)
#: What RevMan puts where nothing was written.
_PLACEHOLDER = re.compile(r"(\[[^\]]*\]\s*)*")
_CUT = 200  # of a passage that is listed as unread


def read_revman5_xml(raw: bytes, file: str) -> ImportedEvidence:
    """Read a RevMan 5 review file.

    Parameters
    ----------
    raw : bytes
        The file.
    file : str
        Its name.

    Returns
    -------
    ImportedEvidence
        Studies, references, judgements, analyses, and the results that the file carries.

    Raises
    ------
    InputError
        If it is no XML, or no RevMan 5 review.
    """
    root = read_xml(raw, file)
    studies = read_studies(root, file)
    reader = _Analyses(file, studies)
    for comparison in root.inside("COMPARISON"):
        reader.comparison(comparison)
    title = next((e.text for e in root.inside("TITLE")), "")
    judgements = read_judgements(root, file, studies)
    return ImportedEvidence(
        file=file,
        format="revman5",
        told=(f"A RevMan 5 review: '{title}'.", *studies.told()),
        studies=studies.all(),
        outcomes=tuple(reader.outcomes),
        arms=tuple(reader.arms),
        contrasts=tuple(reader.contrasts),
        judgements=judgements,
        references=tuple(studies.references),
        results=tuple(reader.results),
        unread=(*studies.unread, *reader.unread, *_prose(root, file)),
    )


class _Analyses:
    """Collects what the analyses of a review hold."""

    def __init__(self, file: str, studies: Studies) -> None:
        self.file = file
        self.studies = studies
        self.outcomes: list[ImportedOutcome] = []
        self.arms: list[ImportedArm] = []
        self.contrasts: list[ImportedContrast] = []
        self.results: list[ImportedResult] = []
        self.unread: list[UnreadRow] = []

    def comparison(self, comparison: Element) -> None:
        number, name = comparison.get("NO"), comparison.child_text("NAME")
        for element in comparison.children:
            kind, _, what = element.tag.partition("_")
            if what == "OUTCOME" and kind in _KINDS:
                self._outcome(element, kind, number, name)

    def _outcome(self, element: Element, prefix: str, number: str, comparison: str) -> None:
        words = element.get("EFFECT_MEASURE") or element.child_text("EFFECT_MEASURE")
        kind = _KINDS[prefix]
        level = element.get("CI_TOTAL")
        usual = {"observed-expected": "Peto", "other": ""}.get(kind, "IV")
        random = element.get("RANDOM")
        key = f"{number}.{element.get('NO')}"
        while any(other.key == key for other in self.outcomes):
            key += " again"
        outcome = ImportedOutcome(
            key=key,
            comparison=comparison,
            name=element.child_text("NAME"),
            kind=kind,
            measure=measure_of(words),
            method=method_of(element.get("METHOD")) or usual,
            model="" if kind == "other" else "random" if random == "YES" else "fixed",
            one=element.child_text("GROUP_LABEL_1"),
            two=element.child_text("GROUP_LABEL_2"),
            favours=(element.child_text("GRAPH_LABEL_1"), element.child_text("GRAPH_LABEL_2")),
            level=float(level) / 100 if re.fullmatch(r"\d\d(\.\d+)?", level) else 0.95,
            swapped=element.get("SWAP_EVENTS") == "YES" or is_swapped(words),
            place=element.place(self.file),
        )
        self.outcomes.append(outcome)
        subgroups = [e for e in element.children if e.tag == f"{prefix}_SUBGROUP"]
        self._result(element, outcome, "", between=bool(subgroups))
        for group in (element, *subgroups):
            name = "" if group is element else group.child_text("NAME")
            if group is not element:
                self._result(group, outcome, name, between=False)
            for row in group.children:
                if row.tag == f"{prefix}_DATA":
                    self._row(row, outcome, name)

    def _cells(self, element: Element, names: dict[str, str]) -> dict[str, Cell]:
        return {
            role: Cell(text=element.get(name), place=element.place(self.file, name))
            for role, name in names.items()
            if name in element.attributes
        }

    def _result(
        self, element: Element, outcome: ImportedOutcome, subgroup: str, *, between: bool
    ) -> None:
        if element.get("ESTIMABLE") == "NO" or not element.get("EFFECT_SIZE"):
            return
        names = _RESULT | (_BETWEEN if between else {})
        values = self._cells(element, names)
        self.results.append(
            ImportedResult(
                outcome=outcome.key,
                subgroup=subgroup,
                values={role: cell for role, cell in values.items() if cell.text},
                place=element.place(self.file),
            )
        )

    def _row(self, row: Element, outcome: ImportedOutcome, subgroup: str) -> None:
        study = self.studies.key_of(row, self.file)
        where = row.place(self.file)
        if outcome.kind == "other":
            reason = f"a table of other data ('{outcome.name}') holds words, not numbers to pool"
            self.unread.append(UnreadRow(place=where, text=row.text[:_CUT], reason=reason))
            return
        if outcome.kind in _ARM:
            for number, label in (("1", outcome.one), ("2", outcome.two)):
                names = {role: f"{name}_{number}" for role, name in _ARM[outcome.kind].items()}
                self.arms.append(
                    ImportedArm(
                        study=study,
                        outcome=outcome.key,
                        subgroup=subgroup,
                        treatment=label or f"Group {number}",
                        values=self._cells(row, names),
                        place=where,
                    )
                )
        else:
            self._contrast(row, outcome, subgroup, study)
        own = self._cells(row, {k: _RESULT[k] for k in ("effect", "ci_low", "ci_high", "weight")})
        own |= self._cells(row, {"se": "SE"}) if outcome.kind in _ARM else {}
        kept = {role: cell for role, cell in own.items() if cell.text}
        if row.get("ESTIMABLE") != "NO" and "effect" in kept:
            self.results.append(
                ImportedResult(
                    outcome=outcome.key, subgroup=subgroup, study=study, values=kept, place=where
                )
            )

    def _contrast(self, row: Element, outcome: ImportedOutcome, subgroup: str, study: str) -> None:
        values = self._cells(row, _CONTRAST[outcome.kind] | _SIZES)
        as_log = "ESTIMATE" in row.attributes
        if outcome.kind == "effects":
            # ESTIMATE is what was typed, a logarithm for ratios; EFFECT_SIZE is what is drawn
            values |= self._cells(row, {"effect": "ESTIMATE" if as_log else "EFFECT_SIZE"})
            scale = printed_scale(
                values | self._cells(row, {"effect": "EFFECT_SIZE"}), outcome.measure
            )
        else:
            scale = "ratio"
        self.contrasts.append(
            ImportedContrast(
                study=study,
                outcome=outcome.key,
                subgroup=subgroup,
                one=outcome.one,
                two=outcome.two,
                scale="log" if as_log and scale == "ratio" else scale,
                values=values,
                place=row.place(self.file),
            )
        )


def _prose(root: Element, file: str) -> list[UnreadRow]:
    """List the passages of text that a review has beside its data."""
    reason = "text of the review, which has no table"
    return [
        UnreadRow(place=part.place(file), text=part.text[:_CUT], reason=reason)
        for part in root.children
        if part.tag in _PROSE and not _PLACEHOLDER.fullmatch(_written(part))
    ]


def _written(element: Element) -> str:
    """Return the text of an element without the names that RevMan gives its parts."""
    return " ".join(p.text for p in element.inside("P", "TD", "CAPTION", "LI"))
