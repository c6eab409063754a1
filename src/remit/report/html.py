"""A page as one self-contained HTML file."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from remit.plots.drawing import draw
from remit.plots.svg import figure_svg
from remit.report.document import Answer, Block, Choice, Figure, Page, Prose, Table
from remit.report.numbers import typeset

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["figures_of", "render_page"]


def render_page(page: Page) -> str:
    """Return the page as HTML that needs no other file and no network.

    Parameters
    ----------
    page : Page
        What the page shows.

    Returns
    -------
    str
        HTML in UTF-8; the same page always gives the same text.
    """
    template = _environment().get_template("page.html")
    return template.render(page=page, **_pieces(page))


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("remit.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_typeset,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["prose"] = lambda block: isinstance(block, Prose)
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["choice"] = lambda block: isinstance(block, Choice)
    environment.filters["upper_first"] = lambda text: text[:1].upper() + text[1:]
    environment.globals["drawing"] = _drawing
    return environment


def _typeset(value: Any) -> Any:
    """Set plain text for reading; addresses and markup stay as they are."""
    if type(value) is str and not value.startswith("http"):
        return typeset(value)
    return value


def _pieces(page: Page) -> dict[str, Any]:
    folder = resources.files("remit.report") / "templates"
    return {
        "css": (folder / "page.css").read_text(encoding="utf-8"),
        "script": (folder / "page.js").read_text(encoding="utf-8"),
        "controlled": _summary(page, controlled=True),
        "uncontrolled": _summary(page, controlled=False),
    }


def _summary(page: Page, *, controlled: bool) -> list[tuple[Answer, Any]]:
    """Return the lines of one summary table, each with the answer that it belongs to."""
    return [
        (answer, row)
        for answer in page.answers
        for row in answer.summary
        if row.controlled is controlled
    ]


def _drawing(figure: Figure, width: str) -> str:
    """Draw a figure as inline SVG, wide or narrow; empty where there is no such drawing."""
    layout = figure.wide if width == "wide" else figure.narrow
    if layout is None:
        return ""
    return figure_svg(
        draw(layout),
        title=figure.title,
        description=figure.alt,
        css_prefix=f"{figure.id}-{width}",
    )


def figures_of(page: Page) -> dict[str, Figure]:
    """Return every figure of a page by its id."""
    found: dict[str, Figure] = {}

    def collect(block: Block) -> None:
        if isinstance(block, Figure):
            found[block.id] = block
        elif isinstance(block, Choice):
            for option in block.options:
                found[option.figure.id] = option.figure

    for answer in page.answers:
        for block in answer.blocks:
            collect(block)
    if page.map is not None:
        found[page.map.id] = page.map
    return found
