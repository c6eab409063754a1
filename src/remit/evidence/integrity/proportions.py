"""Whether a percentage fits its count and its denominator.

Percentages are compared exactly, as fractions. Rounding half up, half down and half to even are
all accepted. A percentage with decimals that was cut off instead of rounded is only remarked on.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from math import floor

from remit.core.percentages import (
    counts_cut_to,
    counts_giving,
    denominators_giving,
    fit_of_percent,
)
from remit.core.place import Place
from remit.core.printed import decimals, either, exact, plural, say, span
from remit.evidence.data import AdverseEvent, ArmOutcome, EvidenceBase
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import known_numbers

__all__ = [
    "check_common_denominator",
    "check_counts",
    "check_percent_of_count",
    "check_percent_of_n",
    "check_percent_of_study",
]

ARITHMETIC = "arithmetic"
GRIM_PERCENT = "Brown & Heathers 2017, GRIM for percentages"


def check_counts(base: EvidenceBase) -> Iterator[Finding]:
    """Find counts below 0 or above their denominator, and percentages outside 0 to 100."""
    for row in _counted(base):
        if row.events is not None and row.events < 0:
            yield _simple(row, "events", f"{row.events} is printed", "a count is never below 0")
        elif row.events is not None and row.n is not None and row.events > row.n:
            yield _simple(row, "events", f"{row.events} is printed", f"the denominator is {row.n}")
        if row.n is not None and row.n < 0:
            yield _simple(row, "n", f"{row.n} is printed", "a denominator is never below 0")
        if row.percent is not None and not 0 <= row.percent <= 100:
            found = f"{say(row.percent)} % is printed"
            yield _simple(row, "percent", found, "a share lies between 0 and 100 %")


def check_percent_of_count(base: EvidenceBase) -> Iterator[Finding]:
    """Find percentages that are not those of the printed count and denominator."""
    for row in _counted(base):
        if row.events is None or row.percent is None or not row.n or not 0 <= row.events <= row.n:
            continue
        fit = fit_of_percent(row.events, row.n, row.percent)
        places = decimals(row.percent)
        if fit == "rounded" or (fit == "cut" and places == 0):
            continue
        cut = fit == "cut"
        value = Fraction(100 * row.events, row.n)
        yield Finding(
            check="percent-of-count",
            severity="remark" if cut else "contradiction",
            study=row.study,
            place=row.place.at("percent"),
            other_places=(row.place.at("events"), row.place.at("n")),
            expected=f"{row.events}/{row.n} is {say(value, places + 1 if cut else places or 1)} %",
            found=f"{say(row.percent)} % is printed",
            fits="It was cut off, not rounded."
            if cut
            else _what_fits(base, row.study, row.percent, row.events, row.n),
            source=ARITHMETIC,
        )


def _what_fits(base: EvidenceBase, study: str, percent: float, count: int, n: int) -> str:
    known = {k.n: k for k in known_numbers(base, study)}
    parts = []
    denominators = denominators_giving(percent, count)
    named = [d for d in denominators if d in known and d != n]
    for d in named:
        parts.append(f"{count} of {d} ({known[d].what}, {known[d].place})")
    if denominators and not named:
        parts.append(f"{count} of {span(denominators)}")
    counts = counts_giving(percent, n)
    if counts:
        parts.append(f"{span(counts)} of {n}")
    if not parts:
        return ""
    return f"{say(percent)} % fits {either(parts)}."


def check_percent_of_n(base: EvidenceBase) -> Iterator[Finding]:
    """Find percentages, printed without a count, that no whole count of their n gives."""
    for row in _counted(base):
        if row.events is None and row.percent is not None and row.n:
            yield from _percent_alone(
                base, row.study, row.percent, {row.n: row.place.at("n")}, row.place.at("percent")
            )


def check_percent_of_study(base: EvidenceBase) -> Iterator[Finding]:
    """Find percentages of women that no whole count of the number analysed or enrolled gives."""
    for study in base.studies:
        sizes = {
            n: study.place.at(column)
            for column, n in (("n_analysed", study.n_analysed), ("n_enrolled", study.n_enrolled))
            if n
        }
        if study.female_pct is not None and sizes:
            place = study.place.at("female_pct")
            yield from _percent_alone(base, study.study, study.female_pct, sizes, place)


def _percent_alone(
    base: EvidenceBase, study: str, percent: float, sizes: dict[int, Place], place: Place
) -> Iterator[Finding]:
    if not 0 <= percent <= 100 or any(counts_giving(percent, n) for n in sizes):
        return
    cut = {n: counts_cut_to(percent, n) for n in sizes if counts_cut_to(percent, n)}
    if cut and decimals(percent) == 0:
        return
    others = [
        f"{span(counts_giving(percent, k.n))} of {k.n} ({k.what})"
        for k in known_numbers(base, study)
        if k.n not in sizes and counts_giving(percent, k.n)
    ]
    near = [
        f"{c}/{n} is {say(Fraction(100 * c, n), decimals(percent) + 1)} %"
        for n in sizes
        for c in _nearest_counts(percent, n)
    ]
    fits = [f"{plural(near)}."] + ([f"{say(percent)} % fits {either(others)}."] if others else [])
    if cut:
        n, counts = next(iter(cut.items()))
        fits.append(f"Cut off instead of rounded, it is {span(counts)} of {n}.")
    yield Finding(
        check="percent-of-n",
        severity="remark" if cut else "doubt",
        study=study,
        place=place,
        other_places=tuple(sizes.values()),
        expected=f"no whole count of {either([str(n) for n in sizes])} rounds to {say(percent)} %",
        found=f"{say(percent)} % is printed",
        fits=" ".join(fits),
        source=GRIM_PERCENT,
    )


def _nearest_counts(percent: float, n: int) -> list[int]:
    below = floor(exact(percent) * n / 100)
    return [c for c in (below, below + 1) if 0 <= c <= n]


def check_common_denominator(base: EvidenceBase) -> Iterator[Finding]:
    """Find series of percentages without a denominator that no single known number gives.

    A series is what one arm shows for one outcome and definition at several times. Only rounding
    is considered: whole percentages that were cut off fit nearly every denominator.
    """
    bare = [
        o
        for o in base.outcomes
        if o.percent is not None and o.n is None and o.events is None and o.reading == "primary"
    ]

    def series(o: ArmOutcome) -> tuple[str, str, str, str, str]:
        return (o.study, o.arm, o.outcome, o.definition or "", o.denominator or "")

    for key, group in groupby(sorted(bare, key=series), key=series):
        rows = sorted(group, key=lambda o: o.place)
        percents = [o.percent for o in rows if o.percent is not None]
        known = known_numbers(base, key[0], key[1])
        if len(set(percents)) < 2 or not known:
            continue
        if any(all(counts_giving(p, k.n) for p in percents) for k in known):
            continue
        fits = []
        for p in percents:
            out_of = [
                f"{span(counts_giving(p, k.n))} of {k.n} ({k.what})"
                for k in known
                if counts_giving(p, k.n)
            ]
            fits.append(f"{say(p)} % fits {either(out_of) if out_of else 'none of them'}.")
        numbers = either([str(k.n) for k in known])
        yield Finding(
            check="percent-common-denominator",
            severity="doubt",
            study=key[0],
            place=rows[0].place.at("percent"),
            other_places=tuple(o.place.at("percent") for o in rows[1:]),
            expected=f"no number known in this arm ({numbers}) gives all of them",
            found=f"{plural([f'{say(p)} %' for p in percents])} are printed without a denominator",
            fits=" ".join(fits),
            source=GRIM_PERCENT,
        )


def _counted(base: EvidenceBase) -> Iterator[ArmOutcome | AdverseEvent]:
    yield from base.outcomes
    yield from base.events


def _simple(row: ArmOutcome | AdverseEvent, column: str, found: str, expected: str) -> Finding:
    return Finding(
        check="count-range",
        severity="contradiction",
        study=row.study,
        place=row.place.at(column),
        found=found,
        expected=expected,
        fits="",
        source=ARITHMETIC,
    )
