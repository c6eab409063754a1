"""The exact distribution of a quadratic form: closed cases, another method, its limits."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from scipy.special import chdtr, chdtrc

from remit.core.errors import InputError
from remit.synthesis.models import quadratic_form_tail
from remit.synthesis.models.quadratic_form import quadratic_form_tails

EXACT = 1e-12  # the trapezoidal rule stops at changes of 1e-13


@pytest.mark.parametrize("n", [1, 2, 3, 10, 100])
@pytest.mark.parametrize("factor", [1e-3, 0.5, 1.0, 1.5, 3.0, 8.0])
def test_equal_weights_are_chi_squared(n, factor):
    """Both tails to twelve digits of themselves, down to 1e-109."""
    lower, upper = quadratic_form_tails(7.0 * factor * n, np.full(n, 7.0))
    assert upper == pytest.approx(chdtrc(n, factor * n), rel=EXACT)
    assert lower == pytest.approx(chdtr(n, factor * n), rel=EXACT)


@pytest.mark.parametrize("n", [1000, 5000])
def test_many_terms(n):
    """Exponents of thousands are rounded to eleven digits of the probability."""
    for q in (0.8 * n, n, 1.2 * n):
        lower, upper = quadratic_form_tails(q, np.ones(n))
        assert upper == pytest.approx(chdtrc(n, q), rel=1e-9, abs=1e-300)
        assert lower == pytest.approx(chdtr(n, q), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    "weights", [[1, 1e-3, 1e-6], [1, 0.5, 0.1, 0.01], [1, 0.9, 0.3, 0.2, 0.1, 0.05, 0.001, 1e-8]]
)
@pytest.mark.parametrize("factor", [0.01, 1.0, 4.0])
def test_unequal_weights_by_inverting_the_laplace_transform(weights, factor):
    """Talbot's method in mpmath, which has another contour, for F with transform L(p)/p."""
    q = factor * sum(weights)

    def transform(p):
        return mp.fprod((1 + 2 * mp.mpf(w) * p) ** mp.mpf(-0.5) for w in weights) / p

    with mp.workdps(30):
        exact = mp.invertlaplace(transform, q, method="talbot", degree=40)
    assert quadratic_form_tails(q, np.array(weights))[0] == pytest.approx(float(exact), rel=EXACT)


def test_two_pairs_have_a_closed_form():
    """With weights a, a, b, b the tail is (a exp(-q/2a) - b exp(-q/2b))/(a - b)."""
    a, b, q = 3.0, 0.7, 11.0
    exact = (a * math.exp(-q / (2 * a)) - b * math.exp(-q / (2 * b))) / (a - b)
    assert quadratic_form_tail(q, [a, b, a, b]) == pytest.approx(exact, rel=EXACT)


def test_below_zero():
    assert quadratic_form_tail(-1.0, [1.0, 2.0]) == 1.0
    assert quadratic_form_tail(0.0, [1.0]) == 1.0


@pytest.mark.parametrize("weights", [[], [0.0, 1.0], [-1.0], [math.nan]])
def test_refused(weights):
    with pytest.raises(InputError, match="weights"):
        quadratic_form_tail(1.0, weights)
