"""A file and its map: tables of values, or everything that must be answered first."""

import pytest

from remit.core.errors import InputError
from remit.io.read_tables import draft_map, read_tables

CSV = """\ufeffid;visit;dose;note
007;03/04/2021;12,5 mg;"a; b"
008;05/06/2021;1.000 mg;NA
"""


@pytest.fixture
def trial(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_questions_are_answered_by_the_written_map(trial, tmp_path):
    with pytest.raises(InputError) as caught:
        read_tables(trial)
    assert [p.where for p in caught.value.problems] == ["trial.csv, column 'visit'"]
    text = draft_map(trial)
    assert '# dates = "day-month"' in text
    answered = tmp_path / "map.toml"
    answered.write_text(text.replace('# dates = "day-month"', 'dates = "day-month"'), "utf-8")
    opened, (table,) = read_tables(trial, answered)
    assert opened.kind == "text"
    assert table.canonical().rows == (
        ("007", "2021-04-03", "12.5", "a; b"),
        ("008", "2021-06-05", "1000", ""),
    )
    assert table.column("dose").unit == "mg"
    # the map of a file that has one pins the answer
    answered.write_text(draft_map(trial, answered), "utf-8")
    _, (again,) = read_tables(trial, answered)
    assert again.canonical().rows == table.canonical().rows


def test_a_map_for_another_file(trial, tmp_path):
    path = tmp_path / "other.toml"
    path.write_text('[columns.visits]\ndates = "day-month"\n', "utf-8")
    with pytest.raises(InputError) as caught:
        read_tables(trial, path)
    assert [(p.where, p.hint[:26]) for p in caught.value.problems] == [
        ("other.toml", "Did you mean 'visit'?"),
        ("trial.csv, column 'visit'", "Say which in the map, unde"),
    ]
