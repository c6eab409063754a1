"""Intervals, effects, spreads that cannot be, and means outside their instrument."""

from math import exp

import pytest

from remit.evidence.plausibility import BEYOND_INTEGRITY, check_study_rows, study_rows


def test_interval_in_the_wrong_order(table):
    table.effect("A", -1.2, 0.1, -2.5)
    s = table.only()
    assert (s.check, s.severity) == ("interval-order", "sure")
    assert [c.becomes for c in s.changes] == [-2.5, 0.1]


def test_interval_whose_lower_end_lost_its_sign(table):
    table.effect("A", -1.2, 2.5, 0.1)
    s = table.only()
    assert [(c.place.column, c.becomes) for c in s.changes] == [("ci_low", -2.5)]


@pytest.mark.parametrize(
    ("effect", "low", "high", "column", "right"),
    [(1.2, -2.5, 0.1, "effect", -1.2), (-12, -2.5, 0.1, "effect", -1.2),
     (-1.2, -25, 0.1, "ci_low", -2.5)],
)  # fmt: skip
def test_one_number_of_three_is_wrong(table, effect, low, high, column, right):
    table.effect("A", effect, low, high)
    s = table.only()
    assert s.severity in {"sure", "likely"}
    assert [(c.place.column, c.becomes) for c in s.changes] == [(column, pytest.approx(right))]


def test_a_logarithm_beside_the_interval_of_a_ratio(table):
    table.effect("A", -0.33, 0.49, 1.06, ratio=True)  # MRC-1: 0.72 (0.49 to 1.06)
    s = table.only()
    assert s.cause == "a logarithm typed beside the interval of a ratio"
    assert s.changes[0].becomes == pytest.approx(exp(-0.33))


@pytest.mark.parametrize(
    ("effect", "low", "high"), [(-1.2, -2.5, 0.1), (0.72, 0.49, 1.06), (0.0, -0.4, 0.4)]
)
def test_sound_intervals(table, effect, low, high):
    table.effect("A", effect, low, high)
    assert table.found() == ()


def test_an_interval_symmetric_on_no_scale(table):
    table.effect("A", 1.0, 0.8, 4.0)
    s = table.only()
    assert (s.check, s.severity, s.changes) == ("interval-centre", "worth a look", ())


def effects(table, **given):
    for study, y, se in (
        ("A", -0.30, 0.15), ("B", -0.42, 0.20), ("C", -0.18, 0.12), ("D", -0.36, 0.18),
        ("E", -0.25, 0.16), ("F", -0.33, 0.14),
    ):  # fmt: skip
        table.add(study, effect=y, std_error=se, **given)


def test_an_effect_whose_decimal_point_slipped(table):
    effects(table)
    table.add("G", effect=-3.1, std_error=0.15)
    s = table.only()
    assert (s.check, s.severity) == ("decimal-shift", "likely")
    assert s.changes[0].becomes == pytest.approx(-0.31)


def test_an_effect_that_is_only_far_out_passes(table):
    effects(table)
    table.add("G", effect=-0.9, std_error=0.2)
    assert table.found() == ()


def test_a_ratio_among_logarithms_is_named(table):
    # logs of odds ratios near 0.05; one is typed as the ratio itself
    for i, y in enumerate((-3.0, -2.8, -3.2, -2.9, -3.1)):
        table.add(f"S{i}", effect=y, std_error=0.2)
    table.add("G", effect=0.05, std_error=0.2)
    assert table.only().check == "log-of-ratio"


def test_a_negative_standard_error(table):
    effects(table)
    table.add("G", effect=-0.3, std_error=-0.15)
    s = table.only()
    assert (s.check, s.severity, s.changes[0].becomes) == ("negative-spread", "sure", 0.15)


def test_u009_no_spread_in_one_arm(table):
    table.means("A", (1, 1, 3), (1, 0, 3))
    s = table.only()
    assert (s.check, s.severity, s.place.column) == ("zero-spread", "likely", "sd2")
    assert s.changes[0].becomes is None


def test_no_spread_in_both_arms_is_sure(table):
    table.means("A", (1, 0, 3), (1, 0, 3))
    assert {s.severity for s in table.found()} == {"sure"}


def test_everybody_at_the_end_of_the_scale(table, nrs):
    table.means("A", (3.1, 1.2, 30), (0, 0, 30), scale=nrs)
    assert table.only().severity == "worth a look"


def test_a_spread_that_the_scale_does_not_allow(table, nrs):
    # at most sqrt(2.5 * 7.5 * 25/24) = 4.419 (a mean of 2 may be 2.5); 12.5 = 2.5 * sqrt(25)
    table.means("A", (2.0, 12.5, 25), (3.0, 2.4, 25), scale=nrs)
    s = [x for x in table.found() if x.check == "spread-possible"]
    assert len(s) == 1
    assert (s[0].severity, s[0].changes[0].becomes) == ("sure", 2.5)
    assert "4.419" in s[0].because


def test_a_mean_outside_its_instrument(table, nrs):
    table.means("A", (62.0, 21.0, 40), (4.0, 2.0, 40), scale=nrs)
    s = table.found()[0]
    assert (s.check, s.severity) == ("outside-instrument", "sure")
    assert [c.becomes for c in s.changes] == pytest.approx([6.2, 2.1])


def test_u160_a_scale_that_begins_at_one(table, nrs):
    from dataclasses import replace

    item = replace(nrs, scale="insomnia-item", high=4.0)
    table.means("A", (4.3, 0.9, 40), (3.4, 1.0, 40), scale=item)
    s = table.only()
    assert s.cause == "a scale that begins at 1 instead of 0"
    assert s.changes[0].becomes == pytest.approx(3.3)


def test_words_against_sign(table, nrs):
    table.effect("A", 1.2, -0.1, 2.5, scale=nrs, favours="first")
    s = table.only()
    assert (s.check, s.severity) == ("direction-of-effect", "likely")
    assert [c.becomes for c in s.changes] == [-1.2, -2.5, 0.1]


@pytest.mark.parametrize("favours", ["second", "neither", ""])
def test_words_that_fit(table, nrs, favours):
    table.effect("A", 1.2, -0.1, 2.5, scale=nrs, favours=favours)
    assert table.found() == ()


def test_the_shipped_base(shipped_base):
    rows = study_rows(shipped_base)
    assert len(rows) > 60
    assert check_study_rows(rows, BEYOND_INTEGRITY) == ()


def test_a_suspicion_is_plain_data(table):
    table.effect("A", -1.2, 0.1, -2.5)
    data = table.only().to_dict()
    assert data["changes"][0] == {
        "place": "table.csv, row 2, column 'ci_low'", "was": 0.1, "becomes": -2.5,
    }  # fmt: skip
    assert data["message"].startswith("table.csv, row 2, column 'ci_low': the interval is 0.1 to")


def test_a_small_standard_error_alone_may_be_a_large_study(table):
    effects(table)
    table.add("G", effect=-0.3, std_error=0.004)
    assert {s.severity for s in table.found()} <= {"worth a look"}
