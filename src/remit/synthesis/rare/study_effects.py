"""The studies' own effects beside a pooled count: for Q, and for the typical variance of I2.

These numbers serve the description of heterogeneity alone. Where a study has a zero cell they need
a correction, which the counts themselves do not get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.rare.tables import Counts, corrected

__all__ = ["StudyEffects", "study_effects"]

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyEffects:
    """Effects and variances of the studies that have them.

    Attributes
    ----------
    effect, variance : (m,) array
        On the analysis scale.
    has : (k,) bool array
        Which studies have an effect: those with no event, or only events, in both arms may not,
        and those whose variance is zero do not.
    corrected : (k,) bool array
        Which studies had a constant added.
    """

    effect: FloatArray
    variance: FloatArray
    has: npt.NDArray[np.bool_]
    corrected: npt.NDArray[np.bool_]


def _odds_ratio(c: Columns) -> tuple[FloatArray, FloatArray]:
    effect = np.log(c["ai"]) - np.log(c["bi"]) - np.log(c["ci"]) + np.log(c["di"])
    return effect, 1.0 / c["ai"] + 1.0 / c["bi"] + 1.0 / c["ci"] + 1.0 / c["di"]


def _risk_ratio(c: Columns) -> tuple[FloatArray, FloatArray]:
    n1, n2 = c["ai"] + c["bi"], c["ci"] + c["di"]
    effect = np.log(c["ai"] / n1) - np.log(c["ci"] / n2)
    return effect, 1.0 / c["ai"] - 1.0 / n1 + 1.0 / c["ci"] - 1.0 / n2


def _risk_difference(c: Columns) -> tuple[FloatArray, FloatArray]:
    n1, n2 = c["ai"] + c["bi"], c["ci"] + c["di"]
    variance = c["ai"] * c["bi"] / n1**3 + c["ci"] * c["di"] / n2**3
    return c["ai"] / n1 - c["ci"] / n2, variance


def _peto(c: Columns) -> tuple[FloatArray, FloatArray]:
    n1, n2 = c["ai"] + c["bi"], c["ci"] + c["di"]
    n, m = n1 + n2, c["ai"] + c["ci"]
    information = m * (n1 / n) * (n2 / n) * ((n - m) / (n - 1.0))
    return (c["ai"] - m * (n1 / n)) / information, 1.0 / information


def _rate_ratio(c: Columns) -> tuple[FloatArray, FloatArray]:
    effect = np.log(c["x1i"] / c["t1i"]) - np.log(c["x2i"] / c["t2i"])
    return effect, 1.0 / c["x1i"] + 1.0 / c["x2i"]


def _rate_difference(c: Columns) -> tuple[FloatArray, FloatArray]:
    effect = c["x1i"] / c["t1i"] - c["x2i"] / c["t2i"]
    return effect, c["x1i"] / c["t1i"] ** 2 + c["x2i"] / c["t2i"] ** 2


def _logit(c: Columns) -> tuple[FloatArray, FloatArray]:
    return np.log(c["xi"] / c["mi"]), 1.0 / c["xi"] + 1.0 / c["mi"]


def _log_rate(c: Columns) -> tuple[FloatArray, FloatArray]:
    return np.log(c["xi"] / c["ti"]), 1.0 / c["xi"]


_Formula = Callable[[Columns], tuple[FloatArray, FloatArray]]
_MEASURES: dict[str, tuple[_Formula, tuple[str, ...]]] = {
    "OR": (_odds_ratio, ("ai", "bi", "ci", "di")),
    "RR": (_risk_ratio, ("ai", "bi", "ci", "di")),
    "RD": (_risk_difference, ("ai", "bi", "ci", "di")),
    "PETO": (_peto, ("ai", "bi", "ci", "di")),
    "IRR": (_rate_ratio, ("x1i", "x2i")),
    "IRD": (_rate_difference, ("x1i", "x2i")),
    "PLO": (_logit, ("xi", "mi")),
    "IRLN": (_log_rate, ("xi",)),
}


def study_effects(
    measure: str, counts: Counts, *, add: float = 0.5, to: str = "only0", drop00: bool = True
) -> StudyEffects:
    """Return each study's effect with its large-sample variance (metafor's ``escalc``).

    Parameters
    ----------
    measure : str
        ``OR RR RD PETO IRR IRD PLO IRLN``.
    counts : Counts
        The counts; for ``PLO`` the non-events are taken from ``ni``.
    add, to : float and str
        Constant for the cells, as in `corrected`.
    drop00 : bool
        Whether studies with no event in either arm (or only events in both) have no effect.
    """
    formula, cells = _MEASURES[measure]
    columns = dict(counts.columns)
    if measure == "PLO":
        columns["mi"] = columns["ni"] - columns["xi"]
    has = np.ones(counts.k, dtype=bool)
    if drop00 and "ai" in columns:
        has &= ~(
            ((columns["ai"] == 0) & (columns["ci"] == 0))
            | ((columns["bi"] == 0) & (columns["di"] == 0))
        )
    elif drop00 and "x1i" in columns:
        has &= ~((columns["x1i"] == 0) & (columns["x2i"] == 0))
    changed, where = corrected({name: columns[name] for name in cells}, add, to)
    columns.update(changed)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, variance = formula(columns)
    has &= np.isfinite(effect) & np.isfinite(variance) & (variance > 0.0)
    return StudyEffects(effect=effect[has], variance=variance[has], has=has, corrected=where & has)
