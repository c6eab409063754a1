"""The mean that one arm reports, with its standard error, from whatever was printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from remit.core.errors import SpecError
from remit.core.notes import Note
from remit.evidence.data import ArmOutcome, EvidenceBase, Scale
from remit.synthesis.convert import (
    mean_from_five_numbers,
    sd_from_five_numbers,
    se_from_interval,
    skewness_test,
)
from remit.synthesis.row_notes import rescaled_notes, row_note

__all__ = ["ArmMean", "arm_mean", "scale_factor", "scale_words", "target_scale"]

#: Level taken for intervals whose level the table does not hold, in percent.
USUAL_LEVEL = 95.0
#: The methods that estimate a mean from a median need at least this many people.
FEWEST_FOR_MEDIANS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMean:
    """Mean of one arm on the target scale.

    Attributes
    ----------
    mean : float
        Mean or mean change, in units of the target scale.
    std_error : float or None
        Standard error of the mean; None where no spread can be used.
    unlabelled : float or None
        A plus-minus whose kind is not named, in units of the target scale.
    n : int or None
        Number of people.
    notes : tuple of Note
        What was done to the printed numbers.
    """

    mean: float
    std_error: float | None
    unlabelled: float | None
    n: int | None
    notes: tuple[Note, ...]

    @property
    def sd(self) -> float | None:
        """Standard deviation behind the standard error."""
        if self.std_error is None or not self.n:
            return None
        return self.std_error * math.sqrt(self.n)


def target_scale(base: EvidenceBase, key: str) -> Scale:
    """Return the scale to which others are brought.

    Raises
    ------
    SpecError
        If the base has no such scale, or it lacks a bound.
    """
    target = base.scale(key)
    if target is None or target.width is None:
        raise SpecError.at(
            "scale", found=f"'{key}'", expected="a scale of the base with two bounds"
        )
    return target


def scale_words(scale: Scale) -> str:
    """Write a scale's unit with its bounds: ``points (0 to 10)``."""
    if scale.low is None or scale.high is None:
        return scale.unit
    return f"{scale.unit} ({scale.low:g} to {scale.high:g})"


def scale_factor(scale: Scale | None, target: Scale) -> float | None:
    """Return the number that brings scores of ``scale`` to ``target``, or None.

    Both scales need bounds, the same lower bound and the same better end; a score of 62 mm on
    0-100 mm becomes 6.2 on 0-10 (Cochrane Handbook 6.5.2: linear transformation).
    """
    if scale is None or not scale.width or target.width is None:
        return None
    if scale.low != target.low or scale.better != target.better:
        return None
    return target.width / scale.width


def arm_mean(row: ArmOutcome, factor: float) -> ArmMean | None:
    """Read a mean off an outcome row: printed, or worked out from the median and quartiles.

    Parameters
    ----------
    row : ArmOutcome
        A row of kind ``value`` or ``change``.
    factor : float
        From `scale_factor`.

    Returns
    -------
    ArmMean or None
        None where the row holds neither a mean nor a median with its spread.
    """
    notes = rescaled_notes(row, factor)
    if row.mean is not None:
        std_error, spread_notes = _printed_error(row)
        return ArmMean(
            mean=row.mean * factor,
            std_error=None if std_error is None else std_error * factor,
            unlabelled=None if row.spread_unlabelled is None else row.spread_unlabelled * factor,
            n=row.n,
            notes=(*notes, *spread_notes),
        )
    if row.median is not None and row.n:
        return _from_median(row, factor, notes)
    return None


def _printed_error(row: ArmOutcome) -> tuple[float | None, list[Note]]:
    """Return the standard error of a printed mean, in the row's own units.

    A spread of 0 cannot weigh a study and counts as none.
    """
    if row.se:
        return row.se, []
    if row.sd and row.n:
        return row.sd / math.sqrt(row.n), []
    if row.ci_low is not None and row.ci_high is not None and row.ci_low < row.ci_high:
        level = row.ci_level if row.ci_level is not None else USUAL_LEVEL
        df = row.n - 1 if row.n and row.n > 1 else None
        text = (
            f"Standard error from the interval {row.ci_low:g} to {row.ci_high:g}, "
            + (f"t with {df} df" if df else "normal")
            + (f"; level not recorded, {USUAL_LEVEL:g} % taken." if row.ci_level is None else ".")
        )
        note = row_note(row, "converted", text, "Cochrane Handbook 6.5.2.2")
        return se_from_interval(row.ci_low, row.ci_high, level=level / 100, df=df), [note]
    return None, []


def _from_median(row: ArmOutcome, factor: float, notes: tuple[Note, ...]) -> ArmMean | None:
    """Estimate mean and SD from a median with quartiles, range or both."""
    numbers = {
        "minimum": row.min,
        "q1": row.q1,
        "median": row.median,
        "q3": row.q3,
        "maximum": row.max,
    }
    quartiles = row.q1 is not None and row.q3 is not None
    ends = row.min is not None and row.max is not None
    if not (quartiles or ends) or not row.n or row.n < FEWEST_FOR_MEDIANS:
        return None
    mean = mean_from_five_numbers(**numbers, n=row.n)
    sd = sd_from_five_numbers(**numbers, n=row.n)
    if sd == 0:
        return None
    skewness = skewness_test(**numbers, n=row.n)
    shown = (
        f"median {row.median:g}"
        + (f", quartiles {row.q1:g} to {row.q3:g}" if quartiles else "")
        + (f", range {row.min:g} to {row.max:g}" if ends else "")
    )
    done = [
        *notes,
        row_note(
            row,
            "converted",
            f"Mean {mean:.3f} and SD {sd:.3f} estimated from {shown} in {row.n}.",
            "Luo 2018 (mean); Wan 2014 and Shi 2020 (SD)",
        ),
    ]
    if skewness.skewed:
        done.append(
            row_note(
                row,
                "caution",
                f"The data look skewed (statistic {skewness.statistic:.2f}, critical value "
                f"{skewness.critical:.2f}): a mean estimated from the median may mislead.",
                "Shi 2023",
            )
        )
    return ArmMean(
        mean=mean * factor,
        std_error=sd / math.sqrt(row.n) * factor,
        unlabelled=None,
        n=row.n,
        notes=tuple(done),
    )
