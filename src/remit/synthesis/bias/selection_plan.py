"""What a selection model is asked to fit: kind, thresholds and parameters, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, float_vector
from remit.core.errors import SpecError
from remit.synthesis.bias.selection_kinds import SELECTION_KINDS, SMOOTH

__all__ = ["UPPER", "Plan", "selection_plan"]

FloatArray = npt.NDArray[np.float64]
UPPER = 100.0  # as in metafor; a weight of 100 or 1/100 is all or nothing
_LEAST = 1e-8  # least weight of an interval that has studies
_DIRECTIONS = ("greater", "less", "two.sided")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A selection function with its parameters.

    Attributes
    ----------
    kind, alternative : str
        As the user gave them.
    steps : tuple of float
        Ascending thresholds; the last of a step function is 1.
    names : tuple of str
        Names of the parameters.
    none : (q,) float array
        Their values without selection.
    given : tuple of float or None
        Values that are fixed; None where one is estimated.
    low : (q,) float array
        Lower bounds.
    positive : bool
        Whether they are searched on the log scale.
    decreasing : bool
        Whether each weight is at most the one before.
    starts : (m, q) float array
        Where the search begins.
    """

    kind: str
    alternative: str
    steps: tuple[float, ...]
    names: tuple[str, ...]
    none: FloatArray
    given: tuple[float | None, ...]
    low: FloatArray
    positive: bool
    decreasing: bool
    starts: FloatArray

    @property
    def free(self) -> npt.NDArray[np.intp]:
        """Return the positions of the estimated parameters."""
        return np.array([i for i, value in enumerate(self.given) if value is None], dtype=np.intp)


def selection_plan(
    kind: str,
    steps: Sequence[float] | float | None,
    alternative: str,
    fixed: Sequence[float | None] | None,
    *,
    decreasing: bool,
) -> Plan:
    """Check the choices and lay out the parameters.

    Raises
    ------
    SpecError
        If a choice is unknown, the thresholds are missing or out of range, or the fixed values
        do not fit the parameters.
    """
    check_choice("kind", kind, SELECTION_KINDS)
    check_choice("alternative", alternative, _DIRECTIONS)
    if decreasing and kind != "stepfun":
        raise SpecError.at(
            "argument 'decreasing'", found=f"True with {kind}", expected="a step function"
        )
    cuts = [] if steps is None else sorted(float_vector("steps", np.atleast_1d(steps)).tolist())
    if kind == "stepfun":
        return _step_plan(cuts, alternative, fixed, decreasing)
    if kind in ("trunc", "truncest"):
        return _threshold_plan(kind, cuts, alternative, fixed)
    return _smooth_plan(kind, cuts, alternative, fixed)


def _given(
    fixed: Sequence[float | None] | None, default: tuple[float | None, ...], low: float
) -> tuple[float | None, ...]:
    if fixed is None:
        return default
    values = tuple(None if value is None else float(value) for value in fixed)
    if len(values) != len(default):
        raise SpecError.at(
            "argument 'fixed'", found=f"{len(values)} values", expected=f"{len(default)}"
        )
    bad = [value for value in values if value is not None and not low <= value <= UPPER]
    if bad:
        raise SpecError.at(
            "argument 'fixed'", found=repr(bad[0]), expected=f"values from {low:g} to {UPPER:g}"
        )
    return values


def _step_plan(
    cuts: list[float], alternative: str, fixed: Sequence[float | None] | None, decreasing: bool
) -> Plan:
    if not cuts or cuts[0] <= 0 or cuts[-1] > 1 or len(set(cuts)) < len(cuts):
        raise SpecError.at(
            "argument 'steps'",
            found=repr(cuts),
            expected="different p values above 0 and at most 1, such as (0.025, 0.5)",
        )
    edges = cuts if cuts[-1] == 1 else [*cuts, 1.0]
    count = len(edges)
    names = tuple(
        f"delta {i + 1} (p {low:g} to {high:g})"
        for i, (low, high) in enumerate(zip([0.0, *edges[:-1]], edges, strict=True))
    )
    given = _given(fixed, (1.0, *[None] * (count - 1)), _LEAST)
    if given[0] is None:
        raise SpecError.at(
            "argument 'fixed'", found="no value for the first interval", expected="1"
        )
    order = np.arange(count)
    starts = [np.ones(count), 0.5**order, 0.2 ** (order > 0), np.where(order > 0, 3.0, 1.0)]
    return Plan(
        kind="stepfun",
        alternative=alternative,
        steps=tuple(edges),
        names=names,
        none=np.ones(count),
        given=given,
        low=np.full(count, _LEAST),
        positive=True,
        decreasing=decreasing,
        starts=np.array(starts[:3] if decreasing else starts),
    )


def _threshold_plan(
    kind: str, cuts: list[float], alternative: str, fixed: Sequence[float | None] | None
) -> Plan:
    if alternative == "two.sided":
        raise SpecError.at(
            "argument 'alternative'", found="'two.sided'", expected="greater or less", hint=""
        )
    if len(cuts) > 1 or (cuts and kind == "truncest"):
        raise SpecError.at(
            "argument 'steps'",
            found=repr(cuts),
            expected="nothing, as the threshold is estimated"
            if kind == "truncest"
            else "one threshold of the effect",
        )
    side = "below" if alternative == "greater" else "above"
    return Plan(
        kind=kind,
        alternative=alternative,
        steps=() if kind == "truncest" else tuple(cuts or [0.0]),
        names=("delta 0 (beyond the threshold)", f"delta 1 ({side} the threshold)"),
        none=np.ones(2),
        given=(1.0, *_given(fixed, (None,), _LEAST)),
        low=np.full(2, _LEAST),
        positive=True,
        decreasing=False,
        starts=np.array([[1.0, 1.0], [1.0, 0.2], [1.0, 3.0]]),
    )


def _smooth_plan(
    kind: str, cuts: list[float], alternative: str, fixed: Sequence[float | None] | None
) -> Plan:
    function = SMOOTH[kind]
    if len(cuts) > 1 or (cuts and not (0 < cuts[0] < 1 and function.takes_precision)):
        raise SpecError.at(
            "argument 'steps'",
            found=repr(cuts),
            expected="nothing"
            if not function.takes_precision
            else "one p value between 0 and 1, up to which every study is seen",
        )
    count = len(function.none)
    low = np.array(function.lower)
    return Plan(
        kind=kind,
        alternative=alternative,
        steps=tuple(cuts),
        names=("delta",) if count == 1 else tuple(f"delta {i + 1}" for i in range(count)),
        none=np.array(function.none),
        given=_given(fixed, (None,) * count, 0.0),
        low=np.maximum(low, _LEAST) if function.positive else low,
        positive=function.positive,
        decreasing=False,
        starts=np.array(function.starts),
    )
