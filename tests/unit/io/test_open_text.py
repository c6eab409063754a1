"""Separated text, opened: encoding, separator, header, tables, rows."""

import pytest

from remit.core.errors import InputError
from remit.io import separated_text
from remit.io.file_map import FileMap
from remit.io.open_file import open_file, open_text


def opened(text, **how):
    return open_text(text, "t.csv", FileMap(**how))


def table(text, **how):
    (only,) = opened(text, **how).tables
    return only


def decision(file, key):
    (only,) = [d for d in file.decisions if d.key == key]
    return only


def problems(text, **how):
    with pytest.raises(InputError) as caught:
        opened(text, **how)
    return [(p.where, p.found) for p in caught.value.problems]


class TestEncoding:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
    )
    def test_decided(self, encoding):
        text = "study,Größe\nMüller ± 2,7\nJosé,8\n"
        found = table(text.encode(encoding))
        assert found.header == ("study", "Größe")
        assert found.rows == (("Müller ± 2", "7"), ("José", "8"))

    def test_windows_1252_shows_the_cells(self):
        file = opened("a,b\nx,1\nMüller,2\nJosé,3\n".encode("cp1252"))
        told = decision(file, "encoding")
        assert told.value == "windows-1252"
        assert told.evidence.endswith("'Müller' (row 3), 'José' (row 4)")

    def test_euro_sign_and_curly_quotes_are_windows_1252(self):
        text = "a,b\n“5 €”,–3\n"
        assert table(text.encode("cp1252")).rows == (("“5 €”", "–3"),)

    def test_the_signs_of_medicine_are_windows_1252(self):
        text = "mean±SD,kg/m²\n5µg,37°C\nstress\u00a0free,A–B\n"
        assert table(text.encode("cp1252")).rows == (("5µg", "37°C"), ("stress\u00a0free", "A–B"))

    def test_japanese_is_asked_about(self):
        with pytest.raises(InputError, match="bytes that are not UTF-8, such as"):
            opened("名前,年齢\n田中,頭痛\n鈴木,片頭痛\n".encode("shift_jis"))

    def test_macintosh_letters_are_asked_about(self):
        with pytest.raises(InputError) as caught:
            opened("a,b\nMüller,2\nGröße,3\n".encode("mac_roman"))
        (problem,) = caught.value.problems
        assert problem.where == "t.csv, row 2"
        assert "encoding = \"mac-roman\" (old Macintosh: 'Müller' (row 2)" in problem.hint

    def test_the_map_answers(self):
        raw = "a,b\nMüller,2\n".encode("mac_roman")
        file = opened(raw, encoding="mac-roman")
        assert file.tables[0].rows == (("Müller", "2"),)
        assert decision(file, "encoding").source == "map"

    def test_cyrillic_is_asked_about(self):
        with pytest.raises(InputError, match='encoding = "windows-1251"'):
            opened("имя,n\nиванов,2\n".encode("cp1251"))

    def test_no_such_encoding(self):
        with pytest.raises(InputError, match="found 'utf-9', expected an encoding"):
            opened(b"a,b\n1,2\n", encoding="utf-9")

    def test_map_and_bytes_disagree(self):
        with pytest.raises(InputError, match=r"row 2: found bytes that are not utf-8"):
            opened("a,b\nMüller,2\n".encode("cp1252"), encoding="utf-8")

    def test_two_encodings_in_one_file(self):
        raw = "a,b\nMüller,2\n".encode() + "José,3\n".encode("cp1252")
        ((where, found),) = problems(raw)
        assert where == "t.csv, row 3"
        assert found.startswith("'Jos\\xe9', which is not UTF-8")

    def test_a_late_word_of_another_encoding_is_named(self):
        raw = b"a,b\n" + "Müller,2\n".encode() * 1000 + "José,3\n".encode("cp1252")
        assert problems(raw)[0][0] == "t.csv, row 1002"

    def test_cut_within_a_letter(self):
        raw = "a,b\nMüller,2\nJosé".encode()[:-1]
        assert problems(raw) == [("t.csv", "a file that ends within a letter of UTF-8")]

    def test_nul(self):
        assert problems(b"a,b\n1,2\nx\0y,3\n")[0] == ("t.csv, row 3", "a NUL character")

    def test_nul_to_the_end(self):
        raw = b"a,b\n1,2\n" + bytes(3)
        assert problems(raw)[0] == ("t.csv, row 3", "NUL characters to the end")

    def test_controls_are_kept_and_told(self):
        file = opened("a,b\n1,x\x0by\n")
        assert file.tables[0].rows == (("1", "x\x0by"),)
        assert decision(file, "characters").evidence == "first seen: U+000B in line 2"


