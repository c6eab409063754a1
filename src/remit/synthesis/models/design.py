"""What the effects are to be explained by: the design matrix, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError

__all__ = ["check_design", "independent_columns", "intercept_column", "spans_constant"]

FloatArray = npt.NDArray[np.float64]
_RANK_TOLERANCE = 1e-10  # a column whose part outside the others is shorter counts as collinear


def check_design(design: Any, k: int, names: tuple[str, ...] | None) -> FloatArray:
    """Return the (k, p) design matrix of full rank.

    Parameters
    ----------
    design : (k, p) array-like or None
        One row per study, the intercept included; None for the intercept alone.
    k : int
        Number of studies.
    names : tuple of str or None
        Names of the columns for messages.

    Raises
    ------
    InputError
        If the shape is wrong, a value is missing, there are more columns than studies, or a
        column is a linear combination of those before it (each such column is named).
    """
    if design is None:
        return np.ones((k, 1))
    x = np.array(design, dtype=np.float64)
    if x.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or x.shape[0] != k or x.shape[1] == 0:
        raise InputError.at(
            "argument 'design'", found=f"shape {x.shape}", expected=f"({k}, number of columns)"
        )
    labels = names or tuple(f"column {i + 1}" for i in range(x.shape[1]))
    if len(labels) != x.shape[1]:
        raise InputError.at(
            "argument 'names'", found=f"{len(labels)} names", expected=f"{x.shape[1]}"
        )
    bad = np.argwhere(~np.isfinite(x))
    if bad.size:
        row, column = bad[0]
        raise InputError.at(
            f"argument 'design', study {row + 1}, {labels[column]}",
            found=repr(float(x[row, column])),
            expected="a finite number",
            hint="Leave the study out, or give its value.",
        )
    if x.shape[1] > k:
        raise InputError.at(
            "argument 'design'",
            found=f"{x.shape[1]} coefficients for {k} studies",
            expected="no more coefficients than studies",
        )
    redundant = sorted(set(range(x.shape[1])) - set(independent_columns(x)))
    if redundant:
        raise InputError.at(
            "argument 'design'",
            found=", ".join(labels[i] for i in redundant) + " collinear with the columns before",
            expected="columns of which none follows from the others",
            hint="Leave one of them out.",
        )
    return x


def independent_columns(design: Any) -> tuple[int, ...]:
    """Return the columns that do not follow from those before them, first to last."""
    x = np.asarray(design, dtype=np.float64)
    kept: list[int] = []
    basis = np.empty((x.shape[0], 0))
    for i in range(x.shape[1]):
        column = x[:, i]
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)  # twice is enough (Giraud 2005)
        length = float(np.linalg.norm(rest))
        if length > _RANK_TOLERANCE * float(np.linalg.norm(column)):
            kept.append(i)
            basis = np.column_stack((basis, rest / length))
    return tuple(kept)


def intercept_column(design: FloatArray) -> int | None:
    """Return the position of the constant column, or None."""
    constant = np.flatnonzero((design == design[0]).all(axis=0) & (design[0] != 0))
    return int(constant[0]) if constant.size else None


def spans_constant(design: FloatArray) -> bool:
    """Tell whether a combination of the columns is constant."""
    if intercept_column(design) is not None:
        return True
    basis = np.linalg.qr(design)[0]
    ones = np.ones(design.shape[0])
    rest = ones - basis @ (basis.T @ ones)
    return bool(np.linalg.norm(rest) <= 1e-8 * np.sqrt(ones.size))
