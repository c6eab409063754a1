"""Adverse events: a rate per event and study with its exact interval, none of it pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from remit.core.percentages import counts_giving
from remit.evidence.data import AdverseEvent, Contrast, EvidenceBase
from remit.io.toml_section import TomlSection
from remit.plots.events import EventRow, events_layout
from remit.report.document import Answer, Block, Column, Figure, Row, Standing, SummaryRow, Table
from remit.report.numbers import count_word, percent, percent_range
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.cohorts import main_reports
from remit.workbench.bench import Bench
from remit.workbench.questions.forests import share_text
from remit.workbench.settings import QuestionHead

__all__ = ["CountedEvent", "Spec", "answer", "counted_events", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Event codes for any event, serious events, stops, and the absence of events.

    ``controlled`` names outcomes of contrasts that compare harms without a count.
    """

    any: str
    serious: tuple[str, ...]
    stops: tuple[str, ...]
    absence: tuple[str, ...]
    controlled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedEvent:
    """An event with a count, printed or the only one that the percentage fits.

    Attributes
    ----------
    row : AdverseEvent
        As reported.
    events, n : int
        Count and denominator.
    low, high : float
        Exact 95 % interval of the share.
    done : tuple of str
        What was done to the printed figures.
    """

    row: AdverseEvent
    events: int
    n: int
    low: float
    high: float
    done: tuple[str, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    return Spec(
        any=section.text("any"),
        serious=section.texts("serious"),
        stops=section.texts("stops"),
        absence=section.texts("absence", ()),
        controlled=section.texts("controlled", ()),
    )


def counted_events(base: EvidenceBase, treatment_class: str | None) -> list[CountedEvent]:
    """Return the events with a count in arms of a class (any, if None), one report per cohort."""
    rows = [
        e
        for e in base.events
        if treatment_class is None or base.arm(e.study, e.arm).treatment_class == treatment_class
    ]
    found = [counted for row in rows if (counted := _count(row)) is not None]
    mains = {
        event: main_reports(base, (c.row.study for c in found if c.row.event == event))
        for event in {c.row.event for c in found}
    }
    return [c for c in found if mains[c.row.event][c.row.study].study == c.row.study]


def _count(row: AdverseEvent) -> CountedEvent | None:
    if not row.n:
        return None
    done: tuple[str, ...] = ()
    events = row.events
    if events is None and row.percent is not None:
        fitting = counts_giving(row.percent, row.n)
        if len(fitting) == 1:
            events = fitting[0]
            done = (
                f"The count is not printed: {events} is the only whole number of {row.n} that "
                f"gives {row.percent:g} %.",
            )
    if events is None or events > row.n:
        return None
    interval = clopper_pearson(events, row.n)
    return CountedEvent(
        row=row, events=events, n=row.n, low=interval.low, high=interval.high, done=done
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """List every counted event, then those named without a figure."""
    treatment_class = bench.settings.treatment_class
    counted = [
        c for c in counted_events(bench.base, treatment_class) if c.row.event not in spec.absence
    ]
    named = [
        e
        for e in bench.base.events
        if bench.base.arm(e.study, e.arm).treatment_class == treatment_class
        and e.events is None
        and e.percent is None
    ]
    order = _order(spec, counted)
    counted.sort(key=lambda c: (order.index(c.row.event), -c.events / c.n))
    studies: dict[str, Standing] = {c.row.study: "shown" for c in counted}
    for event in named:
        studies.setdefault(event.study, "direction")
    blocks: list[Block] = []
    if counted:
        blocks.append(_figure(bench, head, counted))
    blocks += [_controlled_table(bench), _table(bench, counted), _named_table(bench, named)]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, spec, counted, named),
        cautions=(
            "Studies count different units (patients, encounters, infusions) and ask in different "
            "ways, so no rate is pooled; sums stand only for serious events and stops.",
            "An event that a report does not mention is not an event that did not occur. Zero of "
            "few proves little: the upper bound says how common an unseen event may be.",
        ),
        blocks=tuple(block for block in blocks if not isinstance(block, Table) or block.rows),
        account=tuple(
            bench.shown(
                c.row.study,
                f"{share_text(c.events, c.n)} {c.row.denominator or ''}: "
                f"{c.row.term_as_printed or c.row.event}",
                (c.row.place,),
                c.done,
            )
            for c in counted
        )
        + tuple(
            bench.shown(c.study, _contrast_words(bench, c), (c.place,))
            for c in _controlled_contrasts(bench, spec)
        )
        + tuple(
            bench.shown(e.study, f"{e.term_as_printed or e.event}, not counted", (e.place,))
            for e in named
        ),
        summary=_summary(bench, spec, counted),
        studies=studies,
        data={"events": [_data(c) for c in counted]},
    )


