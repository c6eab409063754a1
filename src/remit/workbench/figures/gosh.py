"""GOSH plots: the pooled effects of all subsets."""

from __future__ import annotations

import numpy as np

from remit.core.errors import InputError
from remit.plots.drawing import Plot
from remit.plots.gosh import GoshLayout, gosh_layout
from remit.synthesis.influence import Gosh
from remit.workbench.figures.pooled import unusable
from remit.workbench.figures.scale import named_scale

__all__ = ["plot_gosh"]


def plot_gosh(subsets: Gosh, *, measure: str = "", label: str = "") -> Plot[GoshLayout]:
    """Lay out a GOSH plot of pooled subsets.

    Subsets of a single study have no I2 and are not shown. The point of all studies is shown where
    they are among the subsets, as they are unless these were drawn at random.

    Parameters
    ----------
    subsets : Gosh
        As `gosh` gives them.
    measure : str
        metafor's code, such as ``OR``.
    label : str
        Label of the axis of effects; by default the measure.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    InputError
        If no subset has two studies.
    """
    given: object = subsets
    if not isinstance(given, Gosh):
        raise unusable("GOSH plot", given, "the result of gosh")
    effect, i2 = given.pooled.effect, given.pooled.i2
    shown = np.isfinite(effect) & np.isfinite(i2)
    if not shown.any():
        raise InputError.at(
            "GOSH plot", found="no subset of two studies", expected="some, which have an I2"
        )
    every = np.flatnonzero(shown & given.included.all(axis=1))
    whole = (float(effect[every[0]]), float(i2[every[0]])) if every.size else None
    scale = named_scale(measure)
    name = label or (
        f"{scale.plane_label} of the subset" if measure else "Pooled effect of the subset"
    )
    return Plot(
        layout=gosh_layout(effect[shown], i2[shown], whole=whole, ratio=scale.ratio, x_label=name),
        title="GOSH plot",
        alt=f"Pooled effect and I² of {int(shown.sum())} subsets of {len(given.labels)} studies.",
    )
