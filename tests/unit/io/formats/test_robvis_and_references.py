"""Risk-of-bias sheets, RIS and PubMed references, effects by the names of JASP and jamovi."""

from __future__ import annotations

import pytest

from remit.io.formats.effect_table import read_study_rows
from remit.io.formats.medline import read_medline
from remit.io.formats.references import surname
from remit.io.formats.ris import read_ris, write_ris
from remit.io.formats.robvis import read_robvis
from remit.io.text_tables import parse_table


def sheet(text: str):
    return read_robvis(parse_table(text, "rob.csv"))


class TestRobvis:
    def test_rob2_with_weight(self):
        made = sheet("Study,D1,D2,D3,D4,D5,Overall,Weight\nA,Low,L,High,No information,S,High,33\n")
        assert [(j.domain, j.judgement) for j in made.judgements][:2] == [
            ("Bias arising from the randomization process", "low"),
            ("Bias due to deviations from intended interventions", "low"),
        ]
        assert [j.judgement for j in made.judgements][3:] == [
            "no information", "some concerns", "high",
        ]  # fmt: skip
        assert {j.tool for j in made.judgements} == {"RoB 2"}
        assert made.studies[0].facts["Weight"].text == "33"
        assert made.judgements[-1].place.column == "Overall"

    @pytest.mark.parametrize(
        ("header", "row", "tool"),
        [
            ("Study,D1,D1b,D2,D3,D4,D5", "A,Low,Low,Low,Low,Low,Low", "RoB 2 cluster"),
            ("Study,D1,D2,D3,D4,D5,D6,D7,Overall", "A,Low,Serious,Moderate,Low,Low,Low,Low,Serious",
             "ROBINS-I"),
            ("Study,D1,D2,D3,D4,D5,D6,D7", "A,Low,Unclear,High,Low,Low,Low,Low", "RoB 1"),
            ("Study,D1,D2,D3,D4,D5,D6", "A,Low,Serious,Low,Low,Low,Low", ""),
        ],
    )  # fmt: skip
    def test_the_tool_by_its_domains_and_words(self, header, row, tool):
        made = sheet(f"{header}\n{row}\n")
        assert {j.tool for j in made.judgements} == {tool}
        assert len(made.judgements) == header.count(",")

    def test_what_is_no_judgement_is_listed(self):
        made = sheet("Study,D1,D2,D3\nA,Low,maybe,\nA,Low,Low,Low\n")
        assert (made.unread[0].text, made.unread[0].place.column) == ("maybe", "D2")
        assert [s.label for s in made.studies] == ["A a", "A b"]


RIS = """\ufeffTY  - JOUR
AU  - Smith, John
AU  - Lee, K.
TI  - A trial of A & B: pain
  below <50 mm
T2  - Pain
PY  - 2010/03/01/
SP  - 11
EP  - 19
DO  - 10.1/A
AN  - 123
DB  - PubMed
N1  - a note
ER  -

TY  - JOUR
AU  - Smith, John
PY  - 2010
TI  - Another
ER  -
TY  - CHAP
AU  - Smith, John
PY  - 2010
DO  - 10.1/a
ER  -
stray
"""


class TestReferences:
    def test_ris(self):
        made = read_ris(RIS, "a.ris")
        assert [s.label for s in made.studies] == ["Smith 2010 a", "Smith 2010 b"]
        assert [r.study for r in made.references] == ["1", "2", "1"]
        first = made.references[0]
        fields = {name: cell.text for name, cell in first.fields.items()}
        assert fields["title"] == "A trial of A & B: pain below <50 mm"
        assert fields["pages"] == "11-19"
        assert (fields["pmid"], fields["year"], fields["N1"]) == ("123", "2010", "a note")
        assert first.fields["doi"].place.row == 10
        assert "reference 3" in made.told[1]
        assert made.unread[0].text == "stray"

    def test_ris_there_and_back(self):
        one = {"label": ["Lee 2001"], "authors": ["Lee, K", "Group X"], "title": ["T"],
               "year": ["2001"], "doi": ["10.2/b"], "pmid": ["77"],
               "registry": ["NCT1"]}  # fmt: skip
        made = read_ris(write_ris([one]), "a.ris")
        assert made.studies[0].label == "Lee 2001"
        fields = made.references[0].fields
        assert {n: fields[n].text for n in ("title", "year", "doi", "pmid", "registry")} == {
            "title": "T", "year": "2001", "doi": "10.2/b", "pmid": "77", "registry": "NCT1",
        }  # fmt: skip
        assert made.references[0].authors == ("Lee, K", "Group X")

    def test_pubmed(self):
        text = (
            "PMID- 11\nTI  - A long\n      title.\nFAU - Smith, John A\nAU  - Smith JA\n"
            "DP  - 2010 Jan 3\nJT  - Pain\nLID - 10.1/a [doi]\nAID - S0-1 [pii]\n"
            "SI  - ClinicalTrials.gov/NCT01\nPT  - Trial\n\nPMID- 12\nAU  - Lee K\nDP  - 2011\n"
        )
        made = read_medline(text, "a.nbib")
        assert [s.label for s in made.studies] == ["Smith 2010", "Lee 2011"]
        fields = {name: cell.text for name, cell in made.references[0].fields.items()}
        assert fields == {
            "pmid": "11", "title": "A long title.", "year": "2010", "journal": "Pain",
            "doi": "10.1/a", "AID": "S0-1 [pii]", "registry": "NCT01",
        }  # fmt: skip

    def test_surnames(self):
        names = ["Smith, John", "Smith JA", "van der Berg K", "Cochrane Group", "Smith"]
        assert [surname(n) for n in names] == [
            "Smith", "Smith", "van der Berg", "Cochrane Group", "Smith",
        ]  # fmt: skip


class TestStudyRows:
    def test_effects_by_the_names_of_jasp(self):
        text = "Study Label,Effect Size,Effect Size Standard Error,Age\nA,0.1,0.2,44\nA,0.3,,50\n"
        made = read_study_rows(parse_table(text, "a.csv"))
        assert [s.label for s in made.studies] == ["A a", "A b"]
        assert [c.values["se"].text for c in made.contrasts] == ["0.2", ""]
        assert made.contrasts[0].values["effect"].place.column == "Effect Size"
        assert made.studies[0].facts["Age"].text == "44"

    def test_tables_of_two_arms(self):
        made = read_study_rows(parse_table("slab,ai,bi,ci,di\nA,4,119,11,128\n", "a.csv"))
        one, two = made.arms
        assert (one.values["events"].text, one.values["n"].text) == ("4", "123")
        assert (two.values["events"].text, two.values["n"].text) == ("11", "139")

    def test_correlations_are_listed(self):
        made = read_study_rows(parse_table("slab,ri,ni\nA,0.4,119\n", "a.csv"))
        assert made.unread[0].text == "ri 0.4, ni 119"
