"""Workbooks made in memory: by openpyxl, and part by part where they must be odd."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

WORKBOOK = f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATION}">
<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"""
RELATIONS = f"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>
</Relationships>"""

ODS_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
    )
)


def zipped(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


def xlsx(rows: str, *, before: str = "", after: str = "", **parts: str) -> bytes:
    """Return a workbook of one sheet whose rows are given as XML."""
    sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS,
            "xl/worksheets/sheet1.xml": sheet,
            **parts,
        }
    )


def ods(tables: str, *, styles: str = "") -> bytes:
    """Return a spreadsheet whose tables are given as XML."""
    content = (
        f'<?xml version="1.0"?><office:document-content {ODS_SPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    )


def saved(workbook) -> bytes:
    """Return the bytes of an openpyxl workbook."""
    body = io.BytesIO()
    workbook.save(body)
    return body.getvalue()
