"""What must hold of each method, whatever the numbers."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.medians import MEDIAN_METHODS, mean_from_median, sd_from_median

FIVE = {"minimum": 3.0, "q1": 9.0, "median": 12.0, "q3": 16.0, "maximum": 30.0}
RANGE = {name: FIVE[name] for name in ("minimum", "median", "maximum")}
QUARTILES = {name: FIVE[name] for name in ("q1", "median", "q3")}
GIVEN = {"S1": RANGE, "S2": QUARTILES, "S3": FIVE}
CASES = [(name, s) for name, method in MEDIAN_METHODS.items() for s in method.scenarios]
# linear in the quantiles: any straight transformation carries over
LINEAR = ("luo-shi", "hozo", "wan", "bland", "walter-yao", "blue")
# two roots and a quadrature, each to about 1e-12
ITERATED = 1e-9


def changed(given, factor=1.0, shift=0.0):
    return {name: shift + factor * value for name, value in given.items()}


@pytest.mark.parametrize("factor", [10.0, 0.37])
@pytest.mark.parametrize(("method", "scenario"), [c for c in CASES if c[0] != "mln"])
def test_a_change_of_unit_carries_over(method, scenario, factor):
    one = mean_from_median(method, **GIVEN[scenario], n=40)
    other = mean_from_median(method, **changed(GIVEN[scenario], factor), n=40)
    assert other.mean == pytest.approx(factor * one.mean, rel=ITERATED)
    assert other.sd == pytest.approx(factor * one.sd, rel=ITERATED)


def test_mln_depends_on_the_unit():
    """As the documentation says: the published likelihood leaves out the transform's slope."""
    points = mean_from_median("mln", **changed(FIVE, 0.1), n=40)
    mm = mean_from_median("mln", **FIVE, n=40)
    assert mm.note == "power 0.00"
    assert points.note != mm.note
    assert abs(10 * points.mean - mm.mean) > 1e-3


@pytest.mark.parametrize(("method", "scenario"), [c for c in CASES if c[0] in LINEAR])
def test_a_shift_moves_the_mean_and_leaves_the_sd(method, scenario):
    one = mean_from_median(method, **GIVEN[scenario], n=40)
    other = mean_from_median(method, **changed(GIVEN[scenario], shift=-50.0), n=40)
    # digits are lost to the shift alone: 50 against an SD of 6
    assert other.mean == pytest.approx(one.mean - 50.0, rel=1e-12)
    assert other.sd == pytest.approx(one.sd, rel=1e-11)


@pytest.mark.parametrize(
    ("method", "scenario"), [c for c in CASES if c[0] not in ("mln", "log-normal")]
)
def test_symmetric_data_have_their_median_as_the_mean(method, scenario):
    symmetric = {"minimum": 10.0, "q1": 17.0, "median": 20.0, "q3": 23.0, "maximum": 30.0}
    given = {name: symmetric[name] for name in GIVEN[scenario]}
    # 41 people: the median is the middle one, and the quartiles are as far from the ends
    found = mean_from_median(method, **given, n=41)
    assert found.mean == pytest.approx(20.0, rel=1e-10)  # a root, and a quadrature about it


@pytest.mark.parametrize("method", ["log-normal", "box-cox", "mln"])
def test_a_method_for_positive_data_refuses_others(method):
    for smallest in (0.0, -1.0):
        found = mean_from_median(method, **FIVE | {"minimum": smallest}, n=40)
        assert isinstance(found, NotEstimable)
        assert f"smallest quantile is {smallest:g}" in found.reason
        assert isinstance(
            sd_from_median(method, **FIVE | {"minimum": smallest}, n=40), NotEstimable
        )


def test_quantile_estimation_takes_negative_data_for_normal():
    found = mean_from_median("qe", median=0.0, q1=-3.0, q3=1.0, n=20)
    assert found.note == "normal distribution"
    assert found.mean == pytest.approx(-2 / 3, rel=1e-12)  # the line through the normal scores


def test_quantile_estimation_has_the_beta_between_0_and_1():
    q = {"q1": 0.8, "median": 0.95, "q3": 0.99}
    assert mean_from_median("qe", **q, n=50).note == "beta distribution"
    assert mean_from_median("qe", **changed(q, 100.0), n=50).note != "beta distribution"


@pytest.mark.parametrize(
    ("method", "given", "says"),
    [
        ("box-cox", {"q1": 5.0, "median": 5.0, "q3": 8.0}, "one is 0"),
        ("mln", {"q1": 5.0, "median": 5.0, "q3": 8.0}, "two are equal"),
        ("mln", {"q1": 0.2, "median": 0.5, "q3": 0.6}, "still rises at the highest power"),
        *((name, {"q1": 5.0, "median": 5.0, "q3": 5.0}, "") for name in ("luo-shi", "qe", "blue")),
    ],
)
def test_what_cannot_be_estimated_says_why(method, given, says):
    found = mean_from_median(method, **given, n=30)
    assert isinstance(found, NotEstimable)
    assert (says or "no spread") in found.reason


