"""A file is checked before it is believed: what is asked, what is odd, how far it matters."""

from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.workbench.check_file import check_file

PAIN = (
    "study,m1i,sd1i,n1i,m2i,sd2i,n2i\n"
    "A,3.1,2.2,40,4.0,2.1,41\nB,3.6,1.8,25,4.4,2.0,24\nC,2.9,2.5,60,4.1,2.4,58\n"
    "D,3.3,1.9,33,4.2,2.2,35\nE,2.4,2.0,51,3.9,2.3,49\n"
)


@pytest.fixture
def checked(tmp_path):
    """Check a text as if it stood in a file."""

    def run(text: str, answers: str = "", *, file: str = "table.csv", group: str = ""):
        path = tmp_path / file
        path.write_text(text, encoding="utf-8")
        map_path = None
        if answers:
            map_path = tmp_path / "map.toml"
            map_path.write_text(answers, encoding="utf-8")
        return check_file(path, map_path, group=group)

    return run


def odd(found):
    return [(s.check, s.severity, s.study) for s in found.suspicions]


class TestStudies:
    def test_a_clean_table(self, checked):
        found = checked(PAIN)
        assert found.clean
        assert found.format == "one row for each study (metafor, JASP, jamovi)"
        assert found.results is None

    def test_two_readings_come_before_everything(self, checked):
        text = PAIN.replace(",", ";").replace("4.0", "4,0")
        found = checked(text)
        assert not found.clean
        assert "decimal" in str(found.problems[0])
        assert found.draft.questions[0].place.column == "m2i"
        assert checked(text, '[columns.m2i]\ndecimal = "either"\n').clean

    def test_a_cell_that_is_no_number_is_named_once(self, checked):
        found = checked(PAIN.replace("3.6", "3.6*"))
        assert [p.where for p in found.problems] == ["table.csv, row 3, column 'm1i'"]

    def test_arms_are_compared_in_one_direction_whatever_their_order(self, checked):
        arms = {"Drug": [], "Placebo": []}
        for line in PAIN.splitlines()[1:]:
            study, m1, s1, n1, m2, s2, n2 = line.split(",")
            arms["Drug"].append(f"{study},Drug,{m1},{s1},{n1}")
            arms["Placebo"].append(f"{study},Placebo,{m2},{s2},{n2}")
        arms["Drug"].append("F,Drug,1.2,0.30,49")
        arms["Placebo"].append("F,Placebo,4.1,0.32,49")
        rows = list(zip(arms["Drug"], arms["Placebo"], strict=True))
        head = "Study,T,Mean,SD,N\n"
        tidy = "\n".join(row for pair in rows for row in pair)
        mixed = "\n".join(row for i, pair in enumerate(rows) for row in pair[:: (-1) ** i])
        one, other = (checked(head + text + "\n").suspicions for text in (tidy, mixed))
        assert [s.check for s in one] == ["se-for-sd"]
        assert one[0].moves.what == "MD of 6 studies"
        assert one[0].moves.as_it_stands.value < -0.8  # every trial favours the drug by 0.8 or more
        assert other[0].moves.as_it_stands.value == one[0].moves.as_it_stands.value
        assert other[0].moves.corrected.value == one[0].moves.corrected.value

    def test_in_a_network_only_trials_of_the_same_two_treatments_are_pooled(self, checked):
        text = "Study,T,Mean,SD,N\n"
        for i, line in enumerate(PAIN.splitlines()[1:]):
            study, m1, s1, n1, m2, s2, n2 = line.split(",")
            drug = "Drug" if i < 3 else "Other"
            text += f"{study},Placebo,{m2},{s2},{n2}\n{study},{drug},{m1},{s1},{n1}\n"
        text += "F,Placebo,4.1,0.32,49\nF,Drug,1.2,0.30,49\n"
        (found,) = checked(text).suspicions
        assert found.moves.what == "MD of 4 studies of Placebo against Drug"
        # Placebo less Drug: 0.9, 0.8 and 1.2 in A, B and C, 2.9 in F
        assert 0.8 < found.moves.corrected.value < 2.9

    def test_the_comparisons_of_one_study_are_no_study_entered_twice(self, checked):
        # a four-arm trial of hazard ratios: netmeta#8
        pairs = ("1,2,.45", "1,3,.58", "1,4,.48", "2,3,.52", "2,4,.47", "3,4,.53")
        rows = [f"X,t{p.split(',')[0]},t{p.split(',')[1]},0.{i + 1},{p[4:]}" for i, p in
                enumerate(pairs)]  # fmt: skip
        found = checked("studlab,treat1,treat2,TE,seTE\n" + "\n".join(rows) + "\n")
        assert found.clean
        twice = "studlab,treat1,treat2,TE,seTE\nX,a,b,.1,.45\nX,a,b,.2,.58\nY,a,b,.3,.4\n"
        assert odd(checked(twice)) == [("label-twice", "worth a look", "X")]

    def test_a_variance_of_zero_is_named_where_it_stands(self, checked):
        found = checked("study,yi,vi\nA,0,0\nB,0.3,0.1\nC,0.1,0.2\n")
        assert odd(found) == [("zero-spread", "sure", "A")]
        assert str(found.suspicions[0].place) == "table.csv, row 2, column 'vi'"

    def test_a_header_alone(self, checked):
        found = checked(PAIN.splitlines()[0] + "\n")
        assert [str(p) for p in found.problems] == [
            "table.csv: found a header and no row, expected a row of data."
        ]

    def test_references_and_a_review_as_a_workbook(self, checked, tmp_path):
        found = checked("TY  - JOUR\nTI  - T\nER  - \n", file="refs.ris")
        assert found.clean
        assert found.draft is None
        with pytest.raises(InputError, match="cannot be read"):
            check_file(tmp_path / "nothing.csv")


