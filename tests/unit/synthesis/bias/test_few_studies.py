"""Fewer than ten studies carry a caution; none or one has a defined answer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import (
    egger_test,
    excess_significance,
    fail_safe_n,
    henmi_copas,
    rank_test,
    trim_and_fill,
)

Y = np.array([0.1, 0.4, 0.9, -0.2, 0.6])
V = np.array([0.02, 0.05, 0.2, 0.04, 0.1])
TESTS = [egger_test, rank_test, trim_and_fill, excess_significance, henmi_copas, fail_safe_n]


@pytest.mark.parametrize("test", TESTS)
def test_five_studies_carry_a_caution_about_their_number(test):
    notes = test(Y, V).notes
    assert any("studies" in note.text and note.kind == "caution" for note in notes)


@pytest.mark.parametrize("test", TESTS)
def test_no_study_is_refused(test):
    with pytest.raises(InputError):
        test([], [])


@pytest.mark.parametrize("test", TESTS)
def test_results_survive_json(test):
    plain = test(Y, V).to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_two_studies_cannot_show_a_slope():
    found = egger_test(Y[:2], V[:2])
    assert isinstance(found.p_value, NotEstimable)


def test_a_bad_variance_is_named():
    with pytest.raises(InputError, match="variance"):
        egger_test(Y, [0.1, -1.0, 0.1, 0.1, 0.1])
