"""What every measure's array function returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["EffectVariance", "FloatArray", "size_weighted_mean"]

FloatArray = npt.NDArray[np.float64]


class EffectVariance(NamedTuple):
    """Effects and their sampling variances on the analysis scale, both (k,).

    An entry that the numbers do not determine is NaN or infinite here; `effect_sizes` turns it
    into a row that is marked as not usable, with the reason.
    """

    effect: FloatArray
    variance: FloatArray


def size_weighted_mean(values: FloatArray, sizes: FloatArray) -> float:
    """Return the mean of the (k,) values weighted by sample size; NaN entries are left out."""
    known = np.isfinite(values) & np.isfinite(sizes)
    total = float(sizes[known].sum())
    return float((sizes * values)[known].sum()) / total if total > 0 else float("nan")
