"""What a study does report where no effect with a variance can be had, in words."""

from __future__ import annotations

import math

from remit.core.numerics import critical_value
from remit.evidence.data import ArmOutcome, Contrast
from remit.synthesis.arm_means import ArmMean
from remit.synthesis.exits import number_text

__all__ = ["contrast_words", "outcome_words", "two_readings"]


def two_readings(a: ArmMean, b: ArmMean) -> str:
    """Say the difference with its 95 % interval under either reading of the plus-minus."""
    difference = a.mean - b.mean
    if a.unlabelled is None or b.unlabelled is None or not a.n or not b.n:
        return f"difference {number_text(difference)}, spread not named"
    as_se = math.hypot(a.unlabelled, b.unlabelled)
    as_sd = math.hypot(a.unlabelled / math.sqrt(a.n), b.unlabelled / math.sqrt(b.n))
    ends = [
        f"{number_text(round(difference - half, 2))} to {number_text(round(difference + half, 2))}"
        for half in (critical_value(0.95) * as_se, critical_value(0.95) * as_sd)
    ]
    return (
        f"difference {number_text(round(difference, 2))}; read as SE {ends[0]}, read as SD "
        f"{ends[1]}"
    )


def contrast_words(row: Contrast) -> str:
    """Write a comparison that has no estimate: outcome, time, p value, direction."""
    outcome = row.outcome.replace("-", " ")
    parts = [f"{outcome} at {row.time_h:g} h" if row.time_h is not None else outcome]
    if row.p_value is not None:
        parts.append(f"p {row.p_operator} {row.p_value:g}")
    parts.append(
        {
            "favours-a": f"favours {row.arm_a}",
            "favours-b": f"favours {row.arm_b}",
            "no-difference": "no difference",
        }.get(row.direction or "", "direction not read")
    )
    return ", ".join(parts)


def outcome_words(row: ArmOutcome) -> str:
    """Write what one arm showed as a direction."""
    words = f"{row.outcome.replace('-', ' ')} in {row.arm.replace('-', ' ')}"
    return f"{words}: {row.direction.replace('-', ' ')}" if row.direction else words
