"""Mixed models of counts: edges, choices, exits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import ConvergenceError, InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.logit_normal import fit_logit_normal
from remit.synthesis.rare import glmm

TRIALS = {
    "ai": [1, 2, 0, 0, 3],
    "n1i": [20, 30, 15, 22, 40],
    "ci": [3, 2, 4, 0, 9],
    "n2i": [22, 30, 14, 25, 38],
    "labels": ["A", "B", "C", "D", "E"],
}
VARIED = {
    "ai": [1, 12, 4, 9, 3, 20],
    "n1i": [20, 30, 15, 22, 40, 60],
    "ci": [6, 5, 4, 12, 9, 8],
    "n2i": [22, 30, 14, 25, 38, 55],
}
RATES = {
    "x1i": [7, 8, 3, 6, 1],
    "t1i": [1344, 1600, 12012, 1536, 370],
    "x2i": [11, 8, 14, 10, 1],
    "t2i": [1988, 1461, 10962, 1503, 483],
}
MODELS = ["UM.FS", "UM.RS", "CM.EL", "CM.AL"]


def first(counts, k):
    return {name: values[:k] for name, values in counts.items()}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_few_studies_have_an_answer(model, k):
    result = glmm("OR", model, **first(TRIALS, k))
    assert result.k == k
    assert np.isfinite(result.effect.std_error)
    if k == 1:
        assert isinstance(result.tau2, NotEstimable)
        assert isinstance(result.wald_q, NotEstimable)
        assert any("one common effect" in note.text for note in result.notes)
    else:
        assert result.tau2.tau2 >= 0
        assert any("hardly known" in note.text for note in result.notes)
    json.dumps(result.to_dict(), allow_nan=False)


def test_one_table_gives_its_own_odds_ratio():
    table = {"ai": [4], "bi": [6], "ci": [3], "di": [9]}
    result = glmm("OR", "UM.FS", method="EE", **table)
    assert result.effect.value == pytest.approx(np.log(4 * 9 / (6 * 3)), abs=1e-12)
    # the inverse of the information is Woolf's variance
    variance = 1 / 4 + 1 / 6 + 1 / 3 + 1 / 9
    assert result.effect.std_error == pytest.approx(variance**0.5, rel=1e-10)
    assert result.fit.deviance == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_studies_without_information_are_named(model):
    result = glmm("OR", model, **TRIALS)
    if model == "UM.RS":
        assert result.labels == ("A", "B", "C", "D", "E")
        assert any(n.kind == "used" and n.text.startswith("D:") for n in result.notes)
        left = glmm("OR", model, **TRIALS, drop00=True)
        assert left.k == 4
        assert left.fit.loglik != result.fit.loglik
    else:
        assert result.labels == ("A", "B", "C", "E")
        assert [row.label for row in result.set_aside] == ["D"]
        without = {name: values[:3] + values[4:] for name, values in TRIALS.items()}
        again = glmm("OR", model, **without)
        assert again.effect.value == result.effect.value
        assert again.fit.loglik == result.fit.loglik


@pytest.mark.parametrize("model", MODELS)
def test_no_count_is_corrected(model):
    notes = [note for note in glmm("OR", model, **TRIALS).notes if note.kind == "corrected"]
    assert all("the model has the counts as they are" in note.text for note in notes)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("method", ["ML", "EE"])
def test_no_event_anywhere_has_an_answer(model, method):
    counts = {"ai": [0, 0], "n1i": [10, 20], "ci": [0, 0], "n2i": [11, 21]}
    result = glmm("OR", model, method=method, **counts)
    assert isinstance(result.effect, NotEstimable)
    assert result.coef.size == 0
    json.dumps(result.to_dict(), allow_nan=False)
    assert "Not estimable" in result.summary()


@pytest.mark.parametrize("model", MODELS)
def test_an_infinite_ratio_is_not_estimated(model):
    counts = {"ai": [0, 0, 0], "n1i": [10, 20, 9], "ci": [2, 3, 1], "n2i": [11, 21, 9]}
    result = glmm("OR", model, **counts)
    assert isinstance(result.effect, NotEstimable)
    assert "zero or infinite" in result.effect.reason


def test_studies_that_contradict_each_other_entirely():
    counts = {"ai": [0, 20, 0, 30], "n1i": [30, 20, 25, 30]}
    result = glmm("PLO", xi=counts["ai"], ni=counts["n1i"])
    assert isinstance(result.effect, NotEstimable)
    assert "contradict" in result.effect.reason


@pytest.mark.parametrize("measure", ["PLO", "IRLN"])
def test_one_arm_without_events(measure):
    sizes = {"ni": [10, 20]} if measure == "PLO" else {"ti": [10.0, 20.0]}
    result = glmm(measure, xi=[0, 0], **sizes)
    assert isinstance(result.effect, NotEstimable)


def test_proportions_agree_with_the_logit_normal_fit():
    events, n = np.array([16.0, 10, 4, 43, 25, 0, 12]), np.array([17.0, 12, 8, 58, 42, 9, 12])
    result, fit = glmm("PLO", xi=events, ni=n), fit_logit_normal(events, n)
    # two codes for one integral, both to about 1e-12
    assert result.effect.value == pytest.approx(fit.beta, abs=1e-9)
    assert result.effect.std_error == pytest.approx(fit.std_error, rel=1e-9)
    assert result.tau2.tau2 == pytest.approx(fit.tau2, rel=1e-9)


def test_rates_conditional_on_their_total_are_binomial_proportions():
    # with equal person-times the events of one arm are a binomial share of all
    rates = {"x1i": [3, 9, 1, 12], "x2i": [6, 5, 4, 9], "t1i": [10.0] * 4, "t2i": [10.0] * 4}
    result = glmm("IRR", "CM.EL", **rates)
    share = glmm("PLO", xi=rates["x1i"], ni=np.add(rates["x1i"], rates["x2i"]))
    assert result.effect.value == pytest.approx(share.effect.value, abs=1e-10)
    assert result.tau2.tau2 == pytest.approx(share.tau2.tau2, rel=1e-9)


@pytest.mark.parametrize("model", ["UM.FS", "CM.EL"])
def test_common_rates_are_the_same_with_fixed_bases_and_conditionally(model):
    # for Poisson counts conditioning on the total loses nothing: the bases profile out exactly
    results = [glmm("IRR", m, method="EE", **RATES) for m in ("UM.FS", model)]
    assert results[0].effect.value == pytest.approx(results[1].effect.value, abs=1e-10)
    assert results[0].effect.std_error == pytest.approx(results[1].effect.std_error, rel=1e-9)


def test_moderators_explain_and_their_scale_does_not_matter():
    x = np.array([1.0, 2, 3, 4, 5, 6])
    plain = glmm("OR", "CM.AL", moderators=x, moderator_names=["dose"], **VARIED)
    scaled = glmm("OR", "CM.AL", moderators=1e8 * x, **VARIED)
    assert plain.names == ("intercept", "dose")
    assert scaled.coef[1] * 1e8 == pytest.approx(plain.coef[1], rel=1e-8)
    assert scaled.fit.loglik == pytest.approx(plain.fit.loglik, abs=1e-10)
    assert isinstance(plain.prediction, NotEstimable)
    assert "dose" in plain.summary()


def test_a_missing_moderator_sets_its_study_aside():
    x = [1.0, None, 3, 4, 5, 6]
    result = glmm("OR", "CM.AL", moderators=x, **VARIED)
    assert result.labels == tuple(f"study {i}" for i in (1, 3, 4, 5, 6))
    assert [row.label for row in result.set_aside] == ["study 2"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"level": 95}, r"0\.95"),
        ({"model": "UM.XS"}, "model"),
        ({"method": "REML"}, "ML"),
        ({"test": "knha"}, "test"),
        ({"interval": "exact"}, "interval"),
        ({"coding": 0.3}, "coding"),
        ({"moderators": np.ones(6)}, "moderators"),
        ({"moderators": np.eye(6)}, "moderators"),
        ({"moderators": np.arange(6.0), "interval": "profile"}, "profile"),
    ],
)
def test_choices_are_checked(changes, where):
    given = {"model": "CM.AL", **VARIED} | changes
    with pytest.raises(SpecError, match=where):
        glmm("OR", given.pop("model"), **given)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"ai": [1.5, 12, 4, 9, 3, 20]}, "study 1, 'ai'"),
        ({"moderators": np.arange(5.0)}, "moderators"),
        ({"moderators": np.arange(6.0), "moderator_names": ["a", "b"]}, "moderator_names"),
    ],
)
def test_inputs_are_checked(changes, where):
    with pytest.raises(InputError, match=where):
        glmm("OR", "CM.AL", **(VARIED | changes))


def test_conditional_models_of_rates_have_no_approximation():
    with pytest.raises(SpecError, match="model"):
        glmm("IRR", "CM.AL", **RATES)


def test_too_many_possible_tables_are_refused_by_name():
    with pytest.raises(SpecError, match="study 1"):
        glmm("OR", "CM.EL", ai=[9e6], n1i=[3e7], ci=[9e6], n2i=[3e7])


def test_separation_by_a_moderator_raises():
    counts = {"ai": [0, 0, 5, 6], "n1i": [10] * 4, "ci": [3, 4, 3, 5], "n2i": [10] * 4}
    with pytest.raises(ConvergenceError, match="infinite"):
        glmm("OR", "UM.FS", method="EE", moderators=[0, 0, 1, 1], **counts)


def test_t_widens_the_interval():
    normal, t = (glmm("OR", "UM.FS", test=test, **VARIED) for test in ("z", "t"))
    assert t.df == 5
    assert t.effect.interval.high > normal.effect.interval.high
    assert t.p_value > normal.p_value
    alone = glmm("OR", "UM.FS", test="t", **first(VARIED, 1))
    assert isinstance(alone.effect, NotEstimable)


@pytest.mark.parametrize("model", ["CM.AL", "CM.EL", "UM.FS"])
def test_the_profile_interval_is_where_the_likelihood_has_fallen_enough(model):
    result = glmm("OR", model, interval="profile", method="EE", **VARIED)
    interval = result.effect.interval
    assert interval.method == "profile likelihood"
    # the common-effect likelihood is nearly normal here
    assert interval.low == pytest.approx(
        result.effect.value - 1.96 * result.effect.std_error, abs=0.05
    )
    wide = glmm("OR", model, interval="profile", level=0.99, method="EE", **VARIED)
    assert wide.effect.interval.low < interval.low < interval.high < wide.effect.interval.high


def test_a_profile_interval_allows_for_variation():
    common, varying = (
        glmm("OR", "CM.AL", interval="profile", method=method, **VARIED) for method in ("EE", "ML")
    )
    assert varying.tau2.tau2 > 0
    low, high = varying.effect.interval.low, varying.effect.interval.high
    assert low < common.effect.interval.low < common.effect.interval.high < high


def test_conditional_and_unconditional_agree_where_counts_are_large():
    table = {"ai": [900, 450], "bi": [5100, 3000], "ci": [1000, 600], "di": [5200, 2900]}
    exact = glmm("OR", "CM.EL", method="EE", **table)
    fixed = glmm("OR", "UM.FS", method="EE", **table)
    # they differ by a relative 1/n
    assert exact.effect.value == pytest.approx(fixed.effect.value, rel=2e-3)
    assert exact.effect.std_error == pytest.approx(fixed.effect.std_error, rel=1e-3)


def test_a_hundred_thousand_in_an_arm_does_no_harm():
    table = {
        "ai": [40_000, 30_000, 20_500],
        "n1i": [100_000] * 3,
        "ci": [41_000, 29_000, 21_500],
        "n2i": [100_000] * 3,
    }
    result = glmm("OR", "CM.EL", **table)
    other = glmm("OR", "UM.FS", **table)
    assert result.tau2.status.converged
    assert result.effect.value == pytest.approx(other.effect.value, rel=1e-3)
    assert result.quadrature_error < 1e-8


def test_results_are_locked_and_plain():
    result = glmm("OR", "UM.RS", **VARIED)
    with pytest.raises(ValueError, match="read-only"):
        result.coef[0] = 1.0
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["kind"] == "remit.glmm"
    assert plain["tau2"]["status"]["converged"] is True
    assert len(plain["rows"]) == 6
    assert "sigma2" in result.summary()
