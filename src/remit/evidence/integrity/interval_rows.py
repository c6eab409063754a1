"""Every interval of the tables, read in one way, and whether an estimate is in its middle.

Differences and means have intervals that are symmetric as printed, ratios have intervals that are
symmetric as logarithms (Altman & Bland 2011, BMJ 343:d2090). Each printed number may be off by
half of its last decimal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt

from remit.core.place import Place
from remit.core.printed import exact, half_unit, say
from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase, PooledReport

__all__ = ["RATIO_MEASURES", "PrintedInterval", "additive_fit", "log_fit", "printed_intervals"]

RATIO_MEASURES = frozenset({"or", "rr", "hr", "irr", "rom"})
OFF_CENTRE_SHARE = 0.1
"""An estimate may sit this share of half the width off the centre: exact, profile and bootstrap
intervals are not quite symmetric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedInterval:
    """An estimate with both ends of its interval, wherever it is printed.

    Attributes
    ----------
    row : ArmOutcome, Contrast or PooledReport
        Row that holds it.
    study : str
        Study or review.
    column : str
        Column of the estimate; empty where there is none.
    estimate : float or None
        Mean, median or effect.
    low, high : float
        Ends.
    level : float
        Proportion; 0.95 where no level is recorded.
    symmetric : bool
        Whether the ends should be equally far from the estimate: not for medians.
    ratio : bool or None
        Whether the interval belongs to the log scale; None where it cannot be told.
    """

    row: ArmOutcome | Contrast | PooledReport
    study: str
    column: str
    estimate: float | None
    low: float
    high: float
    level: float
    symmetric: bool
    ratio: bool | None

    @property
    def place(self) -> Place:
        """Row of the interval."""
        return self.row.place

    @property
    def text(self) -> str:
        """The interval in words: ``0.11 (-0.1 to 0.22)``."""
        ends = f"{say(self.low)} to {say(self.high)}"
        return ends if self.estimate is None else f"{say(self.estimate)} ({ends})"

    @property
    def null(self) -> float:
        """Value of no difference."""
        return 1.0 if self.ratio else 0.0


def additive_fit(estimate: float, low: float, high: float) -> bool:
    """Tell whether the estimate is the middle of the interval, within rounding."""
    gap = abs(2 * exact(estimate) - exact(low) - exact(high)) / 2
    allowed = half_unit(estimate) + half_unit(low, high)
    share = OFF_CENTRE_SHARE * abs(high - low) / 2
    return float(gap) <= max(float(allowed), share)


def log_fit(estimate: float, low: float, high: float) -> bool:
    """Tell whether the estimate is the geometric middle of the interval, within rounding.

    False where an end or the estimate is not above 0.
    """
    if min(estimate, low, high) <= 0:
        return False
    e, h = float(half_unit(estimate)), float(half_unit(low, high))
    lowest, highest = sqrt(max(low - h, 0.0) * (high - h)), sqrt((low + h) * (high + h))
    if lowest <= estimate + e and estimate - e <= highest:
        return True
    gap = abs(log(estimate) - (log(low) + log(high)) / 2)
    return gap <= OFF_CENTRE_SHARE * (log(high) - log(low)) / 2


def printed_intervals(base: EvidenceBase) -> Iterator[PrintedInterval]:
    """Yield every interval of the outcome, contrast and pooled tables that has both ends."""
    for o in base.outcomes:
        if o.ci_low is not None and o.ci_high is not None:
            column = "mean" if o.mean is not None else "median" if o.median is not None else ""
            yield PrintedInterval(
                row=o,
                study=o.study,
                column=column,
                estimate=o.mean if o.mean is not None else o.median,
                low=o.ci_low,
                high=o.ci_high,
                level=_level(o.ci_level),
                symmetric=column == "mean",
                ratio=False,
            )
    rows: tuple[Contrast | PooledReport, ...] = (*base.contrasts, *base.pooled)
    for row in rows:
        if row.ci_low is None or row.ci_high is None:
            continue
        ratio = _is_ratio(row.measure, row.estimate, row.ci_low, row.ci_high)
        yield PrintedInterval(
            row=row,
            study=row.study if isinstance(row, Contrast) else row.review,
            column="" if row.estimate is None else "estimate",
            estimate=row.estimate,
            low=row.ci_low,
            high=row.ci_high,
            level=_level(row.ci_level),
            symmetric=row.measure != "difference-of-medians",
            ratio=ratio,
        )


def _level(percent: float | None) -> float:
    return 0.95 if percent is None else percent / 100


def _is_ratio(measure: str | None, estimate: float | None, low: float, high: float) -> bool | None:
    if measure:
        return measure in RATIO_MEASURES
    if low <= 0:
        return False
    if estimate is None or low > high:
        return None
    additive, ratio = additive_fit(estimate, low, high), log_fit(estimate, low, high)
    return None if additive == ratio else ratio
