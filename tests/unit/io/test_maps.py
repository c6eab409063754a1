"""Maps, written and read: what was found, ready to edit, and every slip of the pen at once."""

import pytest

from remit.core.errors import InputError
from remit.core.place import Place
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision
from remit.io.file_map import ColumnMap, FileMap
from remit.io.map_checks import unknown_columns
from remit.io.opened_file import OpenedFile
from remit.io.read_map import parse_map, read_map
from remit.io.typed_table import draft_table
from remit.io.write_map import write_map


def opened(*tables, decisions=()):
    return OpenedFile(file="trial.csv", kind="text", tables=tables, decisions=decisions, unread=())


def about_file(key, value, words="words", row=0):
    return Decision(
        place=Place(file="trial.csv", row=row),
        key=key,
        value=value,
        words=words,
        evidence="why",
        source="content",
    )


FULL = """
[file]
encoding = "windows-1252"
separator = "\\t"
sheet = "Visits"
header_row = 3

[columns.dose]
kind = "number"
decimal = ","
thousands = "."
percent = "shares"
missing = ["NA", "-99"]
unit = "mg"

[columns."Visits!day of birth"]
kind = "date"
dates = "day-month"
century = 20
missing = "?"
"""


class TestReading:
    def test_every_key(self):
        assert parse_map(FULL) == FileMap(
            encoding="windows-1252",
            separator="\t",
            sheet="Visits",
            header_row=3,
            columns={
                "dose": ColumnMap(
                    kind="number",
                    decimal=",",
                    thousands=".",
                    percent="shares",
                    missing=("NA", "-99"),
                    unit="mg",
                ),
                "Visits!day of birth": ColumnMap(
                    kind="date", dates="day-month", century=20, missing=("?",)
                ),
            },
        )

    def test_an_empty_map_leaves_everything_to_the_file(self):
        assert parse_map("") == FileMap()
        assert parse_map("[columns.a]\nmissing = []").columns["a"].missing == ()
        assert parse_map("[columns.a]").columns["a"].missing is None

    def test_all_slips_at_once(self):
        text = """
[file]
separater = ","
separator = "::"
header_row = 1.5
[columns.dose]
kind = "numbers"
decimal = 5
date = "day-month"
century = 200
missing = [1]
[column.x]
"""
        with pytest.raises(InputError) as caught:
            parse_map(text)
        said = [str(p) for p in caught.value.problems]
        assert len(said) == 9
        assert sum("Did you mean" in one for one in said) == 4
        for part in (
            "map.toml, [file], key 'header_row': found 1.5, expected a row",
            "map.toml, [file], key 'separator': found '::', expected one character",
            "map.toml, [columns], [dose], key 'decimal': found 5, expected text in quotes.",
            "map.toml, [columns], [dose], key 'kind': found 'numbers', expected one of 'number'",
            "map.toml, [columns], [dose], key 'century': found 200, expected a number from 0",
            "map.toml, [columns], [dose], key 'date': found a key that nothing reads",
            "map.toml, [file], key 'separater': found a key that nothing reads",
            "map.toml, [columns], [dose], key 'missing': found [1], expected a list of texts",
            "map.toml, key 'column': found a key that nothing reads",
        ):
            assert any(part in one for one in said), (part, said)

    def test_what_is_no_toml(self):
        with pytest.raises(InputError, match="text that is no TOML"):
            parse_map("[columns.dose\n")

    def test_files_that_cannot_be_read(self, tmp_path):
        with pytest.raises(InputError, match="'remit map FILE' writes one"):
            read_map(tmp_path / "map.toml")
        path = tmp_path / "latin.toml"
        path.write_bytes(b'[columns."gr\xf6\xdfe"]')
        with pytest.raises(InputError, match="not UTF-8"):
            read_map(path)
        path.write_text(FULL, encoding="utf-8-sig")
        assert read_map(path) == parse_map(FULL)


