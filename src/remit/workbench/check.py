"""Check the tables of a review folder, without making the review."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remit.core.errors import InputError, SpecError
from remit.evidence.data import EvidenceBase
from remit.evidence.integrity import Finding, check_integrity
from remit.evidence.plausibility import (
    BEYOND_INTEGRITY,
    Suspicion,
    check_study_rows,
    study_rows,
)
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES, read_evidence, shipped_folder

__all__ = ["CheckedFolder", "check_evidence", "check_typing", "is_of_review"]


def is_of_review(target: Path) -> bool:
    """Tell whether a path is a folder, or one of the files of a review folder.

    A path that leads nowhere is taken for a folder, unless its name ends as that of a file does.
    """
    if not target.is_file():
        return target.is_dir() or not target.suffix
    named = target.name in {SETTINGS_FILE, *(f"{name}.csv" for name in TABLE_NAMES)}
    return named and (target.parent / SETTINGS_FILE).exists()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedFolder:
    """What is odd in the tables of a review.

    Attributes
    ----------
    findings : tuple of Finding
        Printed numbers that do not fit each other, worst first.
    suspicions : tuple of Suspicion
        What was probably typed wrong, worst first.
    """

    findings: tuple[Finding, ...]
    suspicions: tuple[Suspicion, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.findings or self.suspicions)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.checked-folder",
            "version": 1,
            "findings": [finding.to_dict() for finding in self.findings],
            "suspicions": [suspicion.to_dict() for suspicion in self.suspicions],
        }


def check_typing(base: EvidenceBase) -> tuple[Suspicion, ...]:
    """Look for typing errors that `check_integrity` does not look for, worst first."""
    return check_study_rows(study_rows(base), BEYOND_INTEGRITY)


def check_evidence(target: Path | None = None) -> CheckedFolder:
    """Validate a folder's tables and return what does not fit, and what may be typed wrong.

    Parameters
    ----------
    target : Path or None
        A review folder, one table inside it (then only what is found there is returned), or
        None for the base that ships with remit.

    Raises
    ------
    InputError
        With every problem of the tables; with those of the one table, if one was named and it
        has any.
    SpecError
        If ``target`` is a file that is none of the tables.
    """
    folder = target or shipped_folder()
    table = None
    if folder.is_file():
        folder, table = folder.parent, folder.name
        names = [f"{name}.csv" for name in TABLE_NAMES]
        if table not in names:
            raise SpecError.at(
                str(folder / table),
                found="a file that is none of a review's tables",
                expected="a review folder, or one of " + ", ".join(names),
            )
    try:
        base = read_evidence(folder)
    except InputError as error:
        own = [p for p in error.problems if table is None or p.where.split(",")[0] == table]
        raise InputError(own or error.problems) from None
    found = CheckedFolder(findings=check_integrity(base), suspicions=check_typing(base))
    if table is None:
        return found
    return CheckedFolder(
        findings=tuple(f for f in found.findings if f.place.file == table),
        suspicions=tuple(s for s in found.suspicions if s.place.file == table),
    )
