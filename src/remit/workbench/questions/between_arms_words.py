"""One class of comparator against the treatment, said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from remit.report.document import Certainty
from remit.report.numbers import count_word, decimal, with_error, with_interval
from remit.synthesis.data import EffectSet
from remit.synthesis.pooled import PooledResult
from remit.workbench.bench import Bench

__all__ = ["Comparator", "Compared", "compared_sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """A class of comparator and its name in sentences."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """One comparator with its effects and, if any study can be pooled, the result."""

    comparator: Comparator
    effects: EffectSet
    result: PooledResult | None
    certainty: Certainty


def compared_sentence(bench: Bench, one: Compared) -> str:
    """Say in one sentence what this class of comparators shows."""
    treatment, name = bench.settings.treatment, one.comparator.name
    if one.result is None:
        return _no_number_sentence(one)
    result, trials = one.result, one.effects.rows
    people = f" of {result.n} people" if result.n else ""
    if result.k == 1:
        medians = any("Luo" in note.method for note in trials[0].notes)
        return (
            f"Against {name}, one trial{people} ({trials[0].label}) found that pain fell by "
            f"{_more_or_less(result.effect)} with {treatment} "
            f"({'worked out from medians; ' if medians else ''}95 % interval "
            f"{_span_words(result.interval.low, result.interval.high)}); "
            f"{_reading(bench, result.interval.low, result.interval.high, treatment)}."
        )
    signs = {row.effect < 0 for row in trials}
    if result.k == 2:
        single = "; ".join(f"{row.label} {with_error(row.effect, row.std_error)}" for row in trials)
        agree = "point in opposite directions" if len(signs) == 2 else "point the same way"
        return (
            f"Against {name}, two trials{people} {agree} (difference in points of 10: {single}), "
            f"and two trials cannot say how far trials differ, so no pooled figure is put forward."
        )
    return (
        f"Against {name}, {count_word(result.k, 'trial')}{people} give a mean difference of "
        f"{with_interval(result.effect, result.interval)} points of 10; "
        f"{_reading(bench, result.interval.low, result.interval.high, treatment)}."
    )


def _more_or_less(effect: float) -> str:
    return f"{decimal(abs(effect))} points of 10 {'more' if effect < 0 else 'less'}"


def _span_words(low: float, high: float) -> str:
    """Say an interval of the difference as *0.8 more to 2.5 less*."""

    def end(value: float) -> str:
        return f"{decimal(abs(value))} {'more' if value < 0 else 'less'}"

    return f"{end(low)} to {end(high)}"


def _reading(bench: Bench, low: float, high: float, treatment: str) -> str:
    """Say what the interval excludes, against the smallest important difference."""
    edge = bench.settings.important_difference
    limit = f"{decimal(edge)} points or more"
    if high < -edge:
        return f"an advantage of {limit} is shown"
    if high < 0:
        return f"an advantage is shown; whether it reaches {limit} is open"
    if low > edge:
        return f"a disadvantage of {limit} is shown"
    if low > 0:
        return f"{treatment} did worse"
    if low > -edge and high < edge:
        return f"a difference of {limit} either way is excluded"
    if low > -edge:
        return f"an advantage of {limit} is excluded, a disadvantage is not"
    if high < edge:
        return f"a disadvantage of {limit} is excluded, an advantage is not"
    return f"neither an advantage nor a disadvantage of {limit} is excluded"


def _no_number_sentence(one: Compared) -> str:
    aside = one.effects.set_aside
    if not aside:
        return f"Against {one.comparator.name}, no trial was found."
    reasons = "; ".join(f"{row.label}: {row.reason}" for row in aside)
    trials = count_word(len(aside), "trial")
    return (
        f"Against {one.comparator.name}, {trials} {'gives' if len(aside) == 1 else 'give'} no "
        f"usable number ({reasons})."
    )
