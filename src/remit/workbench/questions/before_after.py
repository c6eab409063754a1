"""Pain before and after a course in uncontrolled cohorts, with the assumptions in the open."""

from __future__ import annotations

from remit.core.estimate import NotEstimable
from remit.io.toml_section import TomlSection
from remit.plots.forest import ForestGroup, ForestSpec
from remit.report.document import (
    Answer,
    Certainty,
    Choice,
    Fact,
    Figure,
    Option,
    Prose,
    Standing,
    SummaryRow,
    Table,
)
from remit.report.numbers import count_word, decimal, span, with_interval
from remit.synthesis.certainty import CertaintyFacts, suggest_certainty
from remit.synthesis.data import EffectSet
from remit.synthesis.multiverse import Multiverse
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.spec import RandomEffects
from remit.workbench.bench import Bench
from remit.workbench.questions.before_after_choices import (
    Spec,
    change_effects,
    change_multiverse,
)
from remit.workbench.questions.choice_blocks import ChoiceWords, choice_blocks
from remit.workbench.questions.forests import (
    MIN_STUDIES_FOR_DIAMOND,
    effect_rows,
    effect_summary,
    forest_figure,
    heterogeneity_text,
    set_aside_rows,
)
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "answer", "read"]

COLUMNS = ("n", "before", "after")


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    return Spec(
        outcome=section.text("outcome"),
        use=section.texts("use", ()),
        baseline=section.texts("baseline"),
        end=section.texts("end"),
    )


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Pool the changes under the stated assumptions, and under each of the other values."""
    settings = bench.settings
    effects = change_effects(bench, spec, settings.sd_change.value, settings.correlation.value)
    studies: dict[str, Standing] = {r.study: "pooled" for r in effects.rows}
    studies.update({r.study: "shown" for r in effects.set_aside if r.study not in studies})
    if not effects.rows:
        return Answer(
            id=head.id,
            title=head.title,
            asks=head.asks,
            sentence="No cohort prints scores before and after that can be brought to one scale.",
            account=tuple(bench.aside(row) for row in effects.set_aside),
            studies=studies,
            data={"pooled": None},
        )
    result = pool(effects, RandomEffects())
    certainty = _certainty(bench, effects, result)
    verse = change_multiverse(bench, spec, result)
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, result),
        facts=_facts(result, effects),
        certainty=certainty,
        cautions=_cautions(bench, effects, result),
        blocks=_blocks(bench, head, spec, effects, result, verse),
        account=(
            *(
                bench.used(row, f"change {with_interval(row.effect, row.interval(), 2)}, n {row.n}")
                for row in effects.rows
            ),
            *(bench.aside(row) for row in effects.set_aside),
        ),
        summary=(
            SummaryRow(
                controlled=False,
                outcome=f"Pain at the end of a {settings.treatment} course, against before",
                studies=f"{result.k} ({len(effects.set_aside)} set aside)",
                people=str(result.n),
                estimate=f"{with_interval(result.effect, result.interval)} points of 10",
                prediction=_prediction(result),
                certainty=certainty.level,
            ),
        ),
        studies=studies,
        data={
            "pooled": result.to_dict(),
            "choices": verse.to_dict() if verse else None,
            "certainty": {"level": certainty.level, "reasons": list(certainty.reasons)},
        },
    )


def _sentence(bench: Bench, result: PooledResult) -> str:
    low, high = result.interval.low, result.interval.high
    falls = [-row.effect for row in result.rows]
    if result.k < MIN_STUDIES_FOR_DIAMOND:
        each = "; ".join(f"{row.label} {decimal(-row.effect)}" for row in result.rows)
        return (
            f"In {count_word(result.k, 'uncontrolled cohort')}, pain at the end of a "
            f"{bench.settings.treatment} course was lower than before it (points of 10: {each}); "
            "so few cohorts give no pooled figure, and without a control group nobody can say how "
            "much of the fall is due to the drug."
        )
    return (
        f"In {count_word(result.k, 'uncontrolled cohort')} of {result.n} patients, pain at the end "
        f"of a {bench.settings.treatment} course was on average {decimal(-result.effect)} points "
        f"of 10 lower than before it (95 % interval {span(-high, -low)}; single cohorts "
        f"{decimal(min(falls))} to {decimal(max(falls))}); without a control group nobody can say "
        "how much of that fall is due to the drug."
    )


def _facts(result: PooledResult, effects: EffectSet) -> tuple[Fact, ...]:
    assumed = sum(row.assumed for row in effects.rows)
    return (
        Fact(label="Cohorts", value=str(result.k)),
        Fact(label="Patients", value=str(result.n)),
        Fact(
            label="Change (95 % interval)",
            value=f"{with_interval(result.effect, result.interval)} {effects.unit}",
        ),
        Fact(label="Prediction interval", value=_prediction(result)),
        Fact(label="Heterogeneity", value=heterogeneity_text(result)),
        Fact(label="Spread assumed", value=f"{assumed} of {result.k}"),
        Fact(label="Set aside", value=str(len(effects.set_aside))),
    )


def _prediction(result: PooledResult) -> str:
    prediction = result.prediction
    return "–" if isinstance(prediction, NotEstimable) else span(prediction.low, prediction.high)


def _certainty(bench: Bench, effects: EffectSet, result: PooledResult) -> Certainty:
    suggested = suggest_certainty(
        CertaintyFacts(
            randomised=False,
            controlled=False,
            bias_judged=False,
            n=result.n,
            interval=result.interval,
            important=bench.settings.important_difference,
            i2=result.i2,
            assumed=sum(row.assumed for row in effects.rows),
            unreported=len(effects.set_aside),
        )
    )
    return Certainty(level=suggested.level, reasons=suggested.reasons)


def _cautions(bench: Bench, effects: EffectSet, result: PooledResult) -> tuple[str, ...]:
    cautions = [
        f"The pooled interval would reach no difference if pain had fallen by "
        f"{decimal(-result.interval.high)} points without the drug"
        + (
            ""
            if isinstance(result.prediction, NotEstimable)
            else f", the prediction interval at {decimal(-result.prediction.high)}"
        )
        + ".",
        *bench.overlaps(row.study for row in effects.rows),
    ]
    titrated = [
        row.label
        for row in effects.rows
        if any(a.study == row.study and a.dosing == "titrated" for a in bench.base.arms)
    ]
    if titrated:
        cautions.append(
            "The rate was raised until pain fell in " + ", ".join(titrated) + ": poor responders "
            "got more drug, so these cohorts say nothing about which dose works."
        )
    return tuple(cautions)


def _figure(
    bench: Bench, figure_id: str, head: QuestionHead, effects: EffectSet, result: PooledResult
) -> Figure:
    return forest_figure(
        figure_id,
        title=head.title,
        caption=f"End of the {bench.settings.treatment} course minus before, uncontrolled. Hollow "
        "squares: the spread is assumed, so their intervals are too. Never to be read beside a "
        "difference between groups.",
        groups=[
            ForestGroup(
                title="Uncontrolled cohorts",
                rows=(*effect_rows(result, COLUMNS), *set_aside_rows(effects.set_aside)),
                summary=effect_summary(result),
            )
        ],
        spec=ForestSpec(
            axis_label=f"Change in pain, {effects.unit}",
            favours_low="lower pain at the end",
            favours_high="higher pain",
            column_titles=("n", "Before", "After"),
            effect_title="Change (95 % CI)",
            decimals=1,
        ),
    )


def _blocks(
    bench: Bench,
    head: QuestionHead,
    spec: Spec,
    effects: EffectSet,
    result: PooledResult,
    verse: Multiverse | None,
) -> tuple[Prose | Table | Figure | Choice, ...]:
    """Draw one forest for each assumed SD, and what every combination of choices gives."""
    settings = bench.settings
    grid = settings.sd_change.grid or (settings.sd_change.value,)
    options = []
    for sd in grid:
        own = change_effects(bench, spec, sd, settings.correlation.value)
        own_result = pool(own, RandomEffects())
        suffix = "" if sd == settings.sd_change.value else f"-sd-{sd:g}".replace(".", "-")
        options.append(
            Option(
                label=f"{sd:g}",
                text=f"With an SD of {sd:g}: "
                f"{with_interval(own_result.effect, own_result.interval)} points; prediction "
                f"interval {_prediction(own_result)}.",
                figure=_figure(bench, f"{head.id}-forest{suffix}", head, own, own_result),
            )
        )
    blocks: list[Prose | Table | Figure | Choice] = [
        Prose(
            strong="What is assumed.",
            text=f"{sum(r.assumed for r in effects.rows)} of {result.k} cohorts rest on an "
            f"assumed spread. SD of the change {settings.sd_change.value:g}: "
            f"{settings.sd_change.why}. "
            f"Correlation {settings.correlation.value:g}: {settings.correlation.why}.",
        ),
        Choice(
            id=f"{head.id}-sd",
            label="Assumed SD of the change, points of 10",
            options=tuple(options),
            default=grid.index(settings.sd_change.value),
        ),
    ]
    if verse is not None:
        words = ChoiceWords(effect="change in pain", unit=effects.unit, studies="Cohorts")
        blocks += choice_blocks(head, verse, words)
    return tuple(blocks)
