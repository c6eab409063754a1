"""Every measure by its code."""

from __future__ import annotations

from collections.abc import Mapping

from remit.core.errors import SpecError
from remit.synthesis.effects.measure import Measure
from remit.synthesis.effects.measures_of_association import MEASURES_OF_ASSOCIATION
from remit.synthesis.effects.measures_of_one_group import MEASURES_OF_ONE_GROUP
from remit.synthesis.effects.measures_of_two_groups import MEASURES_OF_TWO_GROUPS

__all__ = ["MEASURES", "measure_named"]

MEASURES: Mapping[str, Measure] = {
    measure.code: measure
    for measure in (*MEASURES_OF_TWO_GROUPS, *MEASURES_OF_ONE_GROUP, *MEASURES_OF_ASSOCIATION)
}
"""Every measure that `effect_sizes` computes, by metafor's code."""


def measure_named(code: str) -> Measure:
    """Return the measure with this code.

    Raises
    ------
    SpecError
        If there is none; the codes are listed.
    """
    if code not in MEASURES:
        raise SpecError.at(
            "argument 'measure'", found=repr(code), expected="one of " + ", ".join(MEASURES)
        )
    return MEASURES[code]
