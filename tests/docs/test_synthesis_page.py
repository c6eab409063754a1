"""docs/synthesis.md and docs/library.md name every function of the synthesis packages."""

import importlib
import inspect
import re

import pytest

import remit
from remit.synthesis.spec import (
    INTERVALS,
    LIKELIHOOD_INTERVALS,
    PREDICTIONS,
    SIMULATED_PREDICTIONS,
)

PACKAGES = (
    "batch",
    "bayes",
    "bias",
    "conventions",
    "effects",
    "influence",
    "models",
    "moderators",
    "multiverse",
    "rare",
)


def functions(package):
    module = importlib.import_module(f"remit.synthesis.{package}")
    return [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_function_is_named(page, package):
    both = page("synthesis.md").text + page("library.md").text
    named = functions(package)
    assert named
    assert [name for name in named if not re.search(rf"[`.]{name}`|\b{name}\(", both)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_its_row(page, package):
    assert f"synthesis.{package}" in page("synthesis.md").codes("package")


@pytest.mark.parametrize("choice", [*INTERVALS, *LIKELIHOOD_INTERVALS])
def test_every_interval_is_in_the_library(page, choice):
    pool = page("library.md").section("Pool")
    assert f'`"{choice}"`' in pool
    if needed := LIKELIHOOD_INTERVALS.get(choice):
        assert f'`"{choice}"` (with `tau2="{needed}"`)' in pool


@pytest.mark.parametrize("choice", [*PREDICTIONS, *SIMULATED_PREDICTIONS])
def test_every_prediction_is_in_the_library(page, choice):
    assert f'`"{choice}"`' in page("library.md").section("Pool")


def test_what_holds_nan_is_named(page):
    reading = page("library.md").section("Read a result")
    for name in ("EffectSizes", "PooledMany", "Influence", "StudyPoints"):
        assert f"`{name}`" in reading


def test_arrays_with_nan_leave_as_none():
    """What the library page says of the four results that hold NaN."""
    table = remit.effect_sizes("OR", ai=[4, 0], bi=[6, 5], ci=[3, 2], di=[5, 3], to="none")
    assert table.to_dict()["effect"][1] is None
    many = remit.pool_many(
        [[0.1, 0.2], [0.3, 0.4]], [[0.1, 0.2], [0.3, 0.4]], [[True, True], [False, False]]
    )
    assert many.to_rows()[1]["effect"] is None
    design = [[1, 0], [1, 0], [1, 0], [1, 1]]
    fit = remit.fit_linear([0.1, 0.3, 0.2, 0.9], [0.1] * 4, design)
    assert remit.influence(fit).to_dict()["rows"][3]["rstudent"] is None
    assert remit.baujat(fit).to_dict()["rows"][3]["y"] is None
