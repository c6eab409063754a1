"""The bases that ship: they load, they make a review, and arithmetic finds their conflicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remit.evidence.integrity import check_integrity
from remit.io.review_folder import read_evidence, shipped_folder
from remit.report.html import render_page
from remit.workbench.review import make_review

BASES = sorted(path.name for path in shipped_folder("template").parent.iterdir() if path.is_dir())


def test_the_two_bases_are_found():
    assert {"ketamine-headache", "template"} <= set(BASES)


@pytest.mark.parametrize("name", BASES)
def test_base_loads_and_makes_its_review(name, shipped_review):
    folder = shipped_folder(name)
    review = shipped_review if name == "ketamine-headache" else make_review(folder)
    base = read_evidence(name)
    assert base.name == name
    assert review.answers
    if name != "ketamine-headache":  # that page is looked at in tests/web
        assert render_page(review.page).startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("name", BASES)
def test_base_holds_data_only(name):
    suffixes = {path.suffix for path in shipped_folder(name).rglob("*") if path.is_file()}
    assert suffixes <= {".csv", ".toml", ".md"}


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("studies", 50), ("arms", 72), ("outcomes", 166), ("contrasts", 35), ("events", 73),
        ("pooled", 55), ("conflicts", 61), ("sources", 134), ("scales", 18),
    ],
)  # fmt: skip
def test_rows_of_the_shipped_base(shipped_base, table, rows):
    assert len(getattr(shipped_base, table)) == rows


def test_every_source_has_an_address(shipped_base):
    for source in shipped_base.sources:
        assert source.url.startswith(("http://", "https://"))


def test_every_figure_names_its_source_and_the_place_in_it(shipped_base):
    for table in ("outcomes", "contrasts", "events", "pooled"):
        for row in getattr(shipped_base, table):
            assert shipped_base.source(row.source)
            assert row.locator, str(row.place)


@pytest.fixture(scope="module")
def found(shipped_base):
    """Findings of the shipped base with its table of known conflicts emptied."""
    findings = check_integrity(replace(shipped_base, conflicts=()))
    return [(f.study, f.place.file, f.place.column, f.message) for f in findings]


class TestConflictsFoundByArithmetic:
    """Each known conflict that figures show is found without reading ``conflicts.csv``."""

    @pytest.mark.parametrize(
        ("conflict", "study", "file", "column", "says"),
        [
            ("c01", "pomeroy-2017", "outcomes.csv", "percent", "27.3 % fits 15 of 55"),
            ("c02", "schwenk-2018", "outcomes.csv", "percent", "77 % fits 48 of 62 or 47 of 61"),
            ("c03", "yuan-2023", "studies.csv", "notes", "fit a denominator of 162 to 167"),
            ("c04", "schwenk-2018", "outcomes.csv", "percent", "29 % fits 14 of 48"),
            ("c05", "schwenk-2018", "outcomes.csv", "percent", "no number known in this arm"),
            ("c06", "schwenk-2018", "outcomes.csv", "spread_unlabelled", "deviation of 21.9"),
            ("c11", "krusz-2010", "outcomes.csv", "mean", "a mean weight of 319-382 kg"),
            ("c12", "krusz-2010", "outcomes.csv", "mean", "a mean of 188 min is printed"),
            ("c13", "yuan-2023", "outcomes.csv", "mean", "this text has a mean of 25 (SD 8.7)"),
            ("c16", "park-2021", "outcomes.csv", "percent", "107 of 168, 63.7 %"),
            ("c18", "rosenthal-2024", "studies.csv", "cohort", "3 reports are of one cohort"),
            ("c18", "rosenthal-2023", "outcomes.csv", "median", "this text has a median of -50"),
            ("c21", "zitek-2018", "contrasts.csv", "p_value", "p = 0.049 is printed"),
            ("c22", "zitek-2018", "contrasts.csv", "p_value", "fits p 0.037 to 0.05"),
            ("c23", "zitek-2018", "contrasts.csv", "direction", "the source says no difference"),
            ("c26", "afridi-2013", "contrasts.csv", "estimate", "difference between arms of -3"),
            ("c28", "meidany-yazd", "outcomes.csv", "spread_unlabelled", "plus-minus 0.34"),
            ("c28", "meidany-yazd", "outcomes.csv", "spread_unlabelled", "plus-minus 0.35"),
            ("c55", "shi-2024", "pooled.csv", "estimate", "is centred on 0.06"),
            ("c56", "michelet-2018", "pooled.csv", "p_value", "includes 0, but p < 0.001"),
            ("c56", "michelet-2018", "pooled.csv", "p_value", "excludes 0, but p = 0.87"),
            ("c56", "michelet-2018", "pooled.csv", "p_value", "excludes 0, but p = 0.75"),
            ("c58", "krusz-2009", "outcomes.csv", "mean", "have a mean of 4.1 to 9.4"),
            ("c59", "rosenthal-2024", "studies.csv", "female_pct", "76.5 % is printed"),
            ("c61", "jebm-2019", "pooled.csv", "measure", "so it is a ratio"),
        ],
    )
    def test_found(self, found, conflict, study, file, column, says):
        here = [m for s, f, c, m in found if (s, f, c) == (study, file, column)]
        assert any(says in message for message in here), f"{conflict}: {here}"

    def test_the_conflicts_table_adds_nothing_to_the_check(
        self, shipped_base, shipped_review, found
    ):
        assert [f.message for f in shipped_review.findings] == [message for *_, message in found]
        assert len(shipped_base.conflicts) == 61


def test_the_template_names_every_kind_of_question():
    from remit.workbench.questions.kinds import KINDS

    text = (shipped_folder("template") / "review.toml").read_text(encoding="utf-8")
    words = {word.strip(",.#") for word in text.split()}
    assert set(KINDS) <= words
