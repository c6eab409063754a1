"""R's operators and indexing on numpy arrays, frames, matrices and lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from validation.contract import Array, Frame, Matrix, rows_of

__all__ = [
    "REvaluationError",
    "Unknown",
    "as_vector",
    "assign_index",
    "binary",
    "extract",
    "index",
    "list_of",
    "unary",
]


class REvaluationError(ValueError):
    """An R expression has no value here."""


class Unknown:
    """Stands for the value of an R function that is not called, when only arguments are checked."""


def as_vector(value: Any) -> Array:
    """Return any atomic value as a one-dimensional array."""
    if isinstance(value, Matrix):
        return value.values.ravel(order="F")
    if isinstance(value, dict):
        return np.array([float(part) for part in list_of(value).values()])
    if isinstance(value, (list, tuple)):
        return np.concatenate([as_vector(part) for part in value]) if value else np.array([])
    if value is None:
        return np.array([])
    array = np.atleast_1d(np.asarray(value, dtype=object if isinstance(value, str) else None))
    return array.ravel(order="F")


def list_of(value: Any) -> dict[str, Any]:
    """Return a list, a frame or an adapter's result as a dictionary."""
    if isinstance(value, dict):
        return value
    values = getattr(value, "values", None)
    if isinstance(values, dict):
        return values
    raise REvaluationError(f"not a list: {type(value).__name__}")


def _equal(left: Any, right: Any) -> Any:
    return np.equal(left, right, dtype=object) if _has_strings(left, right) else left == right


def _has_strings(left: Any, right: Any) -> bool:
    return any(np.asarray(side).dtype.kind in "OU" for side in (left, right))


def _range(left: Any, right: Any) -> Array:
    start, stop = float(as_vector(left)[0]), float(as_vector(right)[0])
    return np.arange(start, stop + 1) if start <= stop else np.arange(start, stop - 1, -1)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": np.divide,
    "^": np.power,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "==": _equal,
    "!=": lambda left, right: np.logical_not(_equal(left, right)),
    "&": np.logical_and,
    "|": np.logical_or,
    "&&": np.logical_and,
    "||": np.logical_or,
    ":": _range,
}


def binary(operator: str, left: Any, right: Any) -> Any:
    """Return ``left operator right``; a scalar stays a scalar."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown()
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        named = left if isinstance(left, Matrix) else right
        values = binary(operator, *(getattr(s, "values", s) for s in (left, right)))
        return Matrix(values, named.rows, named.cols)
    with np.errstate(all="ignore"):
        result = OPERATORS[operator](left, right)
    if isinstance(result, np.ndarray) and result.dtype == object:
        result = result.astype(bool)
    return result if isinstance(result, np.ndarray) else np.asarray(result).item()


def unary(operator: str, operand: Any) -> Any:
    """Return ``operator operand``."""
    if isinstance(operand, Unknown):
        return operand
    if operator == "!":
        result = np.logical_not(operand)
        return result if isinstance(operand, np.ndarray) else bool(result)
    return -operand if operator == "-" else operand


def _places(selector: Any, n: int, names: Sequence[str] | None) -> Array:
    """Turn R's selector (from one, negative, logical, names or none) into places from zero."""
    if selector is None:
        return np.arange(n)
    chosen = as_vector(selector)
    if chosen.dtype == bool:
        return np.flatnonzero(np.resize(chosen, n))
    if chosen.dtype.kind in "OU":
        known = list(names or ())
        missing = [name for name in chosen if name not in known]
        if missing:
            raise REvaluationError(f"no element named {missing[0]!r}")
        return np.array([known.index(name) for name in chosen], dtype=int)
    whole = chosen.astype(int)
    if np.any(whole < 0):
        return np.setdiff1d(np.arange(n), -whole - 1)
    return whole - 1


def index(value: Any, selectors: Sequence[Any], *, double: bool) -> Any:
    """Return ``value[selectors]``, or ``value[[selector]]`` when ``double``."""
    if isinstance(value, Unknown):
        return value
    if len(selectors) == 2:
        return _index_two(value, selectors[0], selectors[1], drop=not isinstance(value, Frame))
    selector = selectors[0]
    if isinstance(value, list):
        places = _places(selector, len(value), None)
        return value[int(places[0])] if double else [value[place] for place in places]
    if isinstance(value, dict) or isinstance(getattr(value, "values", None), dict):
        return _index_list(list_of(value), selector, double=double)
    vector = as_vector(value)
    places = _places(selector, len(vector), None)
    return vector[places[0]] if double else vector[places]


def _index_list(parts: dict[str, Any], selector: Any, *, double: bool) -> Any:
    """Index a list by names or places; a name that the list lacks is left out."""
    names = list(parts)
    wanted = as_vector(selector)
    if wanted.dtype.kind in "OU":
        chosen = [str(name) for name in wanted if name in parts]
    else:
        chosen = [names[place] for place in _places(selector, len(names), names)]
    if double:
        return parts[chosen[0]] if chosen else None
    kept = {name: parts[name] for name in chosen}
    return Frame(kept) if isinstance(parts, Frame) else kept


def _index_two(value: Any, row: Any, column: Any, *, drop: bool) -> Any:
    """Index rows and columns of a frame or matrix."""
    if isinstance(value, Frame):
        n = value.n_rows
        kept = value if row is None else value.take(_places(row, n, None))
        return kept if column is None else _index_list(kept, column, double=False)
    if isinstance(value, np.ndarray) and value.ndim == 2:
        value = Matrix(value)
    if not isinstance(value, Matrix):
        raise REvaluationError(f"no rows and columns in {type(value).__name__}")
    n_rows, n_cols = value.values.shape
    rows, cols = _places(row, n_rows, value.rows), _places(column, n_cols, value.cols)
    if drop and 1 in (len(rows), len(cols)):
        return value.values[np.ix_(rows, cols)].ravel()
    row_names = value.rows and [value.rows[place] for place in rows]
    col_names = value.cols and [value.cols[place] for place in cols]
    return Matrix(value.values[np.ix_(rows, cols)], row_names, col_names)


def extract(value: Any, name: str) -> Any:
    """Return ``value$name``; a list that lacks it gives None, as in R."""
    if isinstance(value, Unknown):
        return value
    return list_of(value).get(name)


def assign_index(value: Any, selectors: Sequence[Any], new: Any) -> Array:
    """Return a copy of the vector ``value`` in which the selected elements are ``new``."""
    vector = as_vector(value).copy()
    places = _places(selectors[0], len(vector), None)
    vector[places] = rows_of(new, np.arange(len(places)), len(places))
    return vector
