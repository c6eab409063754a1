import pytest


def test_c23_no_difference_in_another_report(make):
    make.contrast(
        outcome="satisfaction", scale="satisfaction-0-10", measure="md", estimate=-3.4,
        ci_low=-5.6, ci_high=-1.2, direction="favours-b",
    )  # fmt: skip
    assert make.findings() == ()
    make.contrast(outcome="satisfaction", direction="no-difference", reading="alternative")
    finding = make.only()
    assert (finding.check, finding.severity) == ("direction-of-interval", "doubt")
    assert finding.place.row == 3
    assert finding.expected.endswith("excludes 0")


def test_no_difference_beside_its_own_interval(make):
    make.contrast(measure="md", estimate=2.0, ci_low=1.0, ci_high=3.0, direction="no-difference")
    assert make.only().severity == "contradiction"


def test_favour_beside_an_interval_across_no_difference(make):
    make.pooled(measure="rr", estimate=1.2, ci_low=0.8, ci_high=1.8)
    make.contrast(measure="md", estimate=-1.0, ci_low=-3.0, ci_high=1.0, direction="favours-a")
    assert make.only().check == "direction-of-interval"


def test_interval_that_ends_at_zero_fits_either_word(make):
    for word in ("no-difference", "favours-b"):
        make.contrast(measure="md", estimate=1.7, ci_low=0.0, ci_high=3.4, direction=word)
    assert make.findings() == ()


def test_published_rows_that_fit(make):
    make.contrast(
        scale="vas-0-100-mm", measure="md", estimate=-6.8, ci_low=-19.4, ci_high=5.8,
        direction="no-difference",
    )  # fmt: skip
    make.contrast(outcome="b", p_value=0.5035, p_operator="=", direction="no-difference")
    make.contrast(outcome="c", p_value=0.05, p_operator=">", direction="no-difference")
    make.contrast(outcome="d", p_value=0.022, p_operator="=", direction="favours-b")
    make.outcome(kind="change", p_value=0.032, p_operator="=", direction="better")
    assert make.findings() == ()


@pytest.mark.parametrize(
    ("p", "operator", "direction"),
    [(0.3, "=", "favours-a"), (0.05, ">", "favours-b"), (0.01, "=", "no-difference"),
     (0.05, "<", "no-difference")],
)  # fmt: skip
def test_words_that_p_does_not_bear_out(make, p, operator, direction):
    make.contrast(p_value=p, p_operator=operator, direction=direction)
    assert make.only().check == "direction-of-p"


@pytest.mark.parametrize(
    ("scale", "estimate", "direction", "fits"),
    [
        ("vas-0-100-mm", 20.0, "favours-b", True), ("vas-0-100-mm", 20.0, "favours-a", False),
        ("satisfaction-0-10", -3.4, "favours-b", True),
        ("satisfaction-0-10", -3.4, "favours-a", False), ("minutes", 20.0, "favours-a", True),
    ],
)  # fmt: skip
def test_sign_against_words(make, scale, estimate, direction, fits):
    make.contrast(scale=scale, measure="md", estimate=estimate, direction=direction)
    assert [f.check for f in make.findings()] == ["direction-of-sign"] * (not fits)
