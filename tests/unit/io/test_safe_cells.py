import pytest

from remit.io.safe_cells import restored_cell, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|'/C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "-",
        "=",
        "＝1",
        "-x",
    ],
)
def test_what_a_spreadsheet_computes_is_made_safe(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-1.5", "+3", "-0,5", "-1e-5", "-12%", "-.5", "", "a=b", "x-1", "'", "'abc", "1-2"]
)
def test_plain_numbers_and_other_texts_stay(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "-1.5", "'-1.5", "'abc", ""])
def test_it_can_be_undone(text):
    assert restored_cell(safe_cell(text)) == text
