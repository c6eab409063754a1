"""How the width of a forest plot is shared between labels, data, plot, weights and effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.plots.axis import format_number
from remit.plots.forest_axis import effect_parts, write_effect, write_interval
from remit.plots.forest_data import ForestGroup, ForestRow, ForestSpec, ForestSummary
from remit.plots.style import (
    BODY,
    MARGIN,
    NARROW_BODY,
    NARROW_SMALL,
    NARROW_WIDTH,
    SMALL,
    WIDE_WIDTH,
)
from remit.plots.text_width import clean_text, text_width

__all__ = [
    "ForestColumns",
    "forest_columns",
    "row_effect",
    "summary_effect",
    "title_lines",
    "write_weight",
]

GAP = 9.0
"""Room between two columns, points."""
LEAST_PLOT, AMPLE_PLOT = 110.0, 185.0
"""Width that the plot always has, and that it has before long labels may widen, points."""
LEAST_LABEL, MOST_LABEL = 78.0, 190.0
"""Width that labels always have, and beyond which they wrap where room is short, points."""
SPACE = 0.3
"""Width of a space between the parts of an effect, as a share of the type size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestColumns:
    """Places of the columns of a forest plot, points.

    Attributes
    ----------
    narrow : bool
        Whether labels stand over their intervals.
    width : float
        Width of the figure.
    body, small : float
        Type sizes.
    label_left, label_width : float
        Column of the labels.
    data_rights : tuple of float
        Right edges of the data columns.
    plot_left, plot_right : float
        Ends of the axis.
    weight_right : float
        Right edge of the weights.
    show_weight : bool
        Whether any row has a weight.
    effect_rights : tuple of four float
        Right edges of effect, lower bound, the word between, upper bound.
    """

    narrow: bool
    width: float
    body: float
    small: float
    label_left: float
    label_width: float
    data_rights: tuple[float, ...]
    plot_left: float
    plot_right: float
    weight_right: float
    show_weight: bool
    effect_rights: tuple[float, ...]

    @property
    def left_width(self) -> float:
        """Room left of the plot, or the whole width in a narrow figure."""
        if self.narrow:
            return self.width - 2 * MARGIN
        return self.plot_left - GAP - self.label_left


def row_effect(row: ForestRow, spec: ForestSpec) -> str:
    """Return the effect with interval of a row as text; empty where there is none."""
    if row.effect is None or row.ci_low is None or row.ci_high is None:
        return ""
    written = row.text or write_effect(row.effect, row.ci_low, row.ci_high, spec.decimals)
    return clean_text(written)


def summary_effect(summary: ForestSummary, spec: ForestSpec) -> str:
    """Return the effect with interval of a summary as text."""
    written = summary.text or write_effect(
        summary.effect, summary.ci_low, summary.ci_high, spec.decimals
    )
    return clean_text(written)


def write_weight(weight: float | None) -> str:
    """Return a weight in percent with one decimal; empty where there is none."""
    return "" if weight is None else f"{format_number(100 * weight, 1)}%"


def forest_columns(groups: Sequence[ForestGroup], spec: ForestSpec) -> ForestColumns:
    """Share the width.

    Data, weights and effects take the room that their text needs. The plot takes at least 110
    points, the labels the rest, on two lines where need be. A figure whose data columns leave
    less than 78 points for labels becomes wider than two journal columns, rather than clip.

    Parameters
    ----------
    groups : sequence of ForestGroup
        Checked groups.
    spec : ForestSpec
        Headings and width.
    """
    narrow = spec.width == "narrow"
    body, small = (NARROW_BODY, NARROW_SMALL) if narrow else (BODY, SMALL)
    parts = _part_widths(groups, spec, body)
    show_weight = any(row.weight is not None for group in groups for row in group.rows)
    if narrow:
        right = NARROW_WIDTH - MARGIN
        return ForestColumns(
            narrow=True,
            width=NARROW_WIDTH,
            body=body,
            small=small,
            label_left=MARGIN,
            label_width=right - MARGIN,
            data_rights=(),
            plot_left=MARGIN + 8,
            plot_right=right - 8,
            weight_right=right,
            show_weight=show_weight,
            effect_rights=_effect_rights(parts, right, body),
        )
    data = _data_widths(groups, spec, body)
    effect = max(_effect_width(parts, body), _title_width(spec.effect_title, body))
    weight = max(_title_width(spec.weight_title, body), text_width("100.0%", body))
    fixed = sum(w + GAP for w in data) + 2 * GAP + effect
    fixed += (weight + GAP) if show_weight else 0.0
    return _wide_columns(groups, spec, data, parts, fixed, weight, show_weight)