class TestSeparator:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_each(self, separator):
        text = f"a{separator}b{separator}c\n1{separator}2{separator}3\n"
        file = opened(text)
        assert file.tables[0].rows == (("1", "2", "3"),)
        assert decision(file, "separator").value == separator

    def test_decimal_commas_between_semicolons(self):
        assert table("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n").rows[0] == ("1,5", "2,5", "3,5")

    def test_commas_in_the_header_do_not_count_more_than_the_rows(self):
        text = "dose, mg, per day, oral;pain\n5;2\n7;3\n9;4\n"
        assert table(text).header == ("dose, mg, per day, oral", "pain")

    def test_prose_with_commas_between_semicolons(self):
        text = "name, first name;town, country\nSmith, Ann;Paris, France\nWu, Bo;Rome, Italy\n"
        assert table(text).rows[0] == ("Smith, Ann", "Paris, France")

    def test_semicolons_in_notes(self):
        text = "a,b\nx; y; z,1\nx; y; w,2\nu; v; w,3\n"
        assert table(text).rows[0] == ("x; y; z", "1")

    def test_one_column_of_decimal_commas(self):
        assert table("pain\n1,5\n2,5\n3,0\n").rows == (("1,5",), ("2,5",), ("3,0",))

    def test_one_column_of_notes(self):
        assert table("note\nstress, little sleep\nnone\nwine\n").header == ("note",)

    def test_two_that_fit_are_asked_about(self):
        with pytest.raises(InputError) as caught:
            opened("a,b;c\nd,e;f\ng,h;i\n")
        (problem,) = caught.value.problems
        assert 'separator = ","' in problem.hint
        assert 'separator = ";"' in problem.hint

    @pytest.mark.parametrize(("asked", "rows"), [(",", ("d", "e;f")), (";", ("d,e", "f"))])
    def test_the_map_answers(self, asked, rows):
        assert table("a,b;c\nd,e;f\n", separator=asked).rows == (rows,)

    def test_excels_first_line(self):
        file = opened("sep=;\na,b;c\n1,5;2\n")
        assert file.tables[0].header == ("a,b", "c")
        assert file.tables[0].row_numbers == (3,)
        assert [(u.place.row, u.reason) for u in file.unread] == [(1, "names the separator")]

    def test_aligned_columns(self):
        found = table("study     pain  n\nSmith 24  5.5   12\nJones 20  6     9\n")
        assert found.rows == (("Smith 24", "5.5", "12"), ("Jones 20", "6", "9"))

    def test_single_blanks_separate_nothing(self):
        assert table("Study name\nSmith 2024\nJones 2020\n").header == ("Study name",)

    def test_blanks_before_a_quote(self):
        assert table('a, b\n"x, y", "z, w"\n').rows == (("x, y", "z, w"),)

    def test_quotes_as_ordinary_characters_between_tabs(self):
        assert table('a\tb\n"five" mg\t1\nsix\t2\n').rows[0] == ('"five" mg', "1")

    def test_the_first_lines_leave_it_open_and_the_rest_decides(self, monkeypatch):
        monkeypatch.setattr(separated_text, "SAMPLE", 1000)
        text = "a,b;c\n" + "d,e;f\n" * 1000
        with pytest.raises(InputError, match="two separators fit"):
            opened(text)
        assert table(text + "g;h\n").header == ("a,b", "c")

    def test_the_first_lines_mislead_and_the_rest_decides(self, monkeypatch):
        monkeypatch.setattr(separated_text, "SAMPLE", 1000)
        text = "x,y\n" * 300 + "\nstudy;n\n" + "A;1\n" * 3000
        file = opened(text)
        assert decision(file, "separator").value == ";"
        assert file.tables[0].header == ("study", "n")
        assert (len(file.tables[0].rows), len(file.unread)) == (3000, 300)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends(self, end):
        found = table(f'a,b{end}"1{end}2",3{end}4,5{end}')
        assert found.rows == ((f"1{end}2", "3"), ("4", "5"))
        assert found.row_numbers == (2, 3)


