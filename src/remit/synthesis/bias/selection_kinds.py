"""How likely a study is to be seen, given its p value: the selection functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit

__all__ = ["SELECTION_KINDS", "SMOOTH", "SmoothKind"]

FloatArray = npt.NDArray[np.float64]
# log p, log(1 - p) and precision -> log w and its derivatives by each parameter
Weight = Callable[
    [FloatArray, FloatArray, FloatArray, FloatArray], tuple[FloatArray, tuple[FloatArray, ...]]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothKind:
    """A selection function that is smooth in the p value.

    Attributes
    ----------
    name : str
        metafor's code.
    weight : callable
        log w and its derivatives.
    none : tuple of float
        Parameters of no selection.
    lower : tuple of float
        Lower bounds; the upper one is that of the fit.
    positive : bool
        Whether the parameters are searched on the log scale.
    starts : tuple of tuple of float
        Where the search begins.
    p_min : float
        p values are kept this far from 0 and 1 (Citkowicz & Vevea 2017); 0 for no limit.
    takes_precision : bool
        Whether the first parameter may be multiplied by a measure of precision (Preston 2004).
    reach : float
        z value beyond which the function is constant to double precision.
    source : str
        Who proposed it.
    """

    name: str
    weight: Weight
    none: tuple[float, ...]
    lower: tuple[float, ...]
    positive: bool
    starts: tuple[tuple[float, ...], ...]
    p_min: float
    takes_precision: bool
    reach: float
    source: str


def _half_normal(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    slope = -prec * np.exp(2.0 * log_p)
    return delta[0] * slope, (slope,)


def _negative_exponential(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    slope = -prec * np.exp(log_p)
    return delta[0] * slope, (slope,)


def _logistic(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    x = prec * np.exp(log_p)
    return np.log(2.0) + log_expit(-delta[0] * x), (-x * expit(delta[0] * x),)


def _power(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    slope = prec * log_q
    return delta[0] * slope, (slope,)


def _negative_exponential_power(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    powered = prec * np.exp(log_p / delta[1])
    return -delta[0] * powered, (-powered, delta[0] * powered * log_p / delta[1] ** 2)


def _beta(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray, prec: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    value = (delta[0] - 1.0) * log_p + (delta[1] - 1.0) * log_q
    return value * prec, (log_p * prec, log_q * prec)


def _one(name: str, weight: Weight, source: str, p_min: float = 0.0) -> SmoothKind:
    return SmoothKind(
        name=name,
        weight=weight,
        none=(0.0,),
        lower=(0.0,),
        positive=False,
        starts=((0.3,), (3.0,), (15.0,)),
        p_min=p_min,
        takes_precision=True,
        reach=9.0,
        source=source,
    )


SMOOTH = {
    kind.name: kind
    for kind in (
        _one("halfnorm", _half_normal, "Preston 2004: exp(-delta p^2)"),
        _one("negexp", _negative_exponential, "Preston 2004: exp(-delta p)"),
        _one("logistic", _logistic, "Preston 2004: 2 exp(-delta p)/(1 + exp(-delta p))"),
        _one("power", _power, "(1 - p)^delta", 1e-5),
        SmoothKind(
            name="negexppow",
            weight=_negative_exponential_power,
            none=(0.0, 1.0),
            lower=(0.0, 1e-4),
            positive=True,
            starts=((0.5, 1.0), (3.0, 2.0), (20.0, 0.3), (80.0, 0.1), (6.0, 5.0)),
            p_min=0.0,
            takes_precision=True,
            reach=38.0,
            source="Begg & Mazumdar 1994: exp(-delta_1 p^(1/delta_2))",
        ),
        SmoothKind(
            name="beta",
            weight=_beta,
            none=(1.0, 1.0),
            lower=(1e-5, 1e-5),
            positive=True,
            starts=((1.0, 1.0), (0.5, 1.2), (1.6, 1.0), (0.5, 3.0), (1.6, 0.5)),
            p_min=1e-5,
            takes_precision=False,
            reach=9.0,
            source="Citkowicz & Vevea 2017: p^(delta_1 - 1) (1 - p)^(delta_2 - 1)",
        ),
    )
}
SELECTION_KINDS = ("stepfun", "trunc", "truncest", *SMOOTH)