def _wide_columns(
    groups: Sequence[ForestGroup],
    spec: ForestSpec,
    data: Sequence[float],
    parts: Sequence[float],
    fixed: float,
    weight: float,
    show_weight: bool,
) -> ForestColumns:
    room = WIDE_WIDTH - 2 * MARGIN - fixed
    wanted = _label_width(groups, spec)
    label = min(wanted, max(MOST_LABEL, room - AMPLE_PLOT), room - LEAST_PLOT)
    label = max(label, LEAST_LABEL)
    plot = max(room - label, LEAST_PLOT)
    width = fixed + label + plot + 2 * MARGIN
    x = MARGIN + label
    rights = []
    for column in data:
        x += GAP + column
        rights.append(x)
    plot_left = x + GAP
    plot_right = plot_left + plot
    weight_right = plot_right + GAP + weight if show_weight else plot_right
    return ForestColumns(
        narrow=False,
        width=width,
        body=BODY,
        small=SMALL,
        label_left=MARGIN,
        label_width=label,
        data_rights=tuple(rights),
        plot_left=plot_left,
        plot_right=plot_right,
        weight_right=weight_right,
        show_weight=show_weight,
        effect_rights=_effect_rights(parts, width - MARGIN, BODY),
    )


def _label_width(groups: Sequence[ForestGroup], spec: ForestSpec) -> float:
    """Width of the longest label on one line."""
    rows = [row for group in groups for row in group.rows]
    return 1.0 + max(
        [_title_width(spec.label_title, BODY)]
        + [text_width(clean_text(row.label), BODY) for row in rows]
        + [text_width(clean_text(row.sublabel), SMALL) for row in rows]
        + [text_width(clean_text(g.summary.label), BODY, bold=True) for g in groups if g.summary]
    )


def _data_widths(groups: Sequence[ForestGroup], spec: ForestSpec, size: float) -> list[float]:
    widths = []
    for j, title in enumerate(spec.column_titles):
        cells = [r.columns[j] for g in groups for r in g.rows if j < len(r.columns)]
        widths.append(
            max([_title_width(title, size)] + [text_width(clean_text(c), size) for c in cells])
        )
    return widths


def _title_width(title: str, size: float) -> float:
    return max(text_width(line, size) for line in title_lines(title))


def title_lines(title: str) -> tuple[str, ...]:
    """Return the lines of a column heading; a line break in the title is kept."""
    return tuple(clean_text(line) for line in title.split("\n"))


def _part_widths(groups: Sequence[ForestGroup], spec: ForestSpec, size: float) -> tuple[float, ...]:
    """Width of each part of the effects; a text of another form widens the last."""
    measured: list[tuple[str, bool]] = []
    for group in groups:
        measured += [(row_effect(r, spec), False) for r in group.rows]
        s = group.summary
        if s is None:
            continue
        measured.append((summary_effect(s, spec), True))
        if s.pi_low is not None and s.pi_high is not None:
            measured.append((write_interval(s.pi_low, s.pi_high, spec.decimals), False))
    split = [(effect_parts(text), bold) for text, bold in measured]
    widths = [
        max((text_width(p[i], size, bold=bold) for p, bold in split if p[1]), default=0.0)
        for i in range(4)
    ]
    whole = max((text_width(p[3], size, bold=b) for p, b in split if not p[1]), default=0.0)
    widths[3] += max(0.0, whole - _effect_width(widths, size))
    return tuple(widths)


def _effect_width(parts: Sequence[float], size: float) -> float:
    gaps = sum(1 for part in parts[1:] if part)
    return sum(parts) + gaps * SPACE * size


def _effect_rights(parts: Sequence[float], right: float, size: float) -> tuple[float, ...]:
    """Right edge of each part, from the last to the first."""
    rights = [right]
    for part in reversed(parts[1:]):
        rights.append(rights[-1] - part - (SPACE * size if part else 0.0))
    return tuple(reversed(rights))
