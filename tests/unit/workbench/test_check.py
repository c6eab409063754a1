import pytest

from remit.core.errors import InputError, SpecError
from remit.workbench.check import check_evidence


def test_the_template_fits(folder):
    assert check_evidence(folder.path) == ()


def test_shipped_base_by_default(shipped_review):
    found = check_evidence()
    assert [f.message for f in found] == [f.message for f in shipped_review.findings]
    order = ["contradiction", "doubt", "remark"]
    ranks = [order.index(f.severity) for f in found]
    assert ranks == sorted(ranks)


def test_a_misfit_is_found(folder):
    folder.cell("events", 2, "percent", "47")
    (finding,) = check_evidence(folder.path)
    assert finding.message.startswith(
        "events.csv, row 2, column 'percent': 12/30 is 40.0 %, but 47 % is printed."
    )


def test_one_table(folder):
    folder.cell("events", 2, "percent", "47")
    assert len(check_evidence(folder.path / "events.csv")) == 1
    assert check_evidence(folder.path / "outcomes.csv") == ()


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
    assert check_evidence(folder.path) == ()


def test_a_file_that_is_no_table(folder):
    with pytest.raises(SpecError, match="a file that is none of a review's tables"):
        check_evidence(folder.path / "review.toml")


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match="nothing of this name"):
        check_evidence(tmp_path / "absent")
