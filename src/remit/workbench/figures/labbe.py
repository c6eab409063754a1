"""L'Abbé plots of the risks behind a pooled result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from remit.core.checks import float_vector
from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.plots.drawing import Plot
from remit.plots.labbe import LabbeLayout, labbe_layout
from remit.report.numbers import count_word
from remit.synthesis.pooled import PooledResult
from remit.synthesis.rare import MantelHaenszelResult, PetoResult
from remit.workbench.figures.pooled import unusable

__all__ = ["plot_labbe"]

FloatArray = npt.NDArray[np.float64]
_FIGURE = "L'Abbe plot"
_MEASURES = {"RR": "RR", "OR": "OR", "PETO": "OR", "RD": "RD"}


def plot_labbe(
    result: PooledResult | MantelHaenszelResult | PetoResult,
    counts: Mapping[str, Any] | None = None,
    *,
    groups: tuple[str, str] = ("treatment", "control"),
) -> Plot[LabbeLayout]:
    """Lay out a L'Abbé plot: the risk in one group against that in the other, trial by trial.

    Parameters
    ----------
    result : PooledResult, MantelHaenszelResult or PetoResult
        Odds ratios, risk ratios or risk differences as `pool`, `mantel_haenszel` or `peto` give
        them. Areas are in proportion to its weights, or to the patients where it has none.
    counts : mapping of str to (k,) array-like, optional
        With a `PooledResult`, and only there: the 2x2 tables of its studies in their order, as
        ``ai``, ``bi``, ``ci``, ``di`` or ``ai``, ``n1i``, ``ci``, ``n2i``.
    groups : (str, str)
        Names of the two groups.

    Returns
    -------
    Plot
        ``layout`` holds its numbers; ``savefig`` writes it.

    Raises
    ------
    SpecError
        If the result is of another kind or measure, or ``counts`` is missing or not needed.
    InputError
        If the counts are not those of the studies.
    """
    measure, pooled, weights, table = _read(result, counts)
    a, n1, c, n2 = table
    if not np.any(weights > 0):
        weights = n1 + n2
    return Plot(
        layout=labbe_layout(
            c / n2,
            a / n1,
            weights,
            pooled=pooled,
            measure=measure,
            x_label=f"Risk under {groups[1]}",
            y_label=f"Risk under {groups[0]}",
        ),
        title="L'Abbé plot",
        alt=f"Risks of the two groups in {count_word(a.size, 'trial')}.",
    )


def _read(
    result: object, counts: Mapping[str, Any] | None
) -> tuple[Literal["RR", "OR", "RD"], float | None, FloatArray, tuple[FloatArray, ...]]:
    """Return measure, pooled effect, weights, and events and patients of both groups."""
    if isinstance(result, PooledResult):
        measure = _measure(result.measure)
        if counts is None:
            expected = "the 2x2 tables of the studies, which the result does not hold"
            raise SpecError.at("argument 'counts'", found="nothing", expected=expected)
        return measure, result.effect, result.weights, _table(counts, result.k)
    if not isinstance(result, MantelHaenszelResult | PetoResult):
        raise unusable(_FIGURE, result, "the result of pool, mantel_haenszel or peto")
    if counts is not None:
        expected = "nothing: the result holds the counts"
        raise SpecError.at("argument 'counts'", found="counts", expected=expected)
    measure = _measure(result.measure if isinstance(result, MantelHaenszelResult) else "PETO")
    effect = result.effect
    held = (result.counts[name] for name in ("ai", "bi", "ci", "di"))
    a, b, c, d = held
    value = None if isinstance(effect, NotEstimable) else effect.value
    return measure, value, result.weights, (a, a + b, c, c + d)


def _measure(code: str) -> Literal["RR", "OR", "RD"]:
    if code not in _MEASURES:
        raise SpecError.at(
            _FIGURE, found=f"the measure {code}", expected="OR, RR or RD, which compare two risks"
        )
    return cast(Literal["RR", "OR", "RD"], _MEASURES[code])


def _table(counts: Mapping[str, Any], k: int) -> tuple[FloatArray, ...]:
    """Return events and patients of the groups, one of each for every study."""
    totals = {"n1i", "n2i"} <= set(counts)
    names = ("ai", "n1i", "ci", "n2i") if totals else ("ai", "bi", "ci", "di")
    missing = [name for name in names if name not in counts]
    if missing:
        raise InputError.at(
            "argument 'counts'",
            found="no " + ", ".join(missing),
            expected="ai, bi, ci, di or ai, n1i, ci, n2i",
        )
    read = [float_vector(name, counts[name]) for name in names]
    sizes = {column.size for column in read}
    if sizes != {k}:
        raise InputError.at(
            "argument 'counts'",
            found=" and ".join(str(size) for size in sorted(sizes)) + " studies",
            expected=f"{k}, those that were pooled",
            hint="Leave out the studies that were set aside.",
        )
    a, b, c, d = read
    return (a, b, c, d) if totals else (a, a + b, c, c + d)
