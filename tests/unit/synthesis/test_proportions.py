"""Proportions: intervals at their edges, pooled results, notes and exits."""

from __future__ import annotations

import json
import math

import pytest
from scipy.special import bdtr, bdtrc

from remit.core.errors import InputError, SpecError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.synthesis.data import ProportionSet, SetAside, StudyCount
from remit.synthesis.logit_normal import fit_logit_normal
from remit.synthesis.proportions import (
    PooledProportion,
    all_events_lower,
    clopper_pearson,
    pool_proportions,
    wilson,
    zero_events_upper,
)
from remit.synthesis.tau2 import Tau2Estimate

ASIDE = SetAside(study="z", label="Zed 2001", reason="No denominator.")


def count_set(counts, *, units=None, set_aside=()):
    rows = tuple(
        StudyCount(
            study=f"s{i}",
            label=f"Study {i}",
            events=r,
            n=n,
            unit="patients" if units is None else units[i - 1],
            columns={},
        )
        for i, (r, n) in enumerate(counts, start=1)
    )
    return ProportionSet(definition="50 % relief", rows=rows, set_aside=set_aside)


def texts(result):
    return " ".join(note.text for note in result.notes)


@pytest.mark.parametrize(("events", "n"), [(1, 7), (3, 7), (6, 7), (55, 77)])
def test_clopper_pearson_by_its_definition(events, n):
    """At each end the tail probability of the count is 2.5 %."""
    found = clopper_pearson(events, n)
    # the beta quantile and the binomial tail each hold about ten digits
    assert bdtrc(events - 1, n, found.low) == pytest.approx(0.025, rel=1e-9)
    assert bdtr(events, n, found.high) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize(("events", "n"), [(2, 9), (30, 40)])
def test_wilson_by_its_definition(events, n):
    """At each end the score statistic is the normal quantile."""
    found = wilson(events, n)
    for end in (found.low, found.high):
        score = (events / n - end) / math.sqrt(end * (1 - end) / n)
        assert abs(score) == pytest.approx(1.959963984540054, rel=1e-10)  # closed form


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_none_and_all(interval):
    none, all_ = interval(0, 6), interval(6, 6)
    assert none.low == 0
    assert all_.high == 1
    assert none.high == pytest.approx(1 - all_.low, rel=1e-12)  # complements
    assert 0.3 < none.high < 0.5


def test_one_sided_bounds_solve_their_equation():
    assert (1 - zero_events_upper(61)) ** 61 == pytest.approx(0.05, rel=1e-12)
    assert all_events_lower(6, 0.9) ** 6 == pytest.approx(0.1, rel=1e-12)


@pytest.mark.parametrize(("events", "n"), [(7, 6), (-1, 6), (0, 0), (0.5, 3)])
def test_impossible_counts(events, n):
    for interval in (clopper_pearson, wilson):
        with pytest.raises(InputError, match="0 <= events <= n"):
            interval(events, n)


def test_six_of_six_beside_others():
    result = pool_proportions(count_set([(6, 6), (4, 9), (5, 7)]))
    assert isinstance(result.proportion, Estimate)
    assert isinstance(result.tau2, Tau2Estimate)
    assert result.logit.std_error > 0
    assert 0.5 < result.proportion.value < 0.9
    assert result.proportion.interval.high < 1
    assert "hardly known" in texts(result)


def test_tau2_at_zero_is_the_logit_of_the_summed_counts():
    """Four ketamine series in complex regional pain (PMC10688501), recomputed with metafor."""
    result = pool_proportions(count_set([(18, 33), (1, 5), (13, 20), (23, 48)]))
    assert result.tau2.tau2 == 0
    assert result.tau2.status.at_boundary
    summed = math.log(55 / 51)
    assert result.logit.value == pytest.approx(summed, rel=1e-12)  # closed form
    error = math.sqrt(1 / 55 + 1 / 51)
    assert result.logit.std_error == pytest.approx(error, rel=1e-12)
    found = result.proportion
    assert found.value == pytest.approx(0.5189, abs=5e-5)  # printed with four decimals
    assert (found.interval.low, found.interval.high) == pytest.approx((0.4242, 0.6122), abs=5e-5)
    assert "boundary" in {note.kind for note in result.notes}


