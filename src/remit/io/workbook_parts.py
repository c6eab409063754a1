"""The parts of an Excel workbook beside its sheets: list of sheets, styles, shared texts."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.io.cell_text import BUILT_IN, CellFormat, read_format
from remit.io.zipped_xml import Element, elements, local, resolve

__all__ = ["SheetPart", "WorkbookParts", "read_parts", "rich_text"]

MAX_SHEETS = 1_000
PLAIN = CellFormat(kind="plain")

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A sheet: its name, whether it is hidden, and the part that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkbookParts:
    """What the cells of all sheets refer to.

    Attributes
    ----------
    sheets : tuple of SheetPart
        In the order of the workbook; sheets that hold a chart alone are left out.
    from_1904 : bool
        Whether days count from 1904.
    formats : tuple of CellFormat
        By style number.
    texts : tuple of str
        Shared texts, stripped of outer blanks.
    """

    sheets: tuple[SheetPart, ...]
    from_1904: bool
    formats: tuple[CellFormat, ...]
    texts: tuple[str, ...]


def read_parts(archive: zipfile.ZipFile, file: str) -> WorkbookParts:
    """Read everything but the sheets.

    Raises
    ------
    InputError
        More sheets than a workbook has, or two in one part.
    """
    main = _main_part(archive)
    targets = _relations(archive, main)
    sheets: list[SheetPart] = []
    from_1904 = False
    for _, element in elements(archive, main):
        tag = local(element.tag)
        if tag == "sheet":
            relation = next((v for k, v in element.items() if local(k) == "id"), "")
            part, kind = targets.get(relation, ("", ""))
            if kind == "worksheet":
                hidden = element.get("state", "visible") != "visible"
                sheets.append(SheetPart(name=element.get("name", ""), hidden=hidden, part=part))
        elif tag == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
        if len(sheets) > MAX_SHEETS:
            break
    parts = {sheet.part for sheet in sheets}
    if len(sheets) > MAX_SHEETS or len(parts) < len(sheets):
        raise InputError.at(
            file,
            found=f"{len(sheets):,} sheets or more, in {len(parts):,} parts",
            expected=f"at most {MAX_SHEETS:,} sheets, each in its own part",
        )
    named = {kind: part for part, kind in targets.values()}
    return WorkbookParts(
        sheets=tuple(sheets),
        from_1904=from_1904,
        formats=_formats(archive, named["styles"]) if "styles" in named else (),
        texts=_texts(archive, named["sharedStrings"]) if "sharedStrings" in named else (),
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    if "_rels/.rels" in archive.namelist():
        for _, element in elements(archive, "_rels/.rels"):
            if element.get("Type", "").endswith("/officeDocument"):
                return resolve("", element.get("Target", ""))
    return "xl/workbook.xml"


def _relations(archive: zipfile.ZipFile, main: str) -> dict[str, tuple[str, str]]:
    """Return part and kind by the id of the relation."""
    folder, _, name = main.rpartition("/")
    found = {}
    for _, element in elements(archive, f"{folder}/_rels/{name}.rels"):
        if local(element.tag) == "Relationship":
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = (resolve(main, element.get("Target", "")), kind)
    return found


def _formats(archive: zipfile.ZipFile, part: str) -> tuple[CellFormat, ...]:
    codes = dict(BUILT_IN)
    numbers: list[int] = []
    inside = False
    for event, element in elements(archive, part, starts=True):
        tag = local(element.tag)
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "start" and tag == "numFmt":
            codes[_whole(element.get("numFmtId"))] = element.get("formatCode", "")
        elif event == "start" and tag == "xf" and inside:
            numbers.append(_whole(element.get("numFmtId")))
    known = {number: read_format(codes.get(number, "")) for number in set(numbers)}
    return tuple(known[number] for number in numbers)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _texts(archive: zipfile.ZipFile, part: str) -> tuple[str, ...]:
    texts: list[str] = []
    root: Element | None = None
    for event, element in elements(archive, part, starts=True):
        if root is None:
            root = element
        elif event == "end" and local(element.tag) == "si":
            texts.append(rich_text(element))
            root.clear()
    return tuple(texts)


def rich_text(element: Element) -> str:
    """Return the text of a shared or an inline string, without its phonetic reading, stripped.

    Characters that XML cannot hold are written as ``_x000D_`` (ECMA-376 part 1, 22.4.2.4).
    """
    pieces = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "r":
            pieces += [t.text or "" for t in child if local(t.tag) == "t"]
    return unescaped("".join(pieces)).strip()


def unescaped(text: str) -> str:
    """Return a text in which ``_x000D_`` and its like are the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
