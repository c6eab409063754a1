"""Where the command line writes: the terminal, its progress line, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from remit.core.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["FINDINGS", "WRONG_USE", "console_of", "progress", "write_text"]

#: Exit statuses: something was found or is wrong; the command was used wrongly.
FINDINGS = 1
WRONG_USE = 2


def console_of(*, stderr: bool = False) -> Console:
    """Return a console for standard output, or standard error."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal, and nothing elsewhere."""
    console = console_of(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("starting") as status:
        yield status.update


def write_text(path: Path, text: str) -> None:
    """Write a file, making its folder; `InputError` where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file name in a folder that you may write to",
        ) from error
