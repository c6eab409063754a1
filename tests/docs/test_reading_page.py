"""docs/reading.md names every key of a map and every format, and no other."""

from __future__ import annotations

import io
import re
from dataclasses import fields

import openpyxl
import pytest

from remit.core.errors import InputError
from remit.io.file_map import ColumnMap, FileMap
from remit.io.formats.recognise import FORMATS
from remit.io.map_checks import COLUMN_CHOICES
from remit.io.open_file import open_text
from remit.io.read_map import parse_map
from remit.io.read_tables import typed_tables
from remit.workbench.export_evidence import EXPORT_FORMATS

TRY = {"header_row": "2", "century": "30", "missing": '["NA"]'}
QUOTED = re.compile(r'`"([^`]*)"`')


@pytest.fixture(scope="module")
def reading(page):
    return page("reading.md")


def names_of(data) -> list[str]:
    return [item.name for item in fields(data) if item.name != "columns"]


@pytest.mark.parametrize(
    ("title", "table", "data"),
    [("The file", "[file]", FileMap), ("A column", "[columns.x]", ColumnMap)],
)
def test_the_keys_are_those_of_the_code(reading, title, table, data):
    told = reading.section(title).codes("key")
    assert told == names_of(data)
    for key in told:
        value = TRY.get(key, f'"{COLUMN_CHOICES.get(key, (";",))[0]}"')
        parse_map(f"{table}\n{key} = {value}\n")
        with pytest.raises(InputError):
            parse_map(f"{table}\n{key}s = {value}\n")


@pytest.mark.parametrize("key", list(COLUMN_CHOICES))
def test_every_answer_that_a_key_can_have_and_no_other(reading, key):
    (row,) = (r for r in reading.section("A column").rows("key") if r[0] == f"`{key}`")
    assert set(QUOTED.findall(row[1])) == set(COLUMN_CHOICES[key])


def test_the_example_answers_the_question(reading):
    text = "visit\n03/04/2021\n05/04/2021\n"
    with pytest.raises(InputError, match="no cell decides"):
        typed_tables(open_text(text), FileMap())
    how = parse_map(reading.section("What is asked").block("toml"))
    typed_tables(open_text(text), how)


def test_every_format_with_its_words_and_whether_it_is_written(reading):
    rows = reading.section("Formats of evidence").rows("format")
    told = {row[0].strip("`"): row[1] for row in rows}
    assert list(told) == list(FORMATS)
    for code, words in FORMATS.items():
        assert told[code].startswith(words), code
    assert {row[0].strip("`") for row in rows if row[2] == "yes"} == set(EXPORT_FORMATS)
    assert {row[2] for row in rows} == {"yes", "no"}


class TestLimits:
    """What the page says is not done, is not done."""

    @pytest.mark.parametrize(
        ("cells", "kind"),
        [
            (["1d 02h 15m", "2d 01h 00m"], "text"),
            (["18-65", "20-70"], "text"),
            (["26:15:00", "27:00:00"], "text"),
            (["Mar 2024", "Apr 2024"], "text"),
            (["12 (34%)", "5 (12%)"], "compound"),
        ],
    )
    def test_kept_as_it_stands(self, cells, kind):
        (table,) = typed_tables(open_text("x\n" + "\n".join(cells)), FileMap())
        assert (table.columns[0].kind, table.columns[0].texts) == (kind, tuple(cells))

    @pytest.mark.parametrize("cell", ["~5", "5*", "$5", "5-10", "p < 0.05"])
    def test_reported_among_numbers(self, cell):
        (table,) = typed_tables(open_text(f"x\n{cell}\n6\n7\n8\n9\n10\n"), FileMap())
        assert [p.found for p in table.problems] == [f"'{cell}'"]

    def test_a_header_of_two_rows_is_reported(self):
        (table,) = typed_tables(
            open_text("drug,,placebo,\nmean,sd,mean,sd\n1,2,3,4\n2,3,4,5\n"), FileMap()
        )
        assert {p.where.split(",")[1] for p in table.problems} == {" row 2"}
        assert len(table.problems) == 4

    def test_a_number_typed_as_text_into_a_workbook_is_asked(self):
        book = openpyxl.Workbook()
        for row in (["x", "y"], ["1.234", 1.5], ["2.345", 2.25]):
            book.active.append(row)
        body = io.BytesIO()
        book.save(body)
        opened = open_text(body.getvalue(), "t.xlsx")
        with pytest.raises(InputError) as caught:
            typed_tables(opened, FileMap())
        (problem,) = caught.value.problems  # and nothing about y, whose cells are numbers
        assert problem.where == "t.xlsx, sheet 'Sheet', column 'x'"
        (table,) = typed_tables(opened, parse_map('[columns.x]\nthousands = "."\n'))
        assert table.columns[0].values == (1234, 2345)
        assert table.columns[1].values == (1.5, 2.25)

    def test_another_code_is_a_number(self):
        (table,) = typed_tables(open_text("x\n-7\n1\n2\n3\n4\n5\n6\n"), FileMap())
        assert table.columns[0].values[0] == -7
