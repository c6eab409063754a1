"""Columns as people fill them: kind, values and the sentence that says what was decided."""

import json
from datetime import date, datetime, time

import pytest

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.columns.compounds import Compound
from remit.io.columns.measures import Bound
from remit.io.file_map import ColumnMap
from remit.io.typed_table import draft_table, typed_table

WHOLE, NUMBERS = "whole numbers", "numbers"


@pytest.fixture
def read(table_of):
    """Read one column, called ``x`` unless said otherwise."""

    def one(cells, name="x", **how):
        table = table_of(**{name: cells})
        return typed_table(table, {name: ColumnMap(**how)} if how else {}).columns[0]

    return one


@pytest.fixture
def asked(table_of):
    """The problems under which one column is refused."""

    def one(cells, name="x", **how):
        with pytest.raises(InputError) as caught:
            typed_table(table_of(**{name: cells}), {name: ColumnMap(**how)} if how else {})
        return [(p.where, p.found, p.hint) for p in caught.value.problems]

    return one


def sentences(column):
    return [f"{d.words}, {d.evidence}" for d in column.decisions]


CASES = [
    # whole numbers, with empty cells counted
    (["1", "2", "", "3"], "integer", [1, 2, None, 3], ["whole numbers, all 3 cells, 1 empty"]),
    # jamovi #226, #437: German and Czech decimals
    (
        ["1,5", "2,3", "2"],
        "number",
        [1.5, 2.3, 2.0],
        ["numbers, all 3 cells", "comma is the decimal sign, 2 of 2 cells with a sign agree"],
    ),
    (
        ["12,5", "1.234,5", "1.234"],
        "number",
        [12.5, 1234.5, 1234.0],
        [
            "numbers, all 3 cells",
            "comma is the decimal sign, '12,5' (row 2) and 1 more can be read in no other way",
            "point is the thousands sign, 2 of 3 cells with a sign",
        ],
    ),
    (
        ["1,234.5", "1,234"],
        "number",
        [1234.5, 1234.0],
        [
            "numbers, both cells",
            "point is the decimal sign, '1,234.5' (row 2) can be read in no other way",
            "comma is the thousands sign, 2 of 2 cells with a sign",
        ],
    ),
    (["1 234", "12"], "integer", [1234, 12], ["whole numbers, both cells"]),
    # RedCapR #241: ids with zeros
    (
        ["1017", "001017"],
        "id",
        ["1017", "001017"],
        ["ids, kept as they stand, 1 of 2 cells with a 0 in front, such as '001017'"],
    ),
    # PyCap #41: an id with a hyphen is no number
    (["1234-5678"], "text", ["1234-5678"], ["text, kept as it stands, the only cell"]),
    (
        ["12345678901234567", "1"],
        "id",
        ["12345678901234567", "1"],
        [
            "ids, kept as they stand, 1 of 2 cells with more than 15 digits, such as "
            "'12345678901234567'"
        ],
    ),
    # a bound stays one
    (
        ["<0.001", "0.03"],
        "number",
        [Bound(sign="<", number=0.001), 0.03],
        [
            "numbers, both cells",
            "point is the decimal sign, 2 of 2 cells with a sign agree",
            "'<0.001' is kept as a bound, 1 of 2 cells",
        ],
    ),
    (
        ["34%", "12%"],
        "integer",
        [34, 12],
        ["whole numbers, both cells", "per cent stays per cent, '34%' is 34, both cells"],
    ),
    # REDCapR, repeating instruments: a unit in the cell
    (
        ["1.1 ppm", "1.2 ppm", ""],
        "number",
        [1.1, 1.2, None],
        [
            "numbers, both cells, 1 empty",
            "point is the decimal sign, 2 of 2 cells with a sign agree",
            "the unit is ppm, both cells",
        ],
    ),
    (
        ["0", "3", "5", "7", "10", "-99", "NA"],
        "integer",
        [0, 3, 5, 7, 10, None, None],
        [
            "whole numbers, all 5 cells",
            "'-99' and 'NA' mean that nothing is known, 2 of 7 cells, the other numbers are 0 to "
            "10",
        ],
    ),
    (
        ["2", "missing", "4", "−5"],
        "integer",
        [2, None, 4, -5],
        ["whole numbers, all 3 cells", "'missing' means that nothing is known, 1 of 4 cells"],
    ),
    (
        ["7.1 ± 2.0", "8.2 ± 1.1"],
        "compound",
        [
            Compound(form="plus-minus", parts=(("mean", 7.1), ("plus_minus", 2.0))),
            Compound(form="plus-minus", parts=(("mean", 8.2), ("plus_minus", 1.1))),
        ],
        [
            "cells with several numbers, kept as they stand, both cells",
            "point is the decimal sign, 2 of 2 cells with a sign agree",
            "'7.1 ± 2.0' is read as mean and plus-minus of unnamed kind, both cells",
        ],
    ),
    (
        ["12 (34%)", "0"],
        "compound",
        [Compound(form="count-percent", parts=(("count", 12.0), ("percent", 34.0))), 0.0],
        [
            "cells with several numbers, kept as they stand, both cells",
            "'12 (34%)' is read as count and percentage, 1 of 2 cells",
        ],
    ),
    (
        ["03/04/2021", "25/12/2020"],
        "date",
        [date(2021, 4, 3), date(2020, 12, 25)],
        [
            "dates, both cells",
            "the day stands before the month, '25/12/2020' (row 3) can be read in no other way",
        ],
    ),
    # where day and month are the same nothing is open
    (["04/04/2021"], "date", [date(2021, 4, 4)], ["dates, the only cell"]),
    (
        ["7-Mar-15", "8-Mar-15"],
        "date",
        [date(2015, 3, 7), date(2015, 3, 8)],
        [
            "dates, both cells",
            "two-digit years below 30 are 20xx, the others 19xx, as spreadsheets read them, such "
            "as '7-Mar-15' (row 2) and 1 more",
        ],
    ),
    # INTERPOLAR #459: no day is ever shifted
    (["1980-05-03"], "date", [date(1980, 5, 3)], ["dates, the only cell"]),
    (["13:05", "7:30"], "time", [time(13, 5), time(7, 30)], ["times of day, both cells"]),
    (
        ["yes", "No", "NA"],
        "yes-no",
        [True, False, None],
        ["yes or no, both cells", "'NA' means that nothing is known, 1 of 3 cells"],
    ),
    # JASP #1608: 0 and 1 are numbers until someone says otherwise
    (["0", "1"], "integer", [0, 1], ["whole numbers, both cells"]),
    (["", ""], "empty", [None, None], ["empty, no cell says anything"]),
    (
        ["placebo", "1", "none"],
        "text",
        ["placebo", "1", "none"],
        ["text, kept as it stands, all 3 cells; 1 of them could be read as numbers"],
    ),
    # redcapAPI #297: blanks that only look like blanks
    (["\u00a05\u00a0", "6\u200b"], "integer", [5, 6], ["whole numbers, both cells"]),
]


