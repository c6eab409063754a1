"""Whether a spread is one that its scale, its mean and its peers allow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import log10, sqrt
from statistics import median

from remit.core.printed import half_unit, say
from remit.evidence.data import ArmOutcome, EvidenceBase, Scale
from remit.evidence.integrity.finding import Finding

__all__ = [
    "check_quartiles",
    "check_small_spread",
    "check_small_variation",
    "check_spread_bound",
    "largest_sd",
]

BOUND = "Bhatia & Davis 2000, Am Math Mon 107:353"
SE_FOR_SD = "Cochrane Handbook 6.5.2.2"

SMALL_SHARE = 0.4
"""A spread under this share of its peers' median is too small for a standard deviation."""
SMALL_VARIATION = 0.1
"""A coefficient of variation under this is too small for amounts that differ between people."""
ENOUGH_PEERS = 3
ENOUGH_PEOPLE = 10
"""From 10 people on, a standard error is under a third of its standard deviation."""


def largest_sd(mean: float, low: float, high: float, n: int) -> float:
    """Return the largest standard deviation of n values between two bounds with this mean.

    Bhatia & Davis 2000: the variance is at most ``(high - mean)(mean - low)``, here with the
    divisor n - 1. The mean may be off by its rounding.
    """
    half = float(half_unit(mean))
    middle = (low + high) / 2
    nearest = min(max(middle, mean - half), mean + half)
    return sqrt(max((high - nearest) * (nearest - low), 0.0) * n / (n - 1))


def _bounds(row: ArmOutcome, scale: Scale | None) -> tuple[float, float] | None:
    """Return the ends between which the values of a row lie, the row's own ones first."""
    if row.min is not None and row.max is not None and row.min < row.max:
        return row.min, row.max
    if scale is None or scale.low is None or scale.high is None:
        return None
    if row.kind == "value":
        return scale.low, scale.high
    if row.kind == "change":
        return scale.low - scale.high, scale.high - scale.low
    return None


def check_spread_bound(base: EvidenceBase) -> Iterator[Finding]:
    """Find standard deviations larger than the scale allows with the printed mean."""
    scales = {s.scale: s for s in base.scales}
    for row in base.outcomes:
        bounds = _bounds(row, scales.get(row.scale or ""))
        if bounds is None or row.mean is None or not row.n or row.n < 2:
            continue
        largest = largest_sd(row.mean, *bounds, row.n)
        for column, spread in (("sd", row.sd), ("spread_unlabelled", row.spread_unlabelled)):
            if spread is None or spread - float(half_unit(spread)) <= largest:
                continue
            yield Finding(
                check="spread-bound",
                severity="contradiction" if column == "sd" else "doubt",
                study=row.study,
                place=row.place.at(column),
                other_places=(row.place.at("mean"), row.place.at("n")),
                expected=f"{row.n} values from {say(bounds[0])} to {say(bounds[1])} with a mean "
                f"of {say(row.mean)} have a standard deviation of at most {largest:.3g}",
                found=f"{say(spread)} is printed",
                fits="",
                source=BOUND,
            )


def check_small_spread(base: EvidenceBase) -> Iterator[Finding]:
    """Find spreads on bounded scales that look like standard errors beside their peers.

    A plus-minus, or a standard deviation so named, is held against the median of the named
    standard deviations of other rows on scales that differ only by a factor of ten or a hundred
    (0 to 10 points, 0 to 100 mm). It is found if it is under 0.4 of that median and if, as a
    standard error, its standard deviation would be possible on the scale.
    """
    scales = {s.scale: s for s in base.scales}
    for row in base.outcomes:
        scale = scales.get(row.scale or "")
        column = "spread_unlabelled" if row.spread_unlabelled is not None else "sd"
        spread = row.spread_unlabelled if row.spread_unlabelled is not None else row.sd
        width = _width(scale)
        if scale is None or width is None or not spread or not row.n or row.n < ENOUGH_PEOPLE:
            continue
        peers = _peers(base, scales, row, scale)
        if len(peers) < ENOUGH_PEERS or spread / width >= SMALL_SHARE * median(peers):
            continue
        implied = spread * sqrt(row.n)
        bounds = _bounds(row, scale) or (scale.low or 0.0, (scale.low or 0.0) + width)
        if row.mean is not None and implied > largest_sd(row.mean, *bounds, row.n):
            continue
        yield _looks_like_se(
            row,
            column,
            spread,
            implied,
            f"standard deviations on such scales are about {median(peers) * width:.2g} "
            f"(median of {len(peers)} here)",
            "",
        )


