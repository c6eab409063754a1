"""Whether means lie where their scale, their range and their parts put them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from remit.core.printed import exact, half_unit, say
from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase, Scale
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import arm_size

__all__ = [
    "check_change_of_means",
    "check_difference_of_means",
    "check_mean_in_range",
    "check_scale_bounds",
    "mean_bounds",
    "sizes_fitting_range",
]

ARITHMETIC = "arithmetic"
CENTRES = ("mean", "median", "q1", "q3", "min", "max")
LARGEST_N_TRIED = 10_000


def check_scale_bounds(base: EvidenceBase) -> Iterator[Finding]:
    """Find scores that their scale does not have; a change may be as long as the scale."""
    scales = {s.scale: s for s in base.scales}
    for row in base.outcomes:
        scale = scales.get(row.scale or "")
        if scale is None:
            continue
        low, high = _limits(row.kind, scale)
        for column in CENTRES:
            value: float | None = getattr(row, column)
            if value is None or not (
                (low is not None and value < low) or (high is not None and value > high)
            ):
                continue
            yield Finding(
                check="scale-bounds",
                severity="contradiction",
                study=row.study,
                place=row.place.at(column),
                other_places=(scale.place,),
                expected=f"{_what(row.kind)} on {scale.scale} lies {_between(low, high)}",
                found=f"{say(value)} is printed",
                fits=_other_scale(value, low, high),
                source=ARITHMETIC,
            )


def _limits(kind: str | None, scale: Scale) -> tuple[float | None, float | None]:
    if kind == "relative-change":
        return -100.0, None
    if kind == "change":
        if scale.low is None or scale.high is None:
            return None, None
        return scale.low - scale.high, scale.high - scale.low
    return scale.low, scale.high


def _what(kind: str | None) -> str:
    return {"change": "a change", "relative-change": "a relative change"}.get(kind or "", "a value")


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at or below {say(high or 0.0)}"
    return f"at or above {say(low)}" if high is None else f"between {say(low)} and {say(high)}"


def _other_scale(value: float, low: float | None, high: float | None) -> str:
    if low is None or high is None or not low <= value / 10 <= high:
        return ""
    return f"It would fit a scale ten times as long, {say(10 * low)} to {say(10 * high)}."


def mean_bounds(low: float, high: float, n: int) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest mean of ``n`` values whose extremes are these.

    One value is the minimum and one the maximum; the others lie between them. Each extreme may be
    off by its rounding. One value alone is both.
    """
    half = half_unit(low, high)
    least, most = exact(low), exact(high)
    if n < 2:
        return least - half, most + half
    return ((n - 1) * least + most) / n - half, (least + (n - 1) * most) / n + half


def sizes_fitting_range(mean: float, low: float, high: float) -> int | None:
    """Return the smallest n of which this mean is possible with these extremes, or None."""
    half = half_unit(mean)
    for n in range(2, LARGEST_N_TRIED):
        least, most = mean_bounds(low, high, n)
        if least - half <= exact(mean) <= most + half:
            return n
    return None


def check_mean_in_range(base: EvidenceBase) -> Iterator[Finding]:
    """Find means outside what their minimum, maximum and n allow.

    Where the row has no n the size of the arm is taken, and a misfit is a doubt.
    """
    for row in base.outcomes:
        if row.mean is None or row.min is None or row.max is None or row.min > row.max:
            continue
        n = row.n if row.n is not None else arm_size(base, row.study, row.arm)
        least, most = mean_bounds(row.min, row.max, n or LARGEST_N_TRIED)
        half = half_unit(row.mean)
        if least - half <= exact(row.mean) <= most + half:
            continue
        outside = not row.min <= row.mean <= row.max
        smallest = sizes_fitting_range(row.mean, row.min, row.max)
        whose = "" if row.n is not None else ", the size of the arm,"
        yield Finding(
            check="mean-in-range",
            severity="contradiction" if outside or row.n is not None else "doubt",
            study=row.study,
            place=row.place.at("mean"),
            other_places=(row.place.at("min"), row.place.at("max")),
            expected=f"a mean lies between its extremes, {say(row.min)} and {say(row.max)}"
            if outside
            else f"{n} values{whose} from {say(row.min)} to {say(row.max)} have a mean of "
            f"{say(exact(row.min) + (exact(row.max) - exact(row.min)) / (n or 1), 1)} to "
            f"{say(exact(row.max) - (exact(row.max) - exact(row.min)) / (n or 1), 1)}",
            found=f"{say(row.mean)} is printed",
            fits=f"It fits {smallest} or more values." if smallest else "",
            source=ARITHMETIC,
        )


