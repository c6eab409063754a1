"""Bubble plots of a meta-regression along one of its terms."""

from __future__ import annotations

import numpy as np

from remit.core.errors import SpecError
from remit.plots.bubble import BubbleLayout, RegressionBand, bubble_layout
from remit.plots.drawing import Plot
from remit.report.numbers import count_word
from remit.synthesis.models import predict_fit
from remit.synthesis.moderators import MetaRegression, columns_used
from remit.workbench.figures.pooled import unusable
from remit.workbench.figures.scale import named_scale

__all__ = ["plot_bubble"]

_FIGURE = "bubble plot"
_POINTS = 81


def plot_bubble(
    regression: MetaRegression, term: str, *, measure: str = "", label: str = "", x_label: str = ""
) -> Plot[BubbleLayout]:
    """Lay out a bubble plot: effects against a moderator, with the regression line and its band.

    Parameters
    ----------
    regression : MetaRegression
        As `meta_regression` gives it. Areas are in proportion to its weights, and the band is its
        interval of the mean effect. The columns of other terms are held at their means.
    term : str
        A term of the formula with one column that has no part in another term.
    measure : str
        metafor's code, such as ``OR``.
    label, x_label : str
        Labels of the axes; by default the measure and the name of the column.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If there is no such term, or one line cannot show it.
    """
    given: object = regression
    if not isinstance(given, MetaRegression):
        raise unusable(_FIGURE, given, "the result of meta_regression")
    fit, column = given.fit, _column(given, term)
    xs = fit.design[:, column]
    at = np.linspace(xs.min(), xs.max(), _POINTS)
    rows = np.tile(fit.design.mean(axis=0), (_POINTS, 1))
    rows[:, column] = at
    line = predict_fit(fit, rows)
    scale = named_scale(measure)
    return Plot(
        layout=bubble_layout(
            xs,
            fit.effect,
            fit.weights,
            RegressionBand(at=at, fitted=line.effect, ci_low=line.ci_low, ci_high=line.ci_high),
            null=scale.null,
            ratio=scale.ratio,
            band_label=f"{100 * line.level:g}% interval",
            x_label=x_label or fit.names[column],
            y_label=label or scale.plane_label,
        ),
        title=f"Bubble plot of {term}",
        alt=f"Effects of {count_word(fit.k, 'study', 'studies')} against {term}, with the "
        "regression line.",
    )


def _column(regression: MetaRegression, term: str) -> int:
    """Return the place of the term's column in the fit."""
    terms = dict(regression.design.terms)
    names = regression.design.names
    if term not in terms:
        raise SpecError.at(
            "argument 'term'", found=repr(term), expected="one of " + (", ".join(terms) or "none")
        )
    columns = [names[i] for i in terms[term] if names[i] in regression.fit.names]
    others = [name for name in terms if name != term and _shares_variable(term, name)]
    if len(columns) != 1 or others:
        found = f"'{term}' with {len(columns)} columns" if len(columns) != 1 else ""
        raise SpecError.at(
            "argument 'term'",
            found=found or f"'{term}', which is also in {', '.join(others)}",
            expected="a term with one column and a part in no other, which one line can show",
        )
    return regression.fit.names.index(columns[0])


def _shares_variable(one: str, other: str) -> bool:
    """Tell whether two terms name a variable in common."""
    return bool(_variables(one) & _variables(other))


def _variables(term: str) -> set[str]:
    try:
        return set(columns_used(f"~ {term}"))
    except SpecError:  # a term in the language of the package formulaic
        return {term}
