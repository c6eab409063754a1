"""The run fails on what must not be, and says so."""

import json
import math

import pytest
from validation import run
from validation.compare import Finding
from validation.differences import DifferencesError, read_differences
from validation.judge import Verdict

# y = 1, 3 with v = 1, 1: mean 2, Q = 2, by hand
CALL = "metagen(y, s, data=dat, method.tau='DL')"
RESULTS = {"TE.common": 2.0, "Q": 2.0, "df.Q": 1}


def folder_with(tmp_path, results=RESULTS, call=CALL, error=None):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "two.csv").write_text("y,s\n1,1\n3,1\n", encoding="utf-8")
    case = {
        "id": "metagen.two",
        "dataset": ["two"],
        "setup": "",
        "call": call,
        "package": "meta",
        "results": results,
        "error": error,
    }
    (tmp_path / "meta.json").write_text(json.dumps([case]), encoding="utf-8")
    return tmp_path


def status(folder, *more):
    return run.main(["--reference", str(folder), "--family", "meta", "--processes", "1", *more])


def test_agreement_passes(tmp_path, capsys):
    assert status(folder_with(tmp_path)) == 0
    assert "3 of 3" in capsys.readouterr().out


def test_a_difference_fails_and_is_named(tmp_path, capsys):
    assert status(folder_with(tmp_path, {**RESULTS, "Q": 2.1})) == 1
    assert "metagen.two  Q: 2 against 2.1" in capsys.readouterr().out


def test_a_missing_folder_fails_and_is_said(tmp_path, capsys):
    assert status(tmp_path / "nowhere") == 2
    assert "REFERENCE" in capsys.readouterr().out


def test_no_case_fails(tmp_path):
    assert status(folder_with(tmp_path), "--case", "nothing.*") == 2


def test_a_function_without_adapter_or_reason_fails(tmp_path, capsys):
    assert status(folder_with(tmp_path, call="no.such.function(dat)")) == 1
    assert "no adapter and no reason for 'no.such.function'" in capsys.readouterr().out


def test_a_crash_fails(tmp_path, capsys):
    assert status(folder_with(tmp_path, call="metagen(y, data=dat)")) == 1
    assert "crashed in metagen" in capsys.readouterr().out


def test_a_result_where_r_refuses_fails(tmp_path, capsys):
    assert status(folder_with(tmp_path, results=None, error="no")) == 1
    assert "(refused)" in capsys.readouterr().out


def test_a_refusal_agrees_with_a_refusal(tmp_path):
    call = "metagen(y, s, data=dat, method.tau='nonsense')"
    assert status(folder_with(tmp_path, None, call, error="no such method")) == 0


def test_evaluation_alone_finds_unknown_names(tmp_path, capsys):
    folder = folder_with(tmp_path, call="metagen(y, unknown, data=dat)")
    assert status(folder, "--evaluate-only") == 1
    assert "no object named 'unknown'" in capsys.readouterr().out


def test_entries_say_what_they_lack(tmp_path):
    file = tmp_path / "differences.toml"
    file.write_text('[[difference]]\ncase = "a"\nkey = "b"\nlimits = 1\n', encoding="utf-8")
    with pytest.raises(
        DifferencesError, match=r"number 1: unknown \['limits'\], missing \['cause'\]"
    ):
        read_differences(file)


# DerSimonian-Laird gives tau2 = 1 here; a peer that stopped at 1.1 has the standard error of 1.1
STOPPED = {"tau2": 1.1, "seTE.random": math.sqrt(1.05)}
GIVEN = """
[[difference]]
case = "*"
key = "tau2"
cause = "stopped early"
limit = 0.1

[[difference]]
case = "*"
key = "seTE.random"
cause = "follows from tau2"
given = "tau2"
"""


def listed_in(tmp_path, monkeypatch, differences):
    (tmp_path / "differences.toml").write_text(differences, encoding="utf-8")
    (tmp_path / "tolerances.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(run, "HERE", tmp_path)


def test_what_follows_from_a_given_value_is_recomputed_from_it(tmp_path, monkeypatch):
    listed_in(tmp_path, monkeypatch, GIVEN)
    assert status(folder_with(tmp_path, STOPPED)) == 0


def test_what_does_not_follow_from_the_given_value_is_unexplained(tmp_path, monkeypatch, capsys):
    listed_in(tmp_path, monkeypatch, GIVEN)
    assert status(folder_with(tmp_path, {**STOPPED, "seTE.random": 1.03})) == 1
    out = capsys.readouterr().out
    assert "metagen.two  seTE.random" in out
    assert "metagen.two  tau2" not in out


def difference(key, error, gap):
    return Finding(key, error, False, gap=gap)


def test_an_entry_explains_within_its_limit_only(tmp_path):
    file = tmp_path / "differences.toml"
    text = '[[difference]]\ncase = "a.*"\nkey = ["x", "y[1]"]\ncause = "why"\nlimit = 1e-3\n'
    file.write_text(text, encoding="utf-8")
    (entry,) = read_differences(file)
    assert entry.explains("a.b", difference("x", 1e-3, 5.0))
    assert entry.explains("a.b", difference("y[1]", 0.0, 5.0))
    assert not entry.explains("a.b", difference("x", 2e-3, 0.1))
    assert not entry.explains("b", difference("x", 1e-3, 5.0))
    assert not entry.explains("a.b", difference("y1", 1e-3, 5.0))


def test_an_absolute_limit_is_for_differences_that_are_small_in_themselves(tmp_path):
    file = tmp_path / "differences.toml"
    text = '[[difference]]\ncase = "*"\nkey = "tau2"\ncause = "why"\nabsolute = 1e-5\n'
    file.write_text(text, encoding="utf-8")
    (entry,) = read_differences(file)
    assert entry.explains("a", difference("tau2", 1.0, 9e-6))
    assert not entry.explains("a", difference("tau2", 1e-3, 2e-5))


def verdict(case, *found, function="f", unknown=()):
    return Verdict(
        family="meta",
        case=case,
        function=function,
        findings=[Finding(key, 0.0, True) for key in found],
        unknown_keys=list(unknown),
    )


def test_a_key_in_no_case_of_the_function_is_a_misspelling():
    verdicts = [verdict("one", "a", unknown=["b", "bb"]), verdict("two", "a", "b")]
    assert run._strange_keys(verdicts) == ["f: key 'bb' is in no case"]
    elsewhere = verdict("three", "bb", function="g")
    assert run._strange_keys([*verdicts, elsewhere]) == ["f: key 'bb' is in no case"]


def test_an_entry_that_matches_nothing_is_stale(tmp_path):
    file = tmp_path / "differences.toml"
    entry = '[[difference]]\ncase = "{}"\nkey = "x"\ncause = "why"\n'
    file.write_text(entry.format("one") + entry.format("two"), encoding="utf-8")
    met = verdict("one", "x")
    met.explained.append((met.findings[0], 0))
    (line,) = run._stale([met], read_differences(file))
    assert line == "differences.toml: entry 2 matches nothing any more: two / x"
