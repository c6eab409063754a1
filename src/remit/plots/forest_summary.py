"""A pooled result in a forest plot as numbers: diamond, prediction interval, heterogeneity."""

from __future__ import annotations

import math
from collections.abc import Iterable

from remit.plots.axis import Axis
from remit.plots.forest_axis import write_interval
from remit.plots.forest_blocks import (
    STRIP,
    Block,
    Interval,
    Summary,
    effect_texts,
    label_room,
    strip_span,
)
from remit.plots.forest_columns import ForestColumns, summary_effect
from remit.plots.forest_data import ForestSpec, ForestSummary
from remit.plots.marks import TextMark, stack_lines
from remit.plots.style import MUTED
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, wrap_text

__all__ = ["summary_block"]


def summary_block(
    summary: ForestSummary, spec: ForestSpec, columns: ForestColumns, axis: Axis, pad: float
) -> Block:
    """Lay out a pooled result, its prediction interval and its heterogeneity.

    Parameters
    ----------
    summary : ForestSummary
        Pooled result.
    spec, columns, axis, pad
        As in `row_block`.
    """
    body, small, narrow = columns.body, columns.small, columns.narrow
    effect = summary_effect(summary, spec)
    top = pad + 2.0
    texts = effect_texts(effect, columns, top, bold=True)
    room = label_room(effect, columns) if narrow else columns.left_width
    lines = wrap_text(summary.label, room, body, bold=True)
    texts += stack_lines(lines, x=columns.label_left, top=top, size=body, bold=True)
    y = top + len(lines) * LEADING * body
    middle = y + STRIP / 2 if narrow else top + (ASCENT - MIDDLE) * body
    spans = [strip_span(y)] if narrow else []
    y += STRIP if narrow else 2 * pad
    prediction = None
    if summary.pi_low is not None and summary.pi_high is not None:
        more, prediction, y = _prediction(summary, spec, columns, axis, y)
        texts += more
        if narrow:
            spans.append(strip_span(y - STRIP))
    if clean_text(summary.heterogeneity):
        lines = wrap_text(summary.heterogeneity, columns.left_width, small)
        texts += stack_lines(lines, x=columns.label_left, top=y, size=small, role=MUTED)
        y += len(lines) * LEADING * small
    shape = _summary(summary, axis, middle, 0.56 * body, prediction)
    spans = spans if narrow else [(0.0, y + pad)]
    return Block(height=y + pad, texts=texts, summaries=(shape,), open_spans=tuple(spans))


def _prediction(
    summary: ForestSummary, spec: ForestSpec, columns: ForestColumns, axis: Axis, top: float
) -> tuple[tuple[TextMark, ...], Interval, float]:
    low, high = summary.pi_low, summary.pi_high
    if low is None or high is None:
        raise AssertionError("called only with a prediction interval")
    text = "Prediction interval"
    texts = stack_lines((text,), x=columns.label_left, top=top, size=columns.body, role=MUTED)
    texts += effect_texts(write_interval(low, high, spec.decimals), columns, top, role=MUTED)
    y = top + LEADING * columns.body
    middle = y + STRIP / 2 if columns.narrow else top + (ASCENT - MIDDLE) * columns.body
    bar = Interval(
        label=text,
        y=middle,
        x=None,
        x_low=axis.place(low),
        x_high=axis.place(high),
        arrow_low=low < axis.low,
        arrow_high=high > axis.high,
        side=0.0,
        style="observed",
    )
    return texts, bar, y + (STRIP if columns.narrow else 2.0)


def _summary(
    summary: ForestSummary, axis: Axis, y: float, half: float, prediction: Interval | None
) -> Summary:
    return Summary(
        label=clean_text(summary.label),
        y=y,
        x=axis.place(summary.effect) if axis.shows(summary.effect) else None,
        diamond=_diamond(summary, axis, y, half),
        arrow_low=summary.ci_low < axis.low,
        arrow_high=summary.ci_high > axis.high,
        prediction=prediction,
    )


def _diamond(
    summary: ForestSummary, axis: Axis, y: float, half: float
) -> tuple[tuple[float, float], ...]:
    """Corners of the diamond, cut where it leaves the axis."""
    tip_low, tip_high = axis.project(summary.ci_low), axis.project(summary.ci_high)
    middle = axis.project(summary.effect)
    clipped = sorted({min(max(x, axis.left), axis.right) for x in (tip_low, middle, tip_high)})

    def reach(x: float) -> float:
        tip = tip_low if x < middle else tip_high
        if x == middle or math.isinf(tip):
            return half
        return half * max(0.0, 1 - abs(x - middle) / abs(tip - middle))

    upper = [(x, y - reach(x)) for x in clipped]
    lower = [(x, y + reach(x)) for x in reversed(clipped)]
    return tuple(_without_repeats([*upper, *lower]))


def _without_repeats(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for point in points:
        if point not in kept:
            kept.append(point)
    return kept
