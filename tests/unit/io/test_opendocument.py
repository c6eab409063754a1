"""OpenDocument spreadsheets, opened as text; the XML is of the kind that LibreOffice writes."""

import pytest
from tests.unit.io.workbook_bytes import ods, zipped

from remit.core.errors import InputError
from remit.io.file_map import FileMap
from remit.io.open_file import open_text


def text(words, **attributes):
    return cell(f"<text:p>{words}</text:p>", kind="string", **attributes)


def cell(inside="", *, kind="", tag="table-cell", **attributes):
    names = {"repeated": "table:number-columns-repeated", "formula": "table:formula"}
    names |= {"across": "table:number-columns-spanned", "down": "table:number-rows-spanned"}
    given = "".join(f' {names.get(k, "office:" + k)}="{v}"' for k, v in attributes.items())
    value_type = f' office:value-type="{kind}"' if kind else ""
    return f"<table:{tag}{value_type}{given}>{inside}</table:{tag}>"


def number(value, shown=None):
    return cell(f"<text:p>{shown or value}</text:p>", kind="float", value=value)


def row(*cells, **attributes):
    given = "".join(f' table:{k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    return f"<table:table-row{given}>{''.join(cells)}</table:table-row>"


def sheet(*rows, name="S", columns="", style=""):
    inside = columns + "".join(rows)
    return f'<table:table table:name="{name}" table:style-name="{style}">{inside}</table:table>'


def opened(*sheets, styles="", **how):
    return open_text(ods("".join(sheets), styles=styles), "t.ods", FileMap(**how))


def values(*cells):
    header = [text(f"c{i}") for i in range(len(cells))]
    (table,) = opened(sheet(row(*header), row(*cells))).tables
    return table.rows[0]


def told(file, key):
    return [(d.words, d.evidence) for d in file.decisions if d.key == key]


class TestCells:
    def test_numbers(self):
        found = values(number("0.30000000000000004"), number("12"), number("1.5E-005"))
        assert found == ("0.3", "12", "0.000015")

    def test_leading_zeros_that_are_shown(self):
        assert values(number("17", "0017"), number("17", "17.0")) == ("0017", "17")

    def test_percent_currency_boolean(self):
        percent = cell("<text:p>34 %</text:p>", kind="percentage", value="0.34")
        money = cell("<text:p>5.00 €</text:p>", kind="currency", value="5")
        yes = cell("<text:p>WAHR</text:p>", kind="boolean", **{"boolean-value": "true"})
        assert values(percent, money, yes) == ("34%", "5", "TRUE")

    def test_dates_and_durations(self):
        day = cell(kind="date", **{"date-value": "2021-04-21"})
        moment = cell(kind="date", **{"date-value": "2021-04-21T13:30:00"})
        span = cell(kind="time", **{"time-value": "PT26H15M00S"})
        assert values(day, moment, span) == ("2021-04-21", "2021-04-21T13:30:00", "26:15:00")

    def test_text_with_blanks_lines_and_a_comment(self):
        inside = (
            "<office:annotation><text:p>a comment</text:p></office:annotation>"
            '<text:p>a<text:s text:c="3"/>b<text:tab/>c</text:p>'
            "<text:p>d<text:span>e</text:span>f</text:p>"
        )
        assert values(cell(inside, kind="string"), text("001017")) == ("a   b\tc\ndef", "001017")

    def test_errors(self):
        bad = (
            '<table:table-cell xmlns:calcext="x" office:value-type="string" '
            'calcext:value-type="error" table:formula="of:=1/0">'
            "<text:p>#DIV/0!</text:p></table:table-cell>"
        )
        file = opened(sheet(row(text("a")), row(bad)))
        assert file.tables[0].rows == (("#DIV/0!",),)
        assert told(file, "errors") == [("error cells stay as text", "1 cell: A2 #DIV/0!")]


class TestSheets:
    def test_repeated_cells_and_rows(self):
        file = opened(
            sheet(
                row(text("a"), text("b"), text("c"), cell(repeated=16381)),
                row(text("x"), text("1", repeated=2), number_rows_repeated=2),
                row(cell(repeated=16384), number_rows_repeated=1048000),
            )
        )
        assert file.tables[0].rows == (("x", "1", "1"), ("x", "1", "1"))
        assert file.tables[0].row_numbers == (2, 3)

    def test_rows_within_groups(self):
        header = f"<table:table-header-rows>{row(text('a'))}</table:table-header-rows>"
        group = f"<table:table-row-group>{row(text('x'))}</table:table-row-group>"
        assert opened(sheet(header, group)).tables[0].rows == (("x",),)

    def test_hidden_things_are_read_and_told(self):
        hidden = '<style:table-properties table:display="false"/>'
        styles = f'<style:style style:name="ta2">{hidden}</style:style>'
        columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
        file = opened(
            sheet(
                row(text("a"), text("b")),
                row(text("x"), number("1"), visibility="filter"),
                columns=columns,
            ),
            sheet(row(text("c")), row(text("y")), name="T", style="ta2"),
            styles=styles,
        )
        assert told(file, "hidden") == [
            ("row 2 is read although hidden", "rows 2"),
            ("hidden columns are read too", "columns B"),
            ("the sheet is read", "although it is hidden"),
        ]

    def test_merged_cells(self):
        file = opened(
            sheet(
                row(text("a"), text("b")),
                row(text("x", across=1, down=2), number("1")),
                row(cell(tag="covered-table-cell"), number("2")),
            )
        )
        assert file.tables[0].rows == (("x", "1"), ("", "2"))
        assert told(file, "merged")[0][1] == "1 range: A2:A3"

    def test_formulas(self):
        good = cell("<text:p>0.5</text:p>", kind="float", value="0.5", formula="of:=1/2")
        file = opened(sheet(row(text("a")), row(good)))
        assert file.tables[0].rows == (("0.5",),)
        assert told(file, "formulas")[0][1] == "1 cell: A2 of:=1/2"
        with pytest.raises(InputError, match=r"1 formula without a stored value \(A2 of:=1/2\)"):
            opened(sheet(row(text("a")), row(cell(formula="of:=1/2"))))

    def test_the_map_chooses(self):
        one, two = sheet(row(text("a")), name="one"), sheet(row(text("b")), name="two")
        assert [t.header for t in opened(one, two, sheet="two").tables] == [("b",)]

    def test_a_document_that_is_no_spreadsheet(self):
        raw = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})
        with pytest.raises(InputError, match="no spreadsheet"):
            open_text(raw)

    def test_a_password(self):
        manifest = "<m><file-entry><encryption-data/></file-entry></m>"
        parts = {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": "garbled",
            "META-INF/manifest.xml": manifest,
        }
        with pytest.raises(InputError, match="a spreadsheet with a password"):
            open_text(zipped(parts))
