import pytest

from remit.core.percentages import (
    counts_cut_to,
    counts_giving,
    denominators_giving,
    fit_of_percent,
)
from remit.evidence.integrity.note_percentages import counts_in_text


@pytest.mark.parametrize(
    ("percent", "fits"),
    # Percentages of n = 150: data set pigs2 of the R package scrutiny and its grim_map() output
    # (README of lhdjung/scrutiny at 0b4c5b1a)
    [(67.4, False), (54.2, False), (54.0, True), (69.8, False), (68.1, False), (55.4, False)],
)
def test_percentages_of_scrutiny(percent, fits):
    assert bool(counts_giving(percent, 150)) is fits


@pytest.mark.parametrize(
    ("count", "n", "percent"),
    [
        (48, 61, 79.0),  # 78.69
        (16, 27, 59.3),  # 59.259
        (1, 8, 12.5),
        (1, 8, 12.0),  # 12.5, half to even
        (1, 8, 13.0),  # 12.5, half up
        (0, 27, 0.0),
        (27, 27, 100.0),
        (2, 3, 66.7),
    ],
)
def test_rounding_up_and_to_even_fits(count, n, percent):
    assert fit_of_percent(count, n, percent) == "rounded"


def test_cut_off_is_told_from_rounded():
    assert fit_of_percent(49, 64, 76.5) == "cut"  # 76.5625
    assert fit_of_percent(49, 64, 76.4) == "no"
    assert counts_cut_to(76.5, 64) == (49,)


def test_denominators():
    assert denominators_giving(27.3, 15) == (55,)
    assert denominators_giving(25.0, 41) == tuple(range(161, 168))
    assert denominators_giving(28.0, 46) == tuple(range(162, 168))
    assert denominators_giving(0.0, 0) == ()
    assert denominators_giving(100.0, 4) == (4,)


def test_c01_count_of_all_with_percentage_of_responders(make):
    make.study(n_analysed=77)
    make.arm(n=77)
    make.outcome("responder", n=77, events=55, percent=71.4, time_label="discharge")
    make.outcome("sustained-response", n=77, events=15, percent=27.3, time_label="visit")
    finding = make.only()
    assert finding.severity == "contradiction"
    assert finding.message == (
        "outcomes.csv, row 3, column 'percent': 15/77 is 19.5 %, but 27.3 % is printed. 27.3 % "
        "fits 15 of 55 (the count of responder at discharge, outcomes.csv, row 2, column 'events') "
        "or 21 of 77. (arithmetic)"
    )


def test_c02_percentage_of_one_less(make):
    make.study(n_analysed=61)
    make.outcome("responder", n=61, events=48, percent=77.0)
    finding = make.only()
    assert (finding.check, finding.severity) == ("percent-of-count", "contradiction")
    assert finding.expected == "48/61 is 78.7 %"
    assert finding.fits == "77 % fits 48 of 62 or 47 of 61."


def test_c03_percentages_in_notes(make):
    make.study(
        n_enrolled=242, n_analysed=169,
        notes="67.5 % daily; offered before an infusion 41 (25 %), after one 46 (28 %) (press)",
    )  # fmt: skip
    finding = make.only()
    assert (finding.check, finding.severity) == ("percent-in-notes", "doubt")
    assert "41/169 is 24.3 % and 46/169 is 27.2 %" in finding.expected
    assert finding.fits == "Together they fit a denominator of 162 to 167."


def test_note_that_fits_is_left_alone(make):
    make.study(n_enrolled=245, n_analysed=168, notes="134 women; 141 (83.9 %) chronic migraine")
    assert make.findings() == ()


def test_one_misfit_in_a_note(make):
    make.study(n_analysed=100, notes="50 (50 %) women, 20 (25%) smokers")
    assert make.only().fits == "It fits a denominator of 79 to 81."


def test_notes_are_read_with_one_pattern():
    text = "4.41 (25 %), 12-41 (30 %), 7.8 (SD 7.0), 3 (2.1 %) and 1,234 (12%), 5 (10-20 %)"
    assert counts_in_text(text) == ((3, 2.1),)


def test_c05_no_known_denominator_gives_both(make):
    make.study(n_analysed=61)
    make.arm(n=61)
    make.outcome("responder", n=61, events=48)
    for label, percent in (("visit-1", 40.0), ("visit-2", 39.0)):
        make.outcome("sustained-response", time_label=label, percent=percent, definition="kept")
    make.outcome(
        "sustained-response", time_label="visit-2", percent=38.0, definition="other",
    )  # fmt: skip
    finding = make.only()
    assert (finding.check, finding.severity) == ("percent-common-denominator", "doubt")
    assert "(61 or 48)" in finding.expected
    assert "40 % fits 19 of 48" in finding.fits
    assert "39 % fits 24 of 61" in finding.fits


def test_series_with_a_common_denominator_is_left_alone(make):
    make.study(n_analysed=61)
    for label, percent in (("visit-1", 41.0), ("visit-2", 39.0)):  # 25 and 24 of 61
        make.outcome("sustained-response", time_label=label, percent=percent)
    assert make.findings() == ()


def test_c59_share_of_women_cut_off(make):
    make.study(n_analysed=64, female_pct=76.5)
    finding = make.only()
    assert (finding.severity, str(finding.place)) == (
        "remark",
        "studies.csv, row 2, column 'female_pct'",
    )
    assert "49/64 is 76.56 %" in finding.fits
    assert finding.fits.endswith("Cut off instead of rounded, it is 49 of 64.")


@pytest.mark.parametrize(
    ("n_enrolled", "n_analysed", "female_pct"),
    [(242, 169, 79.9), (832, 609, 81.1), (None, 58, 76.0), (6, 6, 83.0), (4, 4, 100.0)],
)
def test_share_of_women_that_fits(make, n_enrolled, n_analysed, female_pct):
    make.study(n_enrolled=n_enrolled, n_analysed=n_analysed, female_pct=female_pct)
    assert make.findings() == ()


def test_percentage_that_no_count_gives(make):
    make.study(n_analysed=53)
    make.event(n=26, percent=66.7)  # 18 of 27: the percentage of the other arm
    make.event(n=27, percent=66.7)
    finding = make.only()
    assert (finding.severity, finding.place.row) == ("doubt", 2)
    assert "17/26 is 65.38 % and 18/26 is 69.23 %" in finding.fits
    assert "66.7 % fits 18 of 27" in finding.fits


def test_whole_percentage_may_be_cut_or_loosely_rounded(make):
    make.outcome("additional-analgesic", n=26, percent=80.0)  # 21/26 is 80.8
    make.outcome("responder", n=11, events=8, percent=72.0)  # 72.7
    assert make.findings() == ()


def test_impossible_counts_are_found(make):
    make.outcome("responder", n=20, events=-1)
    make.outcome("responder", n=20, events=21)
    make.outcome("responder", n=-3)
    make.event(percent=104.0, n=20)
    assert [(f.check, f.place.column) for f in make.findings()] == [
        ("count-range", "percent"),
        ("count-range", "events"),
        ("count-range", "events"),
        ("count-range", "n"),
    ]
