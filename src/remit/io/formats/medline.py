"""PubMed's own format (``.nbib``, MEDLINE): tags of up to four letters, records from ``PMID``.

Tags as the National Library of Medicine describes them (MEDLINE/PubMed data element field
descriptions).
"""

from __future__ import annotations

import re

from remit.core.place import Place
from remit.io.formats.imported import Cell, ImportedEvidence
from remit.io.formats.references import FoundReference, references_evidence
from remit.io.opened_file import UnreadRow

__all__ = ["read_medline"]

_LINE = re.compile(r"(?P<tag>[A-Z]{2,4}) *- (?P<text>.*)")
_FIELDS = {
    "PMID": "pmid",
    "TI": "title",
    "JT": "journal",
    "DP": "year",
    "VI": "volume",
    "IP": "issue",
    "PG": "pages",
    "AB": "abstract",
    "SI": "registry",
}
_DOI = " [doi]"


def read_medline(text: str, file: str) -> ImportedEvidence:
    """Read PubMed records.

    Parameters
    ----------
    text : str
        The file.
    file : str
        Its name.
    """
    records: list[list[tuple[str, str, Place]]] = []
    unread: list[UnreadRow] = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(file=file, row=number)
        match = _LINE.fullmatch(line.strip("\ufeff").rstrip())
        if match and match["tag"] == "PMID":
            records.append([])
        if match and records:
            records[-1].append((match["tag"], match["text"].strip(), place))
        elif line.startswith("      ") and records and records[-1]:
            tag, value, where = records[-1][-1]
            records[-1][-1] = (tag, f"{value} {line.strip()}", where)
        elif line.strip():
            reason = "a line outside of any record"
            unread.append(UnreadRow(place=place, text=line.strip(), reason=reason))
    found = [_record(record) for record in records]
    return references_evidence(file, "medline", "PubMed records", found, unread)


def _record(lines: list[tuple[str, str, Place]]) -> FoundReference:
    one = FoundReference(place=lines[0][2])
    full = any(tag == "FAU" for tag, _, _ in lines)
    kinds = [text for tag, text, _ in lines if tag == "PT"]
    one.kind = "; ".join(kinds)
    for tag, text, place in lines:
        if tag in ("FAU", "CN") or (tag == "AU" and not full):
            one.authors.append(text)
        elif tag not in ("AU", "PT"):
            _keep(one, tag, text, place)
    return one


def _keep(one: FoundReference, tag: str, text: str, place: Place) -> None:
    name = _FIELDS.get(tag, tag)
    if tag in ("LID", "AID") and text.endswith(_DOI):
        name, text = "doi", text.removesuffix(_DOI)
    elif name == "year":
        year = re.match(r"\d{4}", text)
        name, text = ("year", year[0]) if year else (tag, text)
    elif name == "registry":
        text = text.rpartition("/")[2]
    held = one.fields.get(name)
    if held is None:
        one.fields[name] = Cell(text=text, place=place.at(tag))
    elif held.text.lower() != text.lower():
        joined = f"{held.text}; {text}"
        one.fields[name] = Cell(text=joined, place=held.place)
