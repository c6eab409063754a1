"""Mantel-Haenszel and Peto at the edges."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.rare import mantel_haenszel, peto

TABLE = {"ai": [1, 4, 0], "n1i": [20, 30, 15], "ci": [3, 5, 2], "n2i": [21, 29, 16]}
NOTHING = {"ai": [0, 0], "n1i": [10, 20], "ci": [0, 0], "n2i": [11, 21]}


def test_one_table_gives_its_own_odds_ratio():
    result = mantel_haenszel("OR", ai=[4], bi=[6], ci=[3], di=[9])
    assert result.effect.value == pytest.approx(np.log(4 * 9 / (6 * 3)), abs=1e-14)
    # with one stratum the variance is that of Woolf 1955
    assert result.effect.std_error**2 == pytest.approx(1 / 4 + 1 / 6 + 1 / 3 + 1 / 9, rel=1e-12)
    assert result.weights.tolist() == [100.0]
    for test in (result.heterogeneity, result.breslow_day, result.tarone, result.i2):
        assert isinstance(test, NotEstimable)


def test_one_table_gives_its_own_differences():
    result = mantel_haenszel("RD", ai=[4], bi=[6], ci=[3], di=[9])
    assert result.effect.value == pytest.approx(0.4 - 0.25, abs=1e-14)
    rates = mantel_haenszel("IRD", x1i=[4], t1i=[10.0], x2i=[3], t2i=[12.0])
    assert rates.effect.value == pytest.approx(0.4 - 0.25, abs=1e-14)
    assert rates.effect.std_error**2 == pytest.approx(4 / 100 + 3 / 144, rel=1e-12)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_no_event_anywhere_has_an_answer(measure):
    result = mantel_haenszel(measure, **NOTHING)
    assert isinstance(result.effect, NotEstimable)
    assert isinstance(result.p_value, NotEstimable)
    assert result.k == 2
    assert any("study 1, study 2" in note.text for note in result.notes)
    json.dumps(result.to_dict(), allow_nan=False)
    assert "Not estimable" in result.summary()


@pytest.mark.parametrize("measure", ["IRR", "IRD"])
def test_no_event_anywhere_has_an_answer_for_rates(measure):
    result = mantel_haenszel(measure, x1i=[0, 0], t1i=[10, 20], x2i=[0, 0], t2i=[9, 8])
    assert isinstance(result.effect, NotEstimable)
    assert isinstance(result.association, NotEstimable)


def test_an_infinite_ratio_says_which_way():
    low = mantel_haenszel("OR", ai=[0, 0], n1i=[10, 20], ci=[2, 3], n2i=[11, 21])
    high = mantel_haenszel("RR", ai=[2, 3], n1i=[10, 20], ci=[0, 0], n2i=[11, 21])
    assert "zero" in low.effect.reason
    assert "infinite" in high.effect.reason
    # the test of association needs no estimate
    assert low.association.p_value < 0.2


def test_every_arm_empty_leaves_no_study():
    result = mantel_haenszel("OR", ai=[0], n1i=[0], ci=[1], n2i=[9], labels=["A"])
    assert result.k == 0
    assert isinstance(result.effect, NotEstimable)
    assert [row.label for row in result.set_aside] == ["A"]
    assert isinstance(peto(ai=[0], n1i=[0], ci=[1], n2i=[9]).effect, NotEstimable)


def test_nothing_is_corrected_unless_asked_for():
    plain = mantel_haenszel("OR", **TABLE)
    asked = mantel_haenszel("OR", **TABLE, add=(0.5, 0.5), to=("only0", "only0"))
    assert plain.effect.value != asked.effect.value
    kinds = [note.text for note in plain.notes if note.kind == "corrected"]
    assert len(kinds) == 1
    assert "for Q and I2 alone" in kinds[0]
    texts = [note.text for note in asked.notes if note.kind == "corrected"]
    assert any("counts that are pooled, in study 3" in text for text in texts)


def test_studies_without_events_weigh_nothing_in_a_ratio_and_count_in_a_difference():
    more = {name: [*values, {"ai": 0, "ci": 0}.get(name, 50)] for name, values in TABLE.items()}
    ratio, with_more = mantel_haenszel("OR", **TABLE), mantel_haenszel("OR", **more)
    assert with_more.effect.value == pytest.approx(ratio.effect.value, abs=1e-15)
    assert with_more.weights[-1] == 0.0
    assert with_more.k == 4
    difference = mantel_haenszel("RD", **more)
    assert abs(difference.effect.value) < abs(mantel_haenszel("RD", **TABLE).effect.value)
    dropped = mantel_haenszel("RD", **more, drop00=(True, True))
    assert dropped.k == 3
    assert dropped.effect.value == mantel_haenszel("RD", **TABLE).effect.value


def test_the_continuity_correction_never_goes_beyond_zero():
    balanced = {"ai": [3, 3], "n1i": [10, 10], "ci": [3, 3], "n2i": [10, 10]}
    assert mantel_haenszel("OR", **balanced).association.statistic == 0.0
    assert mantel_haenszel("OR", **balanced, correct=False).association.statistic == 0.0


def test_effective_counts_of_cluster_trials_are_taken():
    result = mantel_haenszel("RR", ai=[1.5, 4.2], n1i=[20.1, 30], ci=[3.3, 5], n2i=[21, 29.5])
    assert np.isfinite(result.effect.value)


def test_large_counts_keep_their_digits():
    big = mantel_haenszel("OR", ai=[3e9, 2e9], bi=[5e9, 6e9], ci=[2e9, 1e9], di=[7e9, 8e9])
    small = mantel_haenszel("OR", ai=[3, 2], bi=[5, 6], ci=[2, 1], di=[7, 8])
    assert big.effect.value == pytest.approx(small.effect.value, abs=1e-13)
    assert big.effect.std_error * 1e9**0.5 == pytest.approx(small.effect.std_error, rel=1e-12)


def test_choices_are_checked():
    with pytest.raises(SpecError, match=r"0\.95"):
        mantel_haenszel("OR", **TABLE, level=95)
    with pytest.raises(SpecError, match="OR, RR, RD, IRR, IRD"):
        mantel_haenszel("SMD", **TABLE)
    with pytest.raises(SpecError, match="to"):
        peto(**TABLE, to=("only0", "everywhere"))
    with pytest.raises(InputError, match="x1i"):
        mantel_haenszel("IRR", **TABLE)


def test_results_are_locked_and_plain():
    result = mantel_haenszel("OR", **TABLE, labels=["A", "B", "C"])
    with pytest.raises(ValueError, match="read-only"):
        result.weights[0] = 1.0
    assert result.weights.sum() == pytest.approx(100.0, abs=1e-12)
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["kind"] == "remit.mantel-haenszel"
    assert [row["study"] for row in plain["rows"]] == ["A", "B", "C"]
    assert "Mantel-Haenszel, log odds ratio (OR): 3 studies" in result.summary()


def test_peto_says_where_it_is_not_to_be_trusted():
    skewed = peto(ai=[1, 2], n1i=[300, 30], ci=[3, 2], n2i=[40, 30], labels=["A", "B"])
    assert any("A" in note.text and "size" in note.text for note in skewed.notes)
    strong = peto(ai=[10, 12], n1i=[100, 100], ci=[1, 0], n2i=[100, 100])
    assert any("large" in note.text for note in strong.notes)
    common = peto(ai=[50, 40], n1i=[100, 100], ci=[45, 42], n2i=[100, 100])
    assert any("common" in note.text for note in common.notes)


def test_peto_without_events():
    result = peto(**NOTHING)
    assert isinstance(result.effect, NotEstimable)
    assert result.weights.tolist() == [0.0, 0.0]
    json.dumps(result.to_dict(), allow_nan=False)
    assert "Peto" in result.summary()


def test_peto_of_one_table_is_observed_less_expected_over_its_variance():
    a, b, c, d = 4, 16, 1, 19
    result = peto(ai=[a], bi=[b], ci=[c], di=[d])
    variance = 20 * 20 * 5 * 35 / (40**2 * 39)
    assert result.effect.value == pytest.approx((a - 2.5) / variance, rel=1e-13)
    assert result.effect.std_error == pytest.approx(variance**-0.5, rel=1e-13)
    assert isinstance(result.heterogeneity, NotEstimable)
