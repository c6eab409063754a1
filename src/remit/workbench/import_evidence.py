"""Make a review folder from a file of evidence, or add one to a folder that is there."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remit.core.errors import InputError
from remit.evidence.data import EvidenceBase
from remit.evidence.schema import TABLES
from remit.evidence.tables import TextTable
from remit.io.formats.imported import ImportedEvidence
from remit.io.formats.read_imported import read_imported
from remit.io.formats.table_columns import as_table
from remit.io.read_map import read_map
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES, read_evidence, shipped_folder
from remit.io.safe_cells import restored_cell
from remit.io.text_tables import read_table
from remit.io.write_tables import write_text
from remit.workbench.import_facts import ImportFacts
from remit.workbench.import_numbers import impossible_numbers
from remit.workbench.import_questions import review_toml
from remit.workbench.import_rows import review_rows
from remit.workbench.review_rows import ImportNote, ReviewRows, Row
from remit.workbench.whole_review import WholeReview, whole_review

__all__ = ["NOTES_FILE", "ImportedFolder", "import_evidence"]

NOTES_FILE = "import-notes.csv"
_NOTES_HEADER = ("file", "sheet", "row", "column", "about", "text", "reason")
#: Columns of the codebook whose words follow from the rows.
_OPEN = {
    "arms": ("treatment", "treatment_class"),
    "outcomes": ("outcome", "scale", "time_label"),
    "contrasts": ("outcome", "scale"),
    "pooled": ("topic", "outcome", "scale", "measure", "model"),
    "studies": ("rob_overall",),
    "sources": ("kind",),
}
#: Of these, the words of the template that only its example has.
_EXAMPLE_WORDS = {"drug-a"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedFolder:
    """What an import made.

    Attributes
    ----------
    folder : Path
        The review folder.
    format : str
        Format of the file, a key of `remit.io.formats.recognise.FORMATS`.
    told : tuple of str
        What the reader decided.
    added : dict of str to int
        Number of rows added, by table.
    notes : tuple of ImportNote
        What has no place in the tables; they stand in ``import-notes.csv``.
    """

    folder: Path
    format: str
    told: tuple[str, ...]
    added: Mapping[str, int]
    notes: tuple[ImportNote, ...]

    def summary(self) -> str:
        """Return what was made, as text."""
        rows = ", ".join(f"{count} {name}" for name, count in self.added.items() if count)
        lines = [*self.told, f"Rows added: {rows}."]
        if self.notes:
            lines.append(
                f"{len(self.notes)} things of the file have no place in the tables: they are "
                f"listed in {NOTES_FILE}."
            )
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.imported-folder",
            "version": 1,
            "format": self.format,
            "told": list(self.told),
            "added": dict(self.added),
            "notes": [
                {"place": str(n.place), "about": n.what, "text": n.text, "reason": n.reason}
                for n in self.notes
            ],
        }


def import_evidence(
    path: Path, folder: Path, facts: ImportFacts | None = None, *, map_path: Path | None = None
) -> ImportedFolder:
    """Make a review folder from a file, or add the file to a review folder.

    Parameters
    ----------
    path : Path
        A file of one of `remit.io.formats.recognise.FORMATS`, the folder of an export, or a whole
        review as a folder or workbook.
    folder : Path
        A folder that is empty or not there yet; or a review folder, to which the file's outcomes
        are added. What stands there stays.
    facts : ImportFacts, optional
        What the file does not say.
    map_path : Path, optional
        How the file is to be read where its content leaves a choice.

    Returns
    -------
    ImportedFolder
        The folder passes `check_evidence`; what has no place in its tables is in
        ``import-notes.csv``.

    Raises
    ------
    InputError
        If the file cannot be read, no format fits, a cell must be a number and is none, or the
        folder holds something else. Nothing is written then.
    """
    whole = whole_review(path)
    if whole is not None:
        return _copied(whole, folder)
    how = read_map(map_path) if map_path else None
    return import_read(read_imported(path, how), folder, facts)


def _copied(whole: WholeReview, folder: Path) -> ImportedFolder:
    """Write a whole review into a new folder, once its tables were checked."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError.at(
            str(folder),
            found="something there already",
            expected="a folder that is empty or not there yet: the file holds a whole review",
            hint="Nothing was written. Choose another name.",
        )
    EvidenceBase.create(folder.name, whole.tables)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in whole.tables.items():
        rows = [dict(cells) for _, cells in table.records()]
        _write(folder / f"{name}.csv", table.header, rows)
    if whole.settings:
        (folder / SETTINGS_FILE).write_text(whole.settings, encoding="utf-8")
    return ImportedFolder(
        folder=folder,
        format=whole.format,
        told=(whole.words,),
        added={name: len(table.rows) for name, table in whole.tables.items()},
        notes=(),
    )


