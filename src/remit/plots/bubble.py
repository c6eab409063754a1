"""Bubble plot: effects against a moderator, with the regression line and its band.

Areas of bubbles are in proportion to the weights. Thompson & Higgins (2002, Stat Med 21:1559,
figure 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy.typing as npt

from remit.plots.frame import PLANE_WIDTH, make_frame, padded, read_columns
from remit.plots.plane import AreaMark, CurveMark, DotMark, PlaneLayout, bubble_radius, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, INK, MARGIN, MUTED, THIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BubbleLayout", "RegressionBand", "bubble_layout", "draw_bubble"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionBand:
    """A regression line with its interval along a moderator.

    Attributes
    ----------
    at : (m,) array-like
        Values of the moderator, increasing.
    fitted, ci_low, ci_high : (m,) array-like
        Mean effect at each and its interval.
    """

    at: npt.ArrayLike
    fitted: npt.ArrayLike
    ci_low: npt.ArrayLike
    ci_high: npt.ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True)
class BubbleLayout(PlaneLayout):
    """A bubble plot as numbers; the first ``studies`` dots are the studies, in their order."""

    studies: int


def bubble_layout(
    moderator: npt.ArrayLike,
    effect: npt.ArrayLike,
    weight: npt.ArrayLike,
    band: RegressionBand,
    *,
    null: float | None = 0.0,
    ratio: bool = False,
    band_label: str = "95% interval",
    x_label: str = "Moderator",
    y_label: str = "Effect",
) -> BubbleLayout:
    """Lay out a bubble plot.

    Parameters
    ----------
    moderator, effect, weight : (k,) array-like
        Of each study.
    band : RegressionBand
        The line and its interval.
    null : float or None
        Effect at which a broken line is drawn, where the axis reaches it.
    ratio : bool
        Whether effects are logarithms of ratios; the axis then shows the ratios.
    band_label, x_label, y_label : str
        Name of the band in the key, and what the axes show.

    Returns
    -------
    BubbleLayout

    Raises
    ------
    InputError
        If a number is not finite, a weight not above 0, or lengths differ.
    """
    read = read_columns(
        "bubble plot", positive=("weight",), moderator=moderator, effect=effect, weight=weight
    )
    line = read_columns(
        "bubble plot, band",
        least=2,
        at=band.at,
        fitted=band.fitted,
        ci_low=band.ci_low,
        ci_high=band.ci_high,
    )
    key = place_key(
        [
            KeyEntry(label="study, area by weight", kind="pale"),
            KeyEntry(label="regression line", kind="line", role=ACCENT, width=1.3),
            KeyEntry(label=band_label, kind="area", role=ACCENT, alpha=0.16),
        ]
    )
    made = make_frame(
        padded([*read["moderator"], *line["at"]], 0.05),
        padded([*read["effect"], *line["ci_low"], *line["ci_high"]], 0.06),
        x_label=x_label,
        y_label=y_label,
        top=key.bottom,
        ratio_y=ratio,
        grid=False,
    )
    frame, curves = made.frame, []
    if null is not None and frame.y.shows(null):
        ends = frame.path((frame.x.low, frame.x.high), (null, null))
        curves.append(CurveMark(points=ends, role=MUTED, width=THIN, dashed=True))
    curves.append(CurveMark(points=frame.path(line["at"], line["fitted"]), role=ACCENT))
    upper = frame.path(line["at"], line["ci_high"])
    lower = frame.path(line["at"], line["ci_low"])
    heaviest = max(read["weight"])
    dots = [
        DotMark(x=x, y=y, radius=bubble_radius(w / heaviest), role=INK, pale=True)
        for (x, y), w in zip(
            frame.path(read["moderator"], read["effect"]), read["weight"], strict=True
        )
    ]
    return BubbleLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=(AreaMark(points=(*upper, *lower[::-1]), role=ACCENT, alpha=0.16), *key.areas),
        rules=made.rules,
        curves=(*curves, *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts),
        studies=len(dots),
    )


def draw_bubble(layout: BubbleLayout) -> Figure:
    """Draw a bubble plot.

    Parameters
    ----------
    layout : BubbleLayout
        As `bubble_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
