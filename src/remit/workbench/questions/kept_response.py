"""Responses that were looked at again after a course, with every denominator that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.percentages import counts_giving
from remit.evidence.data import Arm, ArmOutcome, Study
from remit.synthesis.cohorts import main_reports
from remit.synthesis.counts import row_count
from remit.workbench.bench import Bench
from remit.workbench.questions.forests import share_text

__all__ = ["HOURS_A_DAY", "KeptResponse", "Reading", "Spec", "kept_responses", "unseen_bounds"]

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Which rows tell of a response that lasts, and which of the response it began with.

    Attributes
    ----------
    sustained, acute : tuple of str
        Outcomes of a lasting response, and of the response at the end of a course.
    acute_end : tuple of str
        Time labels of the end of a course, best first.
    timed_responders : tuple of str
        Time labels at which an acute outcome was counted after the course.
    use : tuple of str
        Uses of the treatment's studies.
    mean_outcome, mean_baseline, mean_end
        Scores from which a return to baseline can be read.
    compare_classes : tuple of str
        Other classes of arm to show beside the treatment.
    other : tuple of str
        Outcomes that tell of duration in another way, such as days until recurrence.
    """

    sustained: tuple[str, ...]
    acute: tuple[str, ...]
    acute_end: tuple[str, ...]
    timed_responders: tuple[str, ...]
    use: tuple[str, ...]
    mean_outcome: str
    mean_baseline: tuple[str, ...]
    mean_end: tuple[str, ...]
    compare_classes: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a percentage without a denominator: so many of so many.

    Attributes
    ----------
    percent : float
        As printed.
    events, n : int
        The whole count that fits, and the denominator that it is of.
    of : str
        ``treated`` or ``responders``.
    """

    percent: float
    events: int
    n: int
    of: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptResponse:
    """A lasting response of one cohort at one time.

    Attributes
    ----------
    study : Study
        The cohort's main report.
    treatment, treatment_class : str
        Of the arm.
    definition, time : str
        In words.
    days : float or None
        Days since the course.
    printed : str
        What the report prints.
    events : int or None
        Patients still better; None where only a percentage without a denominator is printed.
    treated, responders, attenders : int or None
        The three denominators, as far as they are known.
    readings : tuple of Reading
        Where ``events`` is None, every whole count that a printed percentage fits.
    rows : tuple of ArmOutcome
        The rows behind it.
    """

    study: Study
    treatment: str
    treatment_class: str
    definition: str
    time: str
    days: float | None
    printed: str
    events: int | None
    treated: int | None
    responders: int | None
    attenders: int | None
    readings: tuple[Reading, ...]
    rows: tuple[ArmOutcome, ...]

    @property
    def share(self) -> float | None:
        """Share of all treated still better; the smallest reading where several are possible."""
        if not self.treated:
            return None
        if self.events is not None:
            return self.events / self.treated
        return min((r.events / self.treated for r in self.readings), default=None)


def kept_responses(bench: Bench, spec: Spec) -> list[KeptResponse]:
    """Collect the lasting responses, one report per cohort: the treatment first, then by time."""
    classes = {bench.settings.treatment_class, *spec.compare_classes}
    base = bench.with_use(spec.use)
    groups: dict[tuple[str, str, str], list[ArmOutcome]] = {}
    for row in base.outcomes:
        lasting = row.outcome in spec.sustained or (
            row.outcome in spec.acute and row.time_label in spec.timed_responders
        )
        if lasting and base.arm(row.study, row.arm).treatment_class in classes:
            key = (row.study, row.definition or row.outcome, row.time_label)
            groups.setdefault(key, []).append(row)
    mains = main_reports(base, (key[0] for key in groups))
    kept = [
        _one(bench, spec, rows) for key, rows in groups.items() if mains[key[0]].study == key[0]
    ]
    return sorted(
        kept,
        key=lambda k: (
            k.treatment_class != bench.settings.treatment_class,
            k.days is None,
            k.days or 0,
        ),
    )


def _one(bench: Bench, spec: Spec, rows: Sequence[ArmOutcome]) -> KeptResponse:
    row = rows[0]
    study, arm = bench.base.study(row.study), _whole_arm(bench, row)
    counts = [row_count(r) for r in rows]
    known = [c for c in counts if not isinstance(c, str)]
    whole = len(known) == len(rows)
    events = sum(c[0] for c in known) if whole else None
    n = sum(c[1] for c in known) if whole else None
    responders = _acute_responders(bench, spec, row.study)
    treated = n if row.denominator not in {"responders", "attenders"} and n else arm.n
    attenders = n if row.denominator == "attenders" else None
    readings = () if events is not None else _readings(bench, row, treated, responders)
    printed = share_text(events, n) if events is not None and n else f"{row.percent or 0:g} %"
    return KeptResponse(
        study=study,
        treatment=arm.treatment,
        treatment_class=arm.treatment_class,
        definition=bench.settings.word(row.definition or row.outcome),
        time=bench.settings.word(row.time_label),
        days=row.time_h / HOURS_A_DAY if row.time_h else None,
        printed=printed,
        events=events,
        treated=treated,
        responders=responders,
        attenders=attenders,
        readings=readings,
        rows=tuple(rows),
    )


def _whole_arm(bench: Bench, row: ArmOutcome) -> Arm:
    """Return the arm of a row, or the whole arm of which the row's arm is a subgroup."""
    arm = bench.base.arm(row.study, row.arm)
    if not arm.is_subgroup:
        return arm
    for other in bench.base.arms:
        same = other.study == arm.study and other.treatment == arm.treatment
        if same and not other.is_subgroup:
            return other
    return arm


def _acute_responders(bench: Bench, spec: Spec, study: str) -> int | None:
    """Return the printed number of responders at the end of the course, if there is one."""
    for label in spec.acute_end:
        for row in bench.base.outcomes:
            if row.study == study and row.outcome in spec.acute and row.time_label == label:
                return row.events
    return None


def _readings(
    bench: Bench, row: ArmOutcome, treated: int | None, responders: int | None
) -> tuple[Reading, ...]:
    """List the whole counts that this percentage, and alternative readings of it, fit."""
    found = []
    for other in bench.scoped.outcomes:
        same = (other.study, other.arm, other.outcome, other.time_label, other.definition)
        if same != (row.study, row.arm, row.outcome, row.time_label, row.definition):
            continue
        if other.percent is None or other.events is not None:
            continue
        for name, n in (("treated", treated), ("responders", responders)):
            if n is None or (other.denominator == "responders" and name == "treated"):
                continue
            found += [
                Reading(percent=other.percent, events=c, n=n, of=name)
                for c in counts_giving(other.percent, n)
            ]
    return tuple(found)


def unseen_bounds(kept: KeptResponse) -> tuple[float, float] | None:
    """Return the share of all treated if every patient not seen again had lost, or kept, it.

    Where the number seen again is not printed, anyone who responded at the end of the course and
    is not among those still better may have gone unseen. Where only a percentage is printed, the
    ends are its smallest and largest reading. None where nothing is known of the unseen.
    """
    if not kept.treated:
        return None
    if kept.events is None:
        shares = [r.events / kept.treated for r in kept.readings]
        return (min(shares), max(shares)) if shares else None
    worst = kept.events / kept.treated
    if kept.attenders is not None:
        return worst, (kept.events + kept.treated - kept.attenders) / kept.treated
    if kept.responders is not None and kept.responders > kept.events:
        return worst, kept.responders / kept.treated
    return None
