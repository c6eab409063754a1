"""The 2 x 2 tables of trials with yes/no outcomes, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem
from remit.core.notes import Note

__all__ = ["CountTables", "count_tables"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountTables:
    """Tables in which some people have the event and some do not.

    Attributes
    ----------
    events_1, n_1, events_2, n_2 : (k,) float array
        Whole numbers of people; floats, so that no product of them can overflow.
    notes : tuple of Note
        What was set aside or corrected.
    """

    events_1: FloatArray
    n_1: FloatArray
    events_2: FloatArray
    n_2: FloatArray
    notes: tuple[Note, ...]

    @property
    def n(self) -> FloatArray:
        """Return the (k,) numbers of people."""
        return self.n_1 + self.n_2

    @property
    def events(self) -> FloatArray:
        """Return the (k,) numbers of people with the event."""
        return self.events_1 + self.events_2

    @property
    def log_odds_ratio(self) -> FloatArray:
        """Return the (k,) log odds ratios, with 0.5 added to each cell where one is empty."""
        a, b = self.events_1, self.n_1 - self.events_1
        c, d = self.events_2, self.n_2 - self.events_2
        add = np.where((a == 0) | (b == 0) | (c == 0) | (d == 0), 0.5, 0.0)
        value: FloatArray = np.log(a + add) + np.log(d + add) - np.log(b + add) - np.log(c + add)
        return value


def count_tables(events_1: Any, n_1: Any, events_2: Any, n_2: Any) -> CountTables:
    """Check the counts and set aside the tables that say nothing on the odds ratio.

    Raises
    ------
    InputError
        If lengths differ, there is no table, or a count is missing, negative, not whole or above
        its arm's size; every bad cell is named.
    """
    given = {"events_1": events_1, "n_1": n_1, "events_2": events_2, "n_2": n_2}
    columns = {
        name: np.atleast_1d(np.array(values, dtype=np.float64)) for name, values in given.items()
    }
    sizes = {name: values.shape for name, values in columns.items()}
    if len(set(sizes.values())) > 1 or columns["n_1"].ndim != 1 or columns["n_1"].size == 0:
        raise InputError.at(
            "the counts", found=f"shapes {sizes}", expected="four lists of one length, not empty"
        )
    problems = [problem for name in given for problem in _problems(name, columns)]
    if problems:
        raise InputError(problems)
    return _informative(columns)


def _problems(name: str, columns: dict[str, FloatArray]) -> list[Problem]:
    values, arm = columns[name], columns[f"n_{name[-1]}"]
    good = np.isfinite(values) & (values >= 0) & (values == np.floor(values))
    good &= ~(values > arm)
    expected = "a whole number of people, at least 0 and at most the size of the arm"
    return [
        Problem(where=f"study {i + 1}, {name}", found=repr(float(values[i])), expected=expected)
        for i in np.flatnonzero(~good)
    ]


def _informative(columns: dict[str, FloatArray]) -> CountTables:
    events = columns["events_1"] + columns["events_2"]
    n = columns["n_1"] + columns["n_2"]
    empty_arm = (columns["n_1"] == 0) | (columns["n_2"] == 0)
    keep = (events > 0) & (events < n) & ~empty_arm
    notes: list[Note] = []
    aside = np.flatnonzero(~keep)
    if aside.size:
        which = ", ".join(str(i + 1) for i in aside)
        notes.append(
            Note(
                kind="set-aside",
                text=f"Set aside, as nobody or everybody had the event or an arm is empty: study "
                f"{which}.",
            )
        )
    kept = {name: values[keep] for name, values in columns.items()}
    tables = CountTables(**kept, notes=())
    a, b = kept["events_1"], kept["n_1"] - kept["events_1"]
    c, d = kept["events_2"], kept["n_2"] - kept["events_2"]
    zero = np.flatnonzero((a == 0) | (b == 0) | (c == 0) | (d == 0))
    if zero.size:
        which = ", ".join(str(np.flatnonzero(keep)[i] + 1) for i in zero)
        notes.append(
            Note(
                kind="corrected",
                text=f"Where the log odds ratio enters, 0.5 was added to each cell of study "
                f"{which}, which has an empty cell.",
            )
        )
    return CountTables(**kept, notes=(*tables.notes, *notes))
