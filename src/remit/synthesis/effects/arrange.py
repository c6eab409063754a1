"""From the columns that were given to the arrays that a measure's function takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from remit.core.errors import InputError, Problem, SpecError
from remit.core.notes import Note, NoteKind
from remit.synthesis.effects.change import change_variance
from remit.synthesis.effects.correlations import correlation_from_t
from remit.synthesis.effects.inputs import FAMILIES
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.means import cohen_d
from remit.synthesis.effects.measure import Measure

__all__ = ["FLIPPING", "Rows", "arrange", "swap_groups"]

BoolArray = npt.NDArray[np.bool_]

_SWAPS = (
    ("ai", "ci"),
    ("bi", "di"),
    ("x1i", "x2i"),
    ("t1i", "t2i"),
    ("m1i", "m2i"),
    ("sd1i", "sd2i"),
    ("n1i", "n2i"),
)
FLIPPING = ("2x2", "two rates", "two means")
"""Families whose two groups can change places."""

_EMPTY = {"size": "there is nobody in that group", "time": "nobody was at risk"}


@dataclass(slots=True)
class Rows:
    """Arrays on their way to the effects, with the notes that they gather.

    Attributes
    ----------
    arrays : dict of str to (k,) float array
        Arrays by the names that the functions take.
    labels : tuple of str
        Names of the studies.
    n : (k,) float array
        People behind each row.
    notes : list of list of Note
        Notes of each row.
    """

    arrays: dict[str, FloatArray]
    labels: tuple[str, ...]
    n: FloatArray
    notes: list[list[Note]] = field(default_factory=list)

    def note(self, rows: BoolArray, kind: NoteKind, text: str, method: str = "") -> None:
        """Write one note to the rows where the mask is true."""
        for i in np.flatnonzero(rows):
            label = self.labels[i]
            self.notes[i].append(Note(kind=kind, text=text, study=label, method=method))

    def blank(self, rows: BoolArray, text: str) -> None:
        """Set rows aside: their numbers are cleared, so that nothing can be computed from them."""
        self.note(rows, "set-aside", text)
        for name, column in self.arrays.items():
            self.arrays[name] = np.where(rows, np.nan, column)


def arrange(measure: Measure, arrays: dict[str, FloatArray], labels: tuple[str, ...]) -> Rows:
    """Return the arrays that the measure takes.

    Cells are completed from totals, Cohen's d and correlations from test statistics; groups
    without people and rows with a number missing are set aside.

    Raises
    ------
    SpecError
        If a column that the measure needs is not there.
    InputError
        If events exceed the size of their group, by study.
    """
    k = len(labels)
    rows = Rows(arrays=dict(arrays), labels=labels, n=np.full(k, np.nan))
    rows.notes = [[] for _ in range(k)]
    _complete(measure, rows)
    missing = [name for name in measure.takes if name not in rows.arrays]
    if missing:
        raise SpecError.at(
            f"measure '{measure.code}'",
            found="no '" + "', '".join(missing) + "'" if arrays else "no data",
            expected=_ways(measure),
        )
    rows.n = _people(measure, rows.arrays, k)
    _set_aside(measure, rows)
    return rows


def swap_groups(rows: Rows, flip: BoolArray) -> None:
    """Exchange the two groups in the rows where ``flip`` is true."""
    for one, two in _SWAPS:
        if one in rows.arrays and two in rows.arrays:
            first, second = rows.arrays[one], rows.arrays[two]
            rows.arrays[one] = np.where(flip, second, first)
            rows.arrays[two] = np.where(flip, first, second)
    if "d" in rows.arrays:
        rows.arrays["d"] = np.where(flip, -rows.arrays["d"], rows.arrays["d"])
    rows.note(flip, "converted", "Groups 1 and 2 were exchanged, as asked.")


def _complete(measure: Measure, rows: Rows) -> None:
    """Fill in what follows from other columns."""
    problems: list[Problem] = []
    if measure.family in ("2x2", "paired 2x2"):
        problems += _others_from_size(rows, "ai", "bi", "n1i")
        problems += _others_from_size(rows, "ci", "di", "n2i")
    elif measure.family == "proportion":
        problems += _others_from_size(rows, "xi", "mi", "ni")
    elif measure.family in ("two means", "change") and "d" in measure.takes:
        _complete_d(measure, rows)
    elif measure.family == "correlation":
        _complete_r(rows)
    if problems:
        raise InputError(problems)


def _others_from_size(rows: Rows, events: str, others: str, size: str) -> list[Problem]:
    """Fill in the non-events as the size of the group less its events; return what cannot be."""
    arrays = rows.arrays
    if events not in arrays or size not in arrays:
        return []
    given = arrays.get(others, np.full_like(arrays[events], np.nan))
    over = arrays[events] > arrays[size]
    if np.any(over):
        return [
            Problem(
                where=f"{rows.labels[i]}, argument '{events}'",
                found=f"{arrays[events][i]:g} of {arrays[size][i]:g}",
                expected=f"no more than {size}",
                hint="Were percentages or scores entered instead of counts?",
            )
            for i in np.flatnonzero(over)
        ]
    filled = np.isnan(given) & np.isfinite(arrays[events]) & np.isfinite(arrays[size])
    arrays[others] = np.where(filled, arrays[size] - arrays[events], given)
    text = f"{others} is {size} less {events}: everybody in the group counts as observed."
    rows.note(filled, "used", text)
    return []


def _complete_d(measure: Measure, rows: Rows) -> None:
    """Put Cohen's d together: from means and SDs, else as given, else from t, else from p."""
    arrays = rows.arrays
    k = len(rows.labels)
    change = measure.family == "change"
    wanted = ("m1i", "m2i", "sd1i", "sd2i", "ri", "ni")
    if not change:
        wanted = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
    d = np.full(k, np.nan)
    if all(name in arrays for name in wanted):
        if change:
            spread = np.sqrt(change_variance(arrays["sd1i"], arrays["sd2i"], arrays["ri"]))
            d = (arrays["m1i"] - arrays["m2i"]) / spread
        else:
            d = cohen_d(*(arrays[name] for name in wanted))
    sizes = ("ni",) if change else ("n1i", "n2i")
    if all(name in arrays for name in sizes):
        base = np.sum([1.0 / arrays[name] for name in sizes], axis=0)
        df = np.sum([arrays[name] - 1.0 for name in sizes], axis=0)
        d = _fill(rows, d, arrays.get("di"), "Cohen's d was taken as given.")
        if "ti" in arrays:
            text = "Cohen's d was computed from the t statistic."
            d = _fill(rows, d, arrays["ti"] * np.sqrt(base), text)
        if "pi" in arrays:
            text = "Cohen's d was computed from the two-sided p value and its sign."
            d = _fill(rows, d, _t_from_p(arrays["pi"], df) * np.sqrt(base), text)
    if np.any(np.isfinite(d)) or all(name in arrays for name in wanted) or k == 0:
        arrays["d"] = d


