"""Names beside dots, where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence

from remit.plots.frame import Frame
from remit.plots.marks import Align, Box, TextMark
from remit.plots.plane import DotMark
from remit.plots.style import SMALL
from remit.plots.text_width import ASCENT, clean_text

__all__ = ["label_points"]


def label_points(
    dots: Sequence[DotMark], labels: Sequence[str], frame: Frame, order: Sequence[int]
) -> tuple[TextMark, ...]:
    """Name dots at their right, left, above or below; a name without room is left out.

    Parameters
    ----------
    dots, labels : (k,) sequences
        Dots and their names.
    frame : Frame
        Names stay within its plot.
    order : sequence of int
        Dots to name, the most important first.

    Returns
    -------
    tuple of TextMark
        None overlaps another or a dot.
    """
    taken = [
        Box(left=d.x - d.radius, top=d.y - d.radius, right=d.x + d.radius, bottom=d.y + d.radius)
        for d in dots
    ]
    placed: list[TextMark] = []
    for i in order:
        text = clean_text(labels[i])
        if not text:
            continue
        for mark in _places(dots[i], text):
            box = mark.box
            inside = (
                box.left >= frame.x.left + 2.0
                and box.right <= frame.x.right
                and box.top >= frame.y.left
                and box.bottom <= frame.y.right
            )
            if inside and not any(box.overlaps(other) for other in taken):
                placed.append(mark)
                taken.append(box)
                break
    return tuple(placed)


def _places(dot: DotMark, text: str) -> tuple[TextMark, ...]:
    far, middle = dot.radius + 2.5, dot.y + 0.3 * SMALL
    wanted: tuple[tuple[float, float, Align], ...] = (
        (dot.x + far, middle, "left"),
        (dot.x - far, middle, "right"),
        (dot.x, dot.y - far, "center"),
        (dot.x, dot.y + far + ASCENT * SMALL, "center"),
    )
    return tuple(TextMark(x=x, y=y, text=text, size=SMALL, align=align) for x, y, align in wanted)
