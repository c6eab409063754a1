"""The form in which studies enter every sum: sorted, centred and scaled to keep all digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError
from remit.synthesis.models.design import intercept_column
from remit.synthesis.q_statistic import study_order

__all__ = ["StandardForm", "check_weights", "standard_form"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandardForm:
    """Studies in standard form.

    Attributes
    ----------
    x, y, v : (k, p), (k,), (k,) arrays
        Design, effects and variances, the most precise study first.
    a : (k,) array or None
        The user's weights.
    scale : float
        Squared units of the effect per unit of ``v``.
    """

    x: FloatArray
    y: FloatArray
    v: FloatArray
    a: FloatArray | None
    scale: float


def standard_form(x: FloatArray, y: FloatArray, v: FloatArray, weights: Any = None) -> StandardForm:
    """Sort, centre and scale the studies.

    The most precise study becomes the origin where there is an intercept (its residual is then
    exact even where it carries nearly all weight), variances are divided by a power of four and
    effects by its root (both exact). Sorting makes every estimate independent of the order of
    the studies.
    """
    order = study_order(v, y, *x.T)
    a = None if weights is None else check_weights(weights, y.size)[order]
    x, y, v = x[order], y[order], v[order]
    root = 2.0 ** np.round(0.25 * (np.log2(v[0]) + np.log2(v[-1])))
    if intercept_column(x) is not None:
        y = y - y[0]
    return StandardForm(x=x, y=y / root, v=v / root / root, a=a, scale=float(root * root))


def check_weights(weights: Any, k: int) -> FloatArray:
    """Return the user's weights as a (k,) array.

    Raises
    ------
    InputError
        If their number is wrong, or one is missing, infinite or negative.
    """
    a = np.array(weights, dtype=np.float64)
    if a.shape != (k,):
        raise InputError.at(
            "argument 'weights'", found=f"shape {a.shape}", expected=f"one per study, ({k},)"
        )
    bad = np.flatnonzero(~(np.isfinite(a) & (a >= 0)))
    if bad.size or not np.any(a > 0):
        found = f"{a[bad[0]]} for study {bad[0] + 1}" if bad.size else "zeros only"
        raise InputError.at(
            "argument 'weights'", found=found, expected="finite numbers of at least 0, not all 0"
        )
    return a
