"""Effects from printed estimates with their confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.errors import InputError, Problem
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.effects.effect_table import EffectSizes
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.printed import read_columns, table_of

__all__ = ["effects_from_intervals"]

_ASYMMETRY = 0.1


def effects_from_intervals(
    measure: str,
    *,
    estimate: npt.ArrayLike,
    ci_low: npt.ArrayLike,
    ci_high: npt.ArrayLike,
    level: float = 0.95,
    log: bool = True,
    labels: Sequence[str] | None = None,
) -> EffectSizes:
    """Return effects and variances from printed estimates and confidence intervals.

    Half the width over the critical value of the normal distribution, after taking logs for
    ratios (Handbook 6.3.2; Parmar 1998, Stat Med 17:2815, for hazard ratios).

    Parameters
    ----------
    measure : str
        Code to carry, such as ``HR``, ``OR`` or ``MD``.
    estimate, ci_low, ci_high : (k,) array-like
        As printed; a missing one is NaN. Without an estimate the middle of the interval stands
        for it, and the row says so.
    level : float
        Coverage of the intervals, as a proportion.
    log : bool
        Whether they are ratios.
    labels : sequence of str or None
        Names of the studies.

    Raises
    ------
    InputError
        For intervals that are not in order or do not hold the estimate, and ratios that are not
        above 0, by study.
    SpecError
        If the level is no proportion.
    """
    critical = critical_value(check_level(level))
    names, (y, low, high) = read_columns(labels, estimate=estimate, ci_low=ci_low, ci_high=ci_high)
    _check_intervals(names, y, low, high, log=log)
    if log:
        y, low, high = np.log(y), np.log(low), np.log(high)
    error = (high - low) / (2 * critical)
    middle = 0.5 * (low + high)
    notes: list[tuple[Note, ...]] = []
    for i, name in enumerate(names):
        text = f"Standard error from the {100 * level:g}% interval."
        row = [Note(kind="converted", text=text, study=name, method="Handbook 6.3")]
        if np.isnan(error[i]):
            row = [Note(kind="set-aside", text="An end of the interval is missing.", study=name)]
        elif error[i] == 0:
            row = [Note(kind="set-aside", text="The interval has no width.", study=name)]
        elif np.isnan(y[i]):
            text = "No estimate printed: the middle of its interval was taken."
            row.append(Note(kind="converted", text=text, study=name))
        elif abs(y[i] - middle[i]) > _ASYMMETRY * (high[i] - low[i]):
            text = "The estimate is far from the middle of its interval: rounded, or misprinted?"
            row.append(Note(kind="caution", text=text, study=name))
        notes.append(tuple(row))
    effect = np.where(np.isnan(y), middle, y)
    return table_of(measure, effect, error**2, names, tuple(notes), log=log)


def _check_intervals(
    labels: tuple[str, ...], y: FloatArray, low: FloatArray, high: FloatArray, *, log: bool
) -> None:
    """Refuse intervals that cannot be, all at once."""
    problems = []
    for i, label in enumerate(labels):
        found = f"{y[i]:g} ({low[i]:g} to {high[i]:g})"
        known = [x for x in (low[i], y[i], high[i]) if not np.isnan(x)]
        if known != sorted(known) or not np.all(np.isfinite(known)):
            hint = "Are the numbers on the log scale, or in the wrong columns?"
            expected = "a finite interval that holds the estimate"
            problems.append(Problem(where=label, found=found, expected=expected, hint=hint))
        elif log and any(x <= 0 for x in known):
            hint = "Logs of ratios are given with log=False."
            expected = "ratios above 0"
            problems.append(Problem(where=label, found=found, expected=expected, hint=hint))
    if problems:
        raise InputError(problems)
