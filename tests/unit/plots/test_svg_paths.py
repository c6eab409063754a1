"""Many straight lines in one path are written as short steps, and mean the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.plots.svg_paths import shorten_path

PLACES = st.floats(-600, 600).map(lambda v: round(v, 6))
LINE = st.lists(st.tuples(PLACES, PLACES), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("M 10 20 L 10 26 M 10.5 20 L 10.5 26", "M10 20v6m.5-6v6"),
        ("M 10 20 L 10.001 20 \nM 12.25 18 L 12.251 18 \n", "M10 20h0m2.25-2h0"),
        ("M 0 0 L -1 2.5 L -1 2.5 M -1.1 0 L 3 0", "M0 0l-1 2.5h0m-.1-2.5h4.1"),
    ],
)
def test_pieces_become_steps(long: str, short: str) -> None:
    assert shorten_path(long) == short


@pytest.mark.parametrize(
    "data",
    ["", "M 1 2 L 3 4", "M 1 2 L 3 4 z M 5 6 L 7 8", "M 1 2 C 3 4 5 6 7 8 M 1 2", "m 1 2 M 3 4"],
)
def test_other_paths_are_left_alone(data: str) -> None:
    assert shorten_path(data) == data


@given(st.lists(LINE, min_size=2, max_size=30))
def test_steps_lead_to_the_same_points(lines: list[list[tuple[float, float]]]) -> None:
    data = " ".join("M " + " L ".join(f"{x:f} {y:f}" for x, y in line) for line in lines)
    at, reached = (0.0, 0.0), []
    for kind, numbers in re.findall(r"([Mmvhl])([^Mmvhl]*)", shorten_path(data)):
        steps = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        across, down = {"h": (steps[0], 0.0), "v": (0.0, steps[0])}.get(kind, tuple(steps))
        at = (at[0] + across, at[1] + down)
        reached.append(at)
    wanted = [point for line in lines for point in line]
    # each point is rounded to a hundredth by itself, so the error is half of that however many
    # steps there are; doubles near 600 add far less
    assert len(reached) == len(wanted)
    for one, other in zip(reached, wanted, strict=True):
        assert one == pytest.approx(other, abs=0.005001)
