"""Pooling one file: what is chosen, what is said, and how faults are told."""

from __future__ import annotations

import json
import math

import openpyxl
import pytest

from remit.core.errors import InputError, SpecError
from remit.workbench.pool_file import pool_file, pooling_spec
from remit.workbench.pool_file_figure import (
    account_rows,
    pooled_file_forest,
    pooled_words,
    save_pooled_forest,
)

TABLES = "study,ai,bi,ci,di\nA,0,20,2,18\nB,3,17,0,22\nC,0,25,0,25\nD,12,28,9,31\n"
LONG = (
    "Study,T,R,N\nA,Placebo,4,20\nA,Drug,9,21\nB,Drug,7,30\nB,Placebo,3,31\n"
    "C,Other,1,10\nC,Placebo,2,11\n"
)
WIDE = (
    "Study,T.1,R.1,N.1,T.2,R.2,N.2,T.3,R.3,N.3\n"
    "A,Placebo,4,20,Drug,9,21,NA,NA,NA\nB,Drug,7,30,Placebo,3,31,Other,two,12\n"
)


@pytest.fixture
def pooled(tmp_path):
    """Pool a text as if it stood in a file."""

    def run(text: str, spec=None, *, file: str = "trials.csv", **choices):
        path = tmp_path / file
        path.write_text(text, encoding="utf-8")
        return pool_file(path, spec or pooling_spec(), **choices)

    return run


class TestSpec:
    def test_the_default_is_that_of_the_library(self):
        assert pooling_spec().to_dict()["interval"] == "HKSJ"

    def test_prediction_goes_with_the_interval(self):
        assert pooling_spec(interval="z").prediction == "z"
        assert pooling_spec(interval="t").prediction == "HTS k-1"

    def test_an_interval_brings_its_estimator(self):
        assert pooling_spec(interval="profile likelihood").tau2 == "ML"

    def test_tau2_by_name_or_number(self):
        assert pooling_spec(tau2="PM").tau2 == "PM"
        assert pooling_spec(tau2="0.25").tau2 == 0.25

    def test_a_choice_beside_a_convention_goes_before_it(self):
        spec = pooling_spec(name="stata", tau2="DL")
        assert (spec.tau2, spec.prediction) == ("DL", "HTS k-2")

    def test_unknown_choices(self):
        for wrong in ({"tau2": "DLL"}, {"interval": "wald"}, {"name": "cma"}, {"level": 95}):
            with pytest.raises(SpecError):
                pooling_spec(**wrong)


class TestMeasure:
    def test_by_default_as_asked_and_given(self, pooled):
        assert pooled(TABLES).result.measure == "RR"
        made = pooled(TABLES, measure="OR")
        assert made.result.measure == "OR"
        assert "Measure: OR, log odds ratio, as asked." in made.told
        given = pooled("study,yi,vi\nA,0.1,0.2\nB,0.4,0.1\n", measure="OR")
        assert "taken to be on that scale already" in given.told[-1]
        assert given.scale == "log"

    def test_a_measure_of_other_columns(self, pooled):
        with pytest.raises(InputError, match="m1i sd1i"):
            pooled(TABLES, measure="MD")
        with pytest.raises(SpecError, match="'XX'"):
            pooled(TABLES, measure="XX")


class TestAccount:
    def test_every_row_is_there_with_its_place(self, pooled):
        made = pooled("study,yi,vi\nA,0.1,0.2\nB,,0.3\nC,0.4,0\nD,0.3,0.1\n")
        assert [row[:2] for row in account_rows(made)] == [
            ("2", "A"), ("5", "D"), ("3", "B"), ("4", "C"),
        ]  # fmt: skip
        reasons = [row.reason for row in made.result.set_aside]
        assert reasons[0] == "The effect is missing."
        assert "variance is 0" in reasons[1]

    def test_zero_cells_are_told(self, pooled):
        notes = {row[1]: row[4] for row in account_rows(pooled(TABLES))}
        assert "0.5 was added" in notes["A"]
        assert "No events in either group; the study is kept." in notes["C"]
        assert "added" not in notes["D"]

    def test_a_convention_brings_its_zero_cells_and_its_i2(self, pooled):
        made = pooled(TABLES, pooling_spec(name="meta"), name="meta")
        assert [row[1] for row in account_rows(made)] == ["A", "B", "D", "C"]
        assert made.result.rows[0].effect == pytest.approx(math.log(0.2))  # 0.5/20.5 to 2.5/20.5
        assert "out of n + 0.5" in made.result.rows[0].notes[0].text
        assert made.result.set_aside[0].places[0].row == 4
        i2 = next(line for line in pooled_words(made) if line.startswith("I2 as meta"))
        assert f"{made.result.i2_from_q:.1f}%" in i2

    def test_standard_errors_are_squared(self, pooled):
        made = pooled("study,yi,sei\nA,0.1,0.2\nB,0.3,0.5\n")
        assert [row.variance for row in made.result.rows] == [0.2**2, 0.5**2]

    def test_rows_without_names_are_numbered(self, pooled):
        made = pooled("yi,vi\n0.1,0.2\n\n0.3,0.5\n")
        assert [row.label for row in made.result.rows] == ["row 2", "row 4"]


