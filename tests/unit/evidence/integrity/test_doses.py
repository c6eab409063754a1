import pytest

from remit.evidence.integrity.doses import implied_weights, length_range_in_text


def test_c11_dose_that_implies_an_impossible_weight(make):
    make.arm(dose_low=0.25, dose_high=0.3, dose_unit="mg/kg", doses=3)
    make.outcome("dose-total", scale="mg", mean=95.6)
    finding = make.only()
    assert (finding.check, finding.severity) == ("dose-weight", "doubt")
    assert finding.expected == "95.6 mg at 0.25-0.3 mg/kg is a mean weight of 319-382 kg"
    assert "106-127 kg" in finding.fits


def test_given_once_it_is_a_contradiction(make):
    make.arm(dose_low=0.25, dose_high=0.3, dose_unit="mg/kg")
    make.outcome("dose-total", scale="mg", mean=95.6)
    assert make.only().severity == "contradiction"


def test_total_of_several_doses_is_possible(make):
    make.arm(dose_low=0.1, dose_high=0.2, dose_unit="mg/kg", doses=5)
    make.arm("subgroup-nonresponders", dose_low=0.14, dose_high=0.14, dose_unit="mg/kg")
    make.outcome("dose-total", arm="subgroup-nonresponders", scale="mg", mean=45.8)  # 65 kg in 5
    make.outcome("dose-total", scale="mg", mean=30.2)
    make.outcome("dose-total", arm="unknown", scale="mg", mean=1e6)
    assert make.findings() == ()


def test_dose_that_is_too_small(make):
    make.arm(dose_low=1.0, dose_high=1.0, dose_unit="mg/kg")
    make.outcome("dose-total", scale="mg", mean=1.5)
    assert make.only().severity == "contradiction"


def test_dose_in_milligrams_says_nothing_of_weight(make):
    make.arm(dose_low=25.0, dose_high=25.0, dose_unit="mg")
    make.outcome("dose-total", scale="mg", mean=25.0)
    assert make.findings() == ()


def test_weights():
    # 95.6 / 0.3, 95.6 / 0.25, and a third of each
    assert implied_weights(95.6, 0.25, 0.3, 3) == pytest.approx(
        (318.6667, 382.4, 106.2222, 127.4667),
        abs=1e-4,  # digits typed here
    )


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("over 90-120 min, up to 3 sessions", (90.0, 120.0)),
        ("given over 4 to 6 h", (240.0, 360.0)),
        ("over 1–2 d", (1440.0, 2880.0)),
        ("over 60 min", None),
        ("observed for 90-120 min", None),
        ("over 120-90 min", None),
    ],
)
def test_range_in_notes(text, limits):
    assert length_range_in_text(text) == limits


def test_c12_mean_length_outside_its_range(make):
    make.arm(notes="over 90-120 min, up to 3 sessions", doses=3)
    make.outcome("infusion-length", scale="minutes", mean=188.0)
    finding = make.only()
    assert (finding.check, finding.severity) == ("length-in-range", "doubt")
    assert finding.found == "a mean of 188 min is printed"
    assert finding.fits == "It fits the total of 2 administrations of 94 min."


def test_length_of_a_single_infusion_is_a_contradiction(make):
    make.arm(notes="over 90-120 min", doses=1)
    make.outcome("infusion-length", scale="minutes", mean=188.0)
    assert make.only().severity == "contradiction"


def test_length_in_its_range(make):
    make.arm(notes="over 90-120 min")
    make.outcome("infusion-length", scale="minutes", mean=104.0)
    make.outcome("infusion-length", scale="hours", mean=1.9)
    assert make.findings() == ()
