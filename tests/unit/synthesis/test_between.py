import math
from dataclasses import replace

import pytest

from remit.core.errors import SpecError
from remit.synthesis.arm_means import ArmReading
from remit.synthesis.between import BetweenSpec, between_effects

ROUNDING = 1e-12  # a few operations on doubles
TABLE = 1e-6  # quantiles below are from tables with six decimals

SPEC = BetweenSpec(
    outcome="pain",
    treatment_class="drug",
    comparator_class="placebo",
    time_h=(0.5, 2.0),
    scale="nrs-0-10",
)


def effects(make, **changes):
    return between_effects(make.base(), replace(SPEC, **changes))


def only(make, **changes):
    found = effects(make, **changes)
    assert found.set_aside == ()
    (row,) = found.rows
    return row


def aside(make):
    found = effects(make)
    assert found.rows == ()
    (row,) = found.set_aside
    return row


class TestFromContrast:
    def test_standard_error(self, make):
        make.trial()
        make.contrast(estimate=-1.2, se=0.5, ci_low=-9.0, ci_high=9.0, p_value=0.9, p_operator="=")
        row = only(make)
        assert (row.effect, row.std_error, row.n, row.notes) == (-1.2, 0.5, 42, ())
        assert [str(p) for p in row.places] == ["contrasts.csv, row 2"]

    def test_interval_by_t_with_both_arms(self, make):
        make.trial(n=(6, 6))  # t with 10 df: 2.228139
        make.contrast(estimate=-1.2, ci_low=-2.2, ci_high=-0.2, ci_level=95.0)
        assert only(make).std_error == pytest.approx(1 / 2.228139, rel=TABLE)

    def test_level_is_heeded(self, make):
        make.trial(n=(None, None))
        make.contrast(estimate=-1.2, ci_low=-2.2, ci_high=-0.2, ci_level=90.0)
        row = only(make)
        assert row.std_error == pytest.approx(1 / 1.644854, rel=TABLE)
        assert row.n is None

    def test_level_not_recorded_is_said(self, make):
        make.trial()
        make.contrast(estimate=-1.2, ci_low=-2.2, ci_high=-0.2)
        assert only(make).notes[0].text.endswith("level not recorded, 95 % taken.")

    def test_exact_p(self, make):
        make.trial(n=(6, 6))
        make.contrast(estimate=-1.2, p_value=0.05, p_operator="=")
        assert only(make).std_error == pytest.approx(1.2 / 2.228139, rel=TABLE)

    def test_turned(self, make):
        make.trial()
        make.contrast(arm_a="placebo", arm_b="drug", estimate=1.2, se=0.5)
        row = only(make)
        assert row.effect == -1.2
        assert "Sign turned" in row.notes[0].text

    def test_rescaled(self, make):
        make.trial()
        make.contrast(scale="vas-0-100-mm", estimate=-12.0, se=5.0)
        row = only(make)
        assert row.effect == pytest.approx(-1.2, rel=ROUNDING)
        assert row.std_error == pytest.approx(0.5, rel=ROUNDING)

    def test_latest_in_the_window(self, make):
        make.trial()
        for hours, estimate in ((0.5, -1.0), (2.0, -2.0), (2.5, -3.0), (1.0, -4.0)):
            make.contrast(time_h=hours, estimate=estimate, se=0.5)
        assert only(make).effect == -2.0

    def test_an_earlier_one_with_a_spread_comes_before_a_later_one_without(self, make):
        make.trial()
        make.contrast(time_h=2.0, estimate=-2.0)
        make.contrast(time_h=1.0, estimate=-1.0, se=0.5)
        assert only(make).effect == -1.0

    @pytest.mark.parametrize(
        "given",
        [
            {"p_value": 0.05, "p_operator": "<"},
            {"p_value": 1.0, "p_operator": "="},
            {"p_value": 0.0, "p_operator": "="},
            {"se": 0.0},
            {"ci_low": -1.2, "ci_high": -1.2},
            {"se": 0.5, "measure": "difference-of-medians"},
            {"se": 0.5, "scale": "minutes"},
            {"se": 0.5, "time_h": None},
        ],
    )
    def test_what_gives_no_variance_is_set_aside(self, make, given):
        make.trial()
        make.contrast(**{"estimate": -1.2} | given)
        assert effects(make).rows == ()


