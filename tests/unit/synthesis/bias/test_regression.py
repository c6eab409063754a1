"""Regression tests of a funnel, their relatives, and where they have no answer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    deeks_test,
    egger_test,
    harbord_test,
    henmi_copas,
    limit_meta,
    macaskill_test,
    peters_test,
    pustejovsky_test,
    regression_test,
    schwarzer_test,
)

Y = np.array([0.1, 0.4, 0.9, -0.2, 0.6, 0.3])
V = np.array([0.02, 0.05, 0.2, 0.04, 0.1, 0.03])
N = np.array([200, 80, 20, 100, 40, 130])
COUNTS = ([5, 8, 2, 11], [40, 52, 18, 95], [9, 12, 6, 13], [41, 50, 20, 90])


def test_egger_is_the_line_through_effect_over_error_and_precision():
    s = np.sqrt(V)
    slope, intercept = np.polyfit(1 / s, Y / s, 1)
    found = egger_test(Y, V)
    assert found.slope.value == pytest.approx(intercept, rel=1e-10)  # closed forms
    assert found.limit.value == pytest.approx(slope, rel=1e-10)


@pytest.mark.parametrize("predictor", ["ni", "ninv", "sqrtni", "sqrtninv"])
def test_sizes_are_needed_and_checked(predictor):
    assert regression_test(Y, V, predictor=predictor, n=N).predictor == predictor
    with pytest.raises(SpecError, match="sample sizes"):
        regression_test(Y, V, predictor=predictor)
    with pytest.raises(InputError, match="study 2"):
        regression_test(Y, V, predictor=predictor, n=[10, 0, 10, 10, 10, 10])
    with pytest.raises(InputError, match="one per effect"):
        regression_test(Y, V, predictor=predictor, n=N[:3])


def test_there_is_a_limit_only_where_the_predictor_falls_to_zero():
    assert isinstance(regression_test(Y, V, predictor="ni", n=N).limit, NotEstimable)
    assert not isinstance(regression_test(Y, V, predictor="ninv", n=N).limit, NotEstimable)
    beside = regression_test(Y, V, moderators=[0, 1, 0, 1, 1, 0])
    assert isinstance(beside.limit, NotEstimable)
    assert beside.coef.size == 3


@pytest.mark.parametrize("model", ["lm", "rma"])
@pytest.mark.parametrize("k", [1, 2])
def test_two_studies_have_no_slope(model, k):
    found = regression_test(Y[:k], V[:k], model=model)
    assert isinstance(found.p_value, NotEstimable)
    assert str(k) in found.p_value.reason


@pytest.mark.parametrize("model", ["lm", "rma"])
def test_equal_variances_have_no_slope(model):
    found = regression_test(Y, np.full(6, 0.3), model=model)
    assert isinstance(found.statistic, NotEstimable)
    assert "same in all studies" in found.statistic.reason


def test_effects_on_a_line_leave_nothing_to_test_against():
    found = egger_test(1.0 + 2.0 * np.sqrt(V), V)
    assert isinstance(found.p_value, NotEstimable)
    assert found.slope.value == pytest.approx(2.0, rel=1e-12)  # solved exactly


@pytest.mark.parametrize(
    "test",
    [
        lambda: egger_test(Y, V),
        lambda: macaskill_test(Y, V, N),
        lambda: pustejovsky_test(Y, V, N, N),
        lambda: harbord_test(*COUNTS),
        lambda: peters_test(*COUNTS),
        lambda: deeks_test(*COUNTS),
        lambda: schwarzer_test(*COUNTS),
        lambda: limit_meta(Y, V),
    ],
)
def test_few_studies_are_not_to_be_read(test):
    found = test()
    assert any("should not be read" in note.text for note in found.notes)
    assert "should not be read" in found.summary()
    plain = found.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_tables_without_information_are_set_aside_by_number():
    a, n1, c, n2 = (
        np.append(column, extra) for column, extra in zip(COUNTS, (0, 9, 0, 9), strict=True)
    )
    found = harbord_test(a, n1, c, n2)
    assert found.k == 4
    assert any(note.kind == "set-aside" and "study 5" in note.text for note in found.notes)
    assert found.p_value == harbord_test(*COUNTS).p_value


def test_an_empty_cell_is_told():
    a, n1, c, n2 = (
        np.append(column, extra) for column, extra in zip(COUNTS, (0, 9, 3, 9), strict=True)
    )
    notes = peters_test(a, n1, c, n2).notes
    assert any(note.kind == "corrected" and "study 5" in note.text for note in notes)


def test_only_tables_without_information():
    found = harbord_test([0, 9], [9, 9], [0, 9], [9, 9])
    assert isinstance(found.p_value, NotEstimable)


@pytest.mark.parametrize(
    ("events", "match"),
    [([5, 8, 2, 96], "study 4, events_1"), ([5.5, 8, 2, 1], "study 1"), ([-1, 8, 2, 1], "study 1")],
)
def test_impossible_counts_are_named(events, match):
    with pytest.raises(InputError, match=match):
        harbord_test(events, *COUNTS[1:])


def test_counts_of_any_size_do_not_overflow():
    large = [np.array(column) * 10**14 for column in COUNTS]
    assert harbord_test(*large).slope.value == pytest.approx(
        1e7 * harbord_test(*COUNTS).slope.value, rel=0.1
    )  # 1/sqrt(V) shrinks with the root of the counts; n - 1 for n makes the rest


def test_the_limit_without_heterogeneity_is_eggers():
    y = 0.2 + 0.5 * np.sqrt(V)
    found = limit_meta(y, V)
    assert found.tau2 == 0.0
    assert found.effect.value == pytest.approx(0.2, rel=1e-10)  # on the line exactly
    assert any(note.kind == "boundary" for note in found.notes)


@pytest.mark.parametrize("k", [1, 2])
def test_two_studies_have_no_limit(k):
    found = limit_meta(Y[:k], V[:k])
    assert isinstance(found.effect, NotEstimable)
    assert np.isfinite(found.unadjusted.value)


def test_henmi_copas_keeps_its_level():
    # The pivot under the model, simulated; its gamma approximation is good to a few thousandths.
    found = henmi_copas(Y, V)
    rng = np.random.default_rng(12)
    y = rng.normal(0.0, np.sqrt(V + found.tau2), (40_000, V.size))
    w = 1 / V
    total = w.sum()
    mean = y @ w / total
    q = ((y - mean[:, None]) ** 2) @ w
    tau2 = np.maximum(0, (q - V.size + 1) / (total - (w**2).sum() / total))
    error = np.sqrt((1 + tau2 * (w**2).sum() / total) / total)
    missed = float(np.mean(np.abs(mean) > found.factor * error))
    assert missed == pytest.approx(0.05, abs=0.006)  # Monte Carlo error 0.001


def test_henmi_copas_of_one_study_is_that_study():
    found = henmi_copas([0.4], [0.09])
    assert found.effect.value == 0.4
    assert found.effect.std_error == pytest.approx(0.3, rel=1e-15)
    assert isinstance(found.tau2, NotEstimable)
