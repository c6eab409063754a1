"""What the evaluator hands to an adapter, and what an adapter hands back.

Read the README beside this file for the whole agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from validation.rsyntax import Node

__all__ = ["Array", "Formula", "Frame", "Function", "Matrix", "NotComputed", "Result", "rows_of"]

Array = NDArray[Any]


class NotComputed(Exception):  # noqa: N818 - it is no fault: it says that remit has no such thing
    """Raised by an adapter for a variant of its function that remit does not compute.

    Parameters
    ----------
    reason : str
        Why not, in one sentence; shown in the report.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(slots=True, kw_only=True)
class Result:
    """What an adapter returns. Any object with these attributes will do.

    Attributes
    ----------
    values : dict
        Computed numbers, keyed exactly as the ``results`` of the case.
    state : object
        Whatever a later call on this fit needs.
    attributes : dict
        For ``escalc``: ``measure`` and ``ni``, which a data frame carries on to the fits.
    """

    values: dict[str, Any]
    state: Any = None
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Matrix:
    """A numeric matrix with the names of its rows and columns, where it has them."""

    values: Array
    rows: list[str] | None = None
    cols: list[str] | None = None


class Frame(dict[str, Array]):
    """A data frame: one array per column, all of one length.

    Attributes
    ----------
    attributes : dict
        ``measure`` and ``ni`` where ``escalc`` made the frame.
    result : object or None
        The adapter's result where ``escalc`` made the frame.
    """

    def __init__(
        self,
        columns: Mapping[str, Array],
        attributes: Mapping[str, Any] | None = None,
        result: Any = None,
    ) -> None:
        super().__init__(columns)
        self.attributes: dict[str, Any] = dict(attributes or {})
        self.result = result

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return next((len(column) for column in self.values()), 0)

    def take(self, rows: Array) -> Frame:
        """Return the rows at these places (or where the mask holds), attributes and all."""
        n = self.n_rows
        kept = {name: rows_of(value, rows, n) for name, value in self.attributes.items()}
        return Frame({name: column[rows] for name, column in self.items()}, kept)


def rows_of(value: Any, rows: Array, n: int) -> Any:
    """Return these rows of anything that has ``n`` of them; anything else as it is."""
    if isinstance(value, Frame):
        return value.take(rows) if value.n_rows == n else value
    if isinstance(value, np.ndarray):
        return value[rows] if len(value) == n else value
    if isinstance(value, Matrix) and len(value.values) == n:
        names = None if value.rows is None else list(np.asarray(value.rows)[rows])
        return Matrix(value.values[rows], names, value.cols)
    if isinstance(value, Formula) and value.data is not None:
        return Formula(value.text, value.left, value.right, value.data.take(rows), value.evaluate)
    return value


@dataclass(slots=True)
class Formula:
    """A formula, kept as it stands.

    Attributes
    ----------
    text : str
        As written, such as ``~ ablat + factor(alloc)``.
    left, right : Node or None
        Its two sides as syntax trees.
    data : Frame or None
        Where its names are to be looked up.
    evaluate : callable
        ``evaluate(node, data)`` gives the value of a syntax tree.
    """

    text: str
    left: Node | None
    right: Node
    data: Frame | None
    evaluate: Callable[[Node, Frame | None], Any] = field(repr=False)

    def design(self) -> Matrix:
        """Return the design matrix as R makes it, with metafor's names of the columns."""
        from validation.design import design_matrix

        return design_matrix(self)


@dataclass(slots=True)
class Function:
    """A function as an argument: ``exp``, ``transf.ztor`` or ``function(t) dnorm(t)``.

    Attributes
    ----------
    text : str
        Its name, or the whole of it as written.
    call : callable or None
        Evaluates it; None for an R function that only an adapter knows by name.
    """

    text: str
    call: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Evaluate the function."""
        if self.call is None:
            raise NotComputed(f"no R function '{self.text}' here")
        return self.call(*arguments, **named)


AdapterTable = Mapping[str, Callable[[dict[str, Any]], Any]]
ParameterTable = Mapping[str, Sequence[str]]
