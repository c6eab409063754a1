"""RIS references: two-letter tags, a reference from ``TY`` to ``ER``.

Tags as the RIS specification and Zotero's, EndNote's and Covidence's exports use them. A label of
a study is kept under ``LB``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from remit.core.place import Place
from remit.io.formats.imported import Cell, ImportedEvidence
from remit.io.formats.references import FoundReference, references_evidence
from remit.io.opened_file import UnreadRow

__all__ = ["read_ris", "write_ris"]

_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  ?-(?: (?P<text>.*))?")
_AUTHORS = ("AU", "A1")
_FIELDS = {
    "TI": "title", "T1": "title", "CT": "title",
    "JO": "journal", "JF": "journal", "T2": "journal", "JA": "journal", "J2": "journal",
    "PY": "year", "Y1": "year", "DA": "year",
    "VL": "volume", "IS": "issue", "SP": "first page", "EP": "last page",
    "DO": "doi", "UR": "url", "AB": "abstract", "N2": "abstract", "AN": "accession",
    "DB": "database",
}  # fmt: skip
_REGISTRY = "Registration: "


def read_ris(text: str, file: str) -> ImportedEvidence:
    """Read RIS references.

    Parameters
    ----------
    text : str
        The file.
    file : str
        Its name.

    Returns
    -------
    ImportedEvidence
        One study for each reference; lines outside of a reference are listed as unread.
    """
    found: list[FoundReference] = []
    unread: list[UnreadRow] = []
    now: FoundReference | None = None
    last = ""
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(file=file, row=number)
        match = _LINE.fullmatch(line.strip("\ufeff").rstrip())
        if match is None:
            if line.strip() and now is not None and last:
                _more(now, last, line.strip())
            elif line.strip():
                reason = "a line outside of any reference"
                unread.append(UnreadRow(place=place, text=line.strip(), reason=reason))
            continue
        tag, value = match["tag"], (match["text"] or "").strip()
        if tag == "TY":
            now = FoundReference(place=place, kind=value)
            found.append(now)
            last = ""
        elif tag == "ER":
            now, last = None, ""
        elif now is not None and value:
            last = _take(now, tag, value, place)
        elif value:
            reason = "a line outside of any reference"
            unread.append(UnreadRow(place=place, text=line.strip(), reason=reason))
    for one in found:
        _finish(one)
    return references_evidence(file, "ris", "RIS references", found, unread)


def _take(now: FoundReference, tag: str, value: str, place: Place) -> str:
    """Keep one tag; return the field that a line without a tag would go on with."""
    if tag in _AUTHORS:
        now.authors.append(value)
        return ""
    if tag == "LB":
        now.label = value
        return ""
    name = _FIELDS.get(tag, tag)
    if tag in ("N1", "C1") and value.startswith(_REGISTRY):
        name, value = "registry", value.removeprefix(_REGISTRY)
    if name == "year":
        year = re.match(r"\d{4}", value)
        if year is None:
            name = tag
        else:
            value = year[0]
    cell = Cell(text=value, place=place.at(tag))
    if name not in now.fields:
        now.fields[name] = cell
        return name
    if now.fields[name].text != value and name != "year":
        spare = tag if tag not in now.fields else f"{tag}, row {place.row}"
        now.fields[spare] = cell
        return spare
    return name


def _more(now: FoundReference, name: str, line: str) -> None:
    held = now.fields.get(name)
    if held is not None:
        now.fields[name] = Cell(text=f"{held.text} {line}", place=held.place)


def _finish(one: FoundReference) -> None:
    """Join the pages, and take an accession number of PubMed for what it is."""
    first, last = one.fields.pop("first page", None), one.fields.pop("last page", None)
    if first is not None:
        pages = f"{first.text}-{last.text}" if last and last.text != first.text else first.text
        one.fields["pages"] = Cell(text=pages, place=first.place)
    elif last is not None:
        one.fields["last page"] = last
    number, base = one.fields.get("accession"), one.fields.get("database")
    if number and base and re.search("pubmed|medline", base.text, re.IGNORECASE):
        digits = re.sub(r"^(pmid:? ?)", "", number.text, flags=re.IGNORECASE)
        if digits.isdigit():
            one.fields["pmid"] = Cell(text=digits, place=number.place)
            del one.fields["accession"], one.fields["database"]


def write_ris(references: Iterable[Mapping[str, Sequence[str]]]) -> str:
    """Return references as RIS.

    Parameters
    ----------
    references : iterable of mapping
        Each with lists under ``label``, ``authors``, ``title``, ``journal``, ``year``, ``doi``,
        ``pmid``, ``registry``; any may be missing.
    """
    tags = {
        "label": "LB",
        "title": "TI",
        "authors": "AU",
        "journal": "JO",
        "year": "PY",
        "doi": "DO",
    }
    lines: list[str] = []
    for one in references:
        lines.append("TY  - JOUR")
        for name, tag in tags.items():
            lines += [f"{tag}  - {_one_line(text)}" for text in one.get(name, ())]
        for number in one.get("pmid", ()):
            lines += [f"AN  - {_one_line(number)}", "DB  - PubMed"]
        lines += [f"C1  - {_REGISTRY}{_one_line(text)}" for text in one.get("registry", ())]
        lines += ["ER  - ", ""]
    return "\r\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())
