"""A table of effects that reports print themselves, rather than the data of the arms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.notes import Note
from remit.synthesis.effects.effect_table import EffectSizes, EffectSpec
from remit.synthesis.effects.inputs import read_labels, same_length
from remit.synthesis.effects.kernel import FloatArray

__all__ = ["read_columns", "table_of"]


def table_of(
    measure: str,
    effect: FloatArray,
    variance: FloatArray,
    labels: tuple[str, ...],
    notes: tuple[tuple[Note, ...], ...],
    *,
    log: bool,
    n: FloatArray | None = None,
) -> EffectSizes:
    """Return effects that were not computed from arms as a table."""
    usable = np.isfinite(effect) & np.isfinite(variance) & (variance > 0)
    usable.setflags(write=False)
    return EffectSizes(
        measure=measure,
        words=_WORDS.get(measure, measure),
        scale="log" if log else "identity",
        effect=lock(np.where(np.isfinite(effect), effect, np.nan)),
        variance=lock(np.where(np.isfinite(variance), variance, np.nan)),
        usable=usable,
        n=lock(np.full(len(labels), np.nan) if n is None else n),
        labels=labels,
        notes=notes,
        spec=EffectSpec(add=0.0, to="none"),
    )


_WORDS = {
    "HR": "log hazard ratio",
    "OR": "log odds ratio",
    "RR": "log risk ratio",
    "IRR": "log rate ratio",
    "ROM": "log ratio of means",
    "MD": "mean difference",
    "SMD": "standardized mean difference",
}


def read_columns(
    labels: Sequence[str] | None, **columns: npt.ArrayLike
) -> tuple[tuple[str, ...], list[FloatArray]]:
    """Return labels and columns of one length; a single number stands for every study.

    Raises
    ------
    InputError
        For columns that hold no numbers or have another length.
    """
    arrays, k = same_length(columns)
    return read_labels(labels, k), [np.broadcast_to(array, (k,)) for array in arrays.values()]
