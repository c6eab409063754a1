import pytest

from remit.evidence.integrity.interval_rows import additive_fit, log_fit


@pytest.mark.parametrize(
    ("estimate", "low", "high", "additive", "ratio"),
    [
        (0.11, -0.10, 0.22, False, False),
        (-0.72, -1.55, 0.12, True, False),
        (20.0, 2.8, 37.2, True, False),
        (1.29, 0.27, 6.14, False, True),
        (2.65, 1.23, 5.69, False, True),
        (0.22, 0.05, 1.01, False, True),
        (13.86, 4.85, 39.58, False, True),
        (1.0, 0.0, 2.0, True, False),
    ],
)
def test_middle_on_either_scale(estimate, low, high, additive, ratio):
    assert additive_fit(estimate, low, high) is additive
    assert log_fit(estimate, low, high) is ratio


def test_c55_interval_not_centred_on_its_estimate(make):
    make.pooled(measure="smd", estimate=0.11, ci_low=-0.10, ci_high=0.22)
    finding = make.only()
    assert (finding.check, finding.severity, finding.study) == (
        "interval-centre",
        "doubt",
        "review",
    )
    assert finding.expected == "the interval -0.1 to 0.22 is centred on 0.06"
    assert finding.fits == "0.11 would fit -0.1 to 0.32 or 0 to 0.22."


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high"),
    [
        ("md", -1.42, -2.4, -0.44), ("md", -1.25, -1.76, -0.74), ("smd", -0.07, -0.41, 0.26),
        ("rr", 0.66, 0.40, 1.09), ("rr", 2.83, 0.98, 8.18), ("or", 1.66, 0.57, 4.86),
        ("rr", 5.35, 2.64, 10.81), ("rr", 3.66, 1.25, 10.74), ("md", -1.1, -2.7, 0.6),
    ],
)  # fmt: skip
def test_published_intervals_that_fit(make, measure, estimate, low, high):
    make.pooled(measure=measure, estimate=estimate, ci_low=low, ci_high=high)
    assert make.findings() == ()


def test_c61_ratio_without_a_measure(make):
    for estimate, low, high in ((1.29, 0.27, 6.14), (0.77, 0.54, 1.11), (2.65, 1.23, 5.69)):
        make.pooled(estimate=estimate, ci_low=low, ci_high=high)
    finding = make.only()
    assert (finding.check, finding.severity) == ("ratio-scale", "remark")
    assert len(finding.other_places) == 2
    assert "so it is a ratio, and 1 is no difference" in finding.fits


def test_unnamed_measure_on_neither_scale(make):
    make.pooled(estimate=5.0, ci_low=1.0, ci_high=6.0)
    assert make.only().check == "interval-centre"


def test_ratio_named_as_a_difference(make):
    make.pooled(measure="md", estimate=1.29, ci_low=0.27, ci_high=6.14)
    assert make.only().expected == "the interval 0.27 to 6.14 is centred on 3.21"


def test_difference_named_as_a_ratio(make):
    make.pooled(measure="rr", estimate=1.0, ci_low=-1.0, ci_high=3.0)
    assert make.only().fits == "A ratio cannot have an interval that reaches 0 or below."


def test_upside_down(make):
    make.outcome(scale="vas-0-10", n=20, mean=4.0, ci_low=5.0, ci_high=3.0)
    finding = make.only()
    assert (finding.check, finding.severity) == ("interval-order", "contradiction")
    assert finding.fits == "It would be in order as 3 to 5."


def test_estimate_outside_with_its_sign_turned(make):
    make.contrast(measure="md", estimate=6.8, ci_low=-19.4, ci_high=5.8)
    finding = make.only()
    assert (finding.check, finding.severity) == ("interval-estimate", "contradiction")
    assert finding.fits == "It would lie in it as -6.8."


def test_estimate_on_the_end_is_inside(make):
    make.outcome(scale="vas-0-10", n=20, median=4.0, ci_low=4.0, ci_high=6.0)
    assert make.findings() == ()


def test_intervals_of_medians_need_no_middle(make):
    make.contrast(measure="difference-of-medians", estimate=1.0, ci_low=0.5, ci_high=4.0)
    make.outcome(scale="nrs-0-10", n=20, median=2.0, ci_low=1.0, ci_high=5.0)
    assert make.findings() == ()


def test_quartiles_read_as_an_interval(make):
    # quartiles 4 and 8 of 60 people; the standard deviation would be 7.7, 0 to 10 allows 5.04
    make.outcome(scale="nrs-0-10", n=60, mean=6.0, ci_low=4.0, ci_high=8.0)
    finding = make.only()
    assert (finding.check, finding.severity) == ("interval-width", "doubt")
    assert "at most 5.04" in finding.expected


def test_wide_interval_of_few_people_is_possible(make):
    make.outcome(scale="nrs-0-10", kind="change", n=20, mean=-1.1, ci_low=-2.7, ci_high=0.6)
    make.outcome(scale="minutes", n=60, mean=60.0, ci_low=10.0, ci_high=110.0)  # no upper end
    assert make.findings() == ()