class TestTreatments:
    def test_one_row_for_each_arm(self, pooled):
        made = pooled(LONG, compare="Drug:Placebo")
        assert [row.columns["ai"] for row in made.result.rows] == ["9", "7"]
        assert [row.columns["ci"] for row in made.result.rows] == ["4", "3"]
        assert made.arms == ("Drug", "Placebo")
        assert "2 studies; 1 study without both" in made.told[0]

    def test_turned_round(self, pooled):
        one, other = (pooled(LONG, compare=pair) for pair in ("Drug:Placebo", "Placebo:Drug"))
        assert other.result.effect == pytest.approx(-one.result.effect, rel=1e-12)  # rounding

    def test_arms_side_by_side(self, pooled):
        made = pooled(WIDE, compare="Drug:Placebo")
        assert [row.columns["n1i"] for row in made.result.rows] == ["21", "30"]

    def test_a_comparison_must_be_chosen(self, pooled):
        with pytest.raises(SpecError, match=r"2 comparisons in the file.*Drug : Placebo \(2\)"):
            pooled(LONG)
        with pytest.raises(SpecError, match="'Drug:None'"):
            pooled(LONG, compare="Drug:None")

    def test_a_fault_is_told_with_its_own_row_and_column(self, pooled):
        with pytest.raises(InputError, match=r"trials\.csv, row 3, column 'R\.3': found 'two'"):
            pooled(WIDE, compare="Other:Drug")

    def test_options_of_other_files(self, pooled):
        with pytest.raises(SpecError, match="--compare"):
            pooled(TABLES, compare="A:B")
        with pytest.raises(SpecError, match="--outcome"):
            pooled(TABLES, outcome="1.1")


class TestFaults:
    def test_all_at_once_by_row_and_column(self, pooled):
        text = "study,ai,n1i,ci,n2i\nA,-1,20,x,20\nB,3,20,2,20\nC,4,20,two,-2\n"
        with pytest.raises(InputError) as caught:
            pooled(text)
        where = sorted(problem.where for problem in caught.value.problems)
        assert where == [
            "trials.csv, row 2, column 'ai'",
            "trials.csv, row 2, column 'ci'",
            "trials.csv, row 4, column 'ci'",
            "trials.csv, row 4, column 'n2i'",
        ]

    def test_more_events_than_people(self, pooled):
        with pytest.raises(InputError, match=r"row 2, column 'events\.e': found 30 of 20"):
            pooled("study,events.e,n.e,events.c,n.c\nA,30,20,1,20\n")

    def test_more_events_than_people_in_both_arms_are_told_at_once(self, pooled):
        with pytest.raises(InputError) as caught:
            pooled("study,ai,n1i,ci,n2i\nA,48.4,32,3,30\nB,5,20,30,20\n")
        assert [problem.where for problem in caught.value.problems] == [
            "trials.csv, row 2, column 'ai'",
            "trials.csv, row 3, column 'ci'",
        ]

    def test_a_negative_variance(self, pooled):
        with pytest.raises(InputError, match="row 3, column 'vi': found -1"):
            pooled("study,yi,vi\nA,0,1\nB,0,-1\n")

    def test_a_column_with_two_readings_is_asked_only_if_it_is_needed(self, pooled):
        text = "study;yi;vi;seen\nA;1,234;0,5;03/04/2021\nB;2,345;0,25;05/06/2021\n"
        with pytest.raises(InputError) as caught:
            pooled(text.replace("0,5", "1").replace("0,25", "2"))
        (problem,) = caught.value.problems
        assert problem.where == "trials.csv, column 'yi'"
        assert "under [columns.yi]" in problem.hint
        assert pooled(text).result.k == 2  # vi tells the sign, and nobody needs the dates

    def test_a_map_answers(self, pooled, tmp_path):
        answers = tmp_path / "map.toml"
        answers.write_text('[columns.yi]\ndecimal = ","\n', encoding="utf-8")
        made = pooled("study;yi;vi\nA;1,234;1\nB;2,345;2\n", map_path=answers)
        assert [row.effect for row in made.result.rows] == [1.234, 2.345]
        assert any("comma is the decimal sign" in line for line in made.told)

    def test_no_studies(self, pooled):
        with pytest.raises(InputError, match=r"trials\.csv: found a header and no row"):
            pooled("study,yi,vi\n")


