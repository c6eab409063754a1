"""Whether an effect that a file prints is a ratio or a difference, by its own interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from remit.io.formats.imported import Cell
from remit.io.formats.revman_words import RATIO_MEASURES

__all__ = ["number_of", "printed_scale"]

_Z = 1.959963984540054  # upper 2.5 % point of the normal


def number_of(cell: Cell | None) -> float | None:
    """Return a cell as a finite number; None where it is none."""
    try:
        value = float(cell.text) if cell else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def printed_scale(values: Mapping[str, Cell], measure: str) -> Literal["identity", "ratio"]:
    """Tell whether an effect is printed as a ratio whose standard error is of the logarithm.

    The interval decides where the file has one, for it is se wide either in logarithms or in the
    units of the effect (about the normal 95 % interval, to a tenth: other levels do not make one
    look like the other unless both agree). Else the measure does.
    """
    numbers = [number_of(values.get(name)) for name in ("se", "ci_low", "ci_high")]
    se, low, high = numbers
    if se and low is not None and high is not None:
        straight = abs((high - low) / (2 * _Z * se) - 1)
        if low > 0:
            logs = abs(math.log(high / low) / (2 * _Z * se) - 1)
            if min(straight, logs) < 0.1 and abs(straight - logs) > 0.01:
                return "ratio" if logs < straight else "identity"
        elif straight < 0.1:
            return "identity"
    return "ratio" if measure in RATIO_MEASURES else "identity"
