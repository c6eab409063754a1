"""MetaInsight's files: ``Study``, ``T``, and ``R``, ``N`` or ``Mean``, ``SD``, ``N``.

Layouts as MetaInsight documents them (long: one row for each arm; wide: ``T.1``, ``R.1`` and so
on). A column ``covar.x`` is a covariate. ``rob``, ``rob.x`` and ``indirectness`` hold 1 (low), 2
(some concerns) or 3 (high).
"""

from __future__ import annotations

import re
from dataclasses import replace

from remit.evidence.tables import TextTable
from remit.io.formats.imported import (
    ImportedArm,
    ImportedEvidence,
    ImportedJudgement,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.named_arms import ArmNames, arms_evidence, read_long, read_wide
from remit.io.formats.table_columns import as_table

__all__ = [
    "METAINSIGHT",
    "metainsight_long_table",
    "metainsight_wide_table",
    "read_metainsight_long",
    "read_metainsight_wide",
]

METAINSIGHT = ArmNames(
    study=("study",),
    treatment=("t",),
    values={"events": ("r",), "n": ("n",), "mean": ("mean",), "sd": ("sd",)},
)
_LEVELS = {"1": "low", "2": "some concerns", "3": "high"}
_JUDGED = re.compile(r"rob([. ](?P<domain>.+))?", re.IGNORECASE)


def read_metainsight_wide(table: TextTable) -> ImportedEvidence:
    """Read MetaInsight's wide layout: a row for each study."""
    columns, found, unread = read_wide(table, METAINSIGHT)
    kind: OutcomeKind = "means" if "mean1" in columns else "events"
    words = f"MetaInsight, arms side by side, {_WORDS[kind]}: {_count(len(found))}."
    return _with_judgements(arms_evidence(table, "metainsight-wide", words, found, unread, kind))


def read_metainsight_long(table: TextTable) -> ImportedEvidence:
    """Read MetaInsight's long layout: a row for each arm."""
    columns, found, unread = read_long(table, METAINSIGHT)
    kind: OutcomeKind = "means" if "mean" in columns else "events"
    words = f"MetaInsight, one row for each arm, {_WORDS[kind]}: {_count(len(found))}."
    return _with_judgements(arms_evidence(table, "metainsight-long", words, found, unread, kind))


_WORDS = {"means": "means and SDs", "events": "events and totals"}


def _count(studies: int) -> str:
    return "1 study" if studies == 1 else f"{studies} studies"


def _with_judgements(evidence: ImportedEvidence) -> ImportedEvidence:
    """Take the risk of bias out of the other columns of the studies."""
    studies: list[ImportedStudy] = []
    judgements: list[ImportedJudgement] = []
    for study in evidence.studies:
        facts = dict(study.facts)
        for name, cell in study.facts.items():
            match = _JUDGED.fullmatch(name)
            if match is None or cell.text not in _LEVELS:
                continue
            domain = (match["domain"] or "Overall").replace("_", " ")
            judgements.append(
                ImportedJudgement(
                    study=study.key,
                    domain=domain,
                    judgement=_LEVELS[cell.text],
                    place=cell.place,
                )
            )
            del facts[name]
        studies.append(replace(study, facts=facts))
    said = "Risk of bias: 1 was read as low, 2 as some concerns, 3 as high."
    return replace(
        evidence,
        studies=tuple(studies),
        judgements=tuple(judgements),
        told=(*evidence.told, said) if judgements else evidence.told,
    )


def metainsight_long_table(evidence: ImportedEvidence, outcome: str, file: str) -> TextTable:
    """Return the arms of an outcome in MetaInsight's long layout.

    Parameters
    ----------
    evidence : ImportedEvidence
        With events and totals, or means, SDs and totals.
    outcome : str
        Key of the outcome.
    file : str
        Name of the table.
    """
    roles = _roles(evidence, outcome)
    labels = evidence.labels()
    rows = [
        (labels[a.study], a.treatment, *(_cell(a, role) for role in roles.values()))
        for a in evidence.arms
        if a.outcome == outcome
    ]
    return as_table(file, ("Study", "T", *roles), rows)


def metainsight_wide_table(evidence: ImportedEvidence, outcome: str, file: str) -> TextTable:
    """Return the arms of an outcome in MetaInsight's wide layout, see `metainsight_long_table`."""
    roles = _roles(evidence, outcome)
    studies: dict[str, list[ImportedArm]] = {}
    for arm in evidence.arms:
        if arm.outcome == outcome:
            studies.setdefault(arm.study, []).append(arm)
    most = max((len(arms) for arms in studies.values()), default=2)
    header = ["Study"]
    for number in range(1, max(2, most) + 1):
        header += [f"{name}.{number}" for name in ("T", *roles)]
    labels = evidence.labels()
    rows = []
    for study, arms in studies.items():
        cells = [labels[study]]
        for arm in arms:
            cells += [arm.treatment, *(_cell(arm, role) for role in roles.values())]
        rows.append((*cells, *("NA",) * (len(header) - len(cells))))
    return as_table(file, tuple(header), rows)


def _roles(evidence: ImportedEvidence, outcome: str) -> dict[str, str]:
    if evidence.outcome(outcome).kind == "means":
        return {"Mean": "mean", "SD": "sd", "N": "n"}
    return {"R": "events", "N": "n"}


def _cell(arm: ImportedArm, role: str) -> str:
    cell = arm.values.get(role)
    return cell.text if cell else ""
