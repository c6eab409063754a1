"""Dates and times, cell by cell."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from remit.io.columns.dates import date_cell, day_number, is_part_of_date, iso, read_time


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2021-04-03", "day-month", date(2021, 4, 3)),
        ("2021/4/3", "month-day", date(2021, 4, 3)),
        ("03/04/2021", "day-month", date(2021, 4, 3)),
        ("03/04/2021", "month-day", date(2021, 3, 4)),
        ("25.12.2020", "day-month", date(2020, 12, 25)),
        ("25.12.2020", "month-day", None),
        ("31/02/2021", "day-month", None),
        ("7-Mar-15", "month-day", date(2015, 3, 7)),
        ("16 Nov 2024", "day-month", date(2024, 11, 16)),
        ("Nov 16, 2024", "day-month", date(2024, 11, 16)),
        ("3. März 2024", "day-month", date(2024, 3, 3)),
        ("5-Jul-29", "day-month", date(2029, 7, 5)),
        ("5-Jul-30", "day-month", date(1930, 7, 5)),
        ("99-04-05", "year-month", date(1999, 4, 5)),
        ("11/16/24 13:12", "month-day", datetime(2024, 11, 16, 13, 12)),  # noqa: DTZ001
        ("11/17/24 2:05 PM", "month-day", datetime(2024, 11, 17, 14, 5)),  # noqa: DTZ001
        ("2024-11-16T13:12:05Z", "day-month", datetime(2024, 11, 16, 13, 12, 5, tzinfo=UTC)),
        (
            "1980-05-03 00:00-05:00",
            "day-month",
            datetime(1980, 5, 3, tzinfo=timezone(timedelta(hours=-5))),
        ),
    ],
)
def test_a_cell_under_an_order(text, order, value):
    cell = date_cell(text)
    assert cell is not None
    assert cell.read(order) == value


@pytest.mark.parametrize(
    "text",
    ["not a date", "12.2021", "1.2.3", "1/2", "Foo 3, 2024", "2024-11-16 25:00", "", "44307"],
)
def test_what_has_not_the_form_of_a_date(text):
    assert date_cell(text) is None


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (44307, date(2021, 4, 21)),  # Dataverse #7816
        (13439088000, date(2008, 8, 26)),  # seconds of SPSS, JASP #606
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (60, None),  # 29 February 1900, which only the spreadsheet has
        (61, date(1900, 3, 1)),
        (44307.5, datetime(2021, 4, 21, 12)),  # noqa: DTZ001
        (2958465, date(9999, 12, 31)),
        (2958466, None),
        (0, None),
        (1e14, None),
    ],
)
def test_day_numbers(number, day):
    assert day_number(number) == day


def test_times():
    assert read_time("13:05") == time(13, 5)
    assert read_time("12:05 am") == time(0, 5)
    assert read_time("12:05 PM") == time(12, 5)
    assert read_time("9:15:30.25") == time(9, 15, 30, 250_000)
    assert read_time("24:00") is None
    assert read_time("13:05 pm") is None
    assert iso(time(13, 5)) == "13:05"
    assert iso(datetime(2024, 11, 16, 13, 12, 5, tzinfo=UTC)) == "2024-11-16T13:12:05+00:00"


def test_parts_of_dates():
    assert is_part_of_date("Mar 2024")
    assert is_part_of_date("3-Mar")
    assert is_part_of_date("2024-03")
    assert not is_part_of_date("Foo 2024")
    assert not is_part_of_date("12-13")
