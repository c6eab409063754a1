"""A file of evidence becomes a review folder that passes the check, and nothing is lost."""

from __future__ import annotations

import csv
import json

import pytest

import remit
from remit.core.errors import InputError, SpecError
from remit.workbench.check import check_evidence
from remit.workbench.import_evidence import NOTES_FILE, import_evidence
from remit.workbench.import_facts import ImportFacts, free_slug, slug_of

MEANS = (
    "Study,T,Mean,SD,N,covar.age,rob\n"
    "A & B 2010,Drug <5 mg,2.1,1.5,30,44,1\nA & B 2010,Placebo,3.0,1.4,31,44,1\n"
    "Müller 2011,Placebo,2.8,2.0,20,50,3\nMüller 2011,Drug <5 mg,2.6,1.9,22,50,3\n"
)
COUNTS = "Study,T.1,R.1,N.1,T.2,R.2,N.2\nA,Drug,4,20,Placebo,9,21\nB,Drug,7,30,Placebo,3,31\n"
FACTS = ImportFacts(
    outcome="pain <50 mm", scale="nrs-0-10", low=0, high=10, unit="points", better="lower",
    kind="value", time_h=24, time_label="24-h",
)  # fmt: skip


@pytest.fixture
def imported(tmp_path):
    """Import a text as if it stood in a file."""

    def run(text: str, facts: ImportFacts | None = None, *, file="trials.csv", folder="review"):
        path = tmp_path / file
        path.write_text(text, encoding="utf-8")
        return import_evidence(path, tmp_path / folder, facts)

    return run


