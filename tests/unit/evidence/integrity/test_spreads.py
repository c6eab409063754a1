from itertools import combinations_with_replacement
from statistics import mean, stdev

import pytest

from remit.evidence.integrity.spreads import largest_sd


@pytest.mark.parametrize("n", [2, 3, 4])
def test_bound_is_reached_and_never_passed_by_whole_scores(n):
    # all sets of n scores of 0, 1 ... 10
    worst = 0.0
    for scores in combinations_with_replacement(range(11), n):
        m = mean(scores)
        bound = largest_sd(m, 0.0, 10.0, n)
        assert stdev(scores) <= bound + 1e-9  # rounding of the square root
        worst = max(worst, stdev(scores) / bound if bound > 0 else 0.0)
    assert worst == pytest.approx(1.0, abs=1e-4)  # the mean is allowed half its last decimal


def test_standard_deviation_beyond_the_scale(make):
    make.outcome(scale="nrs-0-10", n=20, mean=9.1, sd=4.2)  # at most 3.0
    finding = make.only()
    assert (finding.check, finding.severity) == ("spread-bound", "contradiction")
    assert "Bhatia & Davis" in finding.source


def test_unnamed_spread_beyond_the_scale_is_a_doubt(make):
    make.outcome(scale="nrs-0-10", n=20, mean=9.1, spread_unlabelled=4.2)
    assert make.only().severity == "doubt"


def test_range_of_the_data_is_the_tighter_bound(make):
    make.outcome(scale="days", n=15, mean=9.5, sd=14.0, min=1.0, max=22.0)
    assert make.only().check == "spread-bound"


@pytest.mark.parametrize(
    ("scale", "n", "m", "sd"),
    [("nrs-0-10", 240, 6.8, 1.8), ("days-per-month", 266, 26.8, 3.9),
     ("days-per-month", 169, 25.0, 8.7), ("minutes", 168, 74.1, 262.9)],
)  # fmt: skip
def test_published_standard_deviations_that_fit(make, scale, n, m, sd):
    make.outcome(scale=scale, n=n, mean=m, sd=sd)
    assert make.findings() == ()


def peers(make):
    """Named standard deviations of published pain means."""
    for n, m, sd in ((240, 6.8, 1.8), (93, 5.7, 1.8), (168, 7.6, 1.7), (168, 4.7, 2.2)):
        make.outcome(study="peer", scale="nrs-0-10", n=n, mean=m, sd=sd)


def test_c28_plus_minus_far_below_its_peers(make):
    peers(make)
    for m, spread in ((1.47, 0.34), (1.95, 0.35)):
        make.outcome(scale="vas-0-10", n=50, mean=m, spread_unlabelled=spread)
    first, second = make.findings()
    assert (first.check, first.severity) == ("spread-small", "doubt")
    assert first.fits == "As a standard error it means a standard deviation of 2.4."
    assert second.fits == "As a standard error it means a standard deviation of 2.47."


def test_peers_on_a_scale_of_millimetres(make):
    peers(make)
    make.outcome(scale="vas-0-100-mm", n=50, mean=14.7, spread_unlabelled=3.4)
    assert make.only().expected == (
        "standard deviations on such scales are about 18 (median of 4 here)"
    )


def test_named_standard_deviation_that_looks_like_a_standard_error(make):
    peers(make)
    make.outcome(scale="vas-0-10", n=50, mean=1.47, sd=0.34)
    assert make.only().found == "plus-minus 0.34 is printed as a standard deviation"


@pytest.mark.parametrize(
    ("n", "m", "spread"),
    [
        (6, 7.0, 0.5),  # few people: no telling
        (50, 3.0, 1.0),  # over 0.4 of the peers
        (900, 0.4, 0.3),  # as a standard error it would be impossible
    ],
)
def test_small_spreads_that_are_left_alone(make, n, m, spread):
    peers(make)
    make.outcome(scale="vas-0-10", n=n, mean=m, spread_unlabelled=spread)
    assert make.findings() == ()


def test_few_peers_tell_nothing(make):
    make.outcome(study="peer", scale="nrs-0-10", n=240, mean=6.8, sd=1.8)
    make.outcome(scale="vas-0-10", n=50, mean=1.47, spread_unlabelled=0.34)
    assert make.findings() == ()


def test_c06_plus_minus_of_a_rate(make):
    make.outcome("maximum-rate", scale="mg-per-h", n=61, mean=65.2, spread_unlabelled=2.8)
    finding = make.only()
    assert (finding.check, finding.severity) == ("spread-small", "doubt")
    assert finding.expected == (
        "a standard deviation of 2.8 would be 4.3 % of the mean of 65.2 in 61 people"
    )
    assert finding.fits == (
        "As a standard error it means a standard deviation of 21.9 (34 % of the mean)."
    )


def test_named_spread_of_a_fixed_dose_is_left_alone(make):
    make.outcome("dose-total", scale="mg", n=61, mean=65.2, sd=2.8)
    make.outcome("infusion-length", scale="days", n=61, mean=6.2, spread_unlabelled=2.4)
    assert make.findings() == ()


def test_quartiles_out_of_order(make):
    make.outcome(scale="vas-0-10", kind="change", median=-1.0, q1=0.0, q3=-2.25)
    assert [(f.check, f.place.column) for f in make.findings()] == [
        ("quartile-order", "median"),
        ("quartile-order", "q1"),
    ]


def test_quartiles_in_order(make):
    make.outcome(scale="vas-0-10", kind="change", median=-1.0, q1=-2.25, q3=0.0)
    make.outcome(scale="percent-change", kind="relative-change", median=-40, q1=-66.7, q3=-19.4)
    make.outcome(scale="days-per-month", median=30.0, iqr_width=9.0)
    make.outcome(scale="days", median=7.0, q1=3.0, q3=12.5, iqr_width=9.5)
    assert make.findings() == ()


def test_width_that_is_not_that_of_the_quartiles(make):
    make.outcome(scale="days", median=7.0, q1=3.0, q3=12.5, iqr_width=12.0)
    assert make.only().check == "quartile-width"
