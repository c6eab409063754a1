"""Drapery plot: the p-value of every possible effect, for each study and for the pooled result.

Rucker & Schwarzer (2021, Res Synth Methods 12:8). A curve peaks at its estimate, and where it
crosses a height p lie the ends of its interval of level 1 - p.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy.typing as npt

from remit.core.errors import InputError
from remit.core.numerics import critical_value, two_sided
from remit.plots.axis import format_number
from remit.plots.frame import PLANE_WIDTH, Frame, make_frame, read_columns
from remit.plots.marks import RuleMark, TextMark
from remit.plots.plane import CurveMark, PlaneLayout, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, INK, MARGIN, MUTED, SECOND, SMALL, THIN
from remit.plots.text_width import MIDDLE, text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DraperyLayout", "drapery_layout", "draw_drapery"]

STEPS = 120
"""Pieces of each half of a curve."""
LEVELS = (0.9, 0.95, 0.99)
"""Levels whose heights are labelled at the right."""
LEAST_P = 0.001
"""Height down to which a curve runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraperyLayout(PlaneLayout):
    """A drapery plot as numbers; the first ``studies`` curves are the studies, then the pooled."""

    studies: int


def drapery_layout(
    effect: npt.ArrayLike,
    std_error: npt.ArrayLike,
    *,
    centre: float,
    centre_std_error: float,
    prediction_std_error: float | None = None,
    df: Sequence[float | None] | None = None,
    centre_df: float | None = None,
    prediction_df: float | None = None,
    null: float | None = 0.0,
    ratio: bool = False,
    x_label: str = "Effect",
) -> DraperyLayout:
    """Lay out a drapery plot of two-sided p-values, normal or by t.

    Parameters
    ----------
    effect, std_error : (k,) array-like
        Effects and their standard errors, on the scale of the analysis.
    centre, centre_std_error : float
        Pooled effect and its standard error.
    prediction_std_error : float or None
        Standard deviation of the effect in a new study around ``centre``.
    df : (k,) sequence of float or None, or None
        Degrees of freedom of each study's t; None: normal.
    centre_df, prediction_df : float or None
        Degrees of freedom of the pooled effect and of the effect in a new study; None: normal.
    null : float or None
        Effect at which a broken line is drawn.
    ratio : bool
        Whether effects are logarithms of ratios; the axis then shows the ratios.
    x_label : str
        What the effect is.

    Returns
    -------
    DraperyLayout

    Raises
    ------
    InputError
        If a number is not finite, a standard error not above 0, or lengths differ.
    """
    read = read_columns("drapery plot", positive=("std_error",), effect=effect, std_error=std_error)
    read_columns(
        "drapery plot",
        positive=("centre_std_error",),
        centre=centre,
        centre_std_error=centre_std_error,
        null=0.0 if null is None else null,
    )
    own = _own_df(df, len(read["effect"]))
    curves = list(zip(read["effect"], read["std_error"], own, strict=True))
    key = place_key(_entries(prediction_std_error is not None, null is not None))
    made = make_frame(
        _ends(curves, (centre, centre_std_error, centre_df), null),
        (0.0, 1.0),
        x_label=x_label,
        y_label="Two-sided p of the effect",
        top=key.bottom,
        room_right=text_width("90% interval", SMALL) + 5.0,
        ratio_x=ratio,
        grid=False,
    )
    frame = made.frame
    lines = [_curve(frame, *one, role=MUTED, width=0.6) for one in curves]
    lines.append(_curve(frame, centre, centre_std_error, centre_df, role=ACCENT, width=2.0))
    if prediction_std_error is not None:
        read_columns(
            "drapery plot",
            positive=("prediction_std_error",),
            prediction_std_error=prediction_std_error,
        )
        spread = (prediction_std_error, prediction_df)
        lines.append(_curve(frame, centre, *spread, role=SECOND, width=1.3))
    if null is not None:
        ends = frame.path((null, null), (0.0, 1.0))
        lines.append(CurveMark(points=ends, role=INK, width=THIN, dashed=True))
    rules, texts = _levels(frame)
    return DraperyLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=tuple(key.areas),
        rules=(*rules, *made.rules),
        curves=(*lines, *key.curves),
        dots=tuple(key.dots),
        texts=(*key.texts, *made.texts, *texts),
        studies=len(curves),
    )


def _own_df(df: Sequence[float | None] | None, count: int) -> Sequence[float | None]:
    """Return the degrees of freedom of each study."""
    if df is None:
        return [None] * count
    if len(df) != count:
        raise InputError.at(
            "drapery plot, df", found=f"{len(df)} values", expected=f"{count}, one per study"
        )
    return df


def _ends(
    studies: Sequence[tuple[float, float, float | None]],
    pooled: tuple[float, float, float | None],
    null: float | None,
) -> tuple[float, float]:
    """Return the ends of the axis: most of each study's interval, all of the pooled effect's."""
    centre, error, df = pooled
    reach = max(3.0, 1.04 * critical_value(0.95, df)) * error
    most = [centre - reach, centre + reach, *([] if null is None else [null])]
    most += [y + side * 2.2 * se for y, se, _ in studies for side in (-1.0, 1.0)]
    return min(most), max(most)


def _entries(prediction: bool, null: bool) -> list[KeyEntry]:
    entries = [
        KeyEntry(label="study", kind="line", role=MUTED, width=0.6),
        KeyEntry(label="pooled effect", kind="line", role=ACCENT, width=2.0),
    ]
    if prediction:
        entries.append(KeyEntry(label="effect in a new study", kind="line", role=SECOND, width=1.3))
    return [*entries, *([KeyEntry(label="no effect", kind="dashed")] if null else [])]


def _curve(
    frame: Frame, centre: float, error: float, df: float | None, *, role: str, width: float
) -> CurveMark:
    """Curve of p, cut where it leaves the plot."""
    reach = max(frame.x.high - centre, centre - frame.x.low) / error
    most = min(critical_value(1.0 - LEAST_P, df), 1.02 * reach)
    steps = [most * (i / STEPS) ** 1.5 for i in range(STEPS + 1)]
    zs = [*(-z for z in reversed(steps)), *steps[1:]]
    pairs = [(centre + z * error, two_sided(z, df)) for z in zs]
    inside = [frame.at(x, p) for x, p in pairs if frame.x.shows(x)]
    return CurveMark(points=tuple(inside), role=role, width=width)


def _levels(frame: Frame) -> tuple[Sequence[RuleMark], Sequence[TextMark]]:
    """Lines at the heights of the usual intervals, labelled where there is room."""
    rules, texts = [], list[TextMark]()
    for level in LEVELS:
        _, y = frame.at(frame.x.low, 1 - level)
        rules.append(RuleMark(x0=frame.x.left, y0=y, x1=frame.x.right, y1=y))
        text = f"{format_number(100 * level)}% interval"
        x = frame.x.right + 5.0
        texts.append(TextMark(x=x, y=y + MIDDLE * SMALL, text=text, size=SMALL, role=MUTED))
    return rules, texts


def draw_drapery(layout: DraperyLayout) -> Figure:
    """Draw a drapery plot.

    Parameters
    ----------
    layout : DraperyLayout
        As `drapery_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
