"""The sides of a comparison: the same work by remit and by its peers, each in its own process.

Time is processor time, as others may be at work on the machine.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from peers import NotHereError, peer_python, rscript

ONE_CORE = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    "1",
) | {
    # freed memory stays with the process: what a page costs anew depends on the virtual machine
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_TOP_PAD_": "100000000",
}

PYTHON = """
import time, warnings
import numpy as np
warnings.simplefilter("ignore")
data = np.load("data.npz")
y, v, x = data["y"], data["v"], data["x"]
{code}
work()
seconds = []
while len(seconds) < 3 or sum(seconds) < {least}:
    start = time.process_time()
    work()
    seconds.append(time.process_time() - start)
print(min(seconds))
"""

R = """
suppressMessages(library(metafor))
y <- as.matrix(read.csv("y.csv", header = FALSE))
v <- as.matrix(read.csv("v.csv", header = FALSE))
x <- read.csv("x.csv", header = FALSE)[[1]]
{code}
if (exists("warm_up")) warm_up() else work()
times <- 0
start <- sum(proc.time()[1:2])
while (times == 0 || sum(proc.time()[1:2]) - start < {least}) {
  work()
  times <- times + 1
}
cat("\\n", (sum(proc.time()[1:2]) - start) / times)  # its clock counts milliseconds
"""


@dataclass(kw_only=True)
class Side:
    """Who does the work, how, and how long it took.

    ``code`` defines the function ``work`` over ``y``, ``v`` and ``x``. Where a side is so slow
    that it does a part of the work, ``share`` is that part, and its time is scaled up.
    """

    name: str
    code: str
    interpreter: Callable[[], str] = lambda: sys.executable
    rounds: int = 3
    share: float = 1.0
    does: str = ""
    seconds: float = np.inf
    missing: str = field(default="", init=False)

    def run(self, folder: Path) -> None:
        """Do the work in a new process, and keep the time if it is the least so far."""
        try:
            program = self.interpreter()
        except NotHereError as error:
            self.missing = str(error)
            return
        in_r = self.interpreter is rscript
        code = R if in_r else PYTHON
        code = code.replace("{code}", self.code).replace("{least}", "0.5")
        done = subprocess.run(
            [program, "-e" if in_r else "-c", code],
            cwd=folder,
            env=os.environ | ONE_CORE,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.missing = f"it failed: {' '.join(done.stderr.split())[-200:]}"
            return
        self.seconds = min(self.seconds, float(done.stdout.split()[-1]) / self.share)


def metafor(code: str, **settings: object) -> Side:
    """Return the side of metafor."""
    return Side(name="metafor", code=code, interpreter=rscript, rounds=2, **settings)


def python_peer(name: str, code: str, **settings: object) -> Side:
    """Return the side of a Python peer."""
    return Side(name=name, code=code, interpreter=peer_python, **settings)


def compare(
    title: str, sides: list[Side], *, y: np.ndarray, v: np.ndarray, x: np.ndarray | None = None
) -> None:
    """Run all sides in turns and print their least times, as ratios to the first."""
    x = np.zeros(1) if x is None else x
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "data.npz", y=y, v=v, x=x)
        if any(side.interpreter is rscript for side in sides):
            for letter, values in (("y", y), ("v", v), ("x", x)):
                np.savetxt(folder / f"{letter}.csv", np.atleast_2d(values.T).T, delimiter=",")
        for turn in range(max(side.rounds for side in sides)):
            for side in sides:
                if turn < side.rounds:
                    side.run(folder)
    if not np.isfinite(sides[0].seconds):
        sys.exit(f"benchmark: {title}: {sides[0].missing}")
    print(f"\n{title}")
    for side in sides:
        print(line(side, sides[0].seconds), flush=True)


def line(side: Side, base: float) -> str:
    """Return one line of a table."""
    if not np.isfinite(side.seconds):
        return f"  {side.name:<24} not measured: {side.missing}"
    ratio = side.seconds / base
    number = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"
    part = "" if side.share == 1.0 else f"; 1/{1 / side.share:g} of it run, and scaled"
    return f"  {side.name:<24}{1e3 * side.seconds:>12,.2f} ms{number:>9}   {side.does}{part}"