def check_difference_of_means(base: EvidenceBase) -> Iterator[Finding]:
    """Find differences between arms that are not those of the printed means.

    Means of change are preferred. Means at the time are used only where no baseline is held, as
    the difference may be one of changes. Adjusted differences need not fit, so it is a doubt.
    """
    for row in base.contrasts:
        if row.measure != "md" or row.estimate is None or row.reading != "primary":
            continue
        pair = _pair(base, row, "change")
        if pair is None and not _has_baseline(base, row):
            pair = _pair(base, row, "value")
        if pair is None:
            continue
        a, b = pair
        gap = exact(a.mean or 0.0) - exact(b.mean or 0.0)
        allowed = half_unit(a.mean or 0.0) + half_unit(b.mean or 0.0) + half_unit(row.estimate)
        if abs(gap - exact(row.estimate)) <= allowed:
            continue
        yield Finding(
            check="difference-of-means",
            severity="doubt",
            study=row.study,
            place=row.place.at("estimate"),
            other_places=(a.place.at("mean"), b.place.at("mean")),
            expected=f"{say(a.mean or 0.0)} minus {say(b.mean or 0.0)} is {say(gap)}",
            found=f"a difference of {say(row.estimate)} is printed",
            fits=f"It would fit {say(-row.estimate)}."
            if abs(gap + exact(row.estimate)) <= allowed
            else "An adjusted difference may differ from that of the means.",
            source=ARITHMETIC,
        )


def _pair(base: EvidenceBase, row: Contrast, kind: str) -> tuple[ArmOutcome, ArmOutcome] | None:
    found = []
    for arm in (row.arm_a, row.arm_b):
        rows = [
            o
            for o in base.outcomes
            if (o.study, o.arm, o.outcome, o.scale, o.time_h, o.kind, o.reading)
            == (row.study, arm, row.outcome, row.scale, row.time_h, kind, "primary")
            and o.mean is not None
        ]
        if len(rows) != 1:
            return None
        found.append(rows[0])
    return found[0], found[1]


def _is_baseline(o: ArmOutcome) -> bool:
    return o.time_label == "baseline" or o.time_h == 0


def _has_baseline(base: EvidenceBase, row: Contrast) -> bool:
    return any(
        (o.study, o.outcome) == (row.study, row.outcome) and _is_baseline(o) for o in base.outcomes
    )


def check_change_of_means(base: EvidenceBase) -> Iterator[Finding]:
    """Find mean changes that are not the difference of the printed means before and after.

    Only rows with one n are compared: means over other people need not fit.
    """
    means = [o for o in base.outcomes if o.mean is not None and o.reading == "primary"]
    for change in (o for o in means if o.kind == "change"):
        key = (change.study, change.arm, change.outcome, change.scale, change.n)
        like = [
            o
            for o in means
            if o.kind == "value" and (o.study, o.arm, o.outcome, o.scale, o.n) == key
        ]
        before = [o for o in like if _is_baseline(o)]
        after = [
            o
            for o in like
            if not _is_baseline(o)
            and (o.time_label, o.time_h) == (change.time_label, change.time_h)
        ]
        if len(before) != 1 or len(after) != 1:
            continue
        numbers = [after[0].mean or 0.0, before[0].mean or 0.0, change.mean or 0.0]
        gap = exact(numbers[0]) - exact(numbers[1])
        if abs(gap - exact(numbers[2])) <= sum(half_unit(x) for x in numbers):
            continue
        yield Finding(
            check="change-of-means",
            severity="doubt",
            study=change.study,
            place=change.place.at("mean"),
            other_places=(before[0].place.at("mean"), after[0].place.at("mean")),
            expected=f"from {say(numbers[1])} to {say(numbers[0])} is a change of {say(gap)}",
            found=f"{say(numbers[2])} is printed",
            fits="",
            source=ARITHMETIC,
        )
