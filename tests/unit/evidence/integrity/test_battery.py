import importlib
import pkgutil
from dataclasses import fields, is_dataclass

import remit.evidence.integrity as integrity
from remit.core.place import Place
from remit.evidence.integrity import CHECKS, Finding, check_integrity


def test_no_check_is_forgotten():
    exported = set()
    for module in pkgutil.iter_modules(integrity.__path__):
        names = importlib.import_module(f"{integrity.__name__}.{module.name}")
        exported |= {getattr(names, n) for n in names.__all__ if n.startswith("check_")}
    exported.discard(check_integrity)
    assert exported == set(CHECKS)
    assert len(CHECKS) == len(set(CHECKS))


def test_a_clean_study_has_no_findings(make):
    make.study(n_enrolled=54, n_analysed=51, female_pct=74.5)  # 38 of 51
    make.arm("a", n=25)
    make.arm("b", n=29)
    make.outcome(arm="a", scale="nrs-0-10", kind="change", n=23, mean=-4.3, sd=2.1, time_h=1.0)
    make.outcome(arm="b", scale="nrs-0-10", kind="change", n=28, mean=-6.4, sd=2.3, time_h=1.0)
    make.contrast(
        scale="nrs-0-10", time_h=1.0, measure="md", estimate=2.1, ci_low=0.9, ci_high=3.3,
        p_value=0.001, p_operator="=", direction="favours-b",
    )  # fmt: skip
    make.event(events=2, n=25, percent=8.0, denominator="patients")
    assert make.findings() == ()


def test_an_empty_base_has_no_findings(make):
    assert make.findings() == ()


def test_worst_first_then_by_place(make):
    make.study("p", cohort="c", n_analysed=77)
    make.study("q", cohort="c")
    make.arm("a", study="p", n=77)
    make.outcome("responder", study="p", n=61, events=48, percent=77.0)
    make.outcome(study="p", scale="nrs-0-10", n=6, mean=7.4)
    make.outcome("responder", study="p", n=77, events=90)
    found = [(f.severity, f.place.file, f.place.row) for f in make.findings()]
    assert found == [
        ("contradiction", "outcomes.csv", 2),
        ("contradiction", "outcomes.csv", 4),
        ("doubt", "outcomes.csv", 3),
        ("remark", "studies.csv", 2),
    ]


def test_checking_changes_no_number(make):
    make.study(n_analysed=77)
    make.outcome("responder", n=77, events=15, percent=27.3)
    base = make.base()

    def numbers(value):
        if is_dataclass(value):
            return [numbers(getattr(value, f.name)) for f in fields(value)]
        return [numbers(v) for v in value] if isinstance(value, tuple) else value

    before = numbers(base)
    assert check_integrity(base)
    assert numbers(base) == before


def test_message_and_dict_say_where_what_and_what_fits():
    finding = Finding(
        check="percent-of-count", severity="contradiction", study="one",
        place=Place(file="outcomes.csv", row=95, column="percent"),
        other_places=(Place(file="outcomes.csv", row=95, column="events"),),
        found="27.3 % is printed", expected="15/77 is 19.5 %",
        fits="27.3 % fits 15 of 55 or 21 of 77.", source="arithmetic",
    )  # fmt: skip
    assert finding.message == (
        "outcomes.csv, row 95, column 'percent': 15/77 is 19.5 %, but 27.3 % is printed. "
        "27.3 % fits 15 of 55 or 21 of 77. (arithmetic)"
    )
    as_dict = finding.to_dict()
    assert as_dict["message"] == finding.message
    assert as_dict["other_places"] == ["outcomes.csv, row 95, column 'events'"]
    assert set(as_dict) == {f.name for f in fields(Finding)} | {"message"}


def test_message_without_a_remedy_has_no_gap(make):
    make.outcome("responder", n=10, events=12)
    assert make.only().message == (
        "outcomes.csv, row 2, column 'events': the denominator is 10, but 12 is printed. "
        "(arithmetic)"
    )
