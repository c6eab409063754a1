"""The pages of `docs/`, read by heading and table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"`([^`]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


class Page:
    """A page, or a part of one.

    Parameters
    ----------
    text : str
        Markdown.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def section(self, title: str) -> Page:
        """Return what stands under a heading, up to the next one of its level or above."""
        outside = FENCED.sub(lambda block: " " * len(block[0]), self.text)
        match = re.search(rf"^(#+) {re.escape(title)}$", outside, re.MULTILINE)
        assert match, f"no heading '{title}'"
        end = re.search(rf"^#{{1,{len(match[1])}}} ", outside[match.end() :], re.MULTILINE)
        rest = self.text[match.end() :]
        return Page(rest[: end.start()] if end else rest)

    def before_subsections(self) -> Page:
        """Return what stands before the first heading inside this part."""
        return Page(re.split(r"^#+ ", self.text, maxsplit=1, flags=re.MULTILINE)[0])

    def headings(self, level: int) -> list[str]:
        """Return the headings of one level."""
        outside = FENCED.sub("", self.text)
        return re.findall(rf"^{'#' * level} (.+)$", outside, re.MULTILINE)

    def rows(self, head: str) -> list[list[str]]:
        """Return the cells of every table whose first column has this title."""
        found = []
        for table in re.findall(r"(?:^\|.*\|$\n?)+", self.text, re.MULTILINE):
            lines = [
                [cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()
            ]
            if lines[0][0] == head:
                found += lines[2:]
        return found

    def codes(self, head: str, column: int = 0) -> list[str]:
        """Return what stands in code in one column of these tables."""
        return [code for row in self.rows(head) for code in CODE.findall(row[column])]

    def block(self, language: str) -> str:
        """Return the first fenced block in a language."""
        match = re.search(rf"^```{language}\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL)
        assert match, f"no {language} block"
        return match[1]


@pytest.fixture(scope="session")
def page():
    """Return a function that reads a page of `docs/`."""
    return lambda name: Page((ROOT / "docs" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def markdown():
    """Return the class that reads a page, to try it out."""
    return Page
