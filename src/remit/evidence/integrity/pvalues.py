"""Whether a p value fits the interval, standard error or standard deviation beside it.

The p is recomputed as in Altman & Bland 2011 (BMJ 343:d2304): half the width of the interval over
its critical value is the standard error, the estimate over the standard error is the statistic.
It is done with the normal distribution and, where sizes are known, with t; the printed p fits if
it is one of those that any of them, with every number as far off as its rounding allows, can give.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, log, sqrt

from remit.core.numerics import critical_value, two_sided
from remit.core.place import Place
from remit.core.printed import half_unit, say, say_p
from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase, PooledReport
from remit.evidence.integrity.finding import Finding, Severity
from remit.evidence.integrity.interval_rows import PrintedInterval, printed_intervals
from remit.evidence.integrity.known import arm_size

__all__ = [
    "check_p_of_alternative",
    "check_p_of_estimate",
    "check_p_of_interval",
    "check_p_of_mean_change",
    "p_agrees",
    "p_from_interval",
    "p_from_std_error",
    "same_comparison",
]

FROM_INTERVAL = "Altman & Bland 2011, BMJ 343:d2304"
FROM_SE = "Cochrane Handbook 6.5.2.3"

PRange = tuple[float, float]


def p_from_interval(
    estimate: float,
    low: float,
    high: float,
    *,
    level: float = 0.95,
    dfs: tuple[float, ...] = (),
    ratio: bool = False,
) -> PRange:
    """Return the smallest and the largest p that an estimate and its interval allow.

    Parameters
    ----------
    estimate, low, high : float
        As printed; ratios are not logarithms and must be above 0.
    level : float
        Level of the interval, a proportion.
    dfs : tuple of float
        Degrees of freedom that the test may have had; the normal is always tried.
    ratio : bool
        Whether the interval is symmetric on the log scale.

    Returns
    -------
    tuple of float
        Smallest and largest p.
    """
    e, h = float(half_unit(estimate)), float(half_unit(low, high))
    if ratio:
        centre = (log(max(estimate - e, 1e-300)), log(estimate + e))
        narrow = (log(high - h) - log(low + h)) / 2 if high - h > low + h else 0.0
        wide = (log(high + h) - log(max(low - h, 1e-300))) / 2
    else:
        centre = (estimate - e, estimate + e)
        narrow, wide = (high - low) / 2 - h, (high - low) / 2 + h
    least, most = _magnitudes(*centre)
    smallest, largest = 1.0, 0.0
    for interval_df, test_df in _pairs(dfs):
        factor = critical_value(level, interval_df)
        weakest = least / wide * factor if wide > 0 else 0.0
        strongest = most / narrow * factor if narrow > 0 else inf
        smallest = min(smallest, two_sided(strongest, test_df))
        largest = max(largest, two_sided(weakest, test_df))
    return smallest, largest


def p_from_std_error(estimate: float, se: float, dfs: tuple[float, ...] = ()) -> PRange:
    """Return the smallest and the largest p that an estimate and its standard error allow."""
    e, h = float(half_unit(estimate)), float(half_unit(se))
    least, most = _magnitudes(estimate - e, estimate + e)
    strongest = most / (se - h) if se > h else inf
    weakest = least / (se + h)
    tests: list[float | None] = [None, *dfs]
    return (
        min(two_sided(strongest, df) for df in tests),
        max(two_sided(weakest, df) for df in tests),
    )


def _magnitudes(lowest: float, highest: float) -> tuple[float, float]:
    """Return the least and the greatest absolute value in an interval."""
    ends = abs(lowest), abs(highest)
    return (0.0 if lowest <= 0 <= highest else min(ends)), max(ends)


def _pairs(dfs: tuple[float, ...]) -> list[tuple[float | None, float | None]]:
    """List what made interval and test: both normal, both t, or a normal interval and a t test."""
    pairs: list[tuple[float | None, float | None]] = [(None, None)]
    for df in dfs:
        pairs += [(df, df), (None, df)]
    return pairs


def p_agrees(p: float, operator: str | None, allowed: PRange) -> bool:
    """Tell whether a printed p, with its relation, is among the allowed ones."""
    smallest, largest = allowed
    half = float(half_unit(p))
    if operator == "<":
        return smallest < p + half
    if operator == ">":
        return largest > p - half
    return smallest <= p + half and p - half <= largest


def check_p_of_interval(base: EvidenceBase) -> Iterator[Finding]:
    """Find p values that the interval in the same row cannot have."""
    for i in printed_intervals(base):
        p, operator = i.row.p_value, i.row.p_operator
        allowed = _allowed(base, i)
        if p is None or allowed is None or p_agrees(p, operator, allowed):
            continue
        yield _misfit(i, p, operator, allowed, i.place.at("p_value"))


def check_p_of_alternative(base: EvidenceBase) -> Iterator[Finding]:
    """Find p values of alternative readings that the primary interval cannot have."""
    primary = [
        i
        for i in printed_intervals(base)
        if isinstance(i.row, Contrast) and i.row.reading == "primary"
    ]
    for row in base.contrasts:
        if row.reading != "alternative" or row.p_value is None or row.ci_low is not None:
            continue
        for i in primary:
            if not isinstance(i.row, Contrast) or not same_comparison(row, i.row):
                continue
            allowed = _allowed(base, i)
            if allowed and not p_agrees(row.p_value, row.p_operator, allowed):
                yield _misfit(i, row.p_value, row.p_operator, allowed, row.place.at("p_value"))


def same_comparison(a: Contrast, b: Contrast) -> bool:
    """Tell whether two rows report one comparison; a scale or time left empty fits any."""
    return (
        (a.study, a.arm_a, a.arm_b, a.outcome) == (b.study, b.arm_a, b.arm_b, b.outcome)
        and (a.scale == b.scale or not a.scale or not b.scale)
        and (a.time_h == b.time_h or a.time_h is None or b.time_h is None)
    )


def _allowed(base: EvidenceBase, i: PrintedInterval) -> PRange | None:
    if i.estimate is None or i.low >= i.high or i.ratio is None or i.column == "median":
        return None
    if i.ratio and min(i.estimate, i.low) <= 0:
        return None
    if isinstance(i.row, ArmOutcome) and i.row.kind == "value":
        return None
    return p_from_interval(
        i.estimate, i.low, i.high, level=i.level, dfs=_dfs(base, i), ratio=i.ratio
    )


def _dfs(base: EvidenceBase, i: PrintedInterval) -> tuple[float, ...]:
    if isinstance(i.row, ArmOutcome):
        return (i.row.n - 1.0,) if i.row.n and i.row.n > 1 else ()
    if isinstance(i.row, Contrast):
        return _contrast_dfs(base, i.row)
    return (i.row.k - 1.0,) if i.row.k and i.row.k > 1 else ()


def _contrast_dfs(base: EvidenceBase, row: Contrast) -> tuple[float, ...]:
    """Return n1 + n2 - 2 and the least that Welch's test can have, min(n1, n2) - 1."""
    a, b = (arm_size(base, row.study, arm) for arm in (row.arm_a, row.arm_b))
    if not a or not b or min(a, b) < 2:
        return ()
    return (a + b - 2.0, min(a, b) - 1.0)


