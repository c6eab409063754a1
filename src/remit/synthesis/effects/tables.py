"""The 2x2 table behind its margins and a measure of association."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from remit.core.errors import SpecError
from remit.synthesis.effects.kernel import FloatArray

__all__ = ["Table", "table_from_margins"]

_SLACK = 1e-9


class Table(NamedTuple):
    """Cells of 2x2 tables, (k,) each; NaN where no table fits."""

    ai: FloatArray
    bi: FloatArray
    ci: FloatArray
    di: FloatArray


def table_from_margins(
    *,
    ni: npt.ArrayLike,
    n1i: npt.ArrayLike,
    n2i: npt.ArrayLike,
    phi: npt.ArrayLike | None = None,
    odds_ratio: npt.ArrayLike | None = None,
) -> Table:
    """Return the whole counts that come closest to a printed phi or odds ratio.

    Phi: a = n p1 p2 + phi n sqrt(p1 q1 p2 q2). Odds ratio: the root of
    a (n - n1 - n2 + a) = OR (n1 - a)(n2 - a) between the bounds of a (Bonett 2007, Psychol
    Methods 12:430).

    Parameters
    ----------
    ni : (k,) array-like
        People.
    n1i, n2i : (k,) array-like
        Those with variable 1, and those with variable 2 (a + b and a + c).
    phi, odds_ratio : (k,) array-like or None
        One of the two.

    Raises
    ------
    SpecError
        If not exactly one of ``phi`` and ``odds_ratio`` is given.
    """
    if (phi is None) == (odds_ratio is None):
        raise SpecError.at(
            "arguments 'phi' and 'odds_ratio'",
            found="both" if phi is not None else "neither",
            expected="one of them",
        )
    n, row, column = (np.asarray(x, dtype=np.float64) for x in (ni, n1i, n2i))
    if phi is not None:
        spread = np.sqrt(row * (n - row)) * np.sqrt(column * (n - column))
        a = (row * column + np.asarray(phi, dtype=np.float64) * spread) / n
    else:
        a = _from_odds(np.asarray(odds_ratio, dtype=np.float64), n, row, column)
    low, high = np.maximum(0.0, row + column - n), np.minimum(row, column)
    near = (a >= low - 0.5 - _SLACK) & (a <= high + 0.5 + _SLACK)
    a = np.where(near, np.clip(np.rint(a), low, high), np.nan)
    return Table(a, row - a, column - a, n - row - column + a)


def _from_odds(ratio: FloatArray, n: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return a of the table with these margins and this odds ratio."""
    lead = ratio - 1.0
    middle = n + lead * (row + column)
    root = np.sqrt(middle**2 - 4.0 * lead * ratio * row * column)
    return np.asarray(2.0 * ratio * row * column / (middle + root))
