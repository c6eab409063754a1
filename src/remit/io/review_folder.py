"""A review folder: the tables of an evidence base, and ``review.toml`` with its questions."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from remit.core.errors import InputError, Problem
from remit.evidence.data import EvidenceBase
from remit.evidence.schema import TABLES
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision
from remit.io.text_tables import decode_text, read_table_told
from remit.io.typed_table import draft_table

__all__ = [
    "SETTINGS_FILE",
    "SHIPPED_BASE",
    "TABLE_NAMES",
    "ReviewFolder",
    "read_evidence",
    "read_review_folder",
    "read_settings_file",
    "shipped_folder",
    "write_new_folder",
]

SETTINGS_FILE = "review.toml"
SHIPPED_BASE = "ketamine-headache"
TEMPLATE_BASE = "template"
TABLE_NAMES = (*(schema.name for schema in TABLES), "codebook")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReviewFolder:
    """What a review folder holds.

    Attributes
    ----------
    base : EvidenceBase
        Validated evidence.
    settings : dict
        Content of ``review.toml``, not yet checked.
    digest : str
        SHA-256 of all its files' bytes in the order of their names; the same data always have
        the same digest.
    decisions : tuple of Decision
        How its tables were read.
    """

    base: EvidenceBase
    settings: dict[str, Any]
    digest: str
    decisions: tuple[Decision, ...] = ()


def shipped_folder(name: str = SHIPPED_BASE) -> Path:
    """Return the folder of a base that ships inside the package."""
    return Path(str(resources.files("remit") / "bases" / name))


def read_review_folder(folder: Path) -> ReviewFolder:
    """Read and check the tables of a folder, and read its settings.

    Raises
    ------
    InputError
        With all problems of all files: no such folder, no table in it, unreadable text, cells
        that do not fit the codebook, settings that are not TOML.
    """
    tables, decisions, problems = _read_tables(folder)
    settings: dict[str, Any] = {}
    try:
        settings = read_settings_file(folder)
    except InputError as error:
        problems.extend(error.problems)
    base = _create(folder, tables, problems)
    return ReviewFolder(
        base=base, settings=settings, digest=_digest(folder), decisions=tuple(decisions)
    )


def read_settings_file(folder: Path) -> dict[str, Any]:
    """Read ``review.toml`` of a folder.

    Raises
    ------
    InputError
        No such file, unreadable text, or text that is not TOML.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise InputError.at(
            SETTINGS_FILE,
            found="no such file",
            expected="the questions of the review",
            hint="`remit new FOLDER` writes one with comments.",
        )
    try:
        return tomllib.loads(decode_text(path.read_bytes(), SETTINGS_FILE))
    except OSError as error:
        raise InputError.at(
            SETTINGS_FILE,
            found=f"a file that cannot be read ({error.strerror})",
            expected="a readable file",
        ) from error
    except tomllib.TOMLDecodeError as error:
        what, _, spot = str(error).rstrip(")").partition(" (at ")
        raise InputError.at(
            f"{SETTINGS_FILE}, {spot}" if spot else SETTINGS_FILE,
            found=f"{what[:1].lower()}{what[1:]}",
            expected='TOML, such as: title = "My review"',
            hint="Text needs quotes, lists need square brackets, and a key stands once.",
        ) from error


def read_evidence(folder: str | Path = SHIPPED_BASE) -> EvidenceBase:
    """Read the evidence tables of a folder, without its questions.

    Parameters
    ----------
    folder : str or Path
        A review folder; the name of a base that ships with remit reads that base.

    Returns
    -------
    EvidenceBase

    Raises
    ------
    InputError
        With all problems of all tables.
    """
    path = Path(folder)
    if not path.is_dir() and shipped_folder(str(folder)).is_dir():
        path = shipped_folder(str(folder))
    tables, _, problems = _read_tables(path)
    return _create(path, tables, problems)


def write_new_folder(folder: Path) -> tuple[Path, ...]:
    """Write the files of an empty review, with one worked example row in each table.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If the folder exists and holds anything, or cannot be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError.at(
            str(folder),
            found="something there already",
            expected="a folder that is empty or not there yet",
            hint="Nothing was written. Choose another name.",
        )
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(shipped_folder(TEMPLATE_BASE).iterdir()):
            target = folder / source.name
            target.write_bytes(source.read_bytes())
            written.append(target)
    except OSError as error:
        raise InputError.at(
            str(folder),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a folder that you may write to",
        ) from error
    return tuple(written)


def _read_tables(
    folder: Path,
) -> tuple[dict[str, TextTable], list[Decision], list[Problem]]:
    if not folder.is_dir():
        raise InputError.at(
            str(folder),
            found="a file" if folder.exists() else "nothing of this name",
            expected="a review folder (tables as CSV, and review.toml)",
            hint="`remit new FOLDER` makes one.",
        )
    present = [name for name in TABLE_NAMES if (folder / f"{name}.csv").is_file()]
    if not present:
        raise InputError.at(
            str(folder),
            found="none of the tables " + ", ".join(f"{name}.csv" for name in TABLE_NAMES),
            expected="a review folder",
            hint="`remit new FOLDER` makes one with all tables and an example row.",
        )
    tables: dict[str, TextTable] = {}
    decisions: list[Decision] = []
    problems: list[Problem] = []
    for name in present:
        try:
            tables[name], decided = _read_table(folder / f"{name}.csv")
        except InputError as error:
            problems.extend(error.problems)
        else:
            decisions.extend(decided)
    return tables, decisions, problems


def _read_table(path: Path) -> tuple[TextTable, list[Decision]]:
    """Read one table, and say how.

    A column whose cells leave no doubt that the comma is their decimal sign is written with
    points. Everything else is the codebook's to judge.
    """
    table, decisions = read_table_told(path)
    commas = [
        (column, decision)
        for column in draft_table(table).columns
        for decision in column.decisions
        if decision.key == "decimal" and decision.value == ","
    ]
    texts = {column.name: column.texts for column, _ in commas}
    if texts:
        columns = [
            texts.get(name, tuple(row[i] for row in table.rows))
            for i, name in enumerate(table.header)
        ]
        table = replace(table, rows=tuple(zip(*columns, strict=True)))
    return table, [*decisions, *(decision for _, decision in commas)]


def _create(folder: Path, tables: dict[str, TextTable], problems: list[Problem]) -> EvidenceBase:
    """Make the base, adding its problems to those met while reading; raise all of them at once."""
    unread = {str(problem.where).split(",")[0] for problem in problems}
    try:
        base = EvidenceBase.create(folder.resolve().name, tables)
    except InputError as error:
        problems.extend(p for p in error.problems if p.where not in unread)
        raise InputError(problems) from None
    if problems:
        raise InputError(problems)
    return base


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (*(f"{table}.csv" for table in TABLE_NAMES), SETTINGS_FILE):
        path = folder / name
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()
