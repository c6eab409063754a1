"""Patients count once: one report per cohort."""

from __future__ import annotations

from collections.abc import Iterable

from remit.core.place import Place
from remit.evidence.data import EvidenceBase, Study
from remit.synthesis.data import SetAside

__all__ = ["main_reports", "same_patients"]


def main_reports(base: EvidenceBase, studies: Iterable[str]) -> dict[str, Study]:
    """Choose, for each cohort, the report that counts.

    The report after which the cohort is named counts if it is among ``studies``; otherwise the
    one with the most patients, and among equals the first of the table.

    Parameters
    ----------
    base : EvidenceBase
        Evidence.
    studies : iterable of str
        Studies that answer the question at hand.

    Returns
    -------
    dict
        For every study of ``studies``, the report that counts for its cohort.
    """
    wanted = set(studies)
    by_cohort: dict[str, list[Study]] = {}
    for study in base.studies:
        if study.study in wanted:
            by_cohort.setdefault(study.cohort, []).append(study)
    chosen: dict[str, Study] = {}
    for cohort, reports in by_cohort.items():
        named = [s for s in reports if s.study == cohort]
        main = named[0] if named else max(reports, key=lambda s: s.n_analysed or 0)
        chosen.update({s.study: main for s in reports})
    return chosen


def same_patients(study: Study, main: Study, places: tuple[Place, ...] = ()) -> SetAside:
    """Set a report aside whose patients count with the cohort's main report.

    Parameters
    ----------
    study, main : Study
        The report, and the one that counts.
    places : tuple of Place
        Rows that are not used; by default the row of the study.
    """
    return SetAside(
        study=study.study,
        label=study.label,
        reason=f"reports patients of {main.label}, who count once",
        places=places or (study.place,),
    )
