"""The closed forms, against hand computation and exact order statistics."""

import numpy as np
import pytest
from scipy import integrate, stats

from remit.core.estimate import NotEstimable
from remit.synthesis.medians import MEDIAN_METHODS, mean_from_median
from remit.synthesis.medians.blue import order_statistics, ranks
from remit.synthesis.medians.simple import expected_range

ROUNDING = 1e-12  # a few operations on doubles
RANGE = {"minimum": 3.0, "median": 12.0, "maximum": 30.0}
FIVE = RANGE | {"q1": 9.0, "q3": 16.0}


@pytest.mark.parametrize(
    ("n", "mean", "sd"),
    [
        (15, 57 / 4, ((9**2 / 4 + 27**2) / 12) ** 0.5),  # a - 2m + b = 9
        (25, 57 / 4, 27 / 4),
        (26, 12.0, 27 / 4),
        (70, 12.0, 27 / 4),
        (71, 12.0, 27 / 6),
    ],
)
def test_hozo(n, mean, sd):
    """Hozo 2005: each rule up to the last n for which it is meant."""
    found = mean_from_median("hozo", **RANGE, n=n)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), rel=ROUNDING)


def test_bland_puts_each_quarter_midway_between_its_quantiles():
    found = mean_from_median("bland", **FIVE, n=40)
    midpoints = np.array([6.0, 10.5, 14.0, 23.0])
    assert found.mean == pytest.approx(midpoints.mean(), rel=ROUNDING)
    assert found.sd == pytest.approx(midpoints.std(), rel=ROUNDING)


@pytest.mark.parametrize(("n", "d2"), [(5, 2.32593), (10, 3.07751), (25, 3.93063)])
def test_expected_range(n, d2):
    """The constant d2 of control charts (Tippett 1925), printed with five decimals."""
    assert expected_range(n) == pytest.approx(d2, abs=5e-6)


def test_walter_and_yao_divide_the_range():
    found = mean_from_median("walter-yao", **RANGE, n=10)
    assert found.mean == 12.0
    assert found.sd == pytest.approx(27 / 3.07751, rel=2e-6)  # five decimals


def exact_moments(r, n):
    """Mean and variance of a standard normal order statistic, by adaptive quadrature."""

    def density(x):
        beta = stats.beta.logpdf(stats.norm.cdf(x), r, n + 1 - r)
        return np.exp(beta + stats.norm.logpdf(x))

    mean = integrate.quad(lambda x: x * density(x), -9, 9, epsabs=1e-12)[0]
    return mean, integrate.quad(lambda x: (x - mean) ** 2 * density(x), -9, 9, epsabs=1e-12)[0]


@pytest.mark.parametrize("n", [20, 100])
def test_order_statistics_are_close_to_the_exact_ones(n):
    """The series of David & Johnson stops at (n + 2)^-2; the ends are its worst case."""
    chosen = ranks("S3", n)
    expected, covariance = order_statistics(chosen, n)
    exact = np.array([exact_moments(r, n) for r in chosen])
    inner, ends = slice(1, -1), slice(0, None, len(chosen) - 1)
    # what the series leaves out is of order (n + 2)^-3 inside; at the ends it converges slowly
    assert expected[inner] == pytest.approx(exact[inner, 0], abs=20 / (n + 2) ** 3)
    assert np.diag(covariance)[inner] == pytest.approx(exact[inner, 1], rel=4 / (n + 2) ** 2)
    assert expected[ends] == pytest.approx(exact[ends, 0], rel=0.01)
    assert np.diag(covariance)[ends] == pytest.approx(exact[ends, 1], rel=0.1)


def test_covariances_of_order_statistics_are_those_of_samples():
    n, size = 40, 40_000
    chosen = ranks("S3", n)
    drawn = np.sort(np.random.default_rng(4).normal(size=(size, n)), axis=1)[
        :, np.array(chosen) - 1
    ]
    _, covariance = order_statistics(chosen, n)
    # 40,000 samples know a covariance to about 0.5 to 1 % of the two SDs; the end is off by 10 %
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    off = np.abs(np.cov(drawn.T) - covariance) / spread
    assert off[1:-1, 1:-1].max() < 0.02
    assert off.max() < 0.1


def test_blue_gives_back_what_the_expected_order_statistics_come_from():
    for scenario, names in (("S1", "minimum median maximum"), ("S2", "q1 median q3")):
        expected, _ = order_statistics(ranks(scenario, 51), 51)
        given = dict(zip(names.split(), 7.0 + 3.0 * expected, strict=True))
        found = mean_from_median("blue", **given, n=51)
        assert (found.mean, found.sd) == pytest.approx((7.0, 3.0), rel=1e-10)  # one linear solve
        assert 0.0 < found.std_error < found.sd


@pytest.mark.parametrize("method", ["hozo", "walter-yao", "bland"])
def test_a_method_asks_for_what_it_takes(method):
    takes = {"hozo": RANGE, "walter-yao": RANGE, "bland": FIVE}
    assert MEDIAN_METHODS[method].scenarios == (("S3",) if method == "bland" else ("S1",))
    assert mean_from_median(method, **takes[method], n=20).sd > 0
    refused = mean_from_median(method, median=12.0, q1=9.0, q3=16.0, n=20)
    assert isinstance(refused, NotEstimable)
    assert "needs minimum" in refused.reason
