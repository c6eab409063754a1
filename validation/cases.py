"""Load the reference cases and their data sets."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from validation.contract import Array, Frame

__all__ = ["FAMILIES", "Case", "Family", "load_cases", "read_frame"]


@dataclass(frozen=True, slots=True)
class Family:
    """Cases that belong together.

    Attributes
    ----------
    name : str
        Name in the report.
    file : str
        File of the cases.
    only : tuple of str
        When not empty: take the cases whose call has one of these function names.
    """

    name: str
    file: str
    only: tuple[str, ...] = ()


FAMILIES = (
    Family("escalc", "escalc.json"),
    Family("rma_uni", "rma_uni.json"),
    Family("rma_binary", "rma_binary.json"),
    Family("bias_influence", "bias_influence.json"),
    Family("meta", "meta.json"),
    Family("bayesmeta", "robust_bayes_other.json", ("bayesmeta(", "bmr(", "TurnerEtAlPrior(")),
    Family("metasens", "robust_bayes_other.json", ("limitmeta(", "copas(")),
    Family("weightr", "robust_bayes_other.json", ("weightfunct(",)),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One R call and what the R package gave.

    Attributes
    ----------
    family, id : str
        Where the case belongs and its name.
    datasets : tuple of str
        Names of the data sets; ``dat`` is the first.
    setup, call : str
        R code; ``setup`` runs first.
    package : str
        R package, such as ``metafor``.
    results : object
        Numbers of the R package, as JSON gives them.
    error : str or None
        What R said where it refused.
    """

    family: str
    id: str
    datasets: tuple[str, ...]
    setup: str
    call: str
    package: str
    results: Any
    error: str | None


def load_cases(folder: Path, family: Family) -> list[Case]:
    """Read the cases of one family."""
    with (folder / family.file).open(encoding="utf-8") as stream:
        entries = json.load(stream)
    return [
        Case(
            family=family.name,
            id=entry["id"],
            datasets=tuple(entry["dataset"]),
            setup=entry["setup"],
            call=entry["call"],
            package=entry["package"],
            results=entry["results"],
            error=entry["error"],
        )
        for entry in entries
        if not family.only or any(name in entry["call"] for name in family.only)
    ]


def column_of(cells: list[str]) -> Array:
    """Return numbers, truth values or strings, as R's read.csv; an empty cell is missing."""
    filled = [cell for cell in cells if cell != ""]
    if all(cell in ("TRUE", "FALSE") for cell in filled) and len(filled) == len(cells) > 0:
        return np.array([cell == "TRUE" for cell in cells])
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return np.array([cell or None for cell in cells], dtype=object)


@cache
def read_frame(path: Path) -> Frame:
    """Read a CSV file as a data frame; the frame is never changed in place."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    return Frame({name: column_of([row[i] for row in rows]) for i, name in enumerate(header)})
