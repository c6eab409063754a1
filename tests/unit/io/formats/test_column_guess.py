"""Which column holds what: the names that metafor, RevMan and meta use."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.io.formats.column_guess import LAYOUTS, guess_columns, plain_name
from remit.io.text_tables import parse_table


def guess(text: str, family: str | None = None):
    return guess_columns(parse_table(text, "trials.csv"), family)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: " ".join(layout.roles))
def test_every_layout_is_known_by_metafors_names(layout):
    header = ",".join(("slab", *layout.roles))
    found = guess(f"{header}\nA{',1' * len(layout.roles)}\n", layout.family)
    assert found.layout is layout
    assert found.columns == {role: role for role in layout.roles}
    assert found.label == ("slab",)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "Study,Experimental cases,Experimental total,Control cases,Control total",
            {"ai": "Experimental cases", "n1i": "Experimental total", "n2i": "Control total"},
        ),
        ("Name,Events 1,Total 1,Events 2,Total 2", {"ai": "Events 1", "ci": "Events 2"}),
        ("studlab,event.e,n.e,event.c,n.c", {"ai": "event.e", "n2i": "n.c"}),
        ("author,tpos,tneg,cpos,cneg", {"ai": "tpos", "bi": "tneg", "di": "cneg"}),
        (
            "Study,Experimental mean,Experimental SD,Experimental total,Control mean,Control SD,"
            "Control total",
            {"m1i": "Experimental mean", "sd2i": "Control SD"},
        ),
        ("studlab,mean.e,sd.e,n.e,mean.c,sd.c,n.c", {"m1i": "mean.e", "sd1i": "sd.e"}),
        ("study,TE,seTE", {"yi": "TE", "sei": "seTE"}),
    ],
)
def test_names_of_other_programs(header, columns):
    row = ",".join(["A", *("1" for _ in header.split(",")[1:])])
    found = guess(f"{header}\n{row}\n")
    assert columns.items() <= found.columns.items()


def test_effects_that_are_given_come_before_arms():
    found = guess("study,yi,vi,ai,bi,ci,di\nA,0.1,0.2,1,2,3,4\n")
    assert found.layout.measure == "GEN"
    assert found.others == ("2x2 tables",)
    assert "--measure chooses" in found.sentences()[-1]


def test_a_family_that_is_asked_for_comes_first():
    found = guess("study,yi,vi,ai,bi,ci,di\nA,0.1,0.2,1,2,3,4\n", "2x2")
    assert found.layout.words == "2x2 tables"


def test_given_effects_serve_any_family():
    assert guess("study,yi,vi\nA,0.1,0.2\n", "2x2").columns == {"yi": "yi", "vi": "vi"}


def test_the_layout_with_the_most_complete_rows_wins():
    text = "study,ai,bi,ci,di,m1i,sd1i,n1i,m2i,sd2i,n2i\n"
    text += "A,,,,,1,1,9,2,1,9\nB,NA,NA,NA,NA,1,1,9,2,1,9\nC,1,2,3,4,,,,,,\n"
    assert guess(text).layout.family == "two means"


@pytest.mark.parametrize(
    ("header", "row", "label"),
    [
        ("trial,author,year,yi,vi", "1,Aronson,1948,0,1", ("author", "year")),
        ("study,source,yi,vi", "1,Edinburgh,0,1", ("source",)),
        ("study,year,yi,vi", "Bach,1996,0,1", ("study",)),
        ("study,yi,vi", "1,0,1", ("study",)),
        ("yi,vi", "0,1", ()),
    ],
)
def test_what_names_the_study(header, row, label):
    assert guess(f"{header}\n{row}\n").label == label


def test_the_guess_is_said():
    said = guess("author,year,tpos,tneg,cpos,cneg\nA,1990,1,2,3,4\n").sentences()
    assert said[0].startswith("Columns taken for 2x2 tables: ai from 'tpos'")
    assert said[1] == "Studies are named by 'author' and 'year'."
    assert guess("yi,vi\n0,1\n").sentences()[1] == "Studies are numbered by row."


def test_unknown_columns_are_listed_with_what_would_be_known():
    with pytest.raises(InputError, match=r"header: found 'a', 'b', expected one of .* yi vi"):
        guess("a,b\n1,2\n")


def test_plain_names():
    assert plain_name("Experimental Cases (n)") == "experimentalcasesn"
    assert plain_name("T.1") == "t1"
