"""Whether an interval is in order, holds its estimate and is symmetric on some scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, log

from remit.core.printed import exact, half_unit, say
from remit.evidence.integrity.interval_rows import additive_fit, log_fit
from remit.evidence.plausibility.reading import then
from remit.evidence.plausibility.study_row import StudyRow, changes_between
from remit.evidence.plausibility.suspicion import Severity, Suspicion

__all__ = ["check_interval_centre", "check_interval_estimate", "check_interval_order"]

STRICT = 0.04
"""Many changes are tried on an interval that may be right: they must put the estimate this near
the middle, in half widths."""
SYMMETRY = "Altman & Bland 2011, BMJ 343:d2090"


def check_interval_order(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find intervals whose lower end is above the upper one."""
    for row in rows:
        low, high = row.ci_low, row.ci_high
        if low is None or high is None or low <= high:
            continue
        new = replace(row, ci_low=high, ci_high=low)
        if row.effect is not None and not _holds(new):
            signed = replace(row, ci_low=-low)
            new = signed if _holds(signed) else new
        yield _suspicion(
            row,
            new,
            "interval-order",
            "sure",
            odd=f"the interval is {say(low)} to {say(high)}",
            cause="ends in each other's place" if new.ci_high == low else "a lost minus sign",
            because="The lower end of an interval is not above the upper one.",
            source="arithmetic",
        )


def check_interval_estimate(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find estimates outside their interval, and the one change that puts them in its middle.

    Signs, shifted decimal points and lost logarithms are tried, of the estimate and of each end;
    a change counts only if the interval is then symmetric (as printed or as logarithms).
    """
    for row in rows:
        if not _complete(row) or _holds(row):
            continue
        fixes = _fixes(row)
        cause, new = fixes[0] if fixes else ("a typing error in one of the three numbers", row)
        yield _suspicion(
            row,
            new,
            "interval-estimate",
            "sure",
            odd=f"the estimate {say(row.effect or 0)} is outside its interval, "
            f"{say(row.ci_low or 0)} to {say(row.ci_high or 0)}",
            cause=cause,
            because="An interval contains its estimate.",
            source="arithmetic",
        )


def check_interval_centre(rows: Sequence[StudyRow]) -> Iterator[Suspicion]:
    """Find intervals that are symmetric on no scale.

    Differences lie in the middle of their interval, ratios in the middle of its logarithms, within
    rounding and a tenth of half the width (exact and bootstrap intervals are not quite symmetric).
    It is likely an error where one change of a sign or a decimal point makes it symmetric, and
    worth a look otherwise.
    """
    for row in rows:
        if not _complete(row) or not _holds(row) or _fits(row):
            continue
        fixes = [fix for fix in _fixes(row) if _off_centre(fix[1]) <= STRICT]
        severity: Severity = "likely" if fixes else "worth a look"
        cause, new = fixes[0] if fixes else ("a typing error, or an interval of another kind", row)
        yield _suspicion(
            row,
            new,
            "interval-centre",
            severity,
            odd=f"the estimate {say(row.effect or 0)} is not in the middle of "
            f"{say(row.ci_low or 0)} to {say(row.ci_high or 0)}, nor of their logarithms",
            cause=cause,
            because="Confidence intervals are nearly symmetric on the scale of the analysis.",
            source=SYMMETRY,
        )


def _complete(row: StudyRow) -> bool:
    low, high = row.ci_low, row.ci_high
    return row.effect is not None and low is not None and high is not None and low <= high


def _holds(row: StudyRow) -> bool:
    effect, low, high = row.effect, row.ci_low, row.ci_high
    if effect is None or low is None or high is None:
        return False
    allowed = half_unit(effect) + half_unit(low, high)
    return exact(low) - allowed <= exact(effect) <= exact(high) + allowed


def _fits(row: StudyRow) -> bool:
    effect, low, high = row.effect or 0.0, row.ci_low or 0.0, row.ci_high or 0.0
    return additive_fit(effect, low, high) or log_fit(effect, low, high)


def _readings(row: StudyRow) -> Iterator[tuple[str, StudyRow]]:
    effect, low, high = row.effect or 0.0, row.ci_low or 0.0, row.ci_high or 0.0
    named = (("effect", effect), ("ci_low", low), ("ci_high", high))
    for name, value in named:
        yield f"a wrong sign ({row.at(name).column})", _with(row, name, -value)
    for name, value in named:
        for factor in (10.0, 0.1):
            words = f"a decimal point in the wrong place ({row.at(name).column})"
            yield words, _with(row, name, value * factor)
    if effect > 0 and low > 0:
        yield "an estimate typed as a ratio beside logarithms", _with(row, "effect", log(effect))
    if low > 0 and effect < 10:
        yield "a logarithm typed beside the interval of a ratio", _with(row, "effect", exp(effect))
    if effect > 0 > low and effect < high:
        yield "an estimate typed as a ratio beside logarithms", _with(row, "effect", log(effect))


def _fixes(row: StudyRow) -> list[tuple[str, StudyRow]]:
    """Return the changes that make the interval symmetric, the best centred first."""
    found = [(cause, new) for cause, new in _readings(row) if _holds(new) and _fits(new)]
    return sorted(found, key=lambda pair: _off_centre(pair[1]))


def _off_centre(row: StudyRow) -> float:
    """Return the distance of the estimate from the middle, in half widths, on the better scale."""
    effect, low, high = row.effect or 0.0, row.ci_low or 0.0, row.ci_high or 0.0
    off = [abs(2 * effect - low - high) / (high - low)] if high > low else [1.0]
    if min(effect, low) > 0 and high > low:
        off.append(abs(2 * log(effect) - log(low) - log(high)) / (log(high) - log(low)))
    return round(min(off), 3)


def _with(row: StudyRow, name: str, value: float) -> StudyRow:
    cells = {name: value}
    return replace(row, **cells)  # type: ignore[arg-type]


def _suspicion(
    row: StudyRow,
    new: StudyRow,
    check: str,
    severity: Severity,
    *,
    odd: str,
    cause: str,
    because: str,
    source: str,
) -> Suspicion:
    changes = changes_between(row, new)
    place = changes[0].place if changes else row.at("ci_low")
    cells = (row.at("effect"), row.at("ci_low"), row.at("ci_high"))
    return Suspicion(
        check=check,
        severity=severity,
        study=row.study,
        place=place,
        other_places=tuple(cell for cell in cells if cell != place),
        odd=odd,
        cause=cause,
        would_be=then(changes),
        because=because,
        source=source,
        changes=changes,
    )