class TestFromArms:
    def test_difference_of_means(self, make):
        make.trial()
        make.outcome(mean=3.0, sd=2.0, n=16)
        make.outcome(arm="placebo", mean=5.0, sd=3.0, n=36)
        row = only(make)
        assert row.effect == -2.0
        assert row.std_error == pytest.approx(math.sqrt(4 / 16 + 9 / 36), rel=ROUNDING)
        assert row.n == 52
        assert row.columns == {"treatment": "3.0 (2.0), 16", "comparator": "5.0 (3.0), 36"}
        assert [str(p) for p in row.places] == ["outcomes.csv, row 2", "outcomes.csv, row 3"]

    def test_a_contrast_comes_first(self, make):
        make.trial()
        make.contrast(estimate=-1.2, se=0.5)
        make.outcome(mean=3.0, sd=2.0, n=16)
        make.outcome(arm="placebo", mean=5.0, sd=3.0, n=36)
        assert only(make).effect == -1.2

    def test_changes_before_values(self, make):
        make.trial()
        for arm, value, change in (("drug", 3.0, -4.0), ("placebo", 5.0, -1.0)):
            make.outcome(arm=arm, mean=value, sd=2.0, n=20)
            make.outcome(arm=arm, mean=change, sd=2.0, n=20, kind="change")
        assert only(make).effect == -3.0

    def test_never_a_change_against_a_value(self, make):
        make.trial()
        make.outcome(mean=-4.0, sd=2.0, n=20, kind="change")
        make.outcome(arm="placebo", mean=5.0, sd=2.0, n=20)
        assert aside(make).reason == "no pain in this time window could be read"

    def test_never_two_times_or_scales(self, make):
        make.trial()
        make.outcome(mean=3.0, sd=2.0, n=20, time_h=1.0)
        make.outcome(arm="placebo", mean=5.0, sd=2.0, n=20, time_h=2.0)
        make.outcome(arm="placebo", mean=50.0, sd=20.0, n=20, time_h=1.0, scale="vas-0-100-mm")
        assert effects(make).rows == ()

    def test_time_from_discharge_does_not_count(self, make):
        make.trial()
        make.outcome(mean=3.0, sd=2.0, n=20, time_anchor="discharge")
        make.outcome(arm="placebo", mean=5.0, sd=2.0, n=20, time_anchor="discharge")
        assert effects(make).rows == ()


class TestChoices:
    def test_the_earliest_time(self, make):
        make.trial()
        make.contrast(estimate=-1.0, se=0.5, time_h=1.0)
        make.contrast(estimate=-2.0, se=0.5, time_h=0.5)
        assert only(make).effect == -1.0
        assert only(make, time="earliest").effect == -2.0

    def test_values_before_changes(self, make):
        make.trial()
        for arm, change, value in (("drug", -3.0, 4.0), ("placebo", -1.0, 6.5)):
            make.outcome(arm=arm, kind="change", mean=change, se=0.3)
            make.outcome(arm=arm, kind="value", mean=value, se=0.3)
        assert only(make).effect == pytest.approx(-2.0, rel=ROUNDING)
        assert only(make, prefer="value").effect == pytest.approx(-2.5, rel=ROUNDING)

    @pytest.mark.parametrize(("kind", "error"), [("sd", 2.0 / 4), ("se", 2.0)])
    def test_an_unnamed_spread_read_as_something_is_an_assumption(self, make, kind, error):
        make.trial()
        for arm, mean in (("drug", 4.0), ("placebo", 6.0)):
            make.outcome(arm=arm, mean=mean, spread_unlabelled=2.0, n=16)
        row = only(make, reading=ArmReading(unnamed_spread=kind))
        assert row.std_error == pytest.approx(error * 2**0.5, rel=ROUNDING)
        assert row.assumed

    def test_a_median_that_the_method_does_not_take_is_set_aside_with_the_reason(self, make):
        make.trial()
        for arm, q1 in (("drug", 0.0), ("placebo", 3.0)):
            make.outcome(arm=arm, median=4.0, q1=q1, q3=7.0, n=20)
        found = effects(make, reading=ArmReading(medians="mln"))
        assert found.rows == ()
        (row,) = found.set_aside
        assert row.reason == (
            "No mean from the median 4, quartiles 0 to 7 in 20: MLN needs data above 0, and the "
            "smallest quantile is 0"
        )
        assert len(row.places) == 2
        by_other = only(make, reading=ArmReading(medians="qe"))
        assert [note.kind for note in by_other.notes] == ["converted", "converted"]

    def test_another_time_is_used_and_the_failure_noted(self, make):
        make.trial()
        for arm, q1 in (("drug", 0.0), ("placebo", 3.0)):
            make.outcome(arm=arm, median=4.0, q1=q1, q3=7.0, n=20, time_h=2.0)
            make.outcome(arm=arm, mean=5.0, sd=2.0, n=20, time_h=1.0)
        row = only(make, reading=ArmReading(medians="mln"))
        assert row.effect == 0.0
        assert [note.kind for note in row.notes] == ["set-aside"]
        assert "MLN needs data above 0" in row.notes[0].text

    @pytest.mark.parametrize("given", [{"time": "last"}, {"prefer": "median"}])
    def test_unknown_words(self, given):
        with pytest.raises(SpecError):
            replace(SPEC, **given)


