import json

import pytest

from remit.core.errors import InputError, SpecError
from remit.workbench.check import check_evidence


def test_the_template_fits(folder):
    assert check_evidence(folder.path).clean


def test_shipped_base_by_default(shipped_review):
    found = check_evidence().findings
    assert [f.message for f in found] == [f.message for f in shipped_review.findings]
    order = ["contradiction", "doubt", "remark"]
    ranks = [order.index(f.severity) for f in found]
    assert ranks == sorted(ranks)


def test_a_misfit_is_found(folder):
    folder.cell("events", 2, "percent", "47")
    (finding,) = check_evidence(folder.path).findings
    assert finding.message.startswith(
        "events.csv, row 2, column 'percent': 12/30 is 40.0 %, but 47 % is printed."
    )


def test_one_table(folder):
    folder.cell("events", 2, "percent", "47")
    assert len(check_evidence(folder.path / "events.csv").findings) == 1
    assert check_evidence(folder.path / "outcomes.csv").clean


def test_faults_of_the_named_table_alone(folder):
    folder.cell("events", 2, "percent", "140")
    folder.cell("outcomes", 2, "sd", "2,4")
    with pytest.raises(InputError) as caught:
        check_evidence(folder.path / "events.csv")
    assert [p.where for p in caught.value.problems] == ["events.csv, row 2, column 'percent'"]


def test_faults_of_other_tables_where_the_named_one_has_none(folder):
    folder.cell("outcomes", 2, "sd", "2,4")
    with pytest.raises(InputError) as caught:
        check_evidence(folder.path / "events.csv")
    assert [p.where for p in caught.value.problems] == ["outcomes.csv, row 2, column 'sd'"]


def test_the_settings_are_not_needed(folder):
    (folder.path / "review.toml").unlink()
    assert check_evidence(folder.path).clean


def test_a_file_that_is_no_table(folder):
    with pytest.raises(SpecError, match="a file that is none of a review's tables"):
        check_evidence(folder.path / "review.toml")


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match="nothing of this name"):
        check_evidence(tmp_path / "absent")


def test_a_slip_of_the_hand_is_suspected(folder):
    folder.cell("contrasts", 2, "estimate", "-1.2")
    folder.add("outcomes", 2, mean="-32", time_label="2-h", time_h="2")
    found = check_evidence(folder.path)
    assert not found.clean
    assert json.loads(json.dumps(found.to_dict()))["kind"] == "remit.checked-folder"


def test_what_the_page_says_is_what_the_command_says(shipped_review):
    assert [s.message for s in check_evidence().suspicions] == [
        s.message for s in shipped_review.suspicions
    ]
    assert shipped_review.page.data_intro.startswith("Ten tables were read: ")
    assert "none was found" in shipped_review.page.data_intro


def test_commas_that_leave_no_doubt_are_read_and_said(folder):
    for row in (2, 3):
        for column, value in (("mean", "-3,2"), ("sd", "2,4")):
            folder.cell("outcomes", row, column, value)
    made = folder.review()
    means = [d for d in made.decisions if d.place.column == "mean"]
    assert [(d.key, d.value) for d in means] == [("decimal", ",")]
    assert "comma is the decimal sign" in made.page.data_intro