@pytest.mark.parametrize(("cells", "kind", "values", "said"), CASES)
def test_what_is_decided(read, cells, kind, values, said):
    column = read(cells)
    assert column.kind == kind
    assert list(column.values) == values
    assert [type(value) for value in column.values] == [type(value) for value in values]
    assert sentences(column) == said
    assert column.problems == ()
    assert column.raw == tuple(cells)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("T", "text"), ("T.1", "text"), ("Treatment1", "text"), ("arm", "text"), ("dose", "integer")],
)
def test_treatments_called_by_their_dose_are_names(read, name, kind):
    # gemtc#7: doses of 2, 10 and 20 mg as treatments
    column = read(["20 mg", "2 mg", "10 mg"], name)
    assert column.kind == kind
    assert column.texts == (("20 mg", "2 mg", "10 mg") if kind == "text" else ("20", "2", "10"))
    assert read(["Placebo", "20 mg", "5%"], "T").kind == "text"
    assert read(["1", "2"], "T").kind == "integer"


def test_the_migraine_diary_export_has_the_month_first(read):
    column = read(["11/16/24 13:12", "11/17/24 2:05", "not a date"])
    assert column.kind == "datetime"
    first, second, third = column.values
    assert first == datetime(2024, 11, 16, 13, 12)  # noqa: DTZ001
    assert column.texts == ("2024-11-16T13:12", "2024-11-17T02:05", "not a date")
    assert second is not None
    assert third is None
    assert [str(p) for p in column.problems] == [
        "trial.csv, row 4, column 'x': found 'not a date', expected a date, as in the other cells."
    ]