class TestSetAside:
    def test_unnamed_spread_shows_both_readings(self, make):
        """Meidany: 1.47 +/- 0.34 against 1.95 +/- 0.35 in 50 and 50."""
        make.trial(n=(50, 50))
        make.outcome(mean=1.47, spread_unlabelled=0.34, n=50)
        make.outcome(arm="placebo", mean=1.95, spread_unlabelled=0.35, n=50)
        row = aside(make)
        se = math.hypot(0.34, 0.35)
        ends = [f"{-0.48 + s * 1.959964 * se:.2f}" for s in (-1, 1)]
        sd_ends = [f"{-0.48 + s * 1.959964 * se / math.sqrt(50):.2f}" for s in (-1, 1)]
        assert row.shows == (
            f"difference -0.48; read as SE {ends[0]} to {ends[1]}, read as SD "
            f"{sd_ends[0]} to {sd_ends[1]}"
        )

    def test_means_without_spread_still_show_their_difference(self, make):
        make.trial()
        make.outcome(mean=3.0, n=20)
        make.outcome(arm="placebo", mean=5.0, n=20)
        make.contrast(estimate=None, p_value=0.04, p_operator="=", direction="favours-a")
        row = aside(make)
        assert row.reason == "both means are printed, but no spread that could weigh them"
        assert row.shows == "difference -2; pain at 1 h, p = 0.04, favours drug"
        assert len(row.places) == 3

    def test_direction_alone(self, make):
        make.trial()
        make.contrast(estimate=None, p_value=0.001, p_operator="<")
        make.contrast(estimate=None, time_h=0.5, direction="no-difference")
        row = aside(make)
        assert row.reason == "only a p value or a direction is held, no estimate"
        assert row.shows == (
            "pain at 1 h, p < 0.001, direction not read; pain at 0.5 h, no difference"
        )

    def test_nothing_at_all(self, make):
        make.trial()
        row = aside(make)
        assert row.shows == "no numeric result read"
        assert [str(p) for p in row.places] == ["studies.csv, row 2"]

    def test_other_outcomes_are_shown(self, make):
        make.trial()
        make.outcome(outcome="aura-duration", scale=None, direction="no-difference")
        assert aside(make).shows == "aura duration in drug: no difference"


class TestWhichStudies:
    @pytest.mark.parametrize("status", ["registered", "unpublished"])
    def test_trials_without_results_are_left_out(self, make, status):
        make.trial(status=status)
        assert effects(make).rows == effects(make).set_aside == ()

    @pytest.mark.parametrize("status", ["published", "conference-abstract", "preprint", None])
    def test_others_count(self, make, status):
        make.trial(status=status)
        make.contrast(estimate=-1.2, se=0.5)
        assert only(make).effect == -1.2

    def test_subgroups_are_no_arms(self, make):
        make.study()
        make.arm(arm="subgroup-men")
        make.arm(arm="placebo", cls="placebo")
        assert effects(make).set_aside == ()

    def test_another_comparator_is_another_question(self, make):
        make.trial()
        assert effects(make, comparator_class="opioid").set_aside == ()

    def test_one_cohort_counts_once(self, make):
        make.trial("main")
        make.trial("early", cohort="main")
        for study, estimate in (("main", -1.2), ("early", -1.0)):
            make.contrast(study, estimate=estimate, se=0.5)
        found = effects(make)
        assert [r.study for r in found.rows] == ["main"]
        assert [(r.study, r.reason) for r in found.set_aside] == [
            ("early", "reports patients of main, who count once")
        ]


@pytest.mark.parametrize("scale", ["absent", "minutes"])
def test_target_scale_needs_two_bounds(make, scale):
    with pytest.raises(SpecError, match="a scale of the base with two bounds"):
        effects(make, scale=scale)


def test_unit_and_measure(make):
    found = effects(make)
    assert (found.measure, found.unit) == ("MD", "points (0 to 10)")
