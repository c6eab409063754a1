import pytest

from remit.io.cell_text import number_text, plain_number, read_format


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("0.30000000000000004", "0.3"),
        ("12.0", "12"),
        ("1E-5", "0.00001"),
        ("1.5E+20", "150000000000000000000"),
        ("1E+300", "1e+300"),
        ("12345678901234567890", "12345678901234567890"),
        ("-0", "0"),
        ("007", "7"),
    ],
)
def test_stored_numbers(raw, text):
    assert plain_number(raw) == text


@pytest.mark.parametrize("raw", ["1abc", "1_000", "1e999", "nan", "inf", "", "-", "١"])
@pytest.mark.parametrize("code", ["General", "0%", "dd.mm.yy", "h:mm", "[h]:mm", "0000"])
def test_what_is_no_number_stays_as_it_is(raw, code):
    assert number_text(raw, read_format(code), from_1904=False) == raw


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "plain"),
        ("0.00", "plain"),
        ("#,##0.00 [$USD]", "plain"),
        ('0 "d"', "plain"),
        ("0.00E+00", "plain"),
        ("0.0%", "percent"),
        ("dd/mm/yyyy", "date"),
        ("[$-409]mmm d, yyyy;@", "date"),
        ("mmmm", "date"),
        ("h:mm AM/PM", "time"),
        ("mm:ss", "time"),
        ("[hh]:mm", "duration"),
        ("00", "padded"),
        ("[Red]0.0;[Blue]-0.0", "plain"),
    ],
)
def test_formats(code, kind):
    assert read_format(code).kind == kind


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        ("0.5625", "h:mm", "13:30:00"),
        ("1.09375", "h:mm", "26:15:00"),
        ("44307.5625", "h:mm", "2021-04-21T13:30:00"),
        ("-0.0625", "[h]:mm", "-01:30:00"),
        ("0.00001157407407407407", "h:mm:ss", "00:00:01"),
        ("44306.999999999", "dd.mm.yyyy", "2021-04-21"),  # a tenth of a millisecond before it
        ("2958465", "yyyy", "9999-12-31"),
        ("2958466", "yyyy", None),
        ("0", "yyyy", None),
    ],
)
def test_days_and_times(raw, code, text):
    assert number_text(raw, read_format(code), from_1904=False) == text
