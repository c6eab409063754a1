"""Radial plots of pooled studies."""

from __future__ import annotations

from remit.plots.drawing import Plot
from remit.plots.radial import RadialLayout, radial_layout
from remit.report.numbers import count_word
from remit.synthesis.models import LinearFit
from remit.synthesis.pooled import PooledResult
from remit.workbench.figures.pooled import pooled_studies

__all__ = ["plot_radial"]


def plot_radial(
    result: PooledResult | LinearFit, *, measure: str = "", label: str = ""
) -> Plot[RadialLayout]:
    """Lay out a radial (Galbraith) plot of a result.

    Parameters
    ----------
    result : PooledResult or LinearFit
        As `pool` or `fit_linear` (of the mean alone) give it. Its tau2 is added to each study's
        variance, and its level is that of the band.
    measure : str
        metafor's code, such as ``OR``, where the result does not know it: all but `PooledResult`.
    label : str
        Label of the scale of effects; by default the measure and its unit.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the result is of another kind, or a model with moderators.
    """
    pooled = pooled_studies(result, measure, "radial plot")
    layout = radial_layout(
        pooled.effects,
        pooled.std_errors,
        centre=pooled.effect,
        tau2=pooled.tau2,
        level=pooled.level,
        ratio=pooled.scale.ratio,
        scale_label=label or pooled.scale.plane_label,
    )
    return Plot(
        layout=layout,
        title="Radial plot",
        alt=f"Standardised effects of {count_word(pooled.k, 'study', 'studies')} against their "
        f"precision; {len(layout.outside)} outside the band.",
    )
