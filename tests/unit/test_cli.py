"""The command line: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from remit.cli import main
from remit.io.review_folder import read_evidence
from remit.version import VERSION

GOOD, FINDINGS, WRONG_USE = 0, 1, 2


@dataclass
class Ended:
    status: int
    out: str
    err: str


@pytest.fixture
def remit(monkeypatch, capsys):
    """Run the command line in this process, in a wide terminal that is none."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["remit", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run


@pytest.fixture
def shipped(monkeypatch, shipped_review, shipped_html):
    """The shipped review without making and drawing it again."""
    monkeypatch.setattr(
        "remit.workbench.review.make_review", lambda folder=None, tell=None: shipped_review
    )
    monkeypatch.setattr("remit.report.html.render_page", lambda page: shipped_html)


class TestReview:
    def test_a_folder(self, remit, folder, tmp_path):
        page, results = tmp_path / "out" / "page.html", tmp_path / "out" / "results.json"
        end = remit("review", folder.path, "-o", page, "--json", results)
        assert end.status == GOOD
        assert end.err == ""
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert json.loads(results.read_text(encoding="utf-8"))["kind"] == "remit.review"
        assert f"Page: {page}" in end.out
        assert f"Results: {results}" in end.out
        assert "Drug A for migraine" in end.out
        assert "Pain 30 to 120 min after drug A, against placebo" in end.out

    def test_the_page_goes_beside_where_one_stands(self, remit, folder, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert remit("review", folder.path).status == GOOD
        assert (tmp_path / "remit-review.html").is_file()

    def test_quiet(self, remit, folder, tmp_path):
        end = remit("review", folder.path, "-q", "-o", tmp_path / "p.html")
        assert (end.status, end.out, end.err) == (GOOD, "", "")

    def test_shipped_review_without_an_argument(self, remit, shipped, tmp_path):
        end = remit("review", "-o", tmp_path / "p.html")
        assert end.status == GOOD
        assert "Ketamine for migraine and chronic headache" in end.out
        assert "Compared with something else" in end.out
        assert "Before and after, no control group" in end.out
        assert "0 of 100 (exact 0.0 to 3.6\u00a0%)" in end.out
        assert "5 contradictions" in end.out

    def test_words_of_a_base_are_no_markup(self, remit, folder, tmp_path):
        folder.text("review.toml", 'title = "Drug A for', 'title = "Drug [bold]A[/x] for')
        end = remit("review", folder.path, "-o", tmp_path / "p.html")
        assert end.status == GOOD
        assert "Drug [bold]A[/x] for migraine" in end.out

    def test_faults_are_all_said_and_nothing_is_written(self, remit, folder, tmp_path):
        folder.cell("outcomes", 2, "sd", "2,4")
        folder.cell("arms", 2, "route", "[mouth]")
        page, results = tmp_path / "p.html", tmp_path / "r.json"
        end = remit("review", folder.path, "-o", page, "--json", results)
        assert end.status == FINDINGS
        assert end.out == ""
        assert end.err.splitlines()[0].startswith(
            "arms.csv, row 2, column 'route': found '[mouth]', expected one of iv-bolus"
        )
        assert end.err.splitlines()[1] == (
            "outcomes.csv, row 2, column 'sd': found '2,4', expected a number, with a point as "
            "the decimal sign. Is the comma a decimal sign? Then write 2.4."
        )
        assert end.err.splitlines()[2] == "2 problems."
        assert "Traceback" not in end.err
        assert not page.exists()
        assert not results.exists()

    def test_where_nothing_can_be_written(self, remit, folder):
        blocked = folder.path / "studies.csv" / "page.html"
        end = remit("review", folder.path, "-o", blocked)
        assert end.status == FINDINGS
        assert end.err.startswith(f"{blocked}: found a place that cannot be written to (")
        assert "Traceback" not in end.err

    def test_onto_a_folder(self, remit, folder):
        end = remit("review", folder.path, "-o", folder.path)
        assert end.status == FINDINGS
        assert "expected a file name in a folder that you may write to" in end.err

    def test_absent_folder(self, remit, tmp_path):
        end = remit("review", tmp_path / "absent", "-o", tmp_path / "p.html")
        assert end.status == FINDINGS
        assert "found nothing of this name, expected a review folder" in end.err

    def test_question_is_named_where_it_cannot_be_answered(
        self, remit, folder, tmp_path, monkeypatch
    ):
        from remit.core.errors import SpecError
        from remit.workbench.questions import kinds

        def fail(bench, head, spec):
            raise SpecError.at("somewhere", found="a", expected="b")

        read, _ = kinds.KINDS["regimens"]
        monkeypatch.setitem(kinds.KINDS, "regimens", (read, fail))
        end = remit("review", folder.path, "-o", tmp_path / "p.html")
        assert end.status == WRONG_USE
        assert "(while answering question 'regimens')" in end.err


class TestNew:
    def test_it_can_be_checked_and_reviewed_at_once(self, remit, tmp_path):
        made = tmp_path / "my [new] review"
        end = remit("new", made)
        assert end.status == GOOD
        assert f"files to {made}." in end.out
        assert f"remit check '{made}'; remit review '{made}'" in end.out
        assert remit("check", made).status == GOOD
        assert remit("review", made, "-o", tmp_path / "p.html").status == GOOD
        assert read_evidence(made).studies

    def test_not_over_something(self, remit, folder):
        end = remit("new", folder.path)
        assert end.status == FINDINGS
        assert "Nothing was written." in end.err

    def test_needs_a_folder(self, remit):
        assert remit("new").status == WRONG_USE


class TestCheck:
    def test_good(self, remit, folder):
        end = remit("check", folder.path)
        assert end.status == GOOD
        assert end.out == (
            "Every table fits its codebook, and every printed number fits the others.\n"
        )

    def test_findings(self, remit, folder):
        folder.cell("events", 2, "percent", "47")
        end = remit("check", folder.path)
        assert end.status == FINDINGS
        assert "Contradictions (1)" in end.out
        assert "12/30 is 40.0 %, but 47 % is printed." in end.out
        assert end.out.endswith("No number was changed.\n")

    def test_one_table(self, remit, folder):
        folder.cell("events", 2, "percent", "47")
        assert remit("check", folder.path / "outcomes.csv").status == GOOD
        assert remit("check", folder.path / "events.csv").status == FINDINGS

    def test_json(self, remit, folder):
        clean = json.loads(remit("check", folder.path, "--json").out)
        assert (clean["findings"], clean["suspicions"]) == ([], [])
        folder.cell("events", 2, "percent", "47")
        end = remit("check", folder.path, "--json")
        (finding,) = json.loads(end.out)["findings"]
        assert (end.status, finding["place"]) == (FINDINGS, "events.csv, row 2, column 'percent'")

    def test_shipped_base(self, remit):
        end = remit("check")
        assert end.status == FINDINGS
        assert end.out.index("Contradictions (5)") < end.out.index("Doubts (")

    def test_faults(self, remit, folder):
        folder.cell("events", 2, "percent", "140")
        end = remit("check", folder.path)
        assert (end.status, end.out) == (FINDINGS, "")
        assert end.err == (
            "events.csv, row 2, column 'percent': found 140, expected a number from 0 to 100.\n"
        )

    def test_a_file_that_is_no_table(self, remit, folder):
        end = remit("check", folder.path / "review.toml")
        assert end.status == WRONG_USE
        assert "expected a review folder, or one of sources.csv" in end.err


class TestFigure:
    @pytest.fixture(autouse=True)
    def review_made_once(self, shipped_review, monkeypatch):
        monkeypatch.setattr(
            "remit.workbench.figure.make_review", lambda folder=None, tell=None: shipped_review
        )

    @pytest.mark.parametrize("arguments", [(), ("list",)])
    def test_names(self, remit, arguments):
        end = remit("figure", *arguments)
        assert end.status == GOOD
        lines = end.out.splitlines()
        assert "map  Which study answers which question" in lines
        assert any(line.startswith("acute-placebo-forest  ") for line in lines)

    def test_saved(self, remit, tmp_path):
        path = tmp_path / "forest [1].svg"
        end = remit("figure", "acute-placebo-forest", "-o", path)
        assert end.status == GOOD
        assert end.out == f"Wrote {path}\n"
        assert path.read_text(encoding="utf-8").startswith("<?xml")

    def test_named_after_the_figure(self, remit, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert remit("figure", "acute-placebo-forest").status == GOOD
        assert (tmp_path / "acute-placebo-forest.svg").is_file()

    def test_nonsense(self, remit, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        end = remit("figure", "nonsense")
        assert end.status == WRONG_USE
        assert end.err.startswith("figure name: found 'nonsense', expected one of acute-placebo-")
        assert list(tmp_path.iterdir()) == []

    def test_unknown_suffix(self, remit, tmp_path):
        end = remit("figure", "map", "-o", tmp_path / "map.docx")
        assert end.status == WRONG_USE
        assert "expected a name that ends in .png, .svg or .pdf" in end.err

    def test_where_nothing_can_be_written(self, remit, tmp_path):
        (tmp_path / "map.svg").mkdir()
        end = remit("figure", "map", "-o", tmp_path / "map.svg")
        assert end.status == FINDINGS
        assert "found a place that cannot be written to (" in end.err

    def test_impossible_resolution(self, remit):
        assert remit("figure", "map", "--dpi", "5").status == WRONG_USE


class TestUse:
    def test_version(self, remit):
        end = remit("--version")
        assert (end.status, end.out) == (GOOD, f"remit {VERSION}\n")

    @pytest.mark.parametrize("command", ["review", "new", "check", "figure"])
    def test_help_shows_an_example(self, remit, command):
        end = remit(command, "--help")
        assert end.status == GOOD
        assert f"Example: remit {command} " in " ".join(end.out.split())

    def test_help_lists_the_commands(self, remit):
        end = remit("--help")
        assert end.status == GOOD
        for command in ("review", "new", "check", "figure"):
            assert command in end.out

    @pytest.mark.parametrize(
        "arguments", [("revieww",), ("review", "--nonsense"), ("review", "a", "b"), ("check", "-x")]
    )
    def test_wrong_use(self, remit, arguments):
        end = remit(*arguments)
        assert end.status == WRONG_USE
        assert "Traceback" not in end.err

    def test_without_a_command_there_is_help(self, remit):
        end = remit()
        assert end.status == WRONG_USE
        assert "review" in end.out + end.err


class TestDebug:
    def test_traceback_with_it_and_none_without(self, remit, folder):
        folder.cell("outcomes", 2, "sd", "2,4")
        plain = remit("check", folder.path)
        debug = subprocess.run(  # noqa: S603 - this interpreter and this package
            [sys.executable, "-m", "remit", "--debug", "check", str(folder.path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert plain.status == debug.returncode == FINDINGS
        assert "Traceback" not in plain.err
        assert "Traceback" in debug.stderr
        assert "found '2,4'" in plain.err
        assert "found '2,4'" in debug.stderr

    def test_it_stands_before_the_command(self, remit, folder, tmp_path):
        assert remit("--debug", "review", folder.path, "-q", "-o", tmp_path / "p").status == GOOD
        assert remit("review", folder.path, "--debug").status == WRONG_USE
