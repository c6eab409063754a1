"""Files made to harm: each is refused in words, in seconds, in bounded memory."""

import contextlib
import io
import time
import tracemalloc
import zipfile

import pytest
from tests.unit.io.workbook_bytes import MAIN, RELATION, ods, xlsx, zipped

from remit.core.errors import InputError
from remit.io.cell_text import read_format
from remit.io.open_file import open_text

SECONDS = 8  # of the processor; they take less than one, a square of 130,000 takes minutes
MEMORY = 250_000_000  # bytes; several times what a refusal needs, far below what a bomb asks for


def refused(raw, found):
    """Expect a refusal, and little memory on the way to it."""
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=found):
            open_text(raw, "t.xlsx")
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def sized(raw: bytes, part: str, size: int) -> bytes:
    """Return an archive whose list of parts claims another unpacked size for ``part``."""
    at = raw.rindex(part.encode()) - 46  # the directory entry, whose name follows its 46 bytes
    assert raw[at : at + 4] == b"PK\x01\x02"
    return raw[: at + 24] + size.to_bytes(4, "little") + raw[at + 28 :]


def document(columns: int, rows: int, text: str = "x") -> bytes:
    """Return a spreadsheet of one cell that is repeated."""
    cell = (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return ods(f'<table:table table:name="S">{row}</table:table>')


class TestArchives:
    def test_a_bomb(self):
        blank = b" " * 30_000_000
        refused(
            zipped({"xl/workbook.xml": b"<a/>", "xl/a.xml": blank}), "nearly all empty or repeated"
        )

    def test_a_size_that_the_list_claims(self):
        raw = sized(xlsx("<row/>"), "xl/worksheets/sheet1.xml", 4_000_000_000)
        refused(raw, "packed into")

    def test_many_parts_of_tolerable_size(self):
        raw = zipped({f"xl/{i}.xml": bytes(70_000) for i in range(20)}, zipfile.ZIP_STORED)
        for i in range(20):
            raw = sized(raw, f"xl/{i}.xml", 200_000_000 if i < 4 else 10)
        refused(raw, "packed into|MB when unpacked")

    def test_a_size_that_lies_is_not_exceeded(self):
        # the list says ten bytes: no more than those are unpacked, and they are no sheet
        refused(
            sized(xlsx("<row/>" * 100_000), "xl/worksheets/sheet1.xml", 10), "cannot be unpacked"
        )

    def test_many_entries(self):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            for i in range(3_000):
                archive.writestr(f"xl/worksheets/sheet{i}.xml", "<a/>")
        refused(body.getvalue(), "3,000 parts or more")

    @pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "xl\\x", "a/../../x"])
    def test_parts_outside(self, name):
        refused(zipped({"xl/workbook.xml": "<a/>", name: "x"}), "parts inside the archive")

    def test_two_parts_of_one_name(self):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            archive.writestr("xl/a.xml", "1")
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("xl/a.xml", "2")
        refused(body.getvalue(), "two parts of one name")

    def test_a_password(self):
        raw = bytearray(zipped({"xl/workbook.xml": "<a/>"}))
        at = raw.rindex(b"PK\x01\x02")
        raw[at + 8] |= 1
        refused(bytes(raw), "an archive with a password")

    def test_overlapping_parts(self):
        # each entry of the list claims the whole file as its packed data
        raw = bytearray(zipped({f"xl/{i}.xml": "<a/>" for i in range(5)}))
        at = -1
        while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
            raw[at + 20 : at + 24] = (len(raw)).to_bytes(4, "little")
        refused(bytes(raw), "parts that overlap")

    def test_an_unusual_compression(self):
        refused(zipped({"xl/workbook.xml": "<a/>" * 99}, zipfile.ZIP_LZMA), "unusual compression")

    @pytest.mark.parametrize(
        ("parts", "found"),
        [
            ({"xl/workbook.bin": "x"}, "xlsb"),
            ({"word/document.xml": "x"}, "Word"),
            ({"Index/Document.iwa": "x"}, "Apple Numbers"),
            ({"data.csv": "a,b"}, "an archive that holds 'data.csv'"),
            ({}, "an archive that holds nothing"),
        ],
    )
    def test_other_archives(self, parts, found):
        refused(zipped(parts), found)