class TestOddCells:
    def test_one_word_among_numbers_is_reported_with_its_row(self, read):
        column = read([str(i) for i in range(40)] + ["tow"])
        assert column.kind == "integer"
        assert column.values[-1] is None
        assert column.texts[-1] == "tow"
        assert sentences(column) == ["whole numbers, 40 of 41 cells"]
        (problem,) = column.problems
        assert problem.where == "trial.csv, row 42, column 'x'"
        assert problem.found == "'tow'"

    @pytest.mark.parametrize(
        ("odd", "hint"),
        [
            ("1O", "Is it 10, with a letter for a digit?"),
            ("3-Mar", "Did a spreadsheet make a date of a number?"),
            ("#REF!", "The spreadsheet could not compute this cell."),
            (
                "7.1 (2.0)",
                "It holds a number and a second one in brackets, of unnamed kind: give each number "
                "a column of its own.",
            ),
            ("none", ""),
        ],
    )
    def test_the_hint_says_what_may_have_happened(self, read, odd, hint):
        column = read(["1.5", "2.5", "3.5", "4.5", "5.5", odd])
        (problem,) = column.problems
        assert problem.hint == hint

    def test_a_part_of_a_date_is_listed_and_not_filled_up(self, read):
        # redcapAPI #307
        column = read(["13/3/24", "14/3/24", "Mar 2024", "31/4/24", "12/25/24"], dates="day-month")
        assert [(p.found, p.expected) for p in column.problems] == [
            ("'Mar 2024'", "a whole date"),
            ("'31/4/24'", "a day of the calendar"),
            ("'12/25/24'", "a date in which the day stands before the month"),
        ]

    def test_a_day_number_among_dates_is_named(self, read):
        column = read(["2021-04-20", "2021-04-22", "44307"])
        (problem,) = column.problems
        assert problem.hint == (
            'Is it the day 2021-04-21? Then say dates = "day-numbers" in the map.'
        )
        column = read(["2021-04-20", "2021-04-22", "2021"])  # a year is no day number
        assert [(p.expected, p.hint) for p in column.problems] == [
            ("a whole date", "Day, month and year are needed.")
        ]
        column = read(["2021-04-20", "2021-04-22", "44307"], dates="day-numbers")
        assert column.values[-1] == date(2021, 4, 21)

    def test_a_cell_in_another_unit_than_the_name_says(self, read):
        column = read(["25 mg", "30", "0.5 g"], "dose (mg)")
        assert column.values == (25.0, 30.0, None)
        assert [(p.found, p.expected) for p in column.problems] == [("'0.5 g'", "a number in mg")]


