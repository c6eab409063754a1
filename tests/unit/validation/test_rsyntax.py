"""The parser of R calls keeps R's precedence and refuses what it does not know."""

import pytest
from validation.rsyntax import (
    Assign,
    Binary,
    Call,
    Constant,
    Dollar,
    Index,
    Name,
    RSyntaxError,
    Tilde,
    Unary,
    parse,
)


def only(text):
    (statement,) = parse(text).statements
    return statement


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-2^2", "-(2^2)"),
        ("2^3^2", "2^(3^2)"),
        ("-1:3", "(-1):3"),
        ("2*1:3", "2*(1:3)"),
        ("!a == b", "!(a == b)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a + b < c * d", "(a + b) < (c * d)"),
        ("a & b | c", "(a & b) | c"),
        ("a$b[1]", "(a$b)[1]"),
        ("2^-1", "2^(-1)"),
        ("x <- y <- 1", "x <- (y <- 1)"),
    ],
)
def test_precedence(text, same):
    assert only(text) == only(same)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-12", 1e-12),
        (".5", 0.5),
        ("13", 13.0),
        ("2L", 2.0),
        ("'a \"b\"'", 'a "b"'),
        ("TRUE", True),
    ],
)
def test_constants(text, value):
    assert only(text) == Constant(value)


def test_null_and_missing():
    assert only("NULL") == Constant(None)
    missing = only("NA").value
    assert missing != missing


def test_call_with_names_positions_and_strings():
    call = only("f(x, a.b='y', 'q'=2, )")
    assert call.function == Name("f")
    assert [argument.name for argument in call.arguments] == [None, "a.b", "q", None]
    assert call.arguments[3].value is None


def test_two_way_index_and_double_index():
    index = only("d[1:2,]")
    assert isinstance(index, Index)
    assert index.arguments[1].value is None
    assert only("d[[1]]").double


def test_formula_keeps_its_text():
    formula = only("~ a + I((b-1)^2) - 1")
    assert isinstance(formula, Tilde)
    assert formula.text == "~ a + I((b-1)^2) - 1"
    two_sided = only("f(y ~ x, data=d)").arguments[0].value
    assert (two_sided.left, two_sided.text) == (Name("y"), "y ~ x")


def test_statements_end_at_semicolons_and_lines():
    assert len(parse("a <- 1; b\n c").statements) == 3
    assert parse("").statements == ()


def test_assignment_to_a_part():
    assignment = only("d$x[1:2] <- 0")
    assert isinstance(assignment, Assign)
    assert assignment.target.target == Dollar(Name("d"), "x")


def test_function_and_if():
    function = only("function(x) if (is.list(x)) x$r else -x")
    assert function.text == "function(x) if (is.list(x)) x$r else -x"
    assert isinstance(function.body.condition, Call)
    assert isinstance(function.body.otherwise, Unary)


def test_a_minus_is_binary_between_values():
    assert isinstance(only("a -1"), Binary)


@pytest.mark.parametrize("text", ["f(", "a b", "1 +", "a @@ b", "{ a", "#"])
def test_refuses(text):
    with pytest.raises(RSyntaxError):
        parse(text)
