"""References as a list of studies: one study for each publication, duplicates brought together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from remit.core.place import Place
from remit.io.formats.imported import Cell, ImportedEvidence, ImportedReference, ImportedStudy
from remit.io.formats.study_names import told_apart, twins_sentence
from remit.io.opened_file import UnreadRow

__all__ = ["FoundReference", "references_evidence", "surname"]

_INITIALS = re.compile(r"[A-Z](\.?[ -]?[A-Z])*\.?")


@dataclass(slots=True, kw_only=True)
class FoundReference:
    """A publication while it is read.

    Attributes
    ----------
    place : Place
        Where it begins.
    kind : str
        As the file calls it.
    authors : list of str
        As printed.
    fields : dict of str to Cell
        By the names of `ImportedReference`.
    label : str
        Name of the study, where the file holds one.
    """

    place: Place
    kind: str = ""
    authors: list[str] = field(default_factory=list)
    fields: dict[str, Cell] = field(default_factory=dict)
    label: str = ""


def surname(author: str) -> str:
    """Return the surname of ``Smith, John`` or ``Smith JA``; a group's name as it stands."""
    if "," in author:
        return author.split(",")[0].strip()
    words = author.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and len(words[-1]) <= 4:
        return " ".join(words[:-1])
    return author.strip()


def references_evidence(
    file: str,
    form: str,
    words: str,
    found: Sequence[FoundReference],
    unread: Sequence[UnreadRow] = (),
) -> ImportedEvidence:
    """Return the references as studies; those with one DOI or PubMed number are one study."""
    keys: dict[tuple[str, str], int] = {}
    of_study: list[int] = []
    firsts: list[FoundReference] = []
    repeated = []
    for number, one in enumerate(found, start=1):
        ids = [
            (name, one.fields[name].text.lower()) for name in ("doi", "pmid") if name in one.fields
        ]
        known = next((keys[i] for i in ids if i in keys), None)
        if known is None:
            known = len(firsts)
            firsts.append(one)
        else:
            repeated.append(f"reference {number}, {_label(one)} ({one.place})")
        of_study.append(known)
        keys.update(dict.fromkeys(ids, known))
    labels = [_label(one) for one in firsts]
    studies = tuple(
        ImportedStudy(
            key=str(i + 1),
            label=label,
            year=one.fields["year"].text if "year" in one.fields else "",
            place=one.place,
        )
        for i, (label, one) in enumerate(zip(told_apart(labels), firsts, strict=True))
    )
    again = f"Listed again under the same DOI or PubMed number: {'; '.join(repeated)}."
    return ImportedEvidence(
        file=file,
        format=form,
        told=(
            f"{words}: {len(found)} references, {len(firsts)} studies.",
            *((again,) if repeated else ()),
            *twins_sentence(labels),
        ),
        studies=studies,
        references=tuple(
            ImportedReference(
                study=str(of_study[i] + 1),
                kind=one.kind,
                authors=tuple(one.authors),
                fields=one.fields,
                place=one.place,
            )
            for i, one in enumerate(found)
        ),
        unread=tuple(unread),
    )


def _label(one: FoundReference) -> str:
    if one.label:
        return one.label
    name = surname(one.authors[0]) if one.authors else ""
    title = one.fields["title"].text[:40] if "title" in one.fields else ""
    year = one.fields["year"].text if "year" in one.fields else ""
    return f"{name or title or 'Untitled'} {year}".strip()
