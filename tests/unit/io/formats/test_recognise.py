"""A format is told from its content, with the reason, or with what nearly fits."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.io.formats.read_imported import read_imported
from remit.io.formats.recognise import FORMATS, recognise
from remit.io.opened_file import OpenedFile
from remit.io.text_tables import parse_table


def guess(header: str):
    return recognise(parse_table(f"{header}\n{',' * header.count(',')}\n", "a.csv"))


@pytest.mark.parametrize(
    ("header", "form", "part"),
    [
        ("Study,T.1,R.1,N.1,T.2,R.2,N.2", "metainsight-wide", ""),
        ("Study,T.1,Mean.1,SD.1,N.1,T.2,Mean.2,SD.2,N.2,covar.x", "metainsight-wide", ""),
        ("Study,T,N,R", "metainsight-long", ""),
        ("Study,T,Mean,SD,N", "metainsight-long", ""),
        ("Study,Treatment1,y1,sd1,n1,Treatment2,y2,sd2,n2", "netmeta-wide", ""),
        ("studlab,treat1,event1,n1,treat2,event2,n2", "netmeta-wide", ""),
        ("studlab,treat,event,n", "netmeta-long", ""),
        ("studlab,treatment,mean,sd,n", "netmeta-long", ""),
        ("studlab,treat1,treat2,TE,seTE,event1,n1,event2,n2", "netmeta-comparisons", ""),
        ("Study,D1,D2,D3,D4,D5,Overall", "robvis", ""),
        ("Study,D1,D1b,D2,D3,D4,D5", "robvis", ""),
        (
            "Comparison Number,Outcome Number,Subgroup Number,Name,Data Type",
            "revman5-export",
            "",
        ),
        (
            "Analysis group,Analysis number,Analysis name,Data type,Effect measure",
            "revman-web",
            "settings",
        ),
        ("Analysis group,Analysis number,Study,Experimental N,Weight", "revman-web", "rows"),
        ("Analysis group,Analysis number,Subgroup,Subgroup number,Mean", "revman-web", "subgroups"),
        ("Study,Char: Methods,Char: Participants", "study-tables", "information"),
        ("Study,Arm,Description,Intervention", "study-tables", "arms"),
        ("Study,Outcome,Data type,Arm,Sample size,Cases", "study-tables", "results"),
        ("Study,Domain (judgement): Blinding,Domain (support): Blinding", "study-tables", "bias"),
        ("Study Label,Effect Size,Effect Size Standard Error", "study-rows", ""),
        ("slab,yi,vi", "study-rows", ""),
    ],
)
def test_by_the_columns(header, form, part):
    found = guess(header)
    assert (found.format, found.part) == (form, part)
    assert found.words.startswith(FORMATS[form])
    assert header.split(",")[0] in found.why or form in ("netmeta-wide", "study-rows")


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b'<?xml version="1.0"?>\n<COCHRANE_REVIEW/>', "revman5"),
        (b"\xef\xbb\xbfTY  - JOUR\nTI  - A\nER  - \n", "ris"),
        (b"\nPMID- 123\nTI  - A\n", "medline"),
        (b"Study,T,N,R\nA,Drug,3,1\n", "metainsight-long"),
    ],
)
def test_by_the_bytes(raw, form):
    assert recognise(raw, "a").format == form


def test_other_xml_and_workbooks_are_no_format():
    assert "RevMan" in recognise(b"<html/>", "a.xml").words
    assert recognise(b"PK\x03\x04", "a.xlsx").format == ""


def test_near_misses_say_what_is_missing():
    found = guess("Study,T.1,Mean.1,N.1,T.2,Mean.2,SD.2,N.2")
    assert found.format == ""
    assert found.near[0] == "MetaInsight wide, without SD.1"
    assert "Near: MetaInsight wide" in found.words


def test_sheets_of_a_review_are_remits_workbook():
    tables = tuple(
        parse_table("a\n1\n", "b.xlsx").__class__(
            file="b.xlsx", header=("a",), rows=(), row_numbers=(), sheet=name
        )
        for name in ("studies", "arms", "outcomes", "codebook")
    )
    opened = OpenedFile(file="b.xlsx", kind="xlsx", tables=tables, decisions=(), unread=())
    assert recognise(opened).format == "remit-workbook"


def test_a_file_of_no_format_is_refused_with_the_formats(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Study,T.1,Mean.1,N.1,T.2,Mean.2,SD.2,N.2\n")
    with pytest.raises(InputError, match="MetaInsight wide, without SD"):
        read_imported(path)
    path.write_text("")
    with pytest.raises(InputError, match="an empty file"):
        read_imported(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_imported(tmp_path / "none.csv")
