"""Whether anybody is counted twice, and whether two readings of one figure differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from remit.core.percentages import counts_giving
from remit.core.place import Place
from remit.core.printed import either, exact, half_unit, plural, say, span
from remit.evidence.data import AdverseEvent, Arm, ArmOutcome, Contrast, EvidenceBase
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import arm_of, known_numbers
from remit.evidence.integrity.pvalues import same_comparison

__all__ = [
    "check_alternative_contrasts",
    "check_alternative_outcomes",
    "check_alternative_to_words",
    "check_counted_twice",
    "check_registry",
    "check_shared_cohort",
]

COUNT_ONCE = "Cochrane Handbook 4.6.2"
ARITHMETIC = "arithmetic"
MEDIAN_MEAN = "Hotelling & Solomons 1932"

Key = tuple[str | None, ...]


def check_shared_cohort(base: EvidenceBase) -> Iterator[Finding]:
    """Remark on studies whose reports share patients."""
    cohorts: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for study in base.studies:
        cohorts[study.cohort].append((study.study, study.place))
    for cohort, reports in cohorts.items():
        if len(reports) > 1:
            yield Finding(
                check="shared-cohort",
                severity="remark",
                study=cohort,
                place=reports[0][1].at("cohort"),
                other_places=tuple(place.at("cohort") for _, place in reports[1:]),
                expected="the patients of one cohort count once",
                found=f"{len(reports)} reports are of one cohort: "
                f"{plural([name for name, _ in reports])}",
                fits="They are counted twice unless one report is used for each figure.",
                source=COUNT_ONCE,
            )


def check_counted_twice(base: EvidenceBase) -> Iterator[Finding]:
    """Find one figure that two reports of one cohort both hold as primary."""
    cohort = {s.study: s.cohort for s in base.studies}
    figures: dict[Key, list[ArmOutcome | AdverseEvent]] = defaultdict(list)
    for o in base.outcomes:
        if o.reading == "primary" and _figure(o):
            where = (o.scale, o.kind, o.time_label, o.definition, _treatment(base, o))
            figures[(cohort.get(o.study), "outcome", o.outcome, *where)].append(o)
    for e in base.events:
        if e.events is not None or e.percent is not None:
            figures[(cohort.get(e.study), "event", e.event, _treatment(base, e))].append(e)
    for key, rows in figures.items():
        first = rows[0]
        others = [r for r in rows if r.study != first.study]
        if key[0] is None or not others:
            continue
        said = [f"{r.study} ({_figure_text(r)})" for r in (first, *others)]
        yield Finding(
            check="counted-twice",
            severity="remark",
            study=first.study,
            place=first.place.at("event" if key[1] == "event" else "outcome"),
            other_places=tuple(r.place for r in others),
            expected="the patients of one cohort count once",
            found=f"{key[2]} is held from {plural(said)}",
            fits="Use one of them.",
            source=COUNT_ONCE,
        )


def check_alternative_outcomes(base: EvidenceBase) -> Iterator[Finding]:
    """Remark on alternative readings whose figure differs from the primary one."""
    cohort = {s.study: s.cohort for s in base.studies}
    for row in (o for o in base.outcomes if o.reading == "alternative"):
        for other in base.outcomes:
            same = (row.outcome, row.kind, row.time_label, row.definition, row.scale) == (
                other.outcome,
                other.kind,
                other.time_label,
                other.definition,
                other.scale,
            )
            if other.reading != "primary" or not same or not _same_arm(base, row, other):
                continue
            if cohort.get(row.study, row.study) == cohort.get(other.study, other.study):
                yield from _compare(base, row, other)


def _compare(base: EvidenceBase, row: ArmOutcome, other: ArmOutcome) -> Iterator[Finding]:
    for column in ("mean", "median", "percent", "events"):
        own: float | None = getattr(row, column)
        primary: float | None = getattr(other, column)
        if own is None or primary is None:
            continue
        if own != primary:
            fits = _percent_fits(base, row, other) if column == "percent" else ""
            yield _differ(row, other, column, fits, ARITHMETIC)
        return
    for a, b in ((row, other), (other, row)):
        if a.mean is not None and b.median is not None:
            column = "mean" if a is row else "median"
            yield _differ(row, other, column, _mean_beside_median(a, b), MEDIAN_MEAN)
            return


def _mean_beside_median(a: ArmOutcome, b: ArmOutcome) -> str:
    if a.mean is None or b.median is None or a.sd is None:
        return "One is a mean and one a median: both can hold where values are skewed."
    gap = abs(exact(a.mean) - exact(b.median))
    allowed = exact(a.sd) + half_unit(a.sd) + half_unit(a.mean) + half_unit(b.median)
    verb = "both can hold" if gap <= allowed else "they cannot both hold"
    return (
        f"A mean and a median differ by at most one standard deviation, here {say(gap)} against "
        f"{say(a.sd)}: {verb}."
    )


def _percent_fits(base: EvidenceBase, row: ArmOutcome, other: ArmOutcome) -> str:
    parts = []
    for o in (other, row):
        if o.percent is None or o.events is not None:
            continue
        known = [k.n for k in known_numbers(base, o.study, o.arm)] if o.n is None else [o.n]
        counts = [f"{span(c)} of {n}" for n in known if (c := counts_giving(o.percent, n))]
        parts.append(f"{say(o.percent)} % fits {either(counts) if counts else 'no known number'}.")
    return " ".join(parts)


def check_alternative_contrasts(base: EvidenceBase) -> Iterator[Finding]:
    """Remark on alternative differences between arms that are not the primary ones."""
    for row in (c for c in base.contrasts if c.reading == "alternative"):
        for other in (c for c in base.contrasts if c.reading == "primary"):
            if row.estimate is None or other.estimate is None or row.estimate == other.estimate:
                continue
            if row.measure == other.measure and same_comparison(row, other):
                yield _differ(row, other, "estimate", "", ARITHMETIC)


def check_alternative_to_words(base: EvidenceBase) -> Iterator[Finding]:
    """Remark on alternative differences where the first arm has, in words, none over time.

    Only where no primary figure of the comparison is held.
    """
    for row in base.contrasts:
        if row.reading != "alternative" or not row.estimate or _has_primary(base, row):
            continue
        for o in base.outcomes:
            if (o.study, o.arm, o.outcome) != (row.study, row.arm_a, row.outcome):
                continue
            if o.reading == "primary" and o.direction == "no-difference":
                yield Finding(
                    check="alternative-reading",
                    severity="remark",
                    study=row.study,
                    place=row.place.at("estimate"),
                    other_places=(o.place.at("direction"),),
                    expected=f"the primary reading of arm {o.arm} is no difference in words, "
                    f"{o.place}",
                    found=f"this text has a difference between arms of {say(row.estimate)}",
                    fits="Only one of them can be taken, or they compare different things.",
                    source=ARITHMETIC,
                )


def _has_primary(base: EvidenceBase, row: Contrast) -> bool:
    return any(
        c.reading == "primary" and c.estimate is not None and same_comparison(row, c)
        for c in base.contrasts
    )


def check_registry(base: EvidenceBase) -> Iterator[Finding]:
    """Find one registration number in studies that are not held as one cohort."""
    numbers: dict[str, list[tuple[str, str, Place]]] = defaultdict(list)
    for study in base.studies:
        for number in study.registry:
            numbers[number].append((study.study, study.cohort, study.place))
    for number, reports in numbers.items():
        if len({cohort for _, cohort, _ in reports}) > 1:
            yield Finding(
                check="shared-registration",
                severity="doubt",
                study=reports[0][0],
                place=reports[0][2].at("registry"),
                other_places=tuple(place.at("registry") for _, _, place in reports[1:]),
                expected="one registration number is one trial",
                found=f"{number} is that of {plural([name for name, _, _ in reports])}, "
                "held as different cohorts",
                fits="Give them one cohort if they share patients.",
                source=COUNT_ONCE,
            )


def _differ(
    row: ArmOutcome | Contrast, other: ArmOutcome | Contrast, column: str, fits: str, source: str
) -> Finding:
    return Finding(
        check="alternative-reading",
        severity="remark",
        study=row.study,
        place=row.place.at(column),
        other_places=(other.place,),
        expected=f"{other.study} has {_text(other)} as the primary reading, {other.place}",
        found=f"this text has {_text(row)}",
        fits=fits,
        source=source,
    )


def _text(row: ArmOutcome | Contrast) -> str:
    return say(row.estimate or 0.0) if isinstance(row, Contrast) else _figure_text(row)


def _figure(o: ArmOutcome) -> bool:
    return any(x is not None for x in (o.mean, o.median, o.percent, o.events))


def _figure_text(row: ArmOutcome | AdverseEvent) -> str:
    parts = []
    if isinstance(row, ArmOutcome):
        if row.mean is not None:
            sd = f" (SD {say(row.sd)})" if row.sd is not None else ""
            parts.append(f"a mean of {say(row.mean)}{sd}")
        if row.median is not None:
            parts.append(f"a median of {say(row.median)}")
    if row.events is not None:
        parts.append(f"{row.events} of {row.n}" if row.n is not None else str(row.events))
    if row.percent is not None:
        out_of = f" of {row.n}" if row.n is not None and row.events is None else ""
        parts.append(f"{say(row.percent)} %{out_of}")
    return ", ".join(parts)


def _treatment(base: EvidenceBase, row: ArmOutcome | AdverseEvent) -> str:
    arm = arm_of(base, row.study, row.arm)
    return f"{arm.treatment}/{arm.arm if arm.is_subgroup else ''}" if arm else row.arm


def _same_arm(base: EvidenceBase, a: ArmOutcome, b: ArmOutcome) -> bool:
    if a.study == b.study:
        return a.arm == b.arm
    arms: list[Arm | None] = [arm_of(base, o.study, o.arm) for o in (a, b)]
    return None not in arms and _treatment(base, a) == _treatment(base, b)
