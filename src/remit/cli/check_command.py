"""The command that checks a review folder or a single file before it is believed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remit.cli.console import FINDINGS, console_of
from remit.core.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from remit.evidence.plausibility import Suspicion
    from remit.workbench.check import CheckedFolder
    from remit.workbench.check_file import CheckedFile

__all__ = ["check"]


def check(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="A review folder, one table in it, or any file of data. Left out: the shipped "
            "review."
        ),
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Answers for a file, as remit map writes them.")
    ] = None,
    group: Annotated[
        str, typer.Option(help="Column with the groups of a trial, in a table of people.")
    ] = "",
    clean: Annotated[
        Path | None,
        typer.Option(
            "--write-clean", help="Write a clean copy (.xlsx or .csv) with an account of changes."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="List every decision of the reader, also the plain ones.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Check numbers before they are believed. Nothing is changed.

    Of a review: the tables against their codebook, and whether the printed numbers fit each other.
    Of any other file: how it was read, what has two readings, and what is probably a typing error.

    Exit status 1 if anything was found.

    [bold]Example[/bold]: remit check patients.xlsx --map map.toml
    """
    from remit.workbench.check import check_evidence, is_of_review

    if target is not None and not is_of_review(target):
        _check_file(target, map_file, group, clean, every=every, as_json=as_json)
        return
    found = check_evidence(target)
    if as_json:
        sys.stdout.write(json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n")
    else:
        _print_folder(found)
    if not found.clean:
        raise typer.Exit(FINDINGS)


def _check_file(
    path: Path,
    map_file: Path | None,
    group: str,
    clean: Path | None,
    *,
    every: bool,
    as_json: bool,
) -> None:
    from remit.workbench.check_file import check_file
    from remit.workbench.clean_copy import write_clean

    found = check_file(path, map_file, group=group)
    if as_json:
        sys.stdout.write(json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n")
    else:
        _print_file(found, every=every)
    if clean is not None:
        if found.draft is None:
            raise InputError.at(
                path.name,
                found=f"a {found.format}, of which there is no clean copy",
                expected="a table",
                hint="remit import makes a review folder of it.",
            )
        for written in write_clean(found.draft, clean):
            console_of(stderr=as_json).print(f"Wrote {written}", soft_wrap=True, markup=False)
    if not found.clean:
        raise typer.Exit(FINDINGS)


def _print_file(found: CheckedFile, *, every: bool) -> None:
    """Print what needs an answer, then what is odd, then how the file was read."""
    from remit.io.decisions import noteworthy

    console = console_of()
    console.print(f"{found.file}: {found.format}.", soft_wrap=True, markup=False)
    _lines(console, "What it holds", list(found.told))
    _lines(console, "What cannot be read, or in two ways", [str(p) for p in found.problems])
    _print_suspicions(console, found.suspicions)
    if found.results is not None:
        console.print(found.results.summary(), soft_wrap=True, markup=False)
    if not found.problems and not found.suspicions:
        console.print("Nothing odd was found.")
    if found.draft is not None:
        decisions, unread = found.draft.decisions, found.draft.opened.unread
        shown = [str(d) for d in decisions] if every else noteworthy(decisions)
        _lines(console, "How it was read", shown)
        if len(shown) < len(decisions):
            plain = len(decisions) - len(shown)
            console.print(f"{plain} plain decisions are not listed; --all lists them.")
        rows = [f"{row.place}: {row.reason}. {row.text}" for row in unread]
        _lines(console, "Rows outside the tables", rows)
    console.print("No number was changed.")


def _print_suspicions(console: Console, suspicions: tuple[Suspicion, ...]) -> None:
    from remit.evidence.plausibility.suspicion import SEVERITIES

    for severity in SEVERITIES:
        group = [s.message for s in suspicions if s.severity == severity]
        _lines(console, f"Probably typed wrong: {severity}", group)


def _lines(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(f"[bold]{title} ({len(lines)})[/bold]")
    for line in lines:
        console.print(f"  {line}", soft_wrap=True, markup=False)


def _print_folder(found: CheckedFolder) -> None:
    from remit.evidence.integrity.finding import SEVERITIES

    console = console_of()
    if found.clean:
        console.print("Every table fits its codebook, and every printed number fits the others.")
        return
    for severity in SEVERITIES:
        group = [f for f in found.findings if f.severity == severity]
        if group:
            console.print(f"[bold]{severity.capitalize()}s ({len(group)})[/bold]")
        for finding in group:
            console.print(f"  {finding.study}: {finding.message}", soft_wrap=True, markup=False)
    _print_suspicions(console, found.suspicions)
    console.print("No number was changed.")
