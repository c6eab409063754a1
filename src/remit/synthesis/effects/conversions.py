"""From one measure to another, and from printed intervals or p values to effects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.errors import InputError, Problem
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.effects.binary import COX_SNELL, LOGISTIC_SD
from remit.synthesis.effects.effect_table import EffectSizes, EffectSpec
from remit.synthesis.effects.inputs import read_labels
from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "delta_method",
    "effects_from_intervals",
    "log_odds_to_smd",
    "odds_ratio_to_risk_ratio",
    "r_to_smd",
    "read_columns",
    "smd_to_log_odds",
    "smd_to_r",
    "table_of",
]

_FACTORS = {"logistic": LOGISTIC_SD, "normal": COX_SNELL}
_ASYMMETRY = 0.1


def smd_to_log_odds(
    d: npt.ArrayLike, variance: npt.ArrayLike, distribution: str = "logistic"
) -> EffectVariance:
    """Return log odds ratios from standardized mean differences.

    ``logistic``: d pi/sqrt(3) (Borenstein 2009, Introduction to Meta-Analysis, eq. 7.3 and 7.4;
    Chinn 2000 with 1.81); ``normal``: 1.65 d (Cox & Snell 1989).
    """
    factor = _FACTORS[check_choice("distribution", distribution, tuple(_FACTORS))]
    return EffectVariance(_array(d) * factor, _array(variance) * factor**2)


def log_odds_to_smd(
    log_odds_ratio: npt.ArrayLike, variance: npt.ArrayLike, distribution: str = "logistic"
) -> EffectVariance:
    """Return standardized mean differences from log odds ratios (eq. 7.1 and 7.2 there)."""
    factor = _FACTORS[check_choice("distribution", distribution, tuple(_FACTORS))]
    return EffectVariance(_array(log_odds_ratio) / factor, _array(variance) / factor**2)


def smd_to_r(
    d: npt.ArrayLike, variance: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike
) -> EffectVariance:
    """Return correlations from standardized mean differences.

    r = d/sqrt(d^2 + a), a = (n1+n2)^2/(n1 n2); variance a^2 v/(d^2 + a)^3 (Borenstein 2009, eq.
    7.7 to 7.9).
    """
    size1, size2, effect = _array(n1), _array(n2), _array(d)
    a = (size1 + size2) ** 2 / (size1 * size2)
    bottom = effect**2 + a
    return EffectVariance(effect / np.sqrt(bottom), a**2 * _array(variance) / bottom**3)


def r_to_smd(r: npt.ArrayLike, variance: npt.ArrayLike) -> EffectVariance:
    """Return standardized mean differences from correlations, for groups of one size.

    d = 2r/sqrt(1-r^2); variance 4v/(1-r^2)^3 (Borenstein 2009, eq. 7.5 and 7.6).

    Raises
    ------
    InputError
        If a correlation is not inside -1 to 1.
    """
    correlation = _array(r)
    _refuse("r", correlation, ~(np.abs(correlation) < 1), "a correlation inside -1 to 1")
    rest = 1 - correlation**2
    return EffectVariance(2 * correlation / np.sqrt(rest), 4 * _array(variance) / rest**3)


def odds_ratio_to_risk_ratio(odds_ratio: npt.ArrayLike, control_risk: npt.ArrayLike) -> FloatArray:
    """Return the risk ratio that an odds ratio means at a control risk.

    OR/(1 - p + p OR) (Handbook 15.4.4.3). The control risk has to be chosen and said.

    Raises
    ------
    InputError
        If an odds ratio is not above 0 or a risk is not from 0 to 1.
    """
    ratio, risk = _array(odds_ratio), _array(control_risk)
    _refuse("odds_ratio", ratio, ~(ratio > 0), "a number above 0")
    _refuse("control_risk", risk, ~((risk >= 0) & (risk <= 1)), "a risk from 0 to 1")
    return np.asarray(ratio / (1 - risk + risk * ratio))


def delta_method(
    effect: npt.ArrayLike, variance: npt.ArrayLike, transform: str = "log"
) -> EffectVariance:
    """Return transformed effects; variance times the squared derivative.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Effects and variances.
    transform : str
        ``log``, ``exp``, ``sqrt``, ``square``, ``logit``, ``expit``, ``atanh`` or ``tanh``.
        Values outside its range give NaN.
    """
    y, v = _array(effect), _array(variance)
    check_choice("transform", transform, tuple(_TRANSFORMS))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        new, slope = _TRANSFORMS[transform](y)
        return EffectVariance(new, v * slope**2)


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


def table_of(
    measure: str,
    effect: FloatArray,
    variance: FloatArray,
    labels: tuple[str, ...],
    notes: tuple[tuple[Note, ...], ...],
    *,
    log: bool,
    n: FloatArray | None = None,
) -> EffectSizes:
    """Return effects that were not computed from arms as a table."""
    usable = np.isfinite(effect) & np.isfinite(variance) & (variance > 0)
    usable.setflags(write=False)
    return EffectSizes(
        measure=measure,
        words=_WORDS.get(measure, measure),
        scale="log" if log else "identity",
        effect=lock(np.where(np.isfinite(effect), effect, np.nan)),
        variance=lock(np.where(np.isfinite(variance), variance, np.nan)),
        usable=usable,
        n=lock(np.full(len(labels), np.nan) if n is None else n),
        labels=labels,
        notes=notes,
        spec=EffectSpec(add=0.0, to="none"),
    )


_WORDS = {
    "HR": "log hazard ratio",
    "OR": "log odds ratio",
    "RR": "log risk ratio",
    "IRR": "log rate ratio",
    "ROM": "log ratio of means",
    "MD": "mean difference",
    "SMD": "standardized mean difference",
}


def _array(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def read_columns(
    labels: Sequence[str] | None, **columns: npt.ArrayLike
) -> tuple[tuple[str, ...], list[FloatArray]]:
    """Return labels and columns of one length."""
    arrays = {name: np.atleast_1d(_array(values)) for name, values in columns.items()}
    k = max(array.size for array in arrays.values())
    problems = [
        Problem(where=f"argument '{name}'", found=f"{array.size} values", expected=f"{k}")
        for name, array in arrays.items()
        if array.size not in (1, k)
    ]
    if problems:
        raise InputError(problems)
    return read_labels(labels, k), [np.broadcast_to(array, (k,)) for array in arrays.values()]


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


def _refuse(name: str, values: FloatArray, bad: npt.NDArray[np.bool_], expected: str) -> None:
    """Refuse every value that is marked and not missing."""
    where = np.flatnonzero(bad & ~np.isnan(values))
    if where.size:
        flat = np.ravel(values)
        raise InputError(
            Problem(
                where=f"argument '{name}', position {i + 1}",
                found=f"{flat[i]:g}",
                expected=expected,
            )
            for i in where
        )


def _logit(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(y / (1 - y)), 1 / (y * (1 - y))


def _expit(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    p = 1 / (1 + np.exp(-y))
    return p, p * (1 - p)


_TRANSFORMS = {
    "log": lambda y: (np.log(y), 1 / y),
    "exp": lambda y: (np.exp(y), np.exp(y)),
    "sqrt": lambda y: (np.sqrt(y), 0.5 / np.sqrt(y)),
    "square": lambda y: (y**2, 2 * y),
    "logit": _logit,
    "expit": _expit,
    "atanh": lambda y: (np.arctanh(y), 1 / (1 - y**2)),
    "tanh": lambda y: (np.tanh(y), 1 - np.tanh(y) ** 2),
}
