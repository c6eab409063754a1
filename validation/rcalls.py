"""Evaluate an R call with remit's adapters in place of the R packages' functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from validation.contract import Formula, Frame, Function, rows_of
from validation.rbuiltins import BUILTINS
from validation.rsyntax import (
    Argument,
    Assign,
    Binary,
    Block,
    Call,
    Constant,
    Dollar,
    FunctionNode,
    If,
    Index,
    Name,
    Node,
    Tilde,
    Unary,
    parse,
)
from validation.rvalues import (
    REvaluationError,
    Unknown,
    as_vector,
    assign_index,
    binary,
    extract,
    index,
    unary,
)

__all__ = ["Dispatcher", "Evaluator", "Scope"]

PASSED_BY_NAME = re.compile(r"transf\.")


class Dispatcher(Protocol):
    """Answers the R functions under test."""

    def parameters(self, function: str, first: Any) -> Sequence[str]:
        """Return R's parameter names of the function."""
        ...

    def call(self, function: str, args: dict[str, Any], first: Any) -> Any:
        """Return the adapter's result; ``first`` is the first argument, as in R's dispatch."""
        ...


class Scope:
    """Names and their values: own ones, then the parent's.

    A frame ``before`` is asked before them (``data=``), one ``after`` when they have no such name.
    """

    def __init__(
        self,
        names: dict[str, Any] | None = None,
        parent: Scope | None = None,
        *,
        before: Frame | None = None,
        after: Frame | None = None,
    ) -> None:
        self.names = {} if names is None else names
        self.parent = parent
        self.before = before
        self.after = after

    def find(self, name: str) -> Any:
        """Return the value of a name; KeyError where there is none."""
        if self.before is not None and name in self.before:
            return self.before[name]
        return self.variable(name)

    def variable(self, name: str) -> Any:
        """Return the value of a name, columns of ``before`` left out."""
        if name in self.names:
            return self.names[name]
        try:
            if self.parent is not None:
                return self.parent.find(name)
        except KeyError:
            pass
        if self.after is not None and name in self.after:
            return self.after[name]
        raise KeyError(name)

    def copy(self) -> Scope:
        """Return a scope whose assignments do not reach this one."""
        return Scope(dict(self.names), self.parent, before=self.before, after=self.after)


