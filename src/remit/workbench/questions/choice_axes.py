"""What else a review could defensibly have decided, as axes of a multiverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from remit.evidence.readings import alternative_studies
from remit.synthesis.data import EffectSet, ProportionSet
from remit.synthesis.multiverse import Alternative, Axis
from remit.synthesis.multiverse.grid import content_of
from remit.workbench.bench import Bench
from remit.workbench.settings import INTERVALS_TO_CHOOSE, Assumption

__all__ = [
    "assumption_axis",
    "believed",
    "choice_axis",
    "median_axis",
    "model_axes",
    "reading_axes",
    "study_axes",
]

_INTERVALS = {
    "HKSJ": "Hartung-Knapp with floor",
    "HKSJ-without-floor": "Hartung-Knapp without floor",
    "t": "t with k − 1 df",
    "z": "normal",
}


_READING = "Reading of "


def choice_axis(name: str, *alternatives: tuple[str, str]) -> Axis:
    """Return an axis of data from pairs of value and label, the reported one first."""
    return Axis(
        name=name,
        alternatives=tuple(Alternative(label=label, value=value) for value, label in alternatives),
        stage="data",
    )


def median_axis(name: str) -> Axis:
    """Return what can be done with a median where a mean is wanted."""
    return choice_axis(
        name,
        ("estimate", "mean estimated (Luo 2018)"),
        ("qe", "quantile estimation (McGrath 2020)"),
        ("mln", "MLN (Cai 2021)"),
        ("as-mean", "taken for the mean"),
        ("leave", "not used"),
    )


def assumption_axis(name: str, assumption: Assumption) -> Axis:
    """Return the values of an assumption as an axis of data."""
    grid = assumption.grid or (assumption.value,)
    return Axis(
        name=name,
        alternatives=tuple(Alternative(label=f"{value:g}", value=value) for value in grid),
        stage="data",
        chosen=grid.index(assumption.value),
    )


def model_axes(bench: Bench) -> tuple[Axis, ...]:
    """Return the estimators and intervals that the review's ``[choices]`` name."""
    choices = bench.settings.choices
    return (
        Axis(
            name="Estimator of τ²",
            alternatives=tuple(Alternative(label=m, value={"tau2": m}) for m in choices.tau2),
            stage="model",
        ),
        Axis(
            name="Interval",
            alternatives=tuple(
                Alternative(label=_INTERVALS[name], value=INTERVALS_TO_CHOOSE[name])
                for name in choices.interval
            ),
            stage="model",
        ),
    )


def study_axes(bench: Bench, studies: Sequence[str]) -> tuple[Axis, ...]:
    """Return which studies could be left out: one at a time, at risk of bias, counted twice."""
    label = {key: bench.full.study(key).label for key in studies}
    axes = []
    if bench.settings.choices.leave_one_out:
        without = [Alternative(label=f"without {label[s]}", value=(s,)) for s in studies]
        axes.append(_leaving("Studies left out", "none", without))
    high = tuple(s for s in studies if bench.full.study(s).rob_overall == "high")
    if high:
        out = Alternative(label="without " + ", ".join(label[s] for s in high), value=high)
        axes.append(_leaving("High risk of bias", "counted", [out]))
    for overlap in bench.settings.overlaps:
        both = [s for s in overlap.studies if s in label]
        if len(both) > 1:
            largest = max(both, key=lambda s: bench.full.study(s).n_analysed or 0)
            rest = tuple(s for s in both if s != largest)
            only = Alternative(label=f"only {label[largest]}, the largest", value=rest)
            names = ", ".join(label[s] for s in both)
            axes.append(_leaving(f"Possible overlap of {names}", "all counted", [only]))
    return tuple(axes)


def _leaving(name: str, reported: str, others: Sequence[Alternative]) -> Axis:
    return Axis(
        name=name,
        alternatives=(Alternative(label=reported, value=()), *others),
        stage="studies",
    )


def reading_axes(
    bench: Bench, collect: Callable[[tuple[str, ...]], EffectSet | ProportionSet]
) -> tuple[Axis, ...]:
    """Return one axis for each study of which a source prints a figure in two ways that matter.

    Parameters
    ----------
    bench : Bench
        The evidence.
    collect : callable
        From the studies whose alternative reading is believed to what would be pooled.
    """
    reported = content_of(collect(()))
    return tuple(
        Axis(
            name=_READING + bench.full.study(study).label,
            alternatives=(
                Alternative(label="primary", value=()),
                Alternative(label="alternative", value=(study,)),
            ),
            stage="data",
        )
        for study in alternative_studies(bench.scoped)
        if content_of(collect((study,))) != reported
    )


def believed(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the studies whose alternative reading a combination of choices believes."""
    return tuple(
        study for name, value in values.items() if name.startswith(_READING) for study in value
    )
