"""Cochran's Q as a function of tau2, and the form in which studies enter every sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import float_vector
from remit.core.errors import InputError
from remit.core.numerics import Root, bracketed_root

__all__ = ["check_studies", "cochran_q", "pair_weight", "q_root", "standard_form"]

FloatArray = npt.NDArray[np.float64]


def check_studies(
    effect: Any, variance: Any, labels: tuple[str, ...] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return effects and variances as two (k,) arrays that can be pooled.

    Raises
    ------
    InputError
        If there is no study, the lengths differ, or a value is missing, infinite or (variance)
        not above zero; every bad study is named.
    """
    y = np.atleast_1d(np.asarray(effect, dtype=np.float64))
    v = np.atleast_1d(np.asarray(variance, dtype=np.float64))
    if y.shape != v.shape or y.ndim != 1:
        raise InputError.at(
            "argument 'variance'", found=f"shape {v.shape}", expected=f"one per effect, {y.shape}"
        )
    if y.size == 0:
        raise InputError.at(
            "argument 'effect'", found="no study", expected="at least one study that can be pooled"
        )
    problems = [
        problem
        for name, values, good, expected in (
            ("effect", y, np.isfinite(y), "a finite number"),
            ("variance", v, np.isfinite(v) & (v > 0), "a finite number above 0"),
        )
        for i in np.flatnonzero(~good)
        for problem in InputError.at(
            f"{labels[i] if labels else f'study {i + 1}'}, {name}",
            found=repr(float(values[i])),
            expected=expected,
            hint="Set the study aside, or give its standard error.",
        ).problems
    ]
    if problems:
        raise InputError(problems)
    return float_vector("effect", y), float_vector("variance", v)


def standard_form(y: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Sort, centre and scale the studies so that no later sum loses digits.

    The most precise study becomes the origin (its residual is then exact even where it carries
    nearly all weight), variances are divided by a power of four and effects by its root (both
    exact). Sorting makes every estimate independent of the order of the studies.
    """
    order = np.lexsort((y, v))
    y, v = y[order], v[order]
    root = 2.0 ** np.round(0.25 * (np.log2(v[0]) + np.log2(v[-1])))
    return (y - y[0]) / root, v / root / root, float(root * root)


def cochran_q(y: FloatArray, v: FloatArray, tau2: float = 0.0) -> float:
    """Return the weighted sum of squares Q(tau2) about the weighted mean."""
    w = 1.0 / (v + tau2)
    r = y - np.sum(w * y) / np.sum(w)
    return float(np.sum(w * r * r))


def pair_weight(w: FloatArray) -> FloatArray:
    """Return sum(w) - sum(w^2)/sum(w) over the last axis, as a sum of positive terms only.

    It equals twice the sum of w_i w_j over all pairs, divided by sum(w); the difference itself
    would lose all digits where one study carries nearly all weight.
    """
    before = np.zeros_like(w)
    before[..., 1:] = np.cumsum(w, axis=-1)[..., :-1]
    total: FloatArray = 2.0 * np.sum(w * before, axis=-1) / np.sum(w, axis=-1)
    return total


def q_root(y: FloatArray, v: FloatArray, target: float) -> Root:
    """Solve Q(tau2) = target, which has one root where Q(0) > target (Q falls strictly).

    Q(tau2) is below S / tau2, with S the unweighted sum of squares, which bounds the root.
    """
    spread = float(np.sum((y - np.mean(y)) ** 2))
    return bracketed_root(lambda t: cochran_q(y, v, t) - target, 0.0, 2.0 * spread / target)
