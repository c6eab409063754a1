"""Specification curves: every analysis of a multiverse, over the choices that it made."""

from __future__ import annotations

import numpy as np

from remit.plots.drawing import Plot
from remit.plots.specification_curve import (
    Specification,
    SpecificationCurveLayout,
    specification_curve_layout,
)
from remit.synthesis.multiverse import Multiverse
from remit.workbench.figures.pooled import unusable
from remit.workbench.figures.scale import named_scale

__all__ = ["DRAWN", "curve_of_multiverse", "drawn_analyses", "plot_specification_curve"]

#: Most analyses that a figure draws; of more, one in so many.
DRAWN = 600


def plot_specification_curve(
    verse: Multiverse, *, label: str = "", most: int = DRAWN
) -> Plot[SpecificationCurveLayout]:
    """Lay out the analyses of a multiverse in the order of their estimates.

    Parameters
    ----------
    verse : Multiverse
        As `multiverse` or `multiverse_of_shares` gives it.
    label : str
        Label of the axis of effects; by default measure and unit.
    most : int
        Most analyses that are drawn, see `drawn_analyses`.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If it is no multiverse.
    """
    given: object = verse
    if not isinstance(given, Multiverse):
        raise unusable("specification curve", given, "the result of multiverse")
    scale = named_scale(verse.measure)
    name = label or ", ".join(part for part in (scale.plane_label, verse.unit) if part)
    step, places = drawn_analyses(verse, most)
    some = f", of which one in {step} is drawn" if step > 1 else ""
    return Plot(
        layout=curve_of_multiverse(verse, places, label=name, ratio=scale.ratio),
        title="Specification curve",
        alt=f"{len(verse)} analyses in the order of their estimates{some}, over the choices on "
        f"{len(verse.axes)} axes.",
    )


def curve_of_multiverse(
    verse: Multiverse,
    places: list[int],
    *,
    label: str,
    ratio: bool = False,
    factor: float = 1.0,
    narrow: bool = False,
) -> SpecificationCurveLayout:
    """Lay out some analyses of a multiverse, its numbers multiplied by ``factor``."""
    numbers = zip(verse.effect, verse.ci_low, verse.ci_high, strict=True)
    scaled = [tuple(factor * float(x) for x in one) for one in numbers]
    return specification_curve_layout(
        [
            Specification(
                estimate=scaled[i][0],
                ci_low=scaled[i][1],
                ci_high=scaled[i][2],
                choices=verse.labels(i),
            )
            for i in places
        ],
        [axis.name for axis in verse.axes],
        chosen=None if verse.reported is None else places.index(verse.reported),
        null=verse.null,
        ratio=ratio,
        y_label=label,
        alternatives=[[a.label for a in axis.alternatives] for axis in verse.axes],
        narrow=narrow,
    )


def drawn_analyses(verse: Multiverse, most: int = DRAWN) -> tuple[int, list[int]]:
    """Return one in how many analyses is drawn, and which.

    In each stretch of so many, in order of the estimate, chance picks one (with a fixed seed):
    every so-many-th would keep step with the choices and show some of them alone. The two ends
    and the reported analysis are always there.
    """
    order = np.argsort(verse.effect, kind="stable")
    step = -(-order.size // most)
    starts = np.arange(0, order.size, step)
    picked = starts + np.random.default_rng(1).integers(0, step, starts.size)
    drawn = {*order[np.minimum(picked, order.size - 1)].tolist(), int(order[0]), int(order[-1])}
    if verse.reported is not None:
        drawn.add(verse.reported)
    return step, sorted(drawn)
