"""Colours name their roles and can be read."""

from itertools import pairwise

from remit.plots.style import ACCENT, COLOURS, CSS_VARIABLES, INK, MUTED, PAPER, SECOND


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_text_colours_have_a_contrast_of_at_least_4_5() -> None:
    paper = luminance(COLOURS[PAPER])
    for role in (INK, MUTED, ACCENT, SECOND):
        assert (paper + 0.05) / (luminance(COLOURS[role]) + 0.05) >= 4.5


def test_every_colour_names_one_role() -> None:
    ordered = sorted(COLOURS.values())
    assert all(a != b for a, b in pairwise(ordered))
    assert set(CSS_VARIABLES) == set(COLOURS)
