"""Two treatments side by side, whatever the design; nothing is pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from remit.core.estimate import Interval, NotEstimable
from remit.core.percentages import counts_giving
from remit.evidence.data import Arm, ArmOutcome, Study
from remit.io.toml_section import TomlSection
from remit.report.document import Answer, Certainty, Column, Row, SummaryRow, Table
from remit.report.numbers import decimal, span
from remit.synthesis.binomial import newcombe_difference
from remit.synthesis.certainty import CertaintyFacts, suggest_certainty
from remit.workbench.bench import Bench
from remit.workbench.questions.adverse_events import counted_events
from remit.workbench.questions.forests import share_text
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "answer", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Class and name of the comparator, outcomes, ends of the course, and the harm to compare."""

    comparator_class: str
    comparator: str
    outcomes: tuple[str, ...]
    baseline: tuple[str, ...]
    end: tuple[str, ...]
    harm: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Compared:
    """One outcome in one study: what each arm shows, and the difference if it can be had."""

    study: Study
    what: str
    treatment: str
    comparator: str
    difference: str
    sentence: str
    rows: tuple[ArmOutcome, ...]
    done: tuple[str, ...]
    data: dict[str, Any]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    return Spec(
        comparator_class=section.text("comparator_class"),
        comparator=section.text("comparator"),
        outcomes=section.texts("outcomes"),
        baseline=section.texts("baseline"),
        end=section.texts("end"),
        harm=section.text("harm", ""),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Set the arms of every study that has both beside each other."""
    pairs = _pairs(bench, spec)
    compared = [c for study, a, b in pairs for c in _compare(bench, spec, study, a, b)]
    harms = [row for study, a, b in pairs for row in _harm_rows(bench, spec, study, a, b)]
    certainty = _certainty(bench, pairs)
    waiting = _registered(bench, spec)
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, spec, compared, pairs),
        certainty=certainty,
        cautions=(
            *(
                f"{study.label}: "
                + ("randomised." if study.randomised else f"not randomised. {_why(study)}")
                for study, _, _ in pairs
            ),
            *waiting,
        ),
        blocks=(_table(bench, spec, compared, harms),),
        account=tuple(
            bench.shown(
                c.study.study,
                f"{c.what}: {bench.settings.treatment} {c.treatment}; "
                f"{spec.comparator} {c.comparator}",
                (row.place for row in c.rows),
                c.done,
            )
            for c in compared
        ),
        summary=tuple(
            SummaryRow(
                controlled=True,
                outcome=f"{c.what}, {bench.settings.treatment} against {spec.comparator} "
                f"({c.study.label}, {'' if c.study.randomised else 'not '}randomised)",
                studies="1",
                people=str(c.study.n_analysed or "–"),
                estimate=f"{c.treatment} against {c.comparator}; {c.difference}",
                prediction="–",
                certainty=certainty.level,
            )
            for c in compared
            if c.difference != "–"
        ),
        studies={study.study: "shown" for study, _, _ in pairs},
        data={"comparisons": [c.data for c in compared]},
    )


def _pairs(bench: Bench, spec: Spec) -> list[tuple[Study, Arm, Arm]]:
    pairs = []
    for study in bench.base.studies:
        arms = [a for a in bench.base.arms if a.study == study.study and not a.is_subgroup]
        ours = [a for a in arms if a.treatment_class == bench.settings.treatment_class]
        other = [a for a in arms if a.treatment_class == spec.comparator_class]
        if ours and other:
            pairs.append((study, ours[0], other[0]))
    return pairs


def _registered(bench: Bench, spec: Spec) -> tuple[str, ...]:
    """Name registered trials whose title holds both treatments."""
    return tuple(
        f"Registered and without results: {study.title} ({study.study})."
        for study in bench.base.studies
        if study.status == "registered"
        and study.title
        and spec.comparator.lower() in study.title.lower()
        and bench.settings.treatment.lower() in study.title.lower()
    )


def _why(study: Study) -> str:
    return f"{study.notes[:1].upper()}{study.notes[1:]}." if study.notes else ""


def _rows(
    bench: Bench, arm: Arm, outcome: str, labels: Sequence[str], kind: str
) -> list[ArmOutcome]:
    return [
        o
        for o in bench.base.outcomes
        if (o.study, o.arm, o.outcome, o.kind) == (arm.study, arm.arm, outcome, kind)
        and o.time_label in labels
    ]


def _compare(bench: Bench, spec: Spec, study: Study, a: Arm, b: Arm) -> list[_Compared]:
    found = []
    for outcome in spec.outcomes:
        ends = [_rows(bench, arm, outcome, spec.end, "value") for arm in (a, b)]
        if not ends[0] or not ends[1]:
            continue
        if ends[0][0].mean is not None and ends[1][0].mean is not None:
            starts = [_rows(bench, arm, outcome, spec.baseline, "value") for arm in (a, b)]
            if starts[0] and starts[1]:
                found.append(_means(bench, spec, study, starts, ends))
        elif ends[0][0].percent is not None and ends[1][0].percent is not None:
            found.append(_shares(bench, spec, study, (a, b), (ends[0][0], ends[1][0])))
    return found


def _means(
    bench: Bench,
    spec: Spec,
    study: Study,
    starts: list[list[ArmOutcome]],
    ends: list[list[ArmOutcome]],
) -> _Compared:
    falls = []
    texts = []
    for start, end in zip(starts, ends, strict=True):
        before, after = start[0].mean or 0.0, end[0].mean or 0.0
        falls.append(after - before)
        texts.append(f"{decimal(before)} to {decimal(after)}")
    difference = falls[0] - falls[1]
    treatment = bench.settings.treatment
    n = ends[0][0].n
    return _Compared(
        study=study,
        what=f"Mean {starts[0][0].outcome.replace('-', ' ')}, before to end",
        treatment=texts[0],
        comparator=texts[1],
        difference=f"{decimal(difference)} points; its spread is not printed, so no interval",
        sentence=f"in {study.label} pain in {n or 'the'} patients fell {decimal(-falls[0])} points "
        f"with {treatment} and {decimal(-falls[1])} with {spec.comparator}",
        rows=tuple(r for rows in (*starts, *ends) for r in rows[:1]),
        done=("Difference of the two falls: arithmetic on the printed means.",),
        data={
            "study": study.study,
            "outcome": starts[0][0].outcome,
            "change_treatment": falls[0],
            "change_comparator": falls[1],
            "difference": difference,
        },
    )


def _shares(
    bench: Bench,
    spec: Spec,
    study: Study,
    arms: tuple[Arm, Arm],
    rows: tuple[ArmOutcome, ArmOutcome],
) -> _Compared:
    counts = [_possible_counts(row, arm) for row, arm in zip(rows, arms, strict=True)]
    intervals = [
        ((x, n), (y, m), newcombe_difference(x, n, y, m))
        for x, n in counts[0]
        for y, m in counts[1]
    ]
    shares = [row.percent or 0.0 for row in rows]
    gap = shares[0] - shares[1]
    words, done = _interval_words(intervals)
    unit = rows[0].denominator or "patients"
    definition = bench.settings.word(rows[0].definition or rows[0].outcome)
    return _Compared(
        study=study,
        what=f"Responders ({definition}), {unit}",
        treatment=f"{shares[0]:g} %",
        comparator=f"{shares[1]:g} %",
        difference=f"{decimal(gap)}{words}" if words else f"{decimal(gap)} percentage points",
        sentence=f"in {study.label} {shares[0]:g} % of {bench.settings.treatment} {unit} and "
        f"{shares[1]:g} % of {spec.comparator} {unit} were responders{words}",
        rows=rows,
        done=done,
        data={
            "study": study.study,
            "outcome": rows[0].outcome,
            "percent_treatment": shares[0],
            "percent_comparator": shares[1],
            "possible": [
                {
                    "treatment": list(x),
                    "comparator": list(y),
                    "difference_low": interval.low,
                    "difference_high": interval.high,
                }
                for x, y, interval in intervals
            ],
        },
    )


def _possible_counts(row: ArmOutcome, arm: Arm) -> list[tuple[int, int]]:
    """List every (count, number) that the percentage fits, the number at most the arm's."""
    if row.events is not None and row.n:
        return [(row.events, row.n)]
    if row.percent is None or not (row.n or arm.n):
        return []
    most = row.n or arm.n or 0
    least = row.n or max(1, most // 2)
    return [(c, n) for n in range(least, most + 1) for c in counts_giving(row.percent, n)]


def _interval_words(
    intervals: Sequence[tuple[tuple[int, int], tuple[int, int], Interval]],
) -> tuple[str, tuple[str, ...]]:
    if not intervals:
        return "", ("No count fits the printed percentages, so there is no interval.",)
    low = min(100 * i.low for _, _, i in intervals)
    high = max(100 * i.high for _, _, i in intervals)
    fits = "; ".join(
        f"{x[0]} of {x[1]} against {y[0]} of {y[1]}: {span(100 * i.low, 100 * i.high)}"
        for x, y, i in intervals
    )
    done = (
        "Counts are not printed. Counts that fit the percentages within the arms' sizes (at least "
        f"half of each arm), with their Newcombe 95 % intervals of the difference: {fits}.",
    )
    return (
        f" (95 % interval from the counts that fit: {span(low, high, 0)} percentage points)",
        done,
    )


def _certainty(bench: Bench, pairs: Sequence[tuple[Study, Arm, Arm]]) -> Certainty:
    suggested = suggest_certainty(
        CertaintyFacts(
            randomised=bool(pairs) and all(study.randomised for study, _, _ in pairs),
            controlled=True,
            bias_judged=False,
            n=sum(study.n_analysed or 0 for study, _, _ in pairs),
            interval=NotEstimable(reason="not pooled"),
            important=None,
            i2=NotEstimable(reason="not pooled"),
            assumed=0,
            unreported=0,
        )
    )
    return Certainty(level=suggested.level, reasons=suggested.reasons)


def _sentence(
    bench: Bench,
    spec: Spec,
    compared: Sequence[_Compared],
    pairs: Sequence[tuple[Study, Arm, Arm]],
) -> str:
    treatment = bench.settings.treatment
    if not compared:
        return f"No study compares {treatment} with {spec.comparator} in figures."
    randomised = sum(study.randomised for study, _, _ in pairs)
    return (
        f"{randomised or 'No'} randomised trial compares {treatment} with "
        f"{spec.comparator}; " + ", and ".join(c.sentence for c in compared) + ": the order of "
        "treatments and the choice of patients may explain as much as the drugs, so the question "
        "is open."
    )


def _harm_rows(bench: Bench, spec: Spec, study: Study, a: Arm, b: Arm) -> list[Row]:
    counted = counted_events(bench.base, None)
    ours, theirs = (
        next((c for c in counted if (c.row.study, c.row.arm, c.row.event) == key), None)
        for key in ((study.study, a.arm, spec.harm), (study.study, b.arm, spec.harm))
    )
    if ours is None or theirs is None:
        return []
    interval = newcombe_difference(ours.events, ours.n, theirs.events, theirs.n)
    gap = ours.events / ours.n - theirs.events / theirs.n
    return [
        Row(
            cells=(
                study.label,
                bench.settings.word(spec.harm).capitalize(),
                share_text(ours.events, ours.n),
                share_text(theirs.events, theirs.n),
                f"{decimal(100 * gap)} percentage points "
                f"({span(100 * interval.low, 100 * interval.high)})",
            )
        )
    ]


def _table(bench: Bench, spec: Spec, compared: Sequence[_Compared], harms: list[Row]) -> Table:
    return Table(
        caption=f"{bench.settings.treatment.capitalize()} and {spec.comparator} side by side",
        columns=(
            Column(title="Study"),
            Column(title="Outcome"),
            Column(title=bench.settings.treatment.capitalize()),
            Column(title=spec.comparator.capitalize()),
            Column(title="Difference"),
        ),
        rows=(
            *(
                Row(cells=(c.study.label, c.what, c.treatment, c.comparator, c.difference))
                for c in compared
            ),
            *harms,
        ),
        note="Nothing is pooled: the designs differ.",
    )
