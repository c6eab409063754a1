"""From results to the rows and summaries of a forest plot, on the scale of display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.plots.forest import ForestGroup, ForestRow, ForestSummary
from remit.report.numbers import decimal, p_value, typeset
from remit.synthesis.batch import PooledMany
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.influence import Cumulative, LeaveOneOut
from remit.synthesis.moderators import Subgroup, SubgroupAnalysis
from remit.synthesis.studies import studies_of
from remit.workbench.figures.pooled import PooledStudies, spec_words
from remit.workbench.figures.scale import MeasureScale

__all__ = [
    "cumulative_rows",
    "left_out_rows",
    "pooled_group",
    "pooled_summary",
    "subgroup_groups",
]


def pooled_group(pooled: PooledStudies, columns: Sequence[str]) -> ForestGroup:
    """Return pooled studies, those set aside, and the pooled effect of two or more."""
    _check_columns(pooled.rows, columns)
    shares = [float(weight) / 100.0 for weight in pooled.weights]
    rows = _study_rows(pooled.rows, shares, pooled.scale, pooled.level, columns)
    return ForestGroup(
        title="",
        rows=(*rows, *_set_aside_rows(pooled.set_aside)),
        summary=pooled_summary(pooled, pooled.scale) if pooled.k > 1 else None,
    )


def pooled_summary(pooled: PooledStudies, scale: MeasureScale) -> ForestSummary:
    """Return the pooled effect with its interval and prediction interval."""
    prediction = pooled.prediction if isinstance(pooled.prediction, Interval) else None
    return ForestSummary(
        label=pooled.model,
        effect=scale.shown(pooled.effect),
        ci_low=scale.shown(pooled.interval.low),
        ci_high=scale.shown(pooled.interval.high),
        pi_low=None if prediction is None else scale.shown(prediction.low),
        pi_high=None if prediction is None else scale.shown(prediction.high),
        heterogeneity=pooled.heterogeneity,
    )


def cumulative_rows(result: Cumulative, scale: MeasureScale) -> ForestGroup:
    """Return the pooled effect after each study, with the number of studies so far."""
    labels = [f"+ {label}" for label in result.labels]
    return ForestGroup(title="", rows=_series_rows(labels, result.pooled, scale))


def left_out_rows(result: LeaveOneOut, scale: MeasureScale) -> ForestGroup:
    """Return the pooled effect without each study, and that of all."""
    labels = [f"without {label}" for label in result.labels]
    whole = result.all_studies
    model = spec_words(whole.spec)
    summary = ForestSummary(
        label=f"All {int(whole.k[0])} studies, {model[0].lower()}{model[1:]}",
        effect=scale.shown(float(whole.effect[0])),
        ci_low=scale.shown(float(whole.ci_low[0])),
        ci_high=scale.shown(float(whole.ci_high[0])),
    )
    rows = _series_rows(labels, result.pooled, scale)
    return ForestGroup(title="", rows=rows, summary=summary)


def subgroup_groups(
    result: SubgroupAnalysis,
    effects: EffectSet | tuple[Any, Any],
    scale: MeasureScale,
    columns: Sequence[str],
) -> tuple[ForestGroup, ...]:
    """Return each subgroup with its pooled effect; the last group has the test, and no rows.

    Weights are shares within a group, by the variances of its studies and its tau2.
    """
    studies = _studies(effects)
    placed = {i for group in result.groups for i in group.studies}
    if max(placed) >= len(studies):
        raise InputError.at(
            "argument 'effects'",
            found=f"{len(studies)} studies",
            expected=f"those of the subgroups, at least {max(placed) + 1}",
        )
    _check_columns(studies, columns)
    groups = [_subgroup(group, result, studies, scale, columns) for group in result.groups]
    rest = [row for i, row in enumerate(studies) if i not in placed]
    aside = [SetAside(study=row.study, label=row.label, reason="no group") for row in rest]
    if isinstance(effects, EffectSet):
        aside += effects.set_aside
    if aside:
        groups.append(ForestGroup(title="Not in the analysis", rows=_set_aside_rows(aside)))
    return (*groups, ForestGroup(title="", rows=(), footnote=_difference(result)))


def _subgroup(
    group: Subgroup,
    result: SubgroupAnalysis,
    studies: Sequence[StudyEffect],
    scale: MeasureScale,
    columns: Sequence[str],
) -> ForestGroup:
    own = [studies[i] for i in group.studies]
    shares = _shares(own, group, result)
    interval = group.effect.interval
    summary = ForestSummary(
        label=f"{spec_words(result.spec)}, {interval.method}",
        effect=scale.shown(group.effect.value),
        ci_low=scale.shown(interval.low),
        ci_high=scale.shown(interval.high),
        heterogeneity=_heterogeneity(group),
    )
    return ForestGroup(
        title=group.name,
        rows=_study_rows(own, shares, scale, result.spec.level, columns),
        summary=summary if group.k > 1 else None,
    )


def _shares(
    own: Sequence[StudyEffect], group: Subgroup, result: SubgroupAnalysis
) -> list[float] | list[None]:
    """Return weights within a group; none with weights of the user's own."""
    if result.spec.weights != "inverse-variance":
        return [None] * len(own)
    tau2 = group.tau2 if result.tau2_sharing == "separate" else result.tau2_common
    between = 0.0 if isinstance(tau2, NotEstimable) else tau2
    w = 1.0 / (np.array([row.variance for row in own]) + between)
    return [float(x) for x in w / w.sum()]


