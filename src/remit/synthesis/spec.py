"""How studies are to be pooled: the choices, checked when they are made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from remit.core.checks import check_choice, check_level
from remit.core.errors import SpecError
from remit.synthesis.tau2 import TAU2_METHODS

__all__ = ["INTERVALS", "PREDICTIONS", "CommonEffect", "RandomEffects", "check_measure"]

INTERVALS = ("z", "t", "HKSJ")
PREDICTIONS = ("HKSJ k-1", "HTS k-1", "HTS k-2", "z")


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
    tau2 : str
        Estimator of the between-study variance: ``DL``, ``PM``, ``ML`` or ``REML``.
    interval : str
        Interval of the mean. ``z``: normal. ``t``: the same standard error with t and k - 1
        degrees of freedom. ``HKSJ``: standard error of Hartung & Knapp 2001 and Sidik & Jonkman
        2002, with t and k - 1 degrees of freedom (metafor's ``test="knha"``).
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
    measure : str
        Measure that the studies must have; empty accepts any.
    """

    tau2: str = "REML"
    interval: str = "HKSJ"
    floor: bool = True
    level: float = 0.95
    prediction: str = "HKSJ k-1"
    measure: str = ""

    def __post_init__(self) -> None:
        check_choice("tau2", self.tau2, TAU2_METHODS)
        check_choice("interval", self.interval, INTERVALS)
        check_choice("prediction", self.prediction, PREDICTIONS)
        check_level(self.level)

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as a plain dictionary."""
        return {"model": "random effects", **asdict(self)}


def check_measure(spec: CommonEffect | RandomEffects, measure: str) -> None:
    """Raise `SpecError` if the spec asks for another measure than the studies have."""
    if spec.measure and spec.measure != measure:
        raise SpecError.at(
            "argument 'measure'",
            found=repr(spec.measure),
            expected=f"{measure!r}, the measure of the studies",
            hint="Pool effects of one measure only.",
        )
