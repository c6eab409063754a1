import pytest

from remit.evidence.codebook import CODEBOOK_COLUMNS, KIND_OF_TYPE, read_codebook
from remit.evidence.schema import ENGINE_WORDS, TABLES
from remit.evidence.tables import TextTable
from remit.io.review_folder import shipped_folder
from remit.io.text_tables import read_table


def records():
    table = read_table(shipped_folder("template") / "codebook.csv")
    return [cells for _, cells in table.records()]


def read(rows):
    problems = []
    return read_codebook(TextTable.from_records("codebook.csv", rows), problems), problems


@pytest.mark.parametrize("name", ["template", "ketamine-headache"])
def test_shipped_codebooks_describe_every_column_and_nothing_else(name):
    problems = []
    rules = read_codebook(read_table(shipped_folder(name) / "codebook.csv"), problems)
    assert problems == []
    wanted = {(schema.name, column) for schema in TABLES for column in schema.columns}
    assert set(rules) == wanted
    for rule in rules.values():
        assert rule.meaning
        assert (rule.type in {"category", "category-list"}) == bool(rule.allowed)


def test_bases_share_one_form():
    """A review begun from the template can take the shipped base's rows."""
    one = read_table(shipped_folder("template") / "codebook.csv")
    two = read_table(shipped_folder("ketamine-headache") / "codebook.csv")
    assert one.header == two.header == CODEBOOK_COLUMNS
    forms = [{(r[0], r[1], KIND_OF_TYPE[r[2]], r[3]) for r in table.rows} for table in (one, two)]
    assert forms[0] == forms[1]


def test_words_may_stand_close_to_the_bar():
    rows = records()
    for row in rows:
        if (row["table"], row["column"]) == ("arms", "dosing"):
            row["allowed"] = "fixed|titrated |as-needed"
    rules, problems = read(rows)
    assert problems == []
    assert rules["arms", "dosing"].allowed == ("fixed", "titrated", "as-needed")


def test_fewer_words_than_the_engine_knows_will_do():
    rows = records()
    for row in rows:
        if (row["table"], row["column"]) == ("arms", "dosing"):
            row["allowed"] = "fixed"
    assert read(rows)[1] == []


@pytest.mark.parametrize("key", sorted(ENGINE_WORDS))
def test_no_foreign_word_in_any_engine_category(key):
    rows = records()
    for row in rows:
        if (row["table"], row["column"]) == key:
            row["allowed"] += " | quux"
    (problem,) = read(rows)[1]
    assert problem.found == "'quux'"
    assert problem.expected.endswith(", ".join(sorted(ENGINE_WORDS[key])))


@pytest.mark.parametrize("kind", ["nummer", "text", "category"])
def test_a_rule_of_the_wrong_type_is_dropped(kind):
    rows = records()
    for row in rows:
        if (row["table"], row["column"]) == ("outcomes", "mean"):
            row["type"] = kind
    rules, problems = read(rows)
    assert [p.expected for p in problems] == ["the type number"]
    assert ("outcomes", "mean") not in rules


def test_missing_columns_are_one_problem():
    rules, problems = read([{"table": "a", "column": "b"}])
    assert rules == {}
    assert [p.found for p in problems] == ["no column 'type', 'unit', 'allowed', 'meaning'"]


def test_every_type_has_a_kind():
    assert {row["type"] for row in records()} <= set(KIND_OF_TYPE)
