"""Whether what a source says in words fits its interval, its p value and its sign."""

from __future__ import annotations

from collections.abc import Iterator

from remit.core.place import Place
from remit.core.printed import half_unit, say
from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase
from remit.evidence.integrity.finding import Finding, Severity
from remit.evidence.integrity.interval_rows import PrintedInterval, printed_intervals
from remit.evidence.integrity.pvalues import same_comparison

__all__ = ["check_direction_of_interval", "check_direction_of_p", "check_direction_of_sign"]

SOURCE = "Altman & Bland 2011, BMJ 343:d2090"
NO_DIFFERENCE = "no-difference"
ALPHA = 0.05


def check_direction_of_interval(base: EvidenceBase) -> Iterator[Finding]:
    """Find directions in words that the interval of the same comparison does not bear out.

    The direction of an alternative reading is held against the primary interval.
    """
    intervals = [i for i in printed_intervals(base) if isinstance(i.row, Contrast)]
    for row in base.contrasts:
        if not row.direction:
            continue
        for i in intervals:
            own = i.row is row
            other = (
                isinstance(i.row, Contrast)
                and row.reading == "alternative"
                and i.row.reading == "primary"
                and row.ci_low is None
                and same_comparison(row, i.row)
            )
            if not (own or other) or i.low > i.high or i.ratio is None:
                continue
            half = float(half_unit(i.low, i.high))
            excludes = i.low - half > i.null or i.high + half < i.null
            includes = i.low + half < i.null < i.high - half
            if row.direction == NO_DIFFERENCE and excludes:
                yield _interval_finding(row, i, "excludes", "contradiction" if own else "doubt")
            elif row.direction != NO_DIFFERENCE and includes:
                yield _interval_finding(row, i, "includes", "doubt")


def _interval_finding(row: Contrast, i: PrintedInterval, verb: str, severity: Severity) -> Finding:
    whose = "" if i.row is row else f" of {i.place}"
    return Finding(
        check="direction-of-interval",
        severity=severity,
        study=row.study,
        place=row.place.at("direction"),
        other_places=(i.place.at("ci_low"), i.place.at("ci_high")),
        expected=f"the interval {i.text}{whose} {verb} {say(i.null)}",
        found=f"the source says {_words(row.direction)}",
        fits="",
        source=SOURCE,
    )


def check_direction_of_p(base: EvidenceBase) -> Iterator[Finding]:
    """Find directions in words that the p of the same row does not bear out.

    Rows with an interval are left to it.
    """
    rows: tuple[Contrast | ArmOutcome, ...] = (*base.contrasts, *base.outcomes)
    for row in rows:
        if not row.direction or row.p_value is None or row.ci_low is not None:
            continue
        below = row.p_value <= ALPHA and row.p_operator != ">"
        above = row.p_value >= ALPHA and row.p_operator != "<"
        silent = row.direction == NO_DIFFERENCE
        if (silent and below and not above) or (not silent and above and not below):
            found = f"p {row.p_operator or '='} {say(row.p_value)} is printed"
            expected = f"the source says {_words(row.direction)}"
            yield _row_finding(row, "direction-of-p", "p_value", expected, found)


def check_direction_of_sign(base: EvidenceBase) -> Iterator[Finding]:
    """Find differences whose sign is opposite to the direction in words.

    The sign is read with the better end of the scale; pain is better lower.
    """
    better = {s.scale: s.better for s in base.scales}
    for row in base.contrasts:
        end = better.get(row.scale or "")
        if end is None or not row.estimate or row.direction not in {"favours-a", "favours-b"}:
            continue
        favours_a = (row.estimate < 0) == (end == "lower")
        if favours_a != (row.direction == "favours-a"):
            expected = f"on a scale where {end} is better the source says {_words(row.direction)}"
            found = f"{say(row.estimate)}, a minus b, is held"
            yield _row_finding(row, "direction-of-sign", "estimate", expected, found)


def _row_finding(
    row: Contrast | ArmOutcome, check: str, column: str, expected: str, found: str
) -> Finding:
    place: Place = row.place.at(column)
    return Finding(
        check=check,
        severity="contradiction" if check == "direction-of-sign" else "doubt",
        study=row.study,
        place=place,
        other_places=(row.place.at("direction"),),
        expected=expected,
        found=found,
        fits=f"It would fit {say(-(row.estimate or 0.0))}."
        if isinstance(row, Contrast) and check == "direction-of-sign"
        else "",
        source="arithmetic" if check == "direction-of-sign" else SOURCE,
    )


def _words(direction: str | None) -> str:
    return (direction or "").replace("-", " ")
