from fractions import Fraction

import pytest

from remit.core.printed import (
    decimals,
    either,
    exact,
    half_unit,
    plural,
    say,
    say_p,
    span,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(27.3, 1), (77.0, 0), (-0.05, 2), (0.0001, 4), (1e-05, 5), (0.0, 0), (1e22, 0), (100 / 3, 6)],
)
def test_decimals_of_the_shortest_text(value, expected):
    assert decimals(value) == expected


def test_binary_error_of_a_spreadsheet_is_not_a_digit():
    assert exact(7.3999999999999995) == Fraction(74, 10)
    assert half_unit(7.3999999999999995) == Fraction(1, 20)


def test_half_unit_takes_the_most_precise_number():
    assert half_unit(1.0, 35.2) == Fraction(1, 20)


def test_words():
    assert say(61.0) == "61"
    assert say(Fraction(1, 3), 2) == "0.33"
    assert [span([55]), span([102, 103]), span([162, 163, 164])] == [
        "55",
        "102 or 103",
        "162 to 164",
    ]
    assert either(["a", "b", "c"]) == "a, b or c"
    assert plural(["a", "b", "c"]) == "a, b and c"
    assert either([]) == ""
    assert [say_p(0.0000003), say_p(0.0234), say_p(0.9999)] == ["under 0.0001", "0.023", "about 1"]
