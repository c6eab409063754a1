"""Design matrices of R formulas: intercept, numbers, factors with treatment contrasts, products."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from validation.contract import Array, Formula, Matrix
from validation.rsyntax import Argument, Binary, Call, Constant, Dollar, Name, Node, Unary
from validation.rvalues import as_vector

__all__ = ["design_matrix", "text_of"]

Term = tuple[Node, ...]


def text_of(node: Node) -> str:
    """Write a syntax tree as R's deparse does, which names the columns."""
    if isinstance(node, Constant):
        if isinstance(node.value, bool):
            return "TRUE" if node.value else "FALSE"
        return f"{node.value:.15g}" if isinstance(node.value, float) else repr(node.value)
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Dollar):
        return f"{text_of(node.target)}${node.name}"
    if isinstance(node, Unary):
        return f"{node.operator}{text_of(node.operand)}"
    if isinstance(node, Binary):
        space = "" if node.operator in ("^", ":") else " "
        return f"{_bracketed(node.left, node)}{space}{node.operator}{space}{text_of(node.right)}"
    if isinstance(node, Call):
        return f"{text_of(node.function)}({', '.join(map(_argument_text, node.arguments))})"
    raise ValueError(f"no text for {node}")


def _bracketed(inner: Node, outer: Binary) -> str:
    """Write the base of a power in brackets."""
    text = text_of(inner)
    return f"({text})" if outer.operator == "^" and isinstance(inner, Binary) else text


def _argument_text(argument: Argument) -> str:
    value = "" if argument.value is None else text_of(argument.value)
    return value if argument.name is None else f"{argument.name} = {value}"


def _terms(node: Node) -> tuple[list[Term], bool]:
    """Return the terms and whether there is an intercept."""
    if isinstance(node, Constant):
        return [], node.value != 0
    if isinstance(node, Binary) and node.operator in ("+", "-", "*", ":"):
        left, intercept = _terms(node.left)
        if node.operator == "-":
            removed = node.right == Constant(1.0)
            dropped = _terms(node.right)[0]
            return [term for term in left if term not in dropped], intercept and not removed
        right, right_intercept = _terms(node.right)
        products = [a + b for a in left for b in right]
        if node.operator == ":":
            return products, intercept
        both = intercept and right_intercept
        found = left + [t for t in right if t not in left]
        return found + (products if node.operator == "*" else []), both
    return [(node,)], True


def _levels(values: Array) -> list[Any]:
    return sorted({value for value in values.tolist() if value is not None and value == value})


def _dummies(label: str, values: Array, *, full: bool) -> list[tuple[str, Array]]:
    missing = np.array([value is None or value != value for value in values.tolist()])
    found = []
    for level in _levels(values)[0 if full else 1 :]:
        name = f"{level:.15g}" if isinstance(level, float) else str(level)
        column = np.where(missing, np.nan, (values == level).astype(float))
        found.append((f"{label}{name}", column))
    return found


def _columns(node: Node, formula: Formula, *, full: bool) -> list[tuple[str, Array]]:
    label = text_of(node)
    is_factor = isinstance(node, Call) and text_of(node.function) == "factor"
    values = as_vector(formula.evaluate(node, formula.data))
    if values.dtype == bool:
        return [(f"{label}TRUE", values.astype(float))]
    if is_factor or values.dtype.kind in "OU":
        return _dummies(label, values, full=full)
    return [(label, values.astype(float))]


def design_matrix(formula: Formula) -> Matrix:
    """Return the design matrix; the intercept is called ``intrcpt`` as in metafor.

    The first factor has a column per level where there is no intercept, as in R.
    """
    terms, intercept = _terms(formula.right)
    terms.sort(key=len)
    columns: list[tuple[str, Array]] = []
    full = not intercept
    for term in terms:
        parts = [_columns(node, formula, full=full and len(term) == 1) for node in term]
        categorical = parts[0][0][0] != text_of(term[0])
        full = full and not (len(term) == 1 and categorical)
        for slowest_first in itertools.product(*reversed(parts)):
            chosen = slowest_first[::-1]  # R lets the first factor vary fastest
            product = np.prod([column for _, column in chosen], axis=0)
            columns.append((":".join(name for name, _ in chosen), product))
    if intercept:
        n = len(columns[0][1]) if columns else (formula.data.n_rows if formula.data else 1)
        columns.insert(0, ("intrcpt", np.ones(n)))
    return Matrix(np.column_stack([c for _, c in columns]), None, [name for name, _ in columns])
