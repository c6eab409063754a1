"""A difference between two arms as a report prints it, with its standard error."""

from __future__ import annotations

from remit.core.notes import Note
from remit.evidence.data import Arm, Contrast, EvidenceBase, Scale, Study
from remit.synthesis.arm_means import USUAL_LEVEL, scale_factor
from remit.synthesis.convert import se_from_interval, se_from_p
from remit.synthesis.data import StudyEffect
from remit.synthesis.row_notes import row_note

__all__ = ["from_contrast"]


def from_contrast(
    base: EvidenceBase, target: Scale, study: Study, treated: Arm, control: Arm, row: Contrast
) -> StudyEffect | None:
    """Return the effect of a printed difference, treatment minus comparator on the target scale.

    None where the row is no difference in means, prints no estimate or nothing that could weigh
    it, or stands on a scale that does not fit.
    """
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


def _printed_mean(base: EvidenceBase, target: Scale, contrast: Contrast, arm: Arm) -> str:
    """Write an arm's own mean beside a printed difference, where the arm has one."""
    for row in base.outcomes:
        if (row.study, row.arm, row.outcome) != (arm.study, arm.arm, contrast.outcome):
            continue
        factor = scale_factor(base.scale(row.scale), target)
        if row.time_h == contrast.time_h and row.mean is not None and factor is not None:
            return f"{row.mean * factor:.1f}" + (f", {arm.n}" if arm.n else "")
    return str(arm.n or "")
