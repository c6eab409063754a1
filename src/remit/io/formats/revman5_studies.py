"""The studies of a RevMan 5 review: names, references, characteristics, risk of bias."""

from __future__ import annotations

import re
from collections.abc import Mapping

from remit.io.formats.imported import (
    Cell,
    ImportedJudgement,
    ImportedReference,
    ImportedStudy,
)
from remit.io.formats.plain_xml import Element
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.opened_file import UnreadRow

__all__ = ["Studies", "read_judgements", "read_studies"]

#: What a judgement means: RevMan asks whether the study was free of the bias.
_JUDGEMENTS = {"YES": "low", "NO": "high", "UNKNOWN": "unclear"}
_FIELDS = {
    "TI": "title",
    "SO": "journal",
    "YR": "year",
    "VL": "volume",
    "NO": "issue",
    "PG": "pages",
}
_IDENTIFIERS = {
    "DOI": "doi",
    "PUBMED": "pmid",
    "MEDLINE": "medline",
    "CLINTRIALSGOV": "registry",
    "ISRCTN": "registry",
}
_OTHER_LISTS = {
    "EXCLUDED_STUDIES": "a study that the review excluded",
    "AWAITING_STUDIES": "a study that awaits classification",
    "ONGOING_STUDIES": "a study that is still running",
}
_CODED = re.compile(r"_x([0-9a-fA-F]{4})_")


class Studies:
    """The studies of a review, by RevMan's identifier."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[str, str, dict[str, Cell], Element]] = {}
        self._file = ""
        self.references: list[ImportedReference] = []
        self.unread: list[UnreadRow] = []

    def add(self, element: Element, file: str, key: str, name: str, year: str) -> None:
        """Add a study where it is first named."""
        self._file = file
        self._named.setdefault(key, (name, year, {}, element))

    def facts(self, key: str) -> dict[str, Cell] | None:
        """Return the facts of a study, to be added to; None where it is not known."""
        return self._named[key][2] if key in self._named else None

    def key_of(self, row: Element, file: str) -> str:
        """Return the key of the study of a row; a study that is on no list is added."""
        key = row.get("STUDY_ID")
        if key not in self._named:
            words = key.removeprefix("STD-").replace("-", " ")
            self.add(row, file, key, _CODED.sub(lambda m: chr(int(m[1], 16)), words), "")
        return key

    def all(self) -> tuple[ImportedStudy, ...]:
        """Return the studies, each with a name of its own."""
        labels = told_apart([name for name, _, _, _ in self._named.values()])
        return tuple(
            ImportedStudy(
                key=key,
                label=label,
                year=year,
                facts=facts,
                place=element.place(self._file),
            )
            for label, (key, (_, year, facts, element)) in zip(
                labels, self._named.items(), strict=True
            )
        )

    def told(self) -> tuple[str, ...]:
        """Say which studies were told apart."""
        return twins_sentence([name for name, _, _, _ in self._named.values()])


def read_studies(root: Element, file: str) -> Studies:
    """Return the included studies with their references and characteristics."""
    studies = Studies()
    for listed in root.inside("INCLUDED_STUDIES"):
        for element in listed.inside("STUDY"):
            key = element.get("ID")
            year = re.sub(r"\D", "", element.get("YEAR"))
            studies.add(element, file, key, element.get("NAME") or key, year)
            facts = studies.facts(key)
            if facts is not None:
                facts |= _identifiers(element, file)
            studies.references += [_reference(r, key, file) for r in element.inside("REFERENCE")]
    for tag, words in _OTHER_LISTS.items():
        for listed in root.inside(tag):
            studies.unread += [
                UnreadRow(place=e.place(file), text=e.get("NAME"), reason=words)
                for e in listed.inside("STUDY")
            ]
    for described in root.inside("INCLUDED_CHAR"):
        facts = studies.facts(described.get("STUDY_ID"))
        for child in described.children:
            if child.text and facts is not None:
                name = child.tag.removeprefix("CHAR_").lower().replace("_", " ")
                facts[name] = Cell(text=child.text, place=child.place(file))
    return studies


def _identifiers(element: Element, file: str) -> dict[str, Cell]:
    """Return the identifiers that stand directly in an element."""
    found: dict[str, Cell] = {}
    holder = [child for child in element.children if child.tag == "IDENTIFIERS"]
    for item in (i for part in holder for i in part.inside("IDENTIFIER")):
        name = _IDENTIFIERS.get(item.get("TYPE"), f"identifier {item.get('TYPE').lower()}")
        if item.get("VALUE"):
            found[name] = Cell(text=item.get("VALUE"), place=item.place(file, "VALUE"))
    return found


def _reference(element: Element, study: str, file: str) -> ImportedReference:
    fields: dict[str, Cell] = {}
    authors: tuple[str, ...] = ()
    for child in element.children:
        if child.tag == "AU":
            authors = tuple(name.strip() for name in re.split(r"[;,]", child.text) if name.strip())
        elif child.tag != "IDENTIFIERS" and child.text:
            name = _FIELDS.get(child.tag, child.tag.lower())
            fields[name] = Cell(text=child.text, place=child.place(file))
    return ImportedReference(
        study=study,
        kind=element.get("TYPE"),
        authors=authors,
        fields=fields | _identifiers(element, file),
        place=element.place(file),
    )


def read_judgements(root: Element, file: str, studies: Studies) -> tuple[ImportedJudgement, ...]:
    """Return the judgements of the risk-of-bias tables (RoB 1, and those of RoB 2 by result)."""
    found = []
    for item in root.inside("QUALITY_ITEM"):
        domain = item.child_text("NAME")
        groups: Mapping[str, str] = {
            g.get("ID"): g.child_text("NAME") for g in item.inside("QUALITY_ITEM_DATA_ENTRY_GROUP")
        }
        for entry in item.inside("QUALITY_ITEM_DATA_ENTRY"):
            result = entry.get("RESULT")
            found.append(
                ImportedJudgement(
                    study=studies.key_of(entry, file),
                    outcome=groups.get(entry.get("GROUP_ID"), entry.get("GROUP_ID")),
                    tool="RoB 1",
                    domain=domain,
                    judgement=_JUDGEMENTS.get(result, result.lower().replace("_", " ")),
                    support=entry.child_text("DESCRIPTION"),
                    place=entry.place(file, "RESULT"),
                )
            )
    return tuple(found)