class TestXml:
    BOMB = (
        '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;"><!ENTITY n "&m;&m;&m;&m;">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&n;</v></c></row></sheetData>'
        "</worksheet>"
    )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities(self, encoding):
        bomb = self.BOMB.encode(encoding)
        refused(xlsx("", **{"xl/worksheets/sheet1.xml": bomb}), "a document type")

    def test_entities_behind_a_long_comment(self):
        bomb = f"<!--{'x' * 100_000}-->{self.BOMB}"
        refused(xlsx("", **{"xl/worksheets/sheet1.xml": bomb}), "a document type")

    def test_entities_in_a_document(self):
        parts = {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": self.BOMB,
        }
        refused(zipped(parts), "a document type")

    def test_an_encoding_that_the_parser_does_not_take(self):
        part = b'<?xml version="1.0" encoding="shift_jis"?><a/>'
        refused(xlsx("", **{"xl/worksheets/sheet1.xml": part}), "cannot be unpacked")

    def test_deep_nesting(self):
        deep = "<row>" + "<a>" * 30_000 + "</a>" * 30_000 + "</row>"
        refused(xlsx(deep), "no filled cell")


class TestSheets:
    def test_a_cell_of_ten_megabytes(self):
        # numbers, which do not pack as well as blanks, so that the archive is not refused
        text = "".join(f"{i:09d}" for i in range(1_200_000))
        refused(xlsx(f'<row><c t="str"><v>{text}</v></c></row>'), "10,800,000 characters")

    def test_a_million_columns(self):
        cells = "".join(f"<c><v>{i}</v></c>" for i in range(20_000))
        refused(xlsx(f"<row>{cells}</row>"), "after column XFD")

    def test_a_million_columns_in_a_document(self):
        refused(document(1_000_000, 1), "cells up to column 163,840")

    def test_a_million_rows_of_one(self):
        with pytest.raises(InputError, match="more than 30 million cells"):
            open_text(document(16_000, 1_000_000))

    def test_a_far_cell_in_each_row(self):
        rows = "".join(f'<row r="{i}"><c r="XFD{i}"><v>{i}</v></c></row>' for i in range(1, 2_500))
        with pytest.raises(InputError, match="30 million cells, most of them empty"):
            open_text(xlsx(rows))

    def test_a_million_blanks_in_one_element(self):
        raw = document(1, 1, 'x<text:s text:c="900000000"/>y')
        assert len(open_text(raw).tables[0].header[0]) == 1002

    def test_a_million_sheets(self):
        sheets = "".join(f'<sheet name="s{i}" r:id="r1"/>' for i in range(5_000))
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheets}</sheets></workbook>'
        refused(xlsx("<row/>", **{"xl/workbook.xml": book}), "1,001 sheets or more")

    def test_two_sheets_in_one_part(self):
        sheets = "".join(f'<sheet name="s{i}" r:id="r1"/>' for i in range(2))
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheets}</sheets></workbook>'
        refused(xlsx("<row/>", **{"xl/workbook.xml": book}), "2 sheets or more, in 1 parts")

    def test_a_million_sheets_in_a_document(self):
        refused(ods('<table:table table:name="S"/>' * 2_000), "more than 1,000 sheets")


class TestText:
    def test_hundreds_of_thousands_of_columns(self):
        refused(b"a" + b",a" * 300_000 + b"\n", "300,001 cells in a row")

    def test_a_line_without_an_end(self):
        refused(b"a,b\n" + b"x" * 34_000_000, "more than 32 million characters")

    def test_a_quote_that_swallows_the_rest(self):
        refused(b'a,b\n"' + b"x,y\n" * 100_000, "more than 131,072 characters")

    @pytest.mark.parametrize(
        "text",
        [
            "a,b\n" + "1" * 130_000 + "x,2\n",
            "a,b\n" + "1.1," * 30_000 + "x\n",
            "1" * 130_000 + "x,b\n1,2\n",
            '"' + '""' * 60_000 + '",b\n1,2\n',
            "a\n" + "-" * 130_000 + "\n",
            "a b\n" + " " * 100_000 + "x\n",
        ],
    )
    def test_long_cells_take_no_time(self, text):
        # patterns that try every beginning and every end would need minutes
        start = time.process_time()
        with contextlib.suppress(InputError):
            open_text(text)
        assert time.process_time() - start < SECONDS

    def test_a_long_word_beside_another_encoding_takes_no_time(self):
        start = time.process_time()
        open_text(b"a,b\nM\xfcller,1\n" + b"Q" * 125_000 + b",2\n")
        assert time.process_time() - start < SECONDS

    def test_a_format_of_many_brackets_takes_no_time(self):
        start = time.process_time()
        assert read_format("[" * 300_000).kind == "plain"
        assert time.process_time() - start < SECONDS

    def test_many_blank_columns_take_no_time(self):
        start = time.process_time()
        file = open_text("a,b" + "," * 1000 + "\n" + ("1,2" + "," * 1000 + "\n") * 1000)
        assert file.tables[0].header == ("a", "b")
        assert time.process_time() - start < SECONDS

    def test_many_tables_take_no_time(self):
        many = "".join(f"a{i},b,c{i % 3}\n1,2,x\n\n" for i in range(3000))
        start = time.process_time()
        assert len(open_text(many).tables) > 1000
        assert time.process_time() - start < SECONDS
