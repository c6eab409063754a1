"""On which scale a figure shows the effects of a measure, and what its axis is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remit.core.errors import SpecError
from remit.synthesis.effects.registry import MEASURES
from remit.synthesis.effects.scales import SCALES

__all__ = ["MeasureScale", "named_scale", "scale_of"]

#: Families of one group, whose value has no natural point of no effect.
_ONE_GROUP = ("mean", "proportion", "rate", "reliability")
#: Measures that say "no difference" by one half, and those that cannot fall below zero.
_HALF = ("CLES", "AUC", "CLESN", "AUCN", "CLESCN", "AUCCN")
_NO_NULL = ("R2", "ZR2")
#: Measures of contrasts that are computed elsewhere than in the registry.
_OTHER = {"HR": ("log hazard ratio", "log")}
_PLAIN_NAMES = {
    "log": "ratio",
    "logit": "proportion",
    "probit": "proportion",
    "arcsine root": "proportion",
    "Fisher's z": "correlation",
}
_PREFIXES = ("log ", "logit of a ", "Fisher's z of a ")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureScale:
    """A measure as a figure shows it.

    Attributes
    ----------
    words : str
        What the measure is on the scale of the analysis.
    scale : str
        That scale, a key of `remit.synthesis.effects.scales.SCALES`.
    one_group : bool
        Whether it describes one group, so that a logarithm is one of a mean, rate or share.
    unit : str
        Unit of the effects; may be empty.
    null : float or None
        Effect of no difference on the scale of the analysis; None where there is none.
    """

    words: str
    scale: str = "identity"
    one_group: bool = False
    unit: str = ""
    null: float | None = 0.0

    @property
    def ratio(self) -> bool:
        """Whether effects are logarithms, so that an axis shows ratios."""
        return self.scale == "log"

    @property
    def transformed(self) -> bool:
        """Whether effects are shown on another scale than they are analysed on."""
        return self.scale != "identity" and SCALES[self.scale] is not None

    @property
    def plain_name(self) -> str:
        """What is shown where effects are transformed back: a ratio, proportion, value."""
        if self.scale == "log" and self.one_group:
            return "value"
        return _PLAIN_NAMES.get(self.scale, "value")

    @property
    def shown_label(self) -> str:
        """Label of an axis of effects that are transformed back."""
        if not self.transformed:
            return self.analysis_label
        words = self.words
        for start in _PREFIXES:
            words = words.removeprefix(start)
        return _capital(words if words != self.words else f"{self.plain_name}, from {words}")

    @property
    def analysis_label(self) -> str:
        """Label of an axis of effects as they are analysed."""
        unit = "" if self.unit in ("", self.words) or self.scale != "identity" else f", {self.unit}"
        return _capital(self.words + unit)

    @property
    def plane_label(self) -> str:
        """Label of an axis that is transformed only where it is one of ratios."""
        return self.shown_label if self.ratio else self.analysis_label

    def shown(self, value: float) -> float:
        """Return an effect on the scale of display."""
        back = SCALES[self.scale]
        return float(value) if back is None else float(back(np.asarray([value]))[0])

    @property
    def shown_null(self) -> float | None:
        """Effect of no difference on the scale of display."""
        return None if self.null is None else self.shown(self.null)


def scale_of(measure: str, unit: str = "") -> MeasureScale:
    """Return how effects of a measure are shown.

    Parameters
    ----------
    measure : str
        metafor's code; one that is not known is shown as it is analysed. Empty: the effects have
        no name.
    unit : str
        Unit of the effects.
    """
    if measure in _OTHER:
        words, scale = _OTHER[measure]
        return MeasureScale(words=words, scale=scale, unit=unit)
    if measure not in MEASURES:
        return MeasureScale(words=measure or "effect", unit=unit)
    known = MEASURES[measure]
    null: float | None = 0.5 if measure in _HALF else 0.0
    if known.family in _ONE_GROUP or measure in _NO_NULL:
        null = None
    return MeasureScale(
        words=known.words,
        scale=known.scale,
        one_group=known.family in _ONE_GROUP,
        unit=unit,
        null=null,
    )


def named_scale(measure: str) -> MeasureScale:
    """Return how effects are shown whose measure the user names, as the result does not know it.

    Raises
    ------
    SpecError
        If the code is not known.
    """
    if measure and measure not in MEASURES and measure not in _OTHER:
        raise SpecError.at(
            "argument 'measure'",
            found=repr(measure),
            expected="a code of a measure, such as MD, SMD, OR, RR or HR",
        )
    return scale_of(measure)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
