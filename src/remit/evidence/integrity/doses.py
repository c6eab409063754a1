"""Whether doses and times that were given fit those that were planned.

This family knows two outcomes by name: ``dose-total`` (amount given to one person) and
``infusion-length``. Arms give the dose of one administration, and may say in their notes how
long one lasts: ``over 90-120 min``, read with one pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil, floor

from remit.core.printed import say
from remit.evidence.data import Arm, ArmOutcome, EvidenceBase
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import arm_of

__all__ = [
    "check_dose_weight",
    "check_length_in_range",
    "implied_weights",
    "length_range_in_text",
]

ARITHMETIC = "arithmetic"
DOSE_OUTCOME = "dose-total"
LENGTH_OUTCOME = "infusion-length"
POSSIBLE_MEAN_KG = (3.0, 200.0)
"""Outside this no group of people has its mean weight."""
USUAL_MEAN_KG = (3.0, 100.0)
"""Where mean weights of groups lie, from newborns to heavy adults."""
MINUTES = {"min": 1.0, "h": 60.0, "d": 1440.0}
UNITS = {"minutes": "min", "hours": "h", "days": "d"}
"""Time scales, and their units."""
MILLIGRAMS = {"mg": 1.0, "g": 1000.0, "ug": 0.001}
LENGTH_RANGE = re.compile(r"\bover (\d+(?:\.\d+)?) ?(?:-|–|to) ?(\d+(?:\.\d+)?) ?(min|h|d)\b")


def implied_weights(
    total: float, dose_low: float, dose_high: float, doses: int
) -> tuple[float, float, float, float]:
    """Return the mean weights that a mean total dose and a dose per kilogram imply.

    Parameters
    ----------
    total : float
        Mean total dose, mg.
    dose_low, dose_high : float
        Range of one administration, mg/kg.
    doses : int
        Largest number of administrations.

    Returns
    -------
    tuple of float
        Least and greatest weight in kg if it was given once, then if it was given ``doses`` times.
    """
    low, high = total / dose_high, total / dose_low
    return low, high, low / doses, high / doses


def check_dose_weight(base: EvidenceBase) -> Iterator[Finding]:
    """Find total doses that, beside the dose per kilogram, imply people of impossible weight.

    A total may be that of several administrations, up to the planned number of the arm (or of
    the whole arm, for a subgroup). It is found only if no number of them gives a usual weight.
    """
    scales = {s.scale: s.unit for s in base.scales}
    for row in base.outcomes:
        factor = MILLIGRAMS.get(scales.get(row.scale or "", ""))
        arm = arm_of(base, row.study, row.arm)
        if row.outcome != DOSE_OUTCOME or row.mean is None or arm is None or factor is None:
            continue
        if arm.dose_unit != "mg/kg" or not arm.dose_low or not arm.dose_high:
            continue
        doses = max(1, _doses(base, arm))
        total = row.mean * factor
        once_low, once_high, all_low, all_high = implied_weights(
            total, arm.dose_low, arm.dose_high, doses
        )
        if once_high >= USUAL_MEAN_KG[0] and all_low <= USUAL_MEAN_KG[1]:
            continue
        possible = once_high >= POSSIBLE_MEAN_KG[0] and all_low <= POSSIBLE_MEAN_KG[1]
        fits = (
            f"In all {doses} planned doses it would be {_kg(all_low, all_high)}, still "
            f"{'more' if all_low > USUAL_MEAN_KG[1] else 'less'} than groups usually weigh."
            if doses > 1
            else ""
        )
        yield Finding(
            check="dose-weight",
            severity="doubt" if possible else "contradiction",
            study=row.study,
            place=row.place.at("mean"),
            other_places=(arm.place.at("dose_low"), arm.place.at("dose_high")),
            expected=f"{say(row.mean)} {row.scale} at {_dose(arm)} mg/kg is a mean weight of "
            f"{_kg(once_low, once_high)}",
            found="no group of people weighs that",
            fits=fits,
            source=ARITHMETIC,
        )


def _doses(base: EvidenceBase, arm: Arm) -> int:
    if arm.doses or not arm.is_subgroup:
        return arm.doses or 1
    whole = [a.doses or 1 for a in base.arms if a.study == arm.study and not a.is_subgroup]
    return max(whole, default=1)


def _kg(low: float, high: float) -> str:
    return f"{low:.0f} kg" if round(low) == round(high) else f"{low:.0f}-{high:.0f} kg"


def _dose(arm: Arm) -> str:
    low, high = say(arm.dose_low or 0.0), say(arm.dose_high or 0.0)
    return low if low == high else f"{low}-{high}"


def length_range_in_text(text: str) -> tuple[float, float] | None:
    """Return the range of one administration in minutes that a text gives, or None.

    Examples
    --------
    >>> length_range_in_text("over 90-120 min, up to 3 sessions")
    (90.0, 120.0)
    """
    match = LENGTH_RANGE.search(text)
    if match is None:
        return None
    factor = MINUTES[match[3]]
    low, high = float(match[1]) * factor, float(match[2]) * factor
    return (low, high) if low <= high else None


def check_length_in_range(base: EvidenceBase) -> Iterator[Finding]:
    """Find mean lengths of infusion outside the range that the notes of the arm give."""
    for row in base.outcomes:
        arm, factor = arm_of(base, row.study, row.arm), MINUTES.get(UNITS.get(row.scale or "", ""))
        if row.outcome != LENGTH_OUTCOME or row.kind != "value" or row.mean is None:
            continue
        if arm is None or factor is None:
            continue
        limits = length_range_in_text(arm.notes or "")
        length = row.mean * factor
        if limits is None or limits[0] <= length <= limits[1]:
            continue
        yield _length_finding(row, arm, length, limits, _doses(base, arm))


def _length_finding(
    row: ArmOutcome, arm: Arm, length: float, limits: tuple[float, float], doses: int
) -> Finding:
    low, high = limits
    several = [k for k in range(ceil(length / high), floor(length / low) + 1) if 1 < k <= doses]
    return Finding(
        check="length-in-range",
        severity="doubt" if several else "contradiction",
        study=row.study,
        place=row.place.at("mean"),
        other_places=(arm.place.at("notes"),),
        expected=f"one administration lasts {say(low)}-{say(high)} min",
        found=f"a mean of {say(row.mean or 0.0)} {UNITS[row.scale or '']} is printed",
        fits=f"It fits the total of {several[0]} administrations of {length / several[0]:.0f} min."
        if several
        else "",
        source=ARITHMETIC,
    )
