"""docs/review-toml.md describes every key that the code reads, and no other."""

import re
import tomllib

import pytest

from remit.io.review_folder import read_settings_file, shipped_folder
from remit.io.toml_section import TomlSection
from remit.workbench.questions.claims import CHECK_KINDS
from remit.workbench.questions.kinds import KINDS
from remit.workbench.settings import read_head, read_settings

TABLES = ("review", "scope", "possible_overlap", "assumptions", "choices", "words")
KEY = re.compile(r"key '(\w+)'")


@pytest.fixture(scope="module")
def toml(page):
    """Return the page; the part on questions in general is its own section."""
    return page("review-toml.md")


def missing(problems) -> set[str]:
    """Return the keys that the problems say are not there."""
    return {KEY.search(p.where)[1] for p in problems if p.found == "nothing"}


def read_shipped(name: str) -> None:
    """Read a shipped file as a review does."""
    _, questions = read_settings(read_settings_file(shipped_folder(name)), [])
    for question in questions:
        KINDS[read_head(question, tuple(KINDS)).kind][0](question)


@pytest.fixture(scope="module")
def asked() -> dict[str, set[str]]:
    """Return the keys asked for while the shipped files are read, by path without numbers."""
    sections: list[TomlSection] = []
    begin = TomlSection.__init__

    def remember(self, values, path, problems):
        begin(self, values, path, problems)
        sections.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TomlSection, "__init__", remember)
        read_shipped("ketamine-headache")
        read_shipped("template")
    found: dict[str, set[str]] = {}
    for part in sections:
        path = re.sub(r" \d+( \([\w-]+\))?", "", part.path)
        found.setdefault(path, set()).update(part._asked)
    return found


def test_the_files_are_read_rightly(asked):
    assert "title" in asked["review.toml, [review]"]
    assert "name" in asked["review.toml, [[question]], [[comparators]]"]
    assert len(asked) > 15


def test_every_key_is_described(toml, asked):
    keys = set().union(*asked.values())
    studies = asked["review.toml, [assumptions], [weight_kg], [of_study]"]
    words = asked["review.toml, [words]"]
    tables = asked["review.toml"]
    for key in keys - studies - words - tables:
        assert f"`{key}`" in toml or f"`assumptions.{key}`" in toml, key
    for table in tables:
        assert table in toml.headings(2), table


def test_every_key_of_a_question_is_in_the_table_of_all_or_of_a_kind(toml, asked):
    told = set(toml.section("question").codes("key"))
    assert asked["review.toml, [[question]]"] <= told


@pytest.mark.parametrize("title", TABLES[:-1])
def test_the_keys_of_a_table_are_described_and_no_other(toml, asked, title):
    paths = {
        "possible_overlap": "review.toml, [[possible_overlap]]",
        "assumptions": "review.toml, [assumptions], [sd_change]",
    }
    keys = asked[paths.get(title, f"review.toml, [{title}]")]
    assert set(toml.section(title).codes("key")) == keys


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_a_kind_are_described_and_needed_where_it_says_so(toml, kind):
    problems: list = []
    part = TomlSection({}, "empty", problems)
    KINDS[kind][0](part)
    rows = toml.section(kind).rows("key")
    assert {row[0].strip("`") for row in rows} == part._asked
    assert {row[0].strip("`") for row in rows if row[1] == "yes"} == missing(problems)


def test_the_keys_that_all_questions_need(toml):
    problems: list = []
    read_head(TomlSection({}, "empty", problems), tuple(KINDS))
    rows = toml.section("question").before_subsections().rows("key")
    assert {row[0].strip("`") for row in rows if row[1] == "yes"} == missing(problems)


def test_the_keys_that_the_review_needs(toml):
    problems: list = []
    read_settings({"review": {}}, problems)
    rows = toml.section("review").rows("key")
    needed = {row[0].strip("`") for row in rows if row[1] == "yes"}
    assert needed == missing([p for p in problems if "[review]" in p.where])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "regimens"])
def test_the_example_of_a_kind_can_be_read(toml, kind):
    problems: list = []
    part = TomlSection(tomllib.loads(toml.section(kind).block("toml")), "example", problems)
    KINDS[kind][0](part)
    part.finish()
    assert problems == []


@pytest.mark.parametrize("title", TABLES)
def test_the_example_of_a_table_can_be_read(toml, title):
    problems: list = []
    read_settings({"review": {}, **tomllib.loads(toml.section(title).block("toml"))}, problems)
    assert [p for p in problems if f"[{title}]" in p.where] == []


def test_the_kinds_are_those_of_the_code(toml):
    assert toml.section("question").headings(3) == list(KINDS)


@pytest.mark.parametrize("kind", CHECK_KINDS)
def test_every_check_of_a_claim_with_its_keys(toml, kind):
    rows = {row[0].strip("`"): row[1] for row in toml.section("Checks of a claim").rows("kind")}
    assert set(rows) == set(CHECK_KINDS)
    problems: list = []
    KINDS["claims"][0](
        TomlSection({"claim": [{"said": "x", "check": {"kind": kind}}]}, "claims", problems)
    )
    assert set(re.findall(r"`(\w+)`", rows[kind])) == missing(problems)
