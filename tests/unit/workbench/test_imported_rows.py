"""Rows whose plausibility is checked, from evidence in the form of any program."""

from __future__ import annotations

from math import sqrt

from remit.io.formats.read_imported import read_imported_tables
from remit.io.text_tables import parse_table
from remit.workbench.imported_rows import rows_by_outcome


def rows_of(text: str):
    return rows_by_outcome(read_imported_tables([parse_table(text, "t.csv")], "t.csv"))


def test_arms_with_their_cells():
    ((outcome, rows),) = rows_of("Study,T,R,N\nA,Drug,4,20\nA,Placebo,9,21\n")
    assert outcome.kind == "events"
    (row,) = rows
    assert [(a.name, a.events, a.n) for a in row.arms] == [("Drug", 4, 20), ("Placebo", 9, 21)]
    assert [str(a.at("events")) for a in row.arms] == [
        "t.csv, row 2, column 'R'", "t.csv, row 3, column 'R'",
    ]  # fmt: skip


def test_arms_stand_in_the_order_in_which_the_file_first_names_them():
    text = "Study,T,R,N\nA,Drug,4,20\nA,Placebo,9,21\nB,Placebo,3,31\nB,Drug,7,30\n"
    ((_, rows),) = rows_of(text)
    assert [[a.name for a in row.arms] for row in rows] == [["Drug", "Placebo"]] * 2
    assert [a.events for a in rows[1].arms] == [7, 3]


def test_effects_with_a_variance_or_an_interval():
    ((_, rows),) = rows_of("study,yi,vi\nA,0.1,0.09\nB,0.2,0\n")
    assert [row.std_error for row in rows] == [sqrt(0.09), 0]
    assert str(rows[1].at("std_error")) == "t.csv, row 3, column 'vi'"


def test_differences_of_other_treatments_are_another_outcome():
    text = "studlab,treat1,treat2,TE,seTE\nA,P,Q,.1,.2\nB,P,R,.3,.2\nC,P,Q,.2,.1\n"
    found = rows_of(text)
    assert [[row.study for row in rows] for _, rows in found] == [["A", "C"], ["B"]]
    assert found[0][1][0].outcome.endswith(", P against Q")
    assert len(rows_of(text.replace("P,R", "P,Q"))) == 1
