"""How many of how many: counts as printed, or the one whole number that a percentage fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.notes import Note
from remit.core.percentages import counts_giving
from remit.evidence.data import ArmOutcome, EvidenceBase
from remit.synthesis.cohorts import main_reports, same_patients
from remit.synthesis.data import ProportionSet, SetAside, StudyCount
from remit.synthesis.row_notes import row_note

__all__ = ["Complement", "CountSpec", "count_rows", "row_count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complement:
    """An outcome whose opposite is counted, such as non-responders."""

    outcome: str
    definition: str
    counts_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSpec:
    """Which count is wanted.

    Attributes
    ----------
    outcome, definition, treatment_class : str
        Outcome, its definition, and class of the arm.
    times : tuple of str
        Time labels that qualify, best first: the first that a study has is taken.
    complements : tuple of Complement
        Rows whose opposite is counted.
    """

    outcome: str
    definition: str
    treatment_class: str
    times: tuple[str, ...]
    complements: tuple[Complement, ...] = ()


def row_count(row: ArmOutcome) -> tuple[int, int, tuple[Note, ...]] | str:
    """Return (events, n, notes) of an outcome row, or why there is no count."""
    if row.events is not None and row.n:
        if row.events > row.n:
            return f"{row.events} of {row.n} is printed, more than all"
        return row.events, row.n, ()
    if row.percent is None:
        return "no count and no percentage is printed"
    if not row.n:
        return f"{row.percent:g} % is printed without the number that it is of"
    fitting = counts_giving(row.percent, row.n)
    if len(fitting) != 1:
        found = "no whole number" if not fitting else "more than one whole number"
        return f"{found} of {row.n} is {row.percent:g} %"
    text = (
        f"The count is not printed: {fitting[0]} is the only whole number of {row.n} that "
        f"gives {row.percent:g} %."
    )
    return fitting[0], row.n, (_note(row, text),)


def count_rows(base: EvidenceBase, spec: CountSpec) -> ProportionSet:
    """Collect one count per cohort under one definition.

    Subgroups are added up where their sizes add up to their arm's; otherwise they are set aside.

    Parameters
    ----------
    base : EvidenceBase
        Evidence, without alternative readings.
    spec : CountSpec
        What is wanted.
    """
    rows: list[StudyCount] = []
    aside: list[SetAside] = []
    by_study = _candidates(base, spec)
    mains = main_reports(base, by_study)
    for key, candidates in by_study.items():
        study = base.study(key)
        if mains[key] is not study:
            places = tuple(r.place for r in candidates)
            aside.append(same_patients(study, mains[key], places))
            continue
        found = _one(base, spec, candidates)
        (rows if isinstance(found, StudyCount) else aside).append(found)  # type: ignore[arg-type]
    return ProportionSet(definition=spec.definition, rows=tuple(rows), set_aside=tuple(aside))


def _candidates(base: EvidenceBase, spec: CountSpec) -> dict[str, list[ArmOutcome]]:
    """Return the rows of each study that qualify, all at the study's best time."""
    wanted = {(spec.outcome, spec.definition)} | {
        (c.outcome, c.definition) for c in spec.complements if c.counts_as == spec.definition
    }
    arms = {(a.study, a.arm) for a in base.arms if a.treatment_class == spec.treatment_class}
    by_study: dict[str, list[ArmOutcome]] = {}
    for row in base.outcomes:
        if (
            (row.outcome, row.definition) in wanted
            and row.time_label in spec.times
            and (row.study, row.arm) in arms
        ):
            by_study.setdefault(row.study, []).append(row)
    for key, rows in by_study.items():
        best = min(rows, key=lambda r: spec.times.index(r.time_label)).time_label
        by_study[key] = [r for r in rows if r.time_label == best]
    return by_study


def _one(
    base: EvidenceBase, spec: CountSpec, candidates: Sequence[ArmOutcome]
) -> StudyCount | SetAside:
    study = base.study(candidates[0].study)
    places = tuple(r.place for r in candidates)
    whole = [r for r in candidates if not base.arm(r.study, r.arm).is_subgroup]
    rows = whole[:1] or list(candidates)
    counts = []
    for row in rows:
        count = row_count(row)
        if isinstance(count, str):
            shows = "" if row.percent is None else f"{row.percent:g} %"
            shows += ", number not printed" if not row.n else ""
            return SetAside(
                study=study.study, label=study.label, reason=count, shows=shows, places=places
            )
        counts.append(count)
    events, n = sum(c[0] for c in counts), sum(c[1] for c in counts)
    notes = [note for c in counts for note in c[2]]
    if not whole:
        parent = _parent_size(base, rows)
        if parent != n:
            return SetAside(
                study=study.study,
                label=study.label,
                reason=f"only subgroups are reported, and their {n} are not the whole arm",
                shows="; ".join(f"{c[0]} of {c[1]}" for c in counts),
                places=places,
            )
        parts = " and ".join(f"{c[0]} of {c[1]}" for c in counts)
        notes.append(_note(rows[0], f"Subgroups of the arm added up: {parts}."))
    if rows[0].outcome != spec.outcome:
        notes.append(
            _note(rows[0], f"Counted as the opposite: {events} of {n} were not, {n - events} were.")
        )
        events = n - events
    return StudyCount(
        study=study.study,
        label=study.label,
        events=events,
        n=n,
        unit=rows[0].denominator or "patients",
        columns={"events": str(events), "n": str(n), "unit": rows[0].denominator or "patients"},
        notes=tuple(notes),
        places=places,
    )


def _parent_size(base: EvidenceBase, rows: Sequence[ArmOutcome]) -> int | None:
    """Return the size of the one whole arm with the subgroups' treatment, if there is one."""
    treatment = base.arm(rows[0].study, rows[0].arm).treatment
    parents = [
        a
        for a in base.arms
        if a.study == rows[0].study and a.treatment == treatment and not a.is_subgroup
    ]
    return parents[0].n if len(parents) == 1 else None


def _note(row: ArmOutcome, text: str) -> Note:
    return row_note(row, "converted", text, "arithmetic")
