import math
from dataclasses import replace

import pytest

from remit.core.errors import SpecError
from remit.synthesis.within import WithinSpec, within_effects

ROUNDING = 1e-12  # a few operations on doubles
TABLE = 1e-6  # quantiles below are from tables with six decimals

SPEC = WithinSpec(
    outcome="pain",
    treatment_class="drug",
    baseline=("baseline",),
    end=("end", "discharge"),
    scale="nrs-0-10",
    sd_change=2.5,
    correlation=0.25,
)


def effects(make, **changes):
    return within_effects(make.base(), replace(SPEC, **changes))


def only(make, **changes):
    found = effects(make, **changes)
    assert found.set_aside == ()
    (row,) = found.rows
    return row


@pytest.fixture
def cohort(make):
    make.study()
    make.arm(n=25)
    return make


def before(make, **given):
    return make.outcome(**{"time_label": "baseline", "n": 25} | given)


def after(make, **given):
    return make.outcome(**{"time_label": "end", "n": 25} | given)


class TestEffect:
    def test_end_minus_baseline(self, cohort):
        before(cohort, mean=7.1)
        after(cohort, mean=3.8)
        row = only(cohort)
        assert row.effect == pytest.approx(-3.3, rel=ROUNDING)
        assert (row.n, row.columns) == (25, {"before": "7.1", "after": "3.8", "n": "25"})
        assert [str(p) for p in row.places] == ["outcomes.csv, row 2", "outcomes.csv, row 3"]

    def test_a_printed_change_comes_first(self, cohort):
        before(cohort, mean=7.1)
        after(cohort, mean=3.8)
        after(cohort, mean=-3.4, kind="change")
        assert only(cohort).effect == -3.4

    def test_rescaled(self, cohort):
        before(cohort, mean=71.0, scale="vas-0-100-mm")
        after(cohort, mean=38.0, scale="vas-0-100-mm")
        row = only(cohort)
        assert row.effect == pytest.approx(-3.3, rel=ROUNDING)
        assert row.columns["before"] == "7.1"
        assert row.notes[0].text == "vas-0-100-mm multiplied by 0.1."

    def test_two_scales_are_never_subtracted(self, cohort):
        before(cohort, mean=71.0, scale="vas-0-100-mm")
        after(cohort, mean=3.8)
        found = effects(cohort)
        assert found.rows == ()
        assert found.set_aside[0].reason.startswith("no mean before and after on one scale")

    def test_the_baseline_on_the_scale_of_the_end_is_taken(self, cohort):
        before(cohort, mean=71.0, scale="vas-0-100-mm")
        before(cohort, mean=7.0)
        after(cohort, mean=3.8)
        assert only(cohort).effect == pytest.approx(-3.2, rel=ROUNDING)

    def test_n_of_the_end_first(self, cohort):
        before(cohort, mean=7.1, n=30)
        after(cohort, mean=3.8, n=25)
        assert only(cohort).n == 25


