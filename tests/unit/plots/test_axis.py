"""Places, ticks and written numbers."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.plots.axis import Axis, format_number, linear_ticks, log_ticks
from remit.plots.text_width import text_width


def test_a_log_axis_gives_equal_ratios_equal_room() -> None:
    axis = Axis(low=0.1, high=10, left=0, right=100, log=True)
    # logarithms of 0.1, 1 and 10 are exact to rounding
    assert axis.place(1) == pytest.approx(50, abs=1e-9)
    assert axis.place(0.0) == 0
    assert axis.place(math.inf) == 100
    assert axis.project(100) == pytest.approx(150, abs=1e-9)


def test_what_lies_off_the_axis_is_put_at_its_end() -> None:
    axis = Axis(low=-1, high=1, left=10, right=20)
    assert (axis.place(-5), axis.place(0), axis.place(9)) == (10, 15, 20)
    assert not axis.shows(9)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.floats(60, 400))
def test_linear_ticks_are_on_the_axis_and_do_not_touch(low: float, span: float, w: float) -> None:
    axis = Axis(low=low, high=low + span, left=0, right=w)
    ticks = linear_ticks(axis, 7)
    slack = 1e-6 * span
    assert all(low - slack <= t.value <= low + span + slack for t in ticks)
    for a, b in itertools.pairwise(ticks):
        assert b.x - a.x > (text_width(a.label, 7) + text_width(b.label, 7)) / 2


@given(st.floats(1e-3, 1e3), st.floats(1.05, 1e5))
def test_log_ticks_are_on_the_axis_and_enough(low: float, ratio: float) -> None:
    axis = Axis(low=low, high=low * ratio, left=0, right=200, log=True)
    ticks = log_ticks(axis, 7)
    assert len(ticks) >= 1
    # labels are rounded to 12 decimals
    assert all(low * (1 - 1e-9) <= t.value <= low * ratio * (1 + 1e-9) for t in ticks)


def test_ratio_ticks_are_those_a_reader_expects() -> None:
    axis = Axis(low=0.15, high=12, left=0, right=200, log=True)
    assert [t.label for t in log_ticks(axis, 7)] == ["0.2", "0.5", "1", "2", "5", "10"]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-1.5, 2, "−1.50"),
        (-0.001, 2, "0.00"),
        (0.25, None, "0.25"),
        (-2.0, None, "−2"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
        (0.00001, None, "0.00001"),
    ],
)
def test_numbers_are_written_plainly(value: float, decimals: int | None, text: str) -> None:
    assert format_number(value, decimals) == text
