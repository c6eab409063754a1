"""Estimators of tau2: closed cases, statuses, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_quantile
from remit.synthesis.tau2 import TAU2_METHODS, estimate_tau2

#: Two precise studies that agree and a vague one far off: one peak where the vague study is off
#: by chance (at 0) and one where true effects differ. REML and ML take different ones.
SEVERAL_PEAKS = ([0.0, 0.0, 10.0], [0.01, 0.1, 10.0])


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_equal_variances_have_a_closed_form(method):
    """With equal variances every estimator is a sum of squares over a number, less v, but SJ.

    The number is k - 1, for ML and HS k, for PMM the median of chi-squared with 3 df. SJ starts
    from u = sum of squares / k and is u (sum of squares) / ((k - 1) (u + v)).
    """
    y, v = np.array([1.0, 4.0, -2.0, 5.0]), np.full(4, 0.5)
    total = np.sum((y - y.mean()) ** 2)
    number = {"ML": 4, "HS": 4, "PMM": chi2_quantile(0.5, 3)}.get(method, 3)
    expected = total / number - 0.5
    if method == "SJ":
        expected = total / 4 * total / (3 * (total / 4 + 0.5))
    found = estimate_tau2(y, v, method)
    assert found.tau2 == pytest.approx(expected, rel=1e-13)  # root to four units in the last place
    assert found.method == method
    assert found.status.converged
    assert not found.status.at_boundary
    assert found.status.residual < 1e-14  # rounding of the equation's terms


@pytest.mark.parametrize("method", [m for m in TAU2_METHODS if m != "SJ"])
def test_agreeing_studies_are_at_the_boundary(method):
    for y in ([1.0, 1.0, 1.0], [1.0, 1.01, 0.99]):
        found = estimate_tau2(y, [1.0, 2.0, 3.0], method)
        assert found.tau2 == 0
        assert found.status.at_boundary
        assert found.status.converged


def test_sidik_jonkman_is_zero_for_equal_effects_only():
    assert estimate_tau2([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "SJ").tau2 == 0
    assert estimate_tau2([1.0, 1.01, 0.99], [1.0, 2.0, 3.0], "SJ").tau2 > 0


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_higher_of_two_peaks_is_taken(method):
    y, v = (np.array(x) for x in SEVERAL_PEAKS)
    found = estimate_tau2(y, v, method)
    grid = np.concatenate(([0.0], np.geomspace(1e-7, 1e3, 4000)))
    w = 1 / (v + grid[:, None])
    mean = (w * y).sum(1) / w.sum(1)
    table = np.log(w).sum(1) - (w * (y - mean[:, None]) ** 2).sum(1)
    table = table - np.log(w.sum(1)) if method == "REML" else table
    best = grid[np.argmax(table)]
    assert found.status.several_modes
    assert (found.tau2 == 0) == (method == "ML")
    assert found.tau2 == pytest.approx(best, rel=0.01)  # the table's step is 0.6 per cent


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_one_study(method):
    assert isinstance(estimate_tau2([1.0], [0.5], method), NotEstimable)


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_order_is_irrelevant_to_the_last_digit(method):
    rng = np.random.default_rng(3)
    y, v = rng.normal(size=9), rng.uniform(0.01, 2, 9)
    turn = rng.permutation(9)
    assert estimate_tau2(y, v, method).tau2 == estimate_tau2(y[turn], v[turn], method).tau2


def test_one_study_that_carries_nearly_all_weight_keeps_its_digits():
    """DL with weights 1e16, 1, 1: C = sum w - sum w^2/sum w is 4 less 2e-16 exactly."""
    y, v = [0.0, 3.0, -3.0], [1e-16, 1.0, 1.0]
    found = estimate_tau2(y, v, "DL")
    # Q = 18, k - 1 = 2, C = 2 (1e16 + 1e16 + 1) / (1e16 + 2)
    assert found.tau2 == pytest.approx(16 / 4, rel=1e-12)  # closed form


@pytest.mark.parametrize(
    ("effect", "variance", "says"),
    [
        ([], [], "no study"),
        ([1.0, 2.0], [1.0], "one per effect"),
        ([1.0, np.nan], [1.0, 1.0], "study 2, effect"),
        ([1.0, 2.0], [0.0, -1.0], "study 1, variance"),
        ([1.0, 2.0], [1.0, np.inf], "study 2, variance"),
    ],
)
def test_refused(effect, variance, says):
    with pytest.raises(InputError, match=says):
        estimate_tau2(effect, variance, "REML")


def test_every_bad_study_is_named():
    with pytest.raises(InputError) as caught:
        estimate_tau2([np.nan, 2.0, 3.0], [1.0, 0.0, -2.0], "DL")
    assert len(caught.value.problems) == 3


def test_unknown_method():
    with pytest.raises(SpecError, match="DL, PM, ML, REML"):
        estimate_tau2([1.0, 2.0], [1.0, 1.0], "FOO")
