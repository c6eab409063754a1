"""The mean that one arm reports, with its standard error, from whatever was printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from remit.core.checks import check_choice
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.evidence.data import ArmOutcome, EvidenceBase, Scale
from remit.synthesis.convert import se_from_interval
from remit.synthesis.median_readings import MEDIANS, mean_of_median
from remit.synthesis.row_notes import rescaled_notes, row_note

__all__ = [
    "MEDIANS",
    "UNNAMED_SPREADS",
    "USUAL_READING",
    "ArmMean",
    "ArmReading",
    "arm_mean",
    "mean_of_median",
    "scale_factor",
    "scale_words",
    "target_scale",
    "welch_df",
]

#: Level taken for intervals whose level the table does not hold, in percent.
USUAL_LEVEL = 95.0
#: What to take a plus-minus of unnamed kind for.
UNNAMED_SPREADS = ("leave", "sd", "se")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmReading:
    """How the numbers of an arm are read where a report leaves room.

    Attributes
    ----------
    medians : str
        ``estimate``: mean by Luo 2018, SD by Wan 2014 and Shi 2020. ``qe``, ``box-cox``, ``mln``:
        both by quantile estimation or the Box-Cox method (McGrath 2020), or by MLN (Cai 2021).
        ``as-mean``: the median stands for the mean, with the SD of ``estimate``. ``leave``:
        medians are not used.
    unnamed_spread : str
        What a plus-minus of unnamed kind is taken for: ``leave`` (nothing), ``sd`` or ``se``.
    """

    medians: str = "estimate"
    unnamed_spread: str = "leave"

    def __post_init__(self) -> None:
        check_choice("medians", self.medians, MEDIANS)
        check_choice("unnamed_spread", self.unnamed_spread, UNNAMED_SPREADS)


USUAL_READING = ArmReading()


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


def arm_mean(
    row: ArmOutcome,
    factor: float,
    reading: ArmReading = USUAL_READING,
) -> ArmMean | NotEstimable | None:
    """Read a mean off an outcome row: printed, or worked out from the median and quartiles.

    Parameters
    ----------
    row : ArmOutcome
        A row of kind ``value`` or ``change``.
    factor : float
        From `scale_factor`.
    reading : ArmReading
        How a median and a plus-minus of unnamed kind are read.

    Returns
    -------
    ArmMean, NotEstimable or None
        None where the row holds neither a mean nor a median with its spread; not estimable where
        the method of ``reading`` does not take the row's numbers.
    """
    notes = rescaled_notes(row, factor)
    if row.mean is not None:
        std_error, spread_notes = _printed_error(row)
        if std_error is None:
            std_error, spread_notes = _unnamed_error(row, reading.unnamed_spread)
        return ArmMean(
            mean=row.mean * factor,
            std_error=None if std_error is None else std_error * factor,
            unlabelled=None if row.spread_unlabelled is None else row.spread_unlabelled * factor,
            n=row.n,
            notes=(*notes, *spread_notes),
        )
    return _from_median(row, factor, notes, reading.medians)


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


def _unnamed_error(row: ArmOutcome, read_as: str) -> tuple[float | None, list[Note]]:
    """Return the standard error if a plus-minus of unnamed kind is what it is taken for."""
    spread = row.spread_unlabelled
    if not spread or read_as == "leave" or (read_as == "sd" and not row.n):
        return None, []
    kind = "SD" if read_as == "sd" else "SE"
    note = row_note(row, "assumed", f"The plus-minus of {spread:g} is taken for an {kind}.")
    return spread / math.sqrt(row.n) if read_as == "sd" and row.n else spread, [note]


def _from_median(
    row: ArmOutcome, factor: float, notes: tuple[Note, ...], medians: str
) -> ArmMean | NotEstimable | None:
    """Return the mean of an arm that prints a median with quartiles, range or both."""
    found = mean_of_median(row, medians)
    if found is None or isinstance(found, NotEstimable) or not row.n:
        return found if isinstance(found, NotEstimable) else None
    return ArmMean(
        mean=found.mean * factor,
        std_error=found.sd / math.sqrt(row.n) * factor,
        unlabelled=None,
        n=row.n,
        notes=(*notes, *found.notes),
    )


def welch_df(a: ArmMean, b: ArmMean) -> float | None:
    """Return the degrees of freedom of a difference of two means (Welch 1947; Satterthwaite)."""
    if not a.n or not b.n or a.n < 2 or b.n < 2 or not a.std_error or not b.std_error:
        return None
    va, vb = a.std_error**2, b.std_error**2
    return (va + vb) ** 2 / (va**2 / (a.n - 1) + vb**2 / (b.n - 1))
