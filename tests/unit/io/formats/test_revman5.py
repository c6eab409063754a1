"""RevMan 5: the review file and the data export."""

from __future__ import annotations

import pytest

from remit.io.formats.revman5_export import EXPORT_HEADER, read_revman5_export
from remit.io.formats.revman5_xml import read_revman5_xml
from remit.io.text_tables import parse_table

REVIEW = """<?xml version="1.0" encoding="ISO-8859-1"?>
<COCHRANE_REVIEW>
<COVER_SHEET><TITLE>Aspirin &amp; pain &lt;50 mm</TITLE></COVER_SHEET>
<MAIN_TEXT><BODY><P>Background text.</P></BODY><SUMMARY><P>[Summary text]</P></SUMMARY></MAIN_TEXT>
<STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>
<STUDY ID="STD-A" NAME="Smith 2010" YEAR="2010">
<REFERENCE TYPE="JOURNAL_ARTICLE"><AU>Smith J, Lee K</AU><TI>A trial</TI><YR>2010</YR>
<IDENTIFIERS><IDENTIFIER TYPE="DOI" VALUE="10.1/a"/></IDENTIFIERS></REFERENCE>
<IDENTIFIERS><IDENTIFIER TYPE="CLINTRIALSGOV" VALUE="NCT01"/></IDENTIFIERS>
</STUDY>
<STUDY ID="STD-B" NAME="Smith 2010" YEAR="2010"/>
</INCLUDED_STUDIES><EXCLUDED_STUDIES><STUDY ID="STD-X" NAME="Left 2001"/></EXCLUDED_STUDIES>
</STUDIES></STUDIES_AND_REFERENCES>
<CHARACTERISTICS_OF_INCLUDED_STUDIES><INCLUDED_CHAR STUDY_ID="STD-A">
<CHAR_METHODS><P>Parallel</P></CHAR_METHODS><CHAR_NOTES/></INCLUDED_CHAR>
</CHARACTERISTICS_OF_INCLUDED_STUDIES>
<QUALITY_ITEMS><QUALITY_ITEM><NAME>Blinding?</NAME><QUALITY_ITEM_DATA>
<QUALITY_ITEM_DATA_ENTRY RESULT="YES" STUDY_ID="STD-A"><DESCRIPTION><P>Yes</P></DESCRIPTION>
</QUALITY_ITEM_DATA_ENTRY></QUALITY_ITEM_DATA></QUALITY_ITEM></QUALITY_ITEMS>
<ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>Aspirin</NAME>
<DICH_OUTCOME NO="1" EFFECT_MEASURE="RR" METHOD="MH" RANDOM="NO" CI_TOTAL="90" SUBGROUPS="YES"
 EFFECT_SIZE="0.5" CHI2="1.5" Q="0.2" ESTIMABLE="YES">
<NAME>pain &lt;50 mm</NAME><GROUP_LABEL_1>Aspirin</GROUP_LABEL_1>
<GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_SUBGROUP NO="1" EFFECT_SIZE="0.4" ESTIMABLE="YES"><NAME>Adults</NAME>
<DICH_DATA STUDY_ID="STD-A" EVENTS_1="2" TOTAL_1="10" EVENTS_2="4" TOTAL_2="10" EFFECT_SIZE="0.5"/>
</DICH_SUBGROUP>
<DICH_SUBGROUP NO="2" EFFECT_SIZE="0" ESTIMABLE="NO"><NAME>Children</NAME>
<DICH_DATA STUDY_ID="STD-New_x002d_1" EVENTS_1="0" TOTAL_1="9" EVENTS_2="0" TOTAL_2="9"
 EFFECT_SIZE="0" ESTIMABLE="NO"/></DICH_SUBGROUP>
</DICH_OUTCOME>
<IV_OUTCOME NO="2" RANDOM="YES"><NAME>death</NAME><EFFECT_MEASURE>Hazard Ratio</EFFECT_MEASURE>
<IV_DATA STUDY_ID="STD-A" ESTIMATE="-0.6931" SE="0.2" EFFECT_SIZE="0.5" CI_START="0.3379"
 CI_END="0.74" TOTAL_1="5" TOTAL_2="6"/></IV_OUTCOME>
<IV_OUTCOME NO="3"><NAME>score</NAME><EFFECT_MEASURE>Mean difference</EFFECT_MEASURE>
<IV_DATA STUDY_ID="STD-A" EFFECT_SIZE="-1" SE="0.5" CI_START="-1.98" CI_END="-0.02"/></IV_OUTCOME>
<IPD_OUTCOME NO="4"><NAME>relapse</NAME><EFFECT_MEASURE>Peto Odds Ratio</EFFECT_MEASURE>
<IPD_DATA STUDY_ID="STD-A" O_E="-2.5" VAR="4.1"/></IPD_OUTCOME>
<OTHER_OUTCOME NO="5"><NAME>words</NAME><OTHER_DATA STUDY_ID="STD-A"><P>better</P></OTHER_DATA>
</OTHER_OUTCOME>
</COMPARISON></ANALYSES_AND_DATA>
</COCHRANE_REVIEW>"""


