"""What is done about counts of 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.synthesis.effects.kernel import FloatArray

__all__ = ["WHEN_TO_ADD", "add_to_zeros", "double_zero"]

WHEN_TO_ADD = ("all", "only0", "if0all", "none")
"""metafor's choices: every study, studies with a 0, every study if any has a 0, never."""


def add_to_zeros(
    cells: Mapping[str, FloatArray], *, add: float, to: str
) -> tuple[dict[str, FloatArray], npt.NDArray[np.bool_]]:
    """Add a constant to all counts of the studies that need it.

    Parameters
    ----------
    cells : mapping of name to (k,) float array
        Counts that belong together, such as the four cells of a 2x2 table. A study with a
        missing count has no zero.
    add : float
        Constant, 0 or more.
    to : str
        One of `WHEN_TO_ADD`.

    Returns
    -------
    dict of name to (k,) float array, (k,) bool array
        New counts, and which studies were changed.

    Raises
    ------
    SpecError
        If ``to`` is none of the choices.
    """
    check_choice("to", to, WHEN_TO_ADD)
    table = np.stack(list(cells.values()))
    zero = np.any(table == 0, axis=0)
    if to == "all":
        changed = np.all(np.isfinite(table), axis=0)
    elif to == "only0":
        changed = zero
    elif to == "if0all":
        changed = np.all(np.isfinite(table), axis=0) & bool(zero.any())
    else:
        changed = np.zeros_like(zero)
    if add == 0:
        changed = np.zeros_like(zero)
    return {name: cell + np.where(changed, add, 0.0) for name, cell in cells.items()}, changed


def double_zero(
    first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray] | None = None
) -> npt.NDArray[np.bool_]:
    """Tell which studies have no events in both groups, or (``second``) nothing but events."""
    both = (first[0] == 0) & (first[1] == 0)
    if second is not None:
        both = both | ((second[0] == 0) & (second[1] == 0))
    return np.asarray(both, dtype=np.bool_)
