"""A review folder goes out in the formats of other programs, and comes back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import remit
from remit.core.errors import InputError, SpecError
from remit.io.review_folder import shipped_folder
from remit.io.text_tables import read_table
from remit.workbench.export_evidence import EXPORT_FORMATS, export_evidence
from remit.workbench.import_evidence import import_evidence
from remit.workbench.import_facts import ImportFacts

MEANS = (
    "Study,T,Mean,SD,N\n"
    "A & B 2010,Drug <5 mg,2.1,1.5,30\nA & B 2010,Placebo,3,1.4,31\n"
    "M 2011,Placebo,2.8,2,20\nM 2011,Drug <5 mg,2.6,1.9,22\nM 2011,=2+3,2.6,1.9,22\n"
)
COUNTS = "Study,T.1,R.1,N.1,T.2,R.2,N.2\nA,Drug,4,20,Placebo,9,21\nB,Drug,0,30,Placebo,3,31\n"
RIS = (
    "TY  - JOUR\nAU  - Lee, K\nAU  - Smith, J\nPY  - 2001\nTI  - On pain\nJO  - Pain\nVL  - 3\n"
    "DO  - 10.1/a\nAN  - 77\nDB  - PubMed\nER  - \nTY  - JOUR\nAU  - Group A,\nPY  - 2001\nER  - \n"
)


@pytest.fixture
def review(tmp_path):
    """Make a review folder from a text."""

    def run(text: str, name: str = "in.csv", facts: ImportFacts | None = None) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return import_evidence(tmp_path / name, tmp_path / f"from-{name}", facts).folder

    return run


def rows_of(folder: Path, outcome_facts: ImportFacts | None = None):
    base = remit.read_evidence(folder)
    return [
        (base.study(o.study).label, o.study, o.arm, o.events, o.n, o.mean, o.sd)
        for o in base.outcomes
    ]


class TestThereAndBack:
    @pytest.mark.parametrize("form", ["metainsight-long", "metainsight-wide", "netmeta-long"])
    @pytest.mark.parametrize("text", [MEANS, COUNTS], ids=["means", "counts"])
    def test_arms(self, review, tmp_path, form, text):
        folder = review(text)
        made = export_evidence(folder, tmp_path / "out.csv", form)
        assert made.left == ()
        again = import_evidence(tmp_path / "out.csv", tmp_path / "again").folder
        assert rows_of(again) == rows_of(folder)

    def test_metainsight_gives_the_same_table(self, review, tmp_path):
        export_evidence(review(MEANS), tmp_path / "out.csv", "metainsight-long")
        first, again = (read_table(tmp_path / f) for f in ("in.csv", "out.csv"))
        assert again.header == first.header
        assert again.rows[:4] == first.rows[:4]
        assert again.rows[4][1] == "'=2+3"  # made safe for spreadsheets

    def test_revmans_export(self, review, tmp_path):
        folder = review(COUNTS)
        made = export_evidence(folder, tmp_path / "out.csv", "revman5-export")
        assert made.rows == 4
        again = import_evidence(tmp_path / "out.csv", tmp_path / "again").folder
        assert rows_of(again) == rows_of(folder)

    def test_references(self, review, tmp_path):
        folder = review(RIS, "in.ris")
        export_evidence(folder, tmp_path / "out.ris", "ris")
        again = import_evidence(tmp_path / "out.ris", tmp_path / "again").folder
        one, two = (remit.read_evidence(f).studies for f in (folder, again))
        for a, b in zip(one, two, strict=True):
            assert (a.study, a.label, a.authors, a.title, a.year, a.journal, a.doi, a.pmid) == (
                b.study, b.label, b.authors, b.title, b.year, b.journal, b.doi, b.pmid,
            )  # fmt: skip
        assert [s.authors for s in two] == ["Lee; Smith", "Group A"]

    @pytest.mark.parametrize("name", ["template", "ketamine-headache"])
    def test_a_whole_review_as_one_workbook(self, tmp_path, name):
        folder = shipped_folder(name)
        export_evidence(folder, tmp_path / "review.xlsx", "remit-workbook")
        made = import_evidence(tmp_path / "review.xlsx", tmp_path / "again")
        assert made.format == "remit-workbook"
        for file in folder.glob("*.csv"):
            first, again = read_table(file), read_table(tmp_path / "again" / file.name)
            assert (again.header, again.rows) == (first.header, first.rows)
        text = (folder / "review.toml").read_text(encoding="utf-8")
        back = (tmp_path / "again" / "review.toml").read_text(encoding="utf-8")
        assert [x.strip() for x in back.splitlines()] == [x.strip() for x in text.splitlines()]

    def test_a_review_folder(self, tmp_path):
        made = import_evidence(shipped_folder("template"), tmp_path / "copy")
        assert made.format == "remit-folder"
        assert remit.read_evidence(made.folder).studies[0].study == "example-2024"
        with pytest.raises(InputError, match="something there already"):
            import_evidence(shipped_folder("template"), tmp_path / "copy")


class TestChoices:
    def test_the_template_says_what_is_left(self, tmp_path):
        folder = shipped_folder("template")
        made = export_evidence(folder, tmp_path / "out.csv", "netmeta-long")
        assert made.rows == 2
        assert [n.reason for n in made.left] == ["adverse events are not exported"]
        whole = made.to_dict()
        assert json.loads(json.dumps(whole)) == whole
        assert "adverse events" in made.summary()

    def test_differences_go_to_revmans_export(self, tmp_path):
        folder = shipped_folder("template")
        export_evidence(folder, tmp_path / "out.csv", "revman5-export")
        table = read_table(tmp_path / "out.csv")
        kinds = [row[table.header.index("Data Type")] for row in table.rows]
        assert [k for k in kinds if k] == ["CON", "IV"]
        again = import_evidence(tmp_path / "out.csv", tmp_path / "again").folder
        (row,) = remit.read_evidence(again).contrasts
        assert (row.estimate, row.ci_low, row.ci_high) == (-1.2, -2.5, 0.1)

    def test_an_outcome_must_be_chosen(self, tmp_path):
        folder = shipped_folder("ketamine-headache")
        with pytest.raises(SpecError, match="outcomes in the review"):
            export_evidence(folder, tmp_path / "out.csv", "metainsight-long")
        assert not (tmp_path / "out.csv").exists()

    def test_the_code_is_enough_where_one_outcome_with_arms_has_it(self, tmp_path):
        # of the template's two outcomes of this code one is a difference, which has no arms
        template = shipped_folder("template")
        made = export_evidence(
            template, tmp_path / "out.csv", "metainsight-long", outcome="pain-intensity"
        )
        assert made.rows == 2
        with pytest.raises(SpecError, match="found 'pain-relief', expected one of pain-intensity"):
            export_evidence(
                template, tmp_path / "no.csv", "metainsight-long", outcome="pain-relief"
            )

    def test_standard_errors_become_sds_and_are_told(self, tmp_path):
        folder = import_evidence(shipped_folder("template"), tmp_path / "copy").folder
        path = folder / "outcomes.csv"
        text = path.read_text(encoding="utf-8").replace("-3.2,2.4,,", "-3.2,,0.5,")
        path.write_text(text, encoding="utf-8")
        made = export_evidence(folder, tmp_path / "out.csv", "metainsight-long")
        assert [n.text for n in made.left if "standard error" in n.reason] == ["SD 2.73861"]
        first = read_table(tmp_path / "out.csv").rows[0]
        assert float(first[3]) == pytest.approx(0.5 * 30**0.5, rel=1e-12)  # by hand

    def test_what_cannot_be_written(self, tmp_path):
        folder = shipped_folder("template")
        with pytest.raises(SpecError, match="format_name"):
            export_evidence(folder, tmp_path / "out.csv", "spss")
        for form in EXPORT_FORMATS:
            with pytest.raises(InputError, match="cannot be written"):
                export_evidence(folder, tmp_path / "none" / "out", form)

    def test_nothing_to_write(self, review, tmp_path):
        folder = review(RIS, "in.ris")
        with pytest.raises(SpecError):
            export_evidence(folder, tmp_path / "out.csv", "metainsight-long")
