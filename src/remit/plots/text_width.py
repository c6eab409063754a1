"""How wide a text is in points, so that a layout can reserve room for it exactly."""

from __future__ import annotations

from functools import cache

from remit.plots.style import FONT_FAMILY

__all__ = [
    "ASCENT",
    "DESCENT",
    "LEADING",
    "MIDDLE",
    "clean_text",
    "text_width",
    "wrap_label",
    "wrap_text",
]

ASCENT = 0.78
"""Height above the baseline of the tallest Latin letter, as a share of the size."""
DESCENT = 0.24
"""Depth below the baseline, as a share of the size."""
MIDDLE = 0.36
"""Height of the middle of a capital above the baseline, as a share of the size."""
LEADING = 1.28
"""Distance of two baselines, as a share of the size."""

ELLIPSIS = "…"


def clean_text(text: str) -> str:
    """Return the text on one line, without control characters and runs of spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text.

    The sum of the advance widths of DejaVu Sans, without kerning; a character that the typeface
    lacks counts as one em, which is the width of a CJK character.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Type size, points.
    bold : bool
        Whether the bold cut is used.

    Returns
    -------
    float
        Points.
    """
    return size * _width_in_em(text, bold)


@cache
def _width_in_em(text: str, bold: bool) -> float:
    return sum(_advance(ord(character), bold) for character in text)


@cache
def _advance(code: int, bold: bool) -> float:
    """Advance width of a character in em, from the font's own table."""
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags

    properties = FontProperties(family=FONT_FAMILY, weight="bold" if bold else "normal")
    font = get_font(findfont(properties, fallback_to_default=True))
    index = font.get_char_index(code)
    if index == 0:
        return 1.0
    glyph = font.load_glyph(index, flags=LoadFlags.NO_SCALE | LoadFlags.NO_HINTING)
    return glyph.horiAdvance / font.units_per_EM


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into as many lines as it needs; a word that is too long is broken.

    Parameters
    ----------
    text : str
        Text; line breaks in it count as spaces.
    width : float
        Widest line, points.
    size : float
        Type size, points.
    bold : bool
        Whether the bold cut is used.

    Returns
    -------
    tuple of str
        Lines; empty for an empty text.
    """
    lines: list[str] = []
    current = ""
    for word in clean_text(text).split(" "):
        candidate = f"{current} {word}" if current else word
        if text_width(candidate, size, bold=bold) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        *full, current = _break_word(word, width, size, bold)
        lines.extend(full)
    return (*lines, current) if current else tuple(lines)


def _break_word(word: str, width: float, size: float, bold: bool) -> list[str]:
    pieces, current = [], ""
    for character in word:
        if current and text_width(current + character, size, bold=bold) > width:
            pieces.append(current)
            current = ""
        current += character
    return [*pieces, current]


def wrap_label(
    text: str, width: float, size: float, *, bold: bool = False, max_lines: int = 2
) -> tuple[str, ...]:
    """Break a label into at most two lines; only what can't fit at all ends in an ellipsis.

    Parameters
    ----------
    text, width, size, bold
        As in `wrap_text`.
    max_lines : int
        Most lines.

    Returns
    -------
    tuple of str
        One line at least, which is empty for an empty label.
    """
    lines = wrap_text(text, width, size, bold=bold)
    if len(lines) <= max_lines:
        return lines or ("",)
    last = " ".join(lines[max_lines - 1 :])
    while last and text_width(last.rstrip() + ELLIPSIS, size, bold=bold) > width:
        last = last[:-1]
    return (*lines[: max_lines - 1], last.rstrip() + ELLIPSIS)
