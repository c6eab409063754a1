"""The beta-binomial model and the arcsine difference at the edges."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.rare import arcsine_difference, beta_binomial
from remit.synthesis.rare.beta_binomial_likelihood import group_of, group_terms
from remit.synthesis.spec import CommonEffect

TRIALS = {
    "ai": [1, 2, 0, 0, 3],
    "n1i": [20, 30, 15, 22, 40],
    "ci": [3, 2, 4, 0, 9],
    "n2i": [22, 30, 14, 25, 38],
    "labels": ["A", "B", "C", "D", "E"],
}


@pytest.mark.parametrize(("p", "gamma"), [(0.2, 0.0), (0.2, 0.05), (0.7, 3.0), (0.01, 1e-6)])
def test_derivatives_agree_with_differences(p, gamma):
    group = group_of(np.array([0.0, 3, 9]), np.array([12.0, 9, 30]))
    _, gradient, hessian = group_terms(group, p, gamma)
    h = 1e-6
    for i, (dp, dg) in enumerate(((h, 0.0), (0.0, h))):
        # gamma may not be negative, but its formulas stand a step below zero
        up, down = group_terms(group, p + dp, gamma + dg), group_terms(group, p - dp, gamma - dg)
        assert (up[0] - down[0]) / (2 * h) == pytest.approx(gradient[i], rel=1e-4, abs=1e-4)
        assert (up[1] - down[1]) / (2 * h) == pytest.approx(hessian[i], rel=1e-4, abs=1e-3)


def test_without_overdispersion_it_is_the_binomial_of_the_sums():
    # identical shares in all arms of a group: less spread than binomial
    result = beta_binomial("OR", ai=[2, 4], n1i=[10, 20], ci=[5, 10], n2i=[10, 20])
    assert result.rho == 0.0
    assert isinstance(result.se_rho, NotEstimable)
    assert result.proportions == pytest.approx([0.2, 0.5], abs=1e-12)
    assert result.effect.value == pytest.approx(math.log(0.25), abs=1e-10)
    assert result.effect.std_error == pytest.approx((1 / 6 + 1 / 24 + 2 / 15) ** 0.5, rel=1e-8)
    assert result.overdispersion.p_value == 1.0
    assert {note.kind for note in result.notes} == {"boundary", "caution"}


def test_one_fit_gives_all_three_contrasts():
    results = {measure: beta_binomial(measure, **TRIALS) for measure in ("OR", "RR", "RD")}
    p, q = results["OR"].proportions
    assert results["RR"].effect.value == pytest.approx(math.log(p / q), abs=1e-12)
    assert results["RD"].effect.value == pytest.approx(p - q, abs=1e-14)
    assert results["OR"].rho == results["RD"].rho
    # no effect is no effect in each: their likelihood-ratio tests are one
    sides = {measure: r.profile.contains(0.0) for measure, r in results.items()}
    assert len(set(sides.values())) == 1


def test_studies_without_events_count():
    every = beta_binomial("OR", **TRIALS)
    some = beta_binomial("OR", **{name: v[:3] + v[4:] for name, v in TRIALS.items()})
    assert every.k == 5
    assert every.effect.value != some.effect.value
    assert any(n.kind == "used" and n.text.startswith("D:") for n in every.notes)


def test_no_event_anywhere_has_an_answer():
    counts = {"ai": [0, 0], "n1i": [10, 20], "ci": [0, 0], "n2i": [11, 21]}
    for measure in ("OR", "RR"):
        result = beta_binomial(measure, **counts)
        assert isinstance(result.effect, NotEstimable)
        assert isinstance(result.profile, NotEstimable)
        assert "every ratio" in result.effect.reason
    difference = beta_binomial("RD", **counts)
    assert isinstance(difference.effect, NotEstimable)
    assert -1 < difference.profile.low < 0 < difference.profile.high < 1
    # with rho unknown each of the two arms of a group counts as one person: (1 - p)^2 = exp(-1.92)
    assert difference.profile.high == pytest.approx(1 - math.exp(-1.920729 / 2), abs=2e-4)
    json.dumps(difference.to_dict(), allow_nan=False)


def test_one_group_without_events_has_a_one_sided_answer():
    counts = {"ai": [0, 0], "n1i": [10, 20], "ci": [2, 1], "n2i": [10, 20]}
    result = beta_binomial("OR", **counts)
    assert isinstance(result.effect, NotEstimable)
    assert result.profile.low == -math.inf
    assert math.isfinite(result.profile.high)
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["profile"]["low"] is None


def test_arms_that_contradict_each_other():
    result = beta_binomial("PLO", xi=[0, 30], ni=[20, 30])
    assert isinstance(result.effect, NotEstimable)
    assert "contradict" in result.effect.reason
    assert result.status is None
    assert "Not estimable" in result.summary()


def test_one_group():
    result = beta_binomial("PLO", xi=[3, 10, 0, 7], ni=[20, 30, 15, 10])
    assert result.proportions.size == 1
    assert result.profile.low < result.effect.value < result.profile.high
    assert result.overdispersion.p_value < 0.05


def test_no_study_left():
    result = beta_binomial("OR", ai=[0], n1i=[0], ci=[1], n2i=[9])
    assert result.k == 0
    assert isinstance(result.effect, NotEstimable)


def test_choices_and_counts_are_checked():
    with pytest.raises(SpecError, match="OR, RR, RD, PLO"):
        beta_binomial("IRR", **TRIALS)
    with pytest.raises(SpecError, match=r"0\.95"):
        beta_binomial("OR", **TRIALS, level=95)
    with pytest.raises(InputError, match="A, 'ai'"):
        beta_binomial("OR", **(TRIALS | {"ai": [1.5, 2, 0, 0, 3]}))


def test_results_are_locked_and_plain():
    result = beta_binomial("OR", **TRIALS)
    with pytest.raises(ValueError, match="read-only"):
        result.proportions[0] = 1.0
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["kind"] == "remit.beta-binomial"
    assert result.labels == ("A", "B", "C", "D", "E")
    assert "rho" in result.summary()


def test_the_arcsine_difference_takes_zero_cells_as_they_are():
    result = arcsine_difference(**TRIALS, spec=CommonEffect())
    n1, n2 = np.array(TRIALS["n1i"]), np.array(TRIALS["n2i"])
    y = np.arcsin(np.sqrt(TRIALS["ai"] / n1)) - np.arcsin(np.sqrt(TRIALS["ci"] / n2))
    w = 1 / (0.25 / n1 + 0.25 / n2)
    assert result.k == 5
    assert result.effect == pytest.approx(float((w * y).sum() / w.sum()), abs=1e-12)
    assert result.std_error == pytest.approx(float(w.sum() ** -0.5), rel=1e-12)
    assert result.measure == "AS"


def test_the_arcsine_difference_of_nothing_is_nothing():
    result = arcsine_difference(ai=[0, 0], n1i=[10, 20], ci=[0, 0], n2i=[11, 21])
    assert result.effect == 0.0
    assert result.std_error > 0
    aside = arcsine_difference(ai=[0, 1], n1i=[0, 20], ci=[0, 2], n2i=[11, 21], labels=["A", "B"])
    assert [row.label for row in aside.set_aside] == ["A"]
    with pytest.raises(InputError, match="A"):
        arcsine_difference(ai=[0], n1i=[0], ci=[0], n2i=[11], labels=["A"])


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        ("RD", {"ai": [0], "n1i": [19], "ci": [6], "n2i": [41]}),
        ("RD", {"ai": [252, 180], "n1i": [2840, 11005], "ci": [0, 0], "n2i": [14, 4]}),
        ("RR", {"ai": [32], "n1i": [32], "ci": [36], "n2i": [37]}),
        ("OR", {"ai": [2078], "n1i": [8800], "ci": [0], "n2i": [1]}),
    ],
)
def test_a_group_at_its_edge_still_has_a_profile(measure, counts):
    result = beta_binomial(measure, **counts)
    assert result.profile.low < result.profile.high
    if not isinstance(result.effect, NotEstimable):
        assert result.profile.contains(result.effect.value)
