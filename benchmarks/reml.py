"""Ten thousand REML fits: the batch against a loop over single fits, and against metafor."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from remit.synthesis.batch import pool_many
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.spec import RandomEffects

SETS, STUDIES, SINGLE = 10_000, 10, 500

METAFOR = """
suppressMessages(library(metafor))
y <- as.matrix(read.csv("y.csv", header = FALSE)); v <- as.matrix(read.csv("v.csv", header = FALSE))
control <- list(threshold = 1e-10, maxiter = 1000)
t <- system.time(for (i in seq_len(nrow(y))) {
  tryCatch(rma(y[i, ], v[i, ], control = control), error = function(e) NULL)
})[["elapsed"]]
cat(t)
"""


def main() -> None:
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.05, 1.0, (SETS, STUDIES))
    effects = rng.normal(0.3, np.sqrt(variances + 0.1))
    spec = RandomEffects(tau2="REML")
    pool_many(effects[:10], variances[:10], spec=spec)
    batch = min(timed(lambda: pool_many(effects, variances, spec=spec)) for _ in range(5))
    single = (
        timed(
            lambda: [
                fit_linear(effects[i], variances[i], spec=FitSpec(test="adhoc"))
                for i in range(SINGLE)
            ]
        )
        * SETS
        / SINGLE
    )
    print(f"{SETS:,} REML fits of {STUDIES} studies, ratios to the batch")
    print(f"{'pool_many':<28}{1.0:>10.1f}")
    print(f"{'fit_linear, one by one':<28}{single / batch:>10.1f}")
    print(f"{'metafor, one by one':<28}{metafor(effects, variances, batch):>10}")


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def metafor(effects: np.ndarray, variances: np.ndarray, batch: float) -> str:
    """Time metafor on the first sets, if R and metafor are there."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return "no R here"
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder) / "y.csv", effects[:SINGLE], delimiter=",")
        np.savetxt(Path(folder) / "v.csv", variances[:SINGLE], delimiter=",")
        done = subprocess.run(
            [rscript, "-e", METAFOR], cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        return "no metafor"
    return f"{float(done.stdout.split()[-1]) * SETS / SINGLE / batch:.0f}"


if __name__ == "__main__":
    main()
