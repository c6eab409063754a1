"""A clean copy has the same values, and its account names every change."""

from __future__ import annotations

import openpyxl
import pytest

from remit.core.errors import InputError
from remit.workbench.clean_copy import account_of, write_clean
from remit.workbench.read_file import read_draft

MIXED = (
    "Trial 7;;;;;;\n\nid;visit;dose;pain;share;p;note\n"
    "001;13.04.2021;12,50 mg;7,1;34 %;<0,001;=1+1\n"
    "002;01.05.2021;1.000 mg;NA;5 %;0,04;it's 1,5\n003;02.05.2021;25 mg;3,4;0 %;0,3;-\n"
)


@pytest.fixture
def draft(tmp_path):
    """Read a text as if it stood in a file."""

    def run(text: str, answers: str = "", file: str = "in.csv"):
        (tmp_path / file).write_text(text, encoding="utf-8")
        if not answers:
            return read_draft(tmp_path / file)
        (tmp_path / "map.toml").write_text(answers, encoding="utf-8")
        return read_draft(tmp_path / file, tmp_path / "map.toml")

    return run


def values(draft):
    return [column.values for table in draft.tables for column in table.columns]


@pytest.mark.parametrize("name", ["clean.csv", "clean.xlsx"])
def test_the_same_values_are_read_from_the_copy(draft, tmp_path, name):
    source = draft(MIXED)
    written = write_clean(source, tmp_path / name)
    again = read_draft(written[0])
    data = again.tables[0]
    assert data.questions == ()
    # a text that a spreadsheet would compute keeps its apostrophe in text, where there is no other
    notes = data.columns[-1].values
    assert notes == ("'=1+1" if name.endswith("csv") else "=1+1", "it's 1,5", None)
    assert [c.values for c in data.columns[:-1]] == values(source)[:-1]


def test_the_account_names_every_change_and_every_row_left_out(draft):
    account = account_of(draft(MIXED))
    assert account.header == ("place", "what", "was", "is", "why")
    cells = {row[0]: row[2:4] for row in account.rows if row[1] == "cell"}
    # row 4: date, dose, pain, share, p; row 5: the same; row 6: the same, and the note
    assert len(cells) == 5 + 5 + 6
    assert cells["in.csv, row 5, column 'dose'"] == ("1.000 mg", "1000")
    assert cells["in.csv, row 5, column 'pain'"] == ("NA", "")
    assert cells["in.csv, row 6, column 'note'"] == ("-", "")
    left = [row for row in account.rows if row[1] == "row left out"]
    assert left == [("in.csv, row 1", "row left out", "Trial 7", "", "above the header")]
    decided = [row[0] for row in account.rows if row[1] == "decision: decimal"]
    assert "in.csv, column 'dose'" in decided


def test_what_the_map_says_stands_in_the_account(draft):
    made = account_of(draft("x\n-9\n4\n5\n", '[columns.x]\nmissing = ["-9"]\n'))
    assert ("in.csv, row 2, column 'x'", "cell", "-9", "") in [row[:4] for row in made.rows]
    assert any(row[1] == "decision: missing" and "as the map says" in row[4] for row in made.rows)


def test_a_number_of_three_decimals_alone_is_asked_again_as_text_and_not_in_a_workbook(
    draft, tmp_path
):
    source = draft("x\n1,234\n", '[columns.x]\ndecimal = ","\n')
    write_clean(source, tmp_path / "clean.csv")
    write_clean(source, tmp_path / "clean.xlsx")
    assert [q.key for q in read_draft(tmp_path / "clean.csv").questions] == ["decimal"]
    assert read_draft(tmp_path / "clean.xlsx").tables[0].columns[0].values == (1.234,)


def test_open_questions_are_raised(draft, tmp_path):
    with pytest.raises(InputError, match="no cell decides"):
        write_clean(draft("x\n1,234\n"), tmp_path / "clean.csv")
    assert not (tmp_path / "clean.csv").exists()


def test_a_link_to_the_file_is_the_file(draft, tmp_path):
    source = draft(MIXED)
    (tmp_path / "other.csv").symlink_to(tmp_path / "in.csv")
    with pytest.raises(InputError, match="the name of the file itself"):
        write_clean(source, tmp_path / "other.csv")
    assert (tmp_path / "in.csv").read_text(encoding="utf-8") == MIXED


def test_a_place_that_cannot_be_written_to(draft, tmp_path):
    with pytest.raises(InputError, match="cannot be written to"):
        write_clean(draft(MIXED), tmp_path / "nowhere" / "clean.csv")


def test_every_table_has_its_sheet_and_the_account_is_the_last(draft, tmp_path):
    two = "a,b\n1,2\n\nx,y,z\n1,2,3\n4,5,6\n"
    write_clean(draft(two), tmp_path / "clean.xlsx")
    names = openpyxl.load_workbook(tmp_path / "clean.xlsx").sheetnames
    assert len(names) == 3
    assert names[-1] == "account"