def _misfit(
    i: PrintedInterval, p: float, operator: str | None, allowed: PRange, place: Place
) -> Finding:
    excludes = not i.low <= i.null <= i.high
    small = p <= 1 - i.level if operator != ">" else False
    severity: Severity = "contradiction" if excludes != small else "doubt"
    side = "excludes" if excludes else "includes"
    fits = f"The interval fits p {_range(allowed)}."
    if severity == "contradiction" and isinstance(i.row, PooledReport):
        fits += " A p of another test, such as one for heterogeneity, may stand in its place."
    return Finding(
        check="p-of-interval",
        severity=severity,
        study=i.study,
        place=place,
        other_places=tuple(i.place.at(c) for c in (i.column, "ci_low", "ci_high")),
        expected=f"the interval {i.text} {side} {say(i.null)}",
        found=f"p {operator or '='} {say(p)} is printed",
        fits=fits,
        source=FROM_INTERVAL,
    )


def check_p_of_estimate(base: EvidenceBase) -> Iterator[Finding]:
    """Find p values that the estimate and its printed standard error cannot have."""
    for row in base.contrasts:
        if row.estimate is None or not row.se or row.se < 0 or row.p_value is None:
            continue
        allowed = p_from_std_error(row.estimate, row.se, _contrast_dfs(base, row))
        if not p_agrees(row.p_value, row.p_operator, allowed):
            yield _from_spread(
                row, row.estimate, f"{say(row.se)} as its standard error", allowed, "estimate", "se"
            )


def check_p_of_mean_change(base: EvidenceBase) -> Iterator[Finding]:
    """Find p values against baseline that the mean change, its spread and n cannot have.

    A plus-minus whose kind is not named is tried as a standard deviation and as a standard error;
    the p is found only if neither fits.
    """
    for row in base.outcomes:
        p, n = row.p_value, row.n
        if row.kind != "change" or row.mean is None or p is None or not n or n < 2:
            continue
        dfs = (n - 1.0,)
        readings: list[tuple[str, str, float, PRange]] = []
        for column, spread in (("sd", row.sd), ("spread_unlabelled", row.spread_unlabelled)):
            if spread:
                allowed = _p_from_sd(row.mean, spread, n)
                readings.append((column, "standard deviation", spread, allowed))
        for column, spread in (("se", row.se), ("spread_unlabelled", row.spread_unlabelled)):
            if spread:
                allowed = p_from_std_error(row.mean, spread, dfs)
                readings.append((column, "standard error", spread, allowed))
        if not readings or any(p_agrees(p, row.p_operator, r[3]) for r in readings):
            continue
        column, what, spread, allowed = readings[0]
        yield _from_spread(
            row, row.mean, f"{say(spread)} as its {what} and n = {n}", allowed, "mean", column
        )


def _p_from_sd(mean: float, sd: float, n: int) -> PRange:
    e, h = float(half_unit(mean)), float(half_unit(sd))
    least, most = _magnitudes(mean - e, mean + e)
    strongest = most / (sd - h) * sqrt(n) if sd > h else inf
    weakest = least / (sd + h) * sqrt(n)
    return (
        min(two_sided(strongest, df) for df in (None, n - 1.0)),
        max(two_sided(weakest, df) for df in (None, n - 1.0)),
    )


def _from_spread(
    row: ArmOutcome | Contrast,
    estimate: float,
    spread: str,
    allowed: PRange,
    *columns: str,
) -> Finding:
    return Finding(
        check="p-of-estimate",
        severity="doubt",
        study=row.study,
        place=row.place.at("p_value"),
        other_places=tuple(row.place.at(c) for c in columns),
        expected=f"{say(estimate)} with {spread} has p {_range(allowed)}",
        found=f"p {row.p_operator or '='} {say(row.p_value or 0.0)} is printed",
        fits="",
        source=FROM_SE,
    )


def _range(allowed: PRange) -> str:
    low, high = say_p(allowed[0]), say_p(allowed[1])
    return low if low == high else f"{low} to {high}"
