"""From an evidence base to study rows."""

from __future__ import annotations

from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase
from remit.evidence.integrity.interval_rows import RATIO_MEASURES
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow

__all__ = ["study_rows"]

FAVOURS = {"favours-a": "first", "favours-b": "second", "no-difference": "neither"}


def study_rows(base: EvidenceBase) -> tuple[StudyRow, ...]:
    """Return the outcome and contrast rows of a base as study rows.

    The arms of one study with one outcome, scale, kind, definition, denominator and time become
    one row. Alternative readings, subgroups and rows without a number are left out; a plus-minus
    without a name is not taken for a standard deviation.

    Parameters
    ----------
    base : EvidenceBase
        Validated evidence.

    Returns
    -------
    tuple of StudyRow
        Outcomes first, then contrasts, in the order of the tables.
    """
    scales = {s.scale: s for s in base.scales}
    subgroups = {(a.study, a.arm) for a in base.arms if a.is_subgroup}
    together: dict[tuple[object, ...], list[ArmOutcome]] = {}
    for o in base.primary().outcomes:
        if (o.study, o.arm) in subgroups or (o.mean is None and o.events is None):
            continue
        what = (o.study, o.outcome, o.scale, o.kind, o.definition, o.denominator)
        together.setdefault((*what, o.time_label, o.time_h), []).append(o)
    rows = [
        StudyRow(
            study=arms[0].study,
            place=arms[0].place,
            arms=tuple(_arm(o) for o in arms),
            outcome=arms[0].outcome,
            definition=arms[0].definition or "",
            time=arms[0].time_label,
            kind=arms[0].kind or "value",
            baseline=arms[0].time_label == "baseline" or arms[0].time_h == 0,
            scale=scales.get(arms[0].scale or ""),
        )
        for arms in together.values()
    ]
    rows += [_contrast(c, base) for c in base.primary().contrasts if c.estimate is not None]
    return tuple(rows)


def _arm(o: ArmOutcome) -> ArmNumbers:
    return ArmNumbers(
        name=o.arm, place=o.place, n=o.n, events=o.events, mean=o.mean, sd=o.sd, se=o.se
    )


def _contrast(c: Contrast, base: EvidenceBase) -> StudyRow:
    return StudyRow(
        study=c.study,
        place=c.place,
        outcome=c.outcome,
        definition=c.measure or "",
        time="" if c.time_h is None else f"{c.time_h:g} h",
        kind="effect",
        scale=base.scale(c.scale),
        effect=c.estimate,
        std_error=c.se,
        ci_low=c.ci_low,
        ci_high=c.ci_high,
        level=0.95 if c.ci_level is None else c.ci_level / 100,
        ratio=(c.measure or "") in RATIO_MEASURES,
        favours=FAVOURS.get(c.direction or "", ""),
        columns={"effect": "estimate", "std_error": "se"},
    )
