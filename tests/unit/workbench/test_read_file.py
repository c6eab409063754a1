"""A file as far as its content and its map allow; which of its tables is meant."""

from __future__ import annotations

import openpyxl
import pytest

from remit.core.errors import InputError, SpecError
from remit.io.formats.column_guess import guess_columns
from remit.workbench.read_file import read_draft, the_table

EFFECTS = (("study", "yi", "vi"), ("A", 0.1, 0.2), ("B", 0.3, 0.1))
NOTES = (("who", "when"), ("me", "today"))


@pytest.fixture
def book(tmp_path):
    """Write a workbook of sheets; return its path."""

    def write(**sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def test_questions_wait(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n03/04/2021,1\n05/06/2021,zwei\n06/06/2021,3\n", encoding="utf-8")
    draft = read_draft(path)
    assert [q.place.column for q in draft.questions] == ["x"]
    assert [p.where for p in draft.problems] == ["t.csv, row 3, column 'y'"]
    assert draft.tables[0].column("x").values[0] == "03/04/2021"
    assert [d.key for d in draft.decisions[:3]] == ["encoding", "separator", "header_row"]


def test_columns_that_are_not_there(tmp_path):
    (tmp_path / "t.csv").write_text("dose,y\n1,2\n", encoding="utf-8")
    (tmp_path / "m.toml").write_text('[columns.doze]\nunit = "mg"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"m\.toml: found a column 'doze'.*Did you mean 'dose'"):
        read_draft(tmp_path / "t.csv", tmp_path / "m.toml")


class TestTheTable:
    def test_the_one_that_fits(self, book):
        draft = read_draft(book(Notes=NOTES, Data=EFFECTS))
        table, guess = the_table(draft, guess_columns)
        assert table.source.sheet == "Data"
        assert guess.columns == {"yi": "yi", "vi": "vi"}

    def test_of_two_none_is_chosen(self, book):
        draft = read_draft(book(One=EFFECTS, Two=EFFECTS))
        with pytest.raises(SpecError, match="2 tables that could be meant: 'One', 'Two'"):
            the_table(draft, guess_columns)

    def test_none_fits(self, book):
        draft = read_draft(book(One=NOTES, Two=NOTES))
        with pytest.raises(InputError) as caught:
            the_table(draft, guess_columns)
        assert ["One" in p.where for p in caught.value.problems] == [True, False]
        assert len(caught.value.problems) == 2
