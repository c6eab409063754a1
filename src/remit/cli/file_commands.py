"""Commands on single files: map one, pool its studies, make a review folder of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remit.cli.console import console_of, write_text
from remit.core.errors import InputError

if TYPE_CHECKING:
    from remit.workbench.pool_file import PooledFile

__all__ = ["export_file", "import_file", "map_file", "pool"]


def pool(
    file: Annotated[Path, typer.Argument(help="A table of studies: text, .xlsx or .ods.")],
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
    map_path: Annotated[
        Path | None, typer.Option("--map", help="Answers for the file, as remit map writes them.")
    ] = None,
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
    made = pool_file(
        file,
        spec,
        measure=measure,
        outcome=outcome,
        compare=compare,
        name=convention,
        map_path=map_path,
    )
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


def map_file(
    file: Annotated[Path, typer.Argument(help="Any table: text, .xlsx or .ods.")],
    answers: Annotated[
        Path | None, typer.Option("--map", help="A map whose answers are kept.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the map goes; '-' prints it.")
    ] = Path("map.toml"),
) -> None:
    """Write down how a file is read: every decision with its evidence, every open question.

    Edit it and give it to remit pool, remit check or remit import with --map.

    [bold]Example[/bold]: remit map patients.csv -o map.toml
    """
    from remit.io.read_tables import draft_map

    text = draft_map(file, answers)
    if str(output) == "-":
        sys.stdout.write(text)
        return
    if output.exists() and output != answers:
        raise InputError.at(
            str(output),
            found="a file that is there already",
            expected="a new name, so that no answer is lost",
            hint=f"Keep its answers with --map {output.name}, or choose another name with -o.",
        )
    write_text(output, text)
    console = console_of()
    console.print(f"Wrote {output}", soft_wrap=True, markup=False)


def import_file(
    file: Annotated[Path, typer.Argument(help="A file of evidence, or the folder of an export.")],
    folder: Annotated[
        Path, typer.Argument(help="A new review folder, or one to which the studies are added.")
    ],
    map_path: Annotated[
        Path | None, typer.Option("--map", help="Answers for the file, as remit map writes them.")
    ] = None,
    outcome: Annotated[
        str, typer.Option(help="Name of the outcome of a file that names none.")
    ] = "",
) -> None:
    """Make a review folder from RevMan, Covidence, MetaInsight, netmeta, JASP, RIS and others.

    What has no place in its tables is listed in import-notes.csv.

    [bold]Example[/bold]: remit import review.rm5 my-review
    """
    from remit.workbench.import_evidence import import_evidence
    from remit.workbench.import_facts import ImportFacts

    made = import_evidence(file, folder, ImportFacts(outcome=outcome), map_path=map_path)
    console = console_of()
    console.print(made.summary(), soft_wrap=True, markup=False)
    console.print(f"Folder: {made.folder}", soft_wrap=True, markup=False)


def export_file(
    folder: Annotated[Path, typer.Argument(help="A review folder.")],
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            help="metainsight-long, metainsight-wide, netmeta-long, revman5-export, ris or "
            "remit-workbook.",
        ),
    ] = "remit-workbook",
    outcome: Annotated[
        str, typer.Option(help="Which outcome, by code or name, where the format holds one.")
    ] = "",
) -> None:
    """Write a review folder in another program's format; what it cannot hold is said.

    [bold]Example[/bold]: remit export my-review trials.csv --format metainsight-long
    """
    from remit.workbench.export_evidence import export_evidence

    made = export_evidence(folder, file, format_name, outcome=outcome)
    console_of().print(made.summary(), soft_wrap=True, markup=False)