def _order(spec: Spec, counted: Sequence[CountedEvent]) -> list[str]:
    first = [*spec.serious, *spec.stops, spec.any]
    rest: dict[str, float] = {}
    for c in counted:
        if c.row.event not in first:
            rest[c.row.event] = max(rest.get(c.row.event, 0.0), c.events / c.n)
    return [*first, *sorted(rest, key=lambda event: (-rest[event], event))]


def _sum(counted: Sequence[CountedEvent], events: Sequence[str]) -> tuple[int, int, int]:
    rows = [c for c in counted if c.row.event in events]
    return sum(c.events for c in rows), sum(c.n for c in rows), len(rows)


def _sentence(
    bench: Bench, spec: Spec, counted: Sequence[CountedEvent], named: Sequence[AdverseEvent]
) -> str:
    lines = [_serious_words(bench, spec, counted, named)]
    shares = sorted(c.events / c.n for c in counted if c.row.event == spec.any)
    if shares:
        lines.append(
            f"Any adverse event was counted in {percent_range(shares)} "
            f"({count_word(len(shares), 'study', 'studies')})"
        )
    stops = [_sum_words(bench, counted, code) for code in spec.stops]
    lines += [words for words in stops if words]
    worse = [_contrast_words(bench, c) for c in _controlled_contrasts(bench, spec)]
    if worse:
        lines.append("Beside a comparator: " + "; ".join(worse))
    uncounted = len({e.study for e in named})
    lines.append(f"{count_word(uncounted, 'study names', 'studies name')} events without a count")
    return ". ".join(line[:1].upper() + line[1:] for line in lines) + "."


def _serious_words(
    bench: Bench, spec: Spec, counted: Sequence[CountedEvent], named: Sequence[AdverseEvent]
) -> str:
    serious, of, k = _sum(counted, spec.serious)
    words = f"With {bench.settings.treatment}, no study counts serious adverse events"
    if of:
        bound = clopper_pearson(serious, of).high
        rows = [c for c in counted if c.row.event in spec.serious]
        units = " and ".join(sorted({c.row.denominator or "patients" for c in rows}))
        words = (
            f"With {bench.settings.treatment}, {count_word(k, 'study counts', 'studies count')} "
            f"{serious or 'no'} serious adverse events in {of} {units} (upper bound "
            f"{percent(bound, 1)})"
        )
    beside = [
        f"{bench.base.study(e.study).label} ({e.n or 'number not printed'}) reports some without a "
        f"count" + (f" ({e.note})" if e.note else "")
        for e in named
        if e.event in spec.serious
    ]
    return words + (f"; {'; '.join(beside)}" if beside else "")


def _sum_words(bench: Bench, counted: Sequence[CountedEvent], code: str) -> str:
    events, of, k = _sum(counted, (code,))
    if not of:
        return ""
    name = bench.settings.word(code)
    return f"{name}: {events} of {of} ({count_word(k, 'study', 'studies')})"


def _controlled_contrasts(bench: Bench, spec: Spec) -> list[Contrast]:
    return [c for c in bench.base.contrasts if c.outcome in spec.controlled and c.direction]


def _contrast_words(bench: Bench, row: Contrast) -> str:
    base = bench.base
    first = base.arm(row.study, row.arm_a).treatment
    second = base.arm(row.study, row.arm_b).treatment
    what = bench.settings.word(row.outcome)
    way = {
        "favours-b": f"more {what} with {first} than with {second}",
        "favours-a": f"less {what} with {first} than with {second}",
    }.get(row.direction or "", f"no difference in {what}")
    p = f", p {row.p_operator} {row.p_value:g}" if row.p_value is not None else ""
    return f"{way}{p} ({base.study(row.study).label})"


