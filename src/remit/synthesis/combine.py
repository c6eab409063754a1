"""Is there any effect at all: p values combined across studies.

A combined p value tells neither the size nor the direction-wise agreement of effects. It is for
studies that print nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from remit.core.checks import float_vector
from remit.core.errors import InputError, Problem
from remit.core.numerics import chi2_upper_tail, normal_quantile, normal_two_sided

__all__ = ["FisherResult", "StoufferResult", "fisher", "stouffer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoufferResult:
    """Directed p values, combined.

    Attributes
    ----------
    z : float
        Combined statistic, positive in the direction called +1.
    p_value : float
        Two-sided p of ``z``.
    k : int
        Number of studies.
    weighted : bool
        Whether studies had different weights.
    method : str
        Name and source.
    """

    z: float
    p_value: float
    k: int
    weighted: bool
    method: str = "Stouffer 1949"

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a plain dictionary."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FisherResult:
    """P values combined whatever their direction.

    Attributes
    ----------
    chi2 : float
        Minus twice the sum of the log p values.
    df : int
        Degrees of freedom, twice the number of studies.
    p_value : float
        Upper tail.
    k : int
        Number of studies.
    method : str
        Name and source.
    """

    chi2: float
    df: int
    p_value: float
    k: int
    method: str = "Fisher 1932"

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a plain dictionary."""
        return asdict(self)


def _exact(p_values: Sequence[Any], operators: Sequence[str] | None) -> list[float]:
    """Return p values that are exact; a bound is refused, because it has no statistic."""
    values = list(p_values)
    signs = ["="] * len(values) if operators is None else list(operators)
    if not values or len(signs) != len(values):
        raise InputError.at(
            "argument 'p_values'",
            found=f"{len(values)} p values and {len(signs)} operators",
            expected="at least one p value, each with one operator",
        )
    problems: list[Problem] = []
    for i, (value, sign) in enumerate(zip(values, signs, strict=True), start=1):
        where = f"argument 'p_values', study {i}"
        if isinstance(value, str) or sign != "=":
            shown = value if isinstance(value, str) else f"p {sign} {value}"
            problems += InputError.at(
                where,
                found=shown,
                expected="an exact p value",
                hint="A bound such as p < 0.001 cannot be combined; leave the study out.",
            ).problems
        elif not 0.0 < float(value) <= 1.0:
            problems += InputError.at(
                where,
                found=repr(float(value)),
                expected="a p value above 0 and at most 1",
                hint="A printed p of 0 or 0.000 is a bound and cannot be combined.",
            ).problems
    if problems:
        raise InputError(problems)
    return [float(value) for value in values]


def stouffer(
    p_values: Sequence[Any],
    directions: Sequence[int],
    weights: Sequence[float] | None = None,
    *,
    operators: Sequence[str] | None = None,
) -> StoufferResult:
    """Combine two-sided p values with their directions (Stouffer 1949, p. 45, footnote).

    Each p becomes z = d Phi^-1(1 - p/2) with d its direction; the result is
    sum(w z) / sqrt(sum(w^2)).

    Parameters
    ----------
    p_values : (k,) sequence of float
        Exact two-sided p values, above 0 and at most 1.
    directions : (k,) sequence of int
        +1 or -1: which treatment each study favours.
    weights : (k,) sequence of float, optional
        Positive weights, such as the root of the number of people; equal if not given.
    operators : (k,) sequence of str, optional
        Relation of p to its value as printed; anything but ``=`` is refused.

    Raises
    ------
    InputError
        If a p value is a bound or outside 0 to 1, or lengths, directions or weights do not fit.
    """
    p = _exact(p_values, operators)
    signs = list(directions)
    w = [1.0] * len(p) if weights is None else [float(x) for x in float_vector("weights", weights)]
    if len(signs) != len(p) or any(sign not in (-1, 1) for sign in signs):
        raise InputError.at(
            "argument 'directions'", found=repr(signs), expected=f"{len(p)} numbers, each 1 or -1"
        )
    if len(w) != len(p) or min(w) <= 0:
        raise InputError.at(
            "argument 'weights'", found=repr(w), expected=f"{len(p)} numbers above 0"
        )
    # minus the lower quantile is the upper one, without the rounding of 1 - p/2
    scores = [-sign * normal_quantile(0.5 * x) for sign, x in zip(signs, p, strict=True)]
    top = math.fsum(a * b for a, b in zip(w, scores, strict=True))
    z = top / math.sqrt(math.fsum(a * a for a in w))
    return StoufferResult(z=z, p_value=normal_two_sided(z), k=len(p), weighted=len(set(w)) > 1)


def fisher(p_values: Sequence[Any], *, operators: Sequence[str] | None = None) -> FisherResult:
    """Combine p values by the product of them all (Fisher 1932, sec. 21.1).

    -2 sum(log p) is chi-squared with 2k degrees of freedom if no study has an effect. With
    two-sided p values, studies in opposite directions strengthen each other.

    Parameters
    ----------
    p_values : (k,) sequence of float
        Exact p values, above 0 and at most 1.
    operators : (k,) sequence of str, optional
        As in `stouffer`.

    Raises
    ------
    InputError
        If a p value is a bound or outside 0 to 1.
    """
    p = _exact(p_values, operators)
    chi2 = -2.0 * math.fsum(math.log(x) for x in p)
    return FisherResult(
        chi2=chi2, df=2 * len(p), p_value=chi2_upper_tail(chi2, 2 * len(p)), k=len(p)
    )
