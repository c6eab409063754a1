"""Differences between arms, as printed or worked out from what each arm reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.notes import Note
from remit.core.place import Place
from remit.evidence.data import Arm, ArmOutcome, Contrast, EvidenceBase, Scale, Study
from remit.synthesis.arm_means import (
    USUAL_LEVEL,
    ArmMean,
    arm_mean,
    scale_factor,
    scale_words,
    target_scale,
)
from remit.synthesis.cohorts import main_reports, same_patients
from remit.synthesis.convert import se_from_interval, se_from_p
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.exits import number_text
from remit.synthesis.row_notes import row_note
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
        Window in hours from the start of treatment; the latest time in it is taken.
    scale : str
        Scale to which all are brought.
    """

    outcome: str
    treatment_class: str
    comparator_class: str
    time_h: tuple[float, float]
    scale: str


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
    contrasts.sort(key=lambda c: -(c.time_h or 0))
    for contrast in contrasts:
        effect = _from_contrast(base, target, study, treated, control, contrast)
        if effect is not None:
            return effect
    arm_rows = _paired_rows(base, spec, treated, control)
    for pair in arm_rows:
        effect = _from_arms(base, target, study, pair)
        if effect is not None:
            return effect
    return _aside(base, spec, target, study, contrasts, arm_rows)


def _from_contrast(
    base: EvidenceBase, target: Scale, study: Study, treated: Arm, control: Arm, row: Contrast
) -> StudyEffect | None:
    factor = scale_factor(base.scale(row.scale), target)
    if row.measure != "md" or row.estimate is None or factor is None:
        return None
    df = treated.n + control.n - 2 if treated.n and control.n else None
    std_error, notes = _contrast_error(row, df)
    if std_error is None:
        return None
    if factor != 1.0:
        notes.append(row_note(row, "converted", f"{row.scale} multiplied by {factor:g}."))
    turned = row.arm_a != treated.arm
    sign = -1.0 if turned else 1.0
    if turned:
        notes.append(
            row_note(row, "converted", "Sign turned: printed as comparator minus treatment.")
        )
    return StudyEffect(
        study=study.study,
        label=study.label,
        effect=sign * row.estimate * factor,
        variance=(std_error * factor) ** 2,
        n=treated.n + control.n if treated.n and control.n else None,
        df=df,
        printed_interval=_turned_interval(row, sign * factor),
        columns={
            "treatment": _printed_mean(base, target, row, treated),
            "comparator": _printed_mean(base, target, row, control),
            "printed": _printed_contrast(row),
        },
        notes=tuple(notes),
        places=(row.place,),
    )


def _turned_interval(row: Contrast, multiplier: float) -> tuple[float, float] | None:
    """Return the printed 95 % interval in the target's units and direction."""
    if row.ci_low is None or row.ci_high is None or row.ci_level not in {None, USUAL_LEVEL}:
        return None
    ends = (row.ci_low * multiplier, row.ci_high * multiplier)
    return min(ends), max(ends)


def _printed_contrast(row: Contrast) -> str:
    """Write a difference as the table holds it, in its own units."""
    text = f"{row.estimate:g}"
    if row.ci_low is not None and row.ci_high is not None:
        text += f" ({row.ci_low:g} to {row.ci_high:g})"
    elif row.p_value is not None:
        text += f", p {row.p_operator} {row.p_value:g}"
    return f"{text} on {row.scale}"


def _contrast_error(row: Contrast, df: int | None) -> tuple[float | None, list[Note]]:
    """Return the standard error of a printed difference, in its own units."""
    spread = f"t with {df} df" if df else "normal"
    if row.se:
        return row.se, []
    if row.ci_low is not None and row.ci_high is not None and row.ci_low < row.ci_high:
        level = row.ci_level if row.ci_level is not None else USUAL_LEVEL
        text = f"Standard error from the interval {row.ci_low:g} to {row.ci_high:g} ({spread})"
        text += "" if row.ci_level is not None else f"; level not recorded, {level:g} % taken"
        note = row_note(row, "converted", text + ".", "Cochrane Handbook 6.5.2.3")
        return se_from_interval(row.ci_low, row.ci_high, level=level / 100, df=df), [note]
    if row.p_value and row.p_value < 1 and row.p_operator == "=" and row.estimate:
        note = row_note(
            row,
            "converted",
            f"Standard error from p = {row.p_value:g} ({spread}).",
            "Cochrane Handbook 6.5.2.3",
        )
        return se_from_p(row.estimate, row.p_value, df=df), [note]
    return None, []


RowPair = tuple[ArmOutcome, ArmOutcome]


def _paired_rows(
    base: EvidenceBase, spec: BetweenSpec, treated: Arm, control: Arm
) -> list[RowPair]:
    """Pair the two arms' rows of one kind, scale and time; latest first, changes before values."""
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
    return sorted(pairs, key=lambda p: (-(p[0].time_h or 0), p[0].kind != "change"))


def _means(base: EvidenceBase, target: Scale, pair: RowPair) -> tuple[ArmMean, ArmMean] | None:
    factor = scale_factor(base.scale(pair[0].scale), target)
    if factor is None:
        return None
    a, b = arm_mean(pair[0], factor), arm_mean(pair[1], factor)
    return None if a is None or b is None else (a, b)


def _from_arms(
    base: EvidenceBase, target: Scale, study: Study, pair: RowPair
) -> StudyEffect | None:
    means = _means(base, target, pair)
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
        df=_welch_df(a, b),
        columns={"treatment": _arm_text(a), "comparator": _arm_text(b)},
        notes=(*a.notes, *b.notes),
        places=(pair[0].place, pair[1].place),
    )


def _welch_df(a: ArmMean, b: ArmMean) -> float | None:
    """Return the degrees of freedom of a difference of two means (Welch 1947; Satterthwaite)."""
    if not a.n or not b.n or a.n < 2 or b.n < 2 or not a.std_error or not b.std_error:
        return None
    va, vb = a.std_error**2, b.std_error**2
    return (va + vb) ** 2 / (va**2 / (a.n - 1) + vb**2 / (b.n - 1))


def _arm_text(arm: ArmMean) -> str:
    """Write one arm's data as ``-2.9 (1.8), 27``: mean, SD, number."""
    spread = f" ({arm.sd:.1f})" if arm.sd is not None else ""
    return f"{arm.mean:.1f}{spread}" + (f", {arm.n}" if arm.n else "")


def _printed_mean(base: EvidenceBase, target: Scale, contrast: Contrast, arm: Arm) -> str:
    """Write an arm's own mean beside a printed difference, where the arm has one."""
    for row in base.outcomes:
        if (row.study, row.arm, row.outcome) != (arm.study, arm.arm, contrast.outcome):
            continue
        factor = scale_factor(base.scale(row.scale), target)
        if row.time_h == contrast.time_h and row.mean is not None and factor is not None:
            return f"{row.mean * factor:.1f}" + (f", {arm.n}" if arm.n else "")
    return str(arm.n or "")


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
        means = _means(base, target, pair)
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
        means = _means(base, target, pair)
        if means:
            words = [f"difference {number_text(round(means[0].mean - means[1].mean, 2))}"]
            return SetAside(
                study=study.study,
                label=study.label,
                reason="both means are printed, but no spread that could weigh them",
                shows="; ".join((*words, *(contrast_words(c) for c in contrasts))),
                places=(pair[0].place, pair[1].place, *places),
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
