"""Which design matrix does a formula mean for these studies, and for new values of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import InputError, SpecError
from remit.synthesis.moderators.bases import Polynomial, Spline, polynomial, spline
from remit.synthesis.moderators.factors import Factor, factor, is_missing
from remit.synthesis.moderators.syntax import (
    Call,
    Name,
    Node,
    Number,
    Operation,
    ParsedFormula,
    Text,
    parse_formula,
)

__all__ = ["DesignMatrix", "columns_used", "design_matrix"]

FloatArray = npt.NDArray[np.float64]
Columns = Mapping[str, Sequence[Any]]
_MATHS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "abs": np.abs,
}
_FACTORS = ("factor", "C")
_BASES = ("poly", "ns", "bs")
INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignMatrix:
    """A design matrix with what is needed to make it again for new values.

    Attributes
    ----------
    formula : str
        As it was given.
    matrix : (k, p) array
        One row per study.
    names : tuple of str
        Columns, the intercept first where there is one.
    terms : tuple of (str, tuple of int)
        Each term with the positions of its columns.
    rows : callable
        Makes the matrix for new values of the columns.
    """

    formula: str
    matrix: FloatArray
    names: tuple[str, ...]
    terms: tuple[tuple[str, tuple[int, ...]], ...]
    rows: Callable[[Columns], FloatArray]

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain data."""
        return {
            "formula": self.formula,
            "names": list(self.names),
            "terms": {name: list(columns) for name, columns in self.terms},
            "matrix": self.matrix.tolist(),
        }


Part = Factor | Polynomial | Spline | None


def columns_used(formula: str) -> tuple[str, ...]:
    """Return the columns that a formula names."""
    found: list[str] = []

    def look(node: Node) -> None:
        if isinstance(node, Name):
            found.append(node.name)
        elif isinstance(node, Operation):
            look(node.left)
            look(node.right)
        elif isinstance(node, Call):
            for argument in node.arguments[: 1 if node.function in (*_FACTORS, *_BASES) else None]:
                look(argument)

    for term in parse_formula(formula).terms:
        for node in term:
            look(node)
    return tuple(dict.fromkeys(found))


def design_matrix(formula: str, data: Columns) -> DesignMatrix:
    """Make the design matrix of a formula.

    A column of text or of True and False is a factor, with one column less than groups (treatment
    contrasts, the first in sorted order being the reference); ``factor(x)`` makes one of numbers,
    ``C(x, sum)`` codes groups against their mean, ``C(x, reference='a')`` names the reference.
    Where a term's margin is not in the model, its groups have a column each, as in R.

    Parameters
    ----------
    formula : str
        Such as ``~ dose + route * year``; see `remit.synthesis.moderators.syntax`.
    data : mapping of str to (k,) sequence
        Columns without missing values.

    Raises
    ------
    InputError
        If a column is not there, of another length, or holds a missing value.
    SpecError
        If the formula cannot be read or is beyond the built-in language.
    """
    parsed = parse_formula(formula)
    k = _length(data)
    parts = {node: _learn(node, data, k) for term in parsed.terms for node in term}
    matrix, names, terms = _assemble(parsed, parts, data, k)
    return DesignMatrix(
        formula=parsed.text,
        matrix=lock(matrix),
        names=tuple(names),
        terms=tuple(terms),
        rows=lambda new: _assemble(parsed, parts, new, _length(new))[0],
    )


def _length(data: Columns) -> int:
    sizes = {len(column) for column in data.values()}
    if len(sizes) > 1:
        raise InputError.at(
            "argument 'data'", found=f"columns of {sorted(sizes)} values", expected="one length"
        )
    return sizes.pop() if sizes else 0


def _assemble(
    parsed: ParsedFormula, parts: dict[Node, Part], data: Columns, k: int
) -> tuple[FloatArray, list[str], list[tuple[str, tuple[int, ...]]]]:
    blocks: list[FloatArray] = [np.ones((k, 1))] if parsed.intercept else []
    names = [INTERCEPT] if parsed.intercept else []
    terms: list[tuple[str, tuple[int, ...]]] = []
    margins: list[set[Node]] = [set()] if parsed.intercept else []
    for term in parsed.terms:
        block, block_names = np.ones((k, 1)), [""]
        for node in term:
            full = (set(term) - {node}) not in margins
            columns, own = _columns(node, parts[node], data, k, full=full)
            block = (block[:, None, :] * columns[:, :, None]).reshape(k, -1)
            block_names = [f"{a}:{b}" if a else b for b in own for a in block_names]
        margins.append(set(term))
        first = len(names)
        names += block_names
        blocks.append(block)
        label = ":".join(node_text(node) for node in term)
        terms.append((label, tuple(range(first, len(names)))))
    if not blocks:
        raise SpecError.at(
            "argument 'formula'", found=repr(parsed.text), expected="a moderator or an intercept"
        )
    return np.column_stack(blocks), names, terms