class Evaluator:
    """Evaluates syntax trees.

    Parameters
    ----------
    dispatcher : Dispatcher
        Answers every function that is not a builtin.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self._data_of: dict[int, tuple[Any, Frame]] = {}
        self._ways: dict[type, Callable[[Any, Scope], Any]] = {
            Constant: lambda node, _: node.value,
            Name: self._name,
            Block: self._block,
            Call: self._call,
            Index: self._index,
            Dollar: self._dollar,
            Unary: lambda node, scope: unary(node.operator, self.value(node.operand, scope)),
            Binary: self._binary,
            Tilde: self._tilde,
            Assign: self._assign,
            If: self._if,
            FunctionNode: self._function,
        }

    def run(self, text: str, scope: Scope) -> Any:
        """Return the value of the last statement of ``text``."""
        return self.value(parse(text), scope)

    def value(self, node: Node, scope: Scope) -> Any:
        """Return the value of a syntax tree."""
        return self._ways[type(node)](node, scope)

    def _block(self, node: Block, scope: Scope) -> Any:
        result = None
        for statement in node.statements:
            result = self.value(statement, scope)
        return result

    def _name(self, node: Name, scope: Scope) -> Any:
        try:
            return scope.find(node.text)
        except KeyError:
            if node.text in BUILTINS:
                return Function(node.text, BUILTINS[node.text])
            if PASSED_BY_NAME.match(node.text):
                return Function(node.text)
            raise REvaluationError(f"no object named '{node.text}'") from None

    def _binary(self, node: Binary, scope: Scope) -> Any:
        return binary(node.operator, self.value(node.left, scope), self.value(node.right, scope))

    def _dollar(self, node: Dollar, scope: Scope) -> Any:
        if isinstance(node.target, Name):
            try:
                return extract(scope.variable(node.target.text), node.name)
            except KeyError:
                pass
        return extract(self.value(node.target, scope), node.name)

    def _selectors(self, arguments: Sequence[Argument], scope: Scope) -> list[Any]:
        return [None if a.value is None else self.value(a.value, scope) for a in arguments]

    def _index(self, node: Index, scope: Scope) -> Any:
        target = self.value(node.target, scope)
        return index(target, self._selectors(node.arguments, scope), double=node.double)

    def _if(self, node: If, scope: Scope) -> Any:
        if self.value(node.condition, scope):
            return self.value(node.then, scope)
        return None if node.otherwise is None else self.value(node.otherwise, scope)

    def _function(self, node: FunctionNode, scope: Scope) -> Function:
        names = [p.value.text for p in node.parameters if isinstance(p.value, Name)]

        def call(*arguments: Any) -> Any:
            own = dict(zip(names, arguments, strict=False))
            return self.value(node.body, Scope(own, scope))

        return Function(node.text, call)

    def _tilde(self, node: Tilde, scope: Scope) -> Formula:
        def evaluate(part: Node, data: Frame | None) -> Any:
            return self.value(part, Scope(parent=scope, before=data))

        data = scope.before if scope.before is not None else scope.after
        return Formula(node.text, node.left, node.right, data, evaluate)

    def _assign(self, node: Assign, scope: Scope) -> Any:
        new = self.value(node.value, scope)
        self._store(node.target, new, scope)
        return new

    def _store(self, target: Node, new: Any, scope: Scope) -> None:
        """Assign as R does: a changed part makes a changed copy of the whole."""
        if isinstance(target, Name):
            scope.names[target.text] = new
            return
        if isinstance(target, Dollar):
            whole = self.value(target.target, scope)
            changed = {**whole, target.name: new}
            if isinstance(whole, Frame):
                column = np.resize(as_vector(new), whole.n_rows)
                changed = Frame({**whole, target.name: column}, whole.attributes, whole.result)
            self._store(target.target, changed, scope)
            return
        if isinstance(target, Index):
            selectors = self._selectors(target.arguments, scope)
            whole = self.value(target.target, scope)
            self._store(target.target, assign_index(whole, selectors, new), scope)
            return
        raise REvaluationError(f"cannot assign to {target}")

    def _call(self, node: Call, scope: Scope) -> Any:
        if not isinstance(node.function, Name):
            return self._call_value(self.value(node.function, scope), node, scope)
        name = node.function.text
        if name == "local":
            return self.value(_only(node), Scope(parent=scope))
        if name == "with":
            frame = self.value(_only(node), scope)
            return self.value(_only(node, 1), Scope(parent=scope, before=frame))
        try:
            own = scope.variable(name)
        except KeyError:
            own = None
        if isinstance(own, Function):
            return self._call_value(own, node, scope)
        if name in BUILTINS:
            return self._call_value(BUILTINS[name], node, scope)
        return self._dispatch(name, node.arguments, scope)

    def _call_value(self, function: Any, node: Call, scope: Scope) -> Any:
        if isinstance(function, Unknown):
            return function
        if not callable(function):
            raise REvaluationError(f"not a function: {node.function}")
        positional = [self._argument(a, scope) for a in node.arguments if a.name is None]
        named = {a.name: self._argument(a, scope) for a in node.arguments if a.name is not None}
        return function(*positional, **named)

    def _argument(self, argument: Argument, scope: Scope) -> Any:
        if argument.value is None:
            raise REvaluationError("an empty argument")
        return self.value(argument.value, scope)

    def _dispatch(self, name: str, arguments: Sequence[Argument], scope: Scope) -> Any:
        """Look the arguments up in the data, then ask the dispatcher."""
        given = {a.name: a for a in arguments if a.name is not None}
        data = self._argument(given["data"], scope) if "data" in given else None
        inner = Scope(parent=scope, before=data)
        first = None
        if data is None and arguments:
            first = self._argument(arguments[0], scope)
            inner = Scope(parent=scope, after=self._frame_behind(first))
        args: dict[str, Any] = {} if data is None else {"data": data}
        positional: list[Any] = []
        for place, argument in enumerate(arguments):
            if argument.name == "data":
                continue
            known = data is None and place == 0
            value = first if known else self._argument(argument, inner)
            if argument.name is None:
                positional.append(value)
            else:
                args[argument.name] = value
        free = [p for p in self.dispatcher.parameters(name, first) if p not in args]
        if len(free) < len(positional):
            raise REvaluationError(f"PARAMS of '{name}' name too few parameters")
        args = {**dict(zip(free, positional, strict=False)), **args}
        result = self.dispatcher.call(name, _apply_subset(args), first)
        return self._remember(name, result, args, inner.after if data is None else data)

    def _frame_behind(self, value: Any) -> Frame | None:
        """Return the data of a fit, or the frame itself."""
        if isinstance(value, Frame):
            return value
        return self._data_of.get(id(value), (None, None))[1]

    def _remember(self, name: str, result: Any, args: Mapping[str, Any], data: Any) -> Any:
        """Keep the data of a fit for later calls; make a frame of what escalc gives."""
        if name == "escalc":
            return _escalc_frame(result, args, data)
        if isinstance(data, Frame) and not isinstance(result, (float, int, str, bool, type(None))):
            self._data_of[id(result)] = (result, data)
        return result


def _only(node: Call, place: int = 0) -> Node:
    value = node.arguments[place].value
    if value is None:
        raise REvaluationError("an empty argument")
    return value


def _apply_subset(args: dict[str, Any]) -> dict[str, Any]:
    """Apply and drop ``subset``: every argument with as many rows keeps those where it holds."""
    if args.get("subset") is None or isinstance(args["subset"], Unknown):
        return args
    chosen = np.asarray(args["subset"])
    n = len(chosen)
    return {name: rows_of(part, chosen, n) for name, part in args.items() if name != "subset"}


def _escalc_frame(result: Any, args: Mapping[str, Any], data: Any) -> Any:
    """Return the data with the columns yi and vi appended, as escalc does."""
    columns = dict(data) if isinstance(data, Frame) else {}
    if isinstance(result, Unknown):
        n = data.n_rows if isinstance(data, Frame) else 1
        return Frame({**columns, "yi": np.ones(n), "vi": np.ones(n)}, {}, result)
    subset = args.get("subset")
    if subset is not None:
        columns = {name: column[subset] for name, column in columns.items()}
    for name in ("yi", "vi"):
        columns[name] = _floats(result.values[name])
    attributes = {"measure": args.get("measure"), **getattr(result, "attributes", {})}
    return Frame(columns, attributes, result)


def _floats(values: Any) -> Any:
    """Return numbers as an array; what is not estimable is missing for the next function."""
    parts = values.tolist() if isinstance(values, np.ndarray) else values
    return np.array([p if isinstance(p, (int, float)) else np.nan for p in parts], dtype=float)
