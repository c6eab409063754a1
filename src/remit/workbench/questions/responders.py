"""Responders at the end of a course: pooled within one definition, never across definitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from remit.core.estimate import NotEstimable
from remit.io.toml_section import TomlSection
from remit.plots.forest import ForestGroup, ForestSpec
from remit.report.document import (
    AccountEntry,
    Answer,
    Block,
    Certainty,
    Column,
    Figure,
    Row,
    Standing,
    SummaryRow,
    Table,
)
from remit.report.numbers import count_word, percent
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.certainty import CertaintyFacts, suggest_certainty
from remit.synthesis.counts import Complement, CountSpec, count_rows
from remit.synthesis.data import ProportionSet, SetAside
from remit.synthesis.multiverse import Multiverse
from remit.synthesis.pooled_proportion import PooledProportion
from remit.synthesis.proportions import pool_proportions
from remit.workbench.bench import Bench
from remit.workbench.questions.choice_blocks import ChoiceWords, choice_blocks
from remit.workbench.questions.forests import (
    MIN_STUDIES_FOR_DIAMOND,
    forest_figure,
    proportion_rows,
    proportion_summary,
    set_aside_rows,
    share_text,
)
from remit.workbench.questions.responders_choices import share_multiverse
from remit.workbench.settings import QuestionHead

__all__ = ["Definition", "Spec", "answer", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A definition of response and its name in sentences."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Outcome, uses, time labels of the end (best first), definitions, opposites."""

    outcome: str
    use: tuple[str, ...]
    end: tuple[str, ...]
    definitions: tuple[Definition, ...]
    complements: tuple[Complement, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Counted:
    definition: Definition
    counts: ProportionSet
    result: PooledProportion | None
    choices: Multiverse | None = None


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    definitions, complements = [], []
    for part in section.sections("definitions", required=True):
        definitions.append(Definition(code=part.text("code"), name=part.text("name")))
        part.finish()
    for part in section.sections("complements"):
        complements.append(
            Complement(
                outcome=part.text("outcome"),
                definition=part.text("definition"),
                counts_as=part.text("counts_as"),
            )
        )
        part.finish()
    return Spec(
        outcome=section.text("outcome"),
        use=section.texts("use", ()),
        end=section.texts("end"),
        definitions=tuple(definitions),
        complements=tuple(complements),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Pool the responders of each definition."""
    counted = [_count(bench, spec, definition) for definition in spec.definitions]
    counted = [one for one in counted if one.counts.rows or one.counts.set_aside]
    studies: dict[str, Standing] = {
        row.study: "pooled" for one in counted for row in one.counts.rows
    }
    for one in counted:
        for row in one.counts.set_aside:
            studies.setdefault(row.study, "shown")
    other = _other_definitions(bench, spec)
    for row in other:
        studies.setdefault(row.study, "shown")
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, counted),
        certainty=_certainty(counted),
        cautions=_cautions(bench, counted),
        blocks=(
            *((_table(counted), _figure(bench, head, counted)) if counted else ()),
            *(block for one in counted for block in _choice_blocks(head, one)),
        ),
        account=(
            *(entry for one in counted for entry in _account(bench, one)),
            *(bench.aside(row) for row in other),
        ),
        summary=tuple(_summary(bench, one) for one in counted if len(one.counts.rows) > 1),
        studies=studies,
        data={"definitions": [_data(one) for one in counted]},
    )


def _count(bench: Bench, spec: Spec, definition: Definition) -> _Counted:
    wanted = CountSpec(
        outcome=spec.outcome,
        definition=definition.code,
        treatment_class=bench.settings.treatment_class,
        times=spec.end,
        complements=spec.complements,
    )
    counts = count_rows(bench.with_use(spec.use), wanted)
    one = _Counted(
        definition=definition,
        counts=counts,
        result=pool_proportions(counts) if counts.rows else None,
    )
    return (
        replace(one, choices=share_multiverse(bench, spec.use, wanted)) if _poolable(one) else one
    )


def _choice_blocks(head: QuestionHead, one: _Counted) -> tuple[Block, ...]:
    """Say how far a pooled share depends on what could have been decided otherwise."""
    if one.choices is None:
        return ()
    effect, code = f"share by the definition '{one.definition.name}'", one.definition.code
    words = ChoiceWords(effect=effect, unit="%", studies="Cohorts", factor=100.0, digits=0)
    return choice_blocks(head, one.choices, words, code)


def _other_definitions(bench: Bench, spec: Spec) -> tuple[SetAside, ...]:
    """List rows of the outcome under definitions that the review does not name."""
    named = {d.code for d in spec.definitions}
    base = bench.with_use(spec.use)
    treated = {
        (a.study, a.arm)
        for a in base.arms
        if a.treatment_class == bench.settings.treatment_class and not a.is_subgroup
    }
    return tuple(
        SetAside(
            study=row.study,
            label=base.study(row.study).label,
            reason=f"counted as '{(row.definition or 'not defined').replace('-', ' ')}' at "
            f"{row.time_label.replace('-', ' ')}, which no definition here is",
            shows=share_text(row.events, row.n)
            if row.events is not None and row.n
            else f"{row.percent:g} %"
            if row.percent is not None
            else "",
            places=(row.place,),
        )
        for row in base.outcomes
        if row.outcome == spec.outcome
        and (row.study, row.arm) in treated
        and row.definition not in named
    )


def _pooled_words(result: PooledProportion) -> str:
    if isinstance(result.proportion, NotEstimable):
        return result.proportion.reason
    low, high = result.proportion.interval.low, result.proportion.interval.high
    return f"{percent(result.proportion.value)} ({100 * low:.0f} to {100 * high:.0f} %)"


def _poolable(one: _Counted) -> bool:
    """Tell whether a pooled share is put forward: three cohorts or more, and none disagree."""
    return (
        one.result is not None
        and one.result.k >= MIN_STUDIES_FOR_DIAMOND
        and not _disagree(one.counts)
        and not isinstance(one.result.proportion, NotEstimable)
    )


def _each(one: _Counted) -> str:
    return "; ".join(f"{row.label} {share_text(row.events, row.n)}" for row in one.counts.rows)


def _disagree(counts: ProportionSet) -> bool:
    """Tell whether two cohorts' exact intervals do not overlap."""
    intervals = [clopper_pearson(row.events, row.n) for row in counts.rows]
    return max(i.low for i in intervals) > min(i.high for i in intervals)


def _sentence(bench: Bench, counted: list[_Counted]) -> str:
    parts = []
    for one in counted:
        if one.result is None or one.result.k < 2:
            continue
        events, n = int(one.counts.events.sum()), int(one.counts.n.sum())
        cohorts = count_word(one.result.k, "cohort")
        if _poolable(one):
            figures = f"{share_text(events, n)} in {cohorts}, pooled {_pooled_words(one.result)}"
        else:
            figures = _each(one)
        beside = [f"{row.label} {row.shows}" for row in one.counts.set_aside if row.shows]
        figures += f"; not counted: {'; '.join(beside)}" if beside else ""
        parts.append(f"By the definition '{one.definition.name}': {figures}.")
    if not parts:
        return "No definition of response is used by more than one cohort, so nothing is pooled."
    return "\n".join(
        (
            *parts,
            f"How many would have responded without {bench.settings.treatment} is not known: "
            + bench.control_words(row.study for one in counted for row in one.counts.rows)
            + ".",
        )
    )


def _certainty(counted: list[_Counted]) -> Certainty:
    largest = max(counted, key=lambda one: len(one.counts.rows), default=None)
    result = largest.result if largest else None
    suggested = suggest_certainty(
        CertaintyFacts(
            randomised=False,
            controlled=False,
            bias_judged=False,
            n=result.n if result else None,
            interval=NotEstimable(reason="a share has no threshold"),
            important=None,
            i2=NotEstimable(reason="a share has no threshold"),
            assumed=0,
            unreported=sum(len(one.counts.set_aside) for one in counted),
        )
    )
    return Certainty(level=suggested.level, reasons=suggested.reasons)


def _cautions(bench: Bench, counted: list[_Counted]) -> tuple[str, ...]:
    cautions: list[str] = []
    for one in counted:
        units = sorted({row.unit for row in one.counts.rows})
        if len(units) > 1:
            cautions.append(
                f"'{one.definition.name}' counts {' and '.join(units)}: one person can be counted "
                "more than once."
            )
    names = [row.study for one in counted for row in one.counts.rows]
    return (*cautions, *bench.overlaps(names))


def _table(counted: list[_Counted]) -> Table:
    rows = []
    for one in counted:
        aside = "; ".join(row.label for row in one.counts.set_aside) or "–"
        if one.result is None:
            cells = ("0", "–", "nothing can be pooled", "–")
        elif _poolable(one):
            cells = (str(one.result.k), _each(one), _pooled_words(one.result), _prediction(one))
        else:
            why = "cohorts disagree" if one.result.k > 2 else "fewer than three cohorts"
            cells = (str(one.result.k), _each(one), f"not pooled: {why}", "–")
        rows.append(Row(cells=(one.definition.name, *cells, aside)))
    return Table(
        caption="Responders by definition",
        columns=(
            Column(title="Definition"),
            Column(title="Cohorts", numeric=True),
            Column(title="Responders"),
            Column(title="Pooled (95 % interval)"),
            Column(title="Prediction"),
            Column(title="Not pooled"),
        ),
        rows=tuple(rows),
        note="A share is pooled (logit-normal mixed model; the figure is that of a median cohort) "
        "from three cohorts on whose exact intervals all overlap. The figure shows each cohort's "
        "exact interval.",
    )


def _prediction(one: _Counted) -> str:
    if one.result is None or not _poolable(one):
        return "–"
    prediction = one.result.prediction
    if isinstance(prediction, NotEstimable):
        return "–"
    return f"{100 * prediction.low:.0f} to {100 * prediction.high:.0f} %"


def _figure(bench: Bench, head: QuestionHead, counted: list[_Counted]) -> Figure:
    return forest_figure(
        f"{head.id}-forest",
        title=head.title,
        caption="Share of responders with exact (Clopper-Pearson) 95 % intervals, one group for "
        "each definition. Definitions are never pooled with each other.",
        groups=[
            ForestGroup(
                title=one.definition.name[:1].upper() + one.definition.name[1:],
                rows=(
                    *(proportion_rows(one.result) if one.result else ()),
                    *set_aside_rows(one.counts.set_aside),
                ),
                summary=proportion_summary(one.result) if one.result and _poolable(one) else None,
            )
            for one in counted
        ],
        spec=ForestSpec(
            axis_label="Responders, %",
            null=None,
            column_titles=("Responders", "Unit"),
            effect_title="Share, % (95 % CI)",
            limits=(0.0, 100.0),
            decimals=0,
        ),
    )


def _account(bench: Bench, one: _Counted) -> list[AccountEntry]:
    name = one.definition.name
    return [
        *(
            bench.used(row, f"{share_text(row.events, row.n)} {row.unit}: {name}")
            for row in one.counts.rows
        ),
        *(bench.aside(replace(row, shows=f"{row.shows}: {name}")) for row in one.counts.set_aside),
    ]


def _summary(bench: Bench, one: _Counted) -> SummaryRow:
    aside = len(one.counts.set_aside)
    estimate = _each(one)
    if one.result is not None and _poolable(one):
        estimate += f"; pooled {_pooled_words(one.result)}"
    return SummaryRow(
        controlled=False,
        outcome=f"Responders at the end of a {bench.settings.treatment} course: "
        f"{one.definition.name}",
        studies=f"{len(one.counts.rows)} ({aside} set aside)" if aside else str(one.counts.n.size),
        people=str(int(one.counts.n.sum())),
        estimate=estimate,
        prediction=_prediction(one),
        certainty="very low",
    )


def _data(one: _Counted) -> dict[str, Any]:
    return {
        "definition": one.definition.code,
        "pooled": one.result.to_dict() if one.result else None,
        "set_aside": [row.to_dict() for row in one.counts.set_aside],
        "choices": one.choices.to_dict() if one.choices else None,
    }
