"""Results of uncontrolled reports, row by row, pooled with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.evidence.data import ArmOutcome
from remit.io.toml_section import TomlSection
from remit.report.document import Answer, Column, Row, Table
from remit.report.numbers import count_word, decimal
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.cohorts import main_reports
from remit.synthesis.counts import row_count
from remit.workbench.bench import Bench
from remit.workbench.questions.forests import share_text
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "answer", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Uses and kinds of control of the studies, and the outcomes that are listed, in order."""

    use: tuple[str, ...]
    controls: tuple[str, ...]
    outcomes: tuple[str, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    return Spec(
        use=section.texts("use"),
        controls=section.texts("controls"),
        outcomes=section.texts("outcomes"),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """List what each uncontrolled report prints, one report per cohort and outcome."""
    rows = _rows(bench, spec)
    studies = dict.fromkeys(r.study for r in rows)
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, list(studies)),
        blocks=(_table(bench, spec, rows),) if rows else (),
        account=tuple(
            bench.shown(r.study, f"{_what(bench, r)}: {_shows(r)}", (r.place,), _done(r))
            for r in rows
        ),
        studies=dict.fromkeys(studies, "shown"),
        data={"rows": [{"place": str(r.place), "shows": _shows(r)} for r in rows]},
    )


def _rows(bench: Bench, spec: Spec) -> list[ArmOutcome]:
    base = bench.with_use(spec.use).filter_studies(lambda s: s.control in spec.controls)
    rows = [
        o
        for o in base.outcomes
        if o.outcome in spec.outcomes
        and base.arm(o.study, o.arm).treatment_class == bench.settings.treatment_class
        and not base.arm(o.study, o.arm).is_subgroup
        and _shows(o)
    ]
    mains = {
        outcome: main_reports(base, (r.study for r in rows if r.outcome == outcome))
        for outcome in spec.outcomes
    }
    rows = [r for r in rows if mains[r.outcome][r.study].study == r.study]
    return sorted(rows, key=lambda r: spec.outcomes.index(r.outcome))


def _sentence(bench: Bench, studies: Sequence[str]) -> str:
    if not studies:
        return "No such report was found."
    names = ", ".join(bench.base.study(s).label for s in studies)
    return (
        f"{count_word(len(studies), 'report').capitalize()} ({names}) followed single attacks or "
        f"use at home with {bench.settings.treatment} and no comparator; they show what patients "
        "reported, not what the drug did."
    )


def _table(bench: Bench, spec: Spec, rows: Sequence[ArmOutcome]) -> Table:
    shown = []
    for outcome in spec.outcomes:
        group = [r for r in rows if r.outcome == outcome]
        if group:
            name = bench.settings.word(outcome)
            shown.append(Row(cells=(name[:1].upper() + name[1:],), heading=True))
        shown += [
            Row(
                cells=(
                    bench.base.study(r.study).label,
                    _what(bench, r),
                    str(r.n or "–"),
                    _shows(r),
                )
            )
            for r in group
        ]
    return Table(
        caption="What the reports print",
        columns=(
            Column(title="Study"),
            Column(title="What and when"),
            Column(title="n", numeric=True),
            Column(title="Result"),
        ),
        rows=tuple(shown),
        note="Shares with exact (Clopper-Pearson) 95 % intervals where a count is printed or can "
        "be worked out.",
    )


def _what(bench: Bench, row: ArmOutcome) -> str:
    word = bench.settings.word
    definition = f"{word(row.definition)}, " if row.definition else ""
    return f"{definition}{word(row.time_label)}"


def _shows(row: ArmOutcome) -> str:
    """Write the printed result in words; empty where there is none."""
    count = row_count(row)
    if not isinstance(count, str):
        interval = clopper_pearson(count[0], count[1])
        return (
            f"{share_text(count[0], count[1])}; {100 * interval.low:.0f} to "
            f"{100 * interval.high:.0f} %"
        )
    if row.percent is not None:
        return f"{row.percent:g} %"
    kind = {"change": "change ", "relative-change": "change in per cent "}.get(row.kind or "", "")
    if row.mean is not None:
        text = f"{kind}mean {decimal(row.mean)}"
        if row.sd is not None:
            text += f" (SD {row.sd:g})"
        if row.ci_low is not None and row.ci_high is not None:
            text += f" ({decimal(row.ci_low)} to {decimal(row.ci_high)})"
        return text
    return f"{kind}median {decimal(row.median)}" if row.median is not None else ""


def _done(row: ArmOutcome) -> tuple[str, ...]:
    count = row_count(row)
    notes = () if isinstance(count, str) else tuple(note.text for note in count[2])
    return (*notes, *((f"Left out: {row.estimand_note}.",) if row.estimand_note else ()))