def notes(made):
    path = made.folder / NOTES_FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class TestFolder:
    @pytest.mark.parametrize(
        ("file", "text"),
        [
            ("means.csv", MEANS),
            ("counts.csv", COUNTS),
            ("rob.csv", "Study,D1,D2,D3,D4,D5,Overall\nA,Low,Low,High,Low,Low,High\n"),
            ("effects.csv", "Study,yi,sei\nA,-0.4,0.2\nB,-0.1,0.3\n"),
            ("net.csv", "studlab,treat1,treat2,TE,seTE\nA,P,Q,0.4,0.2\n"),
            ("rates.csv", "studlab,treat,event,time\nA,P,4,100.5\nA,Q,7,98\n"),
            ("refs.ris", "TY  - JOUR\nAU  - Lee, K\nPY  - 2001\nTI  - T\nVL  - 3\nER  - \n"),
        ],
    )
    def test_every_format_makes_a_folder_that_passes_the_check(self, imported, file, text):
        made = imported(text, file=file)
        assert check_evidence(made.folder).clean
        assert remit.make_review(made.folder).answers
        whole = made.to_dict()
        assert json.loads(json.dumps(whole)) == whole

    def test_names_with_signs_are_kept_beside_their_codes(self, imported):
        made = imported(MEANS, FACTS)
        base = remit.read_evidence(made.folder)
        assert [s.label for s in base.studies] == ["A & B 2010", "Müller 2011"]
        assert [s.study for s in base.studies] == ["a-and-b-2010", "muller-2011"]
        words = remit.make_review(made.folder).settings.words
        assert words["pain-under-50-mm"] == "pain <50 mm"
        assert words["drug-under-5-mg"] == "Drug <5 mg"

    def test_the_rows_with_their_places(self, imported):
        base = remit.read_evidence(imported(MEANS, FACTS).folder)
        first = base.outcomes[0]
        assert (first.mean, first.sd, first.n, first.kind) == (2.1, 1.5, 30, "value")
        assert (first.locator, first.source, first.time_label) == ("row 2", "trials-csv", "24-h")
        assert [a.n for a in base.arms] == [30, 31, 20, 22]
        assert [s.rob_overall for s in base.studies] == ["low", "high"]

    def test_what_was_imported_is_pooled(self, imported):
        base = remit.read_evidence(imported(MEANS, FACTS).folder)
        effects = remit.between_effects(
            base.primary(),
            remit.BetweenSpec(
                outcome="pain-under-50-mm", treatment_class="drug-under-5-mg",
                comparator_class="placebo", time_h=(24, 24), scale="nrs-0-10",
            ),
        )  # fmt: skip
        # by hand: differences of means, and SD^2/n of both arms
        assert list(effects.effect) == pytest.approx([-0.9, -0.2], rel=1e-12)
        assert list(effects.variance) == pytest.approx(
            [1.5**2 / 30 + 1.4**2 / 31, 1.9**2 / 22 + 2.0**2 / 20], rel=1e-12
        )

    def test_without_facts_nothing_is_invented(self, imported):
        base = remit.read_evidence(imported(MEANS).folder)
        assert {(o.kind, o.time_h, o.time_label) for o in base.outcomes} == {
            (None, None, "not-stated")
        }
        assert base.scale(base.outcomes[0].scale).width is None
        assert base.outcomes[0].outcome == "trials"

    def test_notes_hold_what_has_no_place(self, imported):
        found = notes(imported(MEANS))
        assert [(n["row"], n["column"], n["text"]) for n in found] == [
            ("2", "covar.age", "covar.age: 44"), ("4", "covar.age", "covar.age: 50"),
        ]  # fmt: skip
        effects = notes(imported("Study,yi,sei\nA,-0.4,0.2\n", folder="other"))
        assert "effect -0.4, se 0.2" in effects[0]["text"]
        assert "measure 'MD'" in effects[0]["reason"]

    def test_notes_are_safe_in_a_spreadsheet(self, imported):
        head = "Study,T.1,R.1,N.1,T.2,R.2,N.2,T.3,R.3,N.3\n"
        made = imported(head + "A,P,1,9,Q,2,9,,=cmd(),\nB,P,1,9,Q,2,9,,,\n")
        assert [n.text for n in made.notes] == ["=cmd()"]
        assert [n["text"] for n in notes(made)] == ["'=cmd()"]

    def test_effects_that_are_differences_go_to_the_contrasts(self, imported):
        made = imported("Study,yi,vi\nA,-0.4,0.04\n", ImportFacts(measure="MD"))
        (row,) = remit.read_evidence(made.folder).contrasts
        assert (row.estimate, row.measure) == (-0.4, "md")
        assert row.se == pytest.approx(0.2, rel=1e-12)

    def test_one_name_for_two_studies(self, imported):
        made = imported("Study,T.1,R.1,N.1,T.2,R.2,N.2\nS,P,1,9,Q,2,9\nS,P,3,8,Q,4,8\n")
        assert [s.label for s in remit.read_evidence(made.folder).studies] == ["S a", "S b"]


class TestSubgroups:
    EXPORT = (
        "Comparison Number,Outcome Number,Subgroup Number,Name,Data Type,Statistical Method,"
        "Effect Measure,Analysis Model,Events 1,Total 1,Events 2,Total 2,Effect Estimate,CI Start,"
        "CI End,Q,df,Group Label 1,Group Label 2,User defined order\n"
        "1,1,0,pain,DIC,MH,RR,Fixed,6,40,9,41,0.7,0.3,1.5,0.2,1,Drug,Placebo,\n"
        "1,1,1,Adults,,,,,2,20,4,21,0.5,0.1,2,0,0,,,\n1,1,1,A 2001,,,,,2,20,4,21,0.5,0.1,2,,,,,1\n"
        "1,1,2,Children,,,,,4,20,5,20,0.8,0.3,2,0,0,,,\n"
        "1,1,2,A 2001,,,,,4,20,5,20,0.8,0.3,2,,,,,2\n"
    )

    def test_a_study_in_two_subgroups_has_parts_of_arms(self, imported):
        base = remit.read_evidence(imported(self.EXPORT).folder)
        assert [a.arm for a in base.arms] == [
            "subgroup-adults-drug", "subgroup-adults-placebo",
            "subgroup-children-drug", "subgroup-children-placebo",
        ]  # fmt: skip
        assert base.outcomes[0].note == "subgroup: Adults"

    def test_results_of_analyses_and_of_subgroups(self, imported):
        made = imported(self.EXPORT)
        (row,) = remit.read_evidence(made.folder).pooled
        assert (row.measure, row.estimate, row.k, row.n) == ("rr", 0.7, 2, 81)
        assert row.model == "common-effect"
        reasons = [n["reason"] for n in notes(made)]
        assert sum("whole analyses" in r for r in reasons) == 2


