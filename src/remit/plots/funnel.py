"""Funnel plot: effects against their standard errors, with contours of the test against no effect.

Shades show where a study's own two-sided p lies (Peters et al. 2008, J Clin Epidemiol 61:991);
lines show where studies would lie if they differed by chance alone (Sterne & Egger 2001, J Clin
Epidemiol 54:1046). Hollow dots are the studies that trim and fill adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy.typing as npt
from scipy.special import ndtri

from remit.core.checks import check_level
from remit.core.numerics import critical_value
from remit.plots.axis import format_number
from remit.plots.frame import PLANE_WIDTH, Frame, make_frame, padded, read_columns
from remit.plots.plane import AreaMark, CurveMark, DotMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, INK, MARGIN, MUTED, PAPER, SECOND, THIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FunnelLayout", "draw_funnel", "funnel_layout"]

SHADES = ((0.01, 0.10), (0.05, 0.24), (0.10, 0.42))
"""Lower end of p in which a shade begins, from the outside inwards, and its opacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelLayout(PlaneLayout):
    """A funnel plot as numbers.

    Attributes
    ----------
    studies, filled : int
        The first ``studies`` dots are the studies, the next ``filled`` those added.
    """

    studies: int
    filled: int


def funnel_layout(
    effect: npt.ArrayLike,
    std_error: npt.ArrayLike,
    *,
    centre: float,
    filled_effect: npt.ArrayLike = (),
    filled_std_error: npt.ArrayLike = (),
    null: float = 0.0,
    contours: bool = True,
    level: float = 0.95,
    ratio: bool = False,
    x_label: str = "Effect",
) -> FunnelLayout:
    """Lay out a funnel plot.

    Parameters
    ----------
    effect, std_error : (k,) array-like
        Effects and their standard errors, on the scale of the analysis.
    centre : float
        Pooled effect, at which the lines meet.
    filled_effect, filled_std_error : (m,) array-like
        Studies added by trim and fill; may be empty.
    null : float
        Effect that the contours test against.
    contours : bool
        Whether regions of p are shaded.
    level : float
        Level of the lines, such as 0.95.
    ratio : bool
        Whether effects are logarithms of ratios; the axis then shows the ratios.
    x_label : str
        What the effect is.

    Returns
    -------
    FunnelLayout

    Raises
    ------
    InputError
        If a number is not finite, a standard error not above 0, or lengths differ.
    SpecError
        If the level is not between 0 and 1.
    """
    shown = read_columns("funnel plot", positive=("std_error",), effect=effect, std_error=std_error)
    added = read_columns(
        "funnel plot, filled studies",
        positive=("std_error",),
        least=0,
        effect=filled_effect,
        std_error=filled_std_error,
    )
    read_columns("funnel plot", centre=centre, null=null)
    xs, ses = shown["effect"] + added["effect"], shown["std_error"] + added["std_error"]
    highest = 1.06 * max(ses)
    z = critical_value(check_level(level))
    ends = padded([*xs, centre - z * highest, centre + z * highest], 0.03)
    key = place_key(_entries(contours, level, len(added["effect"])))
    made = make_frame(
        ends,
        (0.0, highest),
        x_label=x_label,
        y_label="Standard error",
        top=key.bottom,
        ratio_x=ratio,
        downwards=True,
        grid=False,
    )
    frame, k = made.frame, len(shown["effect"])
    dots = [
        DotMark(x=x, y=y, role=INK if i < k else SECOND, hollow=i >= k)
        for i, (x, y) in enumerate(frame.path(xs, ses))
    ]
    return FunnelLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=(*(_shades(frame, null) if contours else ()), *key.areas),
        rules=made.rules,
        curves=(*_lines(frame, centre, z), *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts),
        studies=k,
        filled=len(added["effect"]),
    )


def _entries(contours: bool, level: float, filled: int) -> list[KeyEntry]:
    entries = [KeyEntry(label="study", kind="dot", role=INK)]
    if filled:
        entries.append(KeyEntry(label="added by trim and fill", kind="hollow", role=SECOND))
    percent = format_number(100 * level)
    entries += [
        KeyEntry(label="pooled effect", kind="line", role=ACCENT, width=1.3),
        KeyEntry(label=f"{percent}% limits", kind="dashed", role=ACCENT),
    ]
    if contours:
        names = ("study's p < .01", ".01 to .05", ".05 to .10")
        entries += [
            KeyEntry(label=name, kind="area", role=MUTED, alpha=alpha)
            for name, (_, alpha) in zip(names, SHADES, strict=True)
        ]
        entries.append(KeyEntry(label="above .10", kind="area", role=PAPER))
    return entries


def _shades(frame: Frame, null: float) -> list[AreaMark]:
    """Return the ground and a triangle for each limit of p, outer ones first.

    A triangle is cleared with paper before it is shaded, so that each shade stands alone.
    """
    top, bottom, left, right = frame.y.left, frame.y.right, frame.x.left, frame.x.right
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    areas = [AreaMark(points=corners, role=MUTED, alpha=SHADES[0][1])]
    for (p, _), alpha in zip(SHADES, [a for _, a in SHADES[1:]] + [0.0], strict=True):
        inside = _triangle(frame, null, float(ndtri(1 - p / 2)))
        if not inside:
            continue
        areas.append(AreaMark(points=inside, role=PAPER))
        if alpha:
            areas.append(AreaMark(points=inside, role=MUTED, alpha=alpha))
    return areas


def _triangle(frame: Frame, null: float, z: float) -> tuple[tuple[float, float], ...]:
    """Part of the plot with ``|x - null| < z se``, cut at its ends."""
    low, high, most = frame.x.low, frame.x.high, frame.y.high
    first = max(0.0, (null - high) / z, (low - null) / z)
    if first >= most:
        return ()
    heights = {first, most}
    heights |= {s for s in ((null - low) / z, (high - null) / z) if first < s < most}
    steps = sorted(heights)
    left = [frame.at(null - z * s, s) for s in reversed(steps)]
    return (*left, *(frame.at(null + z * s, s) for s in steps))


def _lines(frame: Frame, centre: float, z: float) -> list[CurveMark]:
    most = frame.y.high
    curves = [
        CurveMark(points=frame.path((centre, centre), (0.0, most)), role=ACCENT),
    ]
    for side in (-z, z):
        ends = frame.path((centre, centre + side * most), (0.0, most))
        curves.append(CurveMark(points=ends, role=ACCENT, width=THIN, dashed=True))
    return curves


def draw_funnel(layout: FunnelLayout) -> Figure:
    """Draw a funnel plot.

    Parameters
    ----------
    layout : FunnelLayout
        As `funnel_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
