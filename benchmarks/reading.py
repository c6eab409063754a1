"""A 100 MB text table: remit's reader against pandas reading text, and the csv module alone."""

from __future__ import annotations

import argparse
import csv
import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from remit.io.open_file import open_file
from remit.io.text_rows import stream_rows

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    size = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "patients.csv"
        rows = write(path, size * 1_000_000)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {rows:,} rows of 8 cells; best of {ROUNDS}")
        measured = {
            "csv module alone": best(lambda: consume(csv_rows(path))),
            "open_file": best(lambda: open_file(path)),
            "stream_rows, to the end": best(lambda: consume(stream_rows(path))),
        }
        peer = pandas_seconds(path)
    base = peer or measured["csv module alone"]
    print("ratios to", "pandas.read_csv(dtype=str)" if peer else "the csv module: no pandas here")
    for name, seconds in measured.items():
        print(f"{name:<28}{seconds / base:>8.2f}")


def write(path: Path, size: int) -> int:
    """Write a table of patients' visits; return the number of its rows."""
    draw = random.Random(1)  # noqa: S311 - data for a benchmark
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id,age,sex,baseline,score,date,note,weight\n")
        while file.tell() < size:
            lines = [
                f"P{rows + i:07d},{draw.randint(18, 90)},{draw.choice(['female', 'male'])},"
                f"{draw.gauss(50, 20):.3f},{draw.gauss(5, 2):.2f},2021-{draw.randint(1, 12):02d}-"
                f'{draw.randint(1, 28):02d},"slept {draw.randint(3, 9)} h, stress",'
                f"{draw.random():.6f}\n"
                for i in range(10_000)
            ]
            rows += len(lines)
            file.write("".join(lines))
    return rows


def csv_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def consume(rows) -> None:
    for _ in rows:
        pass


def best(work: Callable[[], object]) -> float:
    """Return the shortest of some runs, seconds."""
    seconds = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def pandas_seconds(path: Path) -> float | None:
    try:
        import pandas as pd
    except ImportError:
        return None
    return best(lambda: pd.read_csv(path, dtype=str))


if __name__ == "__main__":
    main()
