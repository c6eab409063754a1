from dataclasses import replace

import pytest

from remit.synthesis.counts import Complement, CountSpec, count_rows, row_count

SPEC = CountSpec(
    outcome="responder",
    definition="half",
    treatment_class="drug",
    times=("end", "discharge"),
)


def responder(make, study="one", arm="drug", **given):
    base = {"outcome": "responder", "scale": None, "definition": "half", "time_label": "end"}
    return make.outcome(study, arm, **base | given)


def counted(make, **changes):
    return count_rows(make.base(), replace(SPEC, **changes))


@pytest.fixture
def cohort(make):
    make.study()
    make.arm(n=20)
    return make


class TestRow:
    def test_printed(self, make):
        assert row_count(responder(make, events=15, n=77, percent=27.3)) == (15, 77, ())

    def test_the_only_count_that_a_percentage_fits(self, make):
        events, n, (note,) = row_count(responder(make, n=29, percent=31.0))
        assert (events, n) == (9, 29)  # 9/29 = 31.03 %
        assert note.text == (
            "The count is not printed: 9 is the only whole number of 29 that gives 31 %."
        )

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({}, "no count and no percentage is printed"),
            ({"events": 5}, "no count and no percentage is printed"),
            ({"percent": 40.0}, "40 % is printed without the number that it is of"),
            ({"percent": 29.5, "n": 169}, "no whole number of 169 is 29.5 %"),
            ({"percent": 40.0, "n": 500}, "more than one whole number of 500 is 40 %"),
            ({"events": 90, "n": 77}, "90 of 77 is printed, more than all"),
        ],
    )
    def test_no_count(self, make, given, reason):
        assert row_count(responder(make, **given)) == reason


class TestStudies:
    def test_one_row(self, cohort):
        responder(cohort, events=12, n=20, denominator="infusions")
        (row,) = counted(cohort).rows
        assert (row.events, row.n, row.unit) == (12, 20, "infusions")
        assert row.columns == {"events": "12", "n": "20", "unit": "infusions"}

    def test_the_best_time_is_taken(self, cohort):
        responder(cohort, events=3, n=20, time_label="discharge")
        responder(cohort, events=12, n=20, time_label="end")
        responder(cohort, events=19, n=20, time_label="later")
        assert counted(cohort).rows[0].events == 12
        assert counted(cohort, times=("discharge", "end")).rows[0].events == 3

    def test_other_definitions_outcomes_and_classes_are_left_out(self, cohort):
        cohort.arm(arm="placebo", cls="placebo")
        responder(cohort, events=1, n=20, definition="two-points")
        responder(cohort, events=2, n=20, outcome="sustained")
        responder(cohort, arm="placebo", events=3, n=20)
        assert counted(cohort).rows == counted(cohort).set_aside == ()

    def test_opposites(self, cohort):
        responder(cohort, events=6, n=20, outcome="non-responder", definition="under-half")
        complement = Complement(outcome="non-responder", definition="under-half", counts_as="half")
        (row,) = counted(cohort, complements=(complement,)).rows
        assert (row.events, row.n) == (14, 20)
        assert row.notes[0].text == "Counted as the opposite: 6 of 20 were not, 14 were."

    def test_no_count_is_set_aside_with_what_it_shows(self, cohort):
        responder(cohort, percent=40.0)
        (row,) = counted(cohort).set_aside
        assert row.reason == "40 % is printed without the number that it is of"
        assert row.shows == "40 %, number not printed"

    def test_more_than_all_is_set_aside(self, cohort):
        responder(cohort, events=90, n=77)
        assert counted(cohort).rows == ()
        assert counted(cohort).set_aside[0].reason == "90 of 77 is printed, more than all"

    def test_one_cohort_counts_once(self, cohort):
        cohort.study("early", cohort="one")
        cohort.arm("early")
        responder(cohort, events=12, n=20)
        responder(cohort, "early", events=9, n=15)
        found = counted(cohort)
        assert [r.study for r in found.rows] == ["one"]
        assert found.set_aside[0].reason == "reports patients of one, who count once"


class TestSubgroups:
    @pytest.fixture
    def split(self, cohort):
        cohort.arm(arm="subgroup-a", n=12)
        cohort.arm(arm="subgroup-b", n=8)
        return cohort

    def test_added_up_where_they_are_the_whole_arm(self, split):
        responder(split, arm="subgroup-a", events=5, n=12)
        responder(split, arm="subgroup-b", events=8, n=8)
        (row,) = counted(split).rows
        assert (row.events, row.n) == (13, 20)
        assert row.notes[-1].text == "Subgroups of the arm added up: 5 of 12 and 8 of 8."
        assert len(row.places) == 2

    def test_set_aside_where_they_are_not(self, split):
        responder(split, arm="subgroup-a", events=5, n=12)
        (row,) = counted(split).set_aside
        assert row.reason == "only subgroups are reported, and their 12 are not the whole arm"
        assert row.shows == "5 of 12"

    def test_the_whole_arm_comes_first(self, split):
        responder(split, arm="subgroup-a", events=5, n=12)
        responder(split, events=13, n=20)
        (row,) = counted(split).rows
        assert (row.events, row.n) == (13, 20)
