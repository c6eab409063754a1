"""One class of comparator against the treatment, said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from remit.core.estimate import Interval
from remit.report.document import Certainty
from remit.report.numbers import count_word, decimal, with_interval
from remit.synthesis.data import EffectSet
from remit.synthesis.multiverse import Multiverse
from remit.synthesis.pooled import PooledResult
from remit.workbench.bench import Bench

__all__ = ["Comparator", "Compared", "compared_sentence", "shown_interval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """A class of comparator and its name in sentences."""

    code: str
    name: str


def shown_interval(result: PooledResult) -> Interval:
    """Return the interval to show: a single study keeps its own."""
    return result.rows[0].interval(result.spec.level) if result.k == 1 else result.interval


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """One comparator with its effects and, if any study can be pooled, the result.

    ``choices`` holds every combination of other choices; None where too few trials are pooled.
    """

    comparator: Comparator
    effects: EffectSet
    result: PooledResult | None
    certainty: Certainty
    choices: Multiverse | None


def compared_sentence(bench: Bench, one: Compared) -> str:
    """Say in one sentence what this class of comparators shows."""
    treatment, name = bench.settings.treatment, one.comparator.name
    if one.result is None:
        return _no_number_sentence(bench, one)
    result, trials = one.result, one.effects.rows
    people = f" of {result.n} people" if result.n else ""
    if result.k == 1:
        medians = any("Luo" in note.method for note in trials[0].notes)
        interval = shown_interval(result)
        return (
            f"Against {name}, one trial{people} ({trials[0].label}) found that pain fell by "
            f"{_more_or_less(result.effect)} with {treatment} "
            f"({'worked out from medians; ' if medians else ''}95 % interval "
            f"{_span_words(interval.low, interval.high)}); "
            f"{_reading_of_one(bench, interval.low, interval.high)}."
        )
    signs = {row.effect < 0 for row in trials}
    if result.k == 2:
        single = "; ".join(
            f"{row.label} {with_interval(row.effect, row.interval())}" for row in trials
        )
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


def _reading_of_one(bench: Bench, low: float, high: float) -> str:
    """Say what one trial's interval makes likely; one trial excludes nothing."""
    edge = bench.settings.important_difference
    limit = f"of {decimal(edge)} points or more"
    unlikely = [
        words
        for words, out in ((f"an advantage {limit}", low > -edge), ("a disadvantage", high < edge))
        if out
    ]
    if not unlikely:
        return f"the interval leaves room for an advantage and a disadvantage {limit}"
    if len(unlikely) == 2:
        return f"the interval makes a difference {limit} either way unlikely"
    return f"the interval makes {unlikely[0]} unlikely"


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


def _no_number_sentence(bench: Bench, one: Compared) -> str:
    aside = one.effects.set_aside
    if not aside:
        return f"Against {one.comparator.name}, no trial was found."
    parts = []
    for row in aside:
        study = bench.full.study(row.study)
        n = study.n_analysed or study.n_enrolled
        people = f" ({n} people)" if n else ""
        parts.append(f"{row.label}{people} prints {row.shows or 'no result'}")
    trials = count_word(len(aside), "trial")
    return (
        f"Against {one.comparator.name}, {trials} {'gives' if len(aside) == 1 else 'give'} no size "
        f"of a difference in pain that could be used: {'; '.join(parts)}."
    )