class TestReviewFile:
    @pytest.fixture
    def review(self):
        return read_revman5_xml(REVIEW.encode("latin-1"), "a.rm5")

    def test_studies_of_one_name_are_told_apart(self, review):
        assert [s.label for s in review.studies] == ["Smith 2010 a", "Smith 2010 b", "New-1"]
        assert "told apart" in review.told[1]

    def test_references_and_characteristics(self, review):
        reference = review.references[0]
        assert reference.authors == ("Smith J", "Lee K")
        assert reference.fields["doi"].text == "10.1/a"
        assert review.studies[0].facts["methods"].text == "Parallel"
        assert review.studies[0].facts["registry"].text == "NCT01"

    def test_an_analysis_with_its_names_and_choices(self, review):
        outcome = review.outcome("1.1")
        assert outcome.name == "pain <50 mm"
        assert (outcome.measure, outcome.method, outcome.model) == ("RR", "MH", "fixed")
        assert (outcome.one, outcome.two, outcome.level) == ("Aspirin", "Placebo", 0.9)

    def test_arms_with_their_places(self, review):
        one, two = (arm for arm in review.arms if arm.study == "STD-A")
        assert (one.treatment, two.treatment, one.subgroup) == ("Aspirin", "Placebo", "Adults")
        assert two.values["events"].text == "4"
        place = two.values["events"].place
        assert place.column.endswith("DICH_OUTCOME[1]/DICH_SUBGROUP[1]/DICH_DATA[1]@EVENTS_2")
        assert REVIEW.splitlines()[place.row - 1].startswith("<DICH_DATA")

    def test_results_that_are_not_estimable_are_none(self, review):
        found = [(r.outcome, r.subgroup, r.study) for r in review.results]
        assert found[:3] == [("1.1", "", ""), ("1.1", "Adults", ""), ("1.1", "Adults", "STD-A")]
        assert ("1.1", "Children", "") not in found
        assert review.results[0].values["q_between"].text == "0.2"

    def test_effects_and_their_scales(self, review):
        ratio, difference, peto = review.contrasts
        assert (ratio.scale, ratio.values["effect"].text) == ("log", "-0.6931")
        assert (difference.scale, difference.values["effect"].text) == ("identity", "-1")
        assert peto.values["observed_less_expected"].text == "-2.5"
        assert review.outcome("1.4").method == "Peto"

    def test_judgements(self, review):
        judged = review.judgements[0]
        assert (judged.domain, judged.judgement, judged.support) == ("Blinding?", "low", "Yes")

    def test_what_has_no_place_is_listed(self, review):
        assert {(row.text, row.reason.split(",")[0]) for row in review.unread} == {
            ("Left 2001", "a study that the review excluded"),
            ("better", "a table of other data ('words') holds words"),
            ("Background text. [Summary text]", "text of the review"),
        }


def export(*rows: str):
    width = len(EXPORT_HEADER)
    lines = [",".join(EXPORT_HEADER)]
    lines += [row + "," * (width - 1 - row.count(",")) for row in rows]
    return read_revman5_export(parse_table("\n".join(lines), "a.csv"))


