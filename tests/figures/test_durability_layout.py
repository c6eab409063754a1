"""Durability figures as numbers: labels apart, times and shares in their place."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.core.errors import InputError
from remit.plots.durability import (
    DurabilityLine,
    DurabilityPoint,
    draw_durability,
    durability_layout,
)


def point(days: float | None, share: float, text: str = "16 of 61 treated") -> DurabilityPoint:
    return DurabilityPoint(
        days=days,
        events_share=share,
        ci_low=share / 2,
        ci_high=(1 + share) / 2,
        worst=share / 3,
        best=share,
        denominator_text=text,
    )


def line(label: str, *points: DurabilityPoint, treatment: str = "ketamine") -> DurabilityLine:
    return DurabilityLine(label=label, treatment=treatment, points=points)


points = st.builds(
    point,
    st.none() | st.floats(0.05, 2000),
    st.floats(0, 1),
    st.text(max_size=30),
)
lines = st.builds(
    lambda label, listed, treatment: line(label, *listed, treatment=treatment),
    st.text(max_size=70),
    st.lists(points, min_size=1, max_size=4),
    st.sampled_from(["ketamine", "lidocaine", "ketamine + magnesium", ""]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=25))
def test_texts_lie_on_the_canvas_and_labels_do_not_overlap(listed: list[DurabilityLine]) -> None:
    layout = durability_layout(listed)
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height), mark
    for a, b in combinations(layout.labels, 2):
        assert not a.box.overlaps(b.box)
    assert len(layout.labels) == len(listed)
    for placed in layout.points:
        if placed.timed:
            assert layout.axis.left <= placed.x <= layout.axis.right
        else:
            assert layout.strip is not None
            assert layout.strip.left < placed.x < layout.strip.right


def test_shares_and_times_stand_where_they_should() -> None:
    layout = durability_layout([line("A", point(7, 0.5), point(70, 0.25))])
    first, second = layout.points
    # linear in the share, logarithmic in time: rounding only
    assert first.y == pytest.approx((layout.top + layout.bottom) / 2, abs=1e-9)
    assert layout.bottom - second.y == pytest.approx((layout.bottom - layout.top) / 4, abs=1e-9)
    assert first.x == pytest.approx(layout.axis.place(7), abs=1e-9)
    assert second.x == pytest.approx(layout.axis.place(70), abs=1e-9)


def test_points_follow_time_whatever_their_order() -> None:
    layout = durability_layout([line("A", point(90, 0.2), point(None, 0.4), point(1, 0.7))])
    assert [p.timed for p in layout.points] == [True, True, False]
    assert layout.points[0].x < layout.points[1].x


def test_points_at_one_time_are_moved_apart_by_little() -> None:
    listed = [line(str(i), point(30.4, 0.3 + 0.1 * i)) for i in range(3)]
    layout = durability_layout(listed)
    xs = sorted(p.x for p in layout.points)
    true = layout.axis.place(30.4)
    assert all(b - a > 5 for a, b in pairwise(xs))
    assert all(abs(x - true) <= 9 for x in xs)


def test_the_strip_exists_only_for_points_without_a_time() -> None:
    assert durability_layout([line("A", point(7, 0.5))]).strip is None
    timeless = durability_layout([line("A", point(None, 0.5))])
    assert timeless.strip is not None
    assert any(t.text == "time not" for t in timeless.texts)


def test_each_label_stands_at_its_last_point_where_there_is_room() -> None:
    layout = durability_layout([line("A", point(7, 0.9), point(90, 0.5)), line("B", point(7, 0.1))])
    by_line = {label.line: label for label in layout.labels}
    # a label's middle is half of its height, about 10 points, from its first line
    assert abs((by_line[0].box.top + by_line[0].box.bottom) / 2 - layout.points[1].y) < 1
    assert by_line[0].box.top < by_line[1].box.top


def test_ticks_carry_plain_times() -> None:
    layout = durability_layout([line("A", point(1, 0.9), point(365, 0.2))])
    labels = [t.label for t in layout.ticks]
    for text in ("1 d", "1 wk", "1 mo", "3 mo", "6 mo", "1 yr"):
        assert text in labels


def test_twenty_five_cohorts_make_the_figure_taller() -> None:
    few = durability_layout([line("A", point(7, 0.5))])
    many = durability_layout([line(str(i), point(7, 0.5)) for i in range(25)])
    assert many.height > few.height


@pytest.mark.parametrize(
    "bad",
    [
        point(0, 0.5),
        point(-3, 0.5),
        DurabilityPoint(days=1, events_share=0.5, ci_low=0.6, ci_high=0.7),
        DurabilityPoint(days=1, events_share=71.4, ci_low=60.0, ci_high=81.0),
    ],
)
def test_points_that_cannot_be_drawn_are_named(bad: DurabilityPoint) -> None:
    with pytest.raises(InputError, match="durability line 'A'"):
        durability_layout([line("A", bad)])


def test_no_lines_and_empty_lines_are_said() -> None:
    with pytest.raises(InputError, match="no lines"):
        durability_layout([])
    with pytest.raises(InputError, match="no points"):
        durability_layout([line("A")])


def test_it_can_be_drawn() -> None:
    layout = durability_layout([line("A", point(7, 0.5), point(None, 0.4))])
    figure = draw_durability(layout)
    assert figure.get_size_inches()[0] * 72 == pytest.approx(layout.width)
    assert "16 of 61 treated" in [t.get_text() for t in figure.axes[0].texts]
