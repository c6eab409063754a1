"""L'Abbe plot: the risk under treatment against the risk under control, a dot for each trial.

L'Abbe, Detsky & O'Rourke (1987, Ann Intern Med 107:224). Areas of dots are in proportion to the
weights. Dots on the diagonal show no effect; the blue curve is the pooled effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy.typing as npt

from remit.core.errors import InputError, Problem
from remit.plots.frame import PLANE_WIDTH, make_frame, read_columns
from remit.plots.plane import CurveMark, DotMark, PlaneLayout, bubble_radius, draw_plane
from remit.plots.plane_key import KeyEntry, place_key
from remit.plots.style import ACCENT, INK, MARGIN, MUTED, THIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LabbeLayout", "draw_labbe", "labbe_layout"]

SIDE = 300.0
"""Side of the plot, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabbeLayout(PlaneLayout):
    """A L'Abbe plot as numbers; the first ``trials`` dots are the trials, in their order."""

    trials: int


def labbe_layout(
    risk_control: npt.ArrayLike,
    risk_treated: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    pooled: float | None = None,
    measure: Literal["RR", "OR", "RD"] = "RR",
    x_label: str = "Risk under control",
    y_label: str = "Risk under treatment",
) -> LabbeLayout:
    """Lay out a L'Abbe plot.

    Parameters
    ----------
    risk_control, risk_treated : (k,) array-like
        Shares with the event, from 0 to 1.
    weight : (k,) array-like
        Weights or numbers of patients, at least 0 and not all 0.
    pooled : float or None
        Pooled effect: the logarithm of the ratio for RR and OR, the difference for RD.
    measure : {"RR", "OR", "RD"}
        What ``pooled`` is.
    x_label, y_label : str
        What the axes show.

    Returns
    -------
    LabbeLayout

    Raises
    ------
    InputError
        If a risk lies outside 0 to 1, a weight is below 0 or all are 0, or lengths differ.
    """
    read = read_columns("L'Abbe plot", control=risk_control, treated=risk_treated, weight=weight)
    _check(read)
    entries = [
        KeyEntry(label="trial, area by weight", kind="pale"),
        KeyEntry(label="no effect", kind="dashed", role=MUTED),
    ]
    if pooled is not None:
        read_columns("L'Abbe plot", pooled=pooled)
        label = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}[measure]
        entries.append(KeyEntry(label=f"pooled {label}", kind="line", role=ACCENT, width=1.3))
    key = place_key(entries)
    most = _upper_end(max(*read["control"], *read["treated"]))
    ends = (-0.05 * most, 1.05 * most)
    made = make_frame(
        ends, ends, x_label=x_label, y_label=y_label, top=key.bottom, height=SIDE, grid=False
    )
    frame = made.frame
    diagonal = frame.path(ends, ends)
    lines = [CurveMark(points=diagonal, role=MUTED, width=THIN, dashed=True)]
    if pooled is not None:
        risks = [most * i / 100 for i in range(101)]
        pairs = [(r, _treated(r, pooled, measure)) for r in risks]
        path = tuple(frame.at(r, t) for r, t in pairs if 0.0 <= t <= most)
        lines.append(CurveMark(points=path, role=ACCENT))
    heaviest = max(read["weight"])
    dots = [
        DotMark(x=x, y=y, radius=bubble_radius(w / heaviest), role=INK, pale=True)
        for (x, y), w in zip(
            frame.path(read["control"], read["treated"]), read["weight"], strict=True
        )
    ]
    return LabbeLayout(
        width=PLANE_WIDTH,
        height=made.bottom + MARGIN,
        frame=frame,
        areas=tuple(key.areas),
        rules=made.rules,
        curves=(*lines, *key.curves),
        dots=(*dots, *key.dots),
        texts=(*key.texts, *made.texts),
        trials=len(dots),
    )


def _upper_end(risk: float) -> float:
    """Return a round end of both axes above the highest risk."""
    ends = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
    return next((end for end in ends if risk <= 0.96 * end), 1.0)


def _treated(risk: float, pooled: float, measure: str) -> float:
    """Return the risk under treatment that the pooled effect makes of one under control."""
    if measure == "RD":
        return risk + pooled
    if measure == "RR":
        return risk * math.exp(pooled)
    if risk >= 1.0:
        return 1.0
    odds = math.exp(pooled) * risk / (1.0 - risk)
    return odds / (1.0 + odds)


def _check(read: dict[str, tuple[float, ...]]) -> None:
    problems = [
        Problem(
            where=f"L'Abbe plot, risk_{name} {i + 1}",
            found=str(risk),
            expected="a share from 0 to 1",
        )
        for name in ("control", "treated")
        for i, risk in enumerate(read[name])
        if not 0.0 <= risk <= 1.0
    ]
    problems += [
        Problem(
            where=f"L'Abbe plot, weight {i + 1}", found=str(w), expected="a number of 0 or more"
        )
        for i, w in enumerate(read["weight"])
        if w < 0.0
    ]
    if not any(read["weight"]):
        found = "weights that are all 0"
        problems.append(Problem(where="L'Abbe plot", found=found, expected="one above 0"))
    if problems:
        raise InputError(problems)


def draw_labbe(layout: LabbeLayout) -> Figure:
    """Draw a L'Abbe plot.

    Parameters
    ----------
    layout : LabbeLayout
        As `labbe_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    return draw_plane(layout)