class TestWriting:
    def test_lines_with_their_evidence_and_questions_with_their_answers(self, table_of):
        table = table_of(
            **{
                "mean 1": ["12,5", "1.234,5", "NA"],
                "visit": ["03/04/2021", "", ""],
                "empty": ["", "", ""],
                "n": ["1"] * 3,
            }
        )
        about = (
            about_file("encoding", "utf-8", "the encoding is UTF-8"),
            about_file("separator", "\t", "the separator is a tab"),
            about_file("header_row", "1", "names"),
            about_file("blanks", "trimmed", "blanks are dropped"),
        )
        text = write_map(opened(table, decisions=about), [draft_table(table)])
        assert text.splitlines()[3:] == [
            "[file]",
            'encoding = "utf-8"  # the encoding is UTF-8, why',
            'separator = "\\t"  # the separator is a tab, why',
            "header_row = 1  # names, why",
            "# trial.csv: blanks are dropped, why.",
            "",
            '[columns."mean 1"]',
            'kind = "number"  # numbers, both cells',
            'decimal = ","  # comma is the decimal sign, 2 of 2 cells with a sign agree',
            'thousands = "."  # point is the thousands sign, 1 of 2 cells with a sign',
            "missing = [\"NA\"]  # 'NA' means that nothing is known, 1 of 3 cells",
            "",
            "[columns.visit]",
            "# QUESTION: '03/04/2021' (row 2); no cell decides",
            "# dates = \"day-month\"  # '03/04/2021' is 2021-04-03",
            "# dates = \"month-day\"  # '03/04/2021' is 2021-03-04",
            "",
            "[columns.empty]",
            "# empty, no cell says anything",
            "",
            "[columns.n]",
            'kind = "integer"  # whole numbers, all 3 cells',
        ]
        how = parse_map(text)
        assert (how.encoding, how.separator, how.header_row) == ("utf-8", "\t", 1)

    def test_answers_already_given_are_kept_beside_open_questions(self, table_of):
        table = table_of(birth=["3/4/05"])
        how = {"birth": ColumnMap(dates="day-month")}
        lines = write_map(opened(table), [draft_table(table, how)]).splitlines()
        assert lines[-4:] == [
            'dates = "day-month"  # the day stands before the month, as the map says',
            "# QUESTION: '3/4/05' (row 2)",
            "# century = 30  # '3/4/05' is in 2005",
            "# century = 0  # '3/4/05' is in 1905",
        ]

    def test_sheets_that_differ_have_tables_of_their_own(self):
        def sheet(name, cell):
            return TextTable(
                file="w.xlsx", header=("a", name), rows=((cell, "x"),), row_numbers=(2,), sheet=name
            )

        tables = sheet("One", "1,5"), sheet("Two", "1.5")
        drafts = [draft_table(table) for table in tables]
        how = parse_map(write_map(opened(*tables), drafts))
        assert list(how.columns) == ["One!a", "One", "Two!a", "Two"]
        for table, draft in zip(tables, drafts, strict=True):
            again = draft_table(table, how.columns)
            assert again.columns[0].values == draft.columns[0].values == (1.5,)

    def test_two_tables_of_one_text_file_share_what_they_agree_on(self):
        def block(*cells):
            return TextTable(
                file="trial.csv",
                header=("a",),
                rows=tuple((cell,) for cell in cells),
                row_numbers=tuple(range(2, len(cells) + 2)),
            )

        tables = block("1,5", "2,5"), block("1.5")
        text = write_map(opened(*tables), [draft_table(table) for table in tables])
        assert 'kind = "number"' in text
        assert "\n# comma is the decimal sign" in text
        how = parse_map(text)
        assert draft_table(tables[0], how.columns).columns[0].values == (1.5, 2.5)
        assert draft_table(tables[1], how.columns).columns[0].values == (1.5,)

    def test_cells_that_were_not_read_are_counted(self, table_of):
        table = table_of(x=[str(i) for i in range(40)] + ["a", "b", "c\nd", "e", "f"])
        text = write_map(opened(table), [draft_table(table)])
        assert text.count("# not read: ") == 4
        assert "# not read: 2 more" in text
        assert "found 'c d'" in text

    def test_decisions_about_parts_of_the_file_are_comments(self, table_of):
        about = (about_file("header_row", "1", row=1), about_file("header_row", "7", row=7))
        table = table_of(x=["1"])
        text = write_map(opened(table, decisions=about), [draft_table(table)])
        assert parse_map(text).header_row == 0
        assert text.count(": words, why.") == 2


def test_columns_that_the_file_does_not_have(table_of):
    how = {"dose": ColumnMap(), "Dosis": ColumnMap(), "S!dose": ColumnMap()}
    problems = unknown_columns(how, [table_of(dose=["1"], day=["2"])], "map.toml")
    assert [(p.found, p.hint) for p in problems] == [
        ("a column 'Dosis' that the file does not have", ""),
        ("a column 'S!dose' that the file does not have", "Did you mean 'dose'?"),
    ]
