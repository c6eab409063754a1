"""Funnel plots of pooled studies, and of trim and fill."""

from __future__ import annotations

import numpy as np

from remit.plots.drawing import Plot
from remit.plots.funnel import FunnelLayout, funnel_layout
from remit.report.numbers import count_word
from remit.synthesis.bias import TrimFill
from remit.synthesis.models import LinearFit
from remit.synthesis.pooled import PooledResult
from remit.workbench.figures.pooled import pooled_studies
from remit.workbench.figures.scale import MeasureScale, named_scale

__all__ = ["plot_funnel"]


def plot_funnel(
    result: PooledResult | LinearFit | TrimFill,
    *,
    measure: str = "",
    label: str = "",
    contours: bool = True,
) -> Plot[FunnelLayout]:
    """Lay out a funnel plot of a result, with contours of each study's own p.

    Parameters
    ----------
    result : PooledResult, LinearFit or TrimFill
        As `pool`, `fit_linear` (of the mean alone) or `trim_and_fill` give it. The lines meet at
        its pooled effect, for trim and fill that with the added studies, which are hollow.
    measure : str
        metafor's code, such as ``OR``, where the result does not know it: all but `PooledResult`.
    label : str
        Label of the axis; by default the measure and its unit.
    contours : bool
        Whether regions of p are shaded; never for measures of one group, which test nothing.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the result is of another kind, or a model with moderators.
    """
    if isinstance(result, TrimFill):
        return _filled(result, named_scale(measure), label, contours)
    pooled = pooled_studies(result, measure, "funnel plot")
    scale = pooled.scale
    return Plot(
        layout=funnel_layout(
            pooled.effects,
            pooled.std_errors,
            centre=pooled.effect,
            null=scale.null or 0.0,
            contours=contours and scale.null is not None,
            level=pooled.level,
            ratio=scale.ratio,
            x_label=label or scale.plane_label,
        ),
        title="Funnel plot",
        alt=f"Effects of {count_word(pooled.k, 'study', 'studies')} against their standard errors.",
    )


def _filled(
    result: TrimFill, scale: MeasureScale, label: str, contours: bool
) -> Plot[FunnelLayout]:
    y, error, added = result.filled_effect, np.sqrt(result.filled_variance), result.filled
    return Plot(
        layout=funnel_layout(
            y[~added],
            error[~added],
            centre=result.effect.value,
            filled_effect=y[added],
            filled_std_error=error[added],
            null=scale.null or 0.0,
            contours=contours and scale.null is not None,
            level=result.effect.interval.level,
            ratio=scale.ratio,
            x_label=label or scale.plane_label,
        ),
        title="Funnel plot with trim and fill",
        alt=f"Effects of {count_word(result.k, 'study', 'studies')} against their standard errors, "
        f"and of {result.missing} added on the {result.side}.",
    )
