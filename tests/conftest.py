"""The shipped review, made once for all tests, and review folders to break."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from remit.core.errors import InputError, Problem
from remit.evidence.data import EvidenceBase
from remit.io.review_folder import read_evidence, write_new_folder
from remit.report.html import render_page
from remit.workbench.review import Review, make_review

# A test is never failed by the wall clock: the machine may be busy with something else.
settings.register_profile("remit", deadline=None)
settings.load_profile("remit")


@pytest.fixture(scope="session")
def shipped_base() -> EvidenceBase:
    return read_evidence()


@pytest.fixture(scope="session")
def shipped_review() -> Review:
    return make_review()


@pytest.fixture(scope="session")
def shipped_html(shipped_review: Review) -> str:
    return render_page(shipped_review.page)


class Folder:
    """A copy of the template in which single things can be broken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write_new_folder(path)

    def rows(self, table: str) -> list[list[str]]:
        with (self.path / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def write(self, table: str, rows: list[list[str]]) -> None:
        with (self.path / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    def cell(self, table: str, row: int, column: str, value: str) -> None:
        """Put ``value`` into a cell; rows are numbered as a spreadsheet does."""
        rows = self.rows(table)
        rows[row - 1][rows[0].index(column)] = value
        self.write(table, rows)

    def add(self, table: str, like: int, **changes: str) -> int:
        """Add a row like another one; return its number."""
        rows = self.rows(table)
        new = list(rows[like - 1])
        for column, value in changes.items():
            new[rows[0].index(column)] = value
        self.write(table, [*rows, new])
        return len(rows) + 1

    def empty(self, table: str) -> None:
        self.write(table, self.rows(table)[:1])

    def text(self, name: str, old: str, new: str) -> None:
        """Replace text that stands in the file; fails where it does not."""
        path = self.path / name
        content = path.read_text(encoding="utf-8")
        assert old in content, f"{old!r} is not in {name}"
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    def raw(self, name: str, change: Callable[[bytes], bytes]) -> None:
        path = self.path / name
        path.write_bytes(change(path.read_bytes()))

    def review(self) -> Review:
        return make_review(self.path)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the folder, as a review of it reports it."""
        before = {p: p.stat().st_mtime_ns for p in self.path.iterdir()}
        with pytest.raises(InputError) as caught:
            self.review()
        after = {p: p.stat().st_mtime_ns for p in self.path.iterdir()}
        assert after == before, "reading changed the folder"
        return caught.value.problems

    def only(self) -> Problem:
        """The one thing that is wrong; fails where there are follow-on messages."""
        problems = self.problems()
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "my-review")
