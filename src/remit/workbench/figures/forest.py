"""Forest plots: of pooled studies, of subgroups, and of the answer as studies come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from remit.core.errors import SpecError
from remit.plots.drawing import Plot
from remit.plots.forest import ForestGroup, ForestLayout, ForestSpec, forest_layout
from remit.synthesis.data import EffectSet
from remit.synthesis.influence import Cumulative, LeaveOneOut
from remit.synthesis.models import LinearFit
from remit.synthesis.moderators import SubgroupAnalysis
from remit.synthesis.pooled import PooledResult
from remit.workbench.figures.forest_rows import (
    cumulative_rows,
    left_out_rows,
    pooled_group,
    pooled_summary,
    subgroup_groups,
)
from remit.workbench.figures.pooled import pooled_studies
from remit.workbench.figures.scale import MeasureScale, named_scale, scale_of

__all__ = ["plot_forest"]

_FIGURE = "forest plot"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a forest plot is laid out from: its groups, scale, level, and columns of its own."""

    groups: tuple[ForestGroup, ...]
    scale: MeasureScale
    level: float
    alt: str
    label_title: str = "Study"
    column_titles: tuple[str, ...] = ()


def plot_forest(
    result: PooledResult | LinearFit | SubgroupAnalysis | Cumulative | LeaveOneOut,
    effects: EffectSet | tuple[Any, Any] | None = None,
    *,
    overall: PooledResult | LinearFit | None = None,
    measure: str = "",
    label: str = "",
    favours: tuple[str, str] = ("", ""),
    columns: Sequence[str] = (),
    decimals: int = 2,
) -> Plot[ForestLayout]:
    """Lay out a forest plot of a result.

    Effects are shown as ratios, proportions or correlations where the measure is a logarithm, a
    logit or Fisher's z. The intervals are those of the result, each study's as it reports it.

    Parameters
    ----------
    result : PooledResult, LinearFit, SubgroupAnalysis, Cumulative or LeaveOneOut
        As `pool`, `fit_linear` (of the mean alone), `subgroup_analysis`, `cumulative` or
        `leave_one_out` give it.
    effects : EffectSet or pair of (k,) arrays, optional
        With subgroups, and only there: the studies that were analysed.
    overall : PooledResult or LinearFit, optional
        With subgroups: the result of all studies together, shown beneath them.
    measure : str
        metafor's code, such as ``OR``, where the result does not know it: all but `PooledResult`.
    label : str
        Label of the axis; by default the measure and its unit.
    favours : (str, str)
        What effects left and right of no difference favour.
    columns : sequence of str
        Columns of the studies that are shown beside their names, by name.
    decimals : int
        Decimals of the effects.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the result is of another kind, ``effects`` is missing or not needed, or no study has a
        column.
    InputError
        If ``effects`` has other studies than the subgroups.
    """
    parts = _parts(result, effects, overall, measure, tuple(columns))
    scale = parts.scale
    spec = ForestSpec(
        axis_label=label or scale.shown_label,
        favours_low=favours[0],
        favours_high=favours[1],
        null=scale.shown_null,
        log=scale.ratio,
        label_title=parts.label_title,
        column_titles=parts.column_titles,
        effect_title=f"Effect ({100 * parts.level:g}% CI)",
        decimals=decimals,
    )
    return Plot(
        layout=forest_layout(parts.groups, spec),
        title=f"Forest plot: {spec.axis_label}",
        alt=parts.alt,
    )


def _parts(
    result: object,
    effects: EffectSet | tuple[Any, Any] | None,
    overall: PooledResult | LinearFit | None,
    measure: str,
    columns: tuple[str, ...],
) -> _Parts:
    if isinstance(result, SubgroupAnalysis):
        return _subgroups(result, effects, overall, measure, columns)
    given = {"effects": effects is not None, "overall": overall is not None}
    if isinstance(result, Cumulative | LeaveOneOut):
        given["columns"] = bool(columns)
    for name in (name for name, there in given.items() if there):
        raise SpecError.at(
            f"argument '{name}'",
            found=f"something with a {type(result).__name__}",
            expected="nothing: its studies are no part of this figure"
            if name == "columns"
            else "nothing but with a SubgroupAnalysis",
        )
    if isinstance(result, Cumulative):
        return _series(result, cumulative_rows(result, named_scale(measure)), measure, "added")
    if isinstance(result, LeaveOneOut):
        return _series(result, left_out_rows(result, named_scale(measure)), measure, "left out")
    pooled = pooled_studies(result, measure, _FIGURE)
    return _Parts(
        groups=(pooled_group(pooled, columns),),
        scale=pooled.scale,
        level=pooled.level,
        alt=f"Effects of {pooled.k} studies with their intervals, and the pooled effect.",
        column_titles=columns,
    )


def _series(
    result: Cumulative | LeaveOneOut, group: ForestGroup, measure: str, what: str
) -> _Parts:
    return _Parts(
        groups=(group,),
        scale=named_scale(measure),
        level=result.pooled.spec.level,
        alt=f"Pooled effects with their intervals, one for each study {what}.",
        label_title=f"Study {what}",
        column_titles=("Studies",),
    )


def _subgroups(
    result: SubgroupAnalysis,
    effects: EffectSet | tuple[Any, Any] | None,
    overall: PooledResult | LinearFit | None,
    measure: str,
    columns: tuple[str, ...],
) -> _Parts:
    if effects is None:
        raise SpecError.at(
            "argument 'effects'",
            found="nothing",
            expected="the studies that were analysed, which subgroups do not hold",
        )
    scale = named_scale(measure)
    if isinstance(effects, EffectSet):
        scale = scale_of(effects.measure, effects.unit)
    groups = subgroup_groups(result, effects, scale, columns)
    if overall is not None:
        named = measure if isinstance(overall, LinearFit) else ""
        summary = pooled_summary(pooled_studies(overall, named, _FIGURE), scale)
        groups = (
            *groups[:-1],
            ForestGroup(title="All studies", rows=(), summary=summary),
            groups[-1],
        )
    return _Parts(
        groups=groups,
        scale=scale,
        level=result.spec.level,
        alt=f"Effects of the studies in {len(result.groups)} groups, each with its pooled effect.",
        column_titles=columns,
    )