def test_one_study():
    result = pool_proportions(count_set([(55, 77)]))
    assert result.proportion.interval == clopper_pearson(55, 77)
    assert result.method == "exact"
    assert isinstance(result.tau2, NotEstimable)
    assert isinstance(result.prediction, NotEstimable)
    assert result.logit.value == pytest.approx(math.log(55 / 22), rel=1e-13)


@pytest.mark.parametrize(
    ("counts", "value"), [([(0, 6), (0, 20)], 0.0), ([(6, 6), (3, 3), (9, 9)], 1.0)]
)
def test_none_or_all_everywhere(counts, value):
    result = pool_proportions(count_set(counts))
    total = sum(n for _, n in counts)
    assert result.proportion.value == value
    assert result.proportion.interval == clopper_pearson(round(value * total), total)
    assert isinstance(result.logit, NotEstimable)
    assert "summed counts" in texts(result)


def test_studies_that_contradict_each_other_entirely():
    result = pool_proportions(count_set([(0, 6), (5, 5)]))
    for part in (result.proportion, result.logit, result.tau2, result.prediction):
        assert isinstance(part, NotEstimable)
    assert "one by one" in texts(result)
    assert "not estimable" in result.summary()


def test_one_person_each():
    result = pool_proportions(count_set([(0, 1), (1, 1), (1, 1)]))
    assert result.proportion.interval == clopper_pearson(2, 3)
    assert "one person" in texts(result)


def test_prediction_is_wider_than_the_interval():
    result = pool_proportions(
        count_set([(23, 107), (12, 44), (19, 51), (39, 139), (6, 20), (9, 78)])
    )
    assert isinstance(result.prediction, Interval)
    assert result.prediction.low < result.proportion.interval.low
    assert result.prediction.high > result.proportion.interval.high


def test_mixed_units_are_noted():
    counts = count_set([(1, 5), (2, 9)], units=["patients", "infusions"])
    assert "infusions, patients" in texts(pool_proportions(counts))


def test_bad_studies_are_named():
    with pytest.raises(InputError, match="Study 2") as caught:
        pool_proportions(count_set([(1, 5), (6, 5), (0, 0)]))
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="1 set aside"):
        pool_proportions(count_set([], set_aside=(ASIDE,)))


def test_bad_choices():
    with pytest.raises(SpecError, match="GLMM"):
        pool_proportions(count_set([(1, 5)]), method="PFT")
    with pytest.raises(SpecError, match="level"):
        pool_proportions(count_set([(1, 5)]), level=95)


def test_doubling_the_quadrature_changes_nothing():
    for counts in (
        [(6, 6), (4, 9), (0, 7)],
        [(0, 1000), (500, 1000), (999, 1000)],
        [(0, 6), (5, 5), (1, 9)],
    ):
        r, n = zip(*counts, strict=True)
        found = fit_logit_normal(r, n)
        assert found.status.converged
        assert found.quadrature_error < 1e-8


EXITS = [
    [(55, 77)],
    [(0, 6), (0, 9)],
    [(0, 6), (5, 5)],
    [(18, 33), (1, 5), (13, 20), (23, 48)],
    [(23, 107), (12, 44), (19, 51), (6, 6), (39, 139)],
]


@pytest.mark.parametrize("counts", EXITS)
def test_exits(counts):
    result = pool_proportions(count_set(counts, set_aside=(ASIDE,)), 0.9)
    as_dict = result.to_dict()
    assert json.loads(json.dumps(as_dict, allow_nan=False)) == as_dict
    assert (as_dict["kind"], as_dict["version"]) == ("remit.pooled-proportion", 1)
    assert set(PooledProportion.__dataclass_fields__) - set(as_dict) == {"set_aside"}
    listed = result.to_rows()
    assert [row["status"] for row in listed] == ["used"] * len(counts) + ["set aside"]
    assert len({tuple(row) for row in listed}) == 1
    exact = clopper_pearson(*counts[0], 0.9)
    assert (listed[0]["ci_low"], listed[0]["ci_high"]) == (exact.low, exact.high)
    text = result.summary()
    assert text == pool_proportions(count_set(counts, set_aside=(ASIDE,)), 0.9).summary()
    assert "Zed 2001" in text
    assert "nan" not in text