def _figure(bench: Bench, head: QuestionHead, counted: Sequence[CountedEvent]) -> Figure:
    rows = tuple(
        EventRow(
            event=c.row.event.replace("-", " ").capitalize(),
            study=bench.base.study(c.row.study).label,
            treatment=c.row.denominator or "patients",
            events=c.events,
            n=c.n,
            share=c.events / c.n,
            ci_low=c.low,
            ci_high=c.high,
        )
        for c in counted
    )
    return Figure(
        id=f"{head.id}-figure",
        title=head.title,
        alt=f"Share with each adverse event under {bench.settings.treatment}. "
        + "; ".join(f"{r.event}, {r.study}: {r.events} of {r.n}" for r in rows)
        + ".",
        caption=f"Adverse events with {bench.settings.treatment}: share with exact "
        "(Clopper-Pearson) 95 % interval, each study by itself.",
        wide=events_layout(
            rows, x_label="Share with the event, per cent", treatment_title="Counted in"
        ),
    )


def _table(bench: Bench, counted: Sequence[CountedEvent]) -> Table:
    rows = []
    for event in dict.fromkeys(c.row.event for c in counted):
        rows.append(Row(cells=(event.replace("-", " ").capitalize(),), heading=True))
        rows.extend(
            Row(
                cells=(
                    bench.base.study(c.row.study).label,
                    c.row.term_as_printed or "–",
                    share_text(c.events, c.n),
                    c.row.denominator or "–",
                    f"{100 * c.low:.1f} to {100 * c.high:.1f} %",
                )
            )
            for c in counted
            if c.row.event == event
        )
    return Table(
        caption="Counted events",
        columns=(
            Column(title="Study"),
            Column(title="As printed"),
            Column(title="Events", numeric=True),
            Column(title="Counted"),
            Column(title="Exact 95 % interval", numeric=True),
        ),
        rows=tuple(rows),
    )


def _controlled_table(bench: Bench) -> Table:
    """Set treatment and comparator beside each other where both are counted."""
    counted = counted_events(bench.base, None)
    ours = bench.settings.treatment_class
    rows = []
    for a in counted:
        arm = bench.base.arm(a.row.study, a.row.arm)
        if arm.treatment_class != ours:
            continue
        for b in counted:
            other = bench.base.arm(b.row.study, b.row.arm)
            same = (a.row.study, a.row.event) == (b.row.study, b.row.event)
            if same and other.treatment_class != ours:
                rows.append(
                    Row(
                        cells=(
                            bench.base.study(a.row.study).label,
                            a.row.event.replace("-", " "),
                            share_text(a.events, a.n),
                            f"{share_text(b.events, b.n)} {other.treatment}",
                        )
                    )
                )
    return Table(
        caption="Beside a comparator",
        columns=(
            Column(title="Study"),
            Column(title="Event"),
            Column(title=bench.settings.treatment.capitalize(), numeric=True),
            Column(title="Comparator", numeric=True),
        ),
        rows=tuple(rows),
    )


def _named_table(bench: Bench, named: Sequence[AdverseEvent]) -> Table:
    by_study: dict[str, list[str]] = {}
    for event in named:
        words = event.term_as_printed or event.event.replace("-", " ")
        by_study.setdefault(event.study, []).append(words)
    return Table(
        caption="Named without a count",
        columns=(Column(title="Study"), Column(title="Events named"), Column(title="As noted")),
        rows=tuple(
            Row(
                cells=(
                    bench.base.study(study).label,
                    "; ".join(words),
                    "; ".join(dict.fromkeys(e.note for e in named if e.study == study and e.note)),
                )
            )
            for study, words in by_study.items()
        ),
    )


def _summary(bench: Bench, spec: Spec, counted: Sequence[CountedEvent]) -> tuple[SummaryRow, ...]:
    rows = []
    for code in (*spec.serious, *spec.stops):
        events, n, k = _sum(counted, (code,))
        name = bench.settings.word(code)
        if n:
            interval = clopper_pearson(events, n)
            rows.append(
                SummaryRow(
                    controlled=False,
                    outcome=f"{name[:1].upper()}{name[1:]}, {bench.settings.treatment}",
                    studies=str(k),
                    people=str(n),
                    estimate=f"{events} of {n} (exact {100 * interval.low:.1f} to "
                    f"{100 * interval.high:.1f} %)",
                    prediction="–",
                    certainty="very low",
                )
            )
    return tuple(rows)


def _data(counted: CountedEvent) -> dict[str, Any]:
    return {
        "study": counted.row.study,
        "arm": counted.row.arm,
        "event": counted.row.event,
        "events": counted.events,
        "n": counted.n,
        "denominator": counted.row.denominator,
        "share": counted.events / counted.n,
        "ci_low": counted.low,
        "ci_high": counted.high,
    }
