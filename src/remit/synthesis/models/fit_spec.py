"""How a linear model of study effects is to be fitted."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from remit.core.checks import check_choice, check_level
from remit.core.errors import SpecError

__all__ = ["COMMON_EFFECT", "TAU2_CODES", "TESTS", "WEIGHTED_CODES", "FitSpec"]

COMMON_EFFECT = ("EE", "FE", "CE")
TAU2_CODES = ("DL", "DL2", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
WEIGHTED_CODES = ("GENQ", "GENQM")
TESTS = ("z", "t", "knha", "adhoc")
_WEIGHTS = ("inverse-variance", "equal")


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSpec:
    """Choices for `fit_linear`, by metafor's codes.

    Attributes
    ----------
    tau2 : str or float
        Estimator of the between-study variance, see `estimate_tau2`; ``EE``, ``FE`` or ``CE`` for
        a common effect; or the value itself, in squared units of the effect. ``GENQ`` and
        ``GENQM`` need the user's own weights.
    test : str
        ``z``: normal. ``t``: the same standard errors, t with k - p degrees of freedom.
        ``knha``: standard errors of Knapp & Hartung 2003, t with k - p. ``adhoc``: the same,
        never below those of ``z``.
    level : float
        Coverage of all intervals as a proportion.
    weights : str or tuple of float
        ``inverse-variance``, ``equal``, or one weight per study, not negative.
    """

    tau2: str | float = "REML"
    test: str = "z"
    level: float = 0.95
    weights: str | tuple[float, ...] = "inverse-variance"

    def __post_init__(self) -> None:
        check_choice("test", self.test, TESTS)
        check_level(self.level)
        if isinstance(self.tau2, str):
            check_choice("tau2", self.tau2, TAU2_CODES + WEIGHTED_CODES + COMMON_EFFECT)
        elif not (math.isfinite(self.tau2) and self.tau2 >= 0):
            raise SpecError.at(
                "argument 'tau2'", found=repr(self.tau2), expected="a number of at least 0"
            )
        if isinstance(self.weights, str):
            check_choice("weights", self.weights, _WEIGHTS)
            if self.tau2 in WEIGHTED_CODES:
                raise SpecError.at(
                    "argument 'weights'",
                    found=repr(self.weights),
                    expected=f"one weight per study, which {self.tau2} is defined by",
                )
        else:
            object.__setattr__(self, "weights", tuple(float(w) for w in self.weights))

    @property
    def common_effect(self) -> bool:
        """Whether tau2 is taken to be zero."""
        return self.tau2 in COMMON_EFFECT

    @property
    def tau2_given(self) -> bool:
        """Whether the user gave the value of tau2."""
        return not isinstance(self.tau2, str)

    def without(self, i: int) -> FitSpec:
        """Return the choices for all studies but the one at position i."""
        if isinstance(self.weights, str):
            return self
        return replace(self, weights=self.weights[:i] + self.weights[i + 1 :])

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as a plain dictionary."""
        return asdict(self)
