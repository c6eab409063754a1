"""Spreads, scales, decimal points and signs of means."""

from math import sqrt

import pytest

from remit.evidence.plausibility.study_row import with_changes


def test_a_clean_table_is_not_suspected(pain):
    assert pain.found() == ()


def test_standard_errors_typed_as_standard_deviations(pain):
    pain.means("Eta 2016", (3.2, 0.34, 36), (4.1, 0.35, 36))
    s = pain.only()
    assert (s.check, s.severity, s.study) == ("se-for-sd", "likely", "Eta 2016")
    assert [c.place.column for c in s.changes] == ["sd1", "sd2"]
    # 0.34 * sqrt(36) = 2.04
    assert [c.becomes for c in s.changes] == pytest.approx([2.04, 2.10])
    assert "sd1 would be 2.04" in s.would_be
    assert "of the 6 other studies are 1.897 to 2.449" in s.because  # sqrt(1.8 * 2.0), of Beta


def test_a_standard_error_in_one_arm_only(pain):
    pain.means("Eta 2016", (3.2, 2.1, 100), (4.1, 0.21, 100))
    s = pain.only()
    assert s.changes[0].place.column == "sd2"
    # 0.21 is an SE of 100 people or a slipped point: both give 2.1 and both are named
    assert s.changes[0].becomes == pytest.approx(2.1)
    assert "decimal point" in s.statement
    assert "standard error" in s.statement


def test_standard_deviations_taken_for_standard_errors(pain):
    # 2.1 * sqrt(49) = 14.7
    pain.means("Eta 2016", (3.2, 14.7, 49), (4.1, 15.4, 49))
    s = pain.only()
    assert s.check == "sd-for-se"
    assert [c.becomes for c in s.changes] == pytest.approx([2.1, 2.2])


def test_standard_deviations_in_a_column_of_standard_errors(pain):
    row = pain.add("Eta 2016", {"mean": 3.2, "se": 2.1, "n": 50}, {"mean": 4.1, "se": 2.2, "n": 50})
    s = pain.only()
    assert s.check == "sd-for-se"
    assert s.place == row.arms[0].at("se")
    assert s.changes[0].becomes == pytest.approx(2.1 / sqrt(50))


def test_standard_errors_in_their_own_column_pass(pain):
    pain.add("Eta 2016", {"mean": 3.2, "se": 0.3, "n": 50}, {"mean": 4.1, "se": 0.31, "n": 50})
    assert pain.found() == ()


def test_a_scale_of_100_among_scales_of_10(pain):
    pain.means("Eta 2016", (32, 21, 40), (41, 22, 40))
    s = pain.only()
    assert (s.check, s.severity) == ("scale-tenfold", "likely")
    assert [c.becomes for c in s.changes] == pytest.approx([3.2, 2.1, 4.1, 2.2])


def test_a_scale_of_one_among_scales_of_10(pain):
    pain.means("Eta 2016", (0.32, 0.21, 40), (0.41, 0.22, 40))
    assert pain.only().check == "scale-tenfold"


def test_scales_of_other_widths_are_compared_as_shares(pain, nrs):
    from dataclasses import replace

    mm = replace(nrs, scale="vas-0-100-mm", high=100.0, step=None)
    pain.rows = [replace(row, scale=nrs) for row in pain.rows]
    pain.means("Eta 2016", (32, 21, 40), (41, 22, 40), scale=mm)
    assert pain.found() == ()
    pain.means("Theta 2017", (3.2, 2.1, 40), (4.1, 2.2, 40), scale=mm)
    assert pain.only().check == "scale-tenfold"


@pytest.mark.parametrize(
    ("arm", "column", "right"),
    [((31.0, 2.1, 40), "mean1", 3.1), ((3.1, 21.0, 47), "sd1", 2.1)],
)
def test_a_shifted_decimal_point(pain, arm, column, right):
    pain.means("Eta 2016", arm, (4.1, 2.2, 40))
    s = pain.only()
    assert (s.check, s.severity) == ("decimal-shift", "likely")
    assert s.place.column == column
    assert s.changes[0].becomes == pytest.approx(right)


def test_an_honest_outlier_passes(pain):
    pain.means("Eta 2016", (0.9, 1.4, 40), (6.1, 2.6, 40))
    assert pain.found() == ()


def test_three_studies_are_too_few_to_show_a_usual_spread(table):
    table.means("Alpha 2010", (3.1, 2.2, 40), (4.0, 2.1, 41))
    table.means("Beta 2011", (3.6, 0.3, 25), (4.4, 0.3, 24))
    table.means("Gamma 2012", (2.9, 2.5, 60), (4.1, 2.4, 58))
    assert table.found() == ()


def test_reductions_without_their_sign(table):
    for study, m1, m2 in (
        ("A", -2.9, -2.0),
        ("B", -3.1, -2.2),
        ("C", -2.7, -2.1),
        ("D", -3.3, -2.4),
    ):
        table.means(study, (m1, 1.6, 40), (m2, 1.7, 41), kind="change")
    table.means("E", (3.0, 1.6, 50), (2.2, 1.5, 50), kind="change")
    s = table.only()
    assert (s.check, s.severity) == ("sign-of-mean", "likely")
    assert [c.becomes for c in s.changes] == [-3.0, -2.2]


def test_a_study_that_honestly_got_worse(table):
    for study, m1, m2 in (("A", -0.9, -0.2), ("B", -0.4, 0.1), ("C", 0.1, 0.3), ("D", -1.3, -0.4)):
        table.means(study, (m1, 1.6, 40), (m2, 1.7, 41), kind="change")
    table.means("E", (0.6, 1.6, 50), (0.8, 1.5, 50), kind="change")
    assert table.found() == ()


def test_change_against_before_and_after(table, nrs):
    given = {"outcome": "pain", "scale": nrs}
    table.means("A", (7.9, 1.6, 40), baseline=True, time="baseline", **given)
    table.means("A", (4.6, 2.0, 40), time="2 h", **given)
    table.means("A", (3.3, 2.1, 40), time="2 h", kind="change", **given)
    s = table.only()
    assert (s.check, s.severity) == ("sign-of-change", "likely")
    assert s.changes[0].becomes == -3.3
    table.rows = list(with_changes(table.rows, s.changes))
    assert table.found() == ()


def test_the_number_put_right_is_suspected_no_more(pain):
    pain.means("Eta 2016", (3.2, 0.34, 36), (4.1, 0.35, 36))
    pain.rows = list(with_changes(pain.rows, pain.only().changes))
    assert pain.found() == ()


def test_scales_that_differ_from_study_to_study_are_not_compared(pain):
    # weights in grams, kilograms and shares of one crop: nothing is usual
    for i, unit in enumerate((0.01, 0.1, 30, 100, 300, 1000)):
        pain.means(f"Plant {i}", (3.1 * unit, 2.1 * unit, 40), (4.0 * unit, 2.0 * unit, 40))
    assert pain.found() == ()


def test_a_number_that_no_study_reports(pain):
    pain.means("Eta 2016", (3.2, 2.1, 36), (4.1, 2.2e15, 36))
    s = pain.only()
    assert (s.check, s.severity, s.place.column) == ("magnitude", "sure", "sd2")
