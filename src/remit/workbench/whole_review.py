"""A whole review of remit in another place: a folder, or one workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from remit.evidence.tables import TextTable
from remit.io.formats.recognise import FORMATS, recognise
from remit.io.formats.remit_workbook import read_remit_workbook
from remit.io.open_file import open_file
from remit.io.review_folder import SETTINGS_FILE, TABLE_NAMES
from remit.io.text_tables import WORKBOOK_MARKS, decode_text, read_table

__all__ = ["WholeReview", "whole_review"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeReview:
    """The tables of a review and its questions.

    Attributes
    ----------
    format : str
        ``remit-folder`` or ``remit-workbook``.
    words : str
        What it is and why.
    tables : dict of str to TextTable
        By their names.
    settings : str
        Text of ``review.toml``; empty where there is none.
    """

    format: str
    words: str
    tables: Mapping[str, TextTable]
    settings: str


def whole_review(path: Path) -> WholeReview | None:
    """Return the review that a folder or workbook holds; None where it holds something else.

    Raises
    ------
    InputError
        If a table of it cannot be read.
    """
    if path.is_dir():
        return _of_folder(path) if (path / "codebook.csv").is_file() else None
    if not path.is_file():
        return None
    with path.open("rb") as file:
        if not file.read(8).startswith(WORKBOOK_MARKS):
            return None
    opened = open_file(path)
    guess = recognise(opened)
    if guess.format != "remit-workbook":
        return None
    tables, settings = read_remit_workbook(opened)
    return WholeReview(format=guess.format, words=guess.words, tables=tables, settings=settings)


def _of_folder(path: Path) -> WholeReview:
    files = {name: path / f"{name}.csv" for name in TABLE_NAMES}
    settings = path / SETTINGS_FILE
    return WholeReview(
        format="remit-folder",
        words=f"{FORMATS['remit-folder']}: it holds codebook.csv.",
        tables={name: read_table(file) for name, file in files.items() if file.is_file()},
        settings=decode_text(settings.read_bytes(), SETTINGS_FILE) if settings.is_file() else "",
    )
