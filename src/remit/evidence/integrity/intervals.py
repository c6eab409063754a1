"""Whether an interval fits its estimate and its scale."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import inf, sqrt

from remit.core.numerics import critical_value
from remit.core.printed import exact, half_unit, say
from remit.evidence.data import ArmOutcome, EvidenceBase, Scale
from remit.evidence.integrity.finding import Finding, Severity
from remit.evidence.integrity.interval_rows import (
    PrintedInterval,
    additive_fit,
    log_fit,
    printed_intervals,
)

__all__ = ["check_centre", "check_contains", "check_order", "check_ratio_scale", "check_width"]

SYMMETRY = "Altman & Bland 2011, BMJ 343:d2090"
POPOVICIU = "Popoviciu 1935; Cochrane Handbook 6.5.2.2"


def check_order(base: EvidenceBase) -> Iterator[Finding]:
    """Find intervals whose lower end is above the upper one."""
    for i in printed_intervals(base):
        if i.low > i.high:
            yield _finding(
                i,
                "interval-order",
                "contradiction",
                "ci_low",
                expected="the lower end of an interval is not above the upper one",
                found=f"{say(i.low)} to {say(i.high)} is printed",
                fits=f"It would be in order as {say(i.high)} to {say(i.low)}.",
                source="arithmetic",
            )


def check_contains(base: EvidenceBase) -> Iterator[Finding]:
    """Find intervals that do not contain their estimate."""
    for i in printed_intervals(base):
        if i.estimate is None or i.low > i.high:
            continue
        allowed = half_unit(i.estimate) + half_unit(i.low, i.high)
        if exact(i.low) - allowed <= exact(i.estimate) <= exact(i.high) + allowed:
            continue
        turned = i.low <= -i.estimate <= i.high
        yield _finding(
            i,
            "interval-estimate",
            "contradiction",
            i.column,
            expected=f"the estimate lies in its interval, {say(i.low)} to {say(i.high)}",
            found=f"{say(i.estimate)} is printed",
            fits=f"It would lie in it as {say(-i.estimate)}." if turned else "",
            source="arithmetic",
        )


def check_centre(base: EvidenceBase) -> Iterator[Finding]:
    """Find estimates that are not in the middle of their interval.

    Where the measure is not named, an estimate that is in the middle on either scale passes.
    """
    for i in printed_intervals(base):
        if i.estimate is None or not i.symmetric or not i.low <= i.estimate <= i.high:
            continue
        additive, ratio = (f(i.estimate, i.low, i.high) for f in (additive_fit, log_fit))
        named = isinstance(i.row, ArmOutcome) or i.row.measure
        if (ratio if i.ratio else additive) or (not named and (ratio or additive)):
            continue
        middle = sqrt(i.low * i.high) if i.ratio and i.low > 0 else (i.low + i.high) / 2
        yield _finding(
            i,
            "interval-centre",
            "doubt",
            i.column,
            expected=f"the interval {say(i.low)} to {say(i.high)} is centred on "
            f"{float(f'{middle:.3g}'):g}" + (" as a logarithm" if i.ratio else ""),
            found=f"{say(i.estimate)} is printed",
            fits=_mirrored(i.estimate, i.low, i.high, i.ratio or False),
            source=SYMMETRY,
        )


def _mirrored(estimate: float, low: float, high: float, ratio: bool) -> str:
    if ratio:
        if low <= 0:
            return "A ratio cannot have an interval that reaches 0 or below."
        new_low, new_high = estimate**2 / high, estimate**2 / low
    else:
        new_low, new_high = 2 * estimate - high, 2 * estimate - low
    return (
        f"{say(estimate)} would fit {say(low)} to {new_high:.3g} or {new_low:.3g} to {say(high)}."
    )


def check_ratio_scale(base: EvidenceBase) -> Iterator[Finding]:
    """Find effects without a named measure whose intervals are those of a ratio.

    One finding is made per review or study.
    """

    def unnamed(i: PrintedInterval) -> bool:
        return not isinstance(i.row, ArmOutcome) and not i.row.measure and bool(i.ratio)

    rows = sorted(filter(unnamed, printed_intervals(base)), key=lambda i: (i.study, i.place))
    for study, group in groupby(rows, key=lambda i: i.study):
        first, *rest = group
        middle = (first.low + first.high) / 2
        further = f" So it is in {len(rest)} further rows of it." if rest else ""
        yield Finding(
            check="ratio-scale",
            severity="remark",
            study=study,
            place=first.place.at("measure"),
            other_places=tuple(i.place.at("measure") for i in rest),
            expected=f"as a difference {say(first.low)} to {say(first.high)} is centred on "
            f"{middle:.3g}",
            found=f"{say(first.estimate or 0.0)} is printed and no measure is named",
            fits=f"{first.text} is centred on the log scale, so it is a ratio, "
            f"and 1 is no difference.{further}",
            source=SYMMETRY,
        )


def check_width(base: EvidenceBase) -> Iterator[Finding]:
    """Find intervals of means too wide for their scale: quartiles or a range, most likely.

    The standard deviation that the interval implies is held against the largest that scores
    between the ends of the scale can have, ``(high - low) / 2 * sqrt(n / (n - 1))``.
    """
    scales = {s.scale: s for s in base.scales}
    for i in printed_intervals(base):
        row = i.row
        if not isinstance(row, ArmOutcome) or not row.n or row.n < 2 or i.low >= i.high:
            continue
        width = _scale_width(scales.get(row.scale or ""), row.kind)
        shortest = i.high - i.low - 2 * float(half_unit(i.low, i.high))
        sd = shortest / 2 / critical_value(i.level, row.n - 1) * sqrt(row.n)
        largest = width / 2 * sqrt(row.n / (row.n - 1))
        if sd > largest:
            yield _finding(
                i,
                "interval-width",
                "doubt",
                "ci_low",
                expected=f"the standard deviation of {row.n} scores on this scale is at most "
                f"{largest:.3g}",
                found=f"{say(i.low)} to {say(i.high)} as a confidence interval means {sd:.3g}",
                fits="As quartiles or as a range it would be possible.",
                source=POPOVICIU,
            )


def _scale_width(scale: Scale | None, kind: str | None) -> float:
    if scale is None or scale.low is None or scale.high is None or kind == "relative-change":
        return inf
    return (scale.high - scale.low) * (2 if kind == "change" else 1)


def _finding(
    i: PrintedInterval,
    check: str,
    severity: Severity,
    column: str,
    *,
    expected: str,
    found: str,
    fits: str,
    source: str,
) -> Finding:
    others = tuple(i.place.at(c) for c in ("ci_low", "ci_high", i.column) if c and c != column)
    return Finding(
        check=check,
        severity=severity,
        study=i.study,
        place=i.place.at(column),
        other_places=others,
        expected=expected,
        found=found,
        fits=fits,
        source=source,
    )
