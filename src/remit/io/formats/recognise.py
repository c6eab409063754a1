"""Which format a file has, told from its content, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.formats.column_guess import guess_columns, plain_name
from remit.io.opened_file import OpenedFile
from remit.io.text_tables import WORKBOOK_MARKS, decode_text, parse_table

__all__ = ["FORMATS", "FormatGuess", "recognise", "recognise_document"]

#: What each format is called.
FORMATS = {
    "revman5": "RevMan 5 review file",
    "revman5-export": "RevMan 5 data export",
    "revman-web": "RevMan Web data package",
    "study-tables": "study tables of Covidence or RevMan Web",
    "metainsight-wide": "MetaInsight wide",
    "metainsight-long": "MetaInsight long",
    "netmeta-comparisons": "netmeta comparisons",
    "netmeta-wide": "netmeta wide",
    "netmeta-long": "netmeta long",
    "robvis": "risk-of-bias sheet (robvis)",
    "study-rows": "one row for each study (metafor, JASP, jamovi)",
    "ris": "RIS references",
    "medline": "PubMed references",
    "remit-workbook": "remit's review as one workbook",
    "remit-folder": "remit's review folder",
}
_RIS = re.compile(r"^\ufeff?\s*TY  ?- ", re.MULTILINE)
_MEDLINE = re.compile(r"^\ufeff?\s*PMID ?- ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatGuess:
    """What a file was taken for.

    Attributes
    ----------
    format : str
        Key of `FORMATS`; empty where none fits.
    part : str
        Which of the files of a format that has several, such as ``rows``; else empty.
    why : str
        What speaks for it, such as ``columns T.1, Mean.1, SD.1, N.1``.
    near : tuple of str
        Formats that nearly fit, with what is missing.
    """

    format: str
    part: str = ""
    why: str
    near: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return the guess as a sentence."""
        if not self.format:
            nearly = f" Near: {'; '.join(self.near)}." if self.near else ""
            return f"No known format: {self.why}.{nearly}"
        return f"{FORMATS[self.format]}: {self.why}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """Columns that make a format; names with ``|`` between them stand for each other.

    A name that ends with ``*`` stands for any column that begins so.
    """

    format: str
    needs: tuple[str, ...]
    part: str = ""


def _forms(form: str, *needs: str, part: str = "") -> list[_Form]:
    return [_Form(format=form, needs=tuple(n.split(", ")), part=part) for n in needs]


_NET = "studlab|study|author|id"
_TABLES = [
    *_forms("revman5-export", "Comparison Number, Outcome Number, Name, Data Type"),
    *_forms("revman-web", "Analysis group, Analysis number, Effect measure, Data type",
            part="settings"),
    *_forms("revman-web", "Analysis group, Analysis number, Study, Weight", part="rows"),
    *_forms("revman-web", "Analysis group, Analysis number, Subgroup number, Mean",
            part="subgroups"),
    *_forms("study-tables", "Study, Outcome, Arm, Data type|Cases|Mean", part="results"),
    *_forms("study-tables", "Study, Arm, Intervention", part="arms"),
    *_forms("study-tables", "Study, Domain (judgement)*", part="bias"),
    *_forms("study-tables", "Study, Char: *", "Covidence #, Study ID|Study, Title",
            part="information"),
    *_forms("metainsight-wide", "Study, T.1, T.2, N.1, N.2, R.1, R.2",
            "Study, T.1, T.2, N.1, N.2, Mean.1, Mean.2, SD.1, SD.2"),
    *_forms("metainsight-long", "Study, T, N, R", "Study, T, N, Mean, SD"),
    *_forms("netmeta-comparisons", f"{_NET}, treat1, treat2, TE, seTE"),
    *_forms("netmeta-wide", "Treatment1|treat1, Treatment2|treat2, event1|r1, n1, event2|r2, n2",
            "Treatment1|treat1, Treatment2|treat2, mean1|y1, sd1, n1, mean2|y2, sd2, n2",
            "Treatment1|treat1, Treatment2|treat2, event1|r1, time1, event2|r2, time2"),
    *_forms("netmeta-long", f"{_NET}, treatment|treat|trt, event|events|responders|r, n",
            f"{_NET}, treatment|treat|trt, mean|y, sd, n",
            f"{_NET}, treatment|treat|trt, event|events|r, time"),
    *_forms("robvis", "Study, D1, D2, D3"),
]  # fmt: skip


def recognise(content: TextTable | OpenedFile | bytes, file: str = "") -> FormatGuess:
    """Tell the format of a file.

    Parameters
    ----------
    content : TextTable, OpenedFile or bytes
        A table, an opened file, or the bytes of a file that may hold no table.
    file : str
        Name of the file, for messages about bytes.

    Returns
    -------
    FormatGuess
        With the reason, or with what nearly fits where nothing does.

    Raises
    ------
    InputError
        If the bytes are neither XML nor text that can be read.
    """
    if isinstance(content, TextTable):
        return _of_table(content)
    if isinstance(content, OpenedFile):
        return _of_sheets(content)
    document = recognise_document(content)
    if document is not None:
        return document
    if content.startswith(WORKBOOK_MARKS):
        return FormatGuess(format="", why="a workbook or an archive, whose sheets decide")
    return _of_table(parse_table(decode_text(content, file), file))


def recognise_document(content: bytes) -> FormatGuess | None:
    """Tell the format of a file that is no table; None where it may be one.

    Parameters
    ----------
    content : bytes
        The file; its first bytes are enough.
    """
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        if b"<COCHRANE_REVIEW" in content[:5000]:
            return FormatGuess(format="revman5", why="XML with the element COCHRANE_REVIEW")
        return FormatGuess(format="", why="XML without the element COCHRANE_REVIEW of RevMan 5")
    # UTF-16 has a NUL beside each of these letters
    head = content[:2000].replace(b"\0", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xfe\xff")
    if _RIS.match(head):
        return FormatGuess(format="ris", why="it begins with the tag TY")
    if _MEDLINE.match(head):
        return FormatGuess(format="medline", why="it begins with the tag PMID")
    return None


def _of_sheets(opened: OpenedFile) -> FormatGuess:
    names = {table.sheet.lower() for table in opened.tables}
    if {"studies", "arms", "outcomes", "codebook"} <= names:
        return FormatGuess(
            format="remit-workbook", why="sheets studies, arms, outcomes and codebook"
        )
    guesses = [_of_table(table) for table in opened.tables if table.header]
    known = [guess for guess in guesses if guess.format]
    if known:
        return known[0]
    near = tuple(words for guess in guesses for words in guess.near)
    shown = ", ".join(repr(table.sheet) for table in opened.tables) or "no table"
    return FormatGuess(format="", why=f"none of the tables fits ({shown})", near=near[:3])


def _of_table(table: TextTable) -> FormatGuess:
    plain = {plain_name(name): name for name in reversed(table.header)}
    near: list[tuple[float, str]] = []
    for form in _TABLES:
        found = [_column(need, plain, table.header) for need in form.needs]
        missing = [need for need, name in zip(form.needs, found, strict=True) if not name]
        if not missing:
            shown = ", ".join(name for name in found if name)
            return FormatGuess(format=form.format, part=form.part, why=f"columns {shown}")
        if len(missing) <= len(form.needs) // 2 and len(form.needs) - len(missing) > 1:
            lacks = ", ".join(need.replace("|", " or ") for need in missing)
            near.append(
                (len(missing) / len(form.needs), f"{FORMATS[form.format]}, without {lacks}")
            )
    try:
        guess = guess_columns(table)
    except InputError:
        words = tuple(dict.fromkeys(words for _, words in sorted(near, key=lambda n: n[0])))
        shown = ", ".join(table.header) or "none"
        return FormatGuess(format="", why=f"columns {shown}", near=words[:3])
    shown = ", ".join(guess.columns.values())
    return FormatGuess(format="study-rows", why=f"columns {shown} ({guess.layout.words})")


def _column(need: str, plain: dict[str, str], header: Iterable[str]) -> str:
    """Return the column that meets a need; empty where there is none."""
    if need.endswith("*"):
        stem = need[:-1].lower()
        return next((name for name in header if name.lower().startswith(stem)), "")
    names = (plain.get(plain_name(option)) for option in need.split("|"))
    return next((name for name in names if name), "")