class TestQuestions:
    def test_one_comma_and_three_digits(self, asked, read):
        assert asked(["1,234"]) == [
            (
                "trial.csv, column 'x'",
                "'1,234' (row 2); no cell decides",
                "Say which in the map, under [columns.x]: decimal = \",\" ('1,234' is 1.234) or "
                "decimal = \".\" ('1,234' is 1234).",
            )
        ]
        assert read(["1,234"], decimal=",").values == (1.234,)
        assert read(["1,234"], decimal=".").values == (1234,)
        assert read(["1,234"], thousands=",").values == (1234,)

    def test_point_and_comma_in_one_column(self, asked, read):
        ((_, found, hint),) = asked(["1.5", "1,5"])
        assert found == "'1.5' (row 2) beside '1,5' (row 3)"
        assert 'decimal = "either" (each is a decimal sign)' in hint
        assert read(["1.5", "1,5"], decimal="either").values == (1.5, 1.5)
        column = read(["1.5", "1,5"], decimal=".")
        assert column.values == (1.5, None)
        assert column.problems[0].hint == "Its decimal sign is not that of the column."

    def test_each_column_has_its_own_sign(self, table_of):
        # REDCapR #366: number_comma_decimal in one field only
        table = typed_table(table_of(a=["1,54", "2,5"], b=["1.54", "2.5"]))
        assert [column.values for column in table.columns] == [(1.54, 2.5), (1.54, 2.5)]

    def test_the_other_columns_decide_where_they_have_the_same_sign(self, table_of):
        table = typed_table(table_of(a=["1.234", "2.345"], b=["1.5", "2.5"]))
        assert table.column("a").values == (1.234, 2.345)
        assert sentences(table.column("a"))[1] == (
            "point is the decimal sign, as in the other columns"
        )
        draft = draft_table(table_of(a=["1,234", "2,345"], b=["1.5", "2.5"]))
        assert [q.key for q in draft.questions] == ["decimal"]

    def test_numbers_of_a_workbook_are_not_read_again(self, table_of):
        # JASP #4520: a workbook keeps 1.234 as a number
        table = table_of(a=["1.234", "1.234567"])
        assert typed_table(table, stored=True).columns[0].values == (1.234, 1.234567)
        assert draft_table(table_of(a=["1.234"])).questions
        assert not draft_table(table_of(a=["1.234"]), stored=True).questions
        assert draft_table(table_of(a=["1,234"]), stored=True).questions

    def test_day_or_month_first(self, asked, read):
        ((_, found, hint),) = asked(["03/04/2021", "05/06/2021"])
        assert found == "'03/04/2021' (row 2) and 1 more; no cell decides"
        assert hint == (
            "Say which in the map, under [columns.x]: dates = \"day-month\" ('03/04/2021' is "
            "2021-04-03) or dates = \"month-day\" ('03/04/2021' is 2021-03-04)."
        )
        assert read(["03/04/2021"], dates="month-day").values == (date(2021, 3, 4),)

    def test_dates_that_contradict_each_other(self, asked):
        ((_, found, hint),) = asked(["13/04/2021", "12/25/2021"])
        assert found == (
            "'13/04/2021' (row 2) and '12/25/2021' (row 3), which contradict each other"
        )
        assert "dates = \"day-month\" ('12/25/2021' (row 3) cannot be read then)" in hint

    def test_day_numbers_under_the_name_of_a_date(self, asked, read):
        # Dataverse #7816; JASP #606
        ((_, _, hint),) = asked(["44307"], "visit_date")
        assert "kind = \"date\" ('44307' is the day 2021-04-21)" in hint
        assert read(["44307"], "visit_date", kind="date").values == (date(2021, 4, 21),)
        assert read(["44307"], "visit_date", kind="integer").values == (44307,)
        assert read(["44307"], "cost").values == (44307,)
        assert read(["13439088000"], "date", kind="date").values == (date(2008, 8, 26),)
        assert read(["20210421"], "date", kind="date").values == (date(2021, 4, 21),)
        assert asked(["20210421"], "Visit Date")
        assert read(["20211321"], "date").values == (20211321,)

    def test_wells_and_lists_that_look_like_numbers(self, asked, read):
        ((_, found, hint),) = asked(["12E3", "7E1", "5"])
        assert found == "'12E3' (row 2) and 1 more"
        assert 'kind = "number" (\'12E3\' is 12000) or kind = "id"' in hint
        assert read(["12E3", "5"], kind="id").texts == ("12E3", "5")
        assert read(["1.2E3", "1e-3"]).values == (1200.0, 0.001)
        ((_, found, _),) = asked(["1,2", "3", "1,2,3"])
        assert found == "'1,2' (row 2) beside '1,2,3' (row 4)"

    def test_the_century_of_births(self, asked, read):
        ((_, _, hint),) = asked(["13/5/05", "14/6/47"], "birth_date")
        assert "century = 30 ('13/5/05' is in 2005) or century = 0 ('13/5/05' is in 1905)" in hint
        assert read(["13/5/05"], "birth_date", century=0).values == (date(1905, 5, 13),)

    def test_a_number_that_may_be_a_code(self, asked, read):
        cells = ["20", "30", "55", "60", "71", "99"]
        ((_, found, hint),) = asked(cells, "age")
        assert found == "'99' (row 7); the other numbers are 20 to 71"
        assert 'missing = ["99"] (nothing is known there) or missing = []' in hint
        assert read(cells, "age", missing=("99",)).values[-1] is None
        assert read(cells, "age", missing=()).values[-1] == 99

    def test_units(self, asked, read):
        ((_, found, hint),) = asked(["25 mg", "30"])
        assert found == "'25 mg' (row 2) beside '30' (row 3)"
        assert 'unit = "mg" (cells without a unit are, too)' in hint
        assert read(["25 mg", "30"], unit="mg").values == (25, 30)
        assert read(["25 mg", "30"], unit="none").values == (None, 30)
        ((_, _, hint),) = asked(["25 mg", "0.5 g"])
        assert 'unit = "mg" (cells in another unit are reported and not read)' in hint

    def test_per_cent_beside_shares(self, asked, read):
        ((_, found, _),) = asked(["34%", "0.5", "0"])
        assert found == "'0.5' (row 3) beside '34%' (row 2)"
        assert read(["34%", "0.5"], percent="shares").values == (0.34, 0.5)
        assert read(["34%", "0.5"], percent="percent").values == (34, 0.5)
        assert read(["34%", "12.5"], "change (%)").values == (34, 12.5)

    def test_half_numbers_half_words(self, asked, read):
        # MetaInsight: 'thirty two' in a column of counts
        ((where, found, hint),) = asked(["thirty two", "35", "NA"], "R.3")
        assert where == "trial.csv, column 'R.3'"
        assert found == "'thirty two' (row 2), while 1 of 2 cells can be read as numbers"
        assert '[columns."R.3"]: kind = "number"' in hint
        column = read(["thirty two", "35", "NA"], "R.3", kind="number")
        assert column.values == (None, 35.0, None)
        assert len(column.problems) == 1

    def test_all_questions_of_a_table_come_at_once(self, table_of):
        table = table_of(a=["1,234"], b=["03/04/2021"], c=["5"])
        with pytest.raises(InputError) as caught:
            typed_table(table)
        assert [p.where for p in caught.value.problems] == [
            "trial.csv, column 'a'",
            "trial.csv, column 'b'",
        ]
        draft = draft_table(table)
        assert [column.kind for column in draft.columns] == ["undecided", "undecided", "integer"]
        assert draft.column("a").values == ("1,234",)


