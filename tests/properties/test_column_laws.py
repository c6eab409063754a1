"""What a column says is read as it was written, or a question is asked: never another value."""

from __future__ import annotations

import math
import tomllib
from datetime import date
from decimal import Decimal

from hypothesis import assume, example, given
from hypothesis import strategies as st

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.columns.measures import Bound
from remit.io.columns.missing import same_cell
from remit.io.file_map import ColumnMap
from remit.io.map_checks import COLUMN_CHOICES
from remit.io.opened_file import OpenedFile
from remit.io.read_map import parse_map
from remit.io.typed_table import TypedTable, draft_table, typed_table
from remit.io.write_map import write_map

CODES = ("", "NA", "n/a", ".", "-", "?", "–")


def table_of(cells: list[str], name: str = "x", sheet: str = "") -> TextTable:
    return TextTable(
        file="t.csv",
        header=(name,),
        rows=tuple((cell,) for cell in cells),
        row_numbers=tuple(range(2, len(cells) + 2)),
        sheet=sheet,
    )


def read(cells: list[str]) -> TypedTable:
    """The table, or a skipped example where it asks."""
    try:
        return typed_table(table_of(cells))
    except InputError:
        assume(False)
        raise


def missing_cells(table: TypedTable) -> list[str]:
    """The cells that a decision names as meaning nothing."""
    named = [d.value for d in table.decisions if d.key == "missing"]
    return [cell for value in named for cell in tomllib.loads(f"x = {value}")["x"]]


numbers = st.decimals(-99_999_999, 99_999_999, places=4, allow_nan=False).map(
    lambda number: number.normalize()
)


def written(number: Decimal, decimal: str, thousands: str, minus: str) -> str:
    plain = f"{number:,f}"
    return plain.translate(str.maketrans({",": thousands, ".": decimal, "-": minus}))


dialects = st.sampled_from(
    [(d, t) for d in ".," for t in ("", ".", ",", " ", "\u00a0", "\u202f", "'", "’") if d != t]
)


@given(
    st.lists(st.one_of(numbers, st.sampled_from(CODES)), min_size=1, max_size=12),
    dialects,
    st.sampled_from(["-", "−", "–"]),
)
@example([Decimal("1.234")], (".", ""), "-")
@example([Decimal(1234), Decimal(950)], (",", "."), "-")
@example([Decimal(1234), Decimal("0.5")], (".", ","), "-")
def test_numbers_of_any_dialect_come_back_or_are_asked(cells, dialect, minus):
    raw = [c if isinstance(c, str) else written(c, *dialect, minus) for c in cells]
    table = read(raw)
    (column,) = table.columns
    assert not table.problems
    for cell, text, value, plain in zip(cells, raw, column.values, column.texts, strict=True):
        if isinstance(cell, str) or text in missing_cells(table):
            assert value is None
            assert plain == ""
        else:
            assert value == float(cell)
            assert Decimal(plain) == cell


@given(
    st.lists(numbers, min_size=2, max_size=8),
    st.lists(numbers, min_size=2, max_size=8),
    dialects,
)
def test_the_other_columns_never_make_a_number_another_one(left, right, dialect):
    rows = tuple(
        (written(a, *dialect, "-"), written(b, *dialect, "-"))
        for a, b in zip(left, right, strict=False)
    )
    table = draft_table(
        TextTable(
            file="t.csv", header=("a", "b"), rows=rows, row_numbers=tuple(range(2, len(rows) + 2))
        )
    )
    for column, numbers_of_it in zip(table.columns, (left, right), strict=True):
        if column.questions:
            continue
        for value, number, text in zip(column.values, numbers_of_it, column.raw, strict=False):
            assert value == float(number) or text in missing_cells(table)


long_dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))
short_dates = st.dates(date(1930, 1, 1), date(2029, 12, 31))
ORDERS = {"day-month": "{d}{s}{m}{s}{y}", "month-day": "{m}{s}{d}{s}{y}"}


def spelled(day: date, order: str, sign: str, *, short: bool, zeros: bool) -> str:
    form = "02" if zeros else ""
    year = f"{day.year % 100:02}" if short else f"{day.year:04}"
    return ORDERS[order].format(d=f"{day.day:{form}}", m=f"{day.month:{form}}", y=year, s=sign)


@given(
    st.booleans().flatmap(
        lambda short: st.tuples(
            st.just(short),
            st.lists(short_dates if short else long_dates, min_size=1, max_size=8),
        )
    ),
    st.sampled_from(sorted(ORDERS)),
    st.sampled_from("/-."),
    st.booleans(),
)
@example((False, [date(2021, 4, 3)]), "day-month", "/", True)
@example((True, [date(2013, 4, 25)]), "day-month", ".", True)
def test_dates_of_any_order_come_back_or_are_asked(days, order, sign, zeros):
    short, dates = days
    table = read([spelled(day, order, sign, short=short, zeros=zeros) for day in dates])
    assert table.columns[0].values == tuple(dates)
    assert table.columns[0].texts == tuple(day.isoformat() for day in dates)


@given(st.lists(long_dates, min_size=1, max_size=6))
def test_dates_whose_cell_says_its_order_are_never_asked(days):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d-%b-%Y", "%d %B %Y", "%B %d, %Y"):
        table = typed_table(table_of([day.strftime(form) for day in days]))
        assert table.columns[0].values == tuple(days)


