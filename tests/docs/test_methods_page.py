"""docs/methods.md and docs/library.md name the choices, defaults and limits of the code."""

import re

import pytest

import remit
from remit.synthesis.certainty import OPTIMAL_INFORMATION_SIZE, SUBSTANTIAL_I2
from remit.synthesis.medians import MEDIAN_METHODS
from remit.synthesis.spec import (
    INTERVALS,
    LIKELIHOOD_INTERVALS,
    PREDICTIONS,
    SIMULATED_PREDICTIONS,
)
from remit.synthesis.tau2 import TAU2_METHODS
from remit.workbench.questions.claims import CHECK_KINDS


def test_every_estimator_of_tau2_and_no_other(page):
    assert sorted(page("methods.md").codes("tau2")) == sorted(TAU2_METHODS)


def test_every_method_for_medians_and_no_other(page):
    assert sorted(page("methods.md").codes("method")) == sorted(MEDIAN_METHODS)


@pytest.mark.parametrize(
    "choice", [*INTERVALS, *LIKELIHOOD_INTERVALS, *PREDICTIONS, *SIMULATED_PREDICTIONS]
)
def test_every_interval_and_prediction(page, choice):
    assert f"`{choice}`" in page("methods.md").section("Pooling")


def test_the_defaults_are_those_named(page):
    spec = remit.RandomEffects()
    assert (spec.tau2, spec.interval, spec.floor, spec.level) == ("REML", "HKSJ", True, 0.95)
    pooling = page("methods.md").section("Pooling")
    assert "The default is REML" in pooling
    assert "`HKSJ` by default" in pooling
    assert f"`{spec.prediction}` (default)" in pooling


def test_the_limits_of_the_suggested_certainty(page):
    certainty = page("methods.md").section("Suggested certainty")
    assert f"I² is above {SUBSTANTIAL_I2:g} %" in certainty
    assert f"fewer than {OPTIMAL_INFORMATION_SIZE} people" in certainty


def test_every_check_of_a_claim_has_its_verdict(page):
    assert set(page("methods.md").section("Claims").codes("check")) == set(CHECK_KINDS)


@pytest.mark.parametrize("name", remit.__all__)
def test_every_public_name_is_documented(page, name):
    assert re.search(rf"\b{re.escape(name)}\b", page("library.md").text)
