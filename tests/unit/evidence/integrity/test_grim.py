from fractions import Fraction

import pytest

from remit.evidence.integrity.grim import grim_consistent, grim_sums, grimmer_consistent

# Means with n: vignette "GRIM" of the R package scrutiny (5.27; the seven of n = 28) and its data
# set pigs1 with the output of grim_map() (README of lhdjung/scrutiny at 0b4c5b1a).
GRIM_VALUES = [
    (5.27, 43, False),
    (8.97, 28, False), (2.61, 28, True), (7.26, 28, False), (3.64, 28, True),
    (9.26, 28, False), (10.46, 28, True), (7.39, 28, True),
    (7.22, 32, True), (4.74, 25, False), (5.23, 29, False), (2.57, 24, False),
    (6.77, 27, False), (2.68, 28, True), (7.01, 29, False), (7.38, 26, True),
    (3.14, 27, False), (6.89, 31, False), (5.00, 25, True), (0.24, 28, False),
]  # fmt: skip


@pytest.mark.parametrize(("mean", "n", "fits"), GRIM_VALUES)
def test_grim_against_scrutiny(mean, n, fits):
    assert grim_consistent(mean, n) is fits


@pytest.mark.parametrize(
    ("mean", "sd", "n", "fits"),
    [
        (5.21, 1.6, 28, True),  # examples of the R package rsprite2, kept in the tests of scrutiny
        (3.44, 2.47, 18, False),
        # "flying_pigs1" and "flying_pigs2" of the scrutiny vignette "GRIMMER" where it passes
        (7.2, 2.89, 25, True),
        (3.6, 3.11, 25, True),
        (9.2, 7.13, 25, True),
        (10.4, 2.53, 25, True),
        (7.3, 3.14, 25, True),
        (5.9, 2.19, 40, True),
        (3.5, 1.81, 40, True),
        (3.82, 2.43, 40, True),
        (5.71, 1.42, 40, False),  # already by GRIM
    ],
)
def test_grimmer_against_scrutiny(mean, sd, n, fits):
    assert grimmer_consistent(mean, sd, n) is fits


def reachable(n, highest):
    """All pairs of sum and sum of squares that n scores from 0 to ``highest`` can have."""
    pairs = {(0, 0)}
    for _ in range(n):
        pairs = {(s + x, q + x * x) for s, q in pairs for x in range(highest + 1)}
    return pairs


def rounds_to(square, sd, places):
    """Whether the root of ``square`` is within half a unit of ``sd``, in whole numbers."""
    unit = 10**places
    twice = 2 * round(sd * unit)  # sd in half units
    low, high = max(twice - 1, 0), twice + 1
    return low * low <= 4 * square * unit * unit <= high * high


@pytest.mark.parametrize(
    ("mean", "sd"),
    [(7.3, 2.51), (7.25, 2.51), (3.5, 1.68), (3.5, 1.69), (2.08, 0.29), (2.08, 0.31)],
)
def test_grimmer_against_all_sets_of_twelve_scores(mean, sd):
    # scrutiny rejects (7.3, 2.51) with n = 12 by its third test and warns of it (its issue 80);
    # scores with that mean and standard deviation exist
    n = 12
    exists = any(
        abs(Fraction(s, n) - Fraction(str(mean))) <= Fraction(1, 2 * 10 ** len(str(mean)[2:]))
        and rounds_to(Fraction(n * q - s * s, n * (n - 1)), sd, 2)
        for s, q in reachable(n, 14)
    )
    assert grimmer_consistent(mean, sd, n) is exists


def test_grimmer_needs_the_parity_of_the_sum():
    # two whole scores with mean 5 differ by an even number: sd 0, 1.41, 2.83
    spreads = [sd / 100 for sd in range(300) if grimmer_consistent(5.01, sd / 100, 2)]
    assert spreads == []
    fits = [sd for sd in (0.71, 1.41, 2.12, 2.83) if grimmer_consistent(5.5, sd, 2)]
    assert fits == [0.71, 2.12]  # mean 5.5: they differ by an odd number


def test_sums_are_exact_for_large_n():
    assert list(grim_sums(6.8, 240)) == list(range(1620, 1645))
    assert len(grim_sums(6.8, 10**6)) == 100_001  # 6.75 to 6.85, both ends


def test_mean_of_six_scores(make):
    make.study(n_analysed=6)
    make.outcome(scale="nrs-0-10", n=6, mean=7.4)
    finding = make.only()
    assert (finding.check, finding.severity) == ("grim", "doubt")
    assert finding.expected == "the nearest means of 6 scores in steps of 1 are 7.33 and 7.50"
    assert finding.fits == "It fits n = 5, 7 or 8, or scores in steps of 0.5."
    assert "Brown & Heathers 2017" in finding.source


@pytest.mark.parametrize(
    ("kind", "n", "mean"),
    [("value", 6, 7.5), ("value", 6, 4.7), ("value", 6, 7.2), ("change", 6, -3.7),
     ("value", 4, 9.3), ("value", 4, 1.8), ("change", 4, -7.5), ("change", 25, -7.2),
     ("relative-change", 6, -71.4)],
)  # fmt: skip
def test_means_that_fit(make, kind, n, mean):
    make.outcome(scale="nrs-0-10", kind=kind, n=n, mean=mean)
    assert make.findings() == ()


def test_continuous_scales_are_not_tested(make):
    make.outcome(scale="vas-0-10", n=6, mean=7.4)
    assert make.findings() == ()


def test_standard_deviation_that_whole_scores_cannot_have(make):
    make.outcome(scale="nrs-0-10", n=18, mean=3.44, sd=2.47)
    finding = make.only()
    assert (finding.check, finding.place.column) == ("grimmer", "sd")
    assert "Allard 2018" in finding.source


@pytest.mark.parametrize(("n", "mean", "sd"), [(20, 7.2, 1.3), (20, 6.1, 3.1), (168, 7.6, 1.7)])
def test_standard_deviations_that_fit(make, n, mean, sd):
    make.outcome(scale="nrs-0-10", n=n, mean=mean, sd=sd)
    assert make.findings() == ()