class TestExport:
    def test_headings_subgroups_and_studies(self):
        made = export(
            "1,0,0,Aspirin",
            "1,1,0,pain,DIC,MH,OR,Random,9,,,30,11,,,31,,,0.7,,0.3,1.5,100,2.5",
            "1,1,1,Adults,,,,,4,,,10,5,,,11,,,0.6,,0.2,1.6,40,0.5",
            "1,1,1,Smith 2010,,,,,2,0,0,5,3,0,0,6,,,0.5,0.9,0.1,3,20,,,,,,,,,,,,,,,2010,1",
            "1,1,1,Smith 2010,,,,,2,0,0,5,2,0,0,5,,,1,0.9,0.2,5,20,,,,,,,,,,,,,,,2010,2",
            "1,1,2,Children,,,,,5,,,20,6,,,20,,,0.8,,0.3,2,60,0.1",
            "1,1,2,Lee 2011,,,,,5,0,0,20,6,0,0,20,,,0.8,0.7,0.3,2,60,,,,,,,,,,,,,,,2011,3",
        )
        assert [s.label for s in made.studies] == ["Smith 2010 a", "Smith 2010 b", "Lee 2011"]
        outcome = made.outcomes[0]
        assert (outcome.comparison, outcome.measure, outcome.model) == ("Aspirin", "OR", "random")
        assert [(a.subgroup, a.values["events"].text) for a in made.arms[:3]] == [
            ("Adults", "2"), ("Adults", "3"), ("Adults", "2"),
        ]  # fmt: skip
        assert [(r.subgroup, bool(r.study)) for r in made.results][:4] == [
            ("", False), ("Adults", False), ("Adults", True), ("Adults", True),
        ]  # fmt: skip

    def test_a_subgroup_with_one_study_and_no_q(self):
        made = export(
            "1,1,0,pain,CON,IV,MD,Fixed",
            "1,1,1,Adults,,,,,,,,10,,,,11,,,-1,,-2,0,100",
            "1,1,1,Smith,,,,,0,3,1,10,0,4,1,11,,,-1,0.5,-2,0,100,,,,,,,,,,,,,,,2010,1",
        )
        assert [a.subgroup for a in made.arms] == ["Adults", "Adults"]
        assert made.arms[0].values["mean"].text == "3"

    def test_effects_and_observed_less_expected(self):
        made = export(
            "1,1,0,death,IV,IV,Hazard Ratio,Random",
            "1,1,0,Smith,,,,,,,,5,,,,6,,,0.5,0.2,0.3379,0.74,100",
            "1,2,0,relapse,IPD,Exp[(O-E) / Var],Peto Odds Ratio,Fixed",
            "1,2,0,Smith,,,,,,,,5,,,,6,-2.5,4.1,0.54",
        )
        assert made.contrasts[0].scale == "ratio"
        assert made.contrasts[1].values["variance"].text == "4.1"
        assert (made.outcomes[0].measure, made.outcomes[1].method) == ("HR", "Peto")

    def test_a_number_that_heads_two_analyses(self):
        made = export(
            "1,1,0,pain,DIC,MH,OR,Fixed", "1,1,0,A,,,,,1,,,9,2,,,9",
            "1,1,0,score,CON,IV,MD,Fixed", "1,1,0,A,,,,,,3,1,9,,4,1,9",
        )  # fmt: skip
        assert [(o.key, o.name) for o in made.outcomes] == [("1.1", "pain"), ("1.1 again", "score")]
        assert [a.outcome for a in made.arms] == ["1.1", "1.1", "1.1 again", "1.1 again"]

    def test_rows_without_a_place(self):
        made = export("1,1,0,Smith,,,,,1,,,2,1,,,2", "2,1,0,words,OTH", "2,1,0,Smith")
        assert [row.reason.split(",")[0] for row in made.unread] == [
            "no heading of its analysis stands above it",
            "a table of other data holds words",
        ]
