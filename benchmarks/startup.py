"""How long remit takes to start and to make its review, as ratios to Python's own start-up.

The imports of two peers stand beside it.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from peers import NotHereError, peer_python

REMIT = str(Path(sys.executable).with_name("remit"))


@dataclass(kw_only=True)
class Case:
    """A command, the rounds in which it runs and how long each run took."""

    name: str
    command: list[str]
    rounds: int
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median of the runs, seconds."""
        return statistics.median(self.seconds)


def cases(*, rounds: int, reviews: int, page: Path) -> list[Case]:
    """Return the commands to measure; the first is what the others are compared with."""
    python = [sys.executable, "-c"]
    return [
        Case(name="python -c pass", command=[*python, "pass"], rounds=rounds),
        Case(name="import numpy", command=[*python, "import numpy"], rounds=rounds),
        Case(name="import remit", command=[*python, "import remit"], rounds=rounds),
        Case(name="and remit.pool", command=[*python, "import remit; remit.pool"], rounds=rounds),
        Case(name="remit --version", command=[REMIT, "--version"], rounds=rounds),
        Case(name="remit review", command=[REMIT, "review", "-o", str(page)], rounds=reviews),
        *peer_cases(rounds),
    ]


def peer_cases(rounds: int) -> list[Case]:
    """Return the imports of the peers, or none where they cannot be had."""
    try:
        python = peer_python()
    except NotHereError as error:
        print(f"peers not measured: {error}")
        return []
    return [
        Case(name=f"import {peer}", command=[python, "-c", f"import {peer}"], rounds=rounds)
        for peer in ("pymare", "meta_analyze")
    ]


def run(command: list[str], *, folder: Path) -> float:
    """Run a command in a new process and return its seconds; stop if it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        sys.exit(f"benchmark: {' '.join(command)} failed ({done.returncode}): {said[-1]}")
    return seconds


def measure(measured: list[Case], *, folder: Path, page: Path) -> None:
    """Run every case once unmeasured, then in turns."""
    for case in measured:
        run(case.command, folder=folder)
    if not page.exists():
        sys.exit("benchmark: remit review succeeded but wrote no page where it was told to")
    for turn in range(max(case.rounds for case in measured)):
        for case in measured:
            if turn < case.rounds:
                page.unlink(missing_ok=True)
                case.seconds.append(run(case.command, folder=folder))


def table(measured: list[Case]) -> str:
    """Return the medians and their ratios to the first case, one line each."""
    base = measured[0].median
    lines = [f"{'':<20}{'runs':>6}{'median':>12}{'ratio':>9}"]
    for case in measured:
        milliseconds = f"{1000 * case.median:,.0f} ms"
        lines.append(
            f"{case.name:<20}{len(case.seconds):>6}{milliseconds:>12}{case.median / base:>9.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="runs of the short commands")
    parser.add_argument("--reviews", type=int, default=3, help="runs of the whole review")
    options = parser.parse_args()
    if min(options.rounds, options.reviews) < 1:
        parser.error("each command must run at least once")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "page.html"
        measured = cases(rounds=options.rounds, reviews=options.reviews, page=page)
        print(f"Python {sys.version.split()[0]}: new processes in turns, medians", flush=True)
        measure(measured, folder=folder, page=page)
    print(table(measured))


if __name__ == "__main__":
    main()
