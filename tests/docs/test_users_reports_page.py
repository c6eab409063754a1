"""docs/users-reports.md names tests that are there, and each report once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
REPORT = re.compile(r"U\d{3}: \S.+, \S.+")


@pytest.fixture(scope="module")
def rows(page):
    return page("users-reports.md").rows("report")


def test_each_report_stands_once_with_its_reference(rows):
    names = [row[0].split(":")[0] for row in rows]
    assert len(names) == len(set(names)) > 60
    assert [row[0] for row in rows if not REPORT.fullmatch(row[0])] == []


def test_every_row_says_everything(rows):
    assert [row for row in rows if len(row) != 5 or not all(row)] == []


def test_the_tests_are_there(rows):
    missing = []
    for row in rows:
        if row[4] == "none":
            continue
        file, name = row[4].strip("`").split("::")
        (path,) = TESTS.rglob(file)
        text = path.read_text(encoding="utf-8")
        if f"def {name}(" not in text:
            missing.append(row[4])
    assert missing == []


def test_a_report_without_a_test_is_one_that_is_not_done(rows):
    assert [row[0] for row in rows if row[4] == "none" and "Not " not in row[3]] == []
