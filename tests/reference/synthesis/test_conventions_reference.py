"""Named conventions against the numbers of the programs that they are named after."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.conventions import (
    CONVENTIONS,
    compare_conventions,
    convention,
    effects_by_convention,
)
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.pool import pool

PATH = Path(__file__).parents[1] / "values" / "conventions.json"
VALUES = json.loads(PATH.read_text(encoding="utf-8"))
# printed with four decimals: half a unit of the last
PRINTED_4 = 5e-5
# printed with three decimals: half a unit of the last
PRINTED_3 = 5e-4


def studies(pairs, *, root: bool) -> EffectSet:
    rows = tuple(
        StudyEffect(
            study=f"s{i}",
            label=f"Trial {i}",
            effect=y,
            variance=spread**2 if root else spread,
            columns={},
        )
        for i, (y, spread) in enumerate(pairs, start=1)
    )
    return EffectSet(measure="SMD", unit="SD", rows=rows)


@pytest.mark.parametrize(("name", "ends"), VALUES["psilocybin_prediction"].items())
def test_prediction_interval_of_twelve_trials(name, ends):
    found = pool(studies(VALUES["psilocybin"], root=True), convention(name)).prediction
    assert (found.low, found.high) == pytest.approx(ends, abs=PRINTED_4)


def test_hartung_knapp_interval_of_twelve_trials():
    found = pool(studies(VALUES["psilocybin"], root=True), convention("revman-2025")).interval
    ends = VALUES["psilocybin_interval"]["revman-2025"]
    assert (found.low, found.high) == pytest.approx(ends, abs=PRINTED_4)


def test_which_i2_of_twelve_trials():
    made = compare_conventions(studies(VALUES["psilocybin"], root=True))
    found = {answer.convention.name: answer.i2 for answer in made.answers}
    # I2 from Q is printed with one decimal: half a unit of it
    assert found == pytest.approx(VALUES["psilocybin_i2"], abs=0.05)


@pytest.mark.parametrize(("name", "ends"), VALUES["three_studies_prediction"].items())
def test_prediction_interval_of_three_studies(name, ends):
    found = pool(studies(VALUES["three_studies"], root=False), convention(name)).prediction
    assert (found.low, found.high) == pytest.approx(ends, abs=PRINTED_3)


def test_zero_cells_as_meta_treats_them():
    found = effects_by_convention("RR", CONVENTIONS["meta"], VALUES["tables"])
    # closed forms of doubles: agreement to rounding
    assert found.effect == pytest.approx(VALUES["meta_rr_effect"], rel=1e-12, abs=1e-14)
    errors = np.sqrt(found.variance)
    assert errors == pytest.approx(VALUES["meta_rr_std_error"], rel=1e-12)
    assert [row.label for row in found.set_aside] == ["study 3"]


def test_odds_ratios_as_meta_pools_them():
    wanted = VALUES["meta_or"]
    rules = CONVENTIONS["meta"]
    found = pool(effects_by_convention("OR", rules, VALUES["tables"]), rules.spec)
    # meta stops its search of tau2 at a relative change of 1e-5
    near = {"rel": 2e-5}
    assert found.tau2.tau2 == pytest.approx(wanted["tau2"], **near)
    assert found.effect == pytest.approx(wanted["effect"], **near)
    assert (found.interval.low, found.interval.high) == pytest.approx(wanted["interval"], **near)
    ends = (found.prediction.low, found.prediction.high)
    assert ends == pytest.approx(wanted["prediction"], **near)
    assert found.i2_from_q == pytest.approx(wanted["i2"], rel=1e-12)  # closed form
