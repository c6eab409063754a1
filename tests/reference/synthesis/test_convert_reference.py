"""Conversions against the Cochrane Handbook, metafor and meta."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.synthesis import convert

FIVE = json.loads(
    (Path(__file__).parents[1] / "values" / "five_numbers.json").read_text(encoding="utf-8")
)
USED = {"S1": ("min", "max"), "S2": ("q1", "q3"), "S3": ("min", "q1", "q3", "max")}
WORDS = {"min": "minimum", "q1": "q1", "q3": "q3", "max": "maximum"}


def numbers(arm, scenario):
    chosen = {WORDS[key]: arm[key] for key in USED[scenario]}
    return {**chosen, "median": arm["median"], "n": int(arm["n"])}


@pytest.mark.parametrize("case", FIVE["metafor"], ids=lambda case: case["scenario"])
def test_metafor_five_numbers(case):
    for arm, mean, sd in zip(FIVE["arms"][:8], case["mean"], case["sd"], strict=True):
        given = numbers(arm, case["scenario"])
        # closed forms
        assert convert.mean_from_five_numbers(**given) == pytest.approx(mean, rel=1e-12)
        assert convert.sd_from_five_numbers(**given) == pytest.approx(sd, rel=1e-12)


@pytest.mark.parametrize("case", FIVE["meta"], ids=lambda case: case["scenario"])
def test_meta_five_numbers(case):
    expected = case["mean_sd"]
    means = expected["mean.e"] + expected["mean.c"]
    sds = expected["sd.e"] + expected["sd.c"]
    for arm, mean, sd in zip(FIVE["arms"], means, sds, strict=True):
        given = numbers(arm, case["scenario"])
        assert convert.mean_from_five_numbers(**given) == pytest.approx(mean, rel=1e-12)
        # where n is small, meta takes the three-decimal factors of Wan's tables, which end at
        # n = 50 for the range and at n = 201 for the quartiles (Q = 50, n = 4Q + 1)
        table = arm["n"] <= {"S1": 50, "S2": 201, "S3": 0}[case["scenario"]]
        assert convert.sd_from_five_numbers(**given) == pytest.approx(
            sd, rel=0.015 if table else 1e-12
        )


def test_etchison_2018():
    """Quartiles printed in PMC6225951; means and SDs computed from the published formulae."""
    ketamine = {"median": 1.0, "q1": 0.0, "q3": 2.25, "n": 16}
    placebo = {"median": 2.0, "q1": 0.0, "q3": 3.75, "n": 18}
    # printed with four decimals
    assert convert.mean_from_five_numbers(**ketamine) == pytest.approx(1.0905, abs=6e-5)
    assert convert.sd_from_five_numbers(**ketamine) == pytest.approx(1.8288, abs=5e-5)
    assert convert.mean_from_five_numbers(**placebo) == pytest.approx(1.9098, abs=5e-5)
    assert convert.sd_from_five_numbers(**placebo) == pytest.approx(3.0167, abs=5e-5)


def test_range_example():
    """The S1 example of the estmeansd README (min 2, median 4, max 9, n 100), by Luo and Wan."""
    given = {"minimum": 2.0, "median": 4.0, "maximum": 9.0, "n": 100}
    # printed with five decimals
    assert convert.mean_from_five_numbers(**given) == pytest.approx(4.16843, abs=5e-6)
    assert convert.sd_from_five_numbers(**given) == pytest.approx(1.40079, abs=5e-6)


def test_handbook_sd_from_interval():
    """Handbook 6.5.2.2: n 25, interval 30.0 to 34.2, t 2.0639: SD 5.0875."""
    se = convert.se_from_interval(30.0, 34.2, df=24)
    assert convert.sd_from_se(se, 25) == pytest.approx(5.0875, abs=5e-5)  # four decimals


def test_handbook_sd_from_p():
    """Handbook 6.5.2.3: difference 3.8, p 0.008, 25 and 22 people: SE 1.3691, SD 4.6835."""
    se = convert.se_from_p(3.8, 0.008, df=45)
    assert se == pytest.approx(1.3691, abs=5e-5)
    assert convert.sd_from_contrast_se(se, 25, 22) == pytest.approx(4.6835, abs=5e-5)


def test_zitek_2018():
    """Difference 20.0 (2.8 to 37.2) mm, 28 and 23 people: SE 8.559, pooled SD 30.41."""
    se = convert.se_from_interval(2.8, 37.2, df=49)
    assert se == pytest.approx(8.559, abs=5e-4)  # three decimals
    assert convert.sd_from_contrast_se(se, 28, 23) == pytest.approx(30.41, abs=5e-3)


def test_handbook_correlation():
    """Handbook 16.1.3.2: SDs 6.4, 7.1, change 4.5 give 0.7826; with 0.80 the change has 4.3204."""
    assert convert.correlation_from_sds(6.4, 7.1, 4.5) == pytest.approx(0.7826, abs=5e-5)
    assert convert.correlation_from_sds(7.0, 6.9, 4.2) == pytest.approx(0.8175, abs=5e-5)
    assert convert.sd_of_change(6.4, 7.1, 0.80) == pytest.approx(4.3204, abs=5e-5)
    assert convert.sd_of_change(7.0, 6.9, 0.80) == pytest.approx(4.3966, abs=5e-5)


def test_petersen_2022():
    """7.2 (SD 1.3) to 6.1 (SD 3.1), n 20, change interval -2.7 to 0.6: correlation -0.140."""
    sd = convert.sd_from_se(convert.se_from_interval(-2.7, 0.6, df=19), 20)
    assert sd == pytest.approx(3.526, abs=5e-4)  # three decimals
    assert convert.correlation_from_sds(1.3, 3.1, sd) == pytest.approx(-0.140, abs=5e-4)
