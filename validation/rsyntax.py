"""The part of R's grammar that the reference cases use: text to syntax trees.

A Pratt parser over R's own table of precedences (``?Syntax``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "Argument",
    "Assign",
    "Binary",
    "Block",
    "Call",
    "Constant",
    "Dollar",
    "FunctionNode",
    "If",
    "Index",
    "Name",
    "Node",
    "RSyntaxError",
    "Tilde",
    "Unary",
    "parse",
]


class RSyntaxError(ValueError):
    """The text is not in the part of R that is understood here."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a string, TRUE, FALSE, NULL, NA, NaN or Inf."""

    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol."""

    text: str


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call or an index; an empty one has no value."""

    name: str | None
    value: Node | None


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``."""

    function: Node
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """``target[arguments]``, or ``target[[arguments]]`` when ``double``."""

    target: Node
    arguments: tuple[Argument, ...]
    double: bool


@dataclass(frozen=True, slots=True)
class Dollar:
    """``target$name``."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x``, ``+x`` or ``!x``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Tilde:
    """A formula, with its text as written."""

    left: Node | None
    right: Node
    text: str


@dataclass(frozen=True, slots=True)
class Assign:
    """``target <- value``."""

    target: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Block:
    """``{ ... }``, or the whole of a script."""

    statements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    """``if (condition) then else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class FunctionNode:
    """``function(parameters) body``, with its text as written."""

    parameters: tuple[Argument, ...]
    body: Node
    text: str


Node = (
    Constant
    | Name
    | Call
    | Index
    | Dollar
    | Unary
    | Binary
    | Tilde
    | Assign
    | Block
    | If
    | FunctionNode
)

TOKEN = re.compile(
    r"""(?P<space>[ \t]+)
    |(?P<end>[;\n])
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?L?)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>[A-Za-z.][A-Za-z0-9._]*)
    |(?P<operator><-|<=|>=|==|!=|&&|\|\||%[^%]*%|\[\[|[-+*/^:<>=!&|~$@()\[\]{},])""",
    re.VERBOSE,
)

CONSTANTS: dict[str, float | bool | None] = {
    "TRUE": True,
    "FALSE": False,
    "NULL": None,
    "NA": float("nan"),
    "NaN": float("nan"),
    "Inf": float("inf"),
}

# operator: (strength to its left, strength to its right); a larger number binds tighter
INFIX: dict[str, tuple[int, int]] = {
    "<-": (10, 9),
    "=": (8, 7),
    "~": (20, 21),
    "||": (30, 31),
    "|": (30, 31),
    "&&": (40, 41),
    "&": (40, 41),
    "==": (60, 61),
    "!=": (60, 61),
    "<": (60, 61),
    ">": (60, 61),
    "<=": (60, 61),
    ">=": (60, 61),
    "+": (70, 71),
    "-": (70, 71),
    "*": (80, 81),
    "/": (80, 81),
    ":": (100, 101),
    "^": (121, 120),
}
PREFIX: dict[str, int] = {"~": 21, "!": 50, "-": 110, "+": 110}
POSTFIX_STRENGTH = 130
ARGUMENT_STRENGTH = 9  # above `=`, which names an argument there


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text, with its place."""

    kind: str
    text: str
    start: int
    stop: int


def tokens_of(text: str) -> list[Token]:
    """Cut the text into its words, white space left out."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise RSyntaxError(f"cannot read {text[place : place + 20]!r} in {text!r}")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), match.start(), match.end()))
        place = match.end()
    found.append(Token("stop", "", len(text), len(text)))
    return found


class Parser:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.place = 0

    @property
    def ahead(self) -> Token:
        """The next token."""
        return self.tokens[self.place]

    def take(self, text: str | None = None) -> Token:
        """Return the next token, which must be ``text`` where that is given."""
        token = self.ahead
        if text is not None and token.text != text:
            raise RSyntaxError(f"expected {text!r} before {self.text[token.start :]!r}")
        self.place += 1
        return token

    def skip_ends(self) -> None:
        """Skip empty statements."""
        while self.ahead.kind == "end":
            self.place += 1

    def statements(self, closing: str) -> Block:
        """Read statements up to the closing token."""
        found: list[Node] = []
        self.skip_ends()
        while self.ahead.text != closing or self.ahead.kind == "string":
            found.append(self.expression(0))
            if self.ahead.text != closing and self.ahead.kind != "end":
                raise RSyntaxError(f"cannot go on at {self.text[self.ahead.start :]!r}")
            self.skip_ends()
        return Block(tuple(found))

    def expression(self, strength: int) -> Node:
        """Read an expression whose operators bind tighter than ``strength``."""
        start = self.ahead.start
        left = self.prefix()
        while True:
            operator = self.ahead.text
            if self.ahead.kind != "operator":
                return left
            if operator in ("(", "[", "[[", "$") and strength <= POSTFIX_STRENGTH:
                left = self.postfix(left)
                continue
            if operator not in INFIX or INFIX[operator][0] <= strength:
                return left
            self.take()
            right = self.expression(INFIX[operator][1] - 1)
            left = self.join(operator, left, right, start)

    def join(self, operator: str, left: Node, right: Node, start: int) -> Node:
        """Make the node of a binary operator."""
        if operator in ("<-", "="):
            return Assign(left, right)
        if operator == "~":
            return Tilde(left, right, self.written(start))
        return Binary(operator, left, right)

    def written(self, start: int) -> str:
        """Return the text from ``start`` up to the last token read."""
        return self.text[start : self.tokens[self.place - 1].stop]

    def prefix(self) -> Node:
        """Read what can begin an expression."""
        token = self.take()
        if token.kind == "number":
            return Constant(float(token.text.removesuffix("L")))
        if token.kind == "string":
            return Constant(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "name":
            return self.word(token)
        if token.text == "(":
            inner = self.expression(0)
            self.take(")")
            return inner
        if token.text == "{":
            block = self.statements("}")
            self.take("}")
            return block
        if token.text in PREFIX:
            operand = self.expression(PREFIX[token.text] - 1)
            if token.text == "~":
                return Tilde(None, operand, self.written(token.start))
            return Unary(token.text, operand)
        raise RSyntaxError(f"cannot begin at {self.text[token.start :]!r}")

    def word(self, token: Token) -> Node:
        """Read a constant, an ``if``, a ``function`` or a name."""
        if token.text in CONSTANTS:
            return Constant(CONSTANTS[token.text])
        if token.text == "if":
            return self.condition()
        if token.text == "function":
            parameters = self.arguments("(", ")")
            body = self.expression(0)
            return FunctionNode(parameters, body, self.written(token.start))
        return Name(token.text)

    def condition(self) -> If:
        """Read what follows an ``if``."""
        self.take("(")
        condition = self.expression(0)
        self.take(")")
        then = self.expression(0)
        otherwise = None
        if self.ahead.text == "else":
            self.take()
            otherwise = self.expression(0)
        return If(condition, then, otherwise)

    def postfix(self, target: Node) -> Node:
        """Read a call, an index or a ``$`` behind ``target``."""
        if self.ahead.text == "(":
            return Call(target, self.arguments("(", ")"))
        if self.ahead.text == "$":
            self.take()
            word = self.take()
            return Dollar(target, word.text.strip("'\""))
        double = self.ahead.text == "[["
        arguments = self.arguments(self.ahead.text, "]")
        if double:
            self.take("]")
        return Index(target, arguments, double)

    def arguments(self, opening: str, closing: str) -> tuple[Argument, ...]:
        """Read arguments between brackets."""
        self.take(opening)
        found: list[Argument] = []
        if self.ahead.text == closing:
            self.take()
            return ()
        while True:
            found.append(self.argument(closing))
            if self.ahead.text == closing:
                self.take()
                return tuple(found)
            self.take(",")

    def argument(self, closing: str) -> Argument:
        """Read one argument, which may be empty and may have a name."""
        if self.ahead.text in (",", closing) and self.ahead.kind == "operator":
            return Argument(None, None)
        name = None
        if self.ahead.kind in ("name", "string") and self.tokens[self.place + 1].text == "=":
            name = self.take().text.strip("'\"")
            self.take("=")
        return Argument(name, self.expression(ARGUMENT_STRENGTH - 1))


def parse(text: str) -> Block:
    """Return the statements of ``text``.

    Raises
    ------
    RSyntaxError
        When the text holds something that is not understood.
    """
    parser = Parser(text)
    block = parser.statements("")
    parser.take("")
    return block
