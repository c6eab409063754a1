"""What is to be known about a measure before it can be computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from remit.synthesis.effects.kernel import EffectVariance
from remit.synthesis.effects.scales import SCALES, Back

__all__ = [
    "CORRECTED_SPREAD",
    "HEDGES",
    "LOG_SD",
    "NO_ZERO",
    "ONE_SPREAD",
    "SAME_SIGN",
    "SAMPLING",
    "SECOND_ORDER",
    "SPREAD",
    "Measure",
    "measures_of",
]

SAMPLING = ("LS", "ST", "CS")
HEDGES = "Hedges' exact small-sample correction"
SECOND_ORDER = "second-order correction of the log ratio of means"
LOG_SD = "small-sample correction of the log SDs"
NO_ZERO = "It is not defined with a count of 0."
SAME_SIGN = "It needs two means of the same sign, neither 0, and SDs above 0."
SPREAD = "It needs an SD above 0 and at least 2 people in each group."
ONE_SPREAD = "It needs an SD above 0 and at least 2 people."
CORRECTED_SPREAD = (
    "It needs an SD above 0 and at least 3 people, or 2 without the correction (correct=False)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of effect.

    Attributes
    ----------
    code : str
        metafor's code.
    words : str
        What it is.
    family : str
        Family of inputs, a key of `remit.synthesis.effects.inputs.FAMILIES`.
    function : callable
        Array function; takes the arrays of ``takes`` by name, ``vtype`` where it has a choice and
        ``correct`` where it has a correction.
    takes : tuple of str
        Arrays that it needs; ``d`` is Cohen's d, from means and SDs or a test.
    vtypes : tuple of str
        Variance types; the first is the usual one.
    scale : str
        Scale of the analysis, a key of `remit.synthesis.effects.scales.SCALES`.
    correction : str
        What ``correct=True`` does; empty where there is nothing to correct.
    adds : bool
        Whether 0.5 is added to zero counts unless the user says otherwise.
    needs : str
        When the measure is not defined.
    """

    code: str
    words: str
    family: str
    function: Callable[..., EffectVariance]
    takes: tuple[str, ...]
    vtypes: tuple[str, ...] = ("LS",)
    scale: str = "identity"
    correction: str = ""
    adds: bool = True
    needs: str = ""

    @property
    def back(self) -> Back | None:
        """Function from the scale of the analysis to the scale of display."""
        return SCALES[self.scale]


def measures_of(family: str, *usual: str) -> Callable[..., Measure]:
    """Return a maker of measures of one family, with the arrays that most of them take."""

    def make(
        code: str,
        words: str,
        function: Callable[..., EffectVariance],
        takes: tuple[str, ...] = usual,
        **more: Any,
    ) -> Measure:
        return Measure(
            code=code, words=words, family=family, function=function, takes=takes, **more
        )

    return make