class TestAdding:
    def test_a_second_file_adds_an_outcome_and_keeps_the_first(self, imported, tmp_path):
        imported(MEANS, FACTS)
        before = (tmp_path / "review" / "outcomes.csv").read_text(encoding="utf-8")
        settings = (tmp_path / "review" / "review.toml").read_bytes()
        second = MEANS.replace("Müller 2011", "New 2020")
        made = imported(second, ImportFacts(outcome="pain <50 mm"), file="more.csv")
        assert (tmp_path / "review" / "outcomes.csv").read_text(encoding="utf-8").startswith(before)
        assert (tmp_path / "review" / "review.toml").read_bytes() == settings
        base = remit.read_evidence(made.folder)
        assert {o.outcome for o in base.outcomes} == {"pain-under-50-mm", "pain-under-50-mm-2"}
        assert [s.label for s in base.studies] == ["A & B 2010", "Müller 2011", "New 2020"]
        assert any("has this study" in n["reason"] for n in notes(made))
        assert len(notes(made)) == 5  # two ages of each file, and the study that was there

    def test_a_folder_with_something_else_is_left_alone(self, imported, tmp_path):
        (tmp_path / "review").mkdir()
        (tmp_path / "review" / "letter.txt").write_text("x")
        with pytest.raises(InputError, match="no review folder"):
            imported(MEANS)
        assert [p.name for p in (tmp_path / "review").iterdir()] == ["letter.txt"]


class TestFaults:
    def test_all_cells_that_are_no_numbers_at_once_and_nothing_is_written(self, imported, tmp_path):
        text = "Study,T,R,N\nA,P,thirty two,40\nA,Q,3,-1\nB,P,1,x\nB,Q,2,9\n"
        with pytest.raises(InputError) as caught:
            imported(text)
        assert [p.where for p in caught.value.problems] == [
            "trials.csv, row 2, column 'R'", "trials.csv, row 3, column 'N'",
            "trials.csv, row 3, column 'R'", "trials.csv, row 4, column 'N'",
        ]  # fmt: skip
        assert not (tmp_path / "review").exists()

    def test_percentages_entered_as_counts(self, imported):
        text = "studlab,treat,event,n\nA,P,48.4,32\nA,Q,59.9,32\n"
        with pytest.raises(InputError, match=r"48\.4 events of 32.*percentages or scores"):
            imported(text)

    def test_a_count_with_decimals_is_noted(self, imported):
        made = imported("studlab,treat,event,n\nA,P,3.5,32\nA,Q,5,32\n")
        assert [n["text"] for n in notes(made)] == ["3.5", "n 32"]
        assert len(remit.read_evidence(made.folder).outcomes) == 1

    def test_no_study(self, imported):
        with pytest.raises(InputError, match="no study"):
            imported("Study,T,R,N\n")

    @pytest.mark.parametrize(
        "wrong",
        [{"kind": "mean"}, {"scale": "NRS 0-10"}, {"better": "up"}, {"low": 5, "high": 1},
         {"measure": "OR"}],
    )  # fmt: skip
    def test_facts_that_cannot_be(self, wrong):
        with pytest.raises(SpecError):
            ImportFacts(**wrong)


def test_slugs():
    assert slug_of("Müller & Söhne: pain ≥50 %") == "muller-and-sohne-pain-at-least-50-percent"
    assert slug_of("頭痛") == ""
    assert free_slug("頭痛", ["study"], "study") == "study-2"
    assert free_slug("A!", ["a", "a-2"], "x") == "a-3"
