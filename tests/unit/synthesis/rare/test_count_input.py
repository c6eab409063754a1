"""Counts that come in: what is refused, what is set aside, what is corrected."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.synthesis.rare.count_input import check_whole, one_arm, two_arm_rates, two_by_two
from remit.synthesis.rare.tables import count_rows, no_information


def test_sizes_and_non_events_say_the_same():
    by_size = two_by_two(ai=[1, 2], n1i=[10, 20], ci=[3, 4], n2i=[11, 21])
    by_rest = two_by_two(ai=[1, 2], bi=[9, 18], ci=[3, 4], di=[8, 17])
    for name in ("ai", "bi", "ci", "di"):
        assert by_size[name].tolist() == by_rest[name].tolist()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"ai": [-1, 2]}, "B 1990, 'ai'"),
        ({"ai": [11, 2]}, "B 1990, 'ai'"),
        ({"ci": [3, np.inf]}, "C 2000, 'ci'"),
        ({"ci": [3, 1e17]}, "C 2000, 'ci'"),
        ({"ci": [3, 4, 5]}, "argument 'ci'"),
        ({"ai": ["many", 2]}, "argument 'ai'"),
        ({"bi": [1, 2]}, "'n1i'"),
        ({"labels": ["only one"]}, "argument 'labels'"),
    ],
)
def test_what_cannot_be_a_count_is_refused_by_name(changes, where):
    given = {
        "ai": [1, 2],
        "n1i": [10, 20],
        "ci": [3, 4],
        "n2i": [11, 21],
        "labels": ["B 1990", "C 2000"],
    }
    with pytest.raises(InputError) as caught:
        two_by_two(**(given | changes))
    assert where in str(caught.value)


def test_all_problems_come_at_once():
    with pytest.raises(InputError) as caught:
        two_by_two(ai=[-1, -2], n1i=[10, 20], ci=[3, 4], n2i=[11, 21])
    assert len(caught.value.problems) == 2


def test_no_study_is_refused():
    with pytest.raises(InputError, match="at least one"):
        two_by_two(ai=[], n1i=[], ci=[], n2i=[])


def test_missing_numbers_and_empty_arms_are_set_aside_by_name():
    counts = two_by_two(
        ai=[1, None, 0, 2],
        n1i=[10, 20, 0, 30],
        ci=[3, 4, 1, float("nan")],
        n2i=[11, 21, 9, 31],
        labels=["A", "B", "C", "D"],
    )
    assert counts.labels == ("A",)
    assert counts.positions == (0,)
    assert [row.label for row in counts.set_aside] == ["B", "D", "C"]
    assert [note.kind for note in counts.notes] == ["set-aside"] * 3
    rows = count_rows(counts)
    assert [row["status"] for row in rows] == ["used", "set aside", "set aside", "set aside"]
    assert rows[1]["ai"] is None
    assert "nobody" in rows[3]["notes"]


def test_labels_that_repeat_are_told_apart():
    counts = two_by_two(ai=[1, 2], n1i=[5, 5], ci=[1, 1], n2i=[5, 5], labels=["A", "A"])
    assert counts.labels == ("A", "A (2)")


def test_rates_need_time():
    counts = two_arm_rates(x1i=[1, 2], t1i=[0, 10.5], x2i=[1, 1], t2i=[5, 5])
    assert counts.labels == ("study 2",)
    with pytest.raises(InputError, match="t2i"):
        two_arm_rates(x1i=[1], t1i=[2], x2i=[1], t2i=None)


def test_one_arm_names_its_columns():
    assert set(one_arm("PLO", xi=[1], of=[4]).columns) == {"xi", "ni"}
    assert set(one_arm("IRLN", xi=[9], of=[4]).columns) == {"xi", "ti"}
    with pytest.raises(InputError, match="no more events"):
        one_arm("PLO", xi=[5], of=[4])


def test_whole_numbers_are_asked_for_where_the_model_needs_them():
    counts = two_by_two(ai=[1.5, 2], n1i=[10, 20], ci=[3, 4], n2i=[11, 21], labels=["A", "B"])
    with pytest.raises(InputError, match="A, 'ai'"):
        check_whole(counts)


def test_counts_beyond_integers_of_32_bits_do_not_overflow():
    counts = two_by_two(ai=[3_000_000_000], n1i=[6_000_000_000], ci=[1], n2i=[4_000_000_000])
    assert counts["bi"][0] == 3e9


def test_no_information_is_no_event_or_events_only():
    counts = two_by_two(ai=[0, 5, 1], n1i=[5, 5, 5], ci=[0, 6, 0], n2i=[6, 6, 6])
    assert no_information(counts).tolist() == [True, True, False]