def _complete_r(rows: Rows) -> None:
    """Fill in correlations from t or p."""
    arrays = rows.arrays
    if "ni" not in arrays:
        return
    r = arrays.get("ri", np.full(len(rows.labels), np.nan))
    if "ti" in arrays:
        text = "The correlation was computed from the t statistic."
        r = _fill(rows, r, correlation_from_t(arrays["ti"], arrays["ni"]), text)
    if "pi" in arrays:
        text = "The correlation was computed from the two-sided p value and its sign."
        t = _t_from_p(arrays["pi"], arrays["ni"] - 2)
        r = _fill(rows, r, correlation_from_t(t, arrays["ni"]), text)
    arrays["ri"] = r


def _fill(rows: Rows, known: FloatArray, other: FloatArray | None, text: str) -> FloatArray:
    """Fill the gaps of ``known`` from ``other`` and note it."""
    if other is None:
        return known
    filled = np.isnan(known) & np.isfinite(other)
    rows.note(filled, "converted", text)
    return np.where(filled, other, known)


def _t_from_p(signed_p: FloatArray, df: FloatArray) -> FloatArray:
    """Return t from a two-sided p value that carries the sign of the effect."""
    known = np.where(df > 0, df, np.nan)
    return np.asarray(-np.sign(signed_p) * stdtrit(known, 0.5 * np.abs(signed_p)))


def _people(measure: Measure, arrays: dict[str, FloatArray], k: int) -> FloatArray:
    """Return how many people are behind each row."""
    names: tuple[str, ...] = ("ni",)
    if measure.code == "MPORM":
        return (arrays["ai"] + arrays["bi"] + arrays["ci"] + arrays["di"]) / 2
    if measure.family in ("2x2", "paired 2x2"):
        names = ("ai", "bi", "ci", "di")
    elif measure.family in ("two means", "superiority"):
        names = ("n1i", "n2i")
    elif measure.family == "proportion":
        names = ("xi", "mi")
    if not all(name in arrays for name in names):
        return np.full(k, np.nan)
    return np.asarray(sum(arrays[name] for name in names), dtype=np.float64)


def _set_aside(measure: Measure, rows: Rows) -> None:
    """Set aside rows that lack a number, or a whole group."""
    arrays, kinds = rows.arrays, FAMILIES[measure.family]
    if measure.family == "2x2":
        sizes = {"group 1": arrays["ai"] + arrays["bi"], "group 2": arrays["ci"] + arrays["di"]}
    elif measure.family == "proportion":
        sizes = {"the group": arrays["xi"] + arrays["mi"]}
    else:
        sizes = {}
    for words, size in sizes.items():
        rows.blank(size == 0, f"There is nobody in {words}.")
    taken = [name for name in measure.takes if name in kinds]
    for name in taken:
        if kinds[name] in _EMPTY:
            rows.blank(arrays[name] == 0, f"{name} is 0: {_EMPTY[kinds[name]]}.")
    already = np.array([bool(row) and row[-1].kind == "set-aside" for row in rows.notes], bool)
    absent = {name: np.isnan(arrays[name]) & ~already for name in measure.takes}
    for i in np.flatnonzero(np.any(list(absent.values()), axis=0)):
        lacking = [name for name, mask in absent.items() if mask[i]]
        words = "Cohen's d cannot be computed" if lacking == ["d"] else ", ".join(lacking)
        text = f"{words}." if lacking == ["d"] else f"{words} missing."
        label = rows.labels[i]
        rows.notes[i].append(Note(kind="set-aside", text=text, study=label))


def _ways(measure: Measure) -> str:
    """Say what the measure can be computed from."""
    takes = ", ".join(name for name in measure.takes if name != "d")
    if "d" in measure.takes:
        return f"{takes} with means and SDs, or with one of di, ti, pi"
    if measure.family == "2x2":
        return "ai, bi, ci, di, or ai, ci with n1i, n2i"
    if measure.family == "proportion":
        return "xi with mi or ni"
    if measure.family == "correlation":
        return "ni with one of ri, ti, pi"
    return takes
