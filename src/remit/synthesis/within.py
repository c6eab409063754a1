"""Changes within one arm, before to after: what uncontrolled cohorts report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.core.checks import check_choice
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.place import Place
from remit.evidence.data import Arm, ArmOutcome, EvidenceBase, Scale, Study
from remit.synthesis.arm_means import (
    ArmMean,
    arm_mean,
    scale_factor,
    scale_words,
    target_scale,
)
from remit.synthesis.cohorts import main_reports, same_patients
from remit.synthesis.convert import sd_of_change, se_from_p
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.median_readings import (
    MEDIANS,
    failure_note,
    failure_reason,
    mean_of_median,
)
from remit.synthesis.row_notes import rescaled_notes, row_note

__all__ = ["WithinSpec", "within_effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinSpec:
    """Which change is wanted, and what is assumed where spreads are not printed.

    Attributes
    ----------
    outcome, treatment_class : str
        Outcome code and class of the arm.
    baseline, end : tuple of str
        Time labels of the start and of the end of the course.
    scale : str
        Scale to which all are brought.
    sd_change : float
        Assumed standard deviation of the change, in units of ``scale``, where none can be had.
    correlation : float
        Assumed correlation of scores before and after, where both spreads are printed but no
        spread of the change.
    medians : str
        What is done with a median, one of `MEDIANS`.
    unnamed_spread : str
        A plus-minus of unnamed kind is used where arithmetic ``settles`` that it is an SD, or
        left (``leave``).
    """

    outcome: str
    treatment_class: str
    baseline: tuple[str, ...]
    end: tuple[str, ...]
    scale: str
    sd_change: float
    correlation: float
    medians: str = "estimate"
    unnamed_spread: str = "settles"

    def __post_init__(self) -> None:
        check_choice("medians", self.medians, MEDIANS)
        check_choice("unnamed_spread", self.unnamed_spread, ("settles", "leave"))


def within_effects(base: EvidenceBase, spec: WithinSpec) -> EffectSet:
    """Collect one change (MC, end minus baseline) per cohort.

    The standard error comes, in this order, from: a spread of the change that is printed and
    named; an exact p value of the change; the two spreads and ``correlation``; ``sd_change``.
    The last two mark the row as assumed.

    Parameters
    ----------
    base : EvidenceBase
        Evidence, without alternative readings.
    spec : WithinSpec
        What is wanted.

    Returns
    -------
    EffectSet
        Measure ``MC``; negative is improvement where lower is better.

    Raises
    ------
    SpecError
        If the base has no such scale, or it has no bounds.
    """
    target = target_scale(base, spec.scale)
    rows: list[StudyEffect] = []
    aside: list[SetAside] = []
    arms = [a for a in base.arms if a.treatment_class == spec.treatment_class and not a.is_subgroup]
    with_rows = [a for a in arms if _rows(base, spec, a, (*spec.baseline, *spec.end))]
    mains = main_reports(base, (a.study for a in with_rows))
    for arm in with_rows:
        study = base.study(arm.study)
        if mains[arm.study] is not study:
            aside.append(same_patients(study, mains[arm.study]))
            continue
        found = _one(base, spec, target, study, arm)
        if isinstance(found, StudyEffect):
            rows.append(found)
        else:
            aside.append(found)
    return EffectSet(
        measure="MC",
        unit=scale_words(target),
        rows=tuple(rows),
        set_aside=tuple(aside),
    )


def _rows(
    base: EvidenceBase, spec: WithinSpec, arm: Arm, labels: Sequence[str]
) -> list[ArmOutcome]:
    return [
        o
        for o in base.outcomes
        if (o.study, o.arm, o.outcome) == (arm.study, arm.arm, spec.outcome)
        and o.time_label in labels
    ]


def _one(
    base: EvidenceBase, spec: WithinSpec, target: Scale, study: Study, arm: Arm
) -> StudyEffect | SetAside:
    ends = [_with_mean(row, spec.medians) for row in _rows(base, spec, arm, spec.end)]
    starts = [_with_mean(row, spec.medians) for row in _rows(base, spec, arm, spec.baseline)]
    notes_of = {row.place: notes for row, notes in (*ends, *starts)}
    failed = [n for _, notes in (*starts, *ends) for n in notes if n.kind == "set-aside"]
    after = _first(base, target, [row for row, _ in ends], "value")
    same = [row for row, _ in starts if after is None or row.scale == after.scale]
    before = _first(base, target, same, "value")
    change = _first(base, target, [row for row, _ in ends], "change")
    end = change or after
    n = next((r.n for r in (change, after, before) if r is not None and r.n), None)
    change_mean = _change_mean(before, after, change)
    if n is None or end is None or change_mean is None:
        return _aside(base, spec, study, arm, failed)
    factor = scale_factor(base.scale(end.scale), target) or 1.0
    effect = change_mean * factor
    places = tuple(row.place for row in (before, after, change) if row is not None)
    std_error, assumed, notes = _error(spec, effect, n, factor, before, after, end, target)
    return StudyEffect(
        study=study.study,
        label=study.label,
        effect=effect,
        variance=std_error**2,
        n=n,
        df=None if assumed and n == 1 else max(n - 1, 1),
        assumed=assumed,
        columns=_columns(before, after, factor, n),
        notes=(
            *rescaled_notes(end, factor),
            *(n for p in places for n in notes_of[p]),
            *notes,
            *failed,
        ),
        places=places,
    )


def _with_mean(row: ArmOutcome, medians: str) -> tuple[ArmOutcome, tuple[Note, ...]]:
    """Return a row with mean and SD worked out from its median where it has no mean.

    Where the method fails the row stays without a mean, and a note says why.
    """
    found = None if row.mean is not None else mean_of_median(row, medians)
    if found is None or row.kind == "relative-change":
        return row, ()
    if isinstance(found, NotEstimable):
        return row, (failure_note(row, found),)
    return replace(row, mean=found.mean, sd=found.sd), found.notes


def _change_mean(
    before: ArmOutcome | None, after: ArmOutcome | None, change: ArmOutcome | None
) -> float | None:
    """Return the printed mean change, or else the difference of the two means."""
    if change is not None:
        return change.mean
    if before is None or after is None or before.mean is None or after.mean is None:
        return None
    return after.mean - before.mean


def _first(
    base: EvidenceBase, target: Scale, rows: Sequence[ArmOutcome], kind: str
) -> ArmOutcome | None:
    """Return the first row of this kind with a mean on a scale that fits the target."""
    for row in rows:
        fits = scale_factor(base.scale(row.scale), target) is not None
        if row.kind == kind and row.mean is not None and fits:
            return row
    return None


def _error(
    spec: WithinSpec,
    effect: float,
    n: int,
    factor: float,
    before: ArmOutcome | None,
    after: ArmOutcome | None,
    end: ArmOutcome,
    target: Scale,
) -> tuple[float, bool, list[Note]]:
    """Return the standard error of the change, whether it rests on an assumption, and notes."""
    if end.kind == "change":
        printed = arm_mean(end, factor)
        if isinstance(printed, ArmMean) and printed.std_error is not None:
            return printed.std_error, False, list(printed.notes)
    p = end.p_value
    if p and p < 1 and end.p_operator == "=" and effect and n > 1:
        text = f"Standard error from p = {p:g} (paired t with {n - 1} df)."
        note = row_note(end, "converted", text, "Cochrane Handbook 6.5.2.3")
        return se_from_p(effect, p, df=n - 1), False, [note]
    if before is not None and after is not None:
        from_spreads = _from_spreads(spec, before, after, factor, target)
        if from_spreads is not None:
            sd, note = from_spreads
            return sd / math.sqrt(n), True, [note]
    text = f"No spread is printed: an SD of the change of {spec.sd_change:g} is assumed."
    return spec.sd_change / math.sqrt(n), True, [row_note(end, "assumed", text)]


def _from_spreads(
    spec: WithinSpec, before: ArmOutcome, after: ArmOutcome, factor: float, target: Scale
) -> tuple[float, Note] | None:
    """Return the SD of the change from the spreads before and after, with a note.

    A plus-minus of unnamed kind is used only where arithmetic settles what it is: if one of the
    two, read as a standard error, would mean an SD larger than the scale allows, both are SDs.
    """
    pre, post = _named_sd(before), _named_sd(after)
    words = ""
    if (pre is None or post is None) and spec.unnamed_spread == "leave":
        return None
    if pre is None or post is None:
        pre, post = before.spread_unlabelled, after.spread_unlabelled
        settled = [r for r in (before, after) if _cannot_be_se(r, factor, target)]
        if not pre or not post or not settled:
            return None
        row = settled[0]
        words = (
            f" The kind of spread is not named; {row.spread_unlabelled:g} as a standard error "
            f"would mean an SD of {(row.spread_unlabelled or 0) * math.sqrt(row.n or 0):.2f}, more "
            "than the scale allows, so the spreads are SDs."
        )
    sd = sd_of_change(pre * factor, post * factor, spec.correlation)
    text = (
        f"SD of the change {sd:.2f} from the spreads {pre:g} and {post:g} and an assumed "
        f"correlation of {spec.correlation:g}.{words}"
    )
    return sd, row_note(after, "assumed", text, "Cochrane Handbook 6.5.2.8; Bhatia & Davis 2000")


def _named_sd(row: ArmOutcome) -> float | None:
    """Return the standard deviation between people that a row names, in its own units."""
    if row.sd:
        return row.sd
    if row.se and row.n:
        return row.se * math.sqrt(row.n)
    return None


def _cannot_be_se(row: ArmOutcome, factor: float, target: Scale) -> bool:
    """Tell whether an unnamed spread, read as a standard error, breaks the scale's bounds.

    The largest possible SD of scores between two bounds with a given mean: Bhatia & Davis 2000.
    """
    if row.spread_unlabelled is None or not row.n or row.n < 2 or row.mean is None:
        return False
    if target.low is None or target.high is None:
        return False
    mean = row.mean * factor
    largest = math.sqrt(max((target.high - mean) * (mean - target.low), 0.0) * row.n / (row.n - 1))
    return row.spread_unlabelled * factor * math.sqrt(row.n) > largest


def _columns(
    before: ArmOutcome | None, after: ArmOutcome | None, factor: float, n: int
) -> dict[str, str]:
    def text(row: ArmOutcome | None) -> str:
        return "" if row is None or row.mean is None else f"{row.mean * factor:.3g}"

    return {"before": text(before), "after": text(after), "n": str(n)}


def _aside(
    base: EvidenceBase, spec: WithinSpec, study: Study, arm: Arm, failed: Sequence[Note]
) -> SetAside:
    rows = _rows(base, spec, arm, (*spec.baseline, *spec.end))
    shows = "; ".join(_words(row) for row in rows)
    places: tuple[Place, ...] = tuple(row.place for row in rows)
    relative = all(row.kind == "relative-change" for row in rows)
    reason = (
        "only a relative change is printed, and no score before and after"
        if relative
        else "no mean before and after on one scale, or no number of patients, is printed"
    )
    if failed:
        reason = failure_reason(failed)
    return SetAside(study=study.study, label=study.label, reason=reason, shows=shows, places=places)


def _words(row: ArmOutcome) -> str:
    if row.kind == "relative-change":
        centre = row.median if row.median is not None else row.mean
        kind = "median" if row.median is not None else "mean"
        return f"{kind} change {centre:g} % at {row.time_label.replace('-', ' ')}"
    label = row.time_label.replace("-", " ")
    if row.mean is not None:
        return f"mean {row.mean:g} at {label}"
    if row.median is not None:
        return f"median {row.median:g} at {label}"
    if row.min is not None and row.max is not None:
        return f"{row.min:g} to {row.max:g} at {label}"
    return f"{(row.direction or 'no figure').replace('-', ' ')} at {label}"
