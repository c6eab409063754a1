"""How studies are to be pooled: the choices, checked when they are made."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from remit.core.checks import check_choice, check_level
from remit.core.errors import SpecError
from remit.synthesis.tau2 import TAU2_METHODS

__all__ = [
    "INTERVALS",
    "LIKELIHOOD_INTERVALS",
    "PREDICTIONS",
    "SIMULATED_PREDICTIONS",
    "CommonEffect",
    "RandomEffects",
    "check_measure",
]

INTERVALS = ("z", "t", "HKSJ")
#: Intervals that one estimator of tau2 belongs to.
LIKELIHOOD_INTERVALS = {"Kenward-Roger": "REML", "profile likelihood": "ML"}
PREDICTIONS = ("HKSJ k-1", "HTS k-1", "HTS k-2", "z")
SIMULATED_PREDICTIONS = ("bootstrap",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonEffect:
    """One true effect in all studies: inverse-variance weights, normal interval.

    Attributes
    ----------
    level : float
        Coverage of all intervals as a proportion.
    measure : str
        Measure that the studies must have; empty accepts any.
    """

    level: float = 0.95
    measure: str = ""

    def __post_init__(self) -> None:
        check_level(self.level)

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as a plain dictionary."""
        return {"model": "common effect", **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEffects:
    """True effects that vary between studies around their mean.

    Attributes
    ----------
    tau2 : str or float
        Estimator of the between-study variance, by metafor's code (`TAU2_METHODS`: ``DL``,
        ``DL2``, ``HE``, ``HS``, ``HSk``, ``SJ``, ``ML``, ``REML``, ``EB``, ``PM``, ``PMM``), or
        the value itself in squared units of the effect.
    interval : str
        Interval of the mean. ``z``: normal. ``t``: the same standard error with t and k - 1
        degrees of freedom. ``HKSJ``: standard error of Hartung & Knapp 2001 and Sidik & Jonkman
        2002, with t and k - 1 degrees of freedom (metafor's ``test="knha"``).
        ``Kenward-Roger``: corrected standard error and degrees of freedom after ``tau2="REML"``
        (Partlett & Riley 2017). ``profile likelihood``: likelihood-ratio interval after
        ``tau2="ML"`` (Hardy & Thompson 1996).
    floor : bool
        With ``HKSJ``, never let the standard error fall below that of ``z``, so that the interval
        is never narrower than the common-effect one (the ad hoc modification, Roever, Knapp &
        Friede 2015; metafor's ``test="adhoc"``).
    level : float
        Coverage of all intervals as a proportion.
    prediction : str
        Interval for the true effect of a new study: mean plus and minus a factor times the root
        of tau2 plus the squared standard error of the mean.

        ``HKSJ k-1``
            Standard error of HKSJ (with the floor if ``floor``), t with k - 1 degrees of freedom:
            metafor with ``test="knha"`` or ``"adhoc"``; meta's ``method.predict="HK"``.
        ``HTS k-1``
            Normal-model standard error, t with k - 1: meta's default since version 7
            (``method.predict="V"``, Veroniki 2019).
        ``HTS k-2``
            Normal-model standard error, t with k - 2: Higgins, Thompson & Spiegelhalter 2009;
            meta's ``method.predict="HTS"``, metafor's ``predtype="Riley"``.
        ``z``
            Normal-model standard error, normal distribution: metafor with ``test="z"``.
        ``bootstrap``
            Parametric bootstrap from the exact confidence distribution of tau2 (Nagashima, Noma &
            Furukawa 2019); meta's ``method.predict="NNF"``.
    seed : int
        Seed of the bootstrap; not used otherwise.
    measure : str
        Measure that the studies must have; empty accepts any.
    """

    tau2: str | float = "REML"
    interval: str = "HKSJ"
    floor: bool = True
    level: float = 0.95
    prediction: str = "HKSJ k-1"
    measure: str = ""
    seed: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.tau2, str):
            check_choice("tau2", self.tau2, TAU2_METHODS)
        elif not (math.isfinite(self.tau2) and self.tau2 >= 0):
            raise SpecError.at(
                "argument 'tau2'", found=repr(self.tau2), expected="a number of at least 0"
            )
        check_choice("interval", self.interval, (*INTERVALS, *LIKELIHOOD_INTERVALS))
        check_choice("prediction", self.prediction, PREDICTIONS + SIMULATED_PREDICTIONS)
        check_level(self.level)
        needed = LIKELIHOOD_INTERVALS.get(self.interval, self.tau2)
        if self.tau2 != needed:
            raise SpecError.at(
                "argument 'interval'",
                found=f"{self.interval!r} with tau2={self.tau2!r}",
                expected=f"tau2={needed!r}, which this interval is defined for",
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as a plain dictionary, the seed only where one is used."""
        choices = {"model": "random effects", **asdict(self)}
        if self.prediction not in SIMULATED_PREDICTIONS:
            del choices["seed"]
        return choices


def check_measure(spec: CommonEffect | RandomEffects, measure: str) -> None:
    """Raise `SpecError` if the spec asks for another measure than the studies have."""
    if spec.measure and spec.measure != measure:
        raise SpecError.at(
            "argument 'measure'",
            found=repr(spec.measure),
            expected=f"{measure!r}, the measure of the studies",
            hint="Pool effects of one measure only.",
        )
