"""Save a figure of a review as a file."""

from __future__ import annotations

import difflib
from pathlib import Path

from remit.core.errors import InputError, SpecError
from remit.plots.drawing import draw
from remit.plots.svg import save_figure
from remit.report.html import figures_of
from remit.workbench.review import Tell, make_review

__all__ = ["list_figures", "save_review_figure"]


def list_figures(folder: Path | None = None, tell: Tell = lambda _: None) -> dict[str, str]:
    """Return the titles of a review's figures by name."""
    review = make_review(folder, tell)
    return {name: figure.title for name, figure in figures_of(review.page).items()}


def save_review_figure(
    name: str,
    path: Path,
    *,
    folder: Path | None = None,
    narrow: bool = False,
    dpi: int = 300,
    tell: Tell = lambda _: None,
) -> None:
    """Draw one figure of a review and write it to ``path`` (.svg, .png or .pdf).

    Raises
    ------
    InputError
        With the problems of the review folder, or if the file cannot be written.
    SpecError
        If there is no figure of this name, it has no narrow drawing, or the suffix is unknown.
    """
    figures = figures_of(make_review(folder, tell).page)
    if name not in figures:
        near = difflib.get_close_matches(name, figures, n=1)
        raise SpecError.at(
            "figure name",
            found=f"'{name}'",
            expected="one of " + ", ".join(figures),
            hint=f"Did you mean '{near[0]}'?" if near else "",
        )
    layout = figures[name].narrow if narrow else figures[name].wide
    if layout is None:
        raise SpecError.at(
            "--narrow", found=f"figure '{name}'", expected="a figure that has a drawing for phones"
        )
    tell("drawing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_figure(draw(layout), path, dpi=dpi)
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file name in a folder that you may write to",
        ) from error