class TestSpread:
    def test_named_spread_of_the_change(self, cohort):
        after(cohort, mean=-5.9, se=0.35, kind="change")
        row = only(cohort)
        assert (row.std_error, row.assumed) == (pytest.approx(0.35, rel=ROUNDING), False)

    def test_interval_of_the_change(self, cohort):
        # Petersen 2022 at 15 minutes: -1.1 (-2.7 to 0.6) in 20; t with 19 df is 2.093024
        after(cohort, mean=-1.1, ci_low=-2.7, ci_high=0.6, ci_level=95.0, kind="change", n=20)
        row = only(cohort)
        assert row.std_error == pytest.approx(3.3 / 2 / 2.093024, rel=TABLE)
        assert not row.assumed

    def test_exact_p_of_a_paired_test(self, cohort):
        # Kim 2023: -7.5 in 4, p = 0.006; t with 3 df at 0.006 two-sided is 7.0 (6.9956, t table)
        after(cohort, mean=-7.5, kind="change", n=4, p_value=0.006, p_operator="=")
        row = only(cohort)
        assert row.std_error == pytest.approx(7.5 / 6.9956, rel=2e-3)  # table read between lines
        assert not row.assumed

    def test_two_spreads_and_a_correlation(self, cohort):
        before(cohort, mean=7.2, sd=1.3)
        after(cohort, mean=6.1, sd=3.1)
        for r in (0.0, 0.25, 0.75):
            row = only(cohort, correlation=r)
            sd = math.sqrt(1.3**2 + 3.1**2 - 2 * r * 1.3 * 3.1)
            assert row.std_error == pytest.approx(sd / 5, rel=ROUNDING)
            assert row.assumed
            assert f"assumed correlation of {r:g}" in row.notes[0].text

    def test_standard_errors_become_sds_first(self, cohort):
        before(cohort, mean=7.2, se=0.26)
        after(cohort, mean=6.1, se=0.62)
        sd = math.sqrt(1.3**2 + 3.1**2 - 2 * 0.25 * 1.3 * 3.1)
        assert only(cohort).std_error == pytest.approx(sd / 5, rel=ROUNDING)

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"p_value": 0.001, "p_operator": "<"},  # a bound gives no standard error
            {"p_value": 1.0, "p_operator": "="},
            {"sd": 0.0},
        ],
    )
    def test_nothing_printed_is_assumed_and_said(self, cohort, given):
        before(cohort, mean=7.1, sd=0.0)
        after(cohort, mean=3.8, **given)
        row = only(cohort, sd_change=3.0)
        assert row.std_error == pytest.approx(3.0 / 5, rel=ROUNDING)
        assert row.assumed
        assert row.notes[0].kind == "assumed"
        assert "an SD of the change of 3 is assumed" in row.notes[0].text

    def test_an_assumption_is_in_units_of_the_target(self, cohort):
        before(cohort, mean=71.0, scale="vas-0-100-mm")
        after(cohort, mean=38.0, scale="vas-0-100-mm")
        assert only(cohort).std_error == pytest.approx(2.5 / 5, rel=ROUNDING)

    def test_unnamed_spreads_that_could_be_either_are_not_read(self, cohort):
        before(cohort, mean=5.0, spread_unlabelled=0.3)
        after(cohort, mean=4.0, spread_unlabelled=0.4)
        assert "an SD of the change of 2.5 is assumed" in only(cohort).notes[0].text

    def test_unnamed_spreads_that_cannot_be_standard_errors_are_sds(self, cohort):
        # +/- 2.2 in 25 as a standard error would be an SD of 11 on a scale of 10
        before(cohort, mean=7.5, spread_unlabelled=2.2)
        after(cohort, mean=4.7, spread_unlabelled=2.8)
        row = only(cohort)
        sd = math.sqrt(2.2**2 + 2.8**2 - 2 * 0.25 * 2.2 * 2.8)
        assert row.std_error == pytest.approx(sd / 5, rel=ROUNDING)
        assert row.assumed
        assert "so the spreads are SDs" in row.notes[0].text


class TestSetAside:
    def test_relative_change_alone(self, cohort):
        after(cohort, scale="percent", kind="relative-change", median=-40.0)
        (row,) = effects(cohort).set_aside
        assert row.reason == "only a relative change is printed, and no score before and after"
        assert row.shows == "median change -40 % at end"

    @pytest.mark.parametrize(
        ("given", "shows"),
        [
            ({"median": 7.0}, "median 7 at baseline"),
            ({"min": 9.0, "max": 10.0}, "9 to 10 at baseline"),
            ({"mean": 7.0}, "mean 7 at baseline"),
            ({"direction": "better"}, "better at baseline"),
            ({}, "no figure at baseline"),
        ],
    )
    def test_no_mean_after(self, cohort, given, shows):
        before(cohort, **given)
        (row,) = effects(cohort).set_aside
        assert row.shows == shows

    def test_no_number_of_patients(self, cohort):
        before(cohort, mean=7.1, n=None)
        after(cohort, mean=3.8, n=None)
        assert effects(cohort).rows == ()

    def test_one_cohort_counts_once(self, cohort):
        cohort.study("early", cohort="one")
        cohort.arm("early")
        for study in ("one", "early"):
            cohort.outcome(study, time_label="baseline", mean=7.0, n=20)
            cohort.outcome(study, time_label="end", mean=4.0, n=20)
        found = effects(cohort)
        assert [r.study for r in found.rows] == ["one"]
        assert "who count once" in found.set_aside[0].reason


