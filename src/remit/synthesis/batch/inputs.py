"""Sets of studies and the choices for them, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem, SpecError
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.spec import CommonEffect, RandomEffects

__all__ = ["Spec", "checked_batch", "fit_spec_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Spec = CommonEffect | RandomEffects | FitSpec
_SHOWN = 5


def fit_spec_of(spec: Spec) -> FitSpec:
    """Return the choices in the words of the general linear fit."""
    if isinstance(spec, FitSpec):
        if spec.weights != "inverse-variance":
            raise SpecError.at(
                "argument 'spec'",
                found="weights of the user's own",
                expected="inverse-variance weights",
                hint="Fit these sets one by one with fit_linear.",
            )
        return spec
    if isinstance(spec, CommonEffect):
        return FitSpec(tau2="EE", test="z", level=spec.level)
    tests = {"z": "z", "t": "t", "HKSJ": "adhoc" if spec.floor else "knha"}
    if spec.interval not in tests:
        raise SpecError.at(
            "argument 'spec'",
            found=f"the interval {spec.interval!r}",
            expected="one of " + ", ".join(tests),
            hint="Pool these sets one by one with pool.",
        )
    test = tests[spec.interval]
    return FitSpec(tau2=spec.tau2, test=test, level=spec.level)


def checked_batch(
    effects: Any, variances: Any, mask: Any
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return effects, variances and mask as arrays of one (B, k) shape.

    Raises
    ------
    InputError
        If the shapes do not fit, or a study that a set has is not usable.
    """
    try:
        y, v = np.asarray(effects, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError.at(
            "argument 'effects'", found="no numbers", expected="a (B, k) array of numbers"
        ) from error
    here = np.ones((1, 1), dtype=bool) if mask is None else np.asarray(mask)
    if here.dtype != np.bool_:
        raise InputError.at(
            "argument 'mask'", found=f"{here.dtype} values", expected="True and False"
        )
    y, v, here = (np.atleast_2d(array) for array in (y, v, here))
    try:
        shape = np.broadcast_shapes(y.shape, v.shape, here.shape)
    except ValueError:
        shape = ()
    width = max(y.shape[-1], v.shape[-1])
    if len(shape) != 2 or y.shape[1] != width or v.shape[1] != width or shape[1] != width:
        raise InputError.at(
            "argument 'variances'",
            found=f"shapes {y.shape}, {v.shape} and mask {here.shape}",
            expected="one (B, k) shape",
        )
    usable = np.isfinite(y) & np.isfinite(v) & (v > 0)
    bad = here & ~usable
    present = np.broadcast_to(here, shape)
    y, v = np.broadcast_to(y, shape), np.broadcast_to(v, shape)
    if np.any(bad):
        raise InputError(_bad_studies(np.broadcast_to(bad, shape), y, v))
    return y, v, present


def _bad_studies(bad: BoolArray, y: FloatArray, v: FloatArray) -> list[Problem]:
    where = np.argwhere(bad)
    return [
        problem
        for row, column in where[:_SHOWN]
        for problem in InputError.at(
            f"set {row + 1}, study {column + 1}"
            + (f" (and {len(where) - _SHOWN} more)" if len(where) > _SHOWN else ""),
            found=f"effect {float(y[row, column])}, variance {float(v[row, column])}",
            expected="a finite effect and a finite variance above 0",
            hint="Leave the study out of the set with the mask.",
        ).problems
    ]
