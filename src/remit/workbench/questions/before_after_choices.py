"""Changes before to after under one set of assumptions, and under every other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from remit.synthesis.data import EffectSet
from remit.synthesis.multiverse import Multiverse, multiverse
from remit.synthesis.pooled import PooledResult
from remit.synthesis.within import WithinSpec, within_effects
from remit.workbench.bench import Bench
from remit.workbench.questions.choice_axes import (
    assumption_axis,
    believed,
    choice_axis,
    median_axis,
    model_axes,
    reading_axes,
    study_axes,
)
from remit.workbench.questions.forests import MIN_STUDIES_FOR_DIAMOND

__all__ = ["Spec", "change_effects", "change_multiverse"]

_SD, _CORRELATION = "SD of the change where no spread is printed", "Correlation, before and after"
_UNNAMED, _MEDIANS = "Plus-minus of unnamed kind", "Medians"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Outcome, uses of the studies, and the time labels of the two ends of a course."""

    outcome: str
    use: tuple[str, ...]
    baseline: tuple[str, ...]
    end: tuple[str, ...]


def change_effects(
    bench: Bench,
    spec: Spec,
    sd_change: float,
    correlation: float,
    *,
    medians: str = "estimate",
    unnamed_spread: str = "settles",
    alternative: Collection[str] = (),
) -> EffectSet:
    """Collect the changes under these assumptions and choices, see `WithinSpec`."""
    return within_effects(
        bench.with_use(spec.use, alternative),
        WithinSpec(
            outcome=spec.outcome,
            treatment_class=bench.settings.treatment_class,
            baseline=spec.baseline,
            end=spec.end,
            scale=bench.settings.pain_scale,
            sd_change=sd_change,
            correlation=correlation,
            medians=medians,
            unnamed_spread=unnamed_spread,
        ),
    )


def change_multiverse(bench: Bench, spec: Spec, result: PooledResult) -> Multiverse | None:
    """Pool the changes under every combination of choices, where enough cohorts are pooled."""
    if result.k < MIN_STUDIES_FOR_DIAMOND:
        return None
    settings = bench.settings

    def build(values: Mapping[str, Any]) -> EffectSet:
        return change_effects(
            bench,
            spec,
            values[_SD],
            values[_CORRELATION],
            medians=values[_MEDIANS],
            unnamed_spread=values[_UNNAMED],
            alternative=believed(values),
        )

    reported = (settings.sd_change.value, settings.correlation.value)
    return multiverse(
        (
            assumption_axis(_SD, settings.sd_change),
            assumption_axis(_CORRELATION, settings.correlation),
            choice_axis(_UNNAMED, ("settles", "an SD where settled"), ("leave", "not used")),
            median_axis(_MEDIANS),
            *reading_axes(bench, lambda s: change_effects(bench, spec, *reported, alternative=s)),
            *study_axes(bench, [row.study for row in result.rows]),
            *model_axes(bench),
        ),
        build,
        least=MIN_STUDIES_FOR_DIAMOND,
    )
