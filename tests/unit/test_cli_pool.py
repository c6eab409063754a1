"""`remit pool`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import sys

import pytest

from remit.cli import main

GOOD, FAULT, WRONG_USE = 0, 1, 2
TABLES = "Study,Experimental cases,Experimental total,Control cases,Control total\n"
TABLES += "Ash,4,40,9,41\nBirch,6,60,12,58\nCedar,0,20,3,21\n"


@pytest.fixture
def remit_pool(monkeypatch, capsys, tmp_path):
    """Run `remit pool` on a text and return exit status, output and errors."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(text: str, *options: str, file: str = "trials.csv"):
        (tmp_path / file).write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["remit", "pool", file, *options])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_what_was_guessed_what_came_out_and_every_row(remit_pool):
    status, out, err = remit_pool(TABLES)
    assert (status, err) == (GOOD, "")
    assert "ai from 'Experimental cases'" in out
    assert "RR in log risk ratio: 3 studies, n = 240" in out
    assert "As ratio: " in out
    for study in ("Ash", "Birch", "Cedar"):
        assert study in out
    assert "0.5 was added to each of the four cells" in " ".join(out.split())


def test_files_that_are_written(remit_pool, tmp_path):
    status, out, _ = remit_pool(TABLES, "--measure", "OR", "-o", "f.svg", "--json", "r/r.json")
    assert status == GOOD
    assert (tmp_path / "f.svg").read_text(encoding="utf-8").startswith("<?xml")
    made = json.loads((tmp_path / "r" / "r.json").read_text(encoding="utf-8"))
    assert made["kind"] == "remit.pooled-file"
    assert made["result"]["measure"] == "OR"
    assert len(made["result"]["rows"]) == 3
    assert f"Figure: {tmp_path / 'f.svg'}" in out


def test_quiet(remit_pool):
    assert remit_pool(TABLES, "-q") == (GOOD, "", "")


def test_choices_reach_the_result(remit_pool, tmp_path):
    options = ("--tau2", "DL", "--interval", "z", "--level", "0.9", "--json", "r.json")
    assert remit_pool(TABLES, *options)[0] == GOOD
    spec = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["result"]["spec"]
    assert (spec["tau2"], spec["interval"], spec["level"]) == ("DL", "z", 0.9)


def test_a_convention(remit_pool):
    status, out, _ = remit_pool(TABLES, "--convention", "meta")
    assert status == GOOD
    assert "I2 as meta prints it, from Q: " in out
    assert "HTS k-1" in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--convention", "cma"), "metafor, revman-2025, meta, stata"),
        (("--level", "95"), "Did you mean 0.95"),
        (("--measure", "XX"), "'XX'"),
        (("--outcome", "1.1"), "--outcome"),
        (("-o", "f.gif"), "gif"),
    ],
)
def test_wrong_use(remit_pool, options, words):
    status, out, err = remit_pool(TABLES, *options)
    assert (status, out) == (WRONG_USE, "")
    assert words in err


def test_every_fault_of_a_file_is_told(remit_pool):
    text = TABLES.replace("4,40", "four,40").replace("6,60", "66,60")
    status, out, err = remit_pool(text)
    assert (status, out) == (FAULT, "")
    assert "trials.csv, row 2, column 'Experimental cases': found 'four'" in err
    assert "trials.csv, row 3, column 'Experimental cases': found 66 of 60" in err
    assert "2 problems." in err


def test_no_workbook_though_it_is_named_so(remit_pool):
    status, _, err = remit_pool("", file="trials.xlsx")
    assert status == FAULT
    assert "found an empty file" in err
