"""Words and numbers that mean that nothing is known."""

import pytest

from remit.io.columns.missing import is_missing_word, numeric_codes


def codes(values, name="pain"):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    found = numeric_codes(counts, name)
    return found.taken, found.asked


@pytest.mark.parametrize("word", ["NA", "N/A", "n/a", ".", "-", "–", "?", "NaN", "#N/A", "null"])
def test_words_everywhere(word):
    assert is_missing_word(word, among_values=False)


@pytest.mark.parametrize("word", ["missing", "not reported", "Unknown"])
def test_words_among_values_only(word):
    assert is_missing_word(word, among_values=True)
    assert not is_missing_word(word, among_values=False)


@pytest.mark.parametrize("word", ["none", "nil", "0", "no", "Namibia", "99"])
def test_words_that_may_mean_something(word):
    assert not is_missing_word(word, among_values=True)


@pytest.mark.parametrize(
    ("values", "name", "taken", "asked"),
    [
        ([0, 3, 5, 7, 10, -99], "pain", (-99,), ()),
        ([0, 3, 5, 7, 10, 99, 999], "pain", (99, 999), ()),
        ([34, 41, 52, 60, 71, 999], "age", (999,), ()),
        ([20, 30, 55, 60, 71, 99], "age", (), (99,)),
        ([20, 30, 45, 60, 71, 999], "n", (), (999,)),
        ([20, 30, 45, 60, 71, 999], "N.1", (), (999,)),
        ([20, 30, 45, 60, 71, -99], "n", (), (-99,)),
        ([0, 3, 5, 7, 10, -9], "pain", (), (-9,)),
        ([0, 20, 60, 90, 97, 99], "vas", (), ()),
        ([-120, -80, -99, 40], "change", (), ()),
        ([3, 5, 99], "pain", (), (99,)),
        ([99], "n", (), ()),
        ([-99, -99], "pain", (), (-99,)),
        ([100, 100, 100, 100, 100, 99], "weight", (), ()),
        ([1995, 2001, 2003, 2010, 2020, 9999], "year", (9999,), ()),
        ([12.5, 800, 1234.5, 3, 4, -99], "ug", (), (-99,)),
    ],
)
def test_numbers_that_stand_outside_the_others(values, name, taken, asked):
    assert codes(values, name) == (taken, asked)
