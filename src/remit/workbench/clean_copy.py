"""A clean copy of a file: one way of writing for all cells, and an account of every change."""

from __future__ import annotations

from pathlib import Path

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.write_tables import write_text, write_workbook
from remit.workbench.read_file import DraftFile

__all__ = ["account_of", "write_clean"]

_HEADER = ("place", "what", "was", "is", "why")


def account_of(draft: DraftFile) -> TextTable:
    """Return every decision, every cell that is written otherwise, and every row left out.

    Parameters
    ----------
    draft : DraftFile
        The file as it was read.

    Returns
    -------
    TextTable
        With the columns place, what, was, is and why.
    """
    rows = [
        (str(d.place), f"decision: {d.key}", "", d.value, f"{d.words}, {d.evidence}")
        for d in draft.decisions
    ]
    for table in draft.tables:
        for column in table.columns:
            why = "; ".join(d.words for d in column.decisions)
            rows += [
                (str(table.source.place(row, column.name)), "cell", raw, text, why)
                for row, raw, text in zip(column.rows, column.raw, column.texts, strict=True)
                if raw != text
            ]
    rows += [(str(r.place), "row left out", r.text, "", r.reason) for r in draft.opened.unread]
    return TextTable(
        file=draft.opened.file,
        header=_HEADER,
        rows=tuple(rows),
        row_numbers=tuple(range(2, len(rows) + 2)),
        sheet="account",
    )


def write_clean(draft: DraftFile, path: Path) -> tuple[Path, ...]:
    """Write the tables in one way, with the account beside them. The file itself is not touched.

    Parameters
    ----------
    draft : DraftFile
        The file as it was read; it must have no open question.
    path : Path
        ``.xlsx``: numbers are stored as numbers, the account is the last sheet. Anything else:
        separated text (UTF-8, comma) for a file with one table, with the account in
        ``NAME-account.csv``.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If a question is open, several tables would go into one text file, the copy or its account
        would have the name of the file itself, or nothing can be written there.
    """
    if draft.questions:
        raise InputError([question.problem() for question in draft.questions])
    book = path.suffix.lower() == ".xlsx"
    beside = path.with_name(f"{path.stem}-account.csv")
    for target in (path,) if book else (path, beside):
        if target.exists() and target.resolve().name == draft.opened.file:
            raise InputError.at(
                str(target),
                found="the name of the file itself",
                expected="another name for the copy",
                hint="Nothing was written.",
            )
    tables, account = [table.canonical() for table in draft.tables], account_of(draft)
    if book:
        numbers = [
            [i for i, column in enumerate(table.columns) if column.kind in ("number", "integer")]
            for table in draft.tables
        ]
        write_workbook([*tables, account], path, numbers)
        return (path,)
    if len(tables) != 1:
        raise InputError.at(
            str(path),
            found=f"{len(tables)} tables for one text file",
            expected="one table",
            hint="Write an .xlsx, which has a sheet for each.",
        )
    write_text(tables[0], path)
    write_text(account, beside)
    return (path, beside)