class TestTheMap:
    @pytest.mark.parametrize(
        ("cells", "how", "values"),
        [
            (["0", "1", "2"], {"kind": "yes-no"}, (False, True, None)),
            (["1", "2"], {"kind": "text"}, ("1", "2")),
            (["1", "2"], {"kind": "number"}, (1.0, 2.0)),
            (["1.0", "2.5"], {"kind": "integer"}, (1, None)),
            (["1", "NA"], {"kind": "text", "missing": ()}, ("1", "NA")),
            (["none", "3"], {"missing": ("none",)}, (None, 3)),
            (["12/35"], {"kind": "number"}, (None,)),
        ],
    )
    def test_an_answer_stands_above_the_cells(self, read, cells, how, values):
        # JASP #1608: the type can always be set by hand, and nothing is deleted by it (jamovi #226)
        column = read(cells, **how)
        assert column.values == values
        assert column.raw == tuple(cells)
        unread = [v is None for v in values].count(True) - ("none" in cells)
        assert len(column.problems) == unread
        assert {d.source for d in column.decisions if d.key in how} == {"map"}

    def test_answers_that_are_none(self, table_of):
        how = {"x": ColumnMap(kind="numbers", decimal=";", thousands=".", century=1900)}
        with pytest.raises(InputError) as caught:
            typed_table(table_of(x=["1"]), how)
        assert [(p.where, p.hint) for p in caught.value.problems] == [
            ("column 'x', key 'kind'", "Did you mean 'number'?"),
            ("column 'x', key 'decimal'", ""),
            ("column 'x', key 'century'", ""),
        ]
        with pytest.raises(InputError, match="which is the decimal sign, too"):
            typed_table(table_of(x=["1"]), {"x": ColumnMap(decimal=".", thousands=".")})

    def test_a_sheet_stands_before_the_name(self):
        def visits(sheet):
            return TextTable(
                file="w.xlsx", header=("a",), rows=(("1,234",),), row_numbers=(2,), sheet=sheet
            )

        how = {"Visits!a": ColumnMap(decimal=","), "a": ColumnMap(decimal=".")}
        assert typed_table(visits("Visits"), how).columns[0].values == (1.234,)
        assert typed_table(visits("Doses"), how).columns[0].values == (1234,)


