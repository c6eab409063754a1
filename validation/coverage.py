"""How often does each interval cover the truth: simulation of every interval that remit offers.

``python -m validation.coverage`` simulates anew, about five minutes on one core, and writes
``coverage.json`` here, the tables of ``docs/coverage.md`` and its figure.
``python -m validation.coverage --stored`` writes tables and figure from ``coverage.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from scipy.special import ndtr

from remit.plots.svg import save_figure
from validation.coverage_figure import draw_coverage
from validation.coverage_intervals import GROUPS, PRIOR, Ends, batch_means
from validation.coverage_page import with_tables
from validation.coverage_sets import MEAN, SEED, SIZES, Scenario, Sets, draw_sets, scenarios

__all__ = [
    "FIGURE",
    "PAGE",
    "STORED",
    "controlled_mean",
    "covered",
    "digest",
    "estimated_rows",
    "main",
    "scenario_rows",
    "summaries",
]

Array = NDArray[np.float64]
HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
STORED = HERE / "coverage.json"
PAGE = DOCS / "coverage.md"
FIGURE = DOCS / "coverage.png"
DPI, COLOURS = 150, 64
REFERENCES = {"mean": "known tau2", "prediction": "known tau2", "tau2": "Q-profile"}
"""The interval of each family whose width is 1."""
CONTROLS = {
    "mean": ("z", "HKSJ without floor"),
    "prediction": ("z", "HKSJ k-1"),
    "tau2": ("Q-profile", "Higgins-Thompson"),
}
"""Quick intervals of each family, which tell how lucky the first sets are."""
ESTIMATED = "mean, variances estimated"


def covered(family: str, ends: Array, scenario: Scenario) -> Array:
    """Return how far each interval covers the truth, (B,).

    0 or 1; for a new study's effect the probability that it lies in the interval, which says more
    than one effect drawn at random.
    """
    low, high = ends.T
    if family == "prediction" and scenario.tau2 > 0:
        tau = np.sqrt(scenario.tau2)
        share: Array = ndtr((high - MEAN) / tau) - ndtr((low - MEAN) / tau)
        return share
    truth = scenario.tau2 if family == "tau2" else MEAN
    return np.array((low <= truth) & (truth <= high), dtype=np.float64)


def summaries(ends: Ends, scenario: Scenario) -> list[dict[str, Any]]:
    """Return coverage with its Monte Carlo standard error, and width, of each interval.

    Widths are medians, relative to that of the reference in the same sets, and None where most
    intervals have no bounds. An empty interval covers nothing and has the width 0.
    """
    shares = {key: covered(key[0], both, scenario) for key, both in ends.items()}
    rows = []
    for (family, name), both in ends.items():
        share = shares[family, name]
        n = share.size
        controls = np.array([shares[family, control] for control in CONTROLS[family]])
        coverage, error = controlled_mean(share, controls)
        width = _median_width(both) / _median_width(ends[family, REFERENCES[family]][:n])
        rows.append(
            {
                "family": family,
                "interval": name,
                "k": scenario.k,
                "i2": scenario.i2,
                "sets": n,
                "coverage": round(coverage, 5),
                "error": round(error, 5),
                "width": round(width, 4) if np.isfinite(width) else None,
                "empty": int(np.isnan(both[:, 0]).sum()),
                "unbounded": int(np.isinf(both[:, 0]).sum()),
            }
        )
    return rows


def controlled_mean(values: Array, controls: Array) -> tuple[float, float]:
    """Return a mean and its standard error, with the luck of the draw taken off.

    The controls (m, N) are known for more of the same sets than the n values are. How far they are
    by chance off in the n sets is taken off the values' mean by linear regression (control
    variates: Lavenberg & Welch 1981, Management Science 27:322).
    """
    n, most = values.size, controls.shape[1]
    if n == most:
        return float(values.mean()), float(values.std() / np.sqrt(n))
    here = controls[:, :n] - controls[:, :n].mean(axis=1, keepdims=True)
    slope = np.linalg.lstsq(here.T, values - values.mean(), rcond=None)[0]
    luck = controls[:, :n].mean(axis=1) - controls.mean(axis=1)
    rest = values - values.mean() - slope @ here
    error = np.sqrt(rest.var() / n + (slope @ controls).var() / most)
    return float(values.mean() - slope @ luck), float(error)


def _median_width(ends: Array) -> float:
    return float(np.median(np.nan_to_num(ends[:, 1] - ends[:, 0], nan=0.0, posinf=np.inf)))


def estimated_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the rows of the quick intervals where each study estimates its variance."""
    sets = draw_sets(scenario, GROUPS[0].count, estimated=True)
    return [{**row, "family": ESTIMATED} for row in summaries(batch_means(sets), scenario)]


def scenario_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the rows of all intervals in one scenario."""
    sets = draw_sets(scenario, max(group.count for group in GROUPS))
    ends: Ends = {}
    for group in GROUPS:
        part = Sets(
            effect=sets.effect[: group.count],
            variance=sets.variance[: group.count],
            scenario=scenario,
        )
        ends |= group.ends(part)
    return summaries(ends, scenario) + estimated_rows(scenario)


def simulate() -> dict[str, Any]:
    """Return the results of all scenarios as plain data."""
    rows: list[dict[str, Any]] = []
    for scenario in scenarios():
        start = time.perf_counter()
        rows += scenario_rows(scenario)
        spent = time.perf_counter() - start
        sys.stdout.write(f"k = {scenario.k}, I2 = {scenario.i2} %: {spent:.0f} s\n")
        sys.stdout.flush()
    return {
        "seed": SEED,
        "level": 0.95,
        "sizes": {str(k): list(sizes) for k, sizes in SIZES.items()},
        "tau2": {f"k {s.k}, I2 {s.i2}": round(s.tau2, 6) for s in scenarios()},
        "prior of tau": PRIOR.label,
        "rows": rows,
    }


def main(arguments: list[str] | None = None) -> int:
    """Simulate, then write results, tables and figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stored", action="store_true", help="do not simulate, use coverage.json")
    if not parser.parse_args(arguments).stored:
        found = simulate()
        lines = ",\n".join(json.dumps(row) for row in found.pop("rows"))
        head = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in found.items())
        STORED.write_text(f'{{\n{head},\n"rows": [\n{lines}\n]\n}}\n', encoding="utf-8")
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), stored), encoding="utf-8")
    _write_figure(stored["rows"])
    return 0


def digest(rows: list[dict[str, Any]]) -> str:
    """Return a fingerprint of results, which the figure carries."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _write_figure(rows: list[dict[str, Any]]) -> None:
    save_figure(draw_coverage(rows), FIGURE, dpi=DPI)
    with Image.open(FIGURE) as drawn:
        few = drawn.convert("RGB").quantize(COLOURS)  # a third of the bytes, and looks the same
    source = PngInfo()
    source.add_text("Source", digest(rows))
    few.save(FIGURE, optimize=True, pnginfo=source)


if __name__ == "__main__":
    sys.exit(main())
