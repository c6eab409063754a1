"""A file or folder of evidence, read in whatever format it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from remit.core.errors import InputError, RemitError
from remit.evidence.tables import TextTable
from remit.io.decisions import noteworthy
from remit.io.file_map import FileMap
from remit.io.formats.effect_table import read_study_rows
from remit.io.formats.imported import ImportedEvidence, ImportedStudy
from remit.io.formats.medline import read_medline
from remit.io.formats.metainsight import read_metainsight_long, read_metainsight_wide
from remit.io.formats.netmeta import (
    read_netmeta_comparisons,
    read_netmeta_long,
    read_netmeta_wide,
)
from remit.io.formats.recognise import FORMATS, FormatGuess, recognise, recognise_document
from remit.io.formats.revman5_export import read_revman5_export
from remit.io.formats.revman5_xml import read_revman5_xml
from remit.io.formats.revman_web import read_data_package
from remit.io.formats.ris import read_ris
from remit.io.formats.robvis import read_robvis
from remit.io.formats.study_centric import read_study_tables
from remit.io.open_file import MAX_BYTES, open_file
from remit.io.opened_file import OpenedFile
from remit.io.read_tables import typed_tables
from remit.io.safe_cells import restored_cell
from remit.io.text_source import read_bytes
from remit.io.text_tables import decode_text

__all__ = ["read_imported", "read_imported_tables", "read_opened"]

_READERS: dict[str, Callable[[TextTable], ImportedEvidence]] = {
    "revman5-export": read_revman5_export,
    "metainsight-wide": read_metainsight_wide,
    "metainsight-long": read_metainsight_long,
    "netmeta-comparisons": read_netmeta_comparisons,
    "netmeta-wide": read_netmeta_wide,
    "netmeta-long": read_netmeta_long,
    "robvis": read_robvis,
    "study-rows": read_study_rows,
}
_TABLE_FILES = (".csv", ".tsv", ".txt")


def read_imported(path: Path, how: FileMap | None = None) -> ImportedEvidence:
    """Read a file, or a folder with the files of a RevMan Web or Covidence export.

    Parameters
    ----------
    path : Path
        A file of one of `FORMATS`, or a folder.
    how : FileMap, optional
        How a table file is to be read where its content leaves a choice.

    Raises
    ------
    InputError
        If it cannot be read, a column has two readings and the map does not say which, or no
        format fits; then with the formats that nearly do.
    """
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in _TABLE_FILES)
        tables = [t for p in files for t in _opened(p, FileMap()).tables if t.header]
        return read_imported_tables([_restored(t) for t in tables], path.name)
    raw = read_bytes(path, MAX_BYTES)
    if not raw.strip():
        raise InputError.at(path.name, found="an empty file", expected="a file of evidence")
    guess = recognise_document(raw)
    if guess is None or not guess.format:  # other XML is refused there, by what it is
        return read_opened(_opened(path, how or FileMap()))
    if guess.format == "revman5":
        return _told(read_revman5_xml(raw, path.name), guess)
    if guess.format == "ris":
        return _told(read_ris(decode_text(raw, path.name), path.name), guess)
    return _told(read_medline(decode_text(raw, path.name), path.name), guess)


def _opened(path: Path, how: FileMap) -> OpenedFile:
    """Open a file whose numbers and dates are then written in one way; say what was decided."""
    opened = open_file(path, how)
    if recognise(opened).format == "remit-workbook":
        return opened
    typed = typed_tables(opened, how)
    return replace(
        opened,
        tables=tuple(table.canonical() for table in typed),
        decisions=(*opened.decisions, *(d for table in typed for d in table.decisions)),
    )


def read_opened(opened: OpenedFile) -> ImportedEvidence:
    """Read the tables of an opened file, in whatever format they are.

    Parameters
    ----------
    opened : OpenedFile
        Its cells as they stand, or in their canonical form (plain numbers).

    Returns
    -------
    ImportedEvidence
        With what was decided and left unread when the file was opened. The apostrophe that keeps
        a spreadsheet from computing a cell is taken off.

    Raises
    ------
    InputError
        If no format fits, or the file is remit's own workbook, which holds a whole review.
    """
    if recognise(opened).format == "remit-workbook":
        raise InputError.at(
            opened.file,
            found="a whole review of remit",
            expected="evidence in a format of another program",
            hint="Import it into a new folder.",
        )
    tables = [_restored(table) for table in opened.tables if table.header]
    evidence = read_imported_tables(tables, opened.file)
    decided = tuple(noteworthy(opened.decisions))
    return replace(
        evidence,
        told=(*decided, *evidence.told),
        unread=(*opened.unread, *evidence.unread),
    )


def _restored(table: TextTable) -> TextTable:
    rows = tuple(tuple(restored_cell(cell) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def read_imported_tables(tables: Sequence[TextTable], file: str) -> ImportedEvidence:
    """Read tables that belong together.

    Parameters
    ----------
    tables : sequence of TextTable
        One table, or the tables of an export.
    file : str
        Name of the file or folder that they come from.

    Raises
    ------
    InputError
        If a format fits none of them.
    """
    guesses = [(table, recognise(table)) for table in tables]
    known = [(table, guess) for table, guess in guesses if guess.format]
    if not known:
        raise _unknown(file, [guess for _, guess in guesses])
    parts: list[ImportedEvidence] = []
    for form, read in (("revman-web", read_data_package), ("study-tables", read_study_tables)):
        mine = [(table, guess) for table, guess in known if guess.format == form]
        if mine:
            of_part: dict[str, list[TextTable]] = {}
            for table, guess in mine:
                of_part.setdefault(guess.part, []).append(table)
            evidence = read(**of_part, file=file)
            parts.append(_told(evidence, mine[0][1]))
    parts += [
        _told(_READERS[guess.format](table), guess)
        for table, guess in known
        if guess.format in _READERS
    ]
    left = tuple(f"Not read: {table.file}. {g.words}" for table, g in guesses if not g.format)
    whole = _joined(parts, file)
    return replace(whole, told=(*whole.told, *left))


def _told(evidence: ImportedEvidence, guess: FormatGuess) -> ImportedEvidence:
    return replace(evidence, told=(guess.words, *evidence.told))


def _joined(parts: Sequence[ImportedEvidence], file: str) -> ImportedEvidence:
    """Join the parts of an export; studies of one name are one study."""
    if len(parts) == 1:
        return parts[0]
    studies: dict[str, ImportedStudy] = {}
    renamed: list[ImportedEvidence] = []
    for number, part in enumerate(parts):
        labels = part.labels()
        for study in part.studies:
            held = studies.get(study.label)
            studies[study.label] = (
                replace(study, key=study.label)
                if held is None
                else replace(
                    held, year=held.year or study.year, facts={**study.facts, **held.facts}
                )
            )
        prefix = f"{number + 1}: " if sum(bool(p.outcomes) for p in parts) > 1 else ""
        renamed.append(_renamed(part, labels, prefix))
    return ImportedEvidence(
        file=file,
        format=parts[0].format,
        told=tuple(words for part in parts for words in part.told),
        studies=tuple(studies.values()),
        outcomes=tuple(x for part in renamed for x in part.outcomes),
        arms=tuple(x for part in renamed for x in part.arms),
        contrasts=tuple(x for part in renamed for x in part.contrasts),
        judgements=tuple(x for part in renamed for x in part.judgements),
        references=tuple(x for part in renamed for x in part.references),
        results=tuple(x for part in renamed for x in part.results),
        unread=tuple(x for part in renamed for x in part.unread),
    )


def _renamed(part: ImportedEvidence, labels: dict[str, str], prefix: str) -> ImportedEvidence:
    """Return a part whose studies are referred to by their names, its outcomes by new keys."""
    return replace(
        part,
        outcomes=tuple(replace(x, key=prefix + x.key) for x in part.outcomes),
        arms=tuple(
            replace(x, study=labels[x.study], outcome=prefix + x.outcome) for x in part.arms
        ),
        contrasts=tuple(
            replace(x, study=labels[x.study], outcome=prefix + x.outcome) for x in part.contrasts
        ),
        judgements=tuple(replace(x, study=labels[x.study]) for x in part.judgements),
        references=tuple(replace(x, study=labels[x.study]) for x in part.references),
        results=tuple(
            replace(x, study=labels[x.study] if x.study else "", outcome=prefix + x.outcome)
            for x in part.results
        ),
    )


def _unknown(file: str, guesses: Sequence[FormatGuess]) -> RemitError:
    near = [words for guess in guesses for words in guess.near]
    found = "; ".join(guess.why for guess in guesses) or "no table"
    return InputError.at(
        file,
        found=found[:300],
        expected=f"one of these formats: {', '.join(FORMATS.values())}",
        hint=f"Nearly: {'; '.join(near[:3])}." if near else "",
    )
