"""How long a response lasts: every denominator shown, best and worst bounds for the unseen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from remit.evidence.data import Arm, ArmOutcome, Study
from remit.io.toml_section import TomlSection
from remit.plots.durability import DurabilityLine, DurabilityPoint, durability_layout
from remit.report.document import Answer, Block, Column, Figure, Row, Table
from remit.report.numbers import count_word, decimal, percent
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.cohorts import main_reports
from remit.synthesis.counts import row_count
from remit.workbench.bench import Bench
from remit.workbench.questions.forests import share_text
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "answer", "read"]

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Which rows tell of a response that lasts, and which of the response it began with.

    Attributes
    ----------
    sustained, acute : tuple of str
        Outcomes of a lasting response, and of the response at the end of a course.
    acute_end : tuple of str
        Time labels of the end of a course, best first.
    timed_responders : tuple of str
        Time labels at which an acute outcome was counted after the course.
    use : tuple of str
        Uses of the treatment's studies.
    mean_outcome, mean_baseline, mean_end
        Scores from which a return to baseline can be read.
    compare_classes : tuple of str
        Other classes of arm to show beside the treatment.
    """

    sustained: tuple[str, ...]
    acute: tuple[str, ...]
    acute_end: tuple[str, ...]
    timed_responders: tuple[str, ...]
    use: tuple[str, ...]
    mean_outcome: str
    mean_baseline: tuple[str, ...]
    mean_end: tuple[str, ...]
    compare_classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    """A lasting response of one cohort at one time.

    ``events`` counts patients still better; ``n`` is the number it is printed of (None where the
    report does not say); ``treated``, ``responders`` and ``attenders`` are the three denominators
    as far as they are known.
    """

    study: Study
    treatment: str
    treatment_class: str
    definition: str
    time: str
    days: float | None
    printed: str
    events: int | None
    share: float | None
    treated: int | None
    responders: int | None
    attenders: int | None
    rows: tuple[ArmOutcome, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    return Spec(
        sustained=section.texts("sustained"),
        acute=section.texts("acute"),
        acute_end=section.texts("acute_end"),
        timed_responders=section.texts("timed_responders", ()),
        use=section.texts("use", ()),
        mean_outcome=section.text("mean_outcome"),
        mean_baseline=section.texts("mean_baseline"),
        mean_end=section.texts("mean_end"),
        compare_classes=section.texts("compare_classes", ()),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Lay the lasting responses of all cohorts against the time since the course."""
    kept = _collect(bench, spec)
    ours = [k for k in kept if k.treatment_class == bench.settings.treatment_class]
    blocks: list[Block] = []
    if any(k.share is not None for k in kept):
        blocks.append(_figure(bench, head, kept))
    blocks.append(_table(kept))
    means = _means_table(bench, spec)
    if means.rows:
        blocks.append(means)
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, ours),
        cautions=(
            "Visits are scattered; a time is the mean delay where the report gives one. The day "
            "on which a response was lost is not known.",
            *bench.overlaps(k.study.study for k in ours),
        ),
        blocks=tuple(blocks),
        account=tuple(
            bench.shown(
                k.study.study,
                f"{k.printed}: {k.definition}, {k.time}",
                (row.place for row in k.rows),
                _done(k),
            )
            for k in kept
        ),
        studies={k.study.study: "shown" for k in ours},
        data={"responses": [_data(k) for k in kept]},
    )


def _collect(bench: Bench, spec: Spec) -> list[_Kept]:
    classes = {bench.settings.treatment_class, *spec.compare_classes}
    base = bench.with_use(spec.use)
    groups: dict[tuple[str, str, str], list[ArmOutcome]] = {}
    for row in base.outcomes:
        lasting = row.outcome in spec.sustained or (
            row.outcome in spec.acute and row.time_label in spec.timed_responders
        )
        if lasting and base.arm(row.study, row.arm).treatment_class in classes:
            key = (row.study, row.definition or row.outcome, row.time_label)
            groups.setdefault(key, []).append(row)
    mains = main_reports(base, (key[0] for key in groups))
    kept = [
        _one(bench, spec, rows) for key, rows in groups.items() if mains[key[0]].study == key[0]
    ]
    return sorted(
        kept,
        key=lambda k: (
            k.treatment_class != bench.settings.treatment_class,
            k.days is None,
            k.days or 0,
        ),
    )


def _one(bench: Bench, spec: Spec, rows: Sequence[ArmOutcome]) -> _Kept:
    row = rows[0]
    study, arm = bench.base.study(row.study), _whole_arm(bench, row)
    counts = [row_count(r) for r in rows]
    known = [c for c in counts if not isinstance(c, str)]
    whole = len(known) == len(rows)
    events = sum(c[0] for c in known) if whole else None
    n = sum(c[1] for c in known) if whole else None
    responders = _acute_responders(bench, spec, row.study)
    treated = n if row.denominator not in {"responders", "attenders"} and n else arm.n
    attenders = n if row.denominator == "attenders" else None
    share = None if events is None or not treated else events / treated
    if share is None and row.percent is not None and treated and responders:
        share = row.percent / 100 * responders / treated
    printed = share_text(events, n) if events is not None and n else f"{row.percent or 0:g} %"
    return _Kept(
        study=study,
        treatment=arm.treatment,
        treatment_class=arm.treatment_class,
        definition=bench.settings.word(row.definition or row.outcome),
        time=bench.settings.word(row.time_label),
        days=row.time_h / HOURS_A_DAY if row.time_h else None,
        printed=printed,
        events=events,
        share=share,
        treated=treated,
        responders=responders,
        attenders=attenders,
        rows=tuple(rows),
    )


def _whole_arm(bench: Bench, row: ArmOutcome) -> Arm:
    """Return the arm of a row, or the whole arm of which the row's arm is a subgroup."""
    arm = bench.base.arm(row.study, row.arm)
    if not arm.is_subgroup:
        return arm
    for other in bench.base.arms:
        same = other.study == arm.study and other.treatment == arm.treatment
        if same and not other.is_subgroup:
            return other
    return arm


def _acute_responders(bench: Bench, spec: Spec, study: str) -> int | None:
    """Return the printed number of responders at the end of the course, if there is one."""
    for label in spec.acute_end:
        for row in bench.base.outcomes:
            if row.study == study and row.outcome in spec.acute and row.time_label == label:
                return row.events
    return None


def _bounds(kept: _Kept) -> tuple[float, float] | None:
    """Return the share of all treated if every patient not seen again had lost, or kept, it.

    Where the number seen again is not printed, anyone who responded at the end of the course and
    is not among those still better may have gone unseen.
    """
    if not kept.treated:
        return None
    if kept.events is None:
        if kept.share is None:
            return None
        return kept.share, (kept.rows[0].percent or 0) / 100
    worst = kept.events / kept.treated
    if kept.attenders is not None:
        return worst, (kept.events + kept.treated - kept.attenders) / kept.treated
    if kept.responders is not None and kept.responders > kept.events:
        return worst, kept.responders / kept.treated
    return worst, worst


def _sentence(bench: Bench, ours: Sequence[_Kept]) -> str:
    """Name, for each cohort that looked again, its widest definition at its latest time."""
    if not ours:
        return f"No study says how long a response to {bench.settings.treatment} lasts."
    latest: dict[str, _Kept] = {}
    for k in ours:
        known = latest.get(k.study.study)
        if known is None or (k.days or 0, k.share or 0) > (known.days or 0, known.share or 0):
            latest[k.study.study] = k
    control = bench.control_words(latest)
    parts = [_kept_words(k) for k in sorted(latest.values(), key=lambda k: k.days or math.inf)]
    return (
        f"{count_word(len(latest), 'cohort').capitalize()} looked again after a "
        f"{bench.settings.treatment} course, each counting something else: "
        + "; ".join(parts)
        + f". {control[:1].upper()}{control[1:]}, and how many were not seen again is seldom "
        "printed."
    )


def _kept_words(kept: _Kept) -> str:
    when = f"at {kept.days:.0f} days" if kept.days else f"{kept.time}, not dated"
    bounds = _bounds(kept)
    if kept.events is not None and kept.treated:
        share = f"{kept.events} of {kept.treated} ({percent(kept.events / kept.treated)})"
    elif bounds is not None:
        share = f"{100 * bounds[0]:.0f} to {100 * bounds[1]:.0f} % of those treated"
    else:
        share = kept.printed
    return f"{kept.study.label}, {share} {when} ({kept.definition})"


def _figure(bench: Bench, head: QuestionHead, kept: Sequence[_Kept]) -> Figure:
    lines: dict[tuple[str, str], list[_Kept]] = {}
    for k in kept:
        if k.share is not None:
            lines.setdefault((k.study.study, k.definition), []).append(k)
    several = {key[0] for key in lines if sum(other[0] == key[0] for other in lines) > 1}
    drawn = tuple(
        DurabilityLine(
            label=group[0].study.label + (f", {key[1]}" if key[0] in several else ""),
            treatment=bench.settings.word(group[0].treatment_class),
            points=tuple(_point(k) for k in group),
        )
        for key, group in lines.items()
    )
    words = "; ".join(
        f"{line.label} ({line.treatment}): "
        + ", ".join(
            f"{percent(p.events_share)} at "
            + (f"{p.days:.0f} days" if p.days else "an unprinted time")
            for p in line.points
        )
        for line in drawn
    )
    return Figure(
        id=f"{head.id}-curve",
        title=head.title,
        alt=f"Share of all treated who were still better, against days since the course. {words}.",
        caption="Share of all treated patients still better, each cohort by its own definition. "
        "Thin line: exact 95 % interval. Pale bar: from the worst case (all unseen patients lost "
        "the response) to the best.",
        wide=durability_layout(drawn),
    )


def _point(kept: _Kept) -> DurabilityPoint:
    share, treated = kept.share or 0.0, kept.treated or 1
    events = round(share * treated)
    interval = clopper_pearson(events, treated)
    bounds = _bounds(kept)
    worst, best = bounds if bounds and bounds[1] > bounds[0] else (None, None)
    return DurabilityPoint(
        days=kept.days,
        events_share=events / treated,
        ci_low=interval.low,
        ci_high=interval.high,
        worst=worst,
        best=best,
        denominator_text=f"{events} of {treated} treated",
    )


def _table(kept: Sequence[_Kept]) -> Table:
    titles = ("Of all treated", "Of responders", "Of those seen again", "Worst to best")
    return Table(
        caption="Still better after the course, by three denominators",
        columns=(
            Column(title="Cohort"),
            Column(title="Drug"),
            Column(title="Counted"),
            Column(title="When"),
            *(Column(title=title, numeric=True) for title in titles),
        ),
        rows=tuple(_table_row(k) for k in kept),
        note="A dash: the number is not printed. Worst to best: of all treated, if nobody, or "
        "every responder, who was not seen again was still better. Two figures: the denominator "
        "is not printed, and the percentage is of the responders or of all treated.",
    )


def _table_row(kept: _Kept) -> Row:
    bounds = _bounds(kept)
    percentage = kept.rows[0].percent
    if kept.events is not None:
        of_all, of_responders = _of(kept.events, kept.treated), _of(kept.events, kept.responders)
    elif kept.share is not None and percentage is not None:
        of_all, of_responders = f"{100 * kept.share:.0f} or {percentage:g} %", f"{percentage:g} %?"
    elif percentage is not None and kept.rows[0].denominator == "responders":
        of_all, of_responders = "–", f"{percentage:g} %"
    else:
        of_all, of_responders = kept.printed, "–"
    return Row(
        cells=(
            kept.study.label,
            kept.treatment,
            kept.definition,
            f"{kept.days:.0f} days" if kept.days else kept.time,
            of_all,
            of_responders,
            _of(kept.events, kept.attenders),
            _bound_words(bounds),
        )
    )


def _bound_words(bounds: tuple[float, float] | None) -> str:
    if bounds is None:
        return "–"
    low, high = bounds
    return percent(low) if low == high else f"{100 * low:.0f} to {100 * high:.0f} %"


def _of(events: int | None, n: int | None) -> str:
    if events is None or not n or events > n:
        return "–"
    return f"{events}/{n} ({percent(events / n)})"


def _means_table(bench: Bench, spec: Spec) -> Table:
    """Show mean scores that were measured again after the course."""
    rows = []
    for arm in bench.base.arms:
        scores = [
            o
            for o in bench.base.outcomes
            if (o.study, o.arm, o.outcome, o.kind)
            == (arm.study, arm.arm, spec.mean_outcome, "value")
            and o.mean is not None
        ]
        before = [o for o in scores if o.time_label in spec.mean_baseline]
        end = [o for o in scores if o.time_label in spec.mean_end]
        later = [
            o
            for o in scores
            if o not in before and o not in end and o.time_anchor == "discharge" and o.time_h
        ]
        for row in later:
            if before and end:
                rows.append(_mean_row(bench, arm, before[0], end[0], row))
    return Table(
        caption="Mean pain measured again after the course",
        columns=(
            Column(title="Cohort"),
            Column(title="Drug"),
            *(Column(title=t, numeric=True) for t in ("n", "Before", "End", "Later")),
            Column(title="When"),
            Column(title="Fall that was gone", numeric=True),
        ),
        rows=tuple(rows),
    )


def _mean_row(
    bench: Bench, arm: Arm, before: ArmOutcome, end: ArmOutcome, later: ArmOutcome
) -> Row:
    start, low, again = before.mean or 0.0, end.mean or 0.0, later.mean or 0.0
    gone = percent((again - low) / (start - low)) if start != low else "–"
    return Row(
        cells=(
            bench.base.study(arm.study).label,
            arm.treatment,
            str(later.n or "–"),
            decimal(start),
            decimal(low),
            decimal(again),
            f"{(later.time_h or 0) / HOURS_A_DAY:.0f} days",
            gone,
        )
    )


def _done(kept: _Kept) -> tuple[str, ...]:
    done = [note.text for row in kept.rows for note in _notes(row)]
    if len(kept.rows) > 1:
        done.append(f"{len(kept.rows)} subgroups of the arm added up.")
    if kept.events is None and kept.share is not None:
        done.append(
            "No denominator is printed: placed in the figure as a share of the "
            f"{kept.responders} acute responders, its bar reaching to a share of all treated."
        )
    if kept.responders is not None and kept.events is not None and kept.events > kept.responders:
        done.append(
            f"More are counted here ({kept.events}) than responded at the end of the course "
            f"({kept.responders}): this is not the same response."
        )
    return tuple(done)


def _notes(row: ArmOutcome) -> tuple[Any, ...]:
    count = row_count(row)
    return () if isinstance(count, str) else count[2]


def _data(kept: _Kept) -> dict[str, Any]:
    bounds = _bounds(kept)
    return {
        "study": kept.study.study,
        "treatment": kept.treatment,
        "definition": kept.definition,
        "days": kept.days,
        "time": kept.time,
        "events": kept.events,
        "share_of_treated": kept.share,
        "treated": kept.treated,
        "responders": kept.responders,
        "attenders": kept.attenders,
        "worst": bounds[0] if bounds else None,
        "best": bounds[1] if bounds else None,
    }
