"""docs/evidence.md gives the tables, words and types that the schema has."""

from remit.evidence.codebook import CODEBOOK_COLUMNS, KIND_OF_TYPE
from remit.evidence.schema import ENGINE_WORDS, TABLES


def test_every_table_with_its_key_and_references(page):
    told = {row[0].strip("`"): row for row in page("evidence.md").rows("table")}
    assert set(told) == {schema.name for schema in TABLES} | {"codebook"}
    for schema in TABLES:
        _, _, key, refers, needed = told[schema.name]
        assert tuple(key.split(", ")) == schema.key
        others = {other for _, other, _ in schema.references}
        assert set(filter(None, refers.split(", "))) == others, schema.name
        assert needed == ("yes" if schema.required else "no")


def test_every_word_that_the_engine_acts_on(page):
    rows = page("evidence.md").section("The codebook").rows("column")
    told = {tuple(row[0].strip("`").split(".")): set(row[1].split(", ")) for row in rows}
    assert told == {key: set(words) for key, words in ENGINE_WORDS.items()}


def test_every_type_and_column_of_the_codebook(page):
    codebook = page("evidence.md").section("The codebook")
    assert set(codebook.codes("type")) == set(KIND_OF_TYPE)
    assert all(f"`{column}`" in codebook for column in CODEBOOK_COLUMNS)
