"""What does a moderator formula say: its text as terms.

The language is the common part of R's and Python's: ``~ dose + route * year``, with ``+ - : * ^``,
``1`` and ``0`` for the intercept, and calls such as ``I(dose^2)``, ``poly(dose, 2)``,
``factor(route)``, ``C(route, sum)``, ``ns(dose, 3)``, ``log(dose)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from remit.core.errors import SpecError

__all__ = ["Call", "Name", "Node", "Number", "Operation", "ParsedFormula", "Text", "parse_formula"]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[^\W\d][\w.]*)|"
    r"(?:`(?P<quoted>[^`]+)`)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign>\*\*|[-+*/:^(),=]))"
)
_END = ("end", "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A column."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two nodes and the sign between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, named ones apart."""

    function: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


Node = Number | Text | Name | Operation | Call
Term = tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFormula:
    """The right-hand side of a formula.

    Attributes
    ----------
    text : str
        As it was given.
    intercept : bool
        Whether there is one.
    terms : tuple of tuple of Node
        Products of columns and calls, those with fewer parts first.
    """

    text: str
    intercept: bool
    terms: tuple[Term, ...]


def parse_formula(text: str) -> ParsedFormula:
    """Read a formula such as ``~ dose + route``; the tilde may be left out.

    Raises
    ------
    SpecError
        If it cannot be read; the place is shown.
    """
    left, tilde, right = text.partition("~")
    if tilde and left.strip():
        raise SpecError.at(
            "argument 'formula'",
            found=repr(text),
            expected="the moderators only, such as '~ dose'",
            hint="The effects are given apart.",
        )
    parser = _Parser(text, right if tilde else left)
    node = parser.sum()
    parser.expect(_END)
    terms, intercept = _expand(node, parser)
    ordered = sorted(terms, key=len)
    return ParsedFormula(text=text.strip(), intercept=intercept, terms=tuple(ordered))


class _Parser:
    """Recursive descent over the tokens of a formula."""

    def __init__(self, whole: str, text: str) -> None:
        self.whole = whole
        self.tokens = self._tokens(text)
        self.place = 0

    def fail(self, found: str) -> SpecError:
        error = SpecError.at(
            "argument 'formula'",
            found=f"{found} in {self.whole!r}",
            expected="columns joined by + : * and calls such as I(x^2), poly(x, 2), factor(a)",
        )
        return SpecError(error.problems)

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        tokens, position = [], 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise self.fail(repr(text[position:].strip()[0]))
            kind = str(match.lastgroup)
            tokens.append((kind, match.group(kind)))
            position = match.end()
        return [*tokens, _END]

    @property
    def ahead(self) -> tuple[str, str]:
        return self.tokens[self.place]

    def take(self) -> tuple[str, str]:
        token = self.ahead
        self.place += 1
        return token

    def expect(self, token: tuple[str, str]) -> None:
        if self.take() != token:
            self.place -= 1
            raise self.fail(repr(self.ahead[1]) if self.ahead[1] else "an end too early")

    def _chain(self, signs: tuple[str, ...], inner: str) -> Node:
        parse = getattr(self, inner)
        node: Node = parse()
        while self.ahead[0] == "sign" and self.ahead[1] in signs:
            sign = self.take()[1]
            node = Operation(sign, node, parse())
        return node

    def sum(self) -> Node:
        if self.ahead in (("sign", "-"), ("sign", "+")):
            sign = self.take()[1]
            first: Node = self.product()
            node: Node = Operation(sign, Number(0.0), first) if sign == "-" else first
            while self.ahead in (("sign", "-"), ("sign", "+")):
                sign = self.take()[1]
                node = Operation(sign, node, self.product())
            return node
        return self._chain(("+", "-"), "product")

    def product(self) -> Node:
        return self._chain(("*", "/"), "interaction")

    def interaction(self) -> Node:
        return self._chain((":",), "power")

    def power(self) -> Node:
        node = self.atom()
        while self.ahead in (("sign", "^"), ("sign", "**")):
            self.take()
            node = Operation("^", node, self.atom())
        return node

    def atom(self) -> Node:
        kind, text = self.take()
        if kind == "number":
            return Number(float(text))
        if kind == "text":
            return Text(text[1:-1])
        if kind == "quoted":
            return Name(text)
        if kind == "name":
            if self.ahead == ("sign", "("):
                return self._call(text)
            return Name(text)
        if (kind, text) == ("sign", "("):
            node = self.sum()
            self.expect(("sign", ")"))
            return node
        self.place -= 1
        raise self.fail(repr(text) if text else "an end too early")

    def _call(self, function: str) -> Call:
        self.take()
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        while self.ahead != ("sign", ")"):
            following = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
            if self.ahead[0] == "name" and following == ("sign", "="):
                key = self.take()[1]
                self.take()
                named.append((key, self.sum()))
            else:
                arguments.append(self.sum())
            if self.ahead != ("sign", ","):
                break
            self.take()
        self.expect(("sign", ")"))
        return Call(function, tuple(arguments), tuple(named))


def _expand(node: Node, parser: _Parser) -> tuple[list[Term], bool]:
    """Return the terms of a sum, and whether there is an intercept."""
    if isinstance(node, Number):
        if node.value not in (0.0, 1.0):
            raise parser.fail(f"{node.value:g}")
        return [], node.value == 1.0
    if isinstance(node, Text):
        raise parser.fail(repr(node.value))
    if not isinstance(node, Operation):
        return [(node,)], True
    if node.sign == "^":
        return _power(node, parser), True
    if node.sign in "+-" and isinstance(node.right, Number):
        terms, intercept = _expand(node.left, parser)
        adds = _expand(node.right, parser)[1] == (node.sign == "+")
        return terms, adds if node.right.value == 1.0 or node.sign == "+" else intercept
    left, intercept = _expand(node.left, parser)
    right = _expand(node.right, parser)[0]
    if node.sign == "+":
        return _unique(left + right), intercept
    if node.sign == "-":
        gone = [set(term) for term in right]
        begins = node.left == Number(0.0)
        return [term for term in left if set(term) not in gone], intercept or begins
    products = [_unique_parts(a + b) for a in left for b in right]
    if node.sign == ":":
        return _unique(products), True
    if node.sign == "*":
        return _unique(left + right + products), True
    raise parser.fail("'/'")


def _power(node: Operation, parser: _Parser) -> list[Term]:
    if not isinstance(node.right, Number) or node.right.value not in (1.0, 2.0, 3.0, 4.0):
        raise parser.fail("a power that is no small whole number")
    base = _expand(node.left, parser)[0]
    if len(base) == 1:
        raise parser.fail("a power outside I(...)")
    terms = base
    for _ in range(int(node.right.value) - 1):
        terms = _unique(terms + [_unique_parts(a + b) for a in terms for b in base])
    return terms


def _unique_parts(term: Term) -> Term:
    return tuple(dict.fromkeys(term))


def _unique(terms: list[Term]) -> list[Term]:
    kept: list[Term] = []
    for term in terms:
        if set(term) not in [set(other) for other in kept]:
            kept.append(term)
    return kept
