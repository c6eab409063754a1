from dataclasses import replace

import pytest

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.certainty import LEVELS, CertaintyFacts, suggest_certainty

SURE = CertaintyFacts(
    randomised=True,
    controlled=True,
    bias_judged=True,
    n=900,
    interval=Interval(low=-3.0, high=-2.0, level=0.95, method="t"),
    important=1.3,
    i2=10.0,
    assumed=0,
    unreported=0,
)


def interval(low, high):
    return Interval(low=low, high=high, level=0.95, method="t")


def test_randomised_evidence_without_a_fault_is_high():
    found = suggest_certainty(SURE)
    assert (found.level, found.reasons) == ("high", ("starts high: randomised",))


def test_other_evidence_starts_low():
    found = suggest_certainty(replace(SURE, randomised=False))
    assert (found.level, found.reasons) == ("low", ("starts low: not randomised",))


STEPS = [
    ({"controlled": False}, "no control group"),
    ({"bias_judged": False}, "risk of bias"),
    ({"i2": 50.1}, "inconsistency: I² 50 %"),
    ({"n": 399}, "imprecision"),
    ({"n": None}, "imprecision: the number of people is not known"),
    ({"interval": interval(-2.0, -1.0)}, "imprecision: the interval holds both"),
    ({"interval": interval(-1.0, 2.0)}, "imprecision: the interval holds both"),
    ({"interval": NotEstimable(reason="none")}, "imprecision: no interval"),
    ({"assumed": 4}, "indirect numbers: the spread of 4 is assumed"),
    ({"unreported": 3}, "missing results: 3 more without a usable number"),
]


@pytest.mark.parametrize(("change", "reason"), STEPS)
def test_each_reason_is_one_step(change, reason):
    found = suggest_certainty(replace(SURE, **change))
    assert found.level == "moderate"
    assert len(found.reasons) == 2
    assert found.reasons[1].startswith(reason)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 400},
        {"i2": 50.0},
        {"i2": NotEstimable(reason="one study")},
        {"interval": interval(-1.2, 1.2)},  # within the two thresholds: no important difference
        {"important": None, "interval": interval(-9.0, 9.0)},
    ],
)
def test_no_step(change):
    assert suggest_certainty(replace(SURE, **change)).level == "high"


def test_it_never_falls_below_the_lowest():
    facts = SURE
    for change, _ in STEPS:
        facts = replace(facts, **change)
    found = suggest_certainty(replace(facts, randomised=False))
    assert found.level == LEVELS[0] == "very low"
    assert len(found.reasons) == 7  # the start and one for each of six kinds


def test_more_faults_never_raise_it():
    facts, levels = SURE, []
    for change, _ in STEPS:
        facts = replace(facts, **change)
        levels.append(LEVELS.index(suggest_certainty(facts).level))
    assert levels == sorted(levels, reverse=True)
