"""What a forest plot shows: rows, summaries, groups, and how the axis is to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from remit.core.errors import InputError, Problem, SpecError

__all__ = ["ForestGroup", "ForestRow", "ForestSpec", "ForestSummary", "RowStyle", "check_forest"]

RowStyle = Literal["observed", "assumed", "set-aside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One study.

    Attributes
    ----------
    label : str
        Study and year.
    sublabel : str
        Second line, smaller; may be empty.
    columns : tuple of str
        Cells under ``ForestSpec.column_titles``; missing ones are blank.
    effect, ci_low, ci_high : float or None
        On the scale that is shown: ratios, not their logarithms. ``effect`` None: the row is
        listed and ``text`` stands in place of the plot. Bounds may be infinite.
    weight : float or None
        Share of the pooled result, 0 to 1; None for a row that is not pooled.
    style : {"observed", "assumed", "set-aside"}
        Filled square; hollow square, an input was assumed; grey square, not pooled.
    text : str or None
        Effect with interval in words; None: written from the numbers.
    """

    label: str
    sublabel: str = ""
    columns: tuple[str, ...] = ()
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    weight: float | None = None
    style: RowStyle = "observed"
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSummary:
    """A pooled result.

    Attributes
    ----------
    label : str
        Model, such as ``Random effects (REML, Hartung-Knapp)``.
    effect, ci_low, ci_high : float
        On the scale that is shown.
    pi_low, pi_high : float or None
        Prediction interval.
    text : str or None
        Effect with interval in words; None: written from the numbers.
    heterogeneity : str
        Line under the summary; may be empty.
    """

    label: str
    effect: float
    ci_low: float
    ci_high: float
    pi_low: float | None = None
    pi_high: float | None = None
    text: str | None = None
    heterogeneity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestGroup:
    """Rows under one heading, with a summary or, where pooling is not allowed, without.

    Attributes
    ----------
    title : str
        Heading; may be empty.
    rows : tuple of ForestRow
        In the order in which they are shown.
    summary : ForestSummary or None
        Pooled result.
    footnote : str
        Small text under the group; may be empty.
    """

    title: str
    rows: tuple[ForestRow, ...]
    summary: ForestSummary | None = None
    footnote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSpec:
    """How a forest plot is laid out.

    Attributes
    ----------
    axis_label : str
        Measure, scale and unit.
    favours_low, favours_high : str
        What results left and right of ``null`` favour, such as ``favours ketamine``.
    null : float or None
        Value of no difference; None for single proportions.
    log : bool
        Ratios on a log axis.
    label_title, effect_title, weight_title : str
        Column headings.
    column_titles : tuple of str
        Headings of the data columns; a line break in them is kept.
    width : {"wide", "narrow"}
        Two journal columns; or a phone, with each label over its interval.
    limits : (low, high) or None
        Ends of the axis; None: chosen from the rows.
    decimals : int
        Decimals of effects that are written from numbers.
    assumed_note, set_aside_note : str
        Explains a hollow or a grey square, shown only where one occurs.
    """

    axis_label: str
    favours_low: str = ""
    favours_high: str = ""
    null: float | None = 0.0
    log: bool = False
    label_title: str = "Study"
    column_titles: tuple[str, ...] = ()
    effect_title: str = "Effect (95% CI)"
    weight_title: str = "Weight"
    width: Literal["wide", "narrow"] = "wide"
    limits: tuple[float, float] | None = None
    decimals: int = 2
    assumed_note: str = "Hollow square: an input was assumed."
    set_aside_note: str = "Grey square: shown, not pooled."


def check_forest(groups: Sequence[ForestGroup], spec: ForestSpec) -> None:
    """Check that the groups can be drawn.

    Raises
    ------
    InputError
        If there is no row, an effect lies outside its interval or lacks it, a weight is not in
        0 to 1, or a ratio is not positive; all problems at once.
    SpecError
        If the limits are not in order, or ``null`` or a limit of a log axis is not positive.
    """
    if not any(group.rows for group in groups):
        raise InputError.at("forest plot", found="no rows", expected="one study or more")
    problems = [p for group in groups for p in _group_problems(group, spec)]
    if problems:
        raise InputError(problems)
    if spec.limits is not None and not spec.limits[0] < spec.limits[1]:
        raise SpecError.at("limits", found=str(spec.limits), expected="a low and a higher value")
    positive = [v for v in (spec.null, *(spec.limits or ())) if v is not None]
    if spec.log and any(v <= 0 for v in positive):
        raise SpecError.at(
            "null and limits of a log axis", found=str(positive), expected="values above 0"
        )


def _group_problems(group: ForestGroup, spec: ForestSpec) -> Iterator[Problem]:
    for row in group.rows:
        where = f"forest row '{row.label}'"
        if row.effect is not None:
            yield from _interval_problems(where, row.effect, row.ci_low, row.ci_high, spec)
        if row.weight is not None and not 0 <= row.weight <= 1:
            yield Problem(where=where, found=f"weight {row.weight}", expected="0 to 1")
        if len(row.columns) > len(spec.column_titles):
            yield Problem(
                where=where,
                found=f"{len(row.columns)} columns",
                expected=f"at most the {len(spec.column_titles)} of column_titles",
            )
    if group.summary is not None:
        s = group.summary
        where = f"forest summary '{s.label}'"
        yield from _interval_problems(where, s.effect, s.ci_low, s.ci_high, spec)


def _interval_problems(
    where: str, effect: float, low: float | None, high: float | None, spec: ForestSpec
) -> Iterator[Problem]:
    if low is None or high is None or not low <= effect <= high:
        yield Problem(
            where=where,
            found=f"effect {effect} with interval {low} to {high}",
            expected="an interval that holds its effect",
            hint="Give effect None and a text where no interval is known.",
        )
    if spec.log and effect <= 0:
        yield Problem(where=where, found=f"ratio {effect}", expected="a ratio above 0")
