import numpy as np
import pytest

from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.least_squares import adjusted_difference, least_squares


def test_a_published_line():
    # R: lm(dist ~ speed, cars), in summary(): -17.5791 (6.7584), 3.9324 (0.4155), 48 df;
    # R's cars, Ezekiel 1930. Intervals from confint(): -31.167850 -3.990340, 3.096964 4.767853
    speed = [4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14,
             15, 15, 15, 16, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22,
             23, 24, 24, 24, 24, 25]  # fmt: skip
    dist = [2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60,
            80, 20, 26, 54, 32, 40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66,
            54, 70, 92, 93, 120, 85]  # fmt: skip
    fit = least_squares(np.column_stack([np.ones(50), speed]), dist)
    assert fit.df == 48
    slope = fit.estimate(1)
    # printed with six and seven digits
    assert slope.value == pytest.approx(3.9324, abs=5e-5)
    assert slope.std_error == pytest.approx(0.4155, abs=5e-5)
    assert (slope.interval.low, slope.interval.high) == pytest.approx(
        (3.096964, 4.767853), abs=5e-7
    )
    assert fit.estimate(0).interval.low == pytest.approx(-31.167850, abs=5e-7)


def test_without_covariates_it_is_the_t_test():
    a, b = [3.0, 4.5, 5.0, 2.5], [6.0, 7.5, 4.0]
    got = adjusted_difference([*a, None, *b], [0, 0, 0, 0, 0, 1, 1, 1])
    pooled = (3 * np.var(a, ddof=1) + 2 * np.var(b, ddof=1)) / 5
    assert got.value == pytest.approx(np.mean(b) - np.mean(a), rel=1e-12)  # closed form
    assert got.std_error == pytest.approx(np.sqrt(pooled * (1 / 4 + 1 / 3)), rel=1e-12)


def test_one_group_is_no_comparison():
    got = adjusted_difference([1.0, 2.0, None], [1, 1, 0])
    assert isinstance(got, NotEstimable)
    assert "1 groups" in got.reason


@pytest.mark.parametrize("design", [[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [[1.0], [np.nan], [1.0]]])
def test_what_cannot_be_fitted(design):
    with pytest.raises(InputError):
        least_squares(design, [1.0, 2.0, 4.0])