@pytest.mark.parametrize("method", list(MEDIAN_METHODS))
def test_quantiles_are_checked_before_any_method(method):
    with pytest.raises(InputError, match="do not fall"):
        mean_from_median(method, **FIVE | {"q3": 40.0}, n=40)
    with pytest.raises(InputError, match="at least 5"):
        mean_from_median(method, **FIVE, n=4)


def test_unknown_methods_are_refused():
    with pytest.raises(SpecError, match="luo-shi"):
        mean_from_median("luo", **FIVE, n=40)


class TestBootstrap:
    @pytest.mark.parametrize("method", ["qe", "box-cox", "mln"])
    def test_the_same_seed_gives_the_same_number(self, method):
        one, again, other = (
            mean_from_median(method, **QUARTILES, n=40, bootstrap=50, seed=seed)
            for seed in (1, 1, 2)
        )
        assert one.std_error == again.std_error != other.std_error
        assert (one.samples, one.seed) == (50, 1)
        assert mean_from_median(method, **QUARTILES, n=40).std_error is None

    @pytest.mark.parametrize("method", ["luo-shi", "blue", "log-normal"])
    def test_it_needs_a_fitted_distribution(self, method):
        with pytest.raises(SpecError, match="'qe', 'box-cox' or 'mln'"):
            mean_from_median(method, **QUARTILES, n=40, bootstrap=50)

    def test_negative_samples_are_moved_and_moved_back(self):
        low = {"q1": -1.0, "median": 0.0, "q3": 1.0}
        found = mean_from_median("qe", **low, n=100, bootstrap=200)
        # the normal fit is the mean of the quartiles and the median, whose SE is 1.16 sigma/10
        # (asymptotic variances and covariances of normal quantiles); 200 samples know it to 5 %,
        # and moved samples may be fitted by a skewed distribution
        assert found.std_error == pytest.approx(0.116 * found.sd, rel=0.3)


def samples(n, size, rng):
    return np.exp(2.0 + 0.6 * rng.normal(size=(size, n)))


@pytest.mark.parametrize("method", ["qe", "box-cox", "mln", "log-normal"])
@pytest.mark.parametrize("scenario", ["S2", "S3"])
def test_skewed_data_have_their_mean_found(method, scenario):
    """60 samples of 200 log-normal people with mean exp(2.18): the bias is below Luo's."""
    rng = np.random.default_rng(11)
    probabilities = {"S2": (0.25, 0.5, 0.75), "S3": (0.0, 0.25, 0.5, 0.75, 1.0)}[scenario]
    true = np.exp(2.0 + 0.6**2 / 2)
    found = {name: [] for name in (method, "luo-shi")}
    for people in samples(200, 60, rng):
        given = dict(zip(GIVEN[scenario], np.quantile(people, probabilities).tolist(), strict=True))
        for name, means in found.items():
            means.append(mean_from_median(name, **given, n=200).mean)
    bias = {name: np.mean(means) / true - 1.0 for name, means in found.items()}
    # the mean of 60 samples has a relative standard error of 0.65 / root(12,000) = 0.6 %, more for
    # estimates from quantiles; some bias is left, as each fits what the data are not, now and then
    assert abs(bias[method]) < 0.04
    assert bias["luo-shi"] < -0.05


def test_the_bootstrap_agrees_with_new_samples():
    rng = np.random.default_rng(12)
    means = [
        mean_from_median(
            "box-cox", **dict(zip(QUARTILES, np.quantile(p, (0.25, 0.5, 0.75)), strict=True)), n=100
        ).mean
        for p in samples(100, 200, rng)
    ]
    q1, median, q3 = np.exp(2.0 + 0.6 * np.array([-0.67449, 0.0, 0.67449]))
    found = mean_from_median("box-cox", q1=q1, median=median, q3=q3, n=100, bootstrap=200)
    # either SD of 200 numbers is known to 5 %, somewhat less as they are skewed
    assert found.std_error == pytest.approx(np.std(means, ddof=1), rel=0.25)


def test_the_estimate_leaves_as_plain_data():
    found = mean_from_median("mln", **FIVE, n=40)
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert found.to_dict()["kind"] == "remit.median-estimate"
    (row,) = found.to_rows()
    assert (row["method"], row["scenario"], row["n"]) == ("mln", "S3", 40)
    assert "Cai 2021" in found.summary()
    with pytest.raises(FrozenInstanceError):
        found.mean = 3.0
