"""Drapery plots of pooled studies."""

from __future__ import annotations

import math

from remit.core.errors import SpecError
from remit.core.estimate import Interval
from remit.core.numerics import bracketed_root, critical_value
from remit.plots.drapery import DraperyLayout, drapery_layout
from remit.plots.drawing import Plot
from remit.report.numbers import count_word
from remit.synthesis.models import LinearFit
from remit.synthesis.pooled import PooledResult
from remit.workbench.figures.pooled import PooledStudies, pooled_studies

__all__ = ["plot_drapery"]

_SAME = 1e-9
"""Share by which two halves of one interval differ by rounding alone."""


def plot_drapery(
    result: PooledResult | LinearFit, *, measure: str = "", label: str = ""
) -> Plot[DraperyLayout]:
    """Lay out a drapery plot of a result: the p-value of every possible effect.

    The curve of the pooled effect crosses the height of its interval where that ends, be it
    normal, by t, by Hartung-Knapp or Kenward-Roger; a study's curve has its own degrees of freedom.

    Parameters
    ----------
    result : PooledResult or LinearFit
        As `pool` or `fit_linear` (of the mean alone) give it. A prediction interval by bootstrap
        has no curve and is left out.
    measure : str
        metafor's code, such as ``OR``, where the result does not know it: all but `PooledResult`.
    label : str
        Label of the axis; by default the measure and its unit.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the result is of another kind, a model with moderators, or its interval has no curve,
        as one by profile likelihood.
    """
    pooled = pooled_studies(result, measure, "drapery plot")
    spread = _spread(pooled)
    layout = drapery_layout(
        pooled.effects,
        pooled.std_errors,
        centre=pooled.effect,
        centre_std_error=pooled.std_error,
        prediction_std_error=spread,
        df=[row.df for row in pooled.rows],
        centre_df=_curve_df(pooled),
        prediction_df=pooled.prediction_df,
        null=pooled.scale.null,
        ratio=pooled.scale.ratio,
        x_label=label or pooled.scale.plane_label,
    )
    return Plot(
        layout=layout,
        title="Drapery plot",
        alt=f"Curves of p over the effect for {count_word(pooled.k, 'study', 'studies')} and for "
        "the pooled effect.",
    )


def _curve_df(pooled: PooledStudies) -> float | None:
    """Return the degrees of freedom with which the standard error gives the interval."""
    interval, error = pooled.interval, pooled.std_error
    below, above = pooled.effect - interval.low, interval.high - pooled.effect
    if not math.isfinite(below + above) or abs(above - below) > 1e-6 * above:
        raise SpecError.at(
            "drapery plot",
            found=f"an interval by {interval.method}",
            expected="one by the normal or t distribution, whose p has a curve",
        )
    factor, normal = 0.5 * (below + above) / error, critical_value(interval.level)
    if factor <= normal * (1.0 + _SAME):
        return None
    root = bracketed_root(lambda u: critical_value(interval.level, 1.0 / u) - factor, 1e-8, 1.0)
    return 1.0 / root.value


def _spread(pooled: PooledStudies) -> float | None:
    """Return the standard deviation that the prediction interval stands for, where it has one."""
    prediction = pooled.prediction
    if not isinstance(prediction, Interval) or "bootstrap" in prediction.method:
        return None
    half = 0.5 * (prediction.high - prediction.low)
    return half / critical_value(prediction.level, pooled.prediction_df)
