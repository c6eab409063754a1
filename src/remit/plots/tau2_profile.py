"""Profile of tau2: how well each variance between studies agrees with the data.

The interval holds every tau2 whose log likelihood lies at most half the chi-squared quantile
below the highest (Hardy & Thompson 1996, Stat Med 15:619, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.errors import InputError
from remit.core.numerics import critical_value
from remit.plots.axis import format_number
from remit.plots.frame import PLANE_WIDTH, make_frame, padded, read_columns
from remit.plots.plane import CurveMark, DotMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, INK, MARGIN, MUTED, SECOND, THIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Tau2ProfileLayout", "draw_tau2_profile", "tau2_profile_layout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2ProfileLayout(PlaneLayout):
    """A profile of tau2 as numbers; the first dot is the estimate.

    Attributes
    ----------
    threshold : float
        Log likelihood down to which tau2 is within the interval.
    """

    threshold: float


def tau2_profile_layout(
    tau2: npt.ArrayLike,
    log_likelihood: npt.ArrayLike,
    *,
    estimate: float,
    highest: float,
    interval: tuple[float, float] | None = None,
    level: float = 0.95,
    x_label: str = "Variance between studies, τ²",
    y_label: str = "Restricted log likelihood",
) -> Tau2ProfileLayout:
    """Lay out a profile of tau2.

    Parameters
    ----------
    tau2 : (m,) array-like
        Grid, increasing.
    log_likelihood : (m,) array-like
        Profile log likelihood at each.
    estimate, highest : float
        Estimate of tau2 and the log likelihood there.
    interval : (low, high) of float or None
        Profile-likelihood interval; an end beyond the grid is not drawn.
    level : float
        Level of the interval, such as 0.95.
    x_label, y_label : str
        What the axes show.

    Returns
    -------
    Tau2ProfileLayout

    Raises
    ------
    InputError
        If a number is not finite, lengths differ or the grid does not increase.
    SpecError
        If the level is not between 0 and 1.
    """
    read = read_columns("profile of tau2", least=2, tau2=tau2, log_likelihood=log_likelihood)
    read_columns("profile of tau2", estimate=estimate, highest=highest)
    xs, ys = read["tau2"], read["log_likelihood"]
    if any(b <= a for a, b in pairwise(xs)):
        raise InputError.at(
            "profile of tau2", found="a grid that does not increase", expected="increasing tau2"
        )
    threshold = highest - critical_value(check_level(level)) ** 2 / 2
    key = place_key(_entries(level, interval is not None))
    made = make_frame(
        (min(xs[0], estimate), max(xs[-1], estimate)),
        padded([*ys, highest, threshold], 0.06),
        x_label=x_label,
        y_label=y_label,
        top=key.bottom,
        grid=False,
    )
    frame = made.frame
    low, high = frame.x.low, frame.x.high
    level_line = frame.path((low, high), (threshold, threshold))
    curves = [
        CurveMark(points=level_line, role=MUTED, width=THIN, dashed=True),
        CurveMark(points=frame.path(xs, ys), role=ACCENT),
    ]
    for end in interval or ():
        if frame.x.shows(end):
            drop = frame.path((end, end), (frame.y.low, threshold))
            curves.append(CurveMark(points=drop, role=SECOND, width=1.0))
    x, y = frame.at(estimate, highest)
    return Tau2ProfileLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=tuple(key.areas),
        rules=made.rules,
        curves=(*curves, *key.curves),
        dots=(DotMark(x=x, y=y, radius=3.0, role=INK), *key.dots),
        texts=(*key.texts, *made.texts),
        threshold=threshold,
    )


def _entries(level: float, interval: bool) -> list[KeyEntry]:
    percent = format_number(100 * level)
    entries = [
        KeyEntry(label="profile", kind="line", role=ACCENT, width=1.3),
        KeyEntry(label="estimate", kind="dot"),
        KeyEntry(label=f"{percent}% threshold", kind="dashed", role=MUTED),
    ]
    if interval:
        entries.append(KeyEntry(label=f"{percent}% limits", kind="line", role=SECOND))
    return entries


def draw_tau2_profile(layout: Tau2ProfileLayout) -> Figure:
    """Draw a profile of tau2.

    Parameters
    ----------
    layout : Tau2ProfileLayout
        As `tau2_profile_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
