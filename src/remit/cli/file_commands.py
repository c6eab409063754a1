"""Commands on single files: pool the studies of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remit.cli.console import console_of, write_text

if TYPE_CHECKING:
    from remit.workbench.pool_file import PooledFile

__all__ = ["pool"]


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
        write_text(
            json_file, json.dumps(made.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        )
    if not quiet:
        _print_pooled(made, output, json_file)


def _print_pooled(made: PooledFile, output: Path | None, json_file: Path | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from remit.workbench.pool_file_figure import account_rows, pooled_words

    console = console_of()
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
