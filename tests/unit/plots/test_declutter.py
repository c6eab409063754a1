"""Labels move apart as little as possible."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from remit.plots.declutter import spread

centres = st.lists(st.floats(0, 200), min_size=1, max_size=12)


@given(centres)
def test_nothing_overlaps_and_all_lie_within_the_bounds(wanted: list[float]) -> None:
    placed = spread(wanted, [10.0] * len(wanted), 0, 200)
    ordered = sorted(placed)
    # positions are sums of at most 12 numbers below 200: rounding stays far below 1e-9
    assert all(b - a >= 10 - 1e-9 for a, b in itertools.pairwise(ordered))
    assert ordered[0] >= 5 - 1e-9
    assert ordered[-1] <= 195 + 1e-9


@given(centres)
def test_the_order_is_kept(wanted: list[float]) -> None:
    placed = spread(wanted, [4.0] * len(wanted), 0, 200)
    by_wish = sorted(range(len(wanted)), key=lambda i: wanted[i])
    by_place = sorted(range(len(wanted)), key=lambda i: placed[i])
    assert by_wish == by_place


def test_what_does_not_overlap_stays() -> None:
    assert spread([20, 50, 90], [10, 10, 10], 0, 200) == (20, 50, 90)


def test_the_answer_is_the_least_squares_one() -> None:
    wanted, sizes = [50.0, 52.0, 53.0, 80.0, 3.0], [10.0, 14.0, 6.0, 10.0, 12.0]
    order = np.argsort(wanted)
    target, size = np.array(wanted)[order], np.array(sizes)[order]
    gaps = [
        {"type": "ineq", "fun": lambda x, i=i: x[i + 1] - x[i] - (size[i] + size[i + 1]) / 2}
        for i in range(4)
    ]
    bounds = [(s / 2, 200 - s / 2) for s in size]
    start = np.linspace(10, 150, 5)
    best = minimize(
        lambda x: np.sum((x - target) ** 2),
        start,
        bounds=bounds,
        constraints=gaps,
        options={"ftol": 1e-14},
    )
    placed = np.array(spread(wanted, sizes, 0, 200))[order]
    # SLSQP stops at a change of 1e-14 in the objective, so its places are good to about 1e-6
    assert placed == pytest.approx(best.x, abs=1e-5)


def test_too_much_for_the_room_begins_at_the_top_and_runs_over() -> None:
    assert spread([1, 1, 1], [10, 10, 10], 0, 20) == (5, 15, 25)
