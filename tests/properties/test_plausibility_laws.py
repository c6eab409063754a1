"""Whatever is typed, the checks answer, change nothing and do not depend on the order of rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.core.place import Place
from remit.evidence.plausibility import (
    ArmNumbers,
    NumberColumn,
    StudyRow,
    check_people,
    check_study_rows,
)
from remit.evidence.plausibility.study_row import with_changes

NUMBER = st.one_of(
    st.none(),
    st.sampled_from([0.0, -1.0, 1.0, 0.5, 1e-300, 1e300, -1e9, 100.0]),
    st.integers(0, 200).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[StudyRow, ...]:
    rows = []
    for i in range(draw(st.integers(0, 5))):
        place = Place(file="t.csv", row=i + 2)
        arms = tuple(
            ArmNumbers(
                name=f"arm {j}",
                place=place,
                columns={name: f"{name}{j}" for name in ("n", "events", "mean", "sd", "se")},
                **{name: draw(NUMBER) for name in ("n", "events", "mean", "sd", "se")},
            )
            for j in range(draw(st.integers(0, 3)))
        )
        rows.append(
            StudyRow(
                study=draw(st.sampled_from(["A 2010", "B 2011", "C", ""])),
                place=place,
                arms=arms,
                kind=draw(st.sampled_from(["value", "change"])),
                ratio=draw(st.booleans()),
                **{n: draw(NUMBER) for n in ("effect", "std_error", "ci_low", "ci_high")},
            )
        )
    return tuple(rows)


@given(tables())
@settings(max_examples=150)
def test_any_table_is_answered(rows):
    for suspicion in check_study_rows(rows):
        assert suspicion.message
        assert suspicion.to_dict()["message"] == suspicion.message
        with_changes(rows, suspicion.changes)


@given(tables())
@settings(max_examples=60)
def test_the_order_of_rows_is_irrelevant_to_single_cells(rows):
    def cells(found):
        return {(s.check, s.place) for s in found if s.severity == "sure"}

    assert cells(check_study_rows(rows)) == cells(check_study_rows(rows[::-1]))


@st.composite
def people(draw: st.DrawFn) -> list[NumberColumn]:
    rows = draw(st.integers(0, 40))
    values = st.one_of(NUMBER, st.sampled_from([None, 0.0, 1.0, 2.0, 11.0]))
    return [
        NumberColumn(
            name=draw(st.sampled_from(["pain 0-10", "f1", "f5", "nrs", "", "day_1", "x"])),
            values=tuple(draw(values) for _ in range(rows)),
            rows=tuple(range(2, rows + 2)),
            kind=draw(st.sampled_from(["number", "number", "date", "category"])),
        )
        for _ in range(draw(st.integers(0, 5)))
    ]


@given(people())
@settings(max_examples=100)
def test_any_table_of_people_is_answered(columns):
    for suspicion in check_people(columns):
        assert suspicion.message
        cells = {(c.name, row): x for c in columns for row, x in zip(c.rows, c.values, strict=True)}
        for change in suspicion.changes:
            where = (change.place.column, change.place.row)
            assert change.leaves_row_out or where in cells