def trial(people=160, seed=5):
    """A trial whose drop-outs have 0 days where they have no score at 12 months. Invented.

    Laid out as the copy of the acupuncture headache trial that goes round: score ``pk``, days
    ``f``, 1 at baseline, 2 at 3 months, 5 at 12 months.
    """
    rng = np.random.default_rng(seed)
    ill = rng.normal(0, 1, people)
    group = np.arange(people) % 2
    days = {}
    for name, effect in (("f1", 0), ("f2", -2), ("f5", -3)):
        value = 15 + 6 * ill + effect * group + rng.normal(0, 2, people)
        days[name] = np.clip(np.round(value), 1, 28)
    score = {n: np.maximum(np.round(26 + 11 * ill + rng.normal(0, 6, people), 2), 1)
             for n in ("pk1", "pk2", "pk5")}  # fmt: skip
    gone2 = rng.random(people) < 0.18
    gone5 = gone2 | (rng.random(people) < 0.1)
    for time, gone in (("2", gone2), ("5", gone5)):
        score[f"pk{time}"][gone] = np.nan
        days[f"f{time}"][gone] = 0
    return {"group": group, **score, **days}, gone5


def as_text(columns):
    cells = [["" if np.isnan(x) else f"{x:g}" for x in column] for column in columns.values()]
    lines = [",".join(row) for row in zip(*cells, strict=True)]
    ids = [f"{i:03d},{line}" for i, line in enumerate(lines)]
    return "\n".join(("id," + ",".join(columns), *ids)) + "\n"


def adjusted(outcome, group, baseline):
    """Difference between the groups by least squares, with numpy alone."""
    known = ~np.isnan(outcome)
    X = np.column_stack([np.ones(known.sum()), group[known], baseline[known]])
    return np.linalg.lstsq(X, outcome[known], rcond=None)[0][1]


class TestPeople:
    def test_drop_outs_stored_as_zero_with_both_answers(self, checked):
        columns, gone = trial()
        found = checked(as_text(columns))
        assert found.format == "a table of no format of evidence, checked as one of people"
        assert sorted(odd(found)) == [
            ("stored-zeros", "likely", "f2"),
            ("stored-zeros", "likely", "f5"),
        ]
        (last,) = (s for s in found.suspicions if s.study == "f5")
        assert {c.place.row for c in last.changes} == {int(i) + 2 for i in np.flatnonzero(gone)}
        blank = np.where(gone, np.nan, columns["f5"])
        # both answers by numpy, to rounding
        assert last.moves.as_it_stands.value == pytest.approx(
            adjusted(columns["f5"], columns["group"], columns["f1"]), rel=1e-9
        )
        assert last.moves.corrected.value == pytest.approx(
            adjusted(blank, columns["group"], columns["f1"]), rel=1e-9
        )
        assert "as it stands" in last.message
        assert "if corrected" in last.message

    def test_the_group_by_name(self, checked):
        columns, _ = trial()
        columns["wing"] = columns.pop("group")
        assert all(s.moves is None for s in checked(as_text(columns)).suspicions)
        named = checked(as_text(columns), group="wing").suspicions
        assert all("groups of wing" in s.moves.what for s in named)

    def test_a_table_of_visits_has_one_person_in_several_rows(self, checked):
        text = "id,day,pain\n" + "".join(f"{i:03d},{d},{(i * d) % 9}\n" for i in range(1, 9)
                                         for d in (1, 2, 3))  # fmt: skip
        assert checked(text).clean

    def test_everything_as_plain_data(self, checked):
        columns, _ = trial()
        made = json.loads(json.dumps(checked("Trial 7\n\n" + as_text(columns)).to_dict()))
        assert made["kind"] == "remit.checked-file"
        assert [s["check"] for s in made["suspicions"]] == ["stored-zeros"] * 2
        assert made["unread"] == [
            {"place": "table.csv, row 1", "text": "Trial 7", "reason": "above the header"}
        ]
        assert made["results"] is None