def _learn(node: Node, data: Columns, k: int) -> Part:
    """Return what a part of a term takes from the data: groups, polynomials or knots."""
    if isinstance(node, Name):
        values = _values(node.name, data)
        return None if _is_numeric(values) else factor(node.name, values)
    if not isinstance(node, Call):
        return None
    if node.function in _FACTORS:
        return _learn_factor(node, data)
    if node.function in _BASES:
        x = _numbers(node.arguments[0], data, k)
        named = dict(node.named)
        size = named.get("degree" if node.function == "poly" else "df")
        if size is None and len(node.arguments) > 1:
            size = node.arguments[1]
        if not isinstance(size, Number) or size.value != int(size.value):
            raise SpecError.at(
                f"{node_text(node)} in the formula",
                found="no whole number",
                expected="one after the column, such as poly(dose, 2)",
            )
        if node.function == "poly":
            return polynomial(x, int(size.value), node_text(node))
        natural = node.function == "ns"
        return spline(x, int(size.value), node_text(node), natural=natural)
    return None


def _learn_factor(node: Call, data: Columns) -> Factor:
    named = dict(node.named)
    first = node.arguments[0] if node.arguments else None
    if not isinstance(first, Name) or not set(named) <= {"reference"} or len(node.arguments) > 2:
        raise SpecError.at(
            f"{node_text(node)} in the formula",
            found="other arguments",
            expected="factor(column), C(column, sum) or C(column, reference='group')",
        )
    coding = "treatment"
    if len(node.arguments) == 2:
        second = node.arguments[1]
        coding = second.name if isinstance(second, Name) else node_text(second)
    reference = named.get("reference")
    value = reference.value if isinstance(reference, Text | Number) else None
    return factor(first.name, _values(first.name, data), coding, value)


def _columns(
    node: Node, part: Part, data: Columns, k: int, *, full: bool
) -> tuple[FloatArray, list[str]]:
    if isinstance(part, Factor):
        return part.columns(_values(part.name, data), full=full)
    label = node_text(node)
    if isinstance(part, Polynomial | Spline) and isinstance(node, Call):
        columns = part.columns(_numbers(node.arguments[0], data, k))
        return columns, [f"{label}[{i + 1}]" for i in range(columns.shape[1])]
    return _numbers(node, data, k)[:, None], [label]


def _values(name: str, data: Columns) -> list[Any]:
    if name not in data:
        raise InputError.at(
            "argument 'formula'",
            found=f"column '{name}'",
            expected="one of " + (", ".join(data) or "no column"),
        )
    values = list(data[name])
    missing = [i for i, value in enumerate(values) if is_missing(value)]
    if missing:
        raise InputError.at(
            f"column '{name}', row {missing[0] + 1}", found="no value", expected="a value"
        )
    return values


def _is_numeric(values: list[Any]) -> bool:
    return all(
        isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        for value in values
    )


def _numbers(node: Node, data: Columns, k: int) -> FloatArray:
    """Return the value of arithmetic on columns, (k,)."""
    if isinstance(node, Number):
        return np.full(k, node.value)
    if isinstance(node, Name):
        values = _values(node.name, data)
        if not _is_numeric(values):
            raise InputError.at(
                f"column '{node.name}'", found=repr(values[0]), expected="numbers in arithmetic"
            )
        return np.array(values, dtype=np.float64)
    if isinstance(node, Operation) and node.sign in ("+", "-", "*", "/", "^"):
        return _arithmetic(node, data, k)
    if isinstance(node, Call) and len(node.arguments) == 1 and not node.named:
        inner = _numbers(node.arguments[0], data, k)
        if node.function == "I":
            return inner
        if node.function in _MATHS:
            with np.errstate(all="ignore"):
                return _finite(_MATHS[node.function](inner), node)
    raise SpecError.at(
        "argument 'formula'",
        found=node_text(node),
        expected="arithmetic on columns, or one of "
        + ", ".join((*_FACTORS, *_BASES, "I", *_MATHS)),
    )


def _arithmetic(node: Operation, data: Columns, k: int) -> FloatArray:
    left, right = _numbers(node.left, data, k), _numbers(node.right, data, k)
    with np.errstate(all="ignore"):
        if node.sign == "+":
            return left + right
        if node.sign == "-":
            return left - right
        if node.sign == "*":
            return left * right
        return _finite(left / right if node.sign == "/" else left**right, node)


def _finite(values: FloatArray, node: Node) -> FloatArray:
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise InputError.at(
            f"{node_text(node)} in the formula, row {bad[0] + 1}",
            found=repr(float(values[bad[0]])),
            expected="a finite number",
        )
    return values


def node_text(node: Node) -> str:
    """Write a part of a formula as it names its column."""
    if isinstance(node, Number):
        return f"{node.value:g}"
    if isinstance(node, Text):
        return repr(node.value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Operation):
        space = "" if node.sign in ("^", ":") else " "
        return f"{node_text(node.left)}{space}{node.sign}{space}{node_text(node.right)}"
    arguments = [node_text(argument) for argument in node.arguments]
    arguments += [f"{key}={node_text(value)}" for key, value in node.named]
    return f"{node.function}({', '.join(arguments)})"
