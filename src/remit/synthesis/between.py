"""Differences between arms, as printed or worked out from what each arm reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.core.checks import check_choice
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.place import Place
from remit.evidence.data import Arm, ArmOutcome, Contrast, EvidenceBase, Scale, Study
from remit.synthesis.arm_means import (
    USUAL_READING,
    ArmMean,
    ArmReading,
    arm_mean,
    scale_factor,
    scale_words,
    target_scale,
    welch_df,
)
from remit.synthesis.cohorts import main_reports, same_patients
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.exits import number_text
from remit.synthesis.median_readings import failure_note, failure_reason
from remit.synthesis.printed_differences import from_contrast
from remit.synthesis.without_effect import contrast_words, outcome_words, two_readings

__all__ = ["BetweenSpec", "between_effects"]

UNREPORTED = {"registered", "unpublished"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenSpec:
    """Which difference is wanted.

    Attributes
    ----------
    outcome : str
        Outcome code.
    treatment_class, comparator_class : str
        Classes of the two arms; the effect is treatment minus comparator.
    time_h : (float, float)
        Window in hours from the start of treatment.
    scale : str
        Scale to which all are brought.
    reading : ArmReading
        How the numbers of an arm are read where a report leaves room.
    time : str
        Which time in the window is taken: ``latest`` or ``earliest``.
    prefer : str
        Which of an arm's means is taken where both are printed: ``change`` from baseline, or
        ``value`` at the time.
    """

    outcome: str
    treatment_class: str
    comparator_class: str
    time_h: tuple[float, float]
    scale: str
    reading: ArmReading = USUAL_READING
    time: str = "latest"
    prefer: str = "change"

    def __post_init__(self) -> None:
        check_choice("time", self.time, ("latest", "earliest"))
        check_choice("prefer", self.prefer, ("change", "value"))

    def order(self, time_h: float | None) -> float:
        """Return a key by which times sort, the wanted one first."""
        sign = -1.0 if self.time == "latest" else 1.0
        return sign * (time_h or 0.0)


def between_effects(base: EvidenceBase, spec: BetweenSpec) -> EffectSet:
    """Collect one difference in means (MD) per cohort.

    In this order: the printed difference with its standard error, interval or exact p; the
    means (or medians with quartiles) of both arms at the same time. What is left, a p value or a
    direction alone, a plus-minus of unnamed kind, or no score at all, is set aside and shown.

    Parameters
    ----------
    base : EvidenceBase
        Evidence, without alternative readings.
    spec : BetweenSpec
        What is wanted.

    Returns
    -------
    EffectSet
        Measure ``MD``; negative favours the treatment where lower is better.

    Raises
    ------
    SpecError
        If the base has no such scale, or it has no bounds.
    """
    target = target_scale(base, spec.scale)
    rows: list[StudyEffect] = []
    aside: list[SetAside] = []
    pairs = _pairs(base, spec)
    mains = main_reports(base, (study.study for study, _, _ in pairs))
    for study, treated, control in pairs:
        if mains[study.study] is not study:
            aside.append(same_patients(study, mains[study.study]))
            continue
        found = _one(base, spec, target, study, treated, control)
        if isinstance(found, StudyEffect):
            rows.append(found)
        else:
            aside.append(found)
    return EffectSet(
        measure="MD",
        unit=scale_words(target),
        rows=tuple(rows),
        set_aside=tuple(aside),
    )


def _pairs(base: EvidenceBase, spec: BetweenSpec) -> list[tuple[Study, Arm, Arm]]:
    """List the studies with a reported result that have an arm of either class."""
    found = []
    for study in base.studies:
        if study.status in UNREPORTED:
            continue
        arms = [a for a in base.arms if a.study == study.study and not a.is_subgroup]
        treated = [a for a in arms if a.treatment_class == spec.treatment_class]
        control = [a for a in arms if a.treatment_class == spec.comparator_class]
        if treated and control:
            found.append((study, treated[0], control[0]))
    return found


def _one(
    base: EvidenceBase, spec: BetweenSpec, target: Scale, study: Study, treated: Arm, control: Arm
) -> StudyEffect | SetAside:
    low, high = spec.time_h
    contrasts = [
        c
        for c in base.contrasts
        if (c.study, c.outcome) == (study.study, spec.outcome)
        and {c.arm_a, c.arm_b} == {treated.arm, control.arm}
        and c.time_h is not None
        and low <= c.time_h <= high
    ]
    contrasts.sort(key=lambda c: spec.order(c.time_h))
    for contrast in contrasts:
        effect = from_contrast(base, target, study, treated, control, contrast)
        if effect is not None:
            return effect
    arm_rows = _paired_rows(base, spec, treated, control)
    failed: list[Note] = []
    for pair in arm_rows:
        effect = _from_arms(base, spec, target, study, pair)
        if effect is not None:
            return replace(effect, notes=(*effect.notes, *failed))
        failed += _failures(base, spec, target, pair)
    return _aside(base, spec, target, study, contrasts, arm_rows)


RowPair = tuple[ArmOutcome, ArmOutcome]


def _paired_rows(
    base: EvidenceBase, spec: BetweenSpec, treated: Arm, control: Arm
) -> list[RowPair]:
    """Pair the two arms' rows of one kind, scale and time; the wanted time and kind first."""
    low, high = spec.time_h

    def rows_of(arm: Arm) -> list[ArmOutcome]:
        return [
            o
            for o in base.outcomes
            if (o.study, o.arm, o.outcome) == (arm.study, arm.arm, spec.outcome)
            and o.kind in {"value", "change"}
            and o.time_anchor == "start-of-treatment"
            and o.time_h is not None
            and low <= o.time_h <= high
        ]

    pairs = [
        (a, b)
        for a in rows_of(treated)
        for b in rows_of(control)
        if (a.kind, a.scale, a.time_h) == (b.kind, b.scale, b.time_h)
    ]
    return sorted(pairs, key=lambda p: (spec.order(p[0].time_h), p[0].kind != spec.prefer))


