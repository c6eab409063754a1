"""Data for netmeta's ``pairwise()``: wide and long arms, and the comparisons that it returns.

Arms take the names of its arguments and of its examples: ``treat``, ``event``, ``n``, ``mean``,
``sd``, ``time``, ``studlab``, and ``Treatment1``, ``y1``, ``sd1``, ``n1`` (Franchini 2012).
Comparisons are ``studlab``, ``treat1``, ``treat2``, ``TE``, ``seTE``.
"""

from __future__ import annotations

from collections.abc import Sequence

from remit.evidence.tables import TextTable
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.named_arms import OUTCOME, ArmNames, arms_evidence, read_long, read_wide
from remit.io.formats.table_columns import TableColumns, as_table
from remit.io.formats.treatment_network import network_sentences

__all__ = [
    "NETMETA",
    "netmeta_long_table",
    "read_netmeta_comparisons",
    "read_netmeta_long",
    "read_netmeta_wide",
]

NETMETA = ArmNames(
    study=("studlab", "study", "studyid", "author", "trial", "id"),
    treatment=("treatment", "treat", "trt", "arm", "t"),
    values={
        "events": ("event", "events", "responders", "r"),
        "n": ("n", "total", "samplesize", "ss"),
        "mean": ("mean", "y"),
        "sd": ("sd", "stddev"),
        "person_time": ("time", "persontime", "exposure", "years"),
    },
)
_WORDS = {
    "means": "means and SDs",
    "events": "events and totals",
    "rates": "events and person-time",
}


def read_netmeta_wide(table: TextTable) -> ImportedEvidence:
    """Read arms side by side: a row for each study."""
    columns, found, unread = read_wide(table, NETMETA)
    kind = _kind(columns, "1")
    words = f"netmeta, arms side by side, {_WORDS[kind]}: {len(found)} studies."
    return arms_evidence(table, "netmeta-wide", words, found, unread, kind)


def read_netmeta_long(table: TextTable) -> ImportedEvidence:
    """Read one row for each arm."""
    columns, found, unread = read_long(table, NETMETA)
    kind = _kind(columns, "")
    words = f"netmeta, one row for each arm, {_WORDS[kind]}: {len(found)} studies."
    return arms_evidence(table, "netmeta-long", words, found, unread, kind)


def _kind(columns: TableColumns, number: str) -> OutcomeKind:
    def has(role: str) -> bool:
        return bool(columns.first(*(f"{stem}{number}" for stem in NETMETA.values[role])))

    if has("mean") and has("sd"):
        return "means"
    return "rates" if has("person_time") and not has("n") else "events"


def read_netmeta_comparisons(table: TextTable) -> ImportedEvidence:
    """Read one row for each comparison: ``treat1`` against ``treat2``, ``TE`` with ``seTE``.

    The scale of the effects is that of the file, which does not name it.
    """
    columns = TableColumns(table)
    study = columns.first(*NETMETA.study)
    used = {study, "treat1", "treat2", "te", "sete", "n1", "n2"}
    names = {"effect": "te", "se": "sete", "n1": "n1", "n2": "n2"}
    studies: dict[str, ImportedStudy] = {}
    contrasts = []
    for place, row in columns.rows():
        label = columns.text(row, study) or f"row {place.row}"
        if label not in studies:
            kept = {
                columns.names[plain]: cell
                for plain in columns.others(used)
                if (cell := columns.cell(place, row, plain)).text
            }
            studies[label] = ImportedStudy(key=label, label=label, facts=kept, place=place)
        contrasts.append(
            ImportedContrast(
                study=label,
                outcome=OUTCOME,
                one=columns.text(row, "treat1"),
                two=columns.text(row, "treat2"),
                values=columns.cells(place, row, names),
                place=place,
            )
        )
    pairs = [(c.one, c.two) for c in contrasts]
    words = f"netmeta, one row for each comparison: {len(studies)} studies."
    return ImportedEvidence(
        file=table.file,
        format="netmeta-comparisons",
        told=(words, *network_sentences(pairs), *_shared_arms(contrasts)),
        studies=tuple(studies.values()),
        outcomes=(ImportedOutcome(key=OUTCOME, kind="effects", place=table.place()),),
        contrasts=tuple(contrasts),
    )


def _shared_arms(contrasts: Sequence[ImportedContrast]) -> list[str]:
    """Say which studies compare several treatments with one without all their comparisons.

    Two effects against the same arm have a covariance, the variance of that arm, which is at most
    the smaller of their own variances; the comparison of the other two arms gives it.
    """
    by_study: dict[str, list[ImportedContrast]] = {}
    for contrast in contrasts:
        by_study.setdefault(contrast.study, []).append(contrast)
    told = []
    for study, mine in by_study.items():
        arms = {side for c in mine for side in (c.one, c.two)}
        if len(mine) < 2 or len(mine) >= len(arms) * (len(arms) - 1) / 2:
            continue
        shared = [a for a in sorted(arms) if all(a in (c.one, c.two) for c in mine)]
        errors = [number_of(c.values.get("se")) for c in mine]
        least = min((e for e in errors if e is not None), default=None)
        at_most = "" if least is None else f", at most {least**2:.4g}"
        told.append(
            f"{study}: {len(mine)} comparisons of {len(arms)} arms. To pool them together the "
            f"variance of the arm they share ({', '.join(shared) or 'none by all'}{at_most}) or "
            "the missing comparison is needed."
        )
    return told


def netmeta_long_table(evidence: ImportedEvidence, outcome: str, file: str) -> TextTable:
    """Return the arms of an outcome, one to a row, by the names of ``pairwise()``'s arguments.

    Parameters
    ----------
    evidence : ImportedEvidence
        With arms.
    outcome : str
        Key of the outcome.
    file : str
        Name of the table.
    """
    means = evidence.outcome(outcome).kind == "means"
    roles = ("mean", "sd", "n") if means else ("events", "n")
    names = ("mean", "sd", "n") if means else ("event", "n")
    labels = evidence.labels()
    rows = [
        (
            labels[arm.study],
            arm.treatment,
            *(arm.values[role].text if role in arm.values else "" for role in roles),
        )
        for arm in evidence.arms
        if arm.outcome == outcome
    ]
    return as_table(file, ("studlab", "treat", *names), rows)
