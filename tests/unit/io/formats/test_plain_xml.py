"""XML is read as data: with lines and paths, and nothing that could do harm."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.io.formats.plain_xml import read_xml


def test_lines_paths_and_texts():
    root = read_xml(b'<R>\n<A/>\n<A x=" 1 "><B>one &lt;<I>two</I>\n three</B></A>\n</R>', "a.xml")
    second = root.children[1]
    assert (second.line, second.path, second.get("x")) == (3, "A[2]", "1")
    assert second.child_text("B") == "one < two three"
    assert str(second.place("a.xml", "x")) == "a.xml, row 3, column 'A[2]@x'"
    assert [e.path for e in root.inside("I")] == ["A[2]/B[1]/I[1]"]
    assert second.child_text("none") == ""


def test_the_declared_encoding_and_windows_letters():
    raw = '<?xml version="1.0" encoding="ISO-8859-1"?><R n="Müller">'.encode("latin-1")
    root = read_xml(raw + b"5 \x96 7</R>", "a.xml")
    assert root.get("n") == "Müller"
    assert root.text == "5 \u2013 7"


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE R [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><R>&b;</R>',
        b'<!DOCTYPE R SYSTEM "file:///etc/passwd"><R/>',
    ],
)
def test_document_types_are_refused(raw):
    with pytest.raises(InputError, match="document type"):
        read_xml(raw, "a.xml")


def test_nesting_without_end_is_refused():
    with pytest.raises(InputError, match="inside each other"):
        read_xml(b"<a>" * 5000, "a.xml")


def test_an_encoding_that_is_not_known():
    for name in (b"none-such", b"utf-7"):
        with pytest.raises(InputError, match="an encoding that is not known"):
            read_xml(b'<?xml version="1.0" encoding="' + name + b'"?><a/>', "a.xml")


@pytest.mark.parametrize("raw", [b"<a>\n<b>\n</a>", b"<a>\n", b"no xml", b"\x00\x01"])
def test_what_is_no_xml_is_told_with_its_line(raw):
    with pytest.raises(InputError, match=r"a\.xml(, row \d)?: found XML that cannot be read"):
        read_xml(raw, "a.xml")
