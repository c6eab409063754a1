"""Commands on review folders: make one, answer its questions, save its figures."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remit.cli.console import console_of, progress, write_text

if TYPE_CHECKING:
    from remit.workbench.review import Review

__all__ = ["figure", "new", "review"]

Folder = Annotated[
    Path | None,
    typer.Argument(help="A review folder. Left out: the review of ketamine for headache."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]


def review(
    folder: Folder = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the page goes.")] = Path(
        "remit-review.html"
    ),
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write all results as JSON.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make a review: one self-contained page with every answer and its account.

    [bold]Example[/bold]: remit review my-review -o page.html --json results.json
    """
    from remit.report.html import render_page
    from remit.workbench.review import make_review

    with progress(quiet) as tell:
        made = make_review(folder, tell)
        tell("drawing the page")
        page = render_page(made.page)
        write_text(output, page)
        if json_file is not None:
            write_text(json_file, json.dumps(made.to_dict(), indent=1, ensure_ascii=False))
    if not quiet:
        _print_summary(made, output, json_file)


def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
) -> None:
    """Make an empty review folder: tables with headers and an example row, and review.toml.

    [bold]Example[/bold]: remit new my-review
    """
    from remit.io.review_folder import write_new_folder

    written = write_new_folder(folder)
    console = console_of()
    name = shlex.quote(str(folder))
    console.print(f"Wrote {len(written)} files to {folder}.", soft_wrap=True, markup=False)
    console.print(
        f"Next: put your studies into the tables (codebook.csv says what each column means), "
        f"your questions into review.toml, then run: remit check {name}; remit review {name}",
        markup=False,
        soft_wrap=True,
    )


def figure(
    name: Annotated[
        str, typer.Argument(help="Name of a figure; 'list' prints the names.")
    ] = "list",
    folder: Folder = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write: .svg, .png or .pdf."),
    ] = None,
    narrow: Annotated[bool, typer.Option("--narrow", help="The drawing for phones.")] = False,
    dpi: Annotated[int, typer.Option(help="Dots per inch of a PNG.", min=50, max=1200)] = 300,
) -> None:
    """Save one figure of a review as SVG, PNG or PDF.

    [bold]Example[/bold]: remit figure course-change-forest -o forest.pdf
    """
    from remit.workbench.figure import list_figures, save_review_figure

    if name == "list":
        with progress(False) as tell:
            names = list_figures(folder, tell)
        console = console_of()
        for key, title in names.items():
            console.print(f"{key}  {title}", soft_wrap=True, markup=False)
        return
    path = output or Path(f"{name}.svg")
    with progress(False) as tell:
        save_review_figure(name, path, folder=folder, narrow=narrow, dpi=dpi, tell=tell)
    console_of().print(f"Wrote {path}", soft_wrap=True, markup=False)


def _print_summary(made: Review, output: Path, json_file: Path | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from remit.report.numbers import typeset

    console = console_of()
    console.print(f"[bold]{escape(made.settings.title)}[/bold]")
    for controlled, title in (
        (True, "Compared with something else"),
        (False, "Before and after, no control group"),
    ):
        rows = [r for a in made.answers for r in a.summary if r.controlled is controlled]
        if not rows:
            continue
        table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for column in ("Outcome", "Studies", "People", "Estimate", "Certainty"):
            table.add_column(column, overflow="fold")
        for row in rows:
            cells = (row.outcome, row.studies, row.people, row.estimate, row.certainty)
            table.add_row(*(escape(typeset(cell)) for cell in cells))
        console.print(table)
    kinds = [f.severity for f in made.findings]
    console.print(
        f"Printed numbers that do not fit: {kinds.count('contradiction')} contradictions, "
        f"{kinds.count('doubt')} doubts, {kinds.count('remark')} remarks (remit check lists them)."
    )
    console.print(f"Page: {output.resolve()}", soft_wrap=True, markup=False)
    if json_file is not None:
        console.print(f"Results: {json_file.resolve()}", soft_wrap=True, markup=False)