def check_small_variation(base: EvidenceBase) -> Iterator[Finding]:
    """Find unnamed spreads of amounts (mg, mg/h, days) that are tiny beside their mean.

    Amounts have a zero and no upper end; a coefficient of variation under 0.1 in ten or more
    people points to a standard error. Named standard deviations are left alone: a fixed dose or
    time may vary that little.
    """
    scales = {s.scale: s for s in base.scales}
    for row in base.outcomes:
        scale, spread = scales.get(row.scale or ""), row.spread_unlabelled
        amount = scale is not None and scale.low == 0 and scale.high is None
        if not amount or not spread or row.kind != "value" or not row.mean or row.mean <= 0:
            continue
        if not row.n or row.n < ENOUGH_PEOPLE or spread / row.mean >= SMALL_VARIATION:
            continue
        implied = spread * sqrt(row.n)
        yield _looks_like_se(
            row,
            "spread_unlabelled",
            spread,
            implied,
            f"a standard deviation of {say(spread)} would be "
            f"{100 * spread / row.mean:.1f} % of the mean of {say(row.mean)} in {row.n} people",
            f" ({100 * implied / row.mean:.0f} % of the mean)",
        )


def _looks_like_se(
    row: ArmOutcome, column: str, spread: float, implied: float, expected: str, aside: str
) -> Finding:
    named = "as a standard deviation" if column == "sd" else "without saying what it is"
    return Finding(
        check="spread-small",
        severity="doubt",
        study=row.study,
        place=row.place.at(column),
        other_places=(row.place.at("mean"), row.place.at("n")),
        expected=expected,
        found=f"plus-minus {say(spread)} is printed {named}",
        fits=f"As a standard error it means a standard deviation of {implied:.3g}{aside}.",
        source=SE_FOR_SD,
    )


def _width(scale: Scale | None) -> float | None:
    if scale is None or scale.low is None or scale.high is None or scale.high <= scale.low:
        return None
    return scale.high - scale.low


def _peers(
    base: EvidenceBase, scales: dict[str, Scale], row: ArmOutcome, scale: Scale
) -> list[float]:
    """Return the named SDs of other rows on like scales, as shares of the width of the scale."""
    shares = []
    for other in base.outcomes:
        like = scales.get(other.scale or "")
        width, own = _width(like), _width(scale)
        if other is row or like is None or not other.sd or width is None or own is None:
            continue
        decades = log10(width / own)
        if like.better == scale.better and abs(decades - round(decades)) < 1e-9:
            shares.append(other.sd / width)
    return shares


def check_quartiles(base: EvidenceBase) -> Iterator[Finding]:
    """Find minimum, quartiles, median and maximum out of order, and a width that is not theirs."""
    for row in base.outcomes:
        ladder = [
            (name, value)
            for name, value in (
                ("min", row.min),
                ("q1", row.q1),
                ("median", row.median),
                ("q3", row.q3),
                ("max", row.max),
            )
            if value is not None
        ]
        for (low_name, low), (high_name, high) in pairwise(ladder):
            if low > high:
                yield _order_finding(row, low_name, high_name, low, high)
        if row.iqr_width is None or row.q1 is None or row.q3 is None:
            continue
        allowed = float(half_unit(row.q1, row.q3) * 2 + half_unit(row.iqr_width))
        if abs(row.q3 - row.q1 - row.iqr_width) > allowed + 1e-9:
            yield Finding(
                check="quartile-width",
                severity="contradiction",
                study=row.study,
                place=row.place.at("iqr_width"),
                other_places=(row.place.at("q1"), row.place.at("q3")),
                expected=f"the quartiles {say(row.q1)} and {say(row.q3)} are "
                f"{say(row.q3 - row.q1)} apart",
                found=f"a width of {say(row.iqr_width)} is printed",
                fits="",
                source="arithmetic",
            )


def _order_finding(
    row: ArmOutcome, low_name: str, high_name: str, low: float, high: float
) -> Finding:
    return Finding(
        check="quartile-order",
        severity="contradiction",
        study=row.study,
        place=row.place.at(low_name),
        other_places=(row.place.at(high_name),),
        expected=f"the {low_name} is not above the {high_name}, {say(high)}",
        found=f"{say(low)} is printed",
        fits="",
        source="arithmetic",
    )
