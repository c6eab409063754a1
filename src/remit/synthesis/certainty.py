"""A suggested certainty of evidence, by stated rules; it suggests and never decides.

GRADE (Guyatt 2008, BMJ 336:924; imprecision after guidance 34, Zeng 2022) asks for judgement.
What can be counted is counted here and each step down is named, so that a reader can overrule it.
"""

from __future__ import annotations

from dataclasses import dataclass

from remit.core.estimate import Interval, NotEstimable

__all__ = ["CertaintyFacts", "SuggestedCertainty", "suggest_certainty"]

LEVELS = ("very low", "low", "moderate", "high")
#: Below this many people an estimate is called imprecise whatever its interval says: the usual
#: optimal information size for a continuous outcome (GRADE guidance 6, Guyatt 2011).
OPTIMAL_INFORMATION_SIZE = 400
SUBSTANTIAL_I2 = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyFacts:
    """What is known about a body of evidence.

    Attributes
    ----------
    randomised, controlled : bool
        Whether all studies allotted at random; whether the effect compares groups.
    bias_judged : bool
        Whether a risk-of-bias judgement per study is held.
    n : int or None
        Number of people.
    interval : Interval or NotEstimable
        Interval of the effect, on the scale of ``important``.
    important : float or None
        Smallest important difference, above 0; None where there is no threshold.
    i2 : float or NotEstimable
        Heterogeneity in per cent.
    assumed : int
        Number of studies whose spread is assumed.
    unreported : int
        Number of further studies that answer the question without a usable number.
    """

    randomised: bool
    controlled: bool
    bias_judged: bool
    n: int | None
    interval: Interval | NotEstimable
    important: float | None
    i2: float | NotEstimable
    assumed: int
    unreported: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedCertainty:
    """Level and the reason of each step.

    Attributes
    ----------
    level : str
        ``high``, ``moderate``, ``low`` or ``very low``.
    reasons : tuple of str
        The start, then one reason per step down.
    """

    level: str
    reasons: tuple[str, ...]


def suggest_certainty(facts: CertaintyFacts) -> SuggestedCertainty:
    """Start high for randomised evidence and low for other, then step down once per reason."""
    step = 3 if facts.randomised else 1
    reasons = [
        "starts high: randomised" if facts.randomised else "starts low: not randomised",
    ]
    downs = (
        (not facts.controlled, "no control group: natural course cannot be told from effect"),
        (not facts.bias_judged, "risk of bias: no judgement per study could be read"),
        (_inconsistent(facts), "inconsistency: " + _inconsistency_words(facts)),
        (_imprecise(facts), "imprecision: " + _imprecision_words(facts)),
        (facts.assumed > 0, f"indirect numbers: the spread of {facts.assumed} is assumed"),
        (
            facts.unreported > 0,
            f"missing results: {facts.unreported} more without a usable number",
        ),
    )
    for down, reason in downs:
        if down:
            step -= 1
            reasons.append(reason)
    return SuggestedCertainty(level=LEVELS[max(step, 0)], reasons=tuple(reasons))


def _inconsistent(facts: CertaintyFacts) -> bool:
    return not isinstance(facts.i2, NotEstimable) and facts.i2 > SUBSTANTIAL_I2


def _inconsistency_words(facts: CertaintyFacts) -> str:
    return "" if isinstance(facts.i2, NotEstimable) else f"I² {facts.i2:.0f} %"


def _imprecise(facts: CertaintyFacts) -> bool:
    if isinstance(facts.interval, NotEstimable):
        return True
    few = facts.n is None or facts.n < OPTIMAL_INFORMATION_SIZE
    if facts.important is None:
        return few
    return few or any(facts.interval.contains(edge) for edge in (-facts.important, facts.important))


def _imprecision_words(facts: CertaintyFacts) -> str:
    words = []
    if facts.n is None:
        words.append("the number of people is not known")
    elif facts.n < OPTIMAL_INFORMATION_SIZE:
        words.append(f"n {facts.n}, below {OPTIMAL_INFORMATION_SIZE}")
    if isinstance(facts.interval, NotEstimable):
        words.append("no interval against a threshold")
    elif facts.important is not None:
        edges = [e for e in (-facts.important, facts.important) if facts.interval.contains(e)]
        if edges:
            words.append(
                "the interval holds both important and unimportant differences "
                f"({facts.important:g} or more)"
            )
    return ", ".join(words)
