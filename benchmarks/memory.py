"""Peak memory of a million sets of ten studies: streamed, and as whole arrays."""

import os
import subprocess
import sys

SETS, STUDIES, CHUNK = 1_000_000, 10, 10_000

COMMON = f"""
import resource, sys
import numpy as np
from remit.synthesis.batch import pool_many, pool_stream
unit = 2**20 if sys.platform == "darwin" else 2**10
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
rng = np.random.default_rng(1)
def batch(sets):
    v = rng.uniform(0.05, 1.0, (sets, {STUDIES}))
    return rng.normal(0.3, np.sqrt(v + 0.1)), v
pool_many(*batch(10))
"""
STREAMED = """
before = peak()
sets = sum(len(part) for part in pool_stream(batch({chunk}) for _ in range({chunks})))
print(peak() - before)
"""
WHOLE = f"""
y, v = np.empty(({SETS}, {STUDIES})), np.empty(({SETS}, {STUDIES}))
for i in range(0, {SETS}, {CHUNK}):
    y[i : i + {CHUNK}], v[i : i + {CHUNK}] = batch({CHUNK})
before = peak()
found = pool_many(y, v)
kept = [getattr(found, name) for name in found.__dataclass_fields__ if name != "spec"]
print(peak() - before - sum(column.nbytes for column in kept) / 2**20)
"""


def megabytes(code: str) -> float:
    """Run a script in a new process and return the number that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", COMMON + code],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"benchmark: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout)


def main() -> None:
    print(f"\nPeak memory, REML fits of {STUDIES} studies, beyond the start of the work")
    for sets in (SETS // 10, SETS):
        code = STREAMED.format(chunk=CHUNK, chunks=sets // CHUNK)
        print(row(sets, f"streamed by {CHUNK:,}, chunks included", megabytes(code)))
    print(row(SETS, "at once, beside inputs and result", megabytes(WHOLE)))


def row(sets: int, how: str, size: float) -> str:
    """Return one line of the table."""
    return f"  {sets:>9,} sets {how:<38}{size:>6.0f} MB"


if __name__ == "__main__":
    main()
