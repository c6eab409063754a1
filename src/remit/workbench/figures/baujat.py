"""Baujat plots of studies."""

from __future__ import annotations

import numpy as np

from remit.core.errors import SpecError
from remit.plots.baujat import BaujatLayout, baujat_layout
from remit.plots.drawing import Plot
from remit.synthesis.influence import StudyPoints, baujat
from remit.synthesis.models import LinearFit
from remit.workbench.figures.pooled import unusable

__all__ = ["plot_baujat"]


def plot_baujat(points: StudyPoints | LinearFit) -> Plot[BaujatLayout]:
    """Lay out a Baujat plot: what each study adds to heterogeneity, and to the answer.

    Parameters
    ----------
    points : StudyPoints or LinearFit
        As `baujat` gives them; of a fit they are computed. Studies without which the model cannot
        be fitted have no point and are named under the axis.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the points are those of another figure.
    """
    given: object = points
    if isinstance(given, LinearFit):
        given = baujat(given)
    if not isinstance(given, StudyPoints):
        raise unusable("Baujat plot", given, "the points of baujat, or the result of fit_linear")
    if not given.y_meaning.startswith("influence"):
        raise SpecError.at(
            "Baujat plot", found=f"points of a {given.y_meaning}", expected="the points of baujat"
        )
    shown = np.isfinite(given.x) & np.isfinite(given.y)
    lost = [name for name, there in zip(given.labels, shown, strict=True) if not there]
    without = f" (no point: {', '.join(lost)})" if lost else ""
    x_name, y_name = (text[:1].upper() + text[1:] for text in (given.x_meaning, given.y_meaning))
    return Plot(
        layout=baujat_layout(
            given.x[shown],
            given.y[shown],
            [name for name, there in zip(given.labels, shown, strict=True) if there],
            x_label=x_name + without,
            y_label=y_name,
        ),
        title="Baujat plot",
        alt=f"{y_name} against {given.x_meaning} for {int(shown.sum())} studies.",
    )
