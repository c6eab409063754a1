"""Baujat plot: what each study adds to heterogeneity, against what it does to the pooled effect.

Baujat, Mahe, Pignon & Hill (2002, Stat Med 21:2641). Studies far to the right disagree most;
those high up move the pooled effect most when they are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy.typing as npt

from remit.core.errors import InputError
from remit.plots.frame import PLANE_WIDTH, make_frame, read_columns
from remit.plots.plane import DotMark, PlaneLayout, draw_plane
from remit.plots.point_labels import label_points
from remit.plots.style import INK, MARGIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BaujatLayout", "baujat_layout", "draw_baujat"]

MOST_NAMES = 40
"""Most studies that are named, the farthest from the origin first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaujatLayout(PlaneLayout):
    """A Baujat plot as numbers: one dot for each study, in their order.

    Attributes
    ----------
    named : int
        How many studies have their name beside the dot; the others had no room for
        it, or stand nearer to the origin than forty.
    """

    named: int


def baujat_layout(
    q_share: npt.ArrayLike,
    influence: npt.ArrayLike,
    labels: Sequence[str],
    *,
    x_label: str = "Contribution to heterogeneity, squared Pearson residual",
    y_label: str = "Influence on the pooled effect, squared standardised change",
) -> BaujatLayout:
    """Lay out a Baujat plot.

    Parameters
    ----------
    q_share : (k,) array-like
        Contribution of each study to Q.
    influence : (k,) array-like
        Squared change of the pooled effect without the study, over its variance.
    labels : (k,) sequence of str
        Names of the studies.
    x_label, y_label : str
        What the axes show.

    Returns
    -------
    BaujatLayout

    Raises
    ------
    InputError
        If a number is not finite or lengths differ.
    """
    read = read_columns("Baujat plot", q_share=q_share, influence=influence)
    xs, ys = read["q_share"], read["influence"]
    if len(labels) != len(xs):
        found = f"{len(labels)} labels for {len(xs)} studies"
        raise InputError.at("Baujat plot", found=found, expected="a label for each study")
    x_high, y_high = (1.08 * max(values) or 1.0 for values in (xs, ys))
    made = make_frame(
        (min(0.0, *xs), x_high),
        (min(0.0, *ys), y_high),
        x_label=x_label,
        y_label=y_label,
    )
    frame = made.frame
    dots = tuple(DotMark(x=x, y=y, role=INK) for x, y in frame.path(xs, ys))
    order = sorted(range(len(xs)), key=lambda i: -max(xs[i] / x_high, ys[i] / y_high))
    names = label_points(dots, labels, frame, order[:MOST_NAMES])
    return BaujatLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=(),
        rules=made.rules,
        curves=(),
        dots=dots,
        texts=(*made.texts, *names),
        named=len(names),
    )


def draw_baujat(layout: BaujatLayout) -> Figure:
    """Draw a Baujat plot.

    Parameters
    ----------
    layout : BaujatLayout
        As `baujat_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
