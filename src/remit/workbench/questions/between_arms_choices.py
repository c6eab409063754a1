"""What else could have been decided about a difference between arms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from remit.synthesis.arm_means import ArmReading
from remit.synthesis.between import BetweenSpec, between_effects
from remit.synthesis.data import EffectSet
from remit.synthesis.multiverse import Multiverse, multiverse
from remit.workbench.bench import Bench
from remit.workbench.questions.choice_axes import (
    believed,
    choice_axis,
    median_axis,
    model_axes,
    reading_axes,
    study_axes,
)
from remit.workbench.questions.forests import MIN_STUDIES_FOR_DIAMOND

__all__ = ["difference_multiverse"]

_MEDIANS, _UNNAMED = "Medians", "Plus-minus of unnamed kind"
_TIME, _MEAN = "Time in the window", "Mean of an arm, where both are printed"


def difference_multiverse(
    bench: Bench,
    use: tuple[str, ...],
    spec_of: Callable[..., BetweenSpec],
    effects: EffectSet,
) -> Multiverse | None:
    """Pool the differences under every combination of choices, where enough trials are pooled.

    Parameters
    ----------
    bench : Bench
        The evidence.
    use : tuple of str
        Uses of the studies.
    spec_of : callable
        From ``reading``, ``time`` and ``prefer`` to the whole specification.
    effects : EffectSet
        What is reported.

    Returns
    -------
    Multiverse or None
        None with fewer trials than a diamond needs.
    """
    if len(effects.rows) < MIN_STUDIES_FOR_DIAMOND:
        return None

    def build(values: Mapping[str, Any]) -> EffectSet:
        reading = ArmReading(medians=values[_MEDIANS], unnamed_spread=values[_UNNAMED])
        spec = spec_of(reading=reading, time=values[_TIME], prefer=values[_MEAN])
        return between_effects(bench.with_use(use, believed(values)), spec)

    return multiverse(
        (
            median_axis(_MEDIANS),
            choice_axis(_UNNAMED, ("leave", "not used"), ("sd", "an SD"), ("se", "an SE")),
            choice_axis(_TIME, ("latest", "latest"), ("earliest", "earliest")),
            choice_axis(_MEAN, ("change", "change from before"), ("value", "value at the time")),
            *reading_axes(bench, lambda s: between_effects(bench.with_use(use, s), spec_of())),
            *study_axes(bench, [row.study for row in effects.rows]),
            *model_axes(bench),
        ),
        build,
        least=MIN_STUDIES_FOR_DIAMOND,
    )
