import pytest

from remit.evidence.integrity.pvalues import p_agrees, p_from_interval, p_from_std_error


def test_published_example_of_a_difference():
    # Altman & Bland 2011, BMJ 343:d2090: 17 points, p 0.032, interval 1.4 to 32.6
    assert p_agrees(0.032, "=", p_from_interval(17.0, 1.4, 32.6))


def test_p_of_a_trial_by_t():
    # 20.0 (2.8 to 37.2) in 28 and 23 people: standard error 8.559, p 0.0236 by t with 49 df
    low, high = p_from_interval(20.0, 2.8, 37.2, dfs=(49.0,))
    assert low < 0.0236 < high


def test_wider_rounding_allows_more():
    fine = p_from_interval(20.13, 2.81, 37.45)
    coarse = p_from_interval(20.0, 3.0, 37.0)
    assert coarse[0] < fine[0] < fine[1] < coarse[1]


def test_interval_that_touches_nothing():
    assert p_from_interval(0.0, -1.0, 1.0)[1] == 1.0
    assert p_from_std_error(0.5, 0.0)[0] == 0.0  # rounded to zero: any small p is possible


@pytest.mark.parametrize(
    ("p", "operator", "allowed", "agrees"),
    [
        (0.05, "<", (0.01, 0.03), True), (0.001, "<", (0.0045, 0.02), False),
        (0.05, ">", (0.01, 0.03), False), (0.05, ">", (0.04, 0.06), True),
        (0.03, "=", (0.026, 0.0276), True), (0.023, "=", (0.026, 0.0276), False),
        (0.05, None, (0.045, 0.046), True),
    ],
)  # fmt: skip
def test_relations(p, operator, allowed, agrees):
    assert p_agrees(p, operator, allowed) is agrees


@pytest.mark.parametrize(
    ("estimate", "low", "high", "p", "operator", "severity"),
    [
        (-1.12, -2.33, 0.09, 0.001, "<", "contradiction"),
        (-1.11, -1.74, -0.48, 0.87, "=", "contradiction"),
        (-0.82, -1.42, -0.23, 0.75, "=", "contradiction"),
        (-1.42, -2.4, -0.44, 0.001, "<", "doubt"),
    ],
)
def test_c56_p_of_another_test(make, estimate, low, high, p, operator, severity):
    make.pooled(
        measure="md", estimate=estimate, ci_low=low, ci_high=high, p_value=p, p_operator=operator,
        k=6,
    )  # fmt: skip
    finding = make.only()
    assert (finding.check, finding.severity) == ("p-of-interval", severity)
    assert ("heterogeneity" in finding.fits) is (severity == "contradiction")


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high", "p", "operator"),
    [
        ("rr", 1.12, 0.53, 2.35, 0.77, "="), ("rr", 0.66, 0.40, 1.09, 0.10, "="),
        ("rr", 0.94, 0.53, 1.67, 0.83, "="), ("or", 1.66, 0.57, 4.86, 0.35, "="),
        ("md", -1.05, -1.72, -0.39, 0.002, "="), ("md", -1.83, -2.35, -1.31, 0.0001, "<"),
    ],
)  # fmt: skip
def test_published_p_that_fits(make, measure, estimate, low, high, p, operator):
    make.pooled(
        measure=measure, estimate=estimate, ci_low=low, ci_high=high, p_value=p,
        p_operator=operator,
    )  # fmt: skip
    assert make.findings() == ()


def test_p_of_a_ratio_without_a_measure_is_taken_on_the_log_scale(make):
    make.pooled(estimate=1.29, ci_low=0.27, ci_high=6.14, p_value=0.75, p_operator="=")
    assert [f.check for f in make.findings()] == ["ratio-scale"]


@pytest.fixture
def trial(make):
    """54 people: 18.1 (1.0 to 35.2) at 45 min, 20.0 (2.8 to 37.2), p 0.026, at 60 min."""
    make.arm("a", n=25)
    make.arm("b", n=29)
    shared = {"scale": "vas-0-100-mm", "direction": "favours-b"}
    make.contrast(**shared, time_h=0.75, measure="md", estimate=18.1, ci_low=1.0, ci_high=35.2)
    make.contrast(
        **shared, time_h=1.0, measure="md", estimate=20.0, ci_low=2.8, ci_high=37.2,
        p_value=0.026, p_operator="=",
    )  # fmt: skip
    assert make.findings() == ()
    return make


@pytest.mark.parametrize(("time_h", "p"), [(1.0, 0.049), (0.75, 0.026)])
def test_c21_c22_p_of_another_report(trial, time_h, p):
    trial.contrast(
        scale="vas-0-100-mm", time_h=time_h, p_value=p, p_operator="=", reading="alternative",
    )  # fmt: skip
    finding = trial.only()
    assert (finding.check, finding.severity, finding.place.row) == ("p-of-interval", "doubt", 4)


def test_alternative_p_at_another_time_is_left_alone(trial):
    trial.contrast(
        scale="vas-0-100-mm", time_h=2.0, p_value=0.9, p_operator="=", reading="alternative"
    )
    assert trial.findings() == ()


def test_p_from_the_standard_error(make):
    make.arm("a", n=18)
    make.arm("b", n=31)
    make.contrast(scale="vas-0-10", measure="md", estimate=-2.1, se=0.64, p_value=0.002,
                  p_operator="=", direction="favours-a")  # fmt: skip
    assert make.findings() == ()
    make.contrast(outcome="other", measure="md", estimate=-2.1, se=0.64, p_value=0.2,
                  p_operator="=")  # fmt: skip
    assert make.only().check == "p-of-estimate"


@pytest.mark.parametrize(
    ("spread", "p", "operator", "found"),
    [
        ({"spread_unlabelled": 2.1}, 0.006, "=", False),  # as SD
        ({"spread_unlabelled": 2.1}, 0.038, "=", False),  # as SE
        ({"spread_unlabelled": 2.1}, 0.3, "=", True),
        ({"sd": 2.1}, 0.038, "=", True),
        ({"se": 2.1}, 0.2, "=", True),
        ({"se": 0.40}, 0.001, "<", False),
    ],
)
def test_p_of_a_mean_change(make, spread, p, operator, found):
    make.outcome(
        scale="vas-0-10", kind="change", n=4, mean=-7.5, p_value=p, p_operator=operator, **spread
    )
    assert [f.check for f in make.findings()] == ["p-of-estimate"] * found


def test_mean_change_with_its_interval_and_p(make):
    for n, mean, low, high, p, operator in (
        (20, -1.1, -2.7, 0.6, 0.188, "="), (16, -4.3, -6.2, -2.4, 0.001, "<"),
    ):  # fmt: skip
        make.outcome(scale="vas-0-10", kind="change", n=n, mean=mean, ci_low=low, ci_high=high,
                     p_value=p, p_operator=operator)  # fmt: skip
    assert make.findings() == ()
