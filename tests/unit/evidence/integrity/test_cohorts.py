import pytest


@pytest.fixture
def cohort(make):
    """Two reports of one cohort, of 169 and 168 people."""
    make.study("paper", cohort="paper", n_analysed=169)
    make.study("earlier", cohort="paper", n_analysed=168)
    make.arm("a", study="paper", n=169)
    make.arm("spray", study="earlier", n=168)
    return make


def others(make):
    return [f for f in make.findings() if f.check != "shared-cohort"]


def test_c18_reports_of_one_cohort(cohort):
    finding = cohort.only()
    assert (finding.check, finding.severity) == ("shared-cohort", "remark")
    assert finding.found == "2 reports are of one cohort: paper and earlier"


def test_c16_earlier_cut_differs(cohort):
    cohort.outcome("persistence", study="paper", n=169, percent=65.1)
    cohort.outcome(
        "persistence", study="earlier", arm="spray", n=168, events=107, percent=63.7,
        reading="alternative",
    )  # fmt: skip
    (finding,) = others(cohort)
    assert (finding.check, finding.severity) == ("alternative-reading", "remark")
    assert finding.found == "this text has 107 of 168, 63.7 %"
    assert finding.fits == "65.1 % fits 110 of 169."


def test_c04_press_text_differs(make):
    make.study(n_analysed=61)
    make.arm(n=61)
    make.outcome("responder", n=61, events=48)
    make.outcome("sustained-response", percent=39.0)
    make.outcome("sustained-response", percent=29.0, reading="alternative")
    finding = make.only()
    assert finding.fits == "39 % fits 24 of 61. 29 % fits 14 of 48."


def test_c13_mean_beside_a_median(make):
    make.outcome(scale="days-per-month", n=169, median=30.0, iqr_width=9.0)
    make.outcome(scale="days-per-month", n=169, mean=25.0, sd=8.7, reading="alternative")
    assert make.only().fits.endswith("here 5 against 8.7: both can hold.")


def test_mean_too_far_from_a_median(make):
    make.outcome(scale="days-per-month", n=169, median=30.0)
    make.outcome(scale="days-per-month", n=169, mean=20.0, sd=8.7, reading="alternative")
    assert make.only().fits.endswith("here 10 against 8.7: they cannot both hold.")


def test_same_figure_of_other_people_is_not_remarked_on(cohort):
    cohort.outcome("sustained-response", study="paper", n=169, events=110, percent=65.1)
    cohort.outcome(
        "sustained-response", study="earlier", arm="spray", n=168, percent=65.1,
        reading="alternative",
    )  # fmt: skip
    assert [f.check for f in others(cohort)] == ["percent-of-n"]  # 65.1 % fits 169 only


def test_one_figure_held_from_both(cohort):
    cohort.event("stopped", study="paper", events=5, n=169)
    cohort.event("stopped", study="earlier", arm="spray", percent=4.8, n=168)
    cohort.event("nausea", study="earlier", arm="spray", percent=15.5, n=168)
    cohort.event("nausea", study="paper", n=169)  # named without a figure
    cohort.outcome("spray-days", study="paper", scale="days-per-month", mean=11.6)
    cohort.outcome("spray-days", study="earlier", arm="spray", scale="days-per-month", mean=11.8)
    found = [(f.check, f.place.file) for f in others(cohort)]
    assert found == [("counted-twice", "events.csv"), ("counted-twice", "outcomes.csv")]


def test_c26_difference_against_words(make):
    make.outcome("aura-duration", kind="change", direction="no-difference")
    make.contrast(
        outcome="aura-duration", scale="hours", measure="md", estimate=-3.0, reading="alternative"
    )
    finding = make.only()
    assert (finding.check, finding.place.column) == ("alternative-reading", "estimate")


def test_alternative_difference_between_arms(make):
    make.contrast(measure="md", estimate=-2.0)
    make.contrast(measure="md", estimate=-3.0, reading="alternative")
    finding = make.only()
    assert "has -2 as the primary reading" in finding.expected
    assert finding.found == "this text has -3"


@pytest.mark.parametrize(
    ("second", "checks"), [("one", ["shared-cohort"]), ("two", ["shared-registration"])]
)
def test_one_registration_number(make, second, checks):
    make.study("one", registry=("NCT1", "NCT2"))
    make.study("two", cohort=second, registry=("NCT2",))
    assert [f.check for f in make.findings()] == checks
