"""Bounds, per cent, units, and cells with several numbers."""

import pytest

from remit.io.columns.cells import plain
from remit.io.columns.compounds import Compound
from remit.io.columns.measures import Measure, read_measure, readings
from remit.io.columns.units import same_unit, unit_in_header


def read(text, decimal="."):
    return read_measure(plain(text), decimal)


@pytest.mark.parametrize(
    ("text", "bound", "number", "percent", "unit"),
    [
        ("<0.001", "<", "0.001", False, ""),
        ("> 100", ">", "100", False, ""),
        ("<=5", "≤", "5", False, ""),
        ("≥ 5", "≥", "5", False, ""),
        ("34%", "", "34", True, ""),
        ("34 %", "", "34", True, ""),
        ("25 mg", "", "25", False, "mg"),
        ("0.5mg/kg/h", "", "0.5", False, "mg/kg/h"),
        ("1.1 ppm", "", "1.1", False, "ppm"),
        ("25 kg/m²", "", "25", False, "kg/m^2"),
        ("10 ng mL-1", "", "10", False, "ng mL-1"),
        ("< 5 ng/mL", "<", "5", False, "ng/mL"),
        ("14 days", "", "14", False, "days"),
    ],
)
def test_one_number(text, bound, number, percent, unit):
    assert read(text) == Measure(text=number, bound=bound, percent=percent, unit=unit)


@pytest.mark.parametrize(
    ("text", "form", "parts"),
    [
        ("12 (34%)", "count-percent", {"count": 12, "percent": 34}),
        ("34% (12)", "count-percent", {"count": 12, "percent": 34}),
        ("12 [34.3 %]", "count-percent", {"count": 12, "percent": 34.3}),
        ("12/35 (34%)", "count-of-percent", {"count": 12, "of": 35, "percent": 34}),
        ("12/35", "pair", {"first": 12, "second": 35}),
        ("12 of 35", "pair", {"first": 12, "second": 35}),
        ("120/80", "pair", {"first": 120, "second": 80}),
        ("7.1 ± 2.0", "plus-minus", {"mean": 7.1, "plus_minus": 2}),
        ("7.1 +/- 2.0", "plus-minus", {"mean": 7.1, "plus_minus": 2}),
        ("7.1 ± 2.0 ng/mL", "plus-minus", {"mean": 7.1, "plus_minus": 2, "unit": "ng/mL"}),
        ("7.1 (2.0)", "bracket", {"number": 7.1, "bracket": 2}),
        ("3 [1-5]", "range", {"number": 3, "low": 1, "high": 5}),
        ("3 (1–5)", "range", {"number": 3, "low": 1, "high": 5}),
        ("-1.2 (-2.5 to 0.1)", "range", {"number": -1.2, "low": -2.5, "high": 0.1}),
        ("−1.2 (−2.5, 0.1)", "range", {"number": -1.2, "low": -2.5, "high": 0.1}),
        ("-1.2 (-2.5,-0.1)", "range", {"number": -1.2, "low": -2.5, "high": -0.1}),
        (
            "0.8 (95% CI 0.6 to 1.1)",
            "interval",
            {"number": 0.8, "low": 0.6, "high": 1.1, "level": 95},
        ),
        ("0.8, 95% CI 0.6-1.1", "interval", {"number": 0.8, "low": 0.6, "high": 1.1, "level": 95}),
        ("p < 0.001", "p-value", {"sign": "<", "p": 0.001}),
        ("P=.03", "p-value", {"sign": "=", "p": 0.03}),
    ],
)
def test_several_numbers_have_named_parts(text, form, parts):
    found = read(text)
    assert isinstance(found, Compound)
    assert found.form == form
    assert dict(found.parts) == parts
    assert found.part("nothing") is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("7,1 ± 2,0", {"mean": 7.1, "plus_minus": 2}),
        ("-1,2 (-2,5 bis 0,1)", {"number": -1.2, "low": -2.5, "high": 0.1}),
        ("-1,2 (-2,5; 0,1)", {"number": -1.2, "low": -2.5, "high": 0.1}),
        ("-1,2 (-2,5, 0,1)", {"number": -1.2, "low": -2.5, "high": 0.1}),
    ],
)
def test_several_numbers_with_decimal_commas(text, parts):
    found = read(text, ",")
    assert isinstance(found, Compound)
    assert dict(found.parts) == parts
    assert set(readings(plain(text))) == {","}


def test_a_comma_in_brackets_may_be_both():
    assert {sign: r.form for sign, r in readings("3 (1,5)").items()} == {
        ".": "range",
        ",": "bracket",
    }


@pytest.mark.parametrize(
    "text",
    ["", "tow", "1-5", "1234-5678", "01h 00m", "1d 02h 15m", "12 abc", "3rd", "K01", "1/2/3", "±2"],
)
def test_what_is_no_number(text):
    assert readings(plain(text)) == {}


def test_a_long_cell_is_words():
    assert read("1" * 81) is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("dose (mg)", "mg"),
        ("dose [mg/kg/h]", "mg/kg/h"),
        ("pain [0-10]", "0-10"),
        ("pain (0–100)", "0-100"),
        ("change (%)", "%"),
        ("conc_nmol_per_mL", "nmol/mL"),
        ("time_h", "h"),
        ("weight_kg", "kg"),
        ("pain_min", ""),
        ("P(Q)", ""),
        ("N.1", ""),
        ("rob.blinding_(outcomes)", ""),
    ],
)
def test_units_in_names(name, unit):
    assert unit_in_header(name) == unit


def test_spellings_of_a_unit():
    assert same_unit("µg", "mcg")
    assert same_unit("ug/kg", "μg/kg")
    assert same_unit("mL", "ml")
    assert not same_unit("mg", "g")
