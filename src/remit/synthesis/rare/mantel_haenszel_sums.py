"""The sums of Mantel & Haenszel: pooled value, standard error and weights, measure by measure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable

__all__ = ["SUMS", "Sums"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """Pooled value, its standard error, and the weights (k,) that add up to the denominator."""

    value: float | NotEstimable
    std_error: float
    weights: FloatArray


def _odds_ratio(table: dict[str, FloatArray]) -> Sums:
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    n = a + b + c + d
    p, q, r, s = (a + d) / n, (b + c) / n, (a / n) * d, (b / n) * c
    R, S = math.fsum(r), math.fsum(s)
    if R == 0.0 or S == 0.0:
        return Sums(value=_one_sided(R, S), std_error=0.0, weights=s)
    # Robins, Breslow & Greenland 1986, Biometrics 42:311
    variance = 0.5 * (
        math.fsum(p * r) / R**2 + math.fsum(p * s + q * r) / (R * S) + math.fsum(q * s) / S**2
    )
    return Sums(value=math.log(R / S), std_error=math.sqrt(variance), weights=s)


def _risk_ratio(table: dict[str, FloatArray]) -> Sums:
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    n1, n2 = a + b, c + d
    n = n1 + n2
    r, s = a * (n2 / n), c * (n1 / n)
    R, S = math.fsum(r), math.fsum(s)
    if R == 0.0 or S == 0.0:
        return Sums(value=_one_sided(R, S), std_error=0.0, weights=s)
    # Greenland & Robins 1985, Biometrics 41:55, eq. 13
    variance = math.fsum((n1 / n) * (n2 / n) * (a + c) - (a / n) * c) / (R * S)
    if variance <= 0.0:
        return Sums(value=_all_events(), std_error=0.0, weights=s)
    return Sums(value=math.log(R / S), std_error=math.sqrt(variance), weights=s)


def _risk_difference(table: dict[str, FloatArray]) -> Sums:
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    n1, n2 = a + b, c + d
    n = n1 + n2
    w = n1 * (n2 / n)
    W = math.fsum(w)
    value = math.fsum(a * (n2 / n) - c * (n1 / n)) / W
    # Sato, Greenland & Robins 1989, Biometrics 45:1323
    f, g = n1 / n, n2 / n
    first = math.fsum(c * f**2 - a * g**2 + f * g * (n2 - n1) / 2.0)
    second = math.fsum(a * d / n + c * b / n) / 2.0
    variance = (value * first + second) / W**2
    if variance <= 0.0:
        return Sums(value=_all_events(), std_error=0.0, weights=w)
    return Sums(value=value, std_error=math.sqrt(variance), weights=w)


def _rate_ratio(table: dict[str, FloatArray]) -> Sums:
    x1, t1, x2, t2 = (table[name] for name in ("x1i", "t1i", "x2i", "t2i"))
    t = t1 + t2
    r, s = x1 * (t2 / t), x2 * (t1 / t)
    R, S = math.fsum(r), math.fsum(s)
    if R == 0.0 or S == 0.0:
        return Sums(value=_one_sided(R, S), std_error=0.0, weights=s)
    variance = math.fsum((t1 / t) * (t2 / t) * (x1 + x2)) / (R * S)
    return Sums(value=math.log(R / S), std_error=math.sqrt(variance), weights=s)


def _rate_difference(table: dict[str, FloatArray]) -> Sums:
    x1, t1, x2, t2 = (table[name] for name in ("x1i", "t1i", "x2i", "t2i"))
    t = t1 + t2
    w = (t1 / t) * t2
    W = math.fsum(w)
    value = math.fsum((x1 / t) * t2 - (x2 / t) * t1) / W
    variance = math.fsum(w**2 * (x1 / t1**2 + x2 / t2**2)) / W**2
    if variance <= 0.0:
        return Sums(value=_all_events(), std_error=0.0, weights=w)
    return Sums(value=value, std_error=math.sqrt(variance), weights=w)


SUMS = {
    "OR": _odds_ratio,
    "RR": _risk_ratio,
    "RD": _risk_difference,
    "IRR": _rate_ratio,
    "IRD": _rate_difference,
}


def _one_sided(R: float, S: float) -> NotEstimable:
    if R == 0.0 and S == 0.0:
        return NotEstimable(
            reason="No study has information on the ratio: none has both an event and, in the "
            "other arm, a person (or time) without one."
        )
    size = "zero" if R == 0.0 else "infinite"
    return NotEstimable(
        reason=f"The pooled ratio is {size}: all that speaks for the one arm is zero. It has no "
        "standard error by this method; an exact or beta-binomial model gives a one-sided answer."
    )


def _all_events() -> NotEstimable:
    return NotEstimable(
        reason="All arms agree entirely (no event anywhere, or nothing else): the effect is none "
        "and its standard error zero by this method, which is no measure of what is not known."
    )
