"""One token, one decimal sign, one number or none."""

import pytest

from remit.io.columns.cells import plain, trim
from remit.io.columns.numbers import EITHER, number_text


def number(token, decimal, thousands=""):
    found = number_text(plain(token), decimal, thousands)
    return found and found.text


@pytest.mark.parametrize(
    ("token", "point", "comma"),
    [
        ("12", "12", "12"),
        ("12.5", "12.5", None),
        ("12,5", None, "12.5"),
        ("1,234", "1234", "1.234"),
        ("1.234", "1.234", "1234"),
        ("1,234.5", "1234.5", None),
        ("1.234,5", None, "1234.5"),
        ("1,234,567", "1234567", None),
        ("1.234.567", None, "1234567"),
        ("1,23,456", None, None),
        ("1 234,5", None, "1234.5"),
        ("1\u202f234\u00a0567", "1234567", "1234567"),
        ("1'234.50", "1234.50", None),
        ("1’234", "1234", "1234"),
        ("0.123", "0.123", None),
        ("0,123", None, "0.123"),
        ("1234,567", None, "1234.567"),
        (".5", "0.5", None),
        ("5.", "5", None),
        ("5·3", "5.3", "5.3"),
        ("−5", "-5", "-5"),
        ("– 0.5", "-0.5", None),
        ("+2", "2", "2"),
        ("-0", "0", "0"),
        ("007.50", "7.50", None),
        ("1.2e-3", "0.0012", None),
        ("1,2E3", None, "1200"),
        ("1.2×10⁻³", "0.0012", None),
        ("1.2 x 10^3", "1200", None),
        ("3e40", "3e40", "3e40"),
        ("1e999", None, None),
        ("٣٫٥", "3.5", None),
        ("1 2", None, None),
        ("12 34", None, None),
        ("1.2.3", None, None),
        ("12.11.2021", None, None),
        ("1234-5678", None, None),
        ("", None, None),
        ("-", None, None),
    ],
)
def test_a_token_under_each_sign(token, point, comma):
    assert number(token, ".") == point
    assert number(token, ",") == comma


@pytest.mark.parametrize(
    ("token", "value"),
    [("1.5", "1.5"), ("1,5", "1.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("7", "7")],
)
def test_either_sign(token, value):
    assert number(token, EITHER) == value


def test_one_thousands_sign_only():
    assert number("1 234", ".", ",") is None
    assert number("1,234", ".", ",") == "1234"
    found = number_text("1'234", ".")
    assert found is not None
    assert found.thousands == "'"


def test_blanks_of_any_kind_are_trimmed():
    assert trim("\u00a0 7\u200b\ufeff") == "7"
    assert plain("a\u00a0\u2009 b") == "a b"
