"""Conversions: round trips, and what they refuse."""

from __future__ import annotations

import math

import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value
from remit.synthesis import convert

ROUNDING = 1e-12  # closed forms there and back


@pytest.mark.parametrize("df", [None, 1, 24])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_interval_round_trip(df, level):
    half = critical_value(level, df) * 0.7
    assert convert.se_from_interval(3 - half, 3 + half, level=level, df=df) == pytest.approx(
        0.7, rel=ROUNDING
    )


@pytest.mark.parametrize("df", [None, 9])
def test_p_of_an_estimate_at_its_critical_value(df):
    estimate = -critical_value(0.95, df) * 0.7
    assert convert.se_from_p(estimate, 0.05, df=df) == pytest.approx(0.7, rel=1e-10)  # t inverse


def test_arm_and_contrast_differ():
    """The same interval read as of one arm and of a contrast gives different SDs."""
    arm = convert.sd_from_se(convert.se_from_interval(-1, 1, df=19), 20)
    contrast = convert.sd_from_contrast_se(convert.se_from_interval(-1, 1, df=38), 20, 20)
    assert arm > 1.3 * contrast


@pytest.mark.parametrize("r", [-1.0, -0.14, 0.0, 0.8])
def test_correlation_round_trip(r):
    sd = convert.sd_of_change(1.3, 3.1, r)
    assert convert.correlation_from_sds(1.3, 3.1, sd) == pytest.approx(r, abs=ROUNDING)


def test_sds_that_do_not_belong_together():
    found = convert.correlation_from_sds(1.0, 1.0, 3.0)
    assert isinstance(found, NotEstimable)
    assert "-3.50" in found.reason


def test_rescaling():
    assert convert.rescaling_factor(0, 100) == pytest.approx(0.1, rel=ROUNDING)
    assert convert.rescaling_factor(0, 10, 0, 100) == pytest.approx(10, rel=ROUNDING)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: convert.sd_from_se(-1.0, 5), "std_error"),
        (lambda: convert.sd_from_se(1.0, 0), "'n'"),
        (lambda: convert.sd_from_contrast_se(1.0, 5, 0), "n_b"),
        (lambda: convert.se_from_interval(2.0, 1.0), "below the upper"),
        (lambda: convert.se_from_interval(1.0, math.inf), "below the upper"),
        (lambda: convert.se_from_interval(1.0, 2.0, df=0), "'df'"),
        (lambda: convert.se_from_p(1.0, 0.0), "p < 0.001"),
        (lambda: convert.se_from_p(1.0, 1.0), "p < 0.001"),
        (lambda: convert.se_from_p(0.0, 0.5), "other than 0"),
        (lambda: convert.sd_of_change(1.0, 1.0, 1.5), "correlation"),
        (lambda: convert.sd_of_change(1.0, 1.0, 1.0), "SD of the change"),
        (lambda: convert.rescaling_factor(10, 10), "high minus low"),
    ],
)
def test_refused(call, says):
    with pytest.raises(InputError, match=says):
        call()


def test_level_in_per_cent_is_refused():
    with pytest.raises(SpecError, match=r"0\.95"):
        convert.se_from_interval(1.0, 2.0, level=95)


QUARTILES = {"median": 5.0, "q1": 3.0, "q3": 7.0}
RANGE = {"median": 5.0, "minimum": 0.0, "maximum": 10.0}


@pytest.mark.parametrize("given", [QUARTILES, RANGE, QUARTILES | RANGE])
@pytest.mark.parametrize("n", [5, 20, 1000])
def test_symmetric_quantiles(given, n):
    """The mean of symmetric quantiles is their median, they are not skewed, and shifts shift."""
    assert convert.mean_from_five_numbers(**given, n=n) == pytest.approx(5.0, rel=ROUNDING)
    test = convert.skewness_test(**given, n=n)
    assert test.statistic == 0
    assert not test.skewed
    doubled = {key: 2 * value + 1 for key, value in given.items()}
    assert convert.sd_from_five_numbers(**doubled, n=n) == pytest.approx(
        2 * convert.sd_from_five_numbers(**given, n=n), rel=ROUNDING
    )


@pytest.mark.parametrize(
    ("given", "scenario", "statistic", "critical"),
    [
        ({"minimum": 2.0, "median": 4.0, "maximum": 9.0}, "S1", 3 / 7, 0.23934),
        ({"q1": 3.0, "median": 4.0, "q3": 8.0}, "S2", 3 / 5, 0.265408),
        (
            {"minimum": 2.0, "q1": 3.0, "median": 4.0, "q3": 8.0, "maximum": 9.0},
            "S3",
            0.6,
            0.2969609,
        ),
    ],
)
def test_skewness(given, scenario, statistic, critical):
    """Shi 2023 with n = 100: critical values by hand, to the digits written."""
    found = convert.skewness_test(**given, n=100)
    assert found.scenario == scenario
    assert found.statistic == pytest.approx(statistic, rel=ROUNDING)
    assert found.critical == pytest.approx(critical, abs=2e-4 if scenario == "S1" else 1e-6)
    assert found.skewed


def test_both_pairs_weigh_the_ends_by_their_own_factor():
    given = {"minimum": 0.0, "q1": 4.0, "median": 5.0, "q3": 6.0, "maximum": 20.0, "n": 100}
    found = convert.skewness_test(**given)
    assert found.statistic == pytest.approx(2.65 * math.log(60) / 10 * 10 / 20, rel=ROUNDING)


def test_quantiles_without_spread():
    given = {"q1": 2.0, "median": 2.0, "q3": 2.0, "n": 20}
    assert convert.sd_from_five_numbers(**given) == 0
    assert not convert.skewness_test(**given).skewed


def test_a_lone_end_is_left_out():
    with_end = convert.mean_from_five_numbers(**QUARTILES, minimum=0.0, n=20)
    assert with_end == convert.mean_from_five_numbers(**QUARTILES, n=20)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"median": 5.0, "q1": 6.0, "q3": 7.0, "n": 20}, "do not fall"),
        ({"median": 5.0, "q1": 1.0, "q3": math.nan, "n": 20}, "do not fall"),
        ({"median": 5.0, "q1": 1.0, "n": 20}, "a median alone"),
        ({"median": None, "q1": 1.0, "q3": 2.0, "n": 20}, "no median"),
        ({"median": 5.0, "q1": 1.0, "q3": 7.0, "n": 4}, "at least 5"),
    ],
)
def test_quantiles_refused(given, says):
    for function in (
        convert.mean_from_five_numbers,
        convert.sd_from_five_numbers,
        convert.skewness_test,
    ):
        with pytest.raises(InputError, match=says):
            function(**given)