def import_read(
    evidence: ImportedEvidence, folder: Path, facts: ImportFacts | None = None
) -> ImportedFolder:
    """Do what `import_evidence` does with evidence that was read already."""
    facts = facts or ImportFacts()
    if not evidence.studies:
        raise InputError.at(evidence.file, found="no study", expected="at least one study")
    problems = impossible_numbers(evidence)
    if problems:
        raise InputError(problems)
    held = _held(folder)
    made = review_rows(evidence, facts, held)
    codebook = _codebook(folder if held else shipped_folder("template"), made, keep=bool(held))
    tables = {schema.name: _rows_of(schema.name, held, made) for schema in TABLES}
    if not held:
        # the scale of the template that review.toml names
        _with_template_scale(tables["scales"])
    headers = {schema.name: tuple(schema.columns) for schema in TABLES}
    headers["codebook"] = tuple(codebook[0])
    tables["codebook"] = codebook
    _check(folder, headers, tables)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", headers[name], rows)
    if not (folder / SETTINGS_FILE).exists():
        text = review_toml(evidence, made, facts, tables)
        (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")
    _write_notes(folder / NOTES_FILE, made.notes)
    return ImportedFolder(
        folder=folder,
        format=evidence.format,
        told=evidence.told,
        added={schema.name: len(made.rows.get(schema.name, [])) for schema in TABLES},
        notes=tuple(made.notes),
    )


def _held(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of a review folder; nothing where it is empty or not there."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return {}
    if not folder.is_dir() or not (folder / "codebook.csv").is_file():
        raise InputError.at(
            str(folder),
            found="something that is no review folder",
            expected="a review folder, or a folder that is empty or not there yet",
            hint="Nothing was written. Choose another name.",
        )
    read_evidence(folder)
    present = [name for name in TABLE_NAMES if (folder / f"{name}.csv").is_file()]
    return {
        name: [dict(cells) for _, cells in read_table(folder / f"{name}.csv").records()]
        for name in present
    }


def _rows_of(name: str, held: Mapping[str, list[Row]], made: ReviewRows) -> list[Row]:
    return [*held.get(name, []), *made.rows.get(name, [])]


def _with_template_scale(rows: list[Row]) -> None:
    template = read_table(shipped_folder("template") / "scales.csv")
    known = {row["scale"] for row in rows}
    rows += [
        dict(cells)
        for _, cells in template.records()
        if cells["scale"] == "nrs-0-10" and cells["scale"] not in known
    ]


def _codebook(folder: Path, made: ReviewRows, *, keep: bool) -> list[Row]:
    """Return the codebook with the words that the new rows need.

    Parameters
    ----------
    folder : Path
        Where the codebook stands.
    made : ReviewRows
        The new rows.
    keep : bool
        Whether the words that stand there stay; those of the template's example do not.
    """
    rows = [dict(cells) for _, cells in read_table(folder / "codebook.csv").records()]
    for row in rows:
        table, column = row["table"], row["column"]
        if (table, column) == ("sources", "url"):
            row["type"] = "text"  # a file has a name, and no address
        if column not in _OPEN.get(table, ()):
            continue
        words = [w.strip() for w in row["allowed"].split("|") if w.strip()]
        if not keep:
            words = [w for w in words if w not in _EXAMPLE_WORDS]
        new = [w for w in made.column(table, column) if w not in words]
        row["allowed"] = " | ".join((*words, *dict.fromkeys(new)))
    return rows


def _check(
    folder: Path, headers: Mapping[str, Sequence[str]], tables: Mapping[str, list[Row]]
) -> None:
    """Validate the tables before anything is written."""
    texts = {
        name: TextTable(
            file=f"{name}.csv",
            header=tuple(headers[name]),
            rows=tuple(tuple(row.get(c, "") for c in headers[name]) for row in rows),
            row_numbers=tuple(range(2, len(rows) + 2)),
        )
        for name, rows in tables.items()
    }
    EvidenceBase.create(folder.name, texts)


def _write(path: Path, header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())


def _write_notes(path: Path, notes: Sequence[ImportNote]) -> None:
    """Write the notes, after those of earlier imports."""
    before = read_table(path).rows if path.is_file() else ()
    rows = [[restored_cell(cell) for cell in row] for row in before]
    rows += [
        [
            note.place.file,
            note.place.sheet,
            str(note.place.row or ""),
            note.place.column,
            note.what,
            note.text,
            note.reason,
        ]
        for note in notes
    ]
    if rows:
        # for spreadsheets, so that no cell of a foreign file is computed there
        write_text(as_table(NOTES_FILE, _NOTES_HEADER, rows), path)
