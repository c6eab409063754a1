import openpyxl
import pytest

from remit.core.errors import InputError, SpecError
from remit.evidence.tables import TextTable
from remit.io.open_file import open_file, open_text
from remit.io.write_tables import (
    TextForm,
    table_text,
    workbook_bytes,
    write_text,
    write_workbook,
)


def table(*rows, header=("a", "b"), file="t.csv", sheet=""):
    return TextTable(
        file=file,
        header=header,
        rows=rows,
        row_numbers=tuple(range(2, len(rows) + 2)),
        sheet=sheet,
    )


class TestText:
    def test_as_excel_wants_it(self):
        assert table_text(table(("é", "1"))) == b"\xef\xbb\xbfa,b\r\n\xc3\xa9,1\r\n"

    def test_any_separator_in_a_cell_is_quoted(self):
        form = TextForm(encoding="utf-8", line_end="\n")
        assert table_text(table(("x;y", "1|2")), form) == b'a,b\n"x;y","1|2"\n'

    def test_formulas_are_made_safe(self):
        form = TextForm(encoding="utf-8", line_end="\n")
        assert table_text(table(("=1+1", "-2")), form) == b"a,b\n'=1+1,-2\n"

    def test_letters_that_the_encoding_lacks(self):
        with pytest.raises(InputError, match="found 'ж', expected letters that windows-1252 has"):
            table_text(table(("ж", "1")), TextForm(encoding="windows-1252"))

    @pytest.mark.parametrize(
        "wrong", [{"separator": "x"}, {"encoding": "ebcdic"}, {"line_end": " "}]
    )
    def test_other_forms(self, wrong):
        with pytest.raises(SpecError):
            table_text(table(("x", "1")), TextForm(**wrong))

    def test_a_file(self, tmp_path):
        write_text(table(("x", "1")), tmp_path / "t.csv")
        assert open_file(tmp_path / "t.csv").tables[0].rows == (("x", "1"),)

    def test_a_place_that_is_none(self, tmp_path):
        with pytest.raises(InputError, match="cannot be written to"):
            write_text(table(("x", "1")), tmp_path / "no" / "t.csv")


class TestWorkbook:
    def test_cells_are_text(self, tmp_path):
        write_workbook([table(("007", "=1+1"), ("", "-2"), ("#N/A", "x\ry"))], tmp_path / "t.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
        assert [[c.value for c in row] for row in sheet["A2:B3"]] == [["007", "=1+1"], [None, "-2"]]
        assert {c.data_type for c in (sheet["A2"], sheet["B2"], sheet["B3"], sheet["A4"])} == {"s"}

    def test_it_reads_back(self):
        tables = [table(("007", "=1+1"), ("#N/A", "_x0041_"), ("x\ry", "a\x01b"), sheet="one")]
        tables.append(table(("z", "12"), header=("c", "d"), sheet="two"))
        found = open_text(workbook_bytes(tables)).tables
        assert [(t.sheet, t.header, t.rows) for t in found] == [
            (t.sheet, t.header, t.rows) for t in tables
        ]

    def test_names_of_sheets(self):
        long = "a/very:long*name?of[a\\sheet\\that goes on"
        tables = [table(("x", "1"), sheet=name) for name in (long, long, "", "T")]
        names = [t.sheet for t in open_text(workbook_bytes(tables)).tables]
        assert names == [
            "a very long name of a sheet tha",
            "a very long name of a sheet (2)",
            "t",
            "T (2)",
        ]

    def test_a_cell_too_long(self):
        with pytest.raises(InputError, match="a cell of 32,768 characters"):
            workbook_bytes([table(("x" * 32_768, ""))])

    def test_nothing(self):
        with pytest.raises(SpecError, match="found none"):
            workbook_bytes([])
