"""Treatment against comparators, one class of comparator at a time, never pooled across classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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
    Fact,
    Figure,
    Row,
    Standing,
    SummaryRow,
    Table,
)
from remit.report.numbers import decimal, span, with_interval
from remit.synthesis.between import BetweenSpec, between_effects
from remit.synthesis.certainty import CertaintyFacts, suggest_certainty
from remit.synthesis.data import EffectSet
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.spec import RandomEffects
from remit.workbench.bench import Bench
from remit.workbench.questions.between_arms_choices import difference_multiverse
from remit.workbench.questions.between_arms_words import (
    Comparator,
    Compared,
    compared_sentence,
    shown_interval,
)
from remit.workbench.questions.choice_blocks import ChoiceWords, choice_blocks
from remit.workbench.questions.forests import (
    effect_rows,
    effect_summary,
    forest_figure,
    heterogeneity_text,
    set_aside_rows,
)
from remit.workbench.settings import QuestionHead

__all__ = ["Comparator", "Spec", "answer", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Outcome, comparators, time window in hours, and uses of the studies."""

    outcome: str
    comparators: tuple[Comparator, ...]
    time_h: tuple[float, float]
    use: tuple[str, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    comparators = []
    for part in section.sections("comparators", required=True):
        comparators.append(Comparator(code=part.text("class"), name=part.text("name")))
        part.finish()
    return Spec(
        outcome=section.text("outcome"),
        comparators=tuple(comparators),
        time_h=section.span("time_h"),
        use=section.texts("use", ()),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Pool the differences within each class of comparator and say what they show."""
    compared = [_compare(bench, spec, comparator) for comparator in spec.comparators]
    unit = compared[0].effects.unit
    sentence = "\n".join(compared_sentence(bench, one) for one in compared)
    studies: dict[str, Standing] = {r.study: "pooled" for one in compared for r in one.effects.rows}
    for one in compared:
        for row in one.effects.set_aside:
            studies.setdefault(row.study, "direction")
    single = compared[0] if len(compared) == 1 else None
    groups = [_group(one) for one in compared]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=sentence,
        facts=_facts(single) if single else (),
        certainty=single.certainty if single else None,
        cautions=_cautions(bench, compared),
        blocks=(
            *(() if single else (_table(bench, compared, unit),)),
            *(
                (_figure(bench, head, _caption(bench, spec, compared), groups, unit),)
                if any(group.rows for group in groups)
                else ()
            ),
            *(block for one in compared for block in _choice_blocks(head, one)),
        ),
        account=tuple(entry for one in compared for entry in _account(bench, one)),
        summary=tuple(_summary(bench, spec, one) for one in compared),
        studies=studies,
        data={"comparisons": [_data(one) for one in compared]},
    )


def _figure(
    bench: Bench, head: QuestionHead, caption: str, groups: list[ForestGroup], unit: str
) -> Figure:
    return forest_figure(
        f"{head.id}-forest",
        title=head.title,
        caption=caption,
        groups=groups,
        spec=ForestSpec(
            axis_label=f"Difference in the change of pain, {unit}",
            favours_low=f"favours {bench.settings.treatment}",
            favours_high="favours comparator",
            column_titles=(
                f"{bench.settings.treatment.capitalize()}\nmean (SD), n",
                "Comparator\nmean (SD), n",
            ),
            effect_title="Difference (95 % CI)",
            decimals=1,
        ),
    )


def _compare(bench: Bench, spec: Spec, comparator: Comparator) -> Compared:
    spec_of = partial(
        BetweenSpec,
        outcome=spec.outcome,
        treatment_class=bench.settings.treatment_class,
        comparator_class=comparator.code,
        time_h=spec.time_h,
        scale=bench.settings.pain_scale,
    )
    effects = between_effects(bench.with_use(spec.use), spec_of())
    result = pool(effects, RandomEffects()) if effects.rows else None
    interval = shown_interval(result) if result else None
    no_result = NotEstimable(reason="no study gives a usable number")
    judged = [bench.full.study(r.study).rob_overall for r in effects.rows]
    answering = [r.study for r in effects.rows] + [r.study for r in effects.set_aside]
    certainty = suggest_certainty(
        CertaintyFacts(
            randomised=bool(answering) and all(bench.full.study(s).randomised for s in answering),
            controlled=True,
            bias_judged=bool(judged) and None not in judged,
            n=result.n if result else _people(bench, effects),
            interval=interval or no_result,
            important=bench.settings.important_difference,
            i2=result.i2 if result else no_result,
            assumed=sum(r.assumed for r in effects.rows),
            unreported=len(effects.set_aside),
        )
    )
    return Compared(
        comparator=comparator,
        effects=effects,
        result=result,
        certainty=Certainty(level=certainty.level, reasons=certainty.reasons),
        choices=difference_multiverse(bench, spec.use, spec_of, effects),
    )


def _choice_blocks(head: QuestionHead, one: Compared) -> tuple[Block, ...]:
    """Say how far the answer depends on what could have been decided otherwise."""
    if one.choices is None:
        return ()
    effect = f"difference against {one.comparator.name}"
    words = ChoiceWords(effect=effect, unit=one.effects.unit, studies="Trials")
    return choice_blocks(head, one.choices, words, one.comparator.code)


def _people(bench: Bench, effects: EffectSet) -> int | None:
    """Return how many people stand in studies that could not be pooled; None if not printed."""
    studies = [bench.full.study(row.study) for row in effects.set_aside]
    return sum(s.n_analysed or s.n_enrolled or 0 for s in studies) or None


def _facts(one: Compared) -> tuple[Fact, ...]:
    result = one.result
    if result is None:
        return (Fact(label="Trials with a usable number", value="0"),)
    facts = [
        Fact(label="Trials", value=str(result.k)),
        Fact(label="People", value=str(result.n or "not printed")),
        Fact(
            label="Difference (95 % interval)",
            value=f"{with_interval(result.effect, shown_interval(result))} {one.effects.unit}",
        ),
        Fact(label="Prediction interval", value=_prediction(result)),
        Fact(label="Heterogeneity", value=heterogeneity_text(result)),
        Fact(label="Set aside", value=str(len(one.effects.set_aside))),
    ]
    return tuple(facts)


def _prediction(result: PooledResult) -> str:
    prediction = result.prediction
    if isinstance(prediction, NotEstimable):
        return f"not estimable: {prediction.reason[:1].lower()}{prediction.reason[1:].rstrip('.')}"
    return span(prediction.low, prediction.high)


def _table(bench: Bench, compared: list[Compared], unit: str) -> Table:
    rows = []
    for one in compared:
        result = one.result
        aside = "; ".join(row.label for row in one.effects.set_aside) or "–"
        if result is None:
            people = str(_people(bench, one.effects) or "–")
            cells = (one.comparator.name, "0", people, "no usable number", "–", "–", aside)
        elif result.k == 2:
            wide = f"{with_interval(result.effect, result.interval)} with t, 1 df"
            cells = (
                one.comparator.name,
                "2",
                str(result.n or "–"),
                f"not put forward; {wide}",
                "–",
                heterogeneity_text(result),
                aside,
            )
        else:
            cells = (
                one.comparator.name,
                str(result.k),
                str(result.n or "–"),
                with_interval(result.effect, shown_interval(result)),
                "–" if isinstance(result.prediction, NotEstimable) else _prediction(result),
                heterogeneity_text(result),
                aside,
            )
        rows.append(Row(cells=(*cells, one.certainty.level)))
    return Table(
        caption=f"Each class of comparator by itself; difference in {unit}, 95 % interval",
        columns=(
            Column(title="Comparator"),
            Column(title="Trials", numeric=True),
            Column(title="People", numeric=True),
            Column(title="Difference"),
            Column(title="Prediction"),
            Column(title="Heterogeneity"),
            Column(title="Not pooled"),
            Column(title="Certainty"),
        ),
        rows=tuple(rows),
        note="Negative favours the treatment. Classes are never pooled with each other: each "
        "answers a question of its own.",
    )


def _group(one: Compared) -> ForestGroup:
    names = ("treatment", "comparator")
    return ForestGroup(
        title=f"Against {one.comparator.name}",
        rows=(
            *(effect_rows(one.result, names) if one.result else ()),
            *set_aside_rows(one.effects.set_aside),
        ),
        summary=effect_summary(one.result) if one.result else None,
    )


def _caption(bench: Bench, spec: Spec, compared: list[Compared]) -> str:
    low, high = spec.time_h
    few = any(one.result is not None and one.result.k < 3 for one in compared)
    text = (
        f"Change in pain with {bench.settings.treatment} minus change with the comparator, "
        f"{60 * low:g} to {60 * high:g} minutes after the start (the latest time in that window). "
        "Squares are estimates, lines 95 % intervals."
    )
    if few:
        text += " No diamond is drawn where fewer than three trials can be pooled."
    return text


def _cautions(bench: Bench, compared: list[Compared]) -> tuple[str, ...]:
    cautions: list[str] = []
    for one in compared:
        for row in one.effects.rows:
            cautions.extend(
                f"{row.label}: {note.text}" for note in row.notes if note.kind == "caution"
            )
    with_rows = [one for one in compared if one.result is not None]
    if with_rows:
        cautions.append(
            f"An important difference is taken as {bench.settings.important_difference:g} points: "
            f"{bench.settings.important_difference_is}."
        )
    return tuple(cautions)


def _account(bench: Bench, one: Compared) -> list[AccountEntry]:
    used = [
        bench.used(
            row,
            f"difference {with_interval(row.effect, row.interval(), 2)} against "
            f"{one.comparator.name}"
            + (f", {row.n} people" if row.n else "")
            + (f"; printed {row.columns['printed']}" if row.columns.get("printed") else ""),
        )
        for row in one.effects.rows
    ]
    return [*used, *(bench.aside(row) for row in one.effects.set_aside)]


def _summary(bench: Bench, spec: Spec, one: Compared) -> SummaryRow:
    low, high = spec.time_h
    outcome = (
        f"Pain {60 * low:g} to {60 * high:g} min after {bench.settings.treatment}, against "
        f"{one.comparator.name}"
    )
    result = one.result
    if result is None:
        words = "; ".join(row.shows or row.reason for row in one.effects.set_aside)
        estimate, prediction = words or "no trial", "–"
        people = str(_people(bench, one.effects) or "–")
        studies = f"0 ({len(one.effects.set_aside)} set aside)"
    else:
        studies = str(result.k)
        aside = len(one.effects.set_aside)
        studies += f" ({aside} set aside)" if aside else ""
        people = str(result.n or "–")
        known = not isinstance(result.prediction, NotEstimable)
        prediction = _prediction(result) if known and result.k > 2 else "–"
        if result.k == 2:
            estimate = "two trials, " + " and ".join(decimal(r.effect) for r in result.rows)
            estimate += " points; not pooled into one figure"
        else:
            estimate = f"{with_interval(result.effect, shown_interval(result))} points of 10"
    return SummaryRow(
        controlled=True,
        outcome=outcome,
        studies=studies,
        people=people,
        estimate=estimate,
        prediction=prediction,
        certainty=one.certainty.level,
    )


def _data(one: Compared) -> dict[str, Any]:
    return {
        "comparator": one.comparator.code,
        "pooled": one.result.to_dict() if one.result else None,
        "set_aside": [row.to_dict() for row in one.effects.set_aside],
        "certainty": {"level": one.certainty.level, "reasons": list(one.certainty.reasons)},
        "choices": one.choices.to_dict() if one.choices else None,
    }
