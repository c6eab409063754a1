"""How long a response lasts: every denominator shown, best and worst bounds for the unseen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from remit.evidence.data import Arm, ArmOutcome
from remit.io.toml_section import TomlSection
from remit.plots.durability import DurabilityLine, DurabilityPoint, durability_layout
from remit.report.document import Answer, Block, Column, Figure, Row, Table
from remit.report.numbers import count_word, decimal, percent
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.counts import row_count
from remit.workbench.bench import Bench
from remit.workbench.questions.kept_response import (
    HOURS_A_DAY,
    KeptResponse,
    Spec,
    kept_responses,
    unseen_bounds,
)
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "answer", "read"]


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
        other=section.texts("other", ()),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Lay the lasting responses of all cohorts against the time since the course."""
    kept = kept_responses(bench, spec)
    ours = [k for k in kept if k.treatment_class == bench.settings.treatment_class]
    blocks: list[Block] = []
    if any(k.share is not None for k in kept):
        blocks.append(_figure(bench, head, kept))
    blocks.append(_table(kept))
    means = _means_table(bench, spec)
    blocks += [table for table in (means, _other_table(bench, spec)) if table.rows]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, spec, ours),
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


def _sentence(bench: Bench, spec: Spec, ours: Sequence[KeptResponse]) -> str:
    """Name, for each cohort that looked again, its widest definition at its latest time."""
    if not ours:
        return f"No study says how long a response to {bench.settings.treatment} lasts."
    latest: dict[str, KeptResponse] = {}
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
        + f". {_return_words(bench, spec)}{control[:1].upper()}{control[1:]}. "
        + "How many were not seen again is seldom printed."
    )


def _kept_words(kept: KeptResponse) -> str:
    when = f"at {kept.days:.0f} days" if kept.days else f"{kept.time}, not dated"
    bounds = unseen_bounds(kept)
    if kept.events is not None and kept.treated:
        share = f"{kept.events} of {kept.treated} ({percent(kept.events / kept.treated)})"
    elif bounds is not None:
        share = f"{_bound_words(bounds)} of those treated, the denominator not printed,"
    else:
        share = kept.printed
    return f"{kept.study.label}, {share} {when} ({kept.definition})"


def _figure(bench: Bench, head: QuestionHead, kept: Sequence[KeptResponse]) -> Figure:
    lines: dict[tuple[str, str], list[KeptResponse]] = {}
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


def _point(kept: KeptResponse) -> DurabilityPoint:
    share, treated = kept.share or 0.0, kept.treated or 1
    events = round(share * treated)
    interval = clopper_pearson(events, treated)
    bounds = unseen_bounds(kept)
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


def _table(kept: Sequence[KeptResponse]) -> Table:
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
        "every responder, who was not seen again was still better. Two counts: the denominator is "
        "not printed, and these are the whole counts that the printed percentages fit.",
    )


def _table_row(kept: KeptResponse) -> Row:
    bounds = unseen_bounds(kept)
    percentage = kept.rows[0].percent
    of_all, of_responders = kept.printed, "–"
    if kept.events is not None:
        of_all, of_responders = _of(kept.events, kept.treated), _of(kept.events, kept.responders)
    elif kept.readings:
        of_all = " or ".join(_of(r.events, kept.treated) for r in kept.readings)
        ours = [r for r in kept.readings if r.of == "responders"]
        of_responders = " or ".join(_of(r.events, r.n) for r in ours) or "–"
    elif percentage is not None and kept.rows[0].denominator == "responders":
        of_all, of_responders = "–", f"{percentage:g} %"
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
    return f"{events}/{n}\u00a0({percent(events / n)})"


def _means_table(bench: Bench, spec: Spec) -> Table:
    """Show mean scores that were measured again after the course."""
    rows = [_mean_row(bench, *found) for found in _later_means(bench, spec)]
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


def _later_means(bench: Bench, spec: Spec) -> list[tuple[Arm, ArmOutcome, ArmOutcome, ArmOutcome]]:
    """Return arms whose mean was measured before, at the end, and again after discharge."""
    found = []
    for arm in bench.base.arms:
        scores = [
            o
            for o in bench.base.outcomes
            if (o.study, o.arm, o.outcome) == (arm.study, arm.arm, spec.mean_outcome)
            and o.kind == "value"
            and o.mean is not None
        ]
        before = [o for o in scores if o.time_label in spec.mean_baseline]
        end = [o for o in scores if o.time_label in spec.mean_end]
        later = [o for o in scores if o.time_anchor == "discharge" and o.time_h]
        if before and end:
            found += [(arm, before[0], end[0], row) for row in later if row not in (*before, *end)]
    return found


def _return_words(bench: Bench, spec: Spec) -> str:
    """Say how much of a mean fall was gone again, for arms of the treatment."""
    parts = []
    for arm, before, end, later in _later_means(bench, spec):
        ours = arm.treatment_class == bench.settings.treatment_class
        start, low, again = before.mean or 0.0, end.mean or 0.0, later.mean or 0.0
        if ours and start != low:
            parts.append(
                f"In the {later.n or 'unprinted number of'} patients of "
                f"{bench.base.study(arm.study).label}, {percent((again - low) / (start - low))} of "
                f"the fall was gone at {(later.time_h or 0) / HOURS_A_DAY:.0f} days. "
            )
    return "".join(parts)


def _other_table(bench: Bench, spec: Spec) -> Table:
    """Show outcomes that tell of duration in another way."""
    base = bench.with_use(spec.use)
    classes = {bench.settings.treatment_class, *spec.compare_classes}
    rows = [
        Row(
            cells=(
                base.study(o.study).label,
                base.arm(o.study, o.arm).treatment,
                bench.settings.word(o.outcome),
                _figure_words(o),
                o.note or "–",
            )
        )
        for o in base.outcomes
        if o.outcome in spec.other and base.arm(o.study, o.arm).treatment_class in classes
    ]
    return Table(
        caption="Duration told in another way",
        columns=tuple(
            Column(title=title) for title in ("Cohort", "Drug", "Outcome", "Printed", "Note")
        ),
        rows=tuple(rows),
    )


def _figure_words(row: ArmOutcome) -> str:
    unit = f" {row.scale}" if row.scale else ""
    if row.mean is not None:
        ends = f", range {row.min:g} to {row.max:g}" if row.min is not None and row.max else ""
        return f"mean {row.mean:g}{unit}{ends}"
    if row.median is not None:
        ends = f", quartiles {row.q1:g} to {row.q3:g}" if row.q1 is not None and row.q3 else ""
        return f"median {row.median:g}{unit}{ends}"
    return f"{row.percent:g} % at {row.time_label}" if row.percent is not None else "–"


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


def _done(kept: KeptResponse) -> tuple[str, ...]:
    done = [note.text for row in kept.rows for note in _notes(row)]
    if len(kept.rows) > 1:
        done.append(f"{len(kept.rows)} subgroups of the arm added up.")
    if kept.readings:
        done.append(
            "No denominator is printed. Whole counts that fit: "
            + "; ".join(f"{r.percent:g} % is {r.events} of {r.n} {r.of}" for r in kept.readings)
            + "."
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


def _data(kept: KeptResponse) -> dict[str, Any]:
    bounds = unseen_bounds(kept)
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
        "readings": [[r.percent, r.events, r.n, r.of] for r in kept.readings],
        "worst": bounds[0] if bounds else None,
        "best": bounds[1] if bounds else None,
    }
