import math

import pytest

from remit.core.estimate import Interval, NotEstimable
from remit.report.numbers import (
    count_word,
    decimal,
    p_value,
    percent,
    percent_range,
    span,
    typeset,
    with_interval,
)

MINUS = "\u2212"
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (3.14159, 1, "3.1"),
        (-3.14159, 2, f"{MINUS}3.14"),
        (0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),  # no minus zero
        (-0.05, 1, f"{MINUS}0.1"),
        (2.5, 0, "3"),  # halves go up, as in print
        (0.125, 2, "0.13"),
        (1.005, 2, "1.01"),  # also where binary holds a little less
        (99.95, 1, "100.0"),
        (math.inf, 1, "∞"),
        (-math.inf, 1, f"{MINUS}∞"),
        (1e-9, 1, "0.0"),
        (123456.789, 0, "123457"),
    ],
)
def test_decimal(value, digits, text):
    assert decimal(value, digits) == text


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.714, 0, "71 %"), (15 / 77, 1, "19.5 %"), (0.0, 1, "0.0 %"), (1.0, 0, "100 %")],
)
def test_percent(share, digits, text):
    assert percent(share, digits) == text


def test_percent_range():
    assert percent_range([0.74, 0.42, 0.5]) == "42 % to 74 %"
    assert percent_range([0.4]) == "40 %"
    assert percent_range([0.401, 0.402]) == "40 %"


def test_span_and_interval():
    interval = Interval(low=-1.94, high=0.58, level=0.95, method="t")
    assert span(-1.94, 0.58) == f"{MINUS}1.9 to 0.6"
    assert with_interval(-0.68, interval) == f"{MINUS}0.7 ({MINUS}1.9 to 0.6)"
    assert with_interval(-0.68, interval, 2) == f"{MINUS}0.68 ({MINUS}1.94 to 0.58)"
    assert with_interval(-0.68, NotEstimable(reason="one study")) == f"{MINUS}0.7"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00099, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.0234, "p = 0.023"),
        (0.5, "p = 0.50"),
        (1.0, "p = 1.00"),
        (NotEstimable(reason="one study"), "p not estimable"),
    ],
)
def test_p_value(value, text):
    assert p_value(value) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "no trials"), (1, "one trial"), (2, "two trials"), (10, "ten trials"), (11, "11 trials")],
)
def test_count_word(number, text):
    assert count_word(number, "trial") == text


def test_count_word_with_a_plural_of_its_own():
    assert count_word(1, "study", "studies") == "one study"
    assert count_word(3, "study", "studies") == "three studies"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-1.2 to 0.4", f"{MINUS}1.2 to 0.4"),
        ("(-1.2)", f"({MINUS}1.2)"),
        ("2019-2021", "2019-2021"),
        ("doi:10.1007/s-5", "doi:10.1007/s-5"),
        ("0-10 points", "0-10 points"),
        ("12 %", f"12{NBSP}%"),
        ("no number", "no number"),
    ],
)
def test_typeset(text, shown):
    assert typeset(text) == shown


def test_typeset_twice_is_typeset_once():
    once = typeset("-1.2 (-3 to 4), 5 %")
    assert typeset(once) == once
