import pytest


@pytest.mark.parametrize(
    ("sizes", "enrolled", "analysed", "fits"),
    [
        ((27, 26), 53, 53, True),
        ((25, 29), 54, None, True),
        ((50, 33), 83, 83, True),
        ((6, 6), 6, 6, True),  # the same people in sequence
        ((17, 17), 17, None, True),  # crossover
        ((20,), 23, 20, True),
        ((35, 35), 82, 68, True),  # 70 of those enrolled were treated
        ((27, 26), 54, 54, False),
        ((30,), 23, 20, False),
        ((27, None), 54, 54, True),
    ],
)
def test_arms_against_the_study(make, sizes, enrolled, analysed, fits):
    make.study(n_enrolled=enrolled, n_analysed=analysed)
    for name, n in zip("ab", sizes, strict=False):
        make.arm(name, n=n)
    assert [f.check for f in make.findings()] == ["arms-sum"] * (not fits)


def test_patients_in_two_subgroups(make):
    make.study(n_analysed=19)
    make.arm(n=19)
    make.arm("subgroup-rebound", n=18)
    make.arm("subgroup-status", n=3)
    finding = make.only()
    assert (finding.check, finding.severity) == ("subgroups", "remark")
    assert finding.fits == "It fits if at least 2 are in more than one subgroup: never add them up."


def test_subgroup_larger_than_its_arm(make):
    make.study(n_analysed=19)
    make.arm(n=19)
    make.arm("subgroup-rebound", n=20)
    assert make.only().severity == "contradiction"


def test_subgroups_that_fit(make):
    make.study(n_analysed=29)
    make.arm(n=29)
    make.arm("subgroup-episodic", n=16)
    make.arm("subgroup-chronic", n=13)
    make.arm("subgroup-unknown")
    assert make.findings() == ()


def test_more_patients_than_the_arm_holds(make):
    make.arm(n=19)
    make.outcome(n=22, denominator="infusions")
    make.event(n=27, denominator="infusions")
    assert make.findings() == ()
    make.outcome(n=22, denominator="patients")
    finding = make.only()
    assert (finding.check, finding.severity) == ("denominator-of-arm", "contradiction")
