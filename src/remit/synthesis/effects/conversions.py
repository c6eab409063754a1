"""From one measure to another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.core.errors import InputError, Problem
from remit.synthesis.effects.binary import COX_SNELL, LOGISTIC_SD
from remit.synthesis.effects.kernel import EffectVariance, FloatArray

__all__ = [
    "delta_method",
    "log_odds_to_smd",
    "odds_ratio_to_risk_ratio",
    "r_to_smd",
    "smd_to_log_odds",
    "smd_to_r",
]

_FACTORS = {"logistic": LOGISTIC_SD, "normal": COX_SNELL}


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


def _array(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


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


_TRANSFORMS: dict[str, Callable[[FloatArray], tuple[FloatArray, FloatArray]]] = {
    "log": lambda y: (np.log(y), 1 / y),
    "exp": lambda y: (np.exp(y), np.exp(y)),
    "sqrt": lambda y: (np.sqrt(y), 0.5 / np.sqrt(y)),
    "square": lambda y: (y**2, 2 * y),
    "logit": _logit,
    "expit": _expit,
    "atanh": lambda y: (np.arctanh(y), 1 / (1 - y**2)),
    "tanh": lambda y: (np.tanh(y), 1 - np.tanh(y) ** 2),
}
