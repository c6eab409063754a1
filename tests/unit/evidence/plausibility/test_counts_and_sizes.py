"""Counts, group sizes, duplicates and control groups used twice."""

import pytest

from remit.evidence.plausibility.duplicates import digits_agreeing
from remit.evidence.plausibility.shared_control import study_stem

# BCG vaccine against tuberculosis: Colditz et al. 1994, JAMA 271:698, as in metafor's dat.bcg
# (cases and totals, vaccinated then not).
BCG = (
    ("Aronson 1948", (4, 123), (11, 139)),
    ("Ferguson & Simes 1949", (6, 306), (29, 303)),
    ("Rosenthal et al 1960", (3, 231), (11, 220)),
    ("Hart & Sutherland 1977", (62, 13598), (248, 12867)),
    ("Frimodt-Moller et al 1973", (33, 5069), (47, 5808)),
    ("Stein & Aronson 1953", (180, 1541), (372, 1451)),
    ("Vandiviere et al 1973", (8, 2545), (10, 629)),
    ("TPT Madras 1980", (505, 88391), (499, 88391)),
    ("Coetzee & Berjak 1968", (29, 7499), (45, 7277)),
    ("Rosenthal et al 1961", (17, 1716), (65, 1665)),
    ("Comstock et al 1974", (186, 50634), (141, 27338)),
    ("Comstock & Webster 1969", (5, 2498), (3, 2341)),
    ("Comstock et al 1976", (27, 16913), (29, 17854)),
)


@pytest.fixture
def bcg(table):
    for study, *arms in BCG:
        table.counts(study, *arms)
    return table


def test_a_classic_table_is_not_suspected(bcg):
    assert bcg.found() == ()


def test_u034_means_or_percentages_as_counts(table):
    table.counts("A", (48.4, 32), (59.9, 32))
    table.counts("B", (10, 40), (12, 41))
    first, second = table.found()
    assert (first.check, first.severity) == ("counts", "sure")
    assert first.odd == "48.4 of 32 have the event in arm 1"
    assert "percentages" in first.cause
    assert "No whole count of 32 is 48.4 %" in first.because
    assert "2 of 4 counts" in second.because
    assert first.changes == ()


def test_percentages_of_their_own_arm_give_the_count(table):
    table.counts("A", (37.5, 40), (22.0, 41))  # 15/40 = 37.5 %; 9/41 = 21.95 %
    (first,) = table.found()
    assert first.cause == "percentages typed as counts"
    assert first.changes[0].becomes == 15.0


def test_events_above_n_whose_sizes_are_exchanged(table):
    table.counts("A", (40, 30), (20, 60))
    s = table.only()
    assert s.cause == "group sizes in each other's place"
    assert [(c.place.column, c.becomes) for c in s.changes] == [("n1", 60), ("n2", 30)]


def test_events_and_sizes_exchanged(table):
    table.counts("A", (40, 10), (41, 12))
    first, *_ = table.found()
    assert first.cause == "events and group size in each other's place"


