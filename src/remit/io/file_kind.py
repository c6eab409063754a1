"""What a file is, by its content: its name is never believed."""

from __future__ import annotations

import re
import zipfile
from typing import IO, Literal

from remit.core.errors import InputError, Problem

__all__ = ["FileKind", "recognise_kind"]

FileKind = Literal["text", "xlsx", "ods"]

SAVE_AS = "Open it in the spreadsheet and save it as .xlsx, or the sheet as 'CSV UTF-8'."

#: First bytes, what they are, and what to do.
MARKS = (
    (b"%PDF", "a PDF", "Copy the table into a spreadsheet."),
    (b"{\\rtf", "a text document (RTF)", "Copy the table into a spreadsheet."),
    (b"\x89PNG", "a picture", "Type the table into a spreadsheet."),
    (b"\xff\xd8\xff", "a picture", "Type the table into a spreadsheet."),
    (b"GIF8", "a picture", "Type the table into a spreadsheet."),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it first."),
    (b"BZh", "a compressed file (bzip2)", "Unpack it first."),
    (b"\xfd7zXZ", "a compressed file (xz)", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)", "Unpack it first."),
    (b"Rar!", "a compressed file (RAR)", "Unpack it first."),
    (b"SQLite format 3\0", "a database (SQLite)", "Export the table as CSV."),
    (b"$FL2", "an SPSS file", "Export it as CSV from SPSS, PSPP or jamovi."),
    (b"$FL3", "an SPSS file", "Export it as CSV from SPSS, PSPP or jamovi."),
    (b"<stata_dta>", "a Stata file", "Export it as CSV: export delimited."),
    (b"PAR1", "a Parquet file", "Export it as CSV."),
    (b"RDX", "an R data file", "Export it from R: write.csv()."),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_XML = re.compile(r"<(?:\?xml|!DOCTYPE|!--)", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][\w:.-]*(?:\s[^<>]*)?>")
_JSON = re.compile(r'(?:\[\s*)?\{\s*"[^"]*"\s*:')
_HTML = re.compile(r"<(?:!DOCTYPE\s+html|html|head|body|table|meta)\b", re.IGNORECASE)


def recognise_kind(head: bytes, body: IO[bytes], file: str) -> FileKind:
    """Say whether a file is text of separated values, or a workbook.

    Parameters
    ----------
    head : bytes
        Its first bytes, some thousands.
    body : binary file
        The whole of it, for archives and old workbooks.
    file : str
        Name for messages.

    Raises
    ------
    InputError
        Anything else, in words that say what it is and what to do.
    """
    if head.startswith(ZIP):
        return _in_archive(body, file)
    if head.startswith(OLE):
        raise _old_workbook(body, file)
    for mark, what, hint in MARKS:
        if head.startswith(mark):
            raise _refused(file, what, hint)
    _refuse_markup(head, file)
    return "text"


def _refused(file: str, what: str, hint: str) -> InputError:
    problem = Problem(
        where=file,
        found=what,
        expected="a table: text of separated values, .xlsx or .ods",
        hint=hint,
    )
    return InputError(problem)


def _in_archive(body: IO[bytes], file: str) -> FileKind:
    from remit.io.archive_guard import check_archive

    names = check_archive(body, file)
    if "xl/workbook.bin" in names:
        raise _refused(file, "a binary Excel workbook (.xlsb)", SAVE_AS)
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return _open_document(body, file)
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _refused(file, "a Word or PowerPoint document", "Copy the table into a spreadsheet.")
    if any(name.startswith("Index/") for name in names):
        raise _refused(file, "an Apple Numbers or Pages document", "Export it as Excel or CSV.")
    inside = ", ".join(f"'{name}'" for name in list(names)[:3])
    raise _refused(file, f"an archive that holds {inside or 'nothing'}", "Unpack it first.")


def _open_document(body: IO[bytes], file: str) -> FileKind:
    from remit.io.zipped_xml import reading

    body.seek(0)
    with reading(file), zipfile.ZipFile(body) as archive, archive.open("mimetype") as part:
        kind = part.read(100).decode("ascii", "replace").strip()
    if "spreadsheet" in kind:
        return "ods"
    raise _refused(file, f"an OpenDocument that is no spreadsheet ({kind})", SAVE_AS)


def _old_workbook(body: IO[bytes], file: str) -> InputError:
    body.seek(0)
    content = body.read(1 << 22)

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return _refused(
            file,
            "a workbook with a password",
            "Open it with the password, and save a copy without one.",
        )
    if holds("WordDocument"):
        return _refused(file, "an old Word document", "Copy the table into a spreadsheet.")
    return _refused(file, "an Excel workbook of the old kind (.xls)", SAVE_AS)


def _refuse_markup(head: bytes, file: str) -> None:
    """Refuse web pages, XML and JSON, which begin as no table does."""
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = head.decode(codec, "replace").lstrip("\ufeff \t\r\n")
    if _XML.match(text) or (_TAG.match(text) and "</" in text):
        if _HTML.search(text[:2000]):
            raise _refused(file, "a web page (HTML)", SAVE_AS)
        if "urn:schemas-microsoft-com:office" in text:
            raise _refused(file, "an Excel workbook of 2003 in XML", SAVE_AS)
        if "<COCHRANE_REVIEW" in text:
            raise _refused(
                file, "a RevMan 5 review", "It is no table: `remit import` makes a folder of it."
            )
        raise _refused(file, "XML", "Export the table as CSV.")
    if _JSON.match(text):
        raise _refused(file, "JSON", "Export the table as CSV.")