def _failures(base: EvidenceBase, spec: BetweenSpec, target: Scale, pair: RowPair) -> list[Note]:
    """Say why the method chosen for medians gives no mean of one arm or the other."""
    factor = scale_factor(base.scale(pair[0].scale), target)
    found = [(row, arm_mean(row, factor, spec.reading)) for row in pair if factor is not None]
    return [failure_note(row, mean) for row, mean in found if isinstance(mean, NotEstimable)]


def _means(
    base: EvidenceBase, spec: BetweenSpec, target: Scale, pair: RowPair
) -> tuple[ArmMean, ArmMean] | None:
    factor = scale_factor(base.scale(pair[0].scale), target)
    if factor is None:
        return None
    a, b = (arm_mean(row, factor, spec.reading) for row in pair)
    return (a, b) if isinstance(a, ArmMean) and isinstance(b, ArmMean) else None


def _from_arms(
    base: EvidenceBase, spec: BetweenSpec, target: Scale, study: Study, pair: RowPair
) -> StudyEffect | None:
    means = _means(base, spec, target, pair)
    if means is None:
        return None
    a, b = means
    if a.std_error is None or b.std_error is None:
        return None
    return StudyEffect(
        study=study.study,
        label=study.label,
        effect=a.mean - b.mean,
        variance=a.std_error**2 + b.std_error**2,
        n=(a.n or 0) + (b.n or 0) or None,
        df=welch_df(a, b),
        assumed=any(note.kind == "assumed" for note in (*a.notes, *b.notes)),
        columns={"treatment": _arm_text(a), "comparator": _arm_text(b)},
        notes=(*a.notes, *b.notes),
        places=(pair[0].place, pair[1].place),
    )


def _arm_text(arm: ArmMean) -> str:
    """Write one arm's data as ``-2.9 (1.8), 27``: mean, SD, number."""
    spread = f" ({arm.sd:.1f})" if arm.sd is not None else ""
    return f"{arm.mean:.1f}{spread}" + (f", {arm.n}" if arm.n else "")


def _aside(
    base: EvidenceBase,
    spec: BetweenSpec,
    target: Scale,
    study: Study,
    contrasts: Sequence[Contrast],
    pairs: Sequence[RowPair],
) -> SetAside:
    """Say what a study does report when no effect with a variance can be had."""
    places: tuple[Place, ...] = tuple(c.place for c in contrasts)
    for pair in pairs:
        means = _means(base, spec, target, pair)
        if means and means[0].unlabelled is not None and means[1].unlabelled is not None:
            return SetAside(
                study=study.study,
                label=study.label,
                reason="the plus-minus of both arms is not named: read as SE or as SD the "
                "interval differs several-fold",
                shows=two_readings(*means),
                places=(pair[0].place, pair[1].place),
            )
    for pair in pairs:
        means = _means(base, spec, target, pair)
        if means:
            words = [f"difference {number_text(round(means[0].mean - means[1].mean, 2))}"]
            return SetAside(
                study=study.study,
                label=study.label,
                reason="both means are printed, but no spread that could weigh them",
                shows="; ".join((*words, *(contrast_words(c) for c in contrasts))),
                places=(pair[0].place, pair[1].place, *places),
            )
    failed = [(pair, _failures(base, spec, target, pair)) for pair in pairs]
    for pair, notes in failed:
        if notes:
            return SetAside(
                study=study.study,
                label=study.label,
                reason=failure_reason(notes),
                shows="; ".join(outcome_words(row) for row in pair),
                places=(pair[0].place, pair[1].place),
            )
    if contrasts:
        return SetAside(
            study=study.study,
            label=study.label,
            reason="only a p value or a direction is held, no estimate",
            shows="; ".join(contrast_words(c) for c in contrasts),
            places=places,
        )
    other = [c for c in base.contrasts if c.study == study.study]
    rows = [o for o in base.outcomes if o.study == study.study]
    return SetAside(
        study=study.study,
        label=study.label,
        reason=f"no {spec.outcome.replace('-', ' ')} in this time window could be read",
        shows="; ".join(contrast_words(c) for c in other)
        or "; ".join(sorted({outcome_words(o) for o in rows}))
        or "no numeric result read",
        places=(*(c.place for c in other), *(o.place for o in rows)) or (study.place,),
    )
