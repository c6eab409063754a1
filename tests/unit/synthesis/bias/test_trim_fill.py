"""Trim and fill where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import ConvergenceError, InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import trim_and_fill
from remit.synthesis.models import FitSpec

V = np.array([0.01, 0.02, 0.02, 0.05, 0.05, 0.1, 0.1, 0.3, 0.3])
EVEN = np.array([0.0, 0.1, -0.1, 0.2, -0.2, 0.4, -0.4, 0.9, -0.9])
COMMON = FitSpec(tau2="EE")


@pytest.mark.parametrize("estimator", ["L0", "R0", "Q0"])
def test_an_even_funnel_lacks_nothing(estimator):
    y = EVEN + np.array([3, 0, -4, 0, 3, 10, 0, 0, -5]) / 1000  # no two at one distance
    found = trim_and_fill(y, V, estimator=estimator, side="left", spec=COMMON)
    assert found.missing == 0
    assert found.effect == found.unadjusted


@pytest.mark.parametrize("side", ["left", "right"])
def test_studies_taken_away_come_back(side):
    sign = 1.0 if side == "left" else -1.0
    y = sign * np.delete(EVEN, [6, 8])
    found = trim_and_fill(y, np.delete(V, [6, 8]), side=side, spec=COMMON)
    assert found.side == side
    assert found.missing == 2
    assert found.effect.value == pytest.approx(0.0, abs=1e-12)  # the even funnel again
    assert sorted(found.filled_effect[found.filled]) == pytest.approx(sorted(-y[-2:]), abs=1e-12)


def test_the_side_follows_the_slope():
    y, v = np.delete(EVEN, [6, 8]), np.delete(V, [6, 8])
    assert trim_and_fill(y, v).side == "left"
    assert trim_and_fill(-y, v).side == "right"
    assert not trim_and_fill(y, v).side_given


def test_equal_variances_need_a_side():
    y = np.array([0.1, 0.2, 0.4, 0.9])
    with pytest.raises(InputError, match="left or right"):
        trim_and_fill(y, np.full(4, 0.1))
    assert trim_and_fill(y, np.full(4, 0.1), side="left").k == 4


def test_equal_effects_are_trimmed_by_precision_in_any_order():
    y = np.array([0.0, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 0.8])
    v = np.array([0.01, 0.02, 0.02, 0.03, 0.05, 0.1, 0.2, 0.4])
    one = trim_and_fill(y, v, side="left", spec=COMMON)
    other = trim_and_fill(y[::-1], v[::-1], side="left", spec=COMMON)
    assert one.missing == other.missing
    assert one.effect.value == pytest.approx(other.effect.value, rel=1e-12)  # rounding of sums


@pytest.mark.parametrize("k", [1, 2])
def test_two_studies_are_left_alone(k):
    found = trim_and_fill(EVEN[:k], V[:k])
    assert found.missing == 0
    assert any("fewer than three" in note.text for note in found.notes)


def test_only_r0_has_a_test():
    found = trim_and_fill(EVEN, V, estimator="R0", side="left", spec=COMMON)
    assert found.missing_p == 0.5
    assert isinstance(trim_and_fill(EVEN, V, side="left").missing_p, NotEstimable)


def test_q0_says_where_it_is_not_defined():
    y = np.array([-0.9, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16])
    v = np.array([1e-4, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    with pytest.raises(ConvergenceError, match="Use L0 or R0"):
        trim_and_fill(y, v, estimator="Q0", side="left", spec=COMMON)


@pytest.mark.parametrize("choices", [{"estimator": "L1"}, {"side": "top"}])
def test_unknown_choices_are_refused(choices):
    with pytest.raises(SpecError):
        trim_and_fill(EVEN, V, **choices)
