"""Studies as they are handed to an analysis: effects, variances, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError
from remit.synthesis.data import EffectSet
from remit.synthesis.q_statistic import check_studies

__all__ = ["Studies", "studies_of"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Studies:
    """Studies that can be pooled.

    Attributes
    ----------
    effect, variance : (k,) array
        Effects and sampling variances.
    labels : tuple of str
        Names.
    """

    effect: FloatArray
    variance: FloatArray
    labels: tuple[str, ...]

    @property
    def k(self) -> int:
        """Number of studies."""
        return int(self.effect.size)


def studies_of(effects: EffectSet | tuple[Any, Any], least: int = 1) -> Studies:
    """Return the studies of a set, or of a pair of effects and variances.

    Raises
    ------
    InputError
        If there are fewer studies than ``least``, or one cannot be pooled.
    """
    if isinstance(effects, EffectSet):
        labels = tuple(row.label for row in effects.rows)
        y, v = check_studies(effects.effect, effects.variance, labels)
    else:
        y, v = check_studies(*effects)
        labels = tuple(f"study {i + 1}" for i in range(y.size))
    if y.size < least:
        raise InputError.at(
            "argument 'effects'",
            found="one study" if y.size == 1 else f"{y.size} studies",
            expected=f"at least {least}",
        )
    return Studies(effect=y, variance=v, labels=labels)
