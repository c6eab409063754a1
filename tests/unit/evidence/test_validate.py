"""Tables made in memory; what a folder's owner is told stands in workbench/test_wrong_input.py."""

import pytest

from remit.core.errors import InputError
from remit.evidence.data import EvidenceBase
from remit.evidence.schema import TABLES
from remit.evidence.tables import TextTable
from remit.io.review_folder import shipped_folder
from remit.io.text_tables import read_table

NAMES = [*(schema.name for schema in TABLES), "codebook"]


@pytest.fixture
def tables():
    return {n: read_table(shipped_folder("template") / f"{n}.csv") for n in NAMES}


def records(table):
    return [cells for _, cells in table.records()]


def change(tables, name, row, **cells):
    rows = records(tables[name])
    rows[row].update(cells)
    tables[name] = TextTable.from_records(f"{name}.csv", rows)


def problems(tables):
    with pytest.raises(InputError) as caught:
        EvidenceBase.create("small", tables)
    return caught.value.problems


def test_rows_become_objects_with_their_place(tables):
    base = EvidenceBase.create("small", tables)
    assert base.name == "small"
    study = base.studies[0]
    assert (study.study, study.n_enrolled, study.age_mean) == ("example-2024", 60, 38.5)
    assert (study.doi, study.registry, study.diagnosis) == (None, (), ("migraine",))
    assert str(base.outcomes[1].place) == "outcomes.csv, row 3"
    assert base.outcomes[0].mean == -3.2


def test_optional_tables_may_be_left_out(tables):
    del tables["pooled"], tables["conflicts"]
    base = EvidenceBase.create("small", tables)
    assert base.pooled == base.conflicts == ()


@pytest.mark.parametrize("name", [s.name for s in TABLES if s.required])
def test_a_needed_table_left_out_is_the_only_problem(tables, name):
    del tables[name]
    assert [(p.where, p.found) for p in problems(tables)] == [(f"{name}.csv", "no such table")]


@pytest.mark.parametrize("schema", TABLES, ids=lambda s: s.name)
def test_a_column_left_out_is_the_only_problem(tables, schema):
    for column in schema.columns:
        changed = dict(tables)
        rows = records(tables[schema.name])
        for row in rows:
            del row[column]
        changed[schema.name] = TextTable.from_records(f"{schema.name}.csv", rows)
        found = [p.found for p in problems(changed)]
        assert found == [f"no column '{column}'"], column


def test_two_missing_columns_do_not_share_one_stranger(tables):
    rows = records(tables["sources"])
    for row in rows:
        del row["source"], row["url"]
        row["sourc"] = "example-2024-paper"
    tables["sources"] = TextTable.from_records("sources.csv", rows)
    hints = [p.hint for p in problems(tables)]
    assert hints[0] == "Is 'sourc' this column? Then rename it."
    assert hints[1].startswith("Add it")


def test_unreadable_cells_of_one_row_are_all_reported(tables):
    change(tables, "outcomes", 0, n="x", mean="y", sd="-1", outcome="z")
    assert [p.where.rpartition(" ")[2] for p in problems(tables)] == [
        "'outcome'", "'n'", "'mean'", "'sd'",
    ]  # fmt: skip


def test_numbers_at_the_edge_pass(tables):
    change(tables, "events", 0, percent="100", events="0")
    change(tables, "contrasts", 0, p_value="1", ci_low="-1.2", ci_high="-1.2", ci_level="99")
    change(tables, "outcomes", 0, sd="0", q1="3", median="3", q3="3")
    assert EvidenceBase.create("small", tables).outcomes[0].sd == 0.0


@pytest.mark.parametrize(
    ("level", "hint"), [("0.95", "Did you mean 95?"), ("100", ""), ("5", ""), ("0", "")]
)
def test_levels(tables, level, hint):
    change(tables, "contrasts", 0, ci_level=level)
    (problem,) = problems(tables)
    assert (problem.expected, problem.hint) == ("a level in percent, such as 95", hint)


def test_an_empty_key_part_is_part_of_the_key(tables):
    """Rows that differ only in a cell that one of them leaves empty are two rows."""
    rows = records(tables["outcomes"])
    rows.append(dict(rows[0], denominator=""))
    tables["outcomes"] = TextTable.from_records("outcomes.csv", rows)
    assert len(EvidenceBase.create("small", tables).outcomes) == 3


def test_references_may_be_empty(tables):
    change(tables, "outcomes", 0, scale="", mean="", sd="", events="12", outcome="responder")
    assert EvidenceBase.create("small", tables).outcomes[0].scale is None


def test_a_misspelt_arm_is_not_reported_where_it_is_referred_to(tables):
    change(tables, "arms", 0, arm="Drug A")
    assert [p.where for p in problems(tables)] == ["arms.csv, row 2, column 'arm'"]