def _heterogeneity(group: Subgroup) -> str:
    parts = []
    if not isinstance(group.tau2, NotEstimable):
        parts.append(f"τ² = {decimal(group.tau2, 2)}")
    if not isinstance(group.i2, NotEstimable):
        parts.append(f"I² = {decimal(group.i2, 0)} %")
    if not isinstance(group.q, NotEstimable):
        parts.append(f"Q = {decimal(group.q, 1)}, df = {group.k - 1}, {p_value(group.q_p)}")
    return "; ".join(parts)


def _difference(result: SubgroupAnalysis) -> str:
    """Return the test of a difference between groups in words."""
    if isinstance(result.q_between, NotEstimable):
        return f"Difference between groups not estimable: {result.q_between.reason}"
    f = result.df2_between is not None
    df = f"{result.df_between}, {result.df2_between:g}" if f else f"{result.df_between}"
    return (
        f"Difference between groups: {'F' if f else 'χ²'} = {decimal(result.q_between, 2)}, "
        f"df = {df}, {p_value(result.p_between)}; {result.tau2_sharing} τ²"
    )


def _studies(effects: EffectSet | tuple[Any, Any]) -> tuple[StudyEffect, ...]:
    if isinstance(effects, EffectSet):
        return effects.rows
    found = studies_of(effects)
    return tuple(
        StudyEffect(study=label, label=label, effect=float(y), variance=float(v), columns={})
        for label, y, v in zip(found.labels, found.effect, found.variance, strict=True)
    )


def _check_columns(rows: Sequence[StudyEffect], columns: Sequence[str]) -> None:
    known = dict.fromkeys(name for row in rows for name in row.columns)
    for name in columns:
        if name not in known:
            expected = (
                "one of " + ", ".join(known) if known else "none: the studies have no columns"
            )
            raise SpecError.at("argument 'columns'", found=repr(name), expected=expected)


def _study_rows(
    rows: Sequence[StudyEffect],
    shares: Sequence[float | None],
    scale: MeasureScale,
    level: float,
    columns: Sequence[str],
) -> tuple[ForestRow, ...]:
    made = []
    for row, share in zip(rows, shares, strict=True):
        interval = row.interval(level)
        made.append(
            ForestRow(
                label=row.label,
                columns=tuple(typeset(row.columns.get(name, "")) for name in columns),
                effect=scale.shown(row.effect),
                ci_low=scale.shown(interval.low),
                ci_high=scale.shown(interval.high),
                weight=share,
                style="assumed" if row.assumed else "observed",
            )
        )
    return tuple(made)


def _set_aside_rows(rows: Sequence[SetAside]) -> tuple[ForestRow, ...]:
    return tuple(
        ForestRow(label=row.label, style="set-aside", text=typeset(row.shows or row.reason))
        for row in rows
    )


def _series_rows(
    labels: Sequence[str], pooled: PooledMany, scale: MeasureScale
) -> tuple[ForestRow, ...]:
    def at(values: npt.NDArray[np.float64], i: int) -> float:
        return scale.shown(float(values[i]))

    return tuple(
        ForestRow(
            label=label,
            columns=(str(int(pooled.k[i])),),
            effect=at(pooled.effect, i),
            ci_low=at(pooled.ci_low, i),
            ci_high=at(pooled.ci_high, i),
        )
        for i, label in enumerate(labels)
    )
