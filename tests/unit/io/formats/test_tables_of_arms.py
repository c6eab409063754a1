"""MetaInsight and netmeta: arms side by side or one to a row, and comparisons."""

from __future__ import annotations

import pytest

from remit.io.formats.metainsight import read_metainsight_long, read_metainsight_wide
from remit.io.formats.netmeta import (
    read_netmeta_comparisons,
    read_netmeta_long,
    read_netmeta_wide,
)
from remit.io.formats.study_names import told_apart
from remit.io.formats.treatment_network import network_pieces
from remit.io.text_tables import parse_table


def table(text: str):
    return parse_table(text, "a.csv")


def arms(evidence):
    labels = evidence.labels()
    return [
        (labels[a.study], a.treatment, *(cell.text for cell in a.values.values()))
        for a in evidence.arms
    ]


LONG = (
    "Study,T,R,N,covar.age,rob,rob.blinding\n"
    "A,Placebo,4,20,45,1,3\nA,Drug,9,21,45,1,3\nB,Drug,7,30,50,2,\nB,Placebo,3,31,50,2,\n"
)
WIDE = (
    "Study,T.1,Mean.1,SD.1,N.1,T.2,Mean.2,SD.2,N.2,T.3,Mean.3,SD.3,N.3\n"
    "A,Placebo,4,1,20,Drug,9,2,21,NA,NA,NA,NA\nB,Drug,7,1,30,Placebo,3,2,31,,5,,\n"
)


class TestMetaInsight:
    def test_one_row_for_each_arm(self):
        made = read_metainsight_long(table(LONG))
        assert arms(made) == [
            ("A", "Placebo", "4", "20"), ("A", "Drug", "9", "21"),
            ("B", "Drug", "7", "30"), ("B", "Placebo", "3", "31"),
        ]  # fmt: skip
        assert made.outcomes[0].kind == "events"
        assert made.arms[2].values["n"].place.row == 4
        assert made.arms[2].values["n"].place.column == "N"

    def test_covariates_stay_and_risk_of_bias_is_judged(self):
        made = read_metainsight_long(table(LONG))
        assert {n: c.text for n, c in made.studies[1].facts.items()} == {"covar.age": "50"}
        assert [(j.study, j.domain, j.judgement) for j in made.judgements] == [
            ("1", "Overall", "low"), ("1", "blinding", "high"), ("2", "Overall", "some concerns"),
        ]  # fmt: skip

    def test_arms_side_by_side_with_blank_ones(self):
        made = read_metainsight_wide(table(WIDE))
        assert arms(made)[:2] == [("A", "Placebo", "20", "4", "1"), ("A", "Drug", "21", "9", "2")]
        assert len(made.arms) == 4
        assert made.unread[0].text == "5"
        assert made.unread[0].place.column == "T.3"

    def test_two_studies_of_one_name(self):
        text = "Smith,Placebo,1,10\nSmith,Drug,2,10\nSmith,Placebo,3,20\nSmith,Drug,4,20\n"
        made = read_metainsight_long(table("Study,T,R,N\n" + text))
        assert [s.label for s in made.studies] == ["Smith a", "Smith b"]
        assert arms(made)[2] == ("Smith b", "Placebo", "3", "20")
        assert any("told apart" in words for words in made.told)

    def test_two_arms_of_one_treatment_are_one_study(self):
        made = read_metainsight_long(table("Study,T,R,N\nA,P,1,10\nA,Drug,2,10\nA,Drug,3,20\n"))
        assert [a.treatment for a in made.arms] == ["P", "Drug", "Drug (2)"]
        assert len(made.studies) == 1

    def test_single_arms_and_pieces_of_a_network_are_told(self):
        made = read_metainsight_long(
            table("Study,T,R,N\nA,P,1,10\nA,Q,2,10\nB,R,1,9\nB,S,1,9\nC,P,3,20\n,,1,2\n")
        )
        assert "Fewer than two arms, so that nothing is compared: C." in made.told
        assert any("{P, Q}; {R, S}" in words for words in made.told)
        assert made.unread[0].reason == "a row without a treatment"

    def test_words_in_number_cells_stay_as_they_stand(self):
        made = read_metainsight_long(table("Study,T,R,N\nA,P,two,10\nA,Q,2,10\n"))
        assert made.arms[0].values["events"].text == "two"


class TestNetmeta:
    def test_wide_with_three_arms(self):
        made = read_netmeta_wide(
            table(
                "Study,Treatment1,y1,sd1,n1,Treatment2,y2,sd2,n2,Treatment3,y3,sd3,n3\n"
                "A,P,-1,2,10,Q,-2,3,11,R,-3,4,12\nB,P,0,1,9,Q,-1,1,9,,,,\n"
            )
        )
        assert [len([a for a in made.arms if a.study == s.key]) for s in made.studies] == [3, 2]
        assert made.outcomes[0].kind == "means"

    @pytest.mark.parametrize(
        ("header", "kind"),
        [
            ("studlab,treat,event,n", "events"),
            ("author,treatment,mean,n,sd", "means"),
            ("studlab,treat,event,time", "rates"),
        ],
    )
    def test_long(self, header, kind):
        rows = "\n".join(f"A,{t}{',3' * (header.count(',') - 1)}" for t in "PQ")
        made = read_netmeta_long(table(f"{header}\n{rows}\n"))
        assert made.outcomes[0].kind == kind
        assert [a.treatment for a in made.arms] == ["P", "Q"]
        assert set(made.arms[0].values) >= {"events" if kind != "means" else "mean"}

    def test_comparisons(self):
        made = read_netmeta_comparisons(
            table("studlab,treat1,treat2,TE,seTE,year\nA,P,Q,0.5,0.1,2001\nA,P,R,0.7,0.2,2001\n")
        )
        assert len(made.studies) == 1
        assert [(c.one, c.two, c.values["effect"].text) for c in made.contrasts] == [
            ("P", "Q", "0.5"), ("P", "R", "0.7"),
        ]  # fmt: skip
        assert made.studies[0].facts["year"].text == "2001"

    def test_a_shared_arm_whose_variance_is_missing(self):
        head = "studlab,treat1,treat2,TE,seTE\n"
        made = read_netmeta_comparisons(table(head + "S,A,Placebo,-1,.3\nS,B,Placebo,-.5,.2\n"))
        assert "variance of the arm they share (Placebo, at most 0.04)" in made.told[-1]
        whole = "S,A,P,-1,.3\nS,B,P,-.5,.2\nS,A,B,-.5,.3\n"
        assert len(read_netmeta_comparisons(table(head + whole)).told) == 1


def test_names_told_apart():
    names = ["Smith 2010", "Lee", "Smith 2010", "Smith 2010 a"]
    assert told_apart(names) == ["Smith 2010 b", "Lee", "Smith 2010 c", "Smith 2010 a"]
    many = told_apart(["A"] * 28)
    assert (many[0], many[25], many[26], many[27]) == ("A a", "A z", "A aa", "A ab")


def test_pieces_of_a_network():
    assert network_pieces([["A", "B"], ["C", "D"], ["B", "C"], ["E", "F"]]) == [
        ["A", "B", "C", "D"], ["E", "F"],
    ]  # fmt: skip
