"""Which colour and mark a treatment has, and the key that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.plots.marks import TextMark
from remit.plots.style import ACCENT, BODY, INK, MARGIN, MUTED, SECOND, WIDE_WIDTH
from remit.plots.text_width import ASCENT, LEADING, MIDDLE, clean_text, text_width

__all__ = ["TreatmentStyle", "treatment_key", "treatment_styles"]

LOOKS = ((ACCENT, "circle"), (SECOND, "square"), (INK, "triangle"), (MUTED, "diamond"))
"""Colour and mark of the first four treatments, filled; the next four have them hollow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentStyle:
    """How a treatment is drawn.

    Attributes
    ----------
    treatment : str
        Name.
    role : str
        Colour role.
    shape : str
        ``circle``, ``square``, ``triangle`` or ``diamond``.
    hollow : bool
        Whether the mark is open.
    x, y : float
        Place of its mark in the key, points; 0 until placed.
    """

    treatment: str
    role: str
    shape: str
    hollow: bool = False
    x: float = 0.0
    y: float = 0.0


def treatment_styles(
    treatments: Sequence[str], styles: Sequence[str] = ()
) -> tuple[TreatmentStyle, ...]:
    """Return the look of each entry; treatments are numbered as they first occur.

    Parameters
    ----------
    treatments : (k,) sequence of str
        Treatment of each entry.
    styles : (k,) sequence of str
        ``set-aside`` makes an entry grey; may be left out.
    """
    names = list(dict.fromkeys(clean_text(t) for t in treatments))
    looks = []
    for i, treatment in enumerate(treatments):
        number = names.index(clean_text(treatment))
        role, shape = LOOKS[number % len(LOOKS)]
        if i < len(styles) and styles[i] == "set-aside":
            role = MUTED
        hollow = number // len(LOOKS) % 2 == 1
        looks.append(
            TreatmentStyle(treatment=clean_text(treatment), role=role, shape=shape, hollow=hollow)
        )
    return tuple(looks)


def treatment_key(
    styles: Sequence[TreatmentStyle], *, left: float, top: float, width: float = WIDE_WIDTH
) -> tuple[tuple[TextMark, ...], tuple[TreatmentStyle, ...], float]:
    """Lay out the key in rows; nothing where all entries have one treatment without a name.

    Parameters
    ----------
    styles : sequence of TreatmentStyle
        As `treatment_styles` makes them.
    left, top : float
        Where the key begins, points.
    width : float
        Width of the figure, points.

    Returns
    -------
    texts, marks, bottom : tuple
        Names, placed marks, and the height at which they end.
    """
    firsts: dict[str, TreatmentStyle] = {}
    for style in styles:
        known = firsts.get(style.treatment)
        if known is None or (known.role == MUTED and style.role != MUTED):
            firsts[style.treatment] = style
    texts, marks, x, y = [], [], left, top
    for style in firsts.values():
        if not style.treatment:
            continue
        needed = 9.0 + text_width(style.treatment, BODY)
        if x > left and x + needed > width - MARGIN:
            x, y = left, y + LEADING * BODY
        baseline = y + ASCENT * BODY
        marks.append(replace(style, x=x + 3.0, y=baseline - MIDDLE * BODY))
        texts.append(TextMark(x=x + 9.0, y=baseline, text=style.treatment, size=BODY))
        x += needed + 14.0
    return tuple(texts), tuple(marks), y + LEADING * BODY if marks else top
