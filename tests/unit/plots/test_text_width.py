"""Widths agree with the font's own metrics; wrapping keeps all words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from remit.plots.text_width import clean_text, text_width, wrap_label, wrap_text


@pytest.mark.parametrize("text", ["Schwenk 2018", "0123456789", "nummi", "−1.52 (−2.31 to −0.73)"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_width_agrees_with_matplotlib(text: str, weight: str) -> None:
    properties = FontProperties(family="DejaVu Sans", size=8, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties, False)
    # matplotlib kerns and rounds each glyph to 1/64 of a pixel at size 100: below 1 percent
    assert text_width(text, 8, bold=weight == "bold") == pytest.approx(width, rel=0.01)


def test_width_grows_in_proportion_to_size() -> None:
    # a product of the same two factors in another order: rounding only
    assert text_width("Ketamine", 14) == pytest.approx(2 * text_width("Ketamine", 7), rel=1e-12)


def test_a_character_without_glyph_counts_as_one_em() -> None:
    assert text_width("頭痛", 10) == 20


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=20))
def test_wrapping_keeps_words_and_width(words: list[str]) -> None:
    lines = wrap_text(" ".join(words), 60, 8)
    assert " ".join(lines).split() == words
    assert all(text_width(line, 8) <= 60 for line in lines)


@given(st.text(max_size=120))
def test_labels_have_at_most_two_lines_that_fit(text: str) -> None:
    lines = wrap_label(text, 50, 8)
    assert 1 <= len(lines) <= 2
    assert all(text_width(line, 8) <= 50 for line in lines)


def test_only_what_cannot_fit_ends_in_an_ellipsis() -> None:
    assert wrap_label("Benish 2019", 80, 8) == ("Benish 2019",)
    assert wrap_label("word " * 40, 80, 8)[1].endswith("…")


def test_a_word_that_is_too_long_is_broken() -> None:
    lines = wrap_text("x" * 60, 50, 8)
    assert "".join(lines) == "x" * 60
    assert len(lines) > 1


def test_control_characters_and_line_breaks_become_spaces() -> None:
    assert clean_text("a\nb\x00 c\t") == "a b c"