class TestHeaderAndTables:
    def test_titles_above_the_header(self):
        file = opened("Pain study\nexported: 3 May\n\nid,age,sex\n1,20,f\n2,30,m\n")
        assert file.tables[0].header == ("id", "age", "sex")
        assert file.tables[0].row_numbers == (5, 6)
        assert [(u.place.row, u.text, u.reason) for u in file.unread] == [
            (1, "Pain study", "above the header"),
            (2, "exported: 3 May", "above the header"),
        ]

    def test_titles_of_a_sheet_saved_as_text(self):
        file = opened("Pain study,,\nDate:,3 May,\nid,age,sex\n1,20,f\n")
        assert file.tables[0].header == ("id", "age", "sex")
        assert len(file.unread) == 2

    def test_a_header_cut_short_is_no_title(self):
        assert problems("name\nAnn,Paris\nBob,Rome\n") == [
            ("t.csv, row 2", "2 cells"),
            ("t.csv, row 3", "2 cells"),
        ]

    def test_the_map_says_where_the_header_is(self):
        file = opened("name\nAnn,Paris\nBob,Rome\n", header_row=2)
        assert file.tables[0].header == ("Ann", "Paris")
        assert decision(file, "header_row").source == "map"
        assert [u.place.row for u in file.unread] == [1]

    def test_the_map_names_a_row_that_is_not_there(self):
        assert problems("a,b\n1,2\n", header_row=9) == [("t.csv", "nothing in row 9")]

    def test_two_tables(self):
        text = 'Date,What\n3 May,"a\nb"\n\n#,Started,Lasted\n1,11/16/24,1h\n2,11/17/24,2h\n'
        file = opened(text)
        assert [t.header for t in file.tables] == [("Date", "What"), ("#", "Started", "Lasted")]
        assert [t.row_numbers for t in file.tables] == [(2,), (5, 6)]
        assert (
            decision(file, "tables").evidence == "2 columns from row 1 on; 3 columns from row 4 on"
        )

    def test_blank_rows_within_a_table(self):
        found = table("name,n\nAnn,1\n\nBob,2\n,\nEve,3\n")
        assert found.row_numbers == (2, 4, 6)

    def test_two_tables_of_one_width(self):
        file = opened("study,n\nA,1\nB,2\n\narm,dose\nx,5\ny,6\n")
        assert [t.header for t in file.tables] == [("study", "n"), ("arm", "dose")]

    def test_a_row_of_unknown_values_begins_no_table(self):
        assert table("study,n\nA,1\n\nC,n/a\nD,5\n").row_numbers == (2, 4, 5)

    def test_comments_and_names_with_values_above(self):
        text = "# made by an app, 2021\nUser:,Ann\nid,score\n1,2\n"
        file = opened(text)
        assert file.tables[0].header == ("id", "score")
        assert [u.place.row for u in file.unread] == [1, 2]

    def test_a_number_sign_in_a_name_is_no_comment(self):
        assert table("# of drug,name\na,b\nc,d\n").header == ("# of drug", "name")

    def test_notes_below(self):
        file = opened("study,n,mean\nA,1,2\nB,3,4\n\n* adjusted for age\n")
        assert len(file.tables[0].rows) == 2
        assert [(u.place.row, u.reason) for u in file.unread] == [(5, "a note outside the table")]

    def test_a_header_that_comes_again(self):
        file = opened("study,n\nA,1\n\nstudy,n\nB,2\n")
        assert file.tables[0].rows == (("A", "1"), ("B", "2"))
        assert [(u.place.row, u.reason) for u in file.unread] == [(4, "repeats the header")]

    def test_no_header(self):
        ((where, found),) = problems("1,2\n3,4\n")
        assert where == "t.csv, row 1"
        assert found == "numbers where column names should stand (1 | 2)"

    def test_numbers_can_be_names(self):
        assert table("0,30,60\n5,4,3\n", header_row=1).header == ("0", "30", "60")

    @pytest.mark.parametrize("text", ["", " \n\n", "\ufeff", ",,\n,,\n"])
    def test_nothing(self, text):
        with pytest.raises(InputError, match="expected a header line"):
            opened(text)

    def test_names_of_their_own(self):
        file = opened("n,n,,n (2),\n1,2,3,4,\n")
        assert file.tables[0].header == ("n", "n (3)", "column 3", "n (2)")
        told = [(d.value, d.evidence) for d in file.decisions if d.key == "columns"]
        assert told == [
            ("n (3)", "a column before it is 'n' too"),
            ("column 3", "it has no name but holds cells"),
        ]

    def test_a_name_on_two_lines(self):
        assert table('"pain\n(0-10)",n\n1,2\n').header == ("pain (0-10)", "n")


