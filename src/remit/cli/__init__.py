"""The command line: arguments in, workbench, words and files out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from remit.cli.check_command import check
from remit.cli.console import FINDINGS, WRONG_USE, console_of
from remit.cli.file_commands import export_file, import_file, map_file, pool
from remit.cli.review_commands import figure, new, review
from remit.core.errors import RemitError, SpecError
from remit.version import VERSION

__all__ = ["app", "main"]

app = typer.Typer(
    name="remit",
    help="Evidence synthesis for headache medicine. Research use; it gives no dosing advice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Hold the options that stand before the command; `main` acts on them."""


for command in (review, new, check, figure, pool):
    app.command()(command)
app.command("map")(map_file)
app.command("import")(import_file)
app.command("export")(export_file)


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
        console = console_of(stderr=True)
        for problem in error.problems:
            console.print(str(problem), soft_wrap=True, markup=False)
        for note in getattr(error, "__notes__", ()):
            console.print(f"({note})", markup=False)
        if len(error.problems) > 1:
            console.print(f"{len(error.problems)} problems.", markup=False)
        sys.exit(WRONG_USE if isinstance(error, SpecError) else FINDINGS)
    except BrokenPipeError:
        sys.exit(0)
