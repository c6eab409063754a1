"""What can be done with an arm's median where a mean is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.evidence.data import ArmOutcome
from remit.synthesis.medians import MedianEstimate, mean_from_median, skewness_test
from remit.synthesis.row_notes import row_note

__all__ = [
    "FOR_SKEWED",
    "MEDIANS",
    "MeanOfMedian",
    "failure_note",
    "failure_reason",
    "mean_of_median",
]

#: The methods that estimate a mean from a median need at least this many people.
FEWEST_FOR_MEDIANS = 5
#: What to do with a median: estimate the mean (Luo 2018; by quantile estimation, the Box-Cox
#: method or MLN, which allow for skewed data), take it for the mean, or leave it.
MEDIANS = ("estimate", "qe", "box-cox", "mln", "as-mean", "leave")
#: Those of them that allow for skewed data.
FOR_SKEWED = ("qe", "box-cox", "mln")
_METHODS = {"estimate": "luo-shi", "as-mean": "luo-shi"} | {name: name for name in FOR_SKEWED}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanOfMedian:
    """Mean and SD that stand for a median.

    Attributes
    ----------
    mean, sd : float
        In the row's own units.
    notes : tuple of Note
        By which method, and whether the data look skewed.
    """

    mean: float
    sd: float
    notes: tuple[Note, ...]


def mean_of_median(row: ArmOutcome, medians: str) -> MeanOfMedian | NotEstimable | None:
    """Return mean and SD from a median with quartiles, range or both, in the row's own units.

    Parameters
    ----------
    row : ArmOutcome
        A row with a median.
    medians : str
        One of `MEDIANS`.

    Returns
    -------
    MeanOfMedian, NotEstimable or None
        None where medians are left, or there are too few people, numbers or spread for any
        method; not estimable where the chosen method does not take these numbers.
    """
    quartiles = row.q1 is not None and row.q3 is not None
    ends = row.min is not None and row.max is not None
    enough = row.n is not None and row.n >= FEWEST_FOR_MEDIANS
    if medians == "leave" or row.median is None or not enough or not (quartiles or ends):
        return None
    if (not quartiles or row.q1 == row.q3) and (not ends or row.min == row.max):
        return None
    n = row.n or 0
    shown = (
        f"median {row.median:g}"
        + (f", quartiles {row.q1:g} to {row.q3:g}" if quartiles else "")
        + (f", range {row.min:g} to {row.max:g}" if ends else "")
    )
    found = mean_from_median(
        _METHODS[medians],
        median=row.median,
        n=n,
        minimum=row.min,
        q1=row.q1,
        q3=row.q3,
        maximum=row.max,
    )
    if isinstance(found, NotEstimable):
        return NotEstimable(reason=f"no mean from the {shown} in {n}: {found.reason}")
    note, mean = _median_note(row, medians, found, shown), found.mean
    if medians == "as-mean":
        mean = row.median
    return MeanOfMedian(mean=mean, sd=found.sd, notes=(note, *_skewness_notes(row, medians)))


def _median_note(row: ArmOutcome, medians: str, found: MedianEstimate, shown: str) -> Note:
    """Say what was made of a median, and by which method."""
    if medians == "as-mean":
        text = (
            f"The median stands for the mean; SD {found.sd:.3f} estimated from {shown} in {row.n}."
        )
        return row_note(row, "converted", text, "Wan 2014 and Shi 2020 (SD)")
    by = f" ({found.note})" if found.note else ""
    text = f"Mean {found.mean:.3f} and SD {found.sd:.3f} estimated from {shown} in {row.n}{by}."
    return row_note(row, "converted", text, found.source)


def _skewness_notes(row: ArmOutcome, medians: str) -> list[Note]:
    """Caution where data look skewed and the method takes them for normal (Shi 2023)."""
    skewness = skewness_test(
        median=row.median, n=row.n or 0, minimum=row.min, q1=row.q1, q3=row.q3, maximum=row.max
    )
    if not skewness.skewed or medians in FOR_SKEWED:
        return []
    text = (
        f"The data look skewed (statistic {skewness.statistic:.2f}, critical value "
        f"{skewness.critical:.2f}): a mean estimated from the median may mislead."
    )
    return [row_note(row, "caution", text, "Shi 2023")]


def failure_note(row: ArmOutcome, failed: NotEstimable) -> Note:
    """Say as a note why the chosen method gave no mean."""
    return row_note(row, "set-aside", f"{failed.reason[0].upper()}{failed.reason[1:]}.")


def failure_reason(notes: Iterable[Note]) -> str:
    """Return the reason for which a study is set aside, from its failures."""
    return "; ".join(note.text.rstrip(".") for note in notes)
