"""Risk-of-bias sheets in the layout of robvis: ``Study``, ``D1`` ..., ``Overall``, ``Weight``.

The domains of RoB 2, RoB 2 for cluster trials (with ``D1b``), ROBINS-I and RoB 1 are those that
robvis names. Columns are found by their names: ``Overall`` and ``Weight`` may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from remit.evidence.tables import TextTable
from remit.io.formats.imported import Cell, ImportedEvidence, ImportedJudgement, ImportedStudy
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.formats.table_columns import TableColumns
from remit.io.opened_file import UnreadRow

__all__ = ["JUDGEMENTS", "domain_columns", "read_robvis", "tool_of"]

_ROB2 = {
    "d1": "Bias arising from the randomization process",
    "d2": "Bias due to deviations from intended interventions",
    "d3": "Bias due to missing outcome data",
    "d4": "Bias in measurement of the outcome",
    "d5": "Bias in selection of the reported result",
}
_CLUSTER = _ROB2 | {
    "d1b": "Bias arising from the timing of identification and recruitment of participants",
}
_ROBINS = {
    "d1": "Bias due to confounding",
    "d2": "Bias due to selection of participants",
    "d3": "Bias in classification of interventions",
    "d4": "Bias due to deviations from intended interventions",
    "d5": "Bias due to missing data",
    "d6": "Bias in measurement of outcomes",
    "d7": "Bias in selection of the reported result",
}
_ROB1 = {
    "d1": "Random sequence generation",
    "d2": "Allocation concealment",
    "d3": "Blinding of participants and personnel",
    "d4": "Blinding of outcome assessment",
    "d5": "Incomplete outcome data",
    "d6": "Selective reporting",
    "d7": "Other sources of bias",
}
_TOOLS = {"RoB 2": _ROB2, "RoB 2 cluster": _CLUSTER, "ROBINS-I": _ROBINS, "RoB 1": _ROB1}
#: Judgements by what may stand in a cell, in small letters.
JUDGEMENTS = {
    "l": "low", "low": "low", "low risk": "low", "low risk of bias": "low",
    "s": "some concerns", "some concerns": "some concerns", "some": "some concerns",
    "h": "high", "high": "high", "high risk": "high", "high risk of bias": "high",
    "u": "unclear", "unclear": "unclear", "unclear risk": "unclear",
    "unclear risk of bias": "unclear",
    "m": "moderate", "moderate": "moderate", "serious": "serious",
    "c": "critical", "critical": "critical", "very high": "very high",
    "n": "no information", "ni": "no information", "no information": "no information",
    "na": "not applicable", "n/a": "not applicable", "not applicable": "not applicable",
}  # fmt: skip
_DOMAIN = re.compile(r"d\d+[ab]?")


def domain_columns(columns: TableColumns) -> list[str]:
    """Return the plain names of the columns ``D1``, ``D1b`` and so on, in the file's order."""
    return [plain for plain in columns.others(()) if _DOMAIN.fullmatch(plain)]


def tool_of(domains: Sequence[str], judgements: set[str]) -> str:
    """Tell the tool by its domains and words; empty where several would fit.

    ``d1b`` is of cluster trials; serious, moderate or critical are words of ROBINS-I; some
    concerns with five domains is RoB 2; unclear, or seven domains without words of ROBINS-I, is
    RoB 1.
    """
    if "d1b" in domains:
        return "RoB 2 cluster"
    if judgements & {"serious", "moderate", "critical"}:
        return "ROBINS-I" if set(domains) == set(_ROBINS) else ""
    if set(domains) == set(_ROB2) and "unclear" not in judgements:
        return "RoB 2"
    return "RoB 1" if set(domains) == set(_ROB1) else ""


def read_robvis(table: TextTable) -> ImportedEvidence:
    """Read a sheet of judgements: a row for each study, a column for each domain."""
    columns = TableColumns(table)
    domains = domain_columns(columns)
    study = columns.first("study", "studlab", "studyid") or ""
    judged = [*domains, *(["overall"] if "overall" in columns else [])]
    used = {study, *judged}
    words = {
        JUDGEMENTS.get(columns.text(row, plain).lower(), "")
        for _, row in columns.rows()
        for plain in judged
    }
    tool = tool_of(domains, words - {""})
    names = _TOOLS.get(tool, {})
    labels = [columns.text(row, study) or f"row {p.row}" for p, row in columns.rows()]
    studies, judgements, unread = [], [], []
    for label, (place, row) in zip(told_apart(labels), columns.rows(), strict=True):
        facts = {
            columns.names[plain]: cell
            for plain in columns.others(used)
            if (cell := columns.cell(place, row, plain)).text
        }
        studies.append(ImportedStudy(key=label, label=label, facts=facts, place=place))
        for plain in judged:
            cell = Cell(text=columns.text(row, plain), place=place.at(columns.names[plain]))
            word = JUDGEMENTS.get(cell.text.lower())
            if word is not None:
                judgements.append(
                    ImportedJudgement(
                        study=label,
                        tool=tool,
                        domain="Overall" if plain == "overall" else names.get(plain, plain.upper()),
                        judgement=word,
                        place=cell.place,
                    )
                )
            elif cell.text:
                reason = "no judgement that is known, such as Low, Some concerns or High"
                unread.append(UnreadRow(place=cell.place, text=cell.text, reason=reason))
    said = f"A risk-of-bias sheet ({tool or 'tool not recognised'}), {len(domains)} domains"
    return ImportedEvidence(
        file=table.file,
        format="robvis",
        told=(f"{said}: {len(studies)} studies.", *twins_sentence(labels)),
        studies=tuple(studies),
        judgements=tuple(judgements),
        unread=tuple(unread),
    )
