"""Check the tables of a review folder, without making the review."""

from __future__ import annotations

from pathlib import Path

from remit.core.errors import InputError, SpecError
from remit.evidence.integrity import Finding, check_integrity
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES, read_evidence, shipped_folder

__all__ = ["check_evidence", "is_of_review"]


def is_of_review(target: Path) -> bool:
    """Tell whether a path is a folder, or one of the files of a review folder."""
    if not target.is_file():
        return True
    named = target.name in {SETTINGS_FILE, *(f"{name}.csv" for name in TABLE_NAMES)}
    return named and (target.parent / SETTINGS_FILE).exists()


def check_evidence(target: Path | None = None) -> tuple[Finding, ...]:
    """Validate a folder's tables and return what does not fit, worst first.

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
    findings = check_integrity(base)
    return tuple(f for f in findings if table is None or f.place.file == table)