def test_negative_and_fractional_sizes(table):
    table.counts("A", (-4, 30), (5, 30))
    table.counts("B", (4, 30.5), (5, 30))
    assert [(s.check, s.severity) for s in table.found()] == [
        ("counts", "sure"), ("group-size", "sure"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arm", "column", "right"), [((62, 1359), "n1", 13590), ((620, 13598), "events1", 62)]
)
def test_a_digit_too_many_or_too_few(bcg, arm, column, right):
    bcg.rows = bcg.rows[:3] + bcg.rows[4:]
    bcg.counts("Hart & Sutherland 1977", arm, (248, 12867))
    found = [s for s in bcg.found() if s.study.startswith("Hart")]
    # BCG trials differ much in risk and ratio, so that a look is as much as they can ask for
    assert len(found) <= 1
    for s in found:
        assert (s.place.column, s.changes[0].becomes) == (column, right)


def test_a_digit_too_many_among_similar_trials(table):
    for study, a, b in (("A", 12, 20), ("B", 9, 17), ("C", 14, 22), ("D", 11, 21), ("E", 10, 18)):
        table.counts(study, (a, 100), (b, 100))
    table.counts("F", (12, 1000), (19, 99))
    s = table.only()
    assert (s.check, s.severity, s.place.column) == ("decimal-shift", "likely", "n1")
    assert s.changes[0].becomes == 100


def test_those_without_the_event_counted(table):
    for study, a, b in (("A", 12, 20), ("B", 9, 17), ("C", 14, 22), ("D", 11, 21), ("E", 10, 18)):
        table.counts(study, (a, 100), (b, 100))
    table.counts("F", (88, 100), (79, 100))
    s = table.only()
    assert s.check == "events-counted-as-others"
    assert [c.becomes for c in s.changes] == [12, 21]


def sizes(table, outcome, n1, n2):
    return table.counts("A", (0, n1), (0, n2), outcome=outcome)


def test_group_sizes_exchanged_between_outcomes(table):
    for outcome, n1, n2 in (("relief", 92, 45), ("nausea", 90, 45), ("recurrence", 88, 44)):
        sizes(table, outcome, n1, n2)
    sizes(table, "sedation", 45, 92)
    s = table.only()
    assert (s.check, s.severity) == ("sizes-swapped", "likely")
    assert [c.becomes for c in s.changes] == [92, 45]


def test_drop_outs_are_not_exchanged_groups(table):
    for outcome, n1, n2 in (("relief", 50, 48), ("nausea", 50, 48), ("recurrence", 38, 44)):
        sizes(table, outcome, n1, n2)
    assert table.found() == ()


def test_a_size_with_digits_exchanged(table):
    for outcome in ("relief", "nausea"):
        sizes(table, outcome, 45, 48)
    sizes(table, "sedation", 54, 48)
    s = table.only()
    assert (s.check, s.changes[0].becomes) == ("size-slip", 45)


def test_one_study_under_two_names(bcg):
    bcg.counts("Sutherland 1977", (62, 13598), (248, 12867))
    s = bcg.only()
    assert (s.check, s.severity) == ("same-numbers", "likely")
    assert s.changes[0].leaves_row_out
    assert s.other_places[0].row == 5  # Hart & Sutherland


def test_one_row_twice_in_the_other_order(bcg):
    bcg.counts("Aronson 1948", (11, 139), (4, 123))
    s = bcg.only()
    assert (s.check, s.severity) == ("same-numbers", "likely")
    assert "other order" in s.odd


def test_few_digits_agree_by_chance(table):
    table.counts("A", (0, 50), (5, 50))
    table.counts("B", (0, 50), (5, 50))
    assert table.found() == ()


def test_digits():
    # each number once; zeros at the ends do not count
    assert digits_agreeing([50, 50, 0.34, 0, None, 1203]) == 1 + 2 + 4


def test_label_twice(table):
    table.counts("Smith 2010", (4, 50), (9, 51))
    table.counts("Smith 2010", (7, 30), (8, 31))
    s = table.only()
    assert (s.check, s.severity) == ("label-twice", "worth a look")


@pytest.mark.parametrize(
    "labels", [("Smith 2010a", "Smith 2010b"), ("Smith 2010", "Smith 2010 (high dose)")]
)
def test_u125_one_control_group_in_two_rows(table, labels):
    table.counts(labels[0], (10, 40), (16, 40))
    table.counts(labels[1], (12, 40), (16, 40))
    s = table.only()
    assert (s.check, s.severity) == ("shared-control", "likely")
    assert [(c.place.row, c.place.column, c.becomes) for c in s.changes] == [
        (2, "n2", 20), (2, "events2", 8), (3, "n2", 20), (3, "events2", 8),
    ]  # fmt: skip


def test_the_same_control_by_chance(table):
    table.counts("Smith 2010", (10, 40), (16, 40))
    table.counts("Jones 2011", (12, 41), (16, 40))
    assert table.found() == ()


@pytest.mark.parametrize(
    ("label", "stem"),
    [("Smith 2010a", "smith 2010"), ("Smith 2010 (10 mg)", "smith 2010"),
     ("Brunt 2002, Group A", "brunt 2002"), ("Gershanik 1994b", "gershanik 1994")],
)  # fmt: skip
def test_stems(label, stem):
    assert study_stem(label) == stem


def test_effects_that_repeat_are_one_finding(table):
    for i in range(12):
        table.add(f"S{i}", effect=0.1234 + 0.01 * (i % 6), std_error=0.2345)
    s = table.only()
    assert (s.check, s.severity) == ("same-numbers", "worth a look")
    assert s.odd.startswith("6 rows have the numbers")


def test_several_effects_per_study_are_one_finding(table):
    for i in range(12):
        table.add(f"S{i % 4}", effect=0.1 + 0.013 * i, std_error=0.2 + 0.001 * i)
    s = table.only()
    assert (s.check, s.odd) == ("label-twice", "4 labels stand in several rows each")