class TestRows:
    def test_ragged_rows_are_all_named(self):
        assert problems("a,b\n1\n1,2\n1,2,3\n") == [
            ("t.csv, row 2", "1 cell"),
            ("t.csv, row 4", "3 cells"),
        ]

    def test_empty_surplus_is_passed_over(self):
        assert table("a,b\n1,2,,\n3,4\n").rows == (("1", "2"), ("3", "4"))

    def test_many_ragged_rows_are_counted(self):
        found = problems("a,b\n" + "1,2\n" * 200 + "1\n" * 80)
        assert len(found) == 51
        assert found[-1] == ("t.csv", "30 more such rows")

    def test_open_quote(self):
        assert problems('a,b\n1,2\n"3,4\n5,6\n') == [
            ("t.csv, row 3", "a quote that opens a cell and never closes")
        ]

    def test_blanks_of_every_kind_are_trimmed(self):
        assert table("a,b\n\u00a0x\u2009,\u200by\ufeff\n").rows == (("x", "y"),)

    def test_zeros_stay(self):
        assert table("id,x\n001017,1e5\n1017,TRUE\n").rows == (("001017", "1e5"), ("1017", "TRUE"))

    def test_too_many_columns(self):
        ((_, found),) = problems("a," * 20_000 + "a\n")
        assert found == "20,001 cells in a row"

    def test_too_many_cells_are_refused_while_they_are_read(self, monkeypatch):
        monkeypatch.setattr(separated_text, "MAX_CELLS", 1_000)
        with pytest.raises(InputError, match="Read it row by row: stream_rows"):
            opened("a,b\n" + "1,2\n" * 500)

    def test_a_cell_without_an_end(self):
        ((_, found),) = problems('a,b\n"' + "x" * 200_000 + '",1\n')
        assert found == "a cell of more than 131,072 characters"


class TestKind:
    @pytest.mark.parametrize(
        ("raw", "what"),
        [
            (b"%PDF-1.7\n", "a PDF"),
            (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "a web page"),
            (b"\xef\xbb\xbf<!DOCTYPE html>\n<html>", "a web page"),
            (b'<?xml version="1.0"?>\n<a/>', "XML"),
            (b'<?xml version="1.0"?>\n<COCHRANE_REVIEW ID="1"/>', "a RevMan 5 review"),
            (b'[{"a": 1}]', "JSON"),
            (b"\x1f\x8b\x08\x00", "gzip"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "of the old kind"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "with a password",
            ),
            (b"PK\x03\x04 and no more", "without its end"),
        ],
    )
    def test_refused_in_words(self, raw, what):
        with pytest.raises(InputError, match=what) as caught:
            open_text(raw, "t.xls")
        assert caught.value.problems[0].hint

    def test_a_table_that_looks_like_markup_is_none(self):
        assert table("<5,n\n1,2\n").header == ("<5", "n")

    def test_the_name_is_not_believed(self, tmp_path):
        path = tmp_path / "t.xlsx"
        path.write_bytes(b"a;b\n1;2\n")
        assert open_file(path).tables[0].rows == (("1", "2"),)

    def test_missing(self, tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            open_file(tmp_path / "no.csv")

    def test_too_large_names_the_way_out(self, tmp_path):
        path = tmp_path / "t.csv"
        with path.open("wb") as file:
            file.truncate(200_000_001)  # a hole: nothing is written
        with pytest.raises(InputError, match="stream_rows"):
            open_file(path)

    def test_pasted_text_and_its_bytes_agree(self):
        text = "a\tb\nMüller\t1\n"
        assert open_text(text).tables[0].rows == open_text(text.encode()).tables[0].rows


class TestAgain:
    """A file that is opened with its own decisions as the map gives the same tables."""

    @pytest.mark.parametrize(
        "raw",
        [
            b"a,b\n1,2\n",
            b"A title\n\nid,n\n1,2\n\n* a note below\n",
            "a;b\nM\u00fcller;1,5\n".encode("cp1252"),
            "a|b\nx|1\n".encode("utf-16"),
            "a\tb\nx\t1\n".encode("utf-16-be"),
            b"sep=;\na;b\n1;2\n",
            b"study     n\nSmith 24  5\n",
            b"pain\n1,5\n2,5\n",
            b"0,30\n1,2\n",
        ],
    )
    def test_agrees(self, raw):
        first = open_text(raw, how=FileMap(header_row=1)) if raw[:1] == b"0" else open_text(raw)
        found = {d.key: d.value for d in first.decisions}
        how = FileMap(
            encoding=found["encoding"],
            separator=found["separator"],
            header_row=int(found["header_row"]),
        )
        again = open_text(raw, how=how)
        assert [(t.header, t.rows, t.row_numbers) for t in again.tables] == [
            (t.header, t.rows, t.row_numbers) for t in first.tables
        ]
        assert again.unread == first.unread

    def test_a_line_break_separates_one_column(self):
        assert table("a,b\n1,2\n", separator="\n").rows == (("1,2",),)
