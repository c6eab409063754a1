"""The studies' own effects beside a pooled count: for Q, and for the typical variance of I2.

These numbers serve the description of heterogeneity alone. Where a study has a zero cell they need
a correction, which the counts themselves do not get.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.effects import MEASURES
from remit.synthesis.effects.inputs import FAMILIES
from remit.synthesis.effects.zero_cells import add_to_zeros
from remit.synthesis.rare.tables import Counts, no_information

__all__ = ["StudyEffects", "study_effects"]

FloatArray = npt.NDArray[np.float64]


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
        Constant for the cells, as in `add_to_zeros`.
    drop00 : bool
        Whether studies with no event in either arm (or only events in both) have no effect.
    """
    what = MEASURES[measure]
    columns = dict(counts.columns)
    if measure == "PLO":
        columns["mi"] = columns["ni"] - columns["xi"]
    has = np.ones(counts.k, dtype=bool)
    if drop00 and "xi" not in columns:
        has &= ~no_information(counts)
    kinds = FAMILIES[what.family]
    cells = {name: columns[name] for name in what.takes if kinds[name] == "count"}
    changed, where = add_to_zeros(cells, add=add, to=to)
    columns |= changed
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, variance = what.function(**{name: columns[name] for name in what.takes})
    has &= np.isfinite(effect) & np.isfinite(variance) & (variance > 0.0)
    return StudyEffects(effect=effect[has], variance=variance[has], has=has, corrected=where & has)
