"""What effect_sizes does with every kind of row, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.effects import MEASURES, effect_sizes
from remit.synthesis.effects.inputs import FAMILIES
from remit.synthesis.effects.scales import SCALES

ARMS = {"m1i": [7.0], "sd1i": [2.0], "n1i": [20], "m2i": [6.0], "sd2i": [2.5], "n2i": [18]}


def texts(result, row):
    return " ".join(note.text for note in result.notes[row])


def test_a_zero_cell_is_corrected_and_said():
    got = effect_sizes("OR", ai=[0, 4], bi=[10, 6], ci=[3, 2], di=[7, 8], labels=["A", "B"])
    assert got.effect[0] == pytest.approx(np.log(0.5 * 7.5 / (10.5 * 3.5)), rel=1e-14)  # by hand
    assert texts(got, 0) == "0.5 was added to each of the four cells ('only0')."
    assert got.notes[0][0].study == "A"
    assert got.notes[1] == ()


def test_a_double_zero_row_is_kept_and_marked():
    got = effect_sizes("RR", ai=[0], n1i=[10], ci=[0], n2i=[12])
    assert got.usable[0]
    assert "No events in either group; the study is kept." in texts(got, 0)
    dropped = effect_sizes("RR", ai=[0], n1i=[10], ci=[0], n2i=[12], drop00=True)
    assert not dropped.usable[0]
    assert np.isnan(dropped.effect[0])
    assert "set aside, as asked" in texts(dropped, 0)


def test_events_in_everybody_are_marked_too():
    got = effect_sizes("OR", ai=[10], n1i=[10], ci=[12], n2i=[12])
    assert "Events in everybody" in texts(got, 0)


def test_all_studies_double_zero_under_no_correction():
    got = effect_sizes("OR", ai=[0, 0], n1i=[10, 9], ci=[0, 0], n2i=[12, 8], to="none")
    assert not got.usable.any()
    assert "not defined with a count of 0" in texts(got, 1)


def test_if0all_adds_to_every_study():
    got = effect_sizes("OR", ai=[0, 4], bi=[10, 6], ci=[3, 2], di=[7, 8], to="if0all", add=0.25)
    assert all("0.25 was added" in texts(got, row) for row in (0, 1))
    none = effect_sizes("OR", ai=[1, 4], bi=[10, 6], ci=[3, 2], di=[7, 8], to="if0all")
    assert none.notes == ((), ())


def test_measures_without_need_get_no_correction():
    got = effect_sizes("AS", ai=[0], n1i=[10], ci=[4], n2i=[10])
    assert got.spec.add == 0.0
    assert got.effect[0] == pytest.approx(-np.arcsin(np.sqrt(0.4)), rel=1e-14)  # closed form


def test_an_arm_without_people_is_set_aside():
    got = effect_sizes("RR", ai=[0, 1], n1i=[0, 10], ci=[2, 2], n2i=[10, 10])
    assert list(got.usable) == [False, True]
    assert "nobody in group 1" in texts(got, 0)
    means = effect_sizes("MD", **{**ARMS, "n2i": [0]})
    assert "n2i is 0: there is nobody in that group." in texts(means, 0)


def test_a_missing_number_is_named():
    got = effect_sizes("MD", **{**ARMS, "sd2i": [None]}, labels=["Benish 2019"])
    assert not got.usable[0]
    assert texts(got, 0) == "sd2i missing."
    nothing = effect_sizes("OR", ai=[None], bi=[3], ci=[None], di=[4])
    assert texts(nothing, 0) == "ai, ci missing."


def test_a_variance_of_zero_is_not_usable():
    got = effect_sizes("MD", **{**ARMS, "sd1i": [0.0], "sd2i": [0.0]})
    assert got.variance[0] == 0.0
    assert not got.usable[0]
    assert "variance is 0" in texts(got, 0)


def test_means_of_opposite_sign_have_no_ratio():
    got = effect_sizes("ROM", **{**ARMS, "m1i": [-7.0]})
    assert "same sign" in texts(got, 0)


def test_too_few_people_for_an_sd():
    got = effect_sizes("SMD", **{**ARMS, "n1i": [1], "n2i": [1]})
    assert not got.usable[0]
    one = effect_sizes("SMD1", **{**ARMS, "n2i": [2]})
    assert "at least 3 people in group 2" in texts(one, 0)


def test_no_studies_at_all():
    got = effect_sizes("OR", ai=[], bi=[], ci=[], di=[])
    assert got.k == 0
    assert got.to_rows() == []
    assert got.to_set("log odds").rows == ()
    assert effect_sizes("SMD", ti=[], n1i=[], n2i=[]).k == 0


def test_percentages_in_place_of_counts_are_found_with_every_row_named():
    with pytest.raises(InputError) as error:
        effect_sizes(
            "OR",
            ai=[48.4, 5, 59.9],
            n1i=[32, 30, 32],
            ci=[1, 2, 3],
            n2i=[30, 30, 30],
            labels=["A", "B", "C"],
        )
    problems = error.value.problems
    assert [problem.where for problem in problems] == ["A, argument 'ai'", "C, argument 'ai'"]
    assert "Percentages" in problems[0].hint or "percentages" in problems[0].hint


def test_all_impossible_values_come_at_once():
    with pytest.raises(InputError) as error:
        effect_sizes("MD", **{**ARMS, "sd1i": [-1.0], "n2i": [-3]}, labels=["Zitek 2018"])
    assert {problem.where for problem in error.value.problems} == {
        "Zitek 2018, argument 'sd1i'",
        "Zitek 2018, argument 'n2i'",
    }


@pytest.mark.parametrize(("name", "value"), [("ri", 1.5), ("ni", np.inf), ("pi", 0.0), ("pi", 1.2)])
def test_impossible_correlations(name, value):
    data = {"ri": [0.5], "ni": [20], name: [value]}
    with pytest.raises(InputError, match=name):
        effect_sizes("COR", **data)


def test_unequal_lengths_and_words_are_refused():
    with pytest.raises(InputError, match="'bi': found 1 values"):
        effect_sizes("OR", ai=[1, 2], bi=[1], ci=[1, 2], di=[1, 2])
    with pytest.raises(InputError, match="column of numbers"):
        effect_sizes("OR", ai=["one"], bi=[1], ci=[1], di=[1])
    with pytest.raises(InputError, match="labels"):
        effect_sizes("OR", ai=[1], bi=[1], ci=[1], di=[1], labels=["A", "B"])
    with pytest.raises(InputError, match="shape"):
        effect_sizes("OR", ai=[[1]], bi=[1], ci=[1], di=[1])


def test_a_single_number_stands_for_every_study():
    got = effect_sizes("MC", m1i=[5, 4], m2i=[3, 3], sd1i=[2, 2], sd2i=[2, 1], ni=[10, 10], ri=0.5)
    assert got.k == 2


def test_choices_that_do_not_exist():
    table = {"ai": [1], "bi": [2], "ci": [3], "di": [4]}
    with pytest.raises(SpecError, match="one of OR, RR"):
        effect_sizes("ODDS", **table)
    with pytest.raises(SpecError, match="vtype"):
        effect_sizes("OR", **table, vtype="UB")
    with pytest.raises(SpecError, match="'to'"):
        effect_sizes("OR", **table, to="always")
    with pytest.raises(SpecError, match="'add'"):
        effect_sizes("OR", **table, add=-1)
    with pytest.raises(SpecError, match="'sdi'"):
        effect_sizes("OR", **table, sdi=[1])
    with pytest.raises(SpecError, match="ai, ci with n1i, n2i"):
        effect_sizes("OR", ai=[1])
    with pytest.raises(SpecError, match="means and SDs, or with one of di, ti, pi"):
        effect_sizes("SMD", n1i=[10], n2i=[10])
    with pytest.raises(SpecError, match="level"):
        effect_sizes("OR", **table).to_rows(level=95)


def test_counts_do_not_overflow():
    big = np.array([2**31 - 1], dtype=np.int32)
    got = effect_sizes("PETO", ai=big, bi=big, ci=big, di=big)
    assert got.effect[0] == 0.0
    assert got.variance[0] == pytest.approx(1 / (2**31 / 4), rel=1e-8)  # 1/(n^4 / (4 n^3)), N - 1
    tiny = effect_sizes("OR", ai=np.array([200], np.uint8), bi=[100], ci=[100], di=[200])
    assert tiny.effect[0] == pytest.approx(np.log(4), rel=1e-14)  # closed form


def test_what_was_given_is_not_changed():
    cells = np.array([0.0, 3.0])
    effect_sizes("OR", ai=cells, bi=[3, 4], ci=[1, 2], di=[4, 5])
    assert list(cells) == [0.0, 3.0]


def test_groups_change_places():
    table = {"ai": [4, 4], "bi": [6, 6], "ci": [2, 2], "di": [8, 8]}
    got = effect_sizes("OR", **table, flip=[False, True])
    assert got.effect[1] == -got.effect[0]
    assert "exchanged" in texts(got, 1)
    d = effect_sizes("SMD", di=[0.5], n1i=[10], n2i=[20], flip=[True])
    assert d.effect[0] == -effect_sizes("SMD", di=[0.5], n1i=[20], n2i=[10]).effect[0]
    with pytest.raises(SpecError, match="flip"):
        effect_sizes("PR", xi=[1], ni=[4], flip=[True])
    with pytest.raises(InputError, match="flip"):
        effect_sizes("OR", **table, flip=[True])


def test_d_is_filled_row_by_row():
    got = effect_sizes(
        "SMD",
        m1i=[7.0, None, None, None],
        sd1i=[2.0, None, None, None],
        m2i=[6.0, None, None, None],
        sd2i=[2.5, None, None, None],
        n1i=[20, 20, 20, 20],
        n2i=[18, 18, 18, 18],
        di=[None, 0.4, None, None],
        ti=[None, None, 1.2, None],
    )
    assert list(got.usable) == [True, True, True, False]
    assert "t statistic" in texts(got, 2)
    assert texts(got, 3) == "Cohen's d cannot be computed."
    assert "Hedges" in texts(got, 0)


def test_complete_cases_are_said():
    got = effect_sizes("RD", ai=[3], n1i=[10], ci=[4], n2i=[12])
    assert "everybody in the group counts as observed" in texts(got, 0)
    parts = effect_sizes("RD", ai=[2.5], bi=[7.5], ci=[4], di=[8])
    assert "not a whole number" in texts(parts, 0)


def test_variance_types_and_uncorrected_values_are_said():
    got = effect_sizes("SMD", **ARMS, vtype="UB", correct=False)
    assert texts(got, 0) == "Variance of type UB."


def test_exits():
    got = effect_sizes("OR", ai=[4, 0], bi=[6, 0], ci=[2, 1], di=[8, 9], labels=["A", "B"])
    rows = got.to_rows()
    assert rows[0]["shown"] == pytest.approx(8 / 3, rel=1e-14)  # 4 x 8 / (6 x 2)
    assert rows[0]["ci_low"] < rows[0]["effect"] < rows[0]["ci_high"]
    assert rows[1]["effect"] is None
    assert rows[1]["usable"] is False
    assert json.loads(json.dumps(got.to_dict())) == got.to_dict()
    assert "not usable: There is nobody in group 1." in got.summary()
    pooled = got.to_set("log odds ratio")
    assert [row.label for row in pooled.rows] == ["A"]
    assert pooled.rows[0].n == 20
    assert pooled.set_aside[0].reason == "There is nobody in group 1."
    assert "shown" not in effect_sizes("AS", ai=[1], bi=[2], ci=[3], di=[4]).to_rows()[0]


def test_results_cannot_be_changed():
    got = effect_sizes("OR", ai=[4], bi=[6], ci=[2], di=[8])
    for array in (got.effect, got.variance, got.usable, got.n):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("code", list(MEASURES))
def test_every_measure_is_described(code):
    measure = MEASURES[code]
    assert measure.code == code
    assert measure.words
    assert measure.scale in SCALES
    assert set(measure.takes) - {"d"} <= set(FAMILIES[measure.family])


SAMPLE = {
    "2x2": {"ai": [12], "bi": [30], "ci": [20], "di": [21]},
    "paired 2x2": {"ai": [12], "bi": [30], "ci": [20], "di": [21]},
    "two rates": {"x1i": [12], "t1i": [30], "x2i": [20], "t2i": [21]},
    "rate": {"xi": [12], "ti": [30]},
    "proportion": {"xi": [12], "ni": [30]},
    "two means": ARMS,
    "mean": {"mi": [7.0], "sdi": [2.0], "ni": [20]},
    "change": {k: v for k, v in ARMS.items() if k[0] != "n"} | {"ni": [20], "ri": [0.4]},
    "correlation": {"ri": [0.4], "ni": [20]},
    "regression": {"ti": [2.1], "ni": [40], "mi": [3], "r2i": [0.3]},
    "superiority": {"ai": [0.6], "n1i": [20], "n2i": [18]},
    "reliability": {"ai": [0.8], "mi": [10], "ni": [40]},
}


@pytest.mark.parametrize("code", list(MEASURES))
def test_every_measure_and_variance_type_computes(code):
    data = dict(SAMPLE[MEASURES[code].family])
    if code == "MPORM":
        data["ri"] = [0.3]
    for vtype in MEASURES[code].vtypes:
        got = effect_sizes(code, **data, vtype=vtype)
        assert got.usable[0], vtype
        assert 0 < got.variance[0] < 10


CHANGE = {"m1i": 3.0, "m2i": 2.0, "sd1i": 1.0, "sd2i": 1.2, "ri": 0.5}


@pytest.mark.parametrize("measure", ["SMCC", "SMCR", "SMCRH"])
def test_the_exact_correction_of_a_change_needs_three_people(measure):
    # its n - 1 degrees of freedom must be above 1; there is one group
    two = effect_sizes(measure, **CHANGE, ni=2)
    assert not two.usable[0]
    assert "at least 3 people, or 2 without the correction" in two.notes[0][-1].text
    assert effect_sizes(measure, **CHANGE, ni=3).usable[0]
    assert effect_sizes(measure, **CHANGE, ni=2, correct=False).usable[0]


@pytest.mark.parametrize("measure", ["SMCRPH", "VRC", "CLESCN", "AUCCN"])
def test_other_measures_of_change_need_two_people_of_one_group(measure):
    one = effect_sizes(measure, **CHANGE, ni=1)
    assert "at least 2 people." in one.notes[0][-1].text
    assert "group" not in one.notes[0][-1].text
    assert effect_sizes(measure, **CHANGE, ni=2).usable[0]


@pytest.mark.parametrize("measure", MEASURES)
def test_only_measures_of_two_groups_speak_of_groups(measure):
    what = MEASURES[measure]
    two = ("2x2", "two rates", "two means", "superiority")
    assert what.family in two or "group" not in what.needs


@pytest.mark.parametrize("measure", ["ROM", "CVR"])
@pytest.mark.parametrize(("n", "told"), [(9, True), (10, False)])
def test_a_log_ratio_of_means_near_zero_is_cautioned(measure, n, told):
    # Geary's index (m/SD) 4 n^1.5/(1 + 4 n) at m = SD: 108/37 = 2.92 and 126.5/41 = 3.09
    data = {"m1i": -2.0, "sd1i": 2.0, "n1i": n, "m2i": -2.0, "sd2i": 0.5, "n2i": 30}
    for flip in (False, True):
        found = effect_sizes(measure, **data, flip=[flip])
        notes = [note for note in found.notes[0] if note.kind == "caution"]
        assert bool(notes) == told
        assert all("Geary" in note.method for note in notes)


@pytest.mark.parametrize("measure", ["ROMC", "CVRC"])
@pytest.mark.parametrize(("n", "told"), [(9, True), (10, False)])
def test_a_log_ratio_of_two_occasions_near_zero_is_cautioned(measure, n, told):
    data = {"m1i": 2.0, "sd1i": 0.5, "m2i": 2.0, "sd2i": 2.0, "ri": 0.5}
    found = effect_sizes(measure, **data, ni=n)
    assert any("Geary" in note.method for note in found.notes[0]) == told


def test_a_group_without_spread_has_no_mean_near_zero():
    data = {"m1i": 2.0, "sd1i": 0.0, "n1i": 4, "m2i": 2.0, "sd2i": 0.5, "n2i": 30}
    found = effect_sizes("ROM", **data)
    assert found.usable[0]
    assert all(note.kind != "caution" for note in found.notes[0])
