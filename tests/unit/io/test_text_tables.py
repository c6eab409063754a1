import pytest

from remit.core.errors import InputError
from remit.io.open_file import MAX_BYTES
from remit.io.text_tables import decode_text, parse_table, read_table


def problems(text):
    with pytest.raises(InputError) as caught:
        parse_table(text, "arms.csv")
    return [(p.where, p.found) for p in caught.value.problems]


class TestParse:
    def test_cells_are_text_and_stripped(self):
        table = parse_table("study, n \n smith-2024 ,007\n", "arms.csv")
        assert table.file == "arms.csv"
        assert table.header == ("study", "n")
        assert table.rows == (("smith-2024", "007"),)

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_separator_is_read_off_the_rows(self, separator):
        text = f'a{separator}b\n"1,5 x;y\tw"{separator}z\n'
        assert parse_table(text, "t.csv").rows == (("1,5 x;y\tw", "z"),)

    def test_one_column(self):
        assert parse_table("study\nsmith-2024\n", "t.csv").rows == (("smith-2024",),)

    def test_quoted_cell_holds_separators_quotes_and_lines(self):
        table = parse_table('a,b\n"one, ""two""\nthree",4\n5,6\n', "t.csv")
        assert table.rows == (('one, "two"\nthree', "4"), ("5", "6"))
        assert table.row_numbers == (2, 3)  # records, as a spreadsheet counts them

    def test_empty_rows_are_passed_over_and_counted(self):
        table = parse_table("a,b\n\n1,2\n , \n,\n3,4\n\n", "t.csv")
        assert table.rows == (("1", "2"), ("3", "4"))
        assert table.row_numbers == (3, 6)

    def test_empty_columns_at_the_right_are_passed_over(self):
        table = parse_table("a,b,,\n1,2,,\n", "t.csv")
        assert (table.header, table.rows) == (("a", "b"), (("1", "2"),))

    def test_a_nameless_column_that_holds_something_stays(self):
        assert parse_table("a,,\n1,,2\n", "t.csv").header == ("a", "", "")

    def test_header_alone(self):
        assert parse_table("a,b", "t.csv").rows == ()

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("", "an empty file"),
            (" \n\n", "an empty file"),
            ("\na,b\n1,2\n", "an empty first line"),
        ],
    )
    def test_no_header(self, text, found):
        assert problems(text) == [("arms.csv", found)]

    def test_every_ragged_row_is_named(self):
        assert problems("a,b\n1\n1,2\n\n1,2,3\n") == [
            ("arms.csv, row 2", "1 cell"),
            ("arms.csv, row 5", "3 cells"),
        ]

    def test_the_hint_names_the_separator_of_the_file(self):
        with pytest.raises(InputError, match="A semicolon inside a cell needs quotes"):
            parse_table("a;b\n1;2;3\n", "t.csv")

    def test_unclosed_quote_is_named_with_its_row_after_empty_ones(self):
        assert problems('a,b\n\n1,2\n"3,4\n5,6\n') == [
            ("arms.csv, row 4", "a quote that opens a cell and never closes")
        ]

    def test_ragged_rows_and_a_quote_at_once(self):
        assert sorted(problems('a,b\n1\n1,"x" y\n')) == [
            ("arms.csv, row 2", "1 cell"),
            ("arms.csv, row 3", "a quote inside a quoted cell"),
        ]


class TestDecode:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_reads(self, encoding):
        assert decode_text("Müller ± 2".encode(encoding), "t.csv") == "Müller ± 2"

    def test_windows_1252_is_recognised(self):
        # the usual spreadsheet of Western Europe saves so; it was refused before
        assert decode_text("a\nb\nMüller\n".encode("cp1252"), "t.csv") == "a\nb\nMüller\n"

    def test_names_the_row_of_a_byte_of_another_encoding(self):
        with pytest.raises(InputError) as caught:
            decode_text("é\nb\n".encode() + b"M\xfcller\n", "t.csv")
        (problem,) = caught.value.problems
        assert problem.where == "t.csv, row 3"
        assert problem.hint.startswith("If 'Müller' is meant")

    def test_names_the_row_of_a_nul(self):
        with pytest.raises(InputError) as caught:
            decode_text(b"a\nb\0c\n", "t.csv")
        assert caught.value.problems[0].where == "t.csv, row 2"

    @pytest.mark.parametrize("mark", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
    def test_workbook(self, mark):
        with pytest.raises(InputError, match="an Excel workbook"):
            decode_text(mark + b"\x00\x01", "t.csv")


class TestRead:
    def test_file(self, tmp_path):
        path = tmp_path / "arms.csv"
        path.write_bytes(b"a,b\r\n1,2\r\n")
        table = read_table(path)
        assert (table.file, table.rows) == ("arms.csv", (("1", "2"),))

    def test_missing_file(self, tmp_path):
        with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
            read_table(tmp_path / "arms.csv")

    def test_folder(self, tmp_path):
        with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
            read_table(tmp_path)

    def test_far_too_large(self, tmp_path):
        path = tmp_path / "arms.csv"
        with path.open("wb") as file:
            file.truncate(MAX_BYTES + 1)  # a hole: nothing is written
        with pytest.raises(InputError, match="found 200 MB, expected at most 200 MB"):
            read_table(path)
