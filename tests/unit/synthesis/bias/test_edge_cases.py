"""None to three studies, equal variances, ties and thresholds have a defined answer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, RemitError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    copas,
    deeks_test,
    egger_test,
    excess_significance,
    fail_safe_n,
    harbord_test,
    henmi_copas,
    limit_meta,
    macaskill_test,
    p_curve,
    p_uniform,
    p_uniform_star,
    peters_test,
    pustejovsky_test,
    rank_test,
    regression_test,
    schwarzer_test,
    selection_model,
    thompson_test,
    trim_and_fill,
)

Y = np.array([0.1, 0.4, 0.9, -0.2, 0.6, 0.3, 0.8, 0.2, 0.5, 0.7, 0.0, 1.1])
V = np.array([0.02, 0.05, 0.2, 0.04, 0.1, 0.03, 0.12, 0.06, 0.08, 0.15, 0.025, 0.3])
EVENTS = np.array([4, 6, 3, 9, 5, 8, 2, 7, 6, 4, 9, 3])
ARM = np.array([40, 55, 30, 90, 45, 70, 25, 60, 50, 35, 80, 28])


def _selection(y, v):
    return selection_model(y, v, "halfnorm")


def _sized(test):
    return lambda y, v: test(y, v, ARM[: len(y)])


def _counts(test):
    return lambda y, v: test(EVENTS[: len(y)], ARM[: len(y)], EVENTS[: len(y)][::-1], ARM[: len(y)])


def _pustejovsky(y, v):
    return pustejovsky_test(y, v, ARM[: len(y)], ARM[: len(y)])


EFFECTS = {
    "copas": copas,
    "egger": egger_test,
    "regression": regression_test,
    "thompson": thompson_test,
    "macaskill": _sized(macaskill_test),
    "pustejovsky": _pustejovsky,
    "rank": rank_test,
    "trim and fill": trim_and_fill,
    "fail-safe": fail_safe_n,
    "excess": excess_significance,
    "henmi-copas": henmi_copas,
    "limit": limit_meta,
    "p-curve": p_curve,
    "p-uniform": p_uniform,
    "p-uniform*": p_uniform_star,
}
COUNTS = {
    "harbord": _counts(harbord_test),
    "peters": _counts(peters_test),
    "deeks": _counts(deeks_test),
    "schwarzer": _counts(schwarzer_test),
}
EVERY = EFFECTS | COUNTS | {"selection": _selection}


def _warned(found):
    return any("fewer than 10" in note.text for note in found.notes)


@pytest.mark.parametrize("name", EVERY)
def test_nine_studies_carry_the_caution_and_ten_do_not(name):
    assert _warned(EVERY[name](Y[:9], V[:9]))
    assert not _warned(EVERY[name](Y[:10], V[:10]))


@pytest.mark.parametrize("name", EVERY)
def test_no_study_is_refused(name):
    with pytest.raises(InputError):
        EVERY[name](Y[:0], V[:0])


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("name", EFFECTS | COUNTS)
def test_one_to_three_studies_have_an_answer_without_nan(name, k):
    found = EVERY[name](Y[:k], V[:k])
    assert found.k == k
    assert _warned(found)
    plain = found.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert "nan" not in found.summary().split()


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("name", ["egger", "regression", "thompson", "macaskill", "pustejovsky"])
def test_fewer_than_three_studies_have_no_slope(name, k):
    assert isinstance(EVERY[name](Y[:k], V[:k]).p_value, NotEstimable)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_selection_model_needs_more_studies_than_parameters(k):
    with pytest.raises(InputError, match=f"{k} for 3 parameters"):
        _selection(Y[:k], V[:k])


def test_trim_and_fill_leaves_two_studies_alone():
    found = trim_and_fill(Y[:2], V[:2])
    assert found.missing == 0
    assert found.effect == found.unadjusted


def test_limit_meta_analysis_needs_three_studies_and_different_variances():
    assert isinstance(limit_meta(Y[:2], V[:2]).effect, NotEstimable)
    assert isinstance(limit_meta(Y, np.full(Y.size, 0.1)).effect, NotEstimable)


def test_equal_variances_have_no_regression_and_no_side():
    same = np.full(Y.size, 0.1)
    assert isinstance(egger_test(Y, same).p_value, NotEstimable)
    with pytest.raises(InputError, match="left or right"):
        trim_and_fill(Y, same)


@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_of_tied_studies_the_least_precise_is_trimmed_whatever_the_order(estimator):
    y = np.array([-0.1, 0.0, 0.0, 0.1, 0.1, 0.2, 0.6, 0.6, 0.9])
    v = np.array([0.02, 0.01, 0.02, 0.02, 0.03, 0.02, 0.05, 0.3, 0.4])
    for order in (slice(None), slice(None, None, -1)):
        found = trim_and_fill(y[order], v[order], estimator=estimator, side="left")
        assert found.missing == 2  # 0.9 and one of the two at 0.6
        assert found.filled_variance[found.filled].tolist() == [0.3, 0.4]
        assert any("equal effects" in note.text for note in found.notes)


def test_an_effect_at_the_threshold_of_a_truncated_model_does_not_pass():
    found = selection_model(Y, V, "trunc")
    assert found.counts == (10, 2)  # -0.2 and 0.0 do not pass
    mirrored = selection_model(-Y, V, "trunc", alternative="less")
    assert mirrored.counts == found.counts
    assert mirrored.effect.value == pytest.approx(-found.effect.value, rel=1e-9)  # same sums


@pytest.mark.parametrize(
    ("keywords", "what"),
    [
        ({"kind": "wedge"}, "kind"),
        ({"kind": "stepfun"}, "steps"),
        ({"kind": "stepfun", "steps": [0.05, 1.5]}, "steps"),
        ({"kind": "halfnorm", "tau2": "DL"}, "tau2"),
        ({"kind": "trunc", "alternative": "two.sided"}, "alternative"),
    ],
)
def test_choices_that_do_not_fit_are_refused(keywords, what):
    with pytest.raises(SpecError, match=what):
        selection_model(Y, V, **keywords)


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_an_unusable_variance_names_its_study(name, bad):
    v = V.copy()
    v[4] = bad
    with pytest.raises(RemitError, match="study 5"):
        EVERY[name](Y, v)


def test_more_events_than_people_name_the_study():
    with pytest.raises(InputError, match="study 2"):
        harbord_test([1, 9], [10, 8], [1, 1], [10, 10])
