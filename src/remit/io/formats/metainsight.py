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
    ImportedEvidence,
    ImportedJudgement,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.named_arms import ArmNames, arms_evidence, read_long, read_wide

__all__ = ["METAINSIGHT", "read_metainsight_long", "read_metainsight_wide"]

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