class TestCanonical:
    def test_numbers_dates_and_codes_in_one_way_of_writing(self, table_of):
        source = table_of(
            record=["007", "008", "009"],
            dose=["12,50 mg", "1.000 mg", "NA"],
            day=["25.12.2020", "3.1.2021", "?"],
            share=["34 %", "−5%", "0%"],
            p=["<0,001", "0,3", "0,04"],
            mean=["7,1 ± 2,0", "8,2 ± 1,0", "-"],
            note=["it's 1,5", " NA ", "x"],
        )
        table = typed_table(source)
        canonical = table.canonical()
        assert canonical.header == source.header
        assert canonical.row_numbers == source.row_numbers
        assert canonical.rows == (
            ("007", "12.50", "2020-12-25", "34", "<0.001", "7,1 ± 2,0", "it's 1,5"),
            ("008", "1000", "2021-01-03", "-5", "0.3", "8,2 ± 1,0", ""),
            ("009", "", "", "0", "0.04", "", "x"),
        )
        assert table.column("dose").unit == "mg"

    def test_a_table_without_rows(self, table_of):
        table = typed_table(table_of(a=[], b=[]))
        assert table.canonical().rows == ()
        assert [column.kind for column in table.columns] == ["empty", "empty"]
        assert table.to_rows() == []


def test_the_exits_of_a_table(table_of):
    table = typed_table(table_of(day=["2021-04-03", "x"] + ["2021-04-03"] * 8, p=["<0.1"] * 10))
    assert table.to_rows()[0] == {"day": date(2021, 4, 3), "p": Bound(sign="<", number=0.1)}
    content = json.loads(json.dumps(table.to_dict()))
    assert content["columns"][0]["values"][:2] == ["2021-04-03", None]
    assert content["columns"][0]["raw"][1] == "x"
    assert content["columns"][1]["values"][0] == {"sign": "<", "number": 0.1}
    assert table.summary().splitlines() == [
        "day: dates (9 of 10 cells)",
        "p: numbers (all 10 cells); point is the decimal sign (10 of 10 cells with a sign agree); "
        "'<0.1' is kept as a bound (all 10 cells)",
        "trial.csv, row 3, column 'day': found 'x', expected a date, as in the other cells.",
    ]
    with pytest.raises(InputError, match="no column 'dose', expected one of day, p"):
        table.column("dose")
