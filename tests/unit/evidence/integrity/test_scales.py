from fractions import Fraction

import pytest

from remit.evidence.integrity.scales import mean_bounds, sizes_fitting_range


def test_mean_bounds():
    half = Fraction(1, 20)  # 1.5 has one decimal
    assert mean_bounds(1.5, 12.0, 4) == (Fraction("4.125") - half, Fraction("9.375") + half)
    assert mean_bounds(3.0, 3.0, 1) == (Fraction("2.5"), Fraction("3.5"))


def test_smallest_size_of_a_range():
    assert sizes_fitting_range(3.4, 1.5, 12.0) == 6
    assert sizes_fitting_range(0.1, 1.5, 12.0) is None


def test_c58_mean_too_low_for_its_range(make):
    make.arm(n=4)
    make.outcome("duration-of-response", scale="days", mean=3.4, min=1.5, max=12.0)
    finding = make.only()
    assert (finding.check, finding.severity) == ("mean-in-range", "doubt")
    assert finding.expected == (
        "4 values, the size of the arm, from 1.5 to 12 have a mean of 4.1 to 9.4"
    )
    assert finding.fits == "It fits 6 or more values."


def test_with_its_own_n_it_is_a_contradiction(make):
    make.outcome("duration-of-response", scale="days", n=4, mean=3.4, min=1.5, max=12.0)
    assert make.only().severity == "contradiction"


def test_mean_outside_its_extremes(make):
    make.outcome(scale="days", mean=13.0, min=1.5, max=12.0)
    finding = make.only()
    assert (finding.severity, finding.fits) == ("contradiction", "")


def test_means_in_their_range(make):
    make.outcome("duration", scale="days", n=15, mean=9.5, min=1.0, max=22.0)
    make.outcome("rate", scale="mg-per-h", n=6, mean=0.34, min=0.12, max=0.42)
    make.outcome("length", scale="days", n=7, mean=3.4, min=1.5, max=12.0)
    assert make.findings() == ()


@pytest.mark.parametrize(
    ("scale", "kind", "column", "value", "fits"),
    [
        ("vas-0-10", "value", "mean", 38.0, "0 to 100"),
        ("vas-0-10", "change", "median", -38.0, "-100 to 100"),
        ("nrs-0-10", "value", "max", 11.0, "0 to 100"),
        ("percent-change", "relative-change", "mean", -120.0, ""),
        ("minutes", "value", "q1", -3.0, ""),
        ("vas-0-100-mm", "value", "mean", 2000.0, ""),
    ],
)
def test_values_outside_their_scale(make, scale, kind, column, value, fits):
    make.outcome(scale=scale, kind=kind, **{column: value})
    finding = make.only()
    assert (finding.check, finding.place.column) == ("scale-bounds", column)
    assert fits in finding.fits
    assert bool(fits) is bool(finding.fits)


@pytest.mark.parametrize(
    ("scale", "kind", "value"),
    [("vas-0-100-mm", "change", -63.5), ("nrs-0-10", "value", 10.0), ("nrs-0-10", "value", 0.0),
     ("percent-change", "relative-change", 25.0), ("minutes", "change", -50.0)],
)  # fmt: skip
def test_values_on_their_scale(make, scale, kind, value):
    make.outcome(scale=scale, kind=kind, median=value)
    assert make.findings() == ()


def changes(make, a, b, kind="change"):
    make.outcome(arm="a", scale="vas-0-100-mm", kind=kind, time_h=1.0, mean=a)
    make.outcome(arm="b", scale="vas-0-100-mm", kind=kind, time_h=1.0, mean=b)


@pytest.mark.parametrize(
    ("a", "b", "difference"), [(-43.5, -63.5, 20.0), (-38.0, -56.1, 18.1), (-29.0, -22.2, -6.8)]
)
def test_differences_of_the_printed_means(make, a, b, difference):
    changes(make, a, b)
    make.contrast(scale="vas-0-100-mm", time_h=1.0, measure="md", estimate=difference)
    assert make.findings() == ()


def test_difference_with_its_sign_turned(make):
    changes(make, -29.0, -22.2)
    make.contrast(scale="vas-0-100-mm", time_h=1.0, measure="md", estimate=6.8)
    finding = make.only()
    assert (finding.check, finding.severity) == ("difference-of-means", "doubt")
    assert finding.fits == "It would fit -6.8."


def test_difference_of_values_may_be_one_of_changes(make):
    changes(make, 40.0, 50.0, kind="value")
    make.contrast(scale="vas-0-100-mm", time_h=1.0, measure="md", estimate=-20.0)
    assert make.only().fits == "An adjusted difference may differ from that of the means."
    make.outcome(scale="vas-0-100-mm", time_label="baseline", time_h=0.0, mean=70.0)
    assert make.findings() == ()


@pytest.mark.parametrize(("change", "found"), [(-7.5, False), (-7.4, False), (-5.7, True)])
def test_change_against_before_and_after(make, change, found):
    make.outcome(scale="vas-0-10", time_label="baseline", n=4, mean=9.3)
    make.outcome(scale="vas-0-10", n=4, mean=1.8)
    make.outcome(scale="vas-0-10", kind="change", n=4, mean=change)
    assert [f.check for f in make.findings()] == ["change-of-means"] * found


def test_change_over_fewer_people_is_not_compared(make):
    make.outcome(scale="vas-0-10", time_label="baseline", n=20, mean=7.2)
    make.outcome(scale="vas-0-10", n=16, mean=4.0)
    make.outcome(scale="vas-0-10", kind="change", n=16, mean=-4.3)
    assert make.findings() == ()
