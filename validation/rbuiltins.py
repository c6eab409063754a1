"""The small functions of R that the reference cases use around the calls to be checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from validation.contract import Array, Frame, Matrix, rows_of
from validation.rvalues import REvaluationError, Unknown, as_vector, list_of

__all__ = ["BUILTINS"]


def _nested(value: dict[str, Any]) -> bool:
    """Tell a list with parts of any kind from a vector with names."""
    return any(np.ndim(part) > 0 for part in value.values())


def _combine(*arguments: Any, **named: Any) -> Any:
    if named and not arguments:
        return dict(named)
    if (
        len(arguments) == 1
        and isinstance(arguments[0], dict)
        and not named
        and _nested(arguments[0])
    ):
        return arguments[0]
    parts = [as_vector(part) for part in arguments if part is not None]
    if any(part.dtype.kind in "OU" for part in parts):
        parts = [part.astype(object) for part in parts]
    return np.concatenate(parts) if parts else None


def _list(*arguments: Any, **named: Any) -> Any:
    return dict(named) if named else list(arguments)


def _elementwise(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        if isinstance(value, Matrix):
            return Matrix(apply(value.values), value.rows, value.cols)
        with np.errstate(all="ignore"):
            result = function(np.asarray(value, dtype=float))
        return result if isinstance(value, np.ndarray) else float(result)

    return apply


def _repeat(value: Any, times: float = 1.0, *, each: float = 1.0) -> Array:
    return np.tile(np.repeat(as_vector(value), int(each)), int(times))


def _order(value: Any) -> Array:
    return np.argsort(as_vector(value), kind="stable") + 1.0


def _parallel(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        result = arguments[0]
        for other in arguments[1:]:
            result = function(result, other)
        return result

    return apply


def _over_all(function: Callable[[Array], Any]) -> Callable[..., Any]:
    return lambda *arguments: float(function(as_vector(list(arguments))))


def _bind(arguments: tuple[Any, ...], named: dict[str, Any], *, columns: bool) -> Matrix:
    parts = [as_vector(part) for part in (*arguments, *named.values())]
    longest = max(len(part) for part in parts)
    stacked = np.stack([np.resize(part, longest) for part in parts])
    names = list(named) if named and not arguments else None
    return Matrix(stacked.T, None, names) if columns else Matrix(stacked, names, None)


def _data_frame(**named: Any) -> Frame:
    columns = {name: as_vector(value) for name, value in named.items()}
    longest = max(len(column) for column in columns.values())
    return Frame({name: np.resize(column, longest) for name, column in columns.items()})


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


def _as_list(value: Any) -> Any:
    if isinstance(value, list):
        return value
    return dict(list_of(value))


def _as_numbers(value: Any) -> Any:
    if isinstance(value, dict) or isinstance(getattr(value, "values", None), dict):
        return next(iter(list_of(value).values()))
    return value if isinstance(value, float) else as_vector(value)


def _as_vector(value: Any, *_: Any) -> Any:
    return as_vector(value) if isinstance(value, Matrix) else _same(value)


def _as_matrix(value: Any) -> Any:
    if isinstance(value, Frame):
        return Matrix(np.column_stack(list(value.values())), None, list(value))
    parts = value if isinstance(value, dict) else getattr(value, "values", None)
    if not isinstance(parts, dict):
        return value
    if set(parts) == {"rows", "cols", "values"}:
        return Matrix(np.asarray(parts["values"], dtype=float), parts["rows"], parts["cols"])
    return Matrix(np.column_stack([as_vector(part) for part in parts.values()]), None, list(parts))


def _map_list(value: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [function(part) for part in value]
    return {name: function(part) for name, part in list_of(value).items()}


def _is_list(value: Any) -> bool:
    return isinstance(value, (dict, list)) or isinstance(getattr(value, "values", None), dict)


def _length(value: Any) -> float:
    return float(len(value if isinstance(value, (dict, list)) else as_vector(value)))


def _unlist(value: Any) -> Any:
    return list_of(value) if _is_list(value) and not isinstance(value, list) else as_vector(value)


def _head(value: Any, n: float = 6.0) -> Any:
    whole = int(_n_rows(value))
    first = np.arange(min(int(n), whole))
    return rows_of(value if isinstance(value, Frame | Matrix) else as_vector(value), first, whole)


def _n_rows(value: Any) -> float:
    if isinstance(value, Frame):
        return float(value.n_rows)
    return float(len(value.values if isinstance(value, Matrix) else value))


def _named(matrix: Matrix, values: list[float]) -> Any:
    return dict(zip(matrix.cols, values, strict=True)) if matrix.cols else np.array(values)


def _apply(value: Matrix, margin: float, function: Callable[[Any], Any]) -> Any:
    if margin != 2:
        raise REvaluationError("apply: over columns only")
    return _named(value, [float(function(column)) for column in value.values.T])


def _quantile(value: Any, probabilities: Any) -> Any:
    chances = as_vector(probabilities)
    found = np.quantile(as_vector(value), chances)
    return {f"{100 * chance:.7g}%": float(q) for chance, q in zip(chances, found, strict=True)}


def _half_normal(value: Any, scale: float = 1.0) -> Any:
    t = np.asarray(value, dtype=float)
    return np.where(t < 0, 0.0, math.sqrt(2 / math.pi) / scale * np.exp(-0.5 * (t / scale) ** 2))


def _half_cauchy(value: Any, scale: float = 1.0) -> Any:
    t = np.asarray(value, dtype=float)
    return np.where(t < 0, 0.0, 2 / (math.pi * scale * (1 + (t / scale) ** 2)))


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _unless_unknown(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(value, Unknown) for value in (*arguments, *named.values())):
            return Unknown()
        return function(*arguments, **named)

    return call


_TABLE: dict[str, Callable[..., Any]] = {
    "c": _combine,
    "list": _list,
    "rep": _repeat,
    "sqrt": _elementwise(np.sqrt),
    "log": _elementwise(np.log),
    "exp": _elementwise(np.exp),
    "abs": _elementwise(np.abs),
    "pnorm": _elementwise(special.ndtr),
    "qnorm": _elementwise(special.ndtri),
    "plogis": _elementwise(special.expit),
    "cumsum": lambda value: np.cumsum(as_vector(value)),
    "rev": lambda value: as_vector(value)[::-1],
    "length": _length,
    "order": _order,
    "min": _over_all(np.min),
    "max": _over_all(np.max),
    "sum": _over_all(np.sum),
    "mean": _over_all(np.mean),
    "sd": _over_all(lambda values: np.std(values, ddof=1)),
    "pmin": _parallel(np.minimum),
    "pmax": _parallel(np.maximum),
    "cbind": lambda *arguments, **named: _bind(arguments, named, columns=True),
    "rbind": lambda *arguments, **named: _bind(arguments, named, columns=False),
    "data.frame": _data_frame,
    "as.list": _as_list,
    "as.data.frame": _same,
    "as.numeric": _as_numbers,
    "as.vector": _as_vector,
    "as.matrix": _as_matrix,
    "unclass": _same,
    "plain": _same,
    "ex": _same,
    "I": _same,
    "factor": _same,
    "lapply": _map_list,
    "unlist": _unlist,
    "is.list": _is_list,
    "nrow": _n_rows,
    "head": _head,
    "colMeans": lambda value: _named(value, [float(m) for m in value.values.mean(axis=0)]),
    "apply": _apply,
    "quantile": _quantile,
    "paste": lambda *parts, sep=" ": sep.join(str(part) for part in parts),
    "dhalfnormal": _half_normal,
    "dhalfcauchy": _half_cauchy,
    "pdf": _nothing,
    "dev.off": _nothing,
}

BUILTINS: dict[str, Callable[..., Any]] = {
    name: _unless_unknown(function) for name, function in _TABLE.items()
}