def test_arms_of_another_class_and_subgroups_are_left_out(cohort):
    cohort.arm(arm="placebo", cls="placebo")
    cohort.arm(arm="subgroup-men")
    for arm in ("placebo", "subgroup-men"):
        cohort.outcome(arm=arm, time_label="baseline", mean=7.0, n=20)
        cohort.outcome(arm=arm, time_label="end", mean=4.0, n=20)
    assert effects(cohort).rows == effects(cohort).set_aside == ()


def test_target_scale_needs_two_bounds(cohort):
    with pytest.raises(SpecError, match="a scale of the base with two bounds"):
        effects(cohort, scale="minutes")


class TestChoices:
    def test_medians_with_quartiles_become_means(self, cohort):
        before(cohort, median=8.0, q1=7.0, q3=9.0)
        after(cohort, median=4.0, q1=3.0, q3=5.0)
        row = only(cohort)
        # symmetric quartiles: the mean is the median (Luo 2018), the SD the same on both sides
        assert row.effect == pytest.approx(-4.0, rel=ROUNDING)
        assert row.assumed
        assert sum("Luo 2018" in note.method for note in row.notes) == 2
        assert any("correlation of 0.25" in note.text for note in row.notes)

    def test_a_median_taken_for_the_mean(self, cohort):
        before(cohort, median=8.0, q1=7.5, q3=9.5)
        after(cohort, median=4.0, q1=3.0, q3=5.0)
        assert only(cohort, medians="as-mean").effect == pytest.approx(-4.0, rel=ROUNDING)
        assert only(cohort).effect < -4.0

    def test_medians_left(self, cohort):
        before(cohort, median=8.0, q1=7.0, q3=9.0)
        after(cohort, median=4.0, q1=3.0, q3=5.0)
        found = effects(cohort, medians="leave")
        assert found.rows == ()
        assert "median 8 at baseline" in found.set_aside[0].shows

    def test_a_method_that_fails_sets_the_cohort_aside_with_its_reason(self, cohort):
        before(cohort, median=8.0, q1=7.0, q3=9.0)
        after(cohort, median=2.0, q1=0.0, q3=5.0)
        found = effects(cohort, medians="box-cox")
        assert found.rows == ()
        assert found.set_aside[0].reason == (
            "No mean from the median 2, quartiles 0 to 5 in 25: the Box-Cox method needs data "
            "above 0, and the smallest quantile is 0"
        )
        assert only(cohort, medians="qe").effect < -5.0

    def test_a_printed_change_is_used_and_the_failure_noted(self, cohort):
        after(cohort, median=2.0, q1=0.0, q3=5.0)
        after(cohort, mean=-4.0, sd=2.0, kind="change")
        row = only(cohort, medians="mln")
        assert row.effect == -4.0
        assert [note.kind for note in row.notes] == ["set-aside"]

    def test_a_relative_change_in_medians_is_no_score(self, cohort):
        before(cohort, median=-50.0, q1=-60.0, q3=-40.0, kind="relative-change")
        after(cohort, median=-50.0, q1=-60.0, q3=-40.0, kind="relative-change")
        assert effects(cohort).rows == ()

    def test_an_unnamed_spread_left(self, cohort):
        before(cohort, mean=7.0, spread_unlabelled=2.0)
        after(cohort, mean=3.0, spread_unlabelled=2.3)
        # read as SE, 2.3 would be an SD of 11.5 on a scale of 0 to 10: the spreads are SDs
        assert "correlation of 0.25" in only(cohort).notes[-1].text
        left = only(cohort, unnamed_spread="leave")
        assert left.std_error == pytest.approx(2.5 / math.sqrt(25), rel=ROUNDING)

    @pytest.mark.parametrize("given", [{"medians": "mode"}, {"unnamed_spread": "sd"}])
    def test_unknown_words(self, given):
        with pytest.raises(SpecError, match="leave"):
            replace(SPEC, **given)
