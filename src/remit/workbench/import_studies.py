"""One imported study as a row of ``studies.csv``."""

from __future__ import annotations

import re

from remit.core.place import Place
from remit.io.formats.imported import (
    Cell,
    ImportedEvidence,
    ImportedReference,
    ImportedStudy,
)
from remit.io.formats.references import surname
from remit.workbench.import_facts import slug_of

__all__ = ["study_row"]

Left = tuple[Place, str, str]
_FROM_FACTS = {
    "doi": "doi",
    "pmid": "pmid",
    "registry": "registry",
    "year": "year",
    "pubyear": "year",
    "title": "title",
    "journal": "journal",
    "country": "country",
}
_FROM_REFERENCE = ("title", "doi", "pmid", "registry")
_IN_JOURNAL = ("volume", "issue", "pages")


def study_row(
    evidence: ImportedEvidence, study: ImportedStudy, slug: str
) -> tuple[dict[str, str], list[Left]]:
    """Return a study's row, and what of it has no column: place, text, reason."""
    row = {"study": slug, "cohort": slug, "short_name": study.label}
    left: list[Left] = []
    references = [r for r in evidence.references if r.study == study.key]
    if references:
        row |= _of_reference(references[0], left)
    for number, more in enumerate(references[1:], start=2):
        shown = "; ".join((*more.authors, *(cell.text for cell in more.fields.values())))
        left.append((more.place, shown[:500], f"reference {number} of the study"))
    if re.fullmatch(r"\d{4}", study.year):
        row["year"] = study.year
    elif study.year:
        left.append((study.place, study.year, "a year that is no year of four digits"))
    for name, cell in study.facts.items():
        column = _FROM_FACTS.get(name.lower().removesuffix(" of study"), "")
        fits = bool(column) and not row.get(column)
        if column == "year":
            fits = fits and re.fullmatch(r"\d{4}", cell.text) is not None
        if fits:
            row[column] = cell.text
        elif row.get(column) != cell.text:
            left.append((cell.place, f"{name}: {cell.text}"[:1000], "no column for it"))
    row["rob_overall"] = _overall(evidence, study, left)
    return row, left


def _of_reference(reference: ImportedReference, left: list[Left]) -> dict[str, str]:
    fields = dict(reference.fields)
    row = {"authors": "; ".join(surname(a) for a in reference.authors)}
    row |= {name: fields.pop(name).text for name in _FROM_REFERENCE if name in fields}
    year = fields.get("year")
    if year is not None and re.fullmatch(r"\d{4}", year.text):
        row["year"] = fields.pop("year").text
    journal = fields.pop("journal", None)
    parts = {name: fields.pop(name).text for name in _IN_JOURNAL if name in fields}
    if journal is not None:
        row["journal"] = _journal(journal, parts)
    if row["authors"] != "; ".join(reference.authors):
        text = "; ".join(reference.authors)
        left.append((reference.place, text, "authors are kept by their surnames"))
    left += [
        (cell.place, f"{name}: {cell.text}"[:1000], "no column for it")
        for name, cell in fields.items()
    ]
    return row


def _journal(journal: Cell, parts: dict[str, str]) -> str:
    """Write ``Pain 2010`` as ``Pain 12(3):11-19`` where volume, issue and pages are known."""
    numbers = parts.get("volume", "") + (f"({parts['issue']})" if "issue" in parts else "")
    pages = f":{parts['pages']}" if "pages" in parts else ""
    return f"{journal.text} {numbers}{pages}".strip()


def _overall(evidence: ImportedEvidence, study: ImportedStudy, left: list[Left]) -> str:
    """Return the overall risk of bias where the file judges it, and judges it in one way."""
    judged = [
        j
        for j in evidence.judgements
        if j.study == study.key and j.domain == "Overall" and not j.outcome
    ]
    words = list(dict.fromkeys(slug_of(j.judgement) for j in judged))
    if len(words) > 1:
        left += [(j.place, j.judgement, "several overall judgements of the study") for j in judged]
    return words[0] if len(words) == 1 else ""
