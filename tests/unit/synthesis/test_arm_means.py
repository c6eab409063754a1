import math

import pytest

from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.arm_means import ArmReading, arm_mean, mean_of_median, scale_factor
from remit.synthesis.median_readings import FOR_SKEWED, MEDIANS
from remit.synthesis.medians import mean_from_median

ROUNDING = 1e-12  # one or two operations on doubles


@pytest.mark.parametrize(
    ("scale", "target", "factor"),
    [
        ("nrs-0-10", "nrs-0-10", 1.0),
        ("vas-0-100-mm", "nrs-0-10", 0.1),
        ("nrs-0-10", "vas-0-100-mm", 10.0),
        ("vas-0-10", "nrs-0-10", 1.0),
        ("nrs-1-10", "nrs-0-10", None),  # another lower bound: no mere factor brings it over
        ("relief-0-10", "nrs-0-10", None),  # another better end
        ("minutes", "nrs-0-10", None),  # no upper bound
        ("nrs-0-10", "minutes", None),
        ("absent", "nrs-0-10", None),
    ],
)
def test_scale_factor(make, scale, target, factor):
    base = make.base()
    assert scale_factor(base.scale(scale), base.scale(target)) == factor


def test_scale_without_width(make):
    make.scale("point", low=0.0, high=0.0, unit="points", better="lower")
    base = make.base()
    assert scale_factor(base.scale("point"), base.scale("nrs-0-10")) is None


class TestPrinted:
    def test_sd(self, make):
        found = arm_mean(make.outcome(mean=62.0, sd=18.0, n=36, scale="vas-0-100-mm"), 0.1)
        assert found.mean == pytest.approx(6.2, rel=ROUNDING)
        assert found.std_error == pytest.approx(0.3, rel=ROUNDING)  # 1.8 / 6
        assert found.sd == pytest.approx(1.8, rel=ROUNDING)
        assert [n.kind for n in found.notes] == ["converted"]
        assert found.notes[0].text == "vas-0-100-mm multiplied by 0.1."

    def test_se_needs_no_n(self, make):
        found = arm_mean(make.outcome(mean=-5.9, se=0.35), 1.0)
        assert (found.std_error, found.n, found.sd, found.notes) == (0.35, None, None, ())

    def test_interval_by_t(self, make):
        # half-width 1 over the 97.5 % quantile of t with 9 df, 2.262157 (any t table)
        found = arm_mean(make.outcome(mean=5.0, ci_low=4.0, ci_high=6.0, ci_level=95.0, n=10), 1.0)
        assert found.std_error == pytest.approx(1 / 2.262157, rel=1e-6)  # table has six decimals
        assert found.notes[0].text == "Standard error from the interval 4 to 6, t with 9 df."

    def test_interval_without_n_or_level(self, make):
        found = arm_mean(make.outcome(mean=5.0, ci_low=4.0, ci_high=6.0), 1.0)
        assert found.std_error == pytest.approx(1 / 1.959964, rel=1e-6)  # table has six decimals
        assert found.notes[0].text.endswith("normal; level not recorded, 95 % taken.")

    def test_named_before_unnamed(self, make):
        found = arm_mean(make.outcome(mean=5.0, sd=2.0, spread_unlabelled=9.0, n=4), 1.0)
        assert (found.std_error, found.unlabelled) == (1.0, 9.0)

    def test_unnamed_is_kept_and_not_read(self, make):
        found = arm_mean(make.outcome(mean=1.47, spread_unlabelled=0.34, n=50), 10.0)
        assert found.std_error is None
        assert found.sd is None
        assert found.unlabelled == pytest.approx(3.4, rel=ROUNDING)

    @pytest.mark.parametrize(
        "spread",
        [{}, {"sd": 0.0}, {"se": 0.0}, {"sd": 2.0, "n": None}, {"ci_low": 5, "ci_high": 5}],
    )
    def test_no_spread_that_could_weigh(self, make, spread):
        found = arm_mean(make.outcome(**{"mean": 5.0, "n": 20} | spread), 1.0)
        assert (found.mean, found.std_error) == (5.0, None)


