"""Kendall's statistic against all permutations, and its ties."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from remit.core.estimate import NotEstimable
from remit.synthesis.bias import rank_test
from remit.synthesis.bias.hypergeometric import hypergeometric_moments
from remit.synthesis.bias.kendall import exact_p, kendall


def score(order):
    return sum(np.sign(b - a) for i, a in enumerate(order) for b in order[i + 1 :])


@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_exact_p_counts_permutations(k):
    scores = np.array([score(order) for order in permutations(range(k))])
    for value in np.unique(scores):
        want = min(1.0, 2 * np.mean(scores >= abs(value)))
        assert exact_p(int(value), k) == pytest.approx(want, rel=1e-13)  # sums of a few terms


def test_large_samples_approach_the_normal_distribution():
    k = 300
    error = np.sqrt(k * (k - 1) * (2 * k + 5) / 18)
    x = np.arange(k, dtype=float)
    y = x.copy()
    np.random.default_rng(4).shuffle(y)
    found = kendall(x, y)
    assert found.score_std_error == pytest.approx(error, rel=1e-14)  # a closed form
    # the exact distribution is lattice-valued: half a step of 2 in 1742 is 1e-3
    assert found.p_exact == pytest.approx(found.p_continuity, abs=1e-3)


def test_ties_leave_no_exact_value():
    found = kendall(np.array([1.0, 1.0, 2.0, 3.0]), np.array([2.0, 1.0, 4.0, 4.0]))
    assert found.score == 4
    assert found.tau == pytest.approx(4 / 5)  # 6 pairs, one tied in each column
    assert isinstance(found.p_exact, NotEstimable)


def test_identical_effects_have_no_rank():
    found = rank_test([0.3] * 6, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert isinstance(found.tau, NotEstimable)
    assert isinstance(found.p_value, NotEstimable)


def test_one_study_has_no_rank():
    assert isinstance(rank_test([0.3], [0.1]).tau, NotEstimable)


def test_one_study_with_all_the_weight_keeps_its_rank():
    y = [0.5, 0.1, 0.4, 0.9]
    found = rank_test(y, [1e-30, 1.0, 2.0, 3.0])
    assert found.k == 4
    assert not isinstance(found.tau, NotEstimable)


def test_central_moments_are_the_hypergeometric_ones():
    mean, variance = hypergeometric_moments(12, 20, 9, 0.0)
    n, share = 32, 12 / 32
    assert mean == pytest.approx(9 * share, rel=1e-12)  # textbook moments
    assert variance == pytest.approx(9 * share * (1 - share) * (n - 9) / (n - 1), rel=1e-12)
