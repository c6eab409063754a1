"""The command line: arguments in, workbench, words and files out."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remit.core.errors import InputError, RemitError, SpecError
from remit.version import VERSION

if TYPE_CHECKING:
    from rich.console import Console

    from remit.evidence.integrity import Finding
    from remit.workbench.pool_file import PooledFile
    from remit.workbench.review import Review

__all__ = ["app", "main"]

app = typer.Typer(
    name="remit",
    help="Evidence synthesis for headache medicine. Research use; it gives no dosing advice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

Folder = Annotated[
    Path | None,
    typer.Argument(help="A review folder. Left out: the review of ketamine for headache."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]
FINDINGS = 1
WRONG_USE = 2


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal, and nothing elsewhere."""
    console = _console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("starting") as status:
        yield status.update


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Hold the options that stand before the command; `main` acts on them."""


@app.command()
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

    with _progress(quiet) as tell:
        made = make_review(folder, tell)
        tell("drawing the page")
        page = render_page(made.page)
        _write(output, page)
        if json_file is not None:
            _write(json_file, json.dumps(made.to_dict(), indent=1, ensure_ascii=False))
    if not quiet:
        _print_summary(made, output, json_file)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
) -> None:
    """Make an empty review folder: tables with headers and an example row, and review.toml.

    [bold]Example[/bold]: remit new my-review
    """
    from remit.io.review_folder import write_new_folder

    written = write_new_folder(folder)
    console = _console()
    name = shlex.quote(str(folder))
    console.print(f"Wrote {len(written)} files to {folder}.", soft_wrap=True, markup=False)
    console.print(
        f"Next: put your studies into the tables (codebook.csv says what each column means), "
        f"your questions into review.toml, then run: remit check {name}; remit review {name}",
        markup=False,
        soft_wrap=True,
    )


@app.command()
def check(
    target: Annotated[
        Path | None,
        typer.Argument(help="A review folder, or one table in it. Left out: the shipped review."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check tables against their codebook, and whether the printed numbers fit each other.

    Exit status 1 if anything was found.

    [bold]Example[/bold]: remit check my-review/outcomes.csv
    """
    from remit.workbench.check import check_evidence

    findings = check_evidence(target)
    if as_json:
        sys.stdout.write(json.dumps([f.to_dict() for f in findings], indent=1) + "\n")
    else:
        _print_findings(findings)
    if findings:
        raise typer.Exit(FINDINGS)


@app.command()
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
        with _progress(False) as tell:
            names = list_figures(folder, tell)
        console = _console()
        for key, title in names.items():
            console.print(f"{key}  {title}", soft_wrap=True, markup=False)
        return
    path = output or Path(f"{name}.svg")
    with _progress(False) as tell:
        save_review_figure(name, path, folder=folder, narrow=narrow, dpi=dpi, tell=tell)
    _console().print(f"Wrote {path}", soft_wrap=True, markup=False)


@app.command()
def pool(
    file: Annotated[Path, typer.Argument(help="A table of studies: .csv, .tsv or .txt.")],
    measure: Annotated[
        str, typer.Option(help="metafor's code, such as OR, RR, MD or SMD; GEN: as given.")
    ] = "",
    tau2: Annotated[
        str, typer.Option(help="Estimator of tau2, such as REML, DL or PM, or a number.")
    ] = "",
    interval: Annotated[str, typer.Option(help="Interval of the mean, such as HKSJ, z or t.")] = "",
    convention: Annotated[
        str, typer.Option(help="All choices of a program: metafor, revman-2025, meta or stata.")
    ] = "",
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
    outcome: Annotated[
        str, typer.Option(help="Outcome of RevMan's data export, by number or name.")
    ] = "",
    compare: Annotated[
        str, typer.Option(help="Two treatments of a table that names them: 'Ketamine:Placebo'.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Forest plot to write: .svg, .png or .pdf."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write all results as JSON.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
) -> None:
    """Pool the studies of one table: its columns are guessed, and the guess is said.

    [bold]Example[/bold]: remit pool trials.csv --measure OR -o forest.svg --json results.json
    """
    from remit.workbench.pool_file import pool_file, pooling_spec

    spec = pooling_spec(tau2=tau2, interval=interval, name=convention, level=level)
    made = pool_file(file, spec, measure=measure, outcome=outcome, compare=compare, name=convention)
    if output is not None:
        from remit.workbench.pool_file_figure import save_pooled_forest

        save_pooled_forest(made, output)
    if json_file is not None:
        _write(json_file, json.dumps(made.to_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    if not quiet:
        _print_pooled(made, output, json_file)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file name in a folder that you may write to",
        ) from error


def _print_summary(made: Review, output: Path, json_file: Path | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from remit.report.numbers import typeset

    console = _console()
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


def _print_pooled(made: PooledFile, output: Path | None, json_file: Path | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from remit.workbench.pool_file_figure import account_rows, pooled_words

    console = _console()
    for line in pooled_words(made):
        console.print(line, soft_wrap=True, markup=False)
    table = Table(title="Rows", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in ("Row", "Study", "Effect", "Weight", "What was done"):
        table.add_column(column, overflow="fold")
    for row in account_rows(made):
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    for what, path in (("Figure", output), ("Results", json_file)):
        if path is not None:
            console.print(f"{what}: {path.resolve()}", soft_wrap=True, markup=False)


def _print_findings(findings: tuple[Finding, ...]) -> None:
    console = _console()
    if not findings:
        console.print("Every table fits its codebook, and every printed number fits the others.")
        return
    for severity in ("contradiction", "doubt", "remark"):
        group = [f for f in findings if f.severity == severity]
        if group:
            console.print(f"[bold]{severity.capitalize()}s ({len(group)})[/bold]")
        for finding in group:
            console.print(f"  {finding.study}: {finding.message}", soft_wrap=True, markup=False)
    console.print("No number was changed.")


def main() -> None:
    """Run the command line; errors become words, and exit status 0, 1 or 2."""
    arguments = sys.argv[1:]
    if "--version" in arguments[:2] and all(a.startswith("--") for a in arguments):
        sys.stdout.write(f"remit {VERSION}\n")
        return
    try:
        app()
    except RemitError as error:
        if "--debug" in arguments:
            raise
        console = _console(stderr=True)
        for problem in error.problems:
            console.print(str(problem), soft_wrap=True, markup=False)
        for note in getattr(error, "__notes__", ()):
            console.print(f"({note})", markup=False)
        if len(error.problems) > 1:
            console.print(f"{len(error.problems)} problems.", markup=False)
        sys.exit(WRONG_USE if isinstance(error, SpecError) else FINDINGS)
    except BrokenPipeError:
        sys.exit(0)