class TestExits:
    def test_words_show_ratios_and_mantel_haenszel(self, pooled):
        words = "\n".join(pooled_words(pooled(TABLES, measure="OR")))
        assert "As ratio: " in words
        assert "Mantel-Haenszel" in words

    def test_words_of_proportions(self, pooled):
        words = "\n".join(pooled_words(pooled("study,xi,ni\nA,3,10\nB,5,12\n")))
        assert "As proportion: " in words

    def test_words_of_differences_need_no_second_scale(self, pooled):
        text = "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,1,1,9,2,1,9\nB,1,2,9,3,1,9\n"
        assert "\nAs " not in "\n".join(pooled_words(pooled(text)))

    def test_json(self, pooled):
        made = pooled(TABLES).to_dict()
        assert json.loads(json.dumps(made, allow_nan=False)) == made
        assert made["kind"] == "remit.pooled-file"
        assert made["guess"]["columns"]["ai"] == "ai"

    def test_the_forest_shows_ratios_arms_and_every_row(self, pooled):
        layout = pooled_file_forest(pooled(TABLES))
        texts = {mark.text for mark in layout.texts}
        assert {"0/20", "2/20", "A", "D", "Risk ratio"} <= texts
        assert len(layout.intervals) == 4
        assert layout.axis.log

    def test_the_forest_names_the_model_and_the_i2_of_the_convention(self, pooled):
        made = pooled(TABLES, pooling_spec(name="meta"), name="meta")
        words = " ".join(mark.text for mark in pooled_file_forest(made).texts)
        assert "Random effects (REML), normal" in words
        assert "(from Q)" in words
        other = " ".join(mark.text for mark in pooled_file_forest(pooled(TABLES)).texts)
        assert "(from Q)" not in other

    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("study,yi,vi\nA,0.1,0.2\nB,,0.3\n", "Effect as given"),
            ("study,xi,ni\nA,3,10\nB,5,12\n", "Proportion"),
            ("study,ri,ni\nA,0.3,10\nB,0.5,12\n", "Correlation"),
            ("study,x1i,t1i,x2i,t2i\nA,3,10,5,11\nB,5,12,6,10\n", "Rate ratio"),
            ("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,1,1,9,2,1,9\n", "Mean difference"),
        ],
    )
    def test_a_forest_of_each_kind(self, pooled, text, label):
        assert label in {mark.text for mark in pooled_file_forest(pooled(text)).texts}

    def test_saving(self, pooled, tmp_path):
        made = pooled(TABLES)
        save_pooled_forest(made, tmp_path / "forest.svg")
        assert (tmp_path / "forest.svg").stat().st_size > 1000
        with pytest.raises(SpecError):
            save_pooled_forest(made, tmp_path / "forest.gif")
        with pytest.raises(InputError):
            save_pooled_forest(made, tmp_path / "none" / "forest.svg")


class TestWorkbook:
    @pytest.fixture
    def workbook(self, tmp_path):
        def write(**sheets):
            book = openpyxl.Workbook()
            book.remove(book.active)
            for name, rows in sheets.items():
                sheet = book.create_sheet(name)
                for row in rows:
                    sheet.append(row)
            path = tmp_path / "trials.xlsx"
            book.save(path)
            return path

        return write

    TRIALS = (["study", "yi", "vi"], ["A", -0.5, 0.1], ["B", 0.1, 0.2], ["C", -0.3, 0.05])

    def test_it_is_read_as_the_same_text_is(self, pooled, workbook):
        text = "study,yi,vi\nA,-0.5,0.1\nB,0.1,0.2\nC,-0.3,0.05\n"
        made = pool_file(workbook(Data=self.TRIALS), pooling_spec())
        assert made.result.effect == pooled(text).result.effect
        place = made.result.rows[1].places[0]
        assert str(place).startswith("trials.xlsx, sheet 'Data', row 3")

    def test_the_sheet_that_fits_is_taken(self, workbook):
        path = workbook(Notes=(["about", "text"], ["who", "me"]), Data=self.TRIALS)
        assert pool_file(path, pooling_spec()).result.k == 3

    def test_of_two_sheets_one_must_be_named(self, workbook, tmp_path):
        path = workbook(One=self.TRIALS, Two=self.TRIALS[:3])
        with pytest.raises(SpecError, match="2 tables that could be meant: 'One', 'Two'"):
            pool_file(path, pooling_spec())
        answers = tmp_path / "map.toml"
        answers.write_text('[file]\nsheet = "Two"\n', encoding="utf-8")
        assert pool_file(path, pooling_spec(), map_path=answers).result.k == 2
