import pytest

from remit.core.errors import Problem
from remit.core.place import Place
from remit.evidence.cells import parse_cell
from remit.evidence.codebook import ColumnRule

PLACE = Place(file="outcomes.csv", row=7, column="x")
CODEBOOK = Place(file="codebook.csv", row=50)


def parse(text, kind, *, allowed=(), may_be_empty=True):
    rule = ColumnRule(type=kind, unit="", allowed=allowed, meaning="what it is", place=CODEBOOK)
    return parse_cell(text, rule, PLACE, may_be_empty=may_be_empty)


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7.0), ("-7.1", -7.1), ("+0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e-3", 0.001)],
)
def test_number(text, value):
    assert parse(text, "number") == value


@pytest.mark.parametrize(
    "text", ["7,1", "7 1", "1e999", "0x1f", "1_000", "٣", "--7", "e5", "inf", "nan", "²"]
)
def test_no_number(text):
    assert isinstance(parse(text, "number"), Problem)


@pytest.mark.parametrize(("text", "value"), [("30", 30), ("-2", -2), ("0", 0), ("007", 7)])
def test_integer(text, value):
    found = parse(text, "integer")
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize("text", ["30.0", "3e1", "thirty", "٣", "9" * 5000])
def test_no_integer(text):
    assert isinstance(parse(text, "integer"), Problem)


@pytest.mark.parametrize(
    "kind", ["number", "integer", "category", "text", "slug", "url", "grammar"]
)
def test_empty_is_not_reported(kind):
    assert parse("", kind) is None


@pytest.mark.parametrize("kind", ["list", "category-list"])
def test_empty_list(kind):
    assert parse("", kind) == ()
    assert parse("", kind, may_be_empty=False) == ()


def test_empty_where_a_value_is_needed():
    problem = parse("", "slug", may_be_empty=False)
    assert str(problem) == (
        "outcomes.csv, row 7, column 'x': found an empty cell, expected a value (what it is)."
    )


def test_category():
    assert parse("fixed", "category", allowed=("fixed", "titrated")) == "fixed"


@pytest.mark.parametrize(
    ("text", "near"),
    [("Fixed", "fixed"), ("titratd", "titrated"), ("fix", "fixed"), ("qqq", None)],
)
def test_unknown_category(text, near):
    problem = parse(text, "category", allowed=("fixed", "titrated"))
    assert problem.found == f"'{text}'"
    assert problem.expected == "one of fixed, titrated"
    start = f"Did you mean '{near}'? " if near else ""
    assert problem.hint == f"{start}A new word must first be allowed in codebook.csv, row 50."


def test_lists():
    assert parse("a; b;c ;", "list") == ("a", "b", "c")
    assert parse("a;b", "category-list", allowed=("a", "b")) == ("a", "b")
    assert parse("a;z", "category-list", allowed=("a", "b")).found == "'z'"


@pytest.mark.parametrize("text", ["smith-2024", "nct03221569", "a1-b2"])
def test_slug(text):
    assert parse(text, "slug") == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Smith 2024", "Write smith-2024, here and wherever it is referred to."),
        ("smith_2024-", "Write smith-2024, here and wherever it is referred to."),
        ("±", ""),
    ],
)
def test_no_slug(text, hint):
    assert parse(text, "slug").hint == hint


def test_addresses():
    assert parse("https://example.org/a b", "url").expected == "an address that begins with http"
    assert parse("https://example.org", "url") == "https://example.org"


@pytest.mark.parametrize(
    "text",
    [
        "0.3 mg/kg iv over 15 min",
        "15 mg in every 6 min x 5",
        "1 mg/kg iv then 1 mg/kg/h iv for 6 h",
        "25 mg in",
    ],
)
def test_regimen(text):
    assert parse(text, "grammar") == text


@pytest.mark.parametrize(
    "text", ["0.3mg/kg iv", "0.3 mg/kg", "15 mg nasal", "15 mg in every 6 min"]
)
def test_no_regimen(text):
    assert parse(text, "grammar").hint == "what it is"


def test_only_a_p_value_is_told_about_the_operator():
    place = Place(file="contrasts.csv", row=2, column="p_value")
    rule = ColumnRule(type="number", unit="", allowed=(), meaning="p", place=CODEBOOK)
    problem = parse_cell("≤ 0.05", rule, place, may_be_empty=True)
    assert problem.hint == "Write 0.05 here and the sign in column 'p_operator'."
    assert "p_operator" not in parse("< 5", "number").hint
