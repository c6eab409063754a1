"""A review folder written in the formats of other programs, or as one workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remit.core.checks import check_choice
from remit.core.errors import InputError, SpecError
from remit.evidence.data import EvidenceBase
from remit.evidence.tables import TextTable
from remit.io.formats.imported import ImportedEvidence
from remit.io.formats.metainsight import metainsight_long_table, metainsight_wide_table
from remit.io.formats.netmeta import netmeta_long_table
from remit.io.formats.references import surname
from remit.io.formats.remit_workbook import remit_workbook_tables
from remit.io.formats.revman5_export_table import revman5_export_table
from remit.io.formats.ris import write_ris
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES, read_evidence, read_settings_file
from remit.io.text_tables import decode_text, read_table
from remit.io.write_tables import write_text, write_workbook
from remit.workbench.neutral_form import neutral_form
from remit.workbench.review_rows import ImportNote

__all__ = ["EXPORT_FORMATS", "ExportedFile", "export_evidence"]

_ONE_OUTCOME: dict[str, Callable[[ImportedEvidence, str, str], TextTable]] = {
    "metainsight-long": metainsight_long_table,
    "metainsight-wide": metainsight_wide_table,
    "netmeta-long": netmeta_long_table,
}
#: Formats that `export_evidence` writes.
EXPORT_FORMATS = (*_ONE_OUTCOME, "revman5-export", "ris", "remit-workbook")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExportedFile:
    """What an export wrote.

    Attributes
    ----------
    path : Path
        The file.
    format : str
        One of `EXPORT_FORMATS`.
    rows : int
        Number of rows, references or sheets.
    left : tuple of ImportNote
        Rows of the review that the format cannot hold, and what was converted.
    """

    path: Path
    format: str
    rows: int
    left: tuple[ImportNote, ...]

    def summary(self) -> str:
        """Return what was written, and what was not, as text."""
        lines = [f"{self.path.name}: {self.rows} rows in the format {self.format}."]
        lines += [
            " ".join(t for t in (f"{n.what}:", n.text, f"({n.reason}). [{n.place}]") if t)
            for n in self.left
        ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.exported-file",
            "version": 1,
            "format": self.format,
            "rows": self.rows,
            "left": [
                {"place": str(n.place), "about": n.what, "text": n.text, "reason": n.reason}
                for n in self.left
            ],
        }


def export_evidence(
    folder: Path, path: Path, format_name: str, *, outcome: str = ""
) -> ExportedFile:
    """Write a review folder in another format.

    Parameters
    ----------
    folder : Path
        A review folder.
    path : Path
        The file to write.
    format_name : str
        One of `EXPORT_FORMATS`. ``metainsight-long``, ``metainsight-wide`` and ``netmeta-long``
        hold one outcome; ``revman5-export`` holds all, for the treatment of the review against
        each other; ``ris`` holds the list of studies; ``remit-workbook`` holds everything.
    outcome : str
        Code or name of the outcome, where the review has several.

    Raises
    ------
    InputError
        If the folder cannot be read, or the file not be written.
    SpecError
        If the format is not one of these, an outcome must be chosen, or there is nothing to write.
    """
    check_choice("format_name", format_name, EXPORT_FORMATS)
    if format_name == "remit-workbook":
        return _workbook(folder, path)
    base = read_evidence(folder)
    if format_name == "ris":
        return _references(base, path)
    settings = read_settings_file(folder)
    words = {k: v for k, v in settings.get("words", {}).items() if isinstance(v, str)}
    form = neutral_form(base, words)
    if format_name == "revman5-export":
        pairs = _pairs(form.evidence, settings, words)
        table = revman5_export_table(form.evidence, pairs, path.name)
    else:
        key = _choose(form.evidence, outcome, words)
        table = _ONE_OUTCOME[format_name](form.evidence, key, path.name)
    if not table.rows:
        raise SpecError.at(
            str(folder),
            found="no row that the format can hold",
            expected="events of totals, or means with SDs, of two arms",
        )
    write_text(table, path)
    return ExportedFile(path=path, format=format_name, rows=len(table.rows), left=form.left)


def _choose(evidence: ImportedEvidence, wanted: str, words: Mapping[str, str]) -> str:
    with_arms = [o for o in evidence.outcomes if o.kind in ("events", "means")]
    name = words.get(wanted, wanted)
    matching = [o for o in with_arms if not wanted or o.name in (name, wanted)]
    # its name alone will do where it is that of one outcome with arms
    matching = matching or [o for o in with_arms if o.name.startswith(f"{name}, ")]
    if len(matching) == 1:
        return matching[0].key
    listed = "; ".join(o.name for o in with_arms) or "none with numbers of its arms"
    raise SpecError.at(
        "argument 'outcome'",
        found=f"'{wanted}'" if wanted else f"none, and {len(with_arms)} outcomes in the review",
        expected=f"one of {listed}",
    )


def _pairs(
    evidence: ImportedEvidence, settings: Mapping[str, Any], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the treatment of the review against each other treatment, in the order met."""
    names = dict.fromkeys(
        (
            *(arm.treatment for arm in evidence.arms),
            *(side for c in evidence.contrasts for side in (c.one, c.two)),
        )
    )
    code = settings.get("review", {}).get("treatment_class", "")
    treatment = words.get(code, code)
    if treatment not in names:
        raise SpecError.at(
            f"{SETTINGS_FILE}, review.treatment_class",
            found=f"'{code}'",
            expected=f"one of the treatments of the arms: {', '.join(names)}",
        )
    return [(treatment, name) for name in names if name != treatment]


def _references(base: EvidenceBase, path: Path) -> ExportedFile:
    references = [
        {
            "label": [study.label],
            "authors": [_author(a.strip()) for a in (study.authors or "").split(";") if a.strip()],
            "title": [study.title] if study.title else [],
            "journal": [study.journal] if study.journal else [],
            "year": [str(study.year)] if study.year else [],
            "doi": [study.doi] if study.doi else [],
            "pmid": [study.pmid] if study.pmid else [],
            "registry": ["; ".join(study.registry)] if study.registry else [],
        }
        for study in base.studies
    ]
    try:
        path.write_text(write_ris(references), encoding="utf-8", newline="")
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file that you may write to",
        ) from error
    return ExportedFile(path=path, format="ris", rows=len(references), left=())


def _author(name: str) -> str:
    """Return a surname, with a comma where its end could be taken for initials."""
    return name if surname(name) == name else f"{name},"


def _workbook(folder: Path, path: Path) -> ExportedFile:
    read_evidence(folder)
    tables = {
        name: read_table(folder / f"{name}.csv")
        for name in TABLE_NAMES
        if (folder / f"{name}.csv").is_file()
    }
    settings = folder / SETTINGS_FILE
    text = decode_text(settings.read_bytes(), SETTINGS_FILE) if settings.is_file() else ""
    sheets = remit_workbook_tables(tables, text)
    write_workbook(sheets, path)
    return ExportedFile(path=path, format="remit-workbook", rows=len(sheets), left=())
