"""Every example of the documentation runs, and prints what the page says that it prints.

The blocks of one page run in order, in one empty folder. Python blocks share a namespace; the
``text`` block right under one is its output, letter by letter, and a block that prints must have
one. Each line of an ``sh`` block is a command: `remit` runs, and exits as a comment
``# exit status 1`` says, else with 0; `make` must name a target. ``toml`` and ``csv`` blocks are
held against the code by the tests of their pages.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"#\s*exit status (\d+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
KNOWN = {"python", "text", "sh", "toml", "csv"}
ENOUGH_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block: its language, its text, the line of its fence and what follows it."""

    language: str
    text: str
    line: int
    output: str | None = None


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(text: str) -> list[Block]:
    """Return the fenced blocks of a page, each Python block with the text block under it."""
    found = list(FENCE.finditer(text))
    blocks = []
    for position, match in enumerate(found):
        output = None
        after = found[position + 1] if position + 1 < len(found) else None
        if after and after[1] == "text" and not text[match.end() : after.start()].strip():
            output = after[2]
        line = text.count("\n", 0, match.start()) + 1
        blocks.append(Block(language=match[1], text=match[2], line=line, output=output))
    return blocks


def run_python(block: Block, page: str, names: dict) -> str:
    """Run a block and return what it printed; a failure names the page and the line."""
    shown = io.StringIO()
    code = compile("\n" * block.line + block.text, page, "exec")
    with contextlib.redirect_stdout(shown):
        exec(code, names)  # noqa: S102  the blocks are part of this repository
    return shown.getvalue()


def commands_of(block: Block) -> list[tuple[list[str], int]]:
    """Return the commands of a shell block with the exit status that each must have."""
    found = []
    for line in block.text.splitlines():
        status = STATUS.search(line)
        words = shlex.split(line, comments=True)
        if words:
            found.append((words, int(status[1]) if status else 0))
    return found


def run_command(words: list[str], folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "remit", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=ENOUGH_SECONDS,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=False,
    )


def make_targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_run_and_print_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = str(page.relative_to(ROOT))
    names: dict = {"__name__": "example"}
    for block in blocks_of(page.read_text(encoding="utf-8")):
        assert block.language in KNOWN, f"{name}:{block.line}: a block without a known language"
        if block.language == "python":
            printed = run_python(block, name, names)
            assert printed == (block.output or ""), f"{name}:{block.line}"
        if block.language != "sh":
            continue
        for words, status in commands_of(block):
            if words[0] == "make":
                named = {w for w in words[1:] if "=" not in w}
                assert named <= make_targets(), f"{name}:{block.line}: {words}"
                continue
            assert words[0] == "remit", f"{name}:{block.line}: {words}"
            done = run_command(words, tmp_path)
            assert done.returncode == status, f"{name}: {words}\n{done.stdout}{done.stderr}"
            assert "Traceback" not in done.stderr or "--debug" in words


def test_the_pages_hold_examples():
    languages = [b.language for page in pages() for b in blocks_of(page.read_text("utf-8"))]
    assert {"python", "sh", "toml"} <= set(languages)


class TestTheRunner:
    def test_output_belongs_to_the_block_right_above(self):
        page = "```python\nprint(1)\n```\n\n```text\n1\n```\nwords\n```text\nnot output\n```\n"
        assert [b.output for b in blocks_of(page)] == ["1\n", None, None]

    def test_words_between_break_the_bond(self):
        page = "```python\nprint(1)\n```\nSee:\n```text\n1\n```\n"
        assert blocks_of(page)[0].output is None

    def test_what_is_printed_is_returned(self):
        block = Block(language="python", text="print(2 + 2)\n", line=3)
        assert run_python(block, "page", {}) == "4\n"

    def test_names_carry_over(self):
        names: dict = {}
        run_python(Block(language="python", text="a = 1\n", line=1), "page", names)
        assert run_python(Block(language="python", text="print(a)\n", line=1), "page", names)

    def test_a_failure_names_page_and_line(self):
        block = Block(language="python", text="x = 1\n1 / 0\n", line=10)
        with pytest.raises(ZeroDivisionError) as caught:
            run_python(block, "page.md", {})
        assert caught.traceback[-1].path == Path("page.md").absolute() or (
            "page.md" in str(caught.traceback[-1].path)
        )
        assert caught.traceback[-1].lineno + 1 == 12

    def test_statuses(self):
        block = Block(
            language="sh",
            text="remit check x  # exit status 1: something was found\n\n# words\nremit new y\n",
            line=1,
        )
        assert commands_of(block) == [(["remit", "check", "x"], 1), (["remit", "new", "y"], 0)]

    def test_a_command_that_fails_is_seen(self, tmp_path):
        assert run_command(["remit", "check", "nowhere"], tmp_path).returncode == 1