messy = st.one_of(
    st.sampled_from(
        [
            *CODES,
            *("12", "007", "12,5", "1.5", "1,234", "1.234.567", "−5", "1e-3", "34%", "0", "1"),
            *("25 mg", "0.5 g", "30 mg", "<0.001", "> 100", "12 (34%)", "12/35", "7.1 ± 2.0"),
            *("3 [1-5]", "-1.2 (-2.5, 0.1)", "p < 0.001", "03/04/2021", "25/12/2020", "7-Mar-15"),
            *("2021-04-03", "Mar 2024", "13:05", "11/16/24 13:12", "44307", "-99", "99", "999"),
            *("yes", "no", "tow", "1O", "#REF!", "none", "not reported", "\u200b", "31/02/2021"),
        ]
    ),
    st.text(max_size=8),
)
families = st.sampled_from(
    [
        ("12", "7", "0", "5"),
        ("1.5", "2.25", "0.125", "3", "1.234", "-99", "999"),
        ("1,5", "2,25", "1.234,5", "3", "12 345,5", "1'000,5"),
        ("25 mg", "30 mg", "35mg", "2.5 mg", "40", "0.5 g"),
        ("34%", "12 %", "5", "0", "0.5", "0,5%"),
        ("<0.001", "0.02", "p = 0.5", ".5", "≥1"),
        ("12 (34%)", "5 (6%)", "0", "3/4 (75%)", "1,5 (2%)"),
        ("7.1 ± 2.0", "8.2 (1.1)", "3 [1-5]", "2", "1.2 (0.3, 4.5)"),
        ("03/04/2021", "25/12/2020", "1/2/21", "7-Mar-15", "2021-04-03 12:00", "44307"),
        ("11/16/24 13:12", "11/17/24 2:05 PM", "2024-11-18T09:00Z"),
        ("13:05", "7:30", "9:15 AM"),
        ("yes", "No", "y", "0", "1"),
        ("007", "12", "1234567890123456789"),
        ("44307", "44310", "44320.5", "13439088000", "20210421"),
        ("12E3", "1E2", "5", "1,2", "1,2,3"),
    ]
)
mostly = families.flatmap(
    lambda family: st.tuples(
        st.lists(st.sampled_from(family), min_size=2, max_size=12), st.lists(messy, max_size=2)
    )
).map(lambda two: two[0] + two[1])
columns = st.one_of(mostly, mostly, st.lists(messy, min_size=1, max_size=10))
names = st.one_of(
    st.sampled_from(["x", "id", "n", "dose (mg)", "visit date", "birth", "p [0-10]", 'a"b.c']),
    st.text(min_size=1, max_size=4),
)
answers = st.one_of(
    st.just(ColumnMap()),
    st.builds(
        ColumnMap,
        **{key: st.sampled_from(("", *choices)) for key, choices in COLUMN_CHOICES.items()},
        century=st.sampled_from([None, 0, 50]),
        missing=st.sampled_from([None, (), ("NA", "-99", "1.5")]),
        unit=st.sampled_from(["", "mg", "none"]),
    ).filter(lambda how: not how.decimal or how.decimal != how.thousands),
)


@given(columns, names, answers)
def test_no_cell_is_lost_whatever_the_map_says(cells, name, how):
    """Each is a value, an empty cell, a code that a decision names, or a reported problem."""
    table = draft_table(table_of(cells, name), {name: how})
    (column,) = table.columns
    assert column.raw == tuple(cells)
    if column.questions:
        assert column.values == column.texts == column.raw
        return
    named = missing_cells(table)
    said = "\n".join(map(str, table.problems))
    for row, cell, value, text in zip(column.rows, cells, column.values, column.texts, strict=True):
        stripped = cell.strip().strip("\u200b\ufeff\u200e\u200f\u00ad\u2060\u200c\u200d").strip()
        if f"row {row}, column" in said:
            assert value is None
            assert text == stripped
        elif value is None:
            assert text == ""
            assert not stripped or any(same_cell(stripped, code) for code in named)
        elif column.kind in {"number", "integer"}:
            bound = value.sign if isinstance(value, Bound) else ""
            number = value.number if isinstance(value, Bound) else value
            assert math.isfinite(number)
            assert type(number)(text.removeprefix(bound)) == number
        elif column.kind in {"date", "datetime", "time"}:
            assert type(value).fromisoformat(text) == value
        else:
            assert text == stripped


@given(columns, names, st.sampled_from(["", "Visits 1"]), answers)
def test_a_written_map_gives_the_same_values_and_decisions(cells, name, sheet, given_answers):
    source = table_of(cells, name, sheet)
    table = draft_table(source, {name: given_answers})
    opened = OpenedFile(file="t.csv", kind="text", tables=(source,), decisions=(), unread=())
    how = parse_map(write_map(opened, [table]))
    again = draft_table(source, how.columns)
    (first,), (second,) = table.columns, again.columns
    assert second.values == first.values
    assert second.texts == first.texts
    assert (second.kind, second.unit) == (first.kind, first.unit)
    assert again.problems == table.problems
    assert again.questions == table.questions
    assert {(d.key, d.value) for d in again.decisions} == {
        (d.key, d.value) for d in table.decisions
    }


@given(columns, names, st.data())
def test_every_answer_to_a_question_is_one(cells, name, data):
    """Taking an answer out of its comment answers the question, whichever it is."""
    source = table_of(cells, name)
    opened = OpenedFile(file="t.csv", kind="text", tables=(source,), decisions=(), unread=())
    table = draft_table(source)
    assume(table.questions)
    lines = write_map(opened, [table]).splitlines()
    asked = [question.key for question in table.questions]
    for question in table.questions:
        answer, _ = data.draw(st.sampled_from(question.lines()))
        at = next(i for i, line in enumerate(lines) if line.startswith(f"# {answer}  #"))
        lines[at] = lines[at].removeprefix("# ")
    how = parse_map("\n".join(lines))
    left = [question.key for question in draft_table(source, how.columns).questions]
    assert not set(left) & set(asked)
