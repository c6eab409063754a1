"""Cochran's Q as a function of tau2, and the form in which studies enter every sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError
from remit.core.numerics import Root, bracketed_root

__all__ = ["check_studies", "cochran_q", "pair_weight", "q_root", "standard_form", "study_order"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


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
    good_effect, good_variance = np.isfinite(y), np.isfinite(v) & (v > 0)
    if good_effect.all() and good_variance.all():
        return y.copy(), v.copy()
    raise InputError(
        problem
        for name, values, good, expected in (
            ("effect", y, good_effect, "a finite number"),
            ("variance", v, good_variance, "a finite number above 0"),
        )
        for i in np.flatnonzero(~good)
        for problem in InputError.at(
            f"{labels[i] if labels else f'study {i + 1}'}, {name}",
            found=repr(float(values[i])),
            expected=expected,
            hint="Set the study aside, or give its standard error.",
        ).problems
    )


def standard_form(y: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Sort, centre and scale the studies so that no later sum loses digits.

    The most precise study becomes the origin (its residual is then exact even where it carries
    nearly all weight), variances are divided by a power of four and effects by its root (both
    exact). Sorting makes every estimate independent of the order of the studies.
    """
    order = study_order(v, y)
    y, v = y[order], v[order]
    root = 2.0 ** np.round(0.25 * (np.log2(v[0]) + np.log2(v[-1])))
    return (y - y[0]) / root, v / root / root, float(root * root)


def study_order(v: FloatArray, *ties: FloatArray) -> IntArray:
    """Return the order of the studies by variance, and by ``ties`` in turn where it is equal."""
    order = np.argsort(v)
    ascending = v[order]
    if np.all(ascending[1:] > ascending[:-1]):
        return order
    return np.lexsort((*ties[::-1], v))


def cochran_q(y: FloatArray, v: FloatArray, tau2: float = 0.0) -> float:
    """Return the weighted sum of squares Q(tau2) about the weighted mean."""
    w = 1.0 / (v + tau2)
    r = y - (w * y).sum() / w.sum()
    return float((w * r * r).sum())


def pair_weight(w: FloatArray) -> FloatArray:
    """Return sum(w) - sum(w^2)/sum(w) over the last axis, as a sum of positive terms only.

    It equals twice the sum of w_i w_j over all pairs, divided by sum(w); the difference itself
    would lose all digits where one study carries nearly all weight.
    """
    before = np.zeros_like(w)
    before[..., 1:] = w.cumsum(axis=-1)[..., :-1]
    total: FloatArray = 2.0 * (w * before).sum(axis=-1) / w.sum(axis=-1)
    return total


def q_root(y: FloatArray, v: FloatArray, target: float) -> Root:
    """Solve Q(tau2) = target, which has one root where Q(0) > target (Q falls strictly).

    Q(tau2) is below S / tau2, with S the unweighted sum of squares, which bounds the root.
    """
    spread = float(np.sum((y - np.mean(y)) ** 2))
    return bracketed_root(lambda t: cochran_q(y, v, t) - target, 0.0, 2.0 * spread / target)
