"""Excel workbooks, opened as text."""

import datetime
import zipfile
from io import BytesIO

import openpyxl
import pytest
from tests.unit.io.workbook_bytes import saved, xlsx, zipped

from remit.core.errors import InputError
from remit.io.file_map import FileMap
from remit.io.open_file import open_text


def opened(raw, **how):
    return open_text(raw, "t.xlsx", FileMap(**how))


def sheet_of(*rows, **formats):
    """Return a workbook of one sheet, with number formats by cell."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in formats.items():
        book.active[cell].number_format = code
    return book


def cells(*values, **formats):
    """Return the texts of the cells below a header."""
    header = [f"c{i}" for i in range(len(values))]
    (table,) = opened(saved(sheet_of(header, values, **formats))).tables
    return table.rows[0]


def told(file, key):
    return [(d.words, d.evidence) for d in file.decisions if d.key == key]


class TestCells:
    def test_numbers_have_no_noise(self):
        assert cells(0.1 + 0.2, 12.0, 1.1 * 3, 1e-5, -0.0, 123456789012) == (
            "0.3", "12", "3.3", "0.00001", "0", "123456789012",
        )  # fmt: skip

    def test_numbers_of_other_locales_are_numbers(self):
        assert cells(1.234, 1.234567, A2="#.##0,00", B2="0,000") == ("1.234", "1.234567")

    def test_percent(self):
        found = cells(0.34, 0.3449, 1, A2="0%", B2="0%", C2="0.00%")
        assert found == ("34%", "34.49%", "100%")

    def test_leading_zeros_of_the_format(self):
        found = cells(17, 1017, 12345, 7, A2="0000", B2="000000", C2="0000", D2='"P"000')
        assert found == ("0017", "001017", "12345", "P007")

    def test_ids_that_are_text(self):
        assert cells("001017", "1234-5678", " x ") == ("001017", "1234-5678", "x")

    def test_booleans(self):
        assert cells(True, False) == ("TRUE", "FALSE")

    def test_dates_and_times(self):
        found = cells(
            datetime.date(2021, 4, 21),
            datetime.datetime(2021, 4, 21, 13, 30),  # noqa: DTZ001 - a workbook has no time zones
            datetime.time(13, 30),
            datetime.timedelta(hours=26, minutes=15),
            datetime.date(1980, 5, 3),
        )
        assert found == (
            "2021-04-21", "2021-04-21T13:30:00", "13:30:00", "26:15:00", "1980-05-03",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "code", ["dd.mm.yyyy", "m/d/yy", "[$-407]d. mmmm yyyy", "mmm-yy", 'd" of "mmmm', "yyyy"]
    )
    def test_formats_of_dates(self, code):
        assert cells(44307, A2=code) == ("2021-04-21",)  # day 44307 is 21 April 2021

    @pytest.mark.parametrize("code", ["0.00", '0" days"', "#,##0 [$€-407]", "0.0E+00", r"0\d", "@"])
    def test_formats_of_other_numbers(self, code):
        assert cells(44307.5, A2=code) == ("44307.5",)

    def test_days_from_1904(self):
        book = sheet_of(["day"], [44307 - 1462], A2="yyyy-mm-dd")
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        assert opened(saved(book)).tables[0].rows == (("2021-04-21",),)

    def test_the_days_before_march_1900(self):
        # Excel counts a 29 February 1900: day 59 is 28 February, day 61 is 1 March
        found = cells(1, 59, 61, **dict.fromkeys(("A2", "B2", "C2"), "yyyy-mm-dd"))
        assert found == ("1900-01-01", "1900-02-28", "1900-03-01")

    def test_a_day_that_no_calendar_has_stays_a_number(self):
        file = opened(
            saved(sheet_of(["day"], [60], [-3], [9e6], A2="yyyy-mm-dd", A3="d.m.yy", A4="d.m.yy"))
        )
        assert file.tables[0].rows == (("60",), ("-3",), ("9000000",))
        assert (
            "numbers that are no day stay numbers",
            "3 cells: A2 60, A3 -3, A4 9000000",
        ) in told(file, "dates")

    def test_errors_stay_and_are_told(self):
        rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        rows += '<row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c></row>'
        file = opened(xlsx(rows))
        assert file.tables[0].rows == (("#DIV/0!",),)
        assert told(file, "errors") == [("error cells stay as text", "1 cell: A2 #DIV/0!")]

    def test_rich_text_without_its_phonetic_reading(self):
        rows = (
            '<row><c t="inlineStr"><is><r><t>pa</t></r><r><t>in</t></r><rPh><t>x</t></rPh></is></c>'
            '</row><row><c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_</t></is></c></row>'
        )
        table = opened(xlsx(rows)).tables[0]
        assert table.header == ("pain",)
        assert table.rows == (("a\rb_x0041_",),)


class TestSheets:
    def test_all_in_their_order(self):
        book = openpyxl.Workbook()
        for name in ("arms", "outcomes"):
            sheet = book.create_sheet(name)
            sheet.append(["study", "n"])
            sheet.append([name, 1])
        file = opened(saved(book))
        assert [(t.sheet, t.rows) for t in file.tables] == [
            ("arms", (("arms", "1"),)),
            ("outcomes", (("outcomes", "1"),)),
        ]
        assert told(file, "contents") == [("the sheet is empty", "it has no filled cell")]

    def test_the_map_chooses(self):
        book = sheet_of(["a"], ["x"])
        book.create_sheet("two").append(["b"])
        file = opened(saved(book), sheet="two")
        assert [t.header for t in file.tables] == [("b",)]

    def test_no_such_sheet(self):
        with pytest.raises(InputError, match="found no such sheet, expected one of 'Sheet'"):
            opened(saved(sheet_of(["a"], ["x"])), sheet="two")

    def test_hidden_things_are_read_and_told(self):
        book = sheet_of(["a", "b", "c"], ["x", 1, 2], ["y", 3, 4])
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.create_sheet("old").append(["z", "w"])
        book["old"].sheet_state = "veryHidden"
        file = opened(saved(book))
        assert file.tables[0].rows == (("x", "1", "2"), ("y", "3", "4"))
        assert told(file, "hidden") == [
            ("row 3 is read although hidden", "rows 3"),
            ("hidden columns are read too", "columns B"),
            ("the sheet is read", "although it is hidden"),
        ]

    def test_merged_cells(self):
        book = sheet_of(["a", "b"], ["x", 1], [None, 2])
        book.active.merge_cells("A2:A3")
        file = opened(saved(book))
        assert file.tables[0].rows == (("x", "1"), ("", "2"))
        assert told(file, "merged")[0][1] == "1 range: A2:A3"

    def test_titles_above_a_header(self):
        book = sheet_of(["Table 1: pain"], [], ["study", "design"], ["A", "rct"])
        file = opened(saved(book))
        assert file.tables[0].header == ("study", "design")
        assert [(u.place.row, u.place.sheet) for u in file.unread] == [(1, "Sheet")]

    def test_a_table_that_begins_in_the_middle(self):
        book = openpyxl.Workbook()
        for place, value in (("C4", "study"), ("D4", "n"), ("C5", "A"), ("D5", 7)):
            book.active[place] = value
        (table,) = opened(saved(book)).tables
        assert (table.header, table.rows, table.row_numbers) == (
            ("study", "n"),
            (("A", "7"),),
            (5,),
        )

    def test_a_sheet_without_names_is_unread(self):
        book = sheet_of(["a"], ["x"])
        book.create_sheet("scratch").append([1, 2])
        file = opened(saved(book))
        assert len(file.tables) == 1
        assert [(u.place.sheet, u.text) for u in file.unread] == [("scratch", "1 | 2")]

    def test_nothing_at_all(self):
        with pytest.raises(InputError, match="no filled cell"):
            opened(saved(openpyxl.Workbook()))

    def test_the_name_is_not_believed(self):
        assert open_text(saved(sheet_of(["a"], ["x"])), "t.csv").kind == "xlsx"


class TestFormulas:
    ROWS = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1/8</f><v>0.125</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"x"&amp;"y"</f><v>xy</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>""</f><v></v></c></row>'
    )

    def test_stored_values_are_taken(self):
        file = opened(xlsx(self.ROWS))
        assert file.tables[0].rows == (("0.125",), ("xy",))
        assert told(file, "formulas") == [
            ("the stored values of formulas are taken", '3 cells: A2 =1/8, A3 ="x"&"y", A4 =""')
        ]

    def test_without_a_stored_value(self):
        with pytest.raises(InputError) as caught:
            opened(saved(sheet_of(["a", "b"], [1, "=A2*2"], [2, "=A3*2"])))
        (problem,) = caught.value.problems
        assert problem.where == "t.xlsx, sheet 'Sheet'"
        assert problem.found == "2 formulas without a stored value (B2 =A2*2, B3 =A3*2)"

    def test_macros_and_links(self):
        file = opened(xlsx(self.ROWS, **{"xl/vbaProject.bin": "x", "xl/externalLinks/a.xml": "x"}))
        assert [d.words for d in file.decisions if d.key == "contents"] == [
            "macros are neither run nor read",
            "links to other workbooks are not followed",
        ]


def test_cells_without_a_reference_keep_their_column():
    rows = (
        "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c><c t='str'><v>c</v></c></row>"
        "<row><c/><c t='str'><v></v></c><c><v>3</v></c></row>"
    )
    assert opened(xlsx(rows)).tables[0].rows == (("", "", "3"),)


class TestDamaged:
    @pytest.mark.parametrize(
        ("rows", "found"),
        [
            ('<row><c t="s"><v>5</v></c></row>', "a reference to text '5'"),
            ('<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>', "after row 3"),
            ('<row r="9999999"><c><v>1</v></c></row>', "row 9,999,999"),
            ('<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "cell 'A1' after column B"),
            ('<row><c r="XFE1"><v>1</v></c></row>', "cell 'XFE1'"),
            ("<row><c>", "cannot be unpacked"),
        ],
    )
    def test_in_words(self, rows, found):
        with pytest.raises(InputError, match=found):
            opened(xlsx(rows))

    def test_a_missing_part(self):
        raw = BytesIO(xlsx("<row/>"))
        with zipfile.ZipFile(raw) as archive:
            parts = {n: archive.read(n) for n in archive.namelist() if "sheet1" not in n}
        with pytest.raises(InputError, match="no item named"):
            opened(zipped(parts))

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
    def test_cut_off(self, share):
        raw = saved(sheet_of(["a"], ["x"]))
        with pytest.raises(InputError, match="cut off or damaged"):
            opened(raw[: int(share * len(raw))])