class TestFromMedian:
    def test_quartiles(self, make):
        """Etchison 2018, ketamine: median change -1, quartiles -2.25 to 0, n = 16.

        Luo 2018 eq. 11 and Wan 2014 eq. 16, worked out by hand: w = 0.7 + 0.39 / 16 = 0.724375,
        mean = w (q1 + q3) / 2 + (1 - w) median; SD = (q3 - q1) / (2 Phi^-1((0.75 n - 0.125) /
        (n + 0.25))) with Phi^-1(11.875 / 16.25 = 0.730769) = 0.615141 (normal table).
        """
        row = make.outcome(kind="change", median=-1.0, q1=-2.25, q3=0.0, n=16)
        found = arm_mean(row, 1.0)
        w = 0.7 + 0.39 / 16
        assert found.mean == pytest.approx(w * (-2.25 + 0.0) / 2 + (1 - w) * -1.0, rel=ROUNDING)
        assert found.sd == pytest.approx(2.25 / (2 * 0.615141), rel=1e-5)  # table: six decimals
        assert found.std_error == pytest.approx(found.sd / 4, rel=ROUNDING)
        assert "estimated from median -1, quartiles -2.25 to 0 in 16" in found.notes[0].text
        assert "Luo 2018" in found.notes[0].method

    def test_rescaled_after_the_estimate(self, make):
        mm = arm_mean(make.outcome(median=30.0, q1=20.0, q3=45.0, n=25, scale="vas-0-100-mm"), 0.1)
        points = arm_mean(make.outcome(median=3.0, q1=2.0, q3=4.5, n=25), 1.0)
        assert mm.mean == pytest.approx(points.mean, rel=ROUNDING)
        assert mm.std_error == pytest.approx(points.std_error, rel=ROUNDING)

    def test_skewed_data_are_cautioned(self, make):
        found = arm_mean(make.outcome(median=1.0, q1=0.5, q3=9.0, n=200), 1.0)
        assert [n.kind for n in found.notes] == ["converted", "caution"]
        assert found.notes[1].method == "Shi 2023"

    def test_range_alone(self, make):
        found = arm_mean(make.outcome(median=5.0, min=1.0, max=9.0, n=30), 1.0)
        assert found.mean == pytest.approx(5.0, rel=ROUNDING)
        assert "range 1 to 9" in found.notes[0].text

    @pytest.mark.parametrize(
        "given",
        [
            {"median": 5.0, "n": 30},  # no spread
            {"median": 5.0, "q1": 4.0, "n": 30},  # half a spread
            {"median": 5.0, "q1": 4.0, "q3": 6.0},  # no number
            {"median": 5.0, "q1": 4.0, "q3": 6.0, "n": 4},  # too few for the methods
            {"median": 5.0, "q1": 5.0, "q3": 5.0, "n": 30},  # no width
            {"percent": 40.0, "n": 30},
            {},
        ],
    )
    def test_nothing_to_work_with(self, make, given):
        assert arm_mean(make.outcome(**given), 1.0) is None


def test_sd_undoes_the_standard_error(make):
    found = arm_mean(make.outcome(mean=5.0, sd=2.4, n=30), 1.0)
    assert found.std_error == pytest.approx(2.4 / math.sqrt(30), rel=ROUNDING)
    assert found.sd == pytest.approx(2.4, rel=ROUNDING)


class TestReading:
    def test_a_median_as_the_mean_keeps_the_spread(self, make):
        row = make.outcome(median=4.0, q1=2.0, q3=5.0, n=40)
        usual, plain = arm_mean(row, 1.0), arm_mean(row, 1.0, ArmReading(medians="as-mean"))
        assert plain.mean == 4.0
        assert usual.mean != 4.0
        assert plain.std_error == usual.std_error
        assert "stands for the mean" in plain.notes[0].text

    @pytest.mark.parametrize("medians", ["qe", "box-cox", "mln"])
    def test_a_median_of_skewed_data(self, make, medians):
        row = make.outcome(median=12.0, q1=9.0, q3=16.0, n=40)
        found = arm_mean(row, 1.0, ArmReading(medians=medians))
        expected = mean_from_median(medians, median=12.0, q1=9.0, q3=16.0, n=40)
        assert (found.mean, found.sd) == pytest.approx((expected.mean, expected.sd), rel=ROUNDING)
        assert found.notes[0].method == expected.source
        assert f"({expected.note})" in found.notes[0].text

    def test_skewed_data_are_cautioned_only_where_the_method_takes_them_for_normal(self, make):
        row = make.outcome(median=1.0, q1=0.5, q3=9.0, n=200)
        for medians in MEDIANS[:-1]:
            kinds = [n.kind for n in arm_mean(row, 1.0, ArmReading(medians=medians)).notes]
            assert kinds == ["converted"] + ["caution"] * (medians not in FOR_SKEWED)

    def test_a_method_that_fails_says_why(self, make):
        row = make.outcome(kind="change", median=-2.0, q1=-4.0, q3=0.0, n=18)
        found = arm_mean(row, 1.0, ArmReading(medians="mln"))
        assert isinstance(found, NotEstimable)
        assert found.reason == (
            "no mean from the median -2, quartiles -4 to 0 in 18: MLN needs data above 0, and the "
            "smallest quantile is -4"
        )

    def test_a_median_left(self, make):
        row = make.outcome(median=4.0, q1=2.0, q3=5.0, n=40)
        assert arm_mean(row, 1.0, ArmReading(medians="leave")) is None
        assert mean_of_median(row, "leave") is None

    @pytest.mark.parametrize(("kind", "error"), [("sd", 0.2), ("se", 1.2)])
    def test_a_spread_of_unnamed_kind(self, make, kind, error):
        row = make.outcome(mean=5.0, spread_unlabelled=12.0, n=36, scale="vas-0-100-mm")
        found = arm_mean(row, 0.1, ArmReading(unnamed_spread=kind))
        assert found.std_error == pytest.approx(error, rel=ROUNDING)  # 1.2, or 1.2 / 6
        assert [note.kind for note in found.notes] == ["converted", "assumed"]
        assert arm_mean(row, 0.1).std_error is None

    def test_an_sd_needs_a_number_of_people(self, make):
        row = make.outcome(mean=5.0, spread_unlabelled=1.2)
        assert arm_mean(row, 1.0, ArmReading(unnamed_spread="sd")).std_error is None
        assert arm_mean(row, 1.0, ArmReading(unnamed_spread="se")).std_error == 1.2

    def test_a_named_spread_comes_first(self, make):
        row = make.outcome(mean=5.0, sd=2.0, spread_unlabelled=9.0, n=4)
        found = arm_mean(row, 1.0, ArmReading(unnamed_spread="se"))
        assert found.std_error == 1.0
        assert found.notes == ()

    @pytest.mark.parametrize("given", [{"medians": "mode"}, {"unnamed_spread": "iqr"}])
    def test_unknown_words(self, given):
        with pytest.raises(SpecError, match="leave"):
            ArmReading(**given)
