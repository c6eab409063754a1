from dataclasses import fields

import pytest

from remit.evidence.data import EvidenceBase
from remit.evidence.schema import ENGINE_WORDS, TABLES

BY_NAME = {schema.name: schema for schema in TABLES}


def test_one_schema_for_each_table_of_a_base():
    assert set(BY_NAME) == {f.name for f in fields(EvidenceBase)} - {"name", "allowed"}


@pytest.mark.parametrize("schema", TABLES, ids=lambda s: s.name)
def test_everything_that_is_named_is_a_column(schema):
    columns = schema.columns
    assert set(schema.key) <= set(columns)
    numbers = {name for name, (kind, _) in columns.items() if kind in {"number", "integer"}}
    assert set(schema.not_negative) <= numbers
    assert set(schema.levels) <= numbers
    assert {name for pair in schema.ordered for name in pair} <= numbers
    for own, other, targets in schema.references:
        assert set(own) <= set(columns)
        assert targets == BY_NAME[other].key


def test_a_column_reads_its_kind_off_the_row_class():
    columns = BY_NAME["studies"].columns
    assert columns["study"] == ("text", False)
    assert columns["title"] == ("text", True)
    assert columns["year"] == ("integer", True)
    assert columns["age_mean"] == ("number", True)
    assert columns["diagnosis"] == ("list", True)
    assert "place" not in columns


def test_spreads_counts_and_p_values_cannot_be_negative():
    assert {"n", "sd", "se", "events", "percent", "p_value"} <= set(
        BY_NAME["outcomes"].not_negative
    )
    assert "mean" not in BY_NAME["outcomes"].not_negative  # a change may be


@pytest.mark.parametrize("name", ["outcomes", "contrasts", "pooled"])
def test_interval_ends_and_levels_are_guarded(name):
    assert ("ci_low", "ci_high") in BY_NAME[name].ordered
    assert BY_NAME[name].levels == ("ci_level",)


def test_engine_words_belong_to_columns():
    for table, column in ENGINE_WORDS:
        assert column in BY_NAME[table].columns
