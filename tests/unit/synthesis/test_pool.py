"""The pooled result: its numbers, notes, guards and exits."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.core.notes import Note
from remit.core.place import Place
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.exits import plain
from remit.synthesis.pool import CommonEffect, PooledResult, RandomEffects, pool, pool_arrays
from remit.synthesis.tau2 import TAU2_METHODS, Tau2Estimate

EXACT = 1e-12  # closed forms


def study(i, effect, variance, **more):
    return StudyEffect(
        study=f"s{i}", label=f"Study {i}", effect=effect, variance=variance, columns={}, **more
    )


def effect_set(effects, variances, *, n=10, set_aside=(), assumed=()):
    rows = tuple(
        study(i, y, v, n=n, assumed=i in assumed)
        for i, (y, v) in enumerate(zip(effects, variances, strict=True), start=1)
    )
    return EffectSet(measure="MD", unit="points (0-10)", rows=rows, set_aside=set_aside)


FIVE = effect_set([-1.0, -2.0, -0.5, -3.0, 0.2], [0.2, 0.3, 0.1, 0.5, 0.4])
ASIDE = SetAside(study="s9", label="Study 9", reason="Only a p value.", shows="p = 0.03")


def texts(result):
    return " ".join(note.text for note in result.notes)


def test_two_equal_studies_by_hand():
    """Effects 0 and 2, variances 1: mean 1, tau2 = 2 - 1, standard error 1."""
    result = pool(effect_set([0.0, 2.0], [1.0, 1.0]), RandomEffects())
    assert result.effect == pytest.approx(1.0, rel=EXACT)
    assert result.tau2.tau2 == pytest.approx(1.0, rel=EXACT)
    assert result.std_error == pytest.approx(1.0, rel=EXACT)
    # tan(pi 0.475) is the 97.5 % quantile of t with 1 df
    assert result.interval.high == pytest.approx(1 + math.tan(math.pi * 0.475), rel=1e-10)
    assert result.interval.method == "Hartung-Knapp with floor, t with 1 df"
    assert result.i2 == pytest.approx(50, rel=EXACT)
    assert result.h2 == pytest.approx(2, rel=EXACT)
    assert result.cochran_q == pytest.approx(2, rel=EXACT)
    assert result.weights.tolist() == pytest.approx([50, 50], rel=EXACT)
    assert result.n == 20
    assert "12.7" in texts(result)
    assert "neither shown nor excluded" in texts(result)


@pytest.mark.parametrize("convention", ["HKSJ k-1", "HTS k-1", "z"])
def test_prediction_with_two_studies(convention):
    result = pool(effect_set([0.0, 2.0], [1.0, 1.0]), RandomEffects(prediction=convention))
    assert isinstance(result.prediction, Interval)
    assert result.prediction.method.startswith(convention)


def test_prediction_with_two_studies_has_no_k_minus_2():
    result = pool(effect_set([0.0, 2.0], [1.0, 1.0]), RandomEffects(prediction="HTS k-2"))
    assert isinstance(result.prediction, NotEstimable)


def test_prediction_uses_the_floor_only_with_the_floor():
    numbers = ([0.0, 0.1, 0.2, 0.1], [1.0, 1.0, 1.0, 1.0])
    with_floor = pool_arrays(*numbers, RandomEffects()).prediction
    without = pool_arrays(*numbers, RandomEffects(floor=False)).prediction
    # the floor lifts the standard error to the normal one, and tau2 is 0
    normal = pool_arrays(*numbers, RandomEffects(prediction="HTS k-1")).prediction
    assert with_floor.high - with_floor.low == pytest.approx(normal.high - normal.low, rel=EXACT)
    assert without.high - without.low < 0.5 * (normal.high - normal.low)


@pytest.mark.parametrize("spec", [RandomEffects(), CommonEffect()])
def test_one_study_is_itself(spec):
    result = pool(effect_set([-1.5], [0.25]), spec)
    assert (result.effect, result.std_error, result.k) == (-1.5, 0.5, 1)
    assert result.interval.low == pytest.approx(-1.5 - 0.5 * 1.959963984540054, rel=EXACT)
    assert "normal" in result.interval.method
    assert result.weights.tolist() == [100.0]
    for part in (result.tau2, result.i2, result.prediction, result.cochran_q, result.h2):
        assert isinstance(part, NotEstimable)
    assert "Only one study" in texts(result)


def test_common_effect_has_no_tau2():
    result = pool(FIVE, CommonEffect())
    assert isinstance(result.tau2, NotEstimable)
    assert isinstance(result.prediction, NotEstimable)
    assert result.effect == result.common_effect.value
    assert result.i2 == result.i2_from_q


def test_boundary_and_floor_are_noted():
    result = pool(effect_set([0.0, 0.1, 0.2, 0.1, 0.0], [1.0] * 5), RandomEffects())
    assert result.tau2.tau2 == 0
    assert {note.kind for note in result.notes} == {"boundary", "corrected"}
    assert "no floor was asked for" in texts(
        pool(effect_set([0.0, 0.1, 0.2, 0.1, 0.0], [1.0] * 5), RandomEffects(floor=False))
    )


def test_several_peaks_are_noted():
    result = pool(effect_set([0.0, 0.0, 10.0], [0.01, 0.1, 10.0]), RandomEffects())
    assert "more than one peak" in texts(result)


def test_plain_data_need_no_notes():
    assert pool(FIVE, RandomEffects()).notes == ()


def test_assumed_and_set_aside_are_noted():
    effects = effect_set([0.0, 1.0, 4.0], [1.0, 1.0, 1.0], assumed=(2,), set_aside=(ASIDE,))
    result = pool(effects, RandomEffects())
    assert "1 of 3 studies rests on a number that nobody printed: Study 2" in texts(result)
    assert "Study 9" in texts(result)
    assert result.set_aside == (ASIDE,)


def test_unknown_number_of_people_stays_unknown():
    rows = (*effect_set([0.0, 1.0], [1.0, 1.0]).rows, study(3, 2.0, 1.0))
    assert pool(EffectSet(measure="MD", unit="", rows=rows), RandomEffects()).n is None


def test_identical_effects_without_floor_have_no_p_value():
    result = pool(effect_set([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]), RandomEffects(floor=False))
    assert result.std_error == 0
    assert isinstance(result.p_value, NotEstimable)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == result.to_dict()


@pytest.mark.parametrize(
    ("effect", "variance"), [(1.0, 0.0), (1.0, -1.0), (1.0, math.inf), (math.nan, 1.0)]
)
def test_bad_study_is_named(effect, variance):
    with pytest.raises(InputError, match="Study 2"):
        pool(effect_set([0.0, effect], [1.0, variance]), RandomEffects())


def test_no_study():
    empty = EffectSet(measure="MD", unit="", rows=(), set_aside=(ASIDE,))
    with pytest.raises(InputError, match="1 set aside"):
        pool(empty, RandomEffects())


@pytest.mark.parametrize(
    "make",
    [
        lambda: RandomEffects(level=95),
        lambda: CommonEffect(level=95),
        lambda: RandomEffects(tau2="XX"),
        lambda: RandomEffects(interval="wald"),
        lambda: RandomEffects(prediction="k-2"),
    ],
)
def test_bad_spec(make):
    with pytest.raises(SpecError):
        make()


def test_measure_must_match():
    assert pool(FIVE, RandomEffects(measure="MD")).measure == "MD"
    with pytest.raises(SpecError, match="'SMD'"):
        pool(FIVE, RandomEffects(measure="SMD"))


def test_result_is_locked():
    result = pool(FIVE, RandomEffects())
    with pytest.raises(ValueError, match="read-only"):
        result.weights[0] = 1.0
    with pytest.raises(AttributeError):
        result.effect = 0.0


SPECS = [
    CommonEffect(),
    RandomEffects(),
    RandomEffects(tau2="PM", interval="t", prediction="HTS k-2", level=0.9),
    RandomEffects(tau2="DL", interval="z", prediction="z"),
]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_exits(spec, k):
    rows = FIVE.rows[:k]
    result = pool(EffectSet(measure="MD", unit="points", rows=rows, set_aside=(ASIDE,)), spec)
    assert isinstance(result, PooledResult)
    as_dict = result.to_dict()
    assert json.loads(json.dumps(as_dict, allow_nan=False)) == as_dict
    assert (as_dict["kind"], as_dict["version"]) == ("remit.pooled-result", 1)
    missing = set(PooledResult.__dataclass_fields__) - set(as_dict)
    assert missing == {"weights", "set_aside"}  # both are in the rows
    listed = result.to_rows()
    assert [row["status"] for row in listed] == ["used"] * k + ["set aside"]
    assert len({tuple(row) for row in listed}) == 1
    assert sum(row["weight"] for row in listed[:k]) == pytest.approx(100, rel=EXACT)
    text = result.summary()
    assert text == pool(result_set(result), spec).summary()
    assert "Set aside: Study 9: Only a p value." in text
    assert "nan" not in text


def result_set(result):
    return EffectSet(
        measure=result.measure, unit=result.unit, rows=result.rows, set_aside=result.set_aside
    )


def test_rows_carry_notes_and_places():
    note = Note(kind="converted", text="SD from SE.", study="s1")
    place = Place(file="outcomes.csv", row=7)
    rows = (study(1, 1.0, 0.25, notes=(note,), places=(place,)), study(2, 2.0, 0.25))
    row = pool(EffectSet(measure="MD", unit="", rows=rows), RandomEffects()).to_rows()[0]
    assert row["notes"] == "SD from SE."
    assert row["places"] == "outcomes.csv, row 7"
    assert row["ci_low"] == pytest.approx(1.0 - 0.5 * 1.959963984540054, rel=EXACT)


def test_infinite_end_becomes_none_with_its_text():
    found = plain(Interval(low=-math.inf, high=2.0, level=0.95, method="x"))
    assert found["low"] is None
    assert found["text"] == "-inf to 2"


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError, match="no plain form"):
        plain(object())


def test_summary():
    """The summary in full, once, so that a change of wording is seen."""
    result = pool(effect_set([0.0, 2.0], [1.0, 1.0]), RandomEffects(interval="z", prediction="z"))
    assert result.summary().splitlines()[:5] == [
        "MD in points (0-10): 2 studies, n = 20",
        "Effect 1, 95% -0.96 to 2.96 (normal), p = 0.317",
        "Prediction 95% -1.772 to 3.772 (z, normal)",
        "Common effect 1, 95% -0.3859 to 2.386 (normal)",
        "tau2 1 (REML); 95% 0 to 2036 (Q-profile); I2 50.0%; Q 2 with 1 df, p = 0.157",
    ]


def test_effect_is_the_weighted_mean_of_its_weights():
    result = pool(FIVE, RandomEffects())
    assert isinstance(result.tau2, Tau2Estimate)
    assert np.dot(result.weights, FIVE.effect) / 100 == pytest.approx(result.effect, rel=EXACT)


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_every_estimator_pools(method):
    result = pool(FIVE, RandomEffects(tau2=method))
    assert result.tau2.method == method
    assert result.interval.low < result.effect < result.interval.high
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == result.to_dict()


def test_a_given_tau2():
    result = pool(FIVE, RandomEffects(tau2=1.5, interval="z"))
    assert result.tau2.tau2 == 1.5
    assert result.tau2.method == "fixed"
    assert isinstance(result.tau2_interval, NotEstimable)
    assert result.std_error == pytest.approx(
        1 / math.sqrt(sum(1 / (v + 1.5) for v in FIVE.variance)), rel=EXACT
    )
    with pytest.raises(SpecError, match="at least 0"):
        RandomEffects(tau2=-1.0)


@pytest.mark.parametrize(
    ("interval", "tau2"), [("Kenward-Roger", "REML"), ("profile likelihood", "ML")]
)
def test_intervals_of_one_estimator(interval, tau2):
    result = pool(FIVE, RandomEffects(tau2=tau2, interval=interval))
    assert result.interval.method.startswith(interval)
    inside = pool(FIVE, RandomEffects(tau2=tau2, interval="z")).interval
    assert result.interval.low < inside.low < inside.high < result.interval.high
    # the p value and the interval are of one test
    assert (result.p_value < 0.05) != result.interval.contains(0.0)
    with pytest.raises(SpecError, match=tau2):
        RandomEffects(tau2="DL", interval=interval)


def test_kenward_roger_without_a_degree_of_freedom_has_no_bounds():
    result = pool(effect_set([0.0, 0.1], [0.01, 10.0]), RandomEffects(interval="Kenward-Roger"))
    assert isinstance(result.p_value, NotEstimable)
    assert (result.interval.low, result.interval.high) == (-math.inf, math.inf)
    assert "interval='HKSJ'" in result.p_value.reason
    assert result.p_value.reason in result.summary()


@pytest.mark.parametrize(
    ("spec", "by_t"),
    [
        (RandomEffects(), True),
        (RandomEffects(interval="t"), True),
        (RandomEffects(interval="z"), False),
        (RandomEffects(interval="Kenward-Roger"), False),
        (RandomEffects(tau2="ML", interval="profile likelihood"), False),
    ],
)
def test_one_degree_of_freedom_is_named_only_where_the_interval_has_it(spec, by_t):
    result = pool(effect_set([0.0, 2.0], [1.0, 1.5]), spec)
    assert "neither shown nor excluded" in texts(result)
    assert ("1 degree of freedom" in texts(result)) == by_t
    assert any("Felsch" in note.method for note in result.notes) == by_t


def test_bootstrap_prediction_is_named_and_repeatable():
    one, two, other = (
        pool(FIVE, RandomEffects(prediction="bootstrap", seed=seed)).prediction
        for seed in (1, 1, 2)
    )
    assert one == two
    assert one != other
    assert "bootstrap" in one.method
    assert "seed 1" in one.method
